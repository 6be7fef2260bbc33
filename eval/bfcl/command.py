"""Command ``python -m eval.bfcl``: score a model on BFCL with the official verdicts."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from envs.common.cli import run_command
from envs.common.errors import UserError
from eval.options import DECODINGS, RunOptions

if TYPE_CHECKING:
    from agents.engines.base import Engine
    from agents.policies import Policy
    from envs.common.runs import RunFolder
    from eval.bfcl.agentic.web import SearchBackend
    from eval.bfcl.suite import BFCL
    from eval.responses import Responses
    from eval.suite import Suite

PROG = "python -m eval.bfcl"
SAMPLE = 39
"""Tasks of the default sample: three of each single-turn category."""
EXPORTED_AS = {"prompting": "meta-llama/Llama-3.1-8B-Instruct", "fc": "gpt-4o-2024-11-20-FC"}
"""Models of the official registry whose answers are decoded without changes of their own."""


@dataclass(frozen=True)
class Config(RunOptions):
    """Score a model on BFCL with the official verdicts.

    Without flags: the demo model, constrained and plain, on a fixed sample of 39 single-turn tasks.
    Categories: single_turn (the default), non_live, live, python, non_python, multi_turn, memory,
    web_search, agentic, all, their members, and format_sensitivity, which is in no overall score.
    """

    full: bool = False
    """Ask every task of the chosen categories."""
    mode: Literal["prompting", "fc"] = "prompting"
    """prompting: the official prompt lists the functions; fc: functions are offered as tools, and
    the calls are judged."""
    search: str | None = None
    """Who answers web searches: live (its key in SERPAPI_API_KEY), live:FILE to keep the answers,
    or a FILE with answers kept before; without it they are left out."""
    export_official: Path | None = None
    """Also write the answers as the official harness does, under DIR/DECODING/result."""
    export_as: str | None = None
    """The model name in that folder; it has to be one that the official evaluator knows (default:
    one whose answers it reads as they are)."""

    @property
    def target(self) -> str:
        """The suite's name."""
        return "bfcl"

    @property
    def prog(self) -> str:
        """The command that takes these flags."""
        return PROG

    def open_suite(self) -> BFCL:
        """The chosen tasks, out of the pinned package or ``--data``."""
        from envs.common.assets import locate
        from eval.bfcl.agentic.memory import Memories
        from eval.bfcl.suite import BFCL

        if self.full and self.limit is not None:
            raise UserError("--full and --limit exclude each other")
        everything = self.full or self.ids
        root = self.data or locate("bfcl-eval", folder=self.assets, offline=self.offline)
        return BFCL(
            root,
            chosen=self.categories,
            ids=self.ids,
            limit=None if everything else self.limit or SAMPLE,
            mode=self.mode,
            backend=self._backend(),
            memories=Memories(root, assets=self.assets, offline=self.offline),
        )

    def _backend(self) -> SearchBackend | None:
        if self.search is None:
            return None
        from eval.bfcl.agentic.web import Recorded
        from eval.bfcl.agentic.web_live import Live

        kind, _, kept = self.search.partition(":")
        if kind != "live":
            return Recorded(Path(self.search))
        return Recorded(Path(kept), Live()) if kept else Live()

    def policy(self, engine: Engine, mode: str) -> Policy:
        """The model under the official prompt, or with the functions as its tools."""
        if self.mode == "fc":
            return super().policy(engine, mode)
        from agents.policies import as_given, policy_for
        from eval.bfcl.conversation import results_as_user

        if self.format not in (None, "python"):
            raise UserError(
                f"--format {self.format}: the official prompt asks for a list of calls in Python; "
                "--mode fc offers the functions as tools"
            )
        if mode != "off" and "format_sensitivity" in self.categories:
            raise UserError(
                f"--constrained {mode}: format_sensitivity asks for formats that are not "
                "constrained; choose off"
            )
        policy = policy_for(
            engine,
            format="python",
            decoding=DECODINGS[mode],  # type: ignore[arg-type]
            sampling=self.sampling,
        )
        reads_calls = getattr(engine, "reads_calls", False)
        return replace(
            policy, prompt=results_as_user if reads_calls else as_given, offer_tools=False
        )

    def read_responses(self, folder: Path) -> Responses:
        """Answers of one of our runs, or of the official harness."""
        if (folder / "manifest.json").exists():
            return super().read_responses(folder)
        from eval.bfcl.official import read_results

        return read_results(folder)

    def notes(self, suite: Suite) -> Sequence[str]:
        """Whose verdicts, prompts and data these are."""
        about = suite.describe()
        how = "prompting mode, official prompt" if self.mode == "prompting" else "function calling"
        notes = [
            f"official verdicts (bfcl-eval 2026.3.23), {how}; "
            f"data {about['data'][:12]}, prompts {about['prompts'][:12]}"
        ]
        if "off" in self.constrained:
            notes.append("plain answers are comparable with the leaderboard, constrained are not")
        if left_out := getattr(suite, "left_out", ()):
            from eval.bfcl.aggregate import weight_of

            notes.append(
                f"left out: {', '.join(left_out)} ({weight_of(left_out):.0%} of overall v4): they "
                "need a search backend (--search)"
            )
        if not suite.complete:
            notes.append("a partial run: no overall score (it needs every task of every category)")
        return notes

    def after(self, suite: Suite, folder: RunFolder) -> Sequence[str]:
        """Write the official result folder, where it is asked for."""
        if self.export_official is None:
            return ()
        from eval.bfcl.official import write_results
        from eval.bfcl.suite import BFCL
        from eval.runner import EPISODES, read_episodes

        assert isinstance(suite, BFCL)
        tasks = {task.id: task for task in suite.tasks}
        order = {task_id: place for place, task_id in enumerate(tasks)}
        episodes = [
            episode
            for episode in read_episodes(folder, suite.name).values()
            if episode.trial == 0 and episode.task in tasks
        ]
        lines = []
        for agent in dict.fromkeys(episode.agent for episode in episodes):
            home = self.export_official / agent
            written, left_out = write_results(
                home,
                self.export_as or EXPORTED_AS[self.mode],
                [e for e in episodes if e.agent == agent],
                result=lambda episode: suite.result(tasks[episode.task], episode),
                order=order,
            )
            lines.append(
                f"official results: {home} ({written} answers"
                + (f", {left_out} left out: see {EPISODES})" if left_out else ")")
            )
        return lines


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command."""
    from eval.command import score

    return run_command(Config, score, sys.argv[1:] if argv is None else argv, prog=PROG)
