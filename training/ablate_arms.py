"""The paper's experiments as named variants (arms) of one loop.

An arm is a change of the loop's settings and tables and nothing else (sections 5.3 and 5.4 of the
paper, its figures 3-7 and table 3). What arms have in common is found by their stages' keys, not
here.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, fields, replace
from itertools import product
from typing import TYPE_CHECKING, Any

from envs.common import flags
from envs.common.cli import parse
from envs.common.errors import UserError, suggest
from envs.types import JSON
from training import loop, loop_config
from training.loop_config import Table

if TYPE_CHECKING:
    from training.ablate import Config

DEFAULT = "default"
LOSSES = ("dpo", "ipo", "simpo", "orpo")
WARMED_UP: Mapping[str, JSON] = {"warm_up": True, "adapter": None}
"""Settings of arms that need a warm-up of their own, wherever the loop starts from."""


@dataclass(frozen=True)
class Arm:
    """A variant of the loop."""

    name: str
    experiment: str
    at: JSON = None
    """Its place on the axis of the experiment: a round, a share, a number of rows, a loss."""
    settings: Mapping[str, JSON] = field(default_factory=dict)
    """Settings at the top of the loop's file that it changes."""
    tables: Mapping[str, Table] = field(default_factory=dict)
    """Fields of the loop's tables that it changes."""

    def applied(
        self, config: loop.Config, tables: Mapping[str, Table]
    ) -> tuple[loop.Config, dict[str, Table]]:
        """The loop's settings and tables, changed."""
        settings = flags.from_json(loop.Config, self.settings)
        merged: dict[str, Table] = {name: dict(table) for name, table in tables.items()}
        for name, table in self.tables.items():
            merged[name] = {**merged.get(name, {}), **table}
        return replace(config, **settings), merged


def arms_of(config: Config, own: Mapping[str, Any], where: str) -> list[Arm]:
    """The default arm, those of the chosen experiments, and the user's.

    Args:
        config: which experiments, and their grids.
        own: name -> settings and tables of an arm, as the file has them.
        where: what errors call the file.

    Raises:
        UserError: no such experiment, or an arm that is not one.
    """
    arms = [Arm(DEFAULT, DEFAULT)]
    for name in config.experiments:
        if name not in EXPERIMENTS:
            raise UserError(f"{where}: experiments: no {name!r}{suggest(name, list(EXPERIMENTS))}")
        arms += EXPERIMENTS[name](config)
    for name, changes in own.items():
        arms.append(_own_arm(name, changes, f"{where}: [arms.{name}]"))
    names = [arm.name for arm in arms]
    for arm in arms:
        if names.count(arm.name) > 1:
            raise UserError(f"{where}: two arms are called {arm.name!r}")
    return arms


def _modules(config: Config) -> Iterator[Arm]:
    """Fig. 3: without the warm-up, without the rounds, without both."""
    bare: dict[str, JSON] = {"warm_up": False, "adapter": None}
    yield Arm("base", "modules", settings={**bare, "rounds": 0})
    yield Arm("no-warm-up", "modules", settings=bare)
    yield Arm("no-rounds", "modules", settings={"rounds": 0})


def _curriculum(config: Config) -> Iterator[Arm]:
    """Fig. 4: from easy to hard against the same rows mixed."""
    alone: dict[str, JSON] = {**WARMED_UP, "rounds": 0}
    yield Arm("easy-to-hard", "curriculum", settings={**alone, "score_parts": True})
    mixed: dict[str, Table] = {"warmup": {"order": "mixed"}}
    yield Arm("mixed", "curriculum", settings=alone, tables=mixed)


def _rounds(config: Config) -> Iterator[Arm]:
    """Fig. 5: one round to most_rounds, each scored as it is."""
    for n in range(1, config.most_rounds + 1):
        yield Arm(f"rounds-{n}", "rounds", n, {"rounds": n, "choose": "last"})


def _losses(config: Config) -> Iterator[Arm]:
    """Fig. 6: four losses, each with a grid of beta and learning rate."""
    for loss in LOSSES:
        betas = config.simpo_betas if loss == "simpo" else config.betas
        for beta, rate in product(betas, config.learning_rates):
            table = {"loss": loss, "beta": beta, "learning_rate": rate}
            name = f"{loss}-beta{beta:g}-lr{rate:g}"
            yield Arm(name, "losses", loss, tables={"preference": table})


def _alpha(config: Config) -> Iterator[Arm]:
    """Which share of the buffer is searched."""
    for alpha in config.alphas:
        yield Arm(f"alpha-{alpha:g}", "alpha", alpha, tables={"collect": {"alpha": alpha}})


def _scale(config: Config) -> Iterator[Arm]:
    """Fig. 7: fewer rows, with rounds and without."""
    for rows in config.scales:
        tables: dict[str, Table] = {"data": {"limit": rows}}
        yield Arm(f"rows-{rows}", "scale", rows, WARMED_UP, tables)
        yield Arm(f"rows-{rows}-sft", "scale", rows, {**WARMED_UP, "rounds": 0}, tables)


def _models(config: Config) -> Iterator[Arm]:
    """Table 3: other models, as they are, fine-tuned, and with rounds."""
    for model in config.models:
        short = model.rstrip("/").rpartition("/")[2].replace(":", "-")
        own: dict[str, JSON] = {**WARMED_UP, "model": model, "engine": None}
        if config.engine_prefix:
            own["engine"] = f"{config.engine_prefix}{model}"
        yield Arm(f"{short}-base", "models", model, {**own, "warm_up": False, "rounds": 0})
        yield Arm(f"{short}-sft", "models", model, {**own, "rounds": 0})
        yield Arm(short, "models", model, own)


EXPERIMENTS: dict[str, Callable[[Config], Iterator[Arm]]] = {
    "modules": _modules,
    "curriculum": _curriculum,
    "rounds": _rounds,
    "losses": _losses,
    "alpha": _alpha,
    "scale": _scale,
    "models": _models,
}


def _own_arm(name: str, changes: Any, where: str) -> Arm:
    if not isinstance(changes, Mapping):
        raise UserError(f"{where}: a table of settings is needed")
    if not name.replace("-", "").replace("_", "").replace(".", "").isalnum():
        raise UserError(f"{where}: a name of letters, digits, '-', '_' and '.' is needed")
    tables = {key: value for key, value in changes.items() if isinstance(value, dict)}
    settings = {k.replace("-", "_"): v for k, v in changes.items() if not isinstance(v, dict)}
    known: Sequence[str] = [f.name for f in fields(loop.Config) if f.name not in _NOT_AN_ARMS]
    for key in settings:
        if key not in known:
            raise UserError(f"{where}: unknown setting {key!r}{suggest(key, known)}")
    for table in tables:
        if table not in loop_config.TABLES:
            raise UserError(f"{where}: unknown table {table!r}{suggest(table, loop_config.TABLES)}")
        if table in loop_config.SCORING:
            raise UserError(f"{where}: [{table}] is the same for all arms, or nothing compares")
    try:
        parse(loop.Config, loop_config.argv_of(loop.Config, settings), prog=loop.PROG)
    except UserError as error:
        raise UserError(f"{where}: {error}") from None
    return Arm(name, "own", settings=settings, tables=tables)


_NOT_AN_ARMS = ("out", "resume", "dry_run", "json")
