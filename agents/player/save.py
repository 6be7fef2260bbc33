"""A session in a run folder: every branch a record that ``--replay`` reads."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from envs.common.errors import UserError
from envs.common.runs import RunFolder, default_out, read_jsonl, versions
from envs.episode import Episode, read_episode

if TYPE_CHECKING:
    from agents.player.session import Session

COMMAND, EPISODES = "play", "episodes.jsonl"


class Saver:
    """Writes a session as often as asked; each time the whole of it.

    Args:
        out: the run folder, where sessions of the same environment and model may stand already;
            ``None``: ``runs/play-TIME``, chosen at the first save.
        env: what records call the environment.
        model: the engine's name; ``None``: a person plays alone.

    Raises:
        UserError: `out` holds another run, or is a file.
    """

    def __init__(self, out: Path | None, env: str, model: str | None = None) -> None:
        self._out = out
        self._about: dict[str, Any] = {"command": COMMAND, "env": env}
        if model is not None:
            self._about["engine"] = {"name": model}
        self._folder: RunFolder | None = None
        self._earlier: list[Episode] = []
        if out is not None and out.is_file():
            raise UserError(f"--out {out}: is a file; name a run folder")
        if out is not None and (out / "manifest.json").exists():
            self._join(out)

    def next_trial(self, task: str) -> int:
        """Which attempt at a task a session is, after those that stand in the folder."""
        return 1 + max((e.trial for e in self._earlier if e.task == task), default=-1)

    def save(self, session: Session) -> Path:
        """Write all branches, the present one first.

        Raises:
            UserError: it cannot be written.
        """
        if self._folder is None:
            path = self._out or default_out("play")
            self._folder = RunFolder.create(path, {**self._about, "versions": versions()})
        episodes = [*session.episodes(), *self._earlier]
        self._folder.write_jsonl(EPISODES, (episode.to_json() for episode in episodes))
        return self._folder.path

    def _join(self, out: Path) -> None:
        """Read the sessions that are there, to stand behind this one."""
        self._folder, manifest = RunFolder.open(out)
        for name in ("command", "env", "engine"):
            if manifest.get(name) != self._about.get(name):
                there, here = (about.get(name, "none") for about in (manifest, self._about))
                raise UserError(
                    f"--out {out}: holds another run ({name} {there}, not {here}); "
                    "name a new run folder"
                )
        file = out / EPISODES
        self._earlier = [read_episode(row, f"{file}:{n}") for n, row in read_jsonl(file)]
