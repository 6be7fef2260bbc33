"""Command ``python -m eval.api_bank``: score a model on API-Bank, officially and repaired."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Literal

from envs.common.cli import run_command
from envs.common.errors import UserError
from eval.options import DECODINGS, RunOptions

if TYPE_CHECKING:
    from agents.engines.base import Engine
    from agents.policies import Policy
    from eval.api_bank.suite import APIBankSuite
    from eval.suite import Suite

PROG = "python -m eval.api_bank"
SAMPLE = 24
"""Tasks of the demo model's default sample."""


@dataclass(frozen=True)
class Config(RunOptions):
    """Score a model on API-Bank with the official verdicts and repaired ones beside them.

    Without flags: the demo model, constrained and plain, on a fixed sample of 24 calls out of our
    own dialogues of levels 1 and 2. Any other model is asked all calls of the chosen levels.
    Categories: calls (level-1, level-2), replies (level-1-replies, level-2-replies; asked only
    where they are named), and what is played end to end: dialogues (level-1-dialogues,
    level-2-dialogues, level-3-scenes).
    """

    level: tuple[Literal[1, 2, 3], ...] = (1, 2)
    """1: tools are given; 2: tools have to be found; 3: calls have to be planned, too."""
    protocol: Literal["teacher-forced", "end-to-end"] = "teacher-forced"
    """teacher-forced: each call after the recorded history, as officially; end-to-end: whole
    dialogues with a scripted user, calls carried out. Level 3 is always played end to end."""
    full: bool = False
    """Ask every task of the chosen levels and categories, the demo model as well."""
    mode: Literal["prompting", "fc"] = "prompting"
    """prompting: tools stand in the prompt and calls are text; fc: tools are offered as such."""
    results: Literal["system", "user"] = "system"
    """In prompting mode, whose messages results are: system, as officially, or user, for chat
    templates that take a system message at the start only."""
    services: str = "recorded"
    """Who answers Dictionary and Translate: recorded (in the dialogues), live, off, or a FILE with
    answers kept before."""
    own_words: bool = False
    """Describe tools in our own words even where the data has the official ones."""

    @property
    def target(self) -> str:
        """The suite's name."""
        return "api_bank"

    @property
    def prog(self) -> str:
        """The command that takes these flags."""
        return PROG

    def open_suite(self) -> APIBankSuite:
        """The chosen tasks, out of ``--data`` or our own dialogues."""
        from eval.api_bank.data import find_root
        from eval.api_bank.services import open_services
        from eval.api_bank.suite import APIBankSuite

        if self.full and self.limit is not None:
            raise UserError("--full and --limit exclude each other")
        if not self.level:
            raise UserError("--level: give at least one of 1, 2 and 3")
        by_default = self.is_demo and not (self.full or self.ids or self.limit)
        return APIBankSuite(
            None if self.data is None else find_root(self.data),
            levels=self.level,
            protocol=self.protocol,
            mode=self.mode,
            chosen=self.categories or (() if self.ids else self._judged()),
            ids=self.ids,
            limit=SAMPLE if by_default else self.limit,
            services=open_services(self.services),
            own_words=self.own_words,
            assets=self.assets,
        )

    def _judged(self) -> tuple[str, ...]:
        """The categories with a verdict: all but replies."""
        forced = self.protocol == "teacher-forced" and {*self.level} != {3}
        played = self.protocol == "end-to-end" or 3 in self.level
        return ("calls",) * forced + ("dialogues",) * played

    def policy(self, engine: Engine, mode: str) -> Policy:
        """The model under API-Bank's prompt, or with the tools offered as such."""
        if self.mode == "fc":
            return super().policy(engine, mode)
        from agents.policies import policy_for
        from eval.api_bank.one_call import OneCall
        from eval.api_bank.prompts import as_history, as_plain_history

        if self.format not in (None, "python"):
            raise UserError(
                f"--format {self.format}: API-Bank's prompt asks for [Name(key='value')]; "
                "--mode fc offers the tools as such"
            )
        policy = policy_for(
            engine,
            format="python",
            decoding=DECODINGS[mode],  # type: ignore[arg-type]
            sampling=self.sampling,
        )
        prompt = as_history if self.results == "system" else as_plain_history
        return replace(policy, format=OneCall(), prompt=prompt, offer_tools=False)

    def notes(self, suite: Suite) -> Sequence[str]:
        """Whose data, words and verdicts these are."""
        from eval.api_bank.suite import PLAYED, APIBankSuite

        assert isinstance(suite, APIBankSuite)
        about = suite.describe()
        categories = about["tasks"]
        libraries = suite.libraries
        words, searches = (
            ", ".join(dict.fromkeys(names))
            for names in (
                [library.words for library in libraries.values()],
                [library.finder.name for library in libraries.values()],
            )
        )
        whose = "our own dialogues" if self.data is None else "official dialogues"
        prompt = (
            f"{suite.prompts.words} instructions" if self.mode == "prompting" else "tools as such"
        )
        notes = [
            f"{whose}, {prompt}, descriptions of tools: {words}; "
            f"data {about['data'][:12]}, prompts {about['prompts'][:12]}",
            f"tool search: {searches}",
        ]
        if 1 in libraries:
            notes[-1] += f"; Dictionary and Translate: {libraries[1].services.name}"
        if {"level-1", "level-2"} & {*categories}:
            notes.append(
                "calls: right % and error types are official, the repaired verdict is below"
            )
        if {*PLAYED.values()} & {*categories}:
            notes.append(
                "end to end: right where every expected call was made (repaired comparison)"
            )
        if 3 in self.level and self.data is not None and suite.own_scenes:
            notes.append("level 3: scenes of our own, as the data has no level-3.json")
        if self.data is None:
            notes.append(
                "not comparable with published scores, which are of the official dialogues"
            )
        return notes


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command."""
    from eval.command import score

    return run_command(Config, score, sys.argv[1:] if argv is None else argv, prog=PROG)
