"""A session in a run folder: every branch a record that ``--replay`` reads."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from envs.common.errors import UserError
from envs.common.runs import RunFolder, default_out, versions

if TYPE_CHECKING:
    from agents.player.session import Session


class Saver:
    """Writes a session as often as asked; each time the whole of it.

    Args:
        out: the run folder; ``None``: ``runs/play-TIME``, chosen at the first save.

    Raises:
        UserError: `out` holds a run already, or is a file.
    """

    def __init__(self, out: Path | None) -> None:
        if out is not None and (out.is_file() or (out / "manifest.json").exists()):
            raise UserError(f"--out {out}: exists already; name a new run folder")
        self._out = out
        self._folder: RunFolder | None = None

    def save(self, session: Session) -> Path:
        """Write all branches, the present one first.

        Raises:
            UserError: it cannot be written.
        """
        if self._folder is None:
            path = self._out or default_out("play")
            about = {"env": session.env_id, "task": session.task.id, "seed": session.seed}
            manifest = {"command": "play", **about, "versions": versions()}
            self._folder = RunFolder.create(path, manifest)
        rows = (episode.to_json() for episode in session.episodes())
        self._folder.write_jsonl("episodes.jsonl", rows)
        return self._folder.path
