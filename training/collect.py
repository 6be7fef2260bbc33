"""Command ``python -m training.collect``: preference pairs by searching tasks with a policy.

Every row (or training task of an environment) is a search tree that the policy grows, with verdicts
on finished answers; pairs of steps come out of the trees (the paper, 4.3). Trees share one engine.
A run that was killed goes on from its journal and gives the same trees. Tasks of a test split are
refused; nothing is trained here.
"""

from __future__ import annotations

import contextlib
import json
import sys
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from agents.engines.base import described
from agents.options import ModelOptions, check_options, open_model
from agents.search.config import PairConfig, SearchConfig, preset
from envs.common import flags
from envs.common.cli import run_command
from envs.common.errors import UserError
from envs.common.progress import progress, timed
from training import command
from training.data import DataOptions
from training.render import check_prompts, prompt_mix
from training.replay import ALPHA
from training.searched import Subject, hash_of, subjects_of

if TYPE_CHECKING:
    from agents.engines.base import Engine
    from agents.policies import Policy
    from agents.search.env_problem import EnvProblem
    from agents.search.marks import Granularity
    from agents.search.scheduler import Gauge, Job, Result
    from agents.search.tree import SearchTree
    from envs.common.runs import RunFolder
    from training.render import PromptMix

PROG = "python -m training.collect"
COMMAND = "training.collect"
JOURNAL, TREES = "journal.jsonl", "trees.jsonl"
DECODINGS = {"off": "plain", "calls": "calls", "any": "any"}


@dataclass(frozen=True)
class Config(DataOptions, ModelOptions):
    """Collect preference pairs of steps by tree search.

    Without flags: the demo model on the kept-back tenth of 2,000 generated rows.
    """

    buffer: Path | None = None
    """A replay buffer in place of --data: its hardest rows are searched."""
    alpha: float = ALPHA
    """Which share of the buffer."""
    part: Literal["kept-back", "warm-up", "all"] = "kept-back"
    """Which rows of --data: those that a warm-up with the same flags does not see, those that it
    learns from, or all."""
    env: str | None = None
    """Search the training tasks of this environment in place of rows."""
    tasks: int | None = None
    """Search at most so many (default: all)."""
    prompts: tuple[str, ...] = ("tools",)
    """Under which rows are searched, one for each list of tools: tools (what the policy reads in
    environments), bfcl (the official prompt of BFCL); may be repeated to change the mix. A policy
    makes other mistakes under another prompt, so name those that it will be asked under."""
    temperature: float = 1.0
    """Of the samples; 1 draws from the policy itself."""
    constrained: Literal["off", "calls", "any"] = "off"
    """Hold samples to valid calls: off, calls (at least one), any (calls or a reply)."""
    preset: Literal["pairs", "paper"] = "pairs"
    """How trees grow: to find pairs for few tokens, or as the paper says, to the letter."""
    samples: int | None = None
    """Candidates asked for at a node (default: the preset's)."""
    simulations: int = 32
    """Back-ups of a tree at most."""
    token_budget: int | None = None
    """No further request for a tree whose policy has generated so many tokens."""
    judge: Literal["open", "all", "off"] = "open"
    """Which states are judged by the policy itself (Eq. 7): those without a verdict below, all,
    none."""
    judge_both: bool = False
    """Judge each state in both orders of the two letters: for models that like one letter."""
    granularity: Literal["call", "argument"] | None = None
    """Whether a step is a call (or a sentence), or also ends behind each argument (default: so, but
    not with --preset paper)."""
    reference: bool = False
    """Offer the right answer beside the first samples; pairs with it are marked."""
    tool_seconds: float = 30.0
    """How long a turn may take in an environment."""
    gap: float = PairConfig().gap
    """Least difference in Q of a pair."""
    on_track: bool = False
    """Also pairs of rows without a right answer: a step that a right answer can still follow
    against one that none can follow."""
    max_pairs: int = PairConfig().max_pairs
    """Pairs of a tree at most."""
    slots: int = 16
    """Sequences that the engine works on at a time; twice as many are kept before it."""
    watch: bool = False
    """Draw the tree that grew last."""
    out: Path | None = None
    """Where the run is written (default: runs/collect-TIME)."""
    resume: Path | None = None
    """Finish this run; everything else is taken from its manifest."""
    dry_run: bool = False
    """Show what would be searched, and ask nothing."""
    json: bool = False
    """Print the report as JSON."""


