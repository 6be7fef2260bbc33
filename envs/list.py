"""What environments there are: ``python -m envs.list``."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from envs.common.cli import run_command
from envs.types import JSON


@dataclass(frozen=True)
class Config:
    """List the environments: built in, installed by other packages, broken."""

    json: bool = False
    """Print JSON."""


def listing() -> list[dict[str, JSON]]:
    """One record for each environment; a broken one has ``error`` in place of its contents."""
    from envs.plugins import plugins
    from envs.registry import resolve_world
    from envs.tools import tools_of

    records: list[dict[str, JSON]] = []
    for plugin in sorted(plugins().values(), key=lambda p: p.id):
        record: dict[str, JSON] = {
            "id": plugin.id,
            "world": plugin.target,
            "package": plugin.package,
        }
        try:
            world = resolve_world(plugin.id)
            record["about"] = (world.__doc__ or "").strip().partition("\n")[0]
            record["tools"] = list(tools_of(world))
            record["tasks"] = dict(Counter(task.split for task in world().tasks()))
        except Exception as error:  # whatever a plug-in does
            record["error"] = " ".join(str(error).split())
        records.append(record)
    return records


def show(config: Config) -> int:
    """Run the command."""
    records = listing()
    if config.json:
        import json

        print(json.dumps(records, indent=2))
        return 0
    from rich.console import Console
    from rich.markup import escape
    from rich.table import Column, Table

    # An id is there to be copied, so it is never cut.
    table = Table(Column("id", no_wrap=True), "tasks", "tools", "package", "about")
    for r in records:
        if "error" not in r:
            tasks = ", ".join(f"{n} {split}" for split, n in r["tasks"].items()) or "none"
            tools = str(len(r["tools"])) if r["tools"] else "by task"
            table.add_row(*map(escape, (r["id"], tasks, tools, r["package"], r["about"])))
    console = Console()
    console.print(table)
    for r in records:
        if "error" in r:
            console.print(f"broken: {r['id']}: {r['error']}", markup=False, style="red")
    return 0


def main(argv: Sequence[str] | None = None) -> int:
    """Run ``python -m envs.list``."""
    return run_command(Config, show, argv, prog="python -m envs.list")


if __name__ == "__main__":
    raise SystemExit(main())
