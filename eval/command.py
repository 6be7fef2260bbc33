"""What every scoring command does: open the suite and the model, play, judge, report, resume."""

from __future__ import annotations

import json
import logging
import time
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict, fields, replace
from typing import TYPE_CHECKING, Any, TypeVar

from agents.engines.base import described
from agents.options import check_options, open_model
from envs.common import flags
from envs.common.errors import UserError
from envs.common.progress import progress, timed
from envs.types import Outcome
from eval.options import RunOptions

if TYPE_CHECKING:
    from agents.engines.base import Engine
    from agents.users import UserModel
    from envs.common.runs import RunFolder
    from eval.report import Report
    from eval.responses import Responses
    from eval.suite import Suite

log = logging.getLogger(__name__)

C = TypeVar("C", bound=RunOptions)

COMMAND = "eval.run"
"""What manifests of these runs are of."""


def score(config: RunOptions) -> int:
    """Run, print the report; 0 when every task was judged, 1 otherwise."""
    from envs.common.runs import RunFolder, default_out

    if config.resume is not None:
        folder, manifest = RunFolder.open(config.resume)
        config = _resumed(config, manifest)
        suite = _suite(config)
        _same_tasks(manifest, suite, config)
    else:
        config, responses = _for_responses(_checked(config))
        suite = _suite(config)
        if config.dry_run:
            return _show_plan(config, suite)
        if responses is not None:
            return _score_responses(config, suite, responses)
    engine = _engine(config)
    user: UserModel | None = None
    try:
        user = config.open_user(engine, suite)
        policies = [config.policy(engine, mode) for mode in config.constrained]
        if config.resume is None:
            manifest = _manifest(config, suite, described(engine))
            manifest |= _described_user(user, suite)
            folder = RunFolder.create(config.out or default_out(_slug(config.target)), manifest)
        elif manifest.get("user") != _described_user(user, suite).get("user"):
            raise UserError(f"{config.resume}: the user's model or instructions are others now")
        with folder.locked(), _told_how_to_go_on(config, folder):
            report = _play(config, suite, engine, policies, folder, user)
    finally:
        _close(engine)
        if user is not None and user.engine is not engine:
            _close(user.engine)
    return _finish(config, suite, report, folder)


# --- the flags


def _checked(config: C) -> C:
    """The flags with defaults filled in that depend on others."""
    check_options(config)
    for flag in ("limit", "trials", "concurrency"):
        value = getattr(config, flag)
        if value is not None and value < 1:
            raise UserError(f"--{flag} {value}: at least 1 is needed")
    if config.prices is not None and min(config.prices) < 0:
        raise UserError("--prices has to be two numbers of at least 0")
    modes: Any = config.constrained or (("calls", "off") if config.is_demo else ("off",))
    return replace(
        config,
        constrained=tuple(dict.fromkeys(modes)),
        max_tokens=config.sampling.max_tokens,
    )


def _for_responses(config: C) -> tuple[C, Responses | None]:
    """The flags that existing answers call for: what they were asked, as they were asked."""
    if config.responses is None:
        return config, None
    responses = config.read_responses(config.responses)
    known = {field.name for field in fields(config)}
    asked = {name: value for name, value in responses.flags.items() if name in known}
    if not (config.ids or config.categories or config.limit or getattr(config, "full", False)):
        asked["ids"] = responses.ids
    return replace(config, **flags.from_json(type(config), asked)), responses


def _resumed(config: C, manifest: Mapping[str, Any]) -> C:
    """The configuration of the run that is resumed; other flags have no say."""
    if manifest.get("command") != COMMAND or manifest.get("target") != config.target:
        ran = " ".join(str(manifest.get(part)) for part in ("command", "target"))
        raise UserError(f"{config.resume}: a run of {ran}, not of {COMMAND} {config.target}")
    resumed = flags.taken_over(config, manifest, own=("env",))
    if resumed.responses:
        raise UserError(f"{config.resume}: it scored existing answers; there is nothing to finish")
    return resumed


def _same_tasks(manifest: Mapping[str, Any], suite: Suite, config: RunOptions) -> None:
    for part, here in suite.describe().items():
        if manifest.get(part) != here:
            raise UserError(
                f"{config.resume}: its {part} differ from what is here ({manifest.get(part)}, "
                f"here {here}); it cannot be finished with them"
            )


def _manifest(config: RunOptions, suite: Suite, engine: Mapping[str, Any]) -> dict[str, Any]:
    from envs.common.runs import versions

    return {
        "command": COMMAND,
        "target": config.target,
        "config": flags.to_json(config),
        "versions": versions(),
        "engine": dict(engine),
        **suite.describe(),
        "started": time.strftime("%Y-%m-%dT%H:%M:%S%z"),
    }


# --- the run


def _suite(config: RunOptions) -> Suite:
    with timed("fetch and read the tasks"):
        return config.open_suite()


def _engine(config: RunOptions) -> Engine:
    if config.is_demo:
        from agents.engines.demo import demo_model_folder

        with timed("fetch and convert the demo model"):
            demo_model_folder(assets=config.assets, offline=config.offline)
    with timed("load the model"):
        return open_model(config, concurrency=config.concurrency)