def collect(config: Config) -> int:
    """Search all tasks, write pairs and report; 0 when every task has its tree."""
    from training import collect_report

    if config.resume is not None:
        folder, config, manifest = flags.resume_run(config, COMMAND)
    check(config)
    subjects = subjects_of(config)
    data = hash_of(subjects)
    if config.resume is not None:
        command.check_resumed(folder, manifest, data=("tasks are", data))
    if config.dry_run:
        return _show_plan(config, subjects)
    with timed("load the model"):
        engine = open_model(config, concurrency=2 * config.slots)
    try:
        gauge, mix = _policies(config, engine)
        if config.resume is None:
            kept: dict[str, Any] = {"config": flags.to_json(config), "engine": described(engine)}
            kept |= {"format": mix.of(None).format.name, "data": data, "tasks": len(subjects)}
            folder, _ = command.new_folder(config.out, COMMAND, kept)
        with folder.writing(PROG):
            done = _searched(config, subjects, gauge, mix, folder)
            report = collect_report.write(config, subjects, mix, folder, gauge.usage(), done)
    finally:
        _close(engine)
    print(json.dumps(report) if config.json else collect_report.to_markdown(report))
    return 0 if not report["tasks"]["failed"] else 1


def search_config(config: Config) -> SearchConfig:
    """How trees grow."""
    changes: dict[str, Any] = {
        "simulations": config.simulations,
        "max_tokens": config.token_budget,
    }
    if config.samples is not None:
        changes["samples"] = config.samples
    if config.preset != "paper" or config.judge == "off":
        changes["self_eval"] = config.judge
    return preset(config.preset, **changes)


def granularity_of(config: Config) -> Granularity:
    """What a step is."""
    return config.granularity or ("call" if config.preset == "paper" else "argument")


def pair_config(config: Config) -> PairConfig:
    """Which pairs are taken."""
    return PairConfig(gap=config.gap, on_track=config.on_track, max_pairs=config.max_pairs)


# --- the run


def check(config: Config) -> None:
    """Refuse what cannot be searched, before anything is loaded.

    Raises:
        UserError: a number out of range, or flags that exclude each other.
    """
    check_options(config)
    check_prompts(config.prompts, config.format)
    for flag in ("tasks", "samples", "simulations", "slots", "token_budget"):
        value = getattr(config, flag)
        if value is not None and value < 1:
            raise UserError(f"--{flag.replace('_', '-')} {value}: at least 1 is needed")
    if config.temperature == 0:
        raise UserError("--temperature 0: all samples would be the same; 1 is the policy itself")
    if not config.tool_seconds > 0:
        raise UserError("--tool-seconds has to be above 0")
    if not 0 < config.alpha <= 1:
        raise UserError(f"--alpha {config.alpha}: has to be above 0 and at most 1")
    if config.buffer is not None and config.env is not None:
        raise UserError("--buffer and --env exclude each other")
    search_config(config), pair_config(config)


def _policies(config: Config, engine: Engine) -> tuple[Gauge, PromptMix]:
    from agents.policies import policy_for
    from agents.search.scheduler import Gauge
    from agents.search.tokens import tokens_of

    tokens_of(engine)
    gauge = Gauge(engine, config.slots)
    policy = policy_for(
        gauge,
        format=config.format,
        decoding=DECODINGS[config.constrained],  # type: ignore[arg-type]
        sampling=config.sampling,
    )
    mix = prompt_mix(
        policy, config.prompts, format=config.format, assets=config.assets, offline=config.offline
    )
    return gauge, mix


