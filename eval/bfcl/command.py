"""Command ``python -m eval.bfcl``: score a model on BFCL with the official verdicts."""

from __future__ import annotations

import json
import logging
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass, fields, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from envs.common.cli import run_command
from envs.common.errors import UserError

if TYPE_CHECKING:
    from agents.engines.base import Engine
    from agents.policies import Policy
    from envs.common.runs import RunFolder
    from eval.bfcl.suite import BFCL
    from eval.report import Report

log = logging.getLogger(__name__)

PROG = "python -m eval.bfcl"
SAMPLE = 39
"""Tasks of the default sample: three of each single-turn category."""


@dataclass(frozen=True)
class Config:
    """Score a model on BFCL's single-turn tasks with the official verdicts.

    Without flags: the demo model, constrained and plain, on a fixed sample.
    """

    model: str = "demo"
    """demo, a folder or hub id of any causal LM, http(s)://HOST/v1, or scripted:FILE."""
    model_name: str | None = None
    """Of a server: which of its models."""
    key_env: str = "OPENAI_API_KEY"
    """Of a server: the environment variable that holds its key."""
    constrained: tuple[Literal["off", "calls", "any"], ...] = ()
    """off: plain, as on leaderboards; calls: only valid calls; any: those or a reply (default:
    off, for the demo model calls and off)."""
    categories: tuple[str, ...] = ()
    """Categories or groups (single_turn, non_live, live, ...); all single-turn ones by default."""
    ids: tuple[str, ...] = ()
    """Ask these tasks alone."""
    limit: int | None = None
    """Ask a fixed sample of this many tasks, spread evenly over the categories (default: 39)."""
    full: bool = False
    """Ask every task of the chosen categories."""
    seed: int = 0
    """Of the sampling; greedy decoding does not need it."""
    temperature: float = 0.0
    """0 is greedy. The official harness uses 0.001."""
    top_p: float = 1.0
    """Sample from the smallest set of tokens with this much probability."""
    max_tokens: int | None = None
    """Longest answer (default: 4096, for the demo model 192)."""
    concurrency: int = 32
    """Tasks in flight at a time."""
    data: Path | None = None
    """The official package's folder (bfcl_eval, holds data/); the pinned one by default."""
    assets: Path | None = None
    """Folder with packages fetched ahead (see envs.assets)."""
    offline: bool = False
    """Never try to download."""
    out: Path | None = None
    """Where the run is written (default: runs/bfcl-TIME)."""
    resume: Path | None = None
    """Finish this run; everything else is taken from its manifest."""
    json: bool = False
    """Print the report as JSON instead of tables."""


def score(config: Config) -> int:
    """Run, print the report; 0 when every task was judged, 1 otherwise."""
    from envs.common.runs import RunFolder, default_out, versions

    manifest: dict[str, Any] | None = None
    if config.resume is not None:
        folder, manifest = RunFolder.open(config.resume)
        config = _resumed(config, manifest)
    else:
        config = _with_defaults(config)
    timings: dict[str, float] = {}
    suite = _suite(config, timings)
    if manifest is not None:
        _same_data(manifest, suite, config)
    engine = _engine(config, timings)
    try:
        if manifest is None:
            manifest = {
                "command": PROG,
                "config": _to_json(config),
                "versions": versions(),
                "engine": _describe(engine),
                **suite.describe(),
                "started": time.strftime("%Y-%m-%dT%H:%M:%S%z"),
            }
            folder = RunFolder.create(config.out or default_out("bfcl"), manifest)
        with folder.locked(), _told_how_to_go_on(folder):
            report = _evaluate(config, suite, engine, folder, timings)
    finally:
        _close(engine)
    _print(report, folder, config)
    return 0 if all(row.coverage == 1 for row in report.rows) else 1


def _with_defaults(config: Config) -> Config:
    if config.full and (config.limit is not None or config.ids):
        raise UserError("--full asks everything: it does not go with --limit or --ids")
    if config.limit is not None and config.ids:
        raise UserError("--ids names the tasks: it does not go with --limit")
    if config.limit is not None and config.limit < 1:
        raise UserError(f"--limit {config.limit}: at least 1 is needed")
    demo = config.model.startswith("demo")
    if config.max_tokens is None:
        config = replace(config, max_tokens=192 if demo else 4096)
    for flag, value in (("max-tokens", config.max_tokens), ("concurrency", config.concurrency)):
        if value is not None and value < 1:
            raise UserError(f"--{flag} {value}: at least 1 is needed")
    if config.temperature < 0 or not 0 < config.top_p <= 1:
        raise UserError("--temperature has to be at least 0, --top-p above 0 and at most 1")
    if not config.constrained:
        modes: Any = ("calls", "off") if demo else ("off",)
        config = replace(config, constrained=modes)
    if not (config.full or config.ids or config.limit):
        config = replace(config, limit=SAMPLE)
    return replace(config, constrained=tuple(dict.fromkeys(config.constrained)))


def _suite(config: Config, timings: dict[str, float]) -> BFCL:
    from envs.common.assets import locate
    from eval.bfcl.suite import BFCL

    with _timed(timings, "fetch and read the data"):
        root = config.data or locate("bfcl-eval", folder=config.assets, offline=config.offline)
        return BFCL(
            root,
            chosen=config.categories,
            ids=config.ids,
            limit=None if config.full else config.limit,
        )


