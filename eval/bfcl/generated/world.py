"""Generated multi-turn tasks over BFCL's simulated APIs, as a world to train in.

The rules are those of BFCL's multi-turn categories with three differences: calls are checked
against their schemas before they are carried out, an error that an API tells is a `ToolError`, and
turns that nothing can be done in are judged, too. Tasks are made in `eval.bfcl.generated.tasks`;
none of them is BFCL's, and scores here are not comparable with BFCL's.
"""

from __future__ import annotations

import functools
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from envs.state import digest
from envs.types import JSON, Task, ToolCall, ToolSpec
from envs.world import World
from eval.bfcl.generated.simulator import carry_out, open_apis, specs_of, value_of
from eval.bfcl.generated.tasks import generated_tasks
from eval.bfcl.multi_turn.instances import Apis, copied_apis, view


@dataclass(frozen=True)
class Standing:
    """Where a conversation stands, and how it went so far."""

    apis: Apis
    """Changed in place by what is called."""
    turn: int = 0
    """Index of the user's turn."""
    entered: str = ""
    """Hash of the view when the turn began."""
    results: tuple[str, ...] = ()
    """What calls have brought, errors apart."""
    answered: bool = True
    """In every turn so far, what the user asked for was among the results by the end of it."""
    restrained: bool = True
    """In every turn so far that nothing can be done in, nothing was changed and something said."""


class ApiTasks(World):
    """Files, sums, messages, posts, tickets, stocks, journeys and a car: BFCL's APIs, our tasks.

    Args:
        train: training tasks of each kind.
        test: test tasks of each kind.
        assets: folder with packages fetched ahead.
        offline: never try to download.
    """

    max_turns = 20
    state: Standing

    def __init__(
        self,
        *,
        train: int = 6,
        test: int = 3,
        assets: str | Path | None = None,
        offline: bool = False,
    ) -> None:
        self._counts = (train, test)
        self._assets = None if assets is None else Path(assets)
        self._offline = offline

    @functools.cached_property
    def _root(self) -> Path:
        from envs.common.assets import locate

        return locate("bfcl-eval", folder=self._assets, offline=self._offline)

    def tasks(self) -> Iterable[Task]:
        """Every kind equally often, in both splits."""
        return generated_tasks(self._root, *self._counts)

    def setup(self, task: Task) -> None:
        """Start the APIs in the state that the scenarios of the task tell."""
        self.state = Standing(open_apis(self._root, task.data["scenarios"]))
        self._enter(0)

    def specs(self, task: Task) -> Sequence[ToolSpec]:
        """The tools on offer in this turn."""
        turns = task.data["turns"]
        offered = turns[min(self.state.turn, len(turns) - 1)]["tools"]
        return _offer(self._root, tuple(task.data["scenarios"]), tuple(offered))

    def call(self, call: ToolCall) -> JSON:
        """Carry a call out; the official result text.

        Raises:
            ToolError: it is the text of an error.
        """
        text = carry_out(call, self.state.apis)
        self.state = replace(self.state, results=(*self.state.results, text))
        return text

    def user(self, task: Task) -> str | None:
        """Judge the turn that ends here; what the user says next, ``None`` after the last."""
        turns, at = task.data["turns"], self.state.turn
        answered = _among(turns[at]["answers"], self.state.results)
        restrained = turns[at]["calls"] or self._restrained()
        self.state = replace(
            self.state,
            answered=self.state.answered and answered,
            restrained=self.state.restrained and restrained,
        )
        self._enter(at + 1)
        return turns[at + 1]["said"] if at + 1 < len(turns) else None

    def score(self, task: Task) -> dict[str, bool]:
        """Compare with what the gold calls lead to.

        ``state``: the APIs are in the same state, in all that the official checker compares.
        ``answers``: every question was answered by a call, as in the official response check.
        ``restraint``: where something is missing (a tool, or what only the user knows), nothing
        was changed and something said.
        """
        return {
            "state": self.view() == task.data["goal"],
            "answers": self.state.answered,
            "restraint": self.state.restrained,
        }

    def view(self) -> JSON:
        """The attributes of the APIs that the official checker compares."""
        return view(self.state.apis)

    def copy_state(self, state: Standing) -> Standing:
        """Copies of the APIs; the rest does not change."""
        return replace(state, apis=copied_apis(state.apis))

    def _enter(self, turn: int) -> None:
        self.state = replace(self.state, turn=turn, entered=digest(self.view()))

    def _restrained(self) -> bool:
        said = self.actions[-1].text.strip()
        return bool(said) and digest(self.view()) == self.state.entered


def _among(wanted: Sequence[str], results: Sequence[str]) -> bool:
    """Whether each text has a result of its own; numbers compare by value."""
    left = [value_of(text) for text in results]
    try:
        for text in wanted:
            left.remove(value_of(text))
    except ValueError:
        return False
    return True


@functools.lru_cache(maxsize=4096)
def _offer(root: Path, classes: Sequence[str], names: Sequence[str]) -> tuple[ToolSpec, ...]:
    known = {name: spec for each in classes for name, spec in specs_of(root, each).items()}
    return tuple(known[name] for name in names)