def _searched(
    config: Config, subjects: list[Subject], gauge: Gauge, mix: PromptMix, folder: RunFolder
) -> dict[str, Any]:
    """Grow the trees that are not there yet; what the run did, for the report."""
    from agents.engines.base import run
    from agents.search.judge import Critic
    from agents.search.scheduler import Journal, Scheduler

    done = read_trees(folder)
    left = [subject for subject in subjects if subject.task.id not in done]
    critic = None if config.judge == "off" else Critic(gauge, both=config.judge_both)
    problems: dict[str, EnvProblem] = {}
    with (
        _watched(config) as on_wave,
        timed("search"),
        progress(f"{gauge.name}: trees", len(left)) as tick,
    ):

        def keep(result: Result) -> None:
            folder.log(TREES).append(_record(result, problems.pop(result.task, None)))
            tick(result)

        scheduler = Scheduler(
            gauge,
            search_config(config),
            seed=config.seed,
            journal=Journal(folder.path / JOURNAL, done),
            on_wave=on_wave,
            on_done=keep,
        )
        jobs = [_job(config, subject, mix.of(subject.row), critic, problems) for subject in left]
        run(scheduler.run(jobs))
    return {
        "trees grown now": len(left),
        "answers out of the journal": scheduler.replayed,
        "judge": dict(critic.counts) if critic else {},
    }


def _job(
    config: Config,
    subject: Subject,
    policy: Policy,
    critic: Any,
    problems: dict[str, EnvProblem],
) -> Job:
    from agents.search.env_problem import ProblemConfig
    from agents.search.scheduler import Job

    how = ProblemConfig(
        outcome=True,
        reference=config.reference,
        partial=config.preset != "paper",
        granularity=granularity_of(config),
        tool_seconds=config.tool_seconds,
    )

    def opened() -> EnvProblem:
        problem = subject.problem(policy, critic, how, config.seed)
        problems[subject.task.id] = problem
        return problem

    size = sum(len(message.content) for message in subject.task.messages)
    return Job(subject.task.id, opened, size)


def _record(result: Result, problem: EnvProblem | None) -> dict[str, Any]:
    if result.tree is None:
        return {"task": result.task, "error": result.error}
    cuts = dict(problem.cuts) if problem else {}
    return {"task": result.task, "cuts": cuts, "tree": result.tree.to_json()}


def read_trees(folder: RunFolder) -> dict[str, dict[str, Any]]:
    """The records of the trees of a run, by task."""
    return {row["task"]: row for row in folder.log(TREES).read() if "tree" in row}


@contextlib.contextmanager
def _watched(config: Config) -> Iterator[Callable[[SearchTree], None] | None]:
    """What draws growing trees: over and over on a terminal, one below the other elsewhere."""
    if not config.watch:
        yield None
        return
    from agents.search.draw import draw_tree, tree_text

    if not sys.stderr.isatty():
        yield lambda tree: print(draw_tree(tree, width=100, max_rows=20), file=sys.stderr)
        return
    from rich.console import Console
    from rich.live import Live

    console = Console(stderr=True)
    with Live(console=console, refresh_per_second=4, transient=True) as live:
        yield lambda tree: live.update(
            tree_text(tree, width=console.width, max_rows=max(5, console.height - 6))
        )


def _show_plan(config: Config, subjects: list[Subject]) -> int:
    first = subjects[0].task
    print(f"{len(subjects)} tasks, at most {config.simulations} answers each")
    print(f"the first, {first.id}:")
    for message in first.messages:
        print(f"[{message.role}]\n{message.content}")
    print("\nnothing was asked, nothing was written")
    return 0


def _close(engine: Engine) -> None:
    from agents.engines.base import run

    run(engine.aclose())


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command."""
    return run_command(Config, collect, argv, prog=PROG)


if __name__ == "__main__":
    sys.exit(main())
