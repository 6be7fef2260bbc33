"""The settings of a search and of the pairs taken from it.

``SearchConfig()`` is the preset ``default``; ``preset("paper")`` follows the paper to the letter,
where a finished answer may be visited for ever (see `SearchConfig.closing`).
"""

from __future__ import annotations

import math
from dataclasses import dataclass, fields
from typing import Any, Literal, get_args, get_type_hints

from envs.common.errors import UserError, suggest


@dataclass(frozen=True, slots=True)
class SearchConfig:
    """How a tree grows. Raises `UserError` on a value that makes no sense."""

    mode: Literal["step", "trie"] = "trie"
    """``step``: ask for single steps, a simulation goes on until an answer is finished;
    ``trie``: ask for whole answers, each inserted as a chain of steps and backed up."""
    samples: int = 8
    """n: candidates asked for at a node."""
    wave: int = 1
    """W: simulations that are under way together."""
    c: float = 1.0
    """Weight of exploration (Eq. 5)."""
    gamma: float = 1.0
    """Discount (Eq. 8)."""
    prior: Literal["sequence", "length", "softmax", "count"] = "softmax"
    """What p is; see `agents.search.rules.PRIORS`."""
    length_power: float = 1.25
    """λ of the prior ``length``."""
    fpu: Literal["reward", "parent"] = "reward"
    """Q of an unvisited child: its own r (Eq. 8 with V = 0), or V of its parent."""
    minmax: bool = True
    """Scale Q to [0, 1] over the siblings in the selection."""
    max1: bool = False
    """Weigh unvisited children as if visited once in Eq. 9."""
    closing: bool = True
    """Never again enter a finished answer, nor a node below which all is finished."""
    self_eval: Literal["all", "open", "off"] = "open"
    """Which new nodes are judged: all; those without a verdict or a finished answer below; none."""
    root_value: Literal["zero", "self_eval"] = "zero"
    """R of the root."""
    right: float = 1.0
    """O of a right answer."""
    wrong: float = -1.0
    """O of a wrong answer; scores between 0 and 1 lie between."""
    truncated: float | None = None
    """O of an answer cut by length; ``None``: it has none (0)."""
    simulations: int = 64
    """Back-ups at most."""
    max_tokens: int | None = None
    """No request once the policy has generated that many; the last requests may go beyond."""
    max_judge_tokens: int | None = None
    """The same for the judge."""
    max_nodes: int | None = None
    """No request once the tree has that many nodes."""
    max_depth: int = 32
    """Deepest node; where a path gets there, one last step completes the answer."""
    max_seconds: float | None = None
    """No wave begins after that; only a stop, since its results depend on the machine."""
    widen_power: float = 0.0
    """A visited node is asked again when it has fewer than ``samples * N**widen_power`` samples;
    with ``closing`` also when all it has is closed (below the root: and there is something to
    learn), or when no open step has a higher Q than its V. 0: never."""
    max_samples: int = 64
    """Samples of a node at most, where it is widened."""
    stop_paired: bool = False
    """Stop when the root has a step with a right answer and one with only wrong ones."""
    stop_hopeless: int | None = None
    """Stop after that many back-ups without a right answer or a reference answer in the tree."""

    def __post_init__(self) -> None:
        _check_choices(self)
        positive = ("samples", "wave", "simulations", "max_depth", "max_samples")
        _check(self, positive, lambda x: x >= 1, "at least 1")
        limits = ("max_tokens", "max_judge_tokens", "max_nodes", "max_seconds", "stop_hopeless")
        _check(self, ("c", "widen_power", *limits), lambda x: x >= 0, "not negative")
        _check(self, ("gamma",), lambda x: 0 <= x <= 1, "between 0 and 1")


@dataclass(frozen=True, slots=True)
class PairConfig:
    """Which pairs are taken. Raises `UserError` on a value that makes no sense."""

    gap: float = 0.5
    """δ: least Q of the chosen above the rejected, with 1e-9 for rounding."""
    min_visits: int = 1
    """Least N of both sides."""
    verified: bool | None = None
    """Whether the chosen needs a right answer below it, and the rejected finished answers and no
    right one; ``None``: if the problem has a checker."""
    min_finished: int = 1
    """m: finished answers that the rejected needs for that."""
    on_track: bool = False
    """Whether what the problem says of steps is enough: one on track against one off track is a
    verified pair, whatever their Q and whether or not a right answer was found."""
    max_ratio: float = 4.0
    """Longer side over shorter side at most, in tokens."""
    max_length: int = 1024
    """Tokens of a side at most."""
    reference: bool = True
    """Whether the chosen may be a reference answer that the policy never gave."""
    top_k: int = 1
    """Pairs of a node: 1 is highest against lowest Q, more are the widest gaps of all pairs."""
    full: bool = False
    """Continue both sides: the chosen to its best finished answer, the rejected to its worst."""
    max_pairs: int = 4
    """Pairs of a tree: the widest gap first, the deeper node at equal gaps."""

    def __post_init__(self) -> None:
        _check(self, ("gap", "min_visits"), lambda x: x >= 0, "not negative")
        names = ("min_finished", "max_ratio", "max_length", "top_k", "max_pairs")
        _check(self, names, lambda x: x >= 1, "at least 1")


PRESETS: dict[str, dict[str, Any]] = {
    "default": {},
    "pairs": {"samples": 1, "widen_power": 0.05},
    "paper": {
        "mode": "step",
        "prior": "sequence",
        "minmax": False,
        "closing": False,
        "self_eval": "all",
        "truncated": -1.0,
    },
}
"""Name -> what differs from ``SearchConfig()``."""


def preset(name: str, **changes: Any) -> SearchConfig:
    """The settings of that name, some changed.

    Raises:
        UserError: no such preset or field, or a value that makes no sense.
    """
    if name not in PRESETS:
        raise UserError(f"no search preset {name!r}{suggest(name, sorted(PRESETS))}")
    known = [field.name for field in fields(SearchConfig)]
    for field in changes:
        if field not in known:
            raise UserError(f"no search setting {field!r}{suggest(field, known)}")
    return SearchConfig(**{**PRESETS[name], **changes})


def _check_choices(config: SearchConfig) -> None:
    for name, hint in get_type_hints(SearchConfig).items():
        choices = get_args(hint)
        value = getattr(config, name)
        if choices and isinstance(choices[0], str) and value not in choices:
            raise UserError(f"search setting {name}: {value!r} is not one of {', '.join(choices)}")


def _check(config: Any, names: tuple[str, ...], fits: Any, what: str) -> None:
    for name in names:
        value = getattr(config, name)
        if value is None:
            continue
        if not isinstance(value, int | float) or not math.isfinite(value) or not fits(value):
            raise UserError(f"{name}: {value!r} given, {what} is needed")
