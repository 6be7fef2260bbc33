"""The flags of every command that scores a model, and what a suite adds to them.

A suite plugs in as such a configuration: a frozen dataclass derived from `RunOptions` whose fields
are its flags, named by an entry point of the group ``itool.suites``. `eval.run NAME` and the
suite's own command (if it has one) then do the same.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from agents.options import ModelOptions

if TYPE_CHECKING:
    from agents.engines.base import Engine
    from agents.policies import Policy
    from agents.users import UserModel
    from envs.common.runs import RunFolder
    from eval.responses import Responses
    from eval.suite import Suite

DECODINGS = {"off": "plain", "calls": "calls", "any": "any"}
"""``--constrained`` -> how the answers are decoded."""


@dataclass(frozen=True)
class RunOptions(ModelOptions):
    """Score a model."""

    constrained: tuple[Literal["off", "calls", "any"], ...] = ()
    """off: plain, the model writes what it likes; calls: only valid calls; any: those or a reply
    (default: off, for the demo model calls and off)."""
    agent: tuple[Literal["greedy", "best-of-n", "mcts"], ...] = ("greedy",)
    """greedy: one answer a turn; best-of-n: the most frequent of --samples; mcts: the best of a
    search in copies of the episode, which a deployed model has not (the report says so)."""
    samples: int = 8
    """Of best-of-n, and of mcts at a node."""
    simulations: int = 16
    """Of mcts, for each turn."""
    categories: tuple[str, ...] = ()
    """Ask the tasks of these categories or groups of them alone."""
    ids: tuple[str, ...] = ()
    """Ask these tasks alone."""
    limit: int | None = None
    """Ask a fixed sample of this many tasks, spread evenly over the categories."""
    trials: int = 1
    """Attempts at each task; more than one gives pass@k and pass^k."""
    concurrency: int = 32
    """Tasks in flight at a time."""
    prices: tuple[float, float] | None = None
    """What a million prompt tokens and a million completion tokens cost, for the totals."""
    data: Path | None = None
    """Folder with the benchmark's data, in place of the packaged one."""
    out: Path | None = None
    """Where the run is written (default: runs/COMMAND-TIME)."""
    resume: Path | None = None
    """Finish this run; everything else is taken from its manifest."""
    responses: Path | None = None
    """Ask no model: score the answers in this run folder, or in a folder of results that the
    benchmark's own harness wrote."""
    dry_run: bool = False
    """Show what would be asked, and ask nothing."""
    json: bool = False
    """Print the report as JSON instead of tables."""

    @property
    def target(self) -> str:
        """What `eval.run` calls the suite."""
        raise NotImplementedError

    @property
    def prog(self) -> str:
        """The command that takes these flags."""
        return f"python -m eval.run {self.target}"

    def open_suite(self) -> Suite:
        """The suite that the flags choose.

        Raises:
            UserError: a flag names what is not there.
        """
        raise NotImplementedError

    def policy(self, engine: Engine, mode: str) -> Policy:
        """Who acts under one of ``--constrained``'s modes.

        Raises:
            UserError: the engine cannot.
        """
        from agents.policies import policy_for

        return policy_for(
            engine,
            format=self.format,
            decoding=DECODINGS[mode],  # type: ignore[arg-type]
            sampling=self.sampling,
        )

    def open_user(self, engine: Engine, suite: Suite) -> UserModel | None:
        """A model that plays the user; ``None``: the world's own user.

        Raises:
            UserError: there is no such model, or nothing for it to do.
        """
        return None

    def read_responses(self, folder: Path) -> Responses:
        """Answers that exist already, for ``--responses``.

        Raises:
            UserError: there are none that this suite can read.
        """
        from eval.responses import of_run

        return of_run(folder, self.target)

    def notes(self, suite: Suite) -> Sequence[str]:
        """What a reader of the report has to know about the suite."""
        return ()

    def after(self, suite: Suite, folder: RunFolder) -> Sequence[str]:
        """What else is written from a finished run; lines that tell of it."""
        return ()