def _engine(config: Config, timings: dict[str, float]) -> Engine:
    from agents.engines import open_engine

    if config.model.startswith("demo"):
        from agents.engines.demo import demo_model_folder

        with _timed(timings, "fetch and convert the demo model"):
            demo_model_folder(assets=config.assets, offline=config.offline)
    with _timed(timings, "load the model"):
        return open_engine(
            config.model,
            assets=config.assets,
            offline=config.offline,
            model_name=config.model_name,
            key_env=config.key_env,
            concurrency=config.concurrency,
        )


def _evaluate(
    config: Config,
    suite: BFCL,
    engine: Engine,
    folder: RunFolder,
    timings: dict[str, float],
) -> Report:
    from eval.progress import progress
    from eval.runner import EvalConfig, evaluate

    policies = [_policy(config, engine, mode) for mode in config.constrained]
    left = len(policies) * len(suite.tasks)
    asked = f"{len(suite.tasks)} tasks"
    with _timed(timings, "answer and judge"), progress(f"{engine.name}: {asked}", left) as tick:
        return evaluate(
            suite,
            policies,
            EvalConfig(seed=config.seed, concurrency=config.concurrency),
            folder=folder,
            title=f"BFCL, {asked}",
            model=engine.name,
            notes=_notes(suite, config),
            on_episode=tick,
        )


def _policy(config: Config, engine: Engine, mode: str) -> Policy:
    from agents.formats import get_format
    from agents.policies import Policy, Sampling

    if mode != "off" and not engine.capabilities.constrained:
        raise UserError(f"--constrained {mode}: the engine {engine.name} cannot constrain answers")
    return Policy(
        engine,
        get_format("python"),
        decoding="plain" if mode == "off" else mode,  # type: ignore[arg-type]
        sampling=Sampling(config.temperature, config.top_p, config.max_tokens or 4096),
    )


def _notes(suite: BFCL, config: Config) -> list[str]:
    about = suite.describe()
    asked = sum(about["tasks"].values())
    notes = [
        "official verdicts (bfcl-eval 2026.3.23), prompting mode, default prompt; "
        f"data {about['data'][:12]}, prompts {about['prompts'][:12]}",
        f"{asked} tasks of {len(about['tasks'])} categories; sample {about['sample']}",
        f"temperature {config.temperature}, at most {config.max_tokens} tokens an answer",
    ]
    if not suite.complete:
        notes.append("a partial run: no overall score (it needs every task of every category)")
    return notes


def _resumed(config: Config, manifest: dict[str, Any]) -> Config:
    """The configuration of the run that is resumed; other flags have no say."""
    defaults = Config(resume=config.resume, json=config.json)
    if config != defaults:
        raise UserError("--resume takes everything from the run's manifest: give no other flags")
    if manifest.get("command") != PROG:
        raise UserError(f"{config.resume}: a run of {manifest.get('command')!r}, not of {PROG!r}")
    kept = dict(manifest["config"])
    known = {field.name for field in fields(Config)}
    if unknown := kept.keys() - known:
        raise UserError(f"{config.resume}/manifest.json: unknown field {min(unknown)!r}")
    for name in ("data", "assets", "out"):
        kept[name] = None if kept.get(name) is None else Path(kept[name])
    for name in ("constrained", "categories", "ids"):
        kept[name] = tuple(kept.get(name) or ())
    return Config(**{**kept, "resume": config.resume, "json": config.json})


def _same_data(manifest: dict[str, Any], suite: BFCL, config: Config) -> None:
    about = suite.describe()
    for part in ("data", "prompts", "sample"):
        if manifest.get(part) != about[part]:
            raise UserError(
                f"{config.resume}: its {part} differ from what is here ({manifest.get(part)}, "
                f"here {about[part]}); it cannot be finished with them"
            )


def _to_json(config: Config) -> dict[str, Any]:
    values = asdict(config)
    del values["resume"], values["json"]
    return {k: str(v) if isinstance(v, Path) else v for k, v in values.items()}


def _describe(engine: Engine) -> dict[str, Any]:
    describe = getattr(engine, "describe", None)
    return {"name": engine.name, **(describe() if describe else {})}


def _close(engine: Engine) -> None:
    from agents.engines.base import run

    run(engine.aclose())


def _print(report: Report, folder: RunFolder, config: Config) -> None:
    if config.json:
        print(json.dumps(report.to_json(), ensure_ascii=False))
        return
    from rich.console import Console

    from eval import report as reports

    console = Console()
    reports.show(report, console)
    console.print(f"written to {folder.path}", highlight=False, soft_wrap=True)


@contextmanager
def _told_how_to_go_on(folder: RunFolder) -> Iterator[None]:
    try:
        yield
    except KeyboardInterrupt:
        log.info("what came is kept; go on with: %s --resume %s", PROG, folder.path)
        raise


@contextmanager
def _timed(timings: dict[str, float], what: str) -> Iterator[None]:
    started = time.monotonic()
    yield
    timings[what] = round(time.monotonic() - started, 1)
    if timings[what] >= 0.5:
        log.info("%s: %.1f s", what, timings[what])


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command."""
    return run_command(Config, score, sys.argv[1:] if argv is None else argv, prog=PROG)