def _play(
    config: RunOptions,
    suite: Suite,
    engine: Engine,
    policies: Sequence[Any],
    folder: RunFolder,
    user: UserModel | None,
) -> Report:
    from agents.search.agents import agents_of, privileges
    from eval.runner import EvalConfig, evaluate, read_episodes

    agents = agents_of(config.agent, policies, config.samples, config.simulations)
    done = read_episodes(folder, suite.name).values()
    left = len(agents) * (len(suite.prerequisites) + len(suite.tasks)) * config.trials
    left -= sum(episode.outcome is not Outcome.ERROR for episode in done)
    asked = f"{len(suite.tasks)} tasks"
    if suite.prerequisites:
        asked += f" after {len(suite.prerequisites)} conversations"
    how = EvalConfig(config.seed, config.concurrency, config.trials, config.prices, user)
    with timed("answer and judge"), progress(f"{engine.name}: {asked}; episodes", left) as tick:
        return evaluate(
            suite,
            agents,
            how,
            folder=folder,
            title=f"{suite.name}, {asked}",
            model=engine.name,
            notes=(
                *config.notes(suite),
                *_notes(config, suite, policies),
                *_user_notes(user, suite),
                *privileges(agents),
            ),
            on_episode=tick,
        )


def _notes(config: RunOptions, suite: Suite, policies: Sequence[Any]) -> list[str]:
    categories = Counter(suite.category(task) for task in suite.tasks)
    notes = [
        f"{len(suite.tasks)} tasks of {len(categories)} categories; "
        f"sample {suite.describe()['sample']}",
        f"temperature {config.temperature}, at most {config.sampling.max_tokens} tokens an answer",
    ]
    if config.trials > 1:
        notes.append(f"{config.trials} trials a task, seed {config.seed}")
        if config.temperature == 0:
            notes.append("greedy answers: the trials of a task are the same but for the engine")
    formats = dict.fromkeys(f"{p.format.name} ({_offered(p)})" for p in policies)
    notes.append("tool format " + ", ".join(formats))
    return notes


def _user_notes(user: UserModel | None, suite: Suite) -> list[str]:
    if user is None:
        return []
    played = sum(user.brief(task) is not None for task in suite.tasks)
    temperature = user.sampling.temperature
    return [
        f"{user.engine.name} plays the user in {played} of {len(suite.tasks)} tasks, "
        f"temperature {temperature:g}"
    ]


def _offered(policy: Any) -> str:
    if policy.offer_tools:
        return "tools through the model's own template"
    return "tools in the prompt"


def _score_responses(config: RunOptions, suite: Suite, responses: Responses) -> int:
    """Judge answers that exist; no model is asked."""
    from envs.common.runs import RunFolder, default_out
    from eval.runner import EPISODES, conclude, usage_of

    wanted = {task.id for task in suite.tasks}
    episodes = {e.key: e for e in responses.episodes if e.task in wanted}
    if not episodes:
        raise UserError(f"--responses {config.responses}: no answer to any of the chosen tasks")
    manifest = _manifest(config, suite, {"name": responses.model})
    folder = RunFolder.create(config.out or default_out(_slug(config.target)), manifest)
    with folder.locked():
        folder.write_jsonl(EPISODES, (episode.to_json() for episode in episodes.values()))
        report = conclude(
            suite,
            episodes,
            responses.agents,
            folder=folder,
            title=f"{suite.name}, {len(wanted)} tasks",
            model=responses.model,
            notes=(*config.notes(suite), *responses.notes),
            usage=usage_of(episodes, responses.agents, config.prices),
        )
    return _finish(config, suite, report, folder)


def _show_plan(config: RunOptions, suite: Suite) -> int:
    """Print what a run would ask."""
    categories = Counter(suite.category(task) for task in suite.tasks)
    episodes = len(suite.tasks) * config.trials * len(config.constrained) * len(config.agent)
    characters = sum(len(m.content) for task in suite.tasks for m in task.messages)
    plan: dict[str, Any] = {
        "suite": suite.name,
        "model": config.model,
        "tasks": dict(categories),
        "sample": suite.describe()["sample"],
        "constrained": list(config.constrained),
        "trials": config.trials,
        "episodes": episodes,
        "characters of the opening prompts": characters * config.trials * len(config.constrained),
        "completion tokens at most": f"{config.sampling.max_tokens} a model call",
    }
    if config.json:
        print(json.dumps(plan))
        return 0
    for name, value in plan.items():
        if isinstance(value, dict):
            value = [f"{key} {n}" for key, n in value.items()]
        print(f"{name}: {', '.join(value) if isinstance(value, list) else value}")
    first = suite.tasks[0]
    print(f"\nthe first task, {first.id}:")
    for message in first.messages:
        print(f"[{message.role}]\n{message.content}")
    print("\nnothing was asked, nothing was written")
    return 0


def _finish(config: RunOptions, suite: Suite, report: Report, folder: RunFolder) -> int:
    for line in config.after(suite, folder):
        log.info("%s", line)
    if config.json:
        print(json.dumps(report.to_json(), ensure_ascii=False))
    else:
        from rich.console import Console

        from eval.report_text import show

        console = Console()
        show(report, console)
        console.print(f"written to {folder.path}", highlight=False, soft_wrap=True)
    return 0 if all(row.coverage == 1 for row in report.rows) else 1


def _slug(target: str) -> str:
    return "".join(c if c.isalnum() else "-" for c in target).strip("-").lower()


def _described_user(user: UserModel | None, suite: Suite) -> dict[str, Any]:
    """What a manifest records of a model that plays the user."""
    if user is None:
        return {}
    from agents.users import USER_PROMPT_VERSION
    from envs.state import digest

    briefs = {task.id: user.brief(task) for task in suite.tasks}
    wanted = {id: asdict(brief) for id, brief in briefs.items() if brief is not None}
    engine = described(user.engine)
    return {
        "user": {**engine, "prompt": USER_PROMPT_VERSION, "instructions": digest(wanted)},
    }


def _close(engine: Engine) -> None:
    from agents.engines.base import run

    run(engine.aclose())


@contextmanager
def _told_how_to_go_on(config: RunOptions, folder: RunFolder) -> Iterator[None]:
    try:
        yield
    except KeyboardInterrupt:
        log.info("what came is kept; go on with: %s --resume %s", config.prog, folder.path)
        raise
