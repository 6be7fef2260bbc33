"""An MCP server as a world.

Each episode gets a server (or, at a URL, a session) of its own. What a call says goes to the model:
results as texts, refusals and results marked as errors as `ToolError`. A server that hangs, dies or
breaks the protocol is a `WorldError`. What the server keeps is its own: a position can be gone back
to only by doing the same again, which its user has to declare harmless. Servers run with the rights
of the user; there is no sandbox.
"""

from __future__ import annotations

import shlex
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import ClassVar, Self

from envs.common.errors import UserError
from envs.given import Given, GivenWorld
from envs.mcp.connection import Connection
from envs.mcp.results import cut, specs_of, text_of
from envs.mcp.server import Server, checked
from envs.schema import call_errors
from envs.types import JSON, Task, ToolCall, ToolError, ToolSpec
from envs.world import WorldError


class MCPWorld(GivenWorld):
    """The tools of an MCP server, and tasks that the user gives.

    Args:
        command: what starts the server, which speaks MCP over its standard input and output; a
            list, or a text that is split as a shell does.
        url: a streamable HTTP endpoint, in place of a command.
        tasks: a JSON-lines file, or tasks, or the objects that stand for them (`envs.tasks`).
        message: what the user says, for one task in their place that expects nothing.
        variables: names of environment variables that the command gets beside the usual few.
        headers: HTTP header -> name of the environment variable that holds its value.
        cwd: where the command runs.
        workspace: a folder that is copied for every server; the command runs in the copy, whose
            path is shown as ``.``.
        deadline: seconds that the server has for an answer.
        start_deadline: seconds that it has to start.
        max_chars: longest result; the rest is cut off, and the result says so.
        fresh: start anew for every episode; ``False`` keeps one server for all episodes of an
            environment.
        replayable: the user's promise that a fresh server and the same calls lead to the same
            answers without side effects that matter; snapshots then replay.

    Raises:
        UserError: an option or a task is wrong.
    """

    copyable = False
    blocking = True
    label: ClassVar[str] = ""
    """What errors call the server."""

    def __init__(
        self,
        *,
        command: str | Sequence[str] = (),
        url: str | None = None,
        tasks: Given | None = None,
        message: str | None = None,
        variables: Sequence[str] = (),
        headers: Mapping[str, str] | None = None,
        cwd: str | Path | None = None,
        workspace: str | Path | None = None,
        deadline: float = 60.0,
        start_deadline: float = 60.0,
        max_chars: int = 100_000,
        fresh: bool = True,
        replayable: bool = False,
    ) -> None:
        super().__init__(tasks=tasks, message=message)
        command = tuple(shlex.split(command) if isinstance(command, str) else command)
        checked(command, url)
        if replayable and not fresh:
            raise UserError("a replayable server is a fresh one: fresh has to be true")
        if url is not None and (cwd or workspace or variables):
            raise UserError("cwd, workspace and variables are for a command; a URL takes headers")
        if min(deadline, start_deadline, max_chars) <= 0:
            raise UserError("deadline, start_deadline and max_chars have to be more than 0")
        self.server = Server(
            command=command,
            url=url,
            variables=tuple(variables),
            headers=dict(headers or {}),
            cwd=None if cwd is None else Path(cwd),
            workspace=None if workspace is None else Path(workspace),
            deadline=deadline,
            start_deadline=start_deadline,
            label=self.label,
        )
        self.max_chars = max_chars
        self.fresh = fresh
        self.replayable = replayable
        self._connection: Connection | None = None
        self._specs: tuple[ToolSpec, ...] = ()

    def __copy__(self) -> Self:
        """A world of the same server that starts one of its own."""
        twin = object.__new__(type(self))
        twin.__dict__.update(self.__dict__, _connection=None)
        return twin

    def setup(self, task: Task) -> None:
        """Start the server, and list its tools."""
        if self.fresh:
            self.close()
        if self._connection is None:
            self._connection = Connection(self.server)
        super().setup(task)
        self._specs = self._listed()

    def specs(self, task: Task) -> Sequence[ToolSpec]:
        """The server's tools, as it listed them last."""
        return self._specs

    def call(self, call: ToolCall) -> JSON:
        """Have the server carry out a call; the record in `state` also has what it said."""
        record = {"name": call.name, "arguments": dict(call.arguments)}
        text, error = self._answer(call.name, call.arguments)
        self.state["calls"].append({**record, "text": text, "error": error})
        if self._connection is not None and self._connection.lists_change:
            self._specs = self._listed()
        if error:
            raise ToolError(text)
        return text

    def close(self) -> None:
        """End the server; the next episode starts another."""
        if self._connection is not None:
            self._connection.close()
            self._connection = None

    def _holds(self, check: JSON) -> bool:
        """Whether a tool says what it should, now that the episode is over."""
        if wrong := call_errors(ToolCall(check["name"], check["arguments"]), self._specs):
            raise WorldError(f"the task's check of {check['name']}: {'; '.join(wrong)}")
        text, error = self._answer(check["name"], check["arguments"])
        return not error and check["text"] in text

    def _answer(self, name: str, arguments: Mapping[str, JSON]) -> tuple[str, bool]:
        """What the server says to a call, and whether it is an error."""
        with self._open() as connection:
            try:
                result = connection.call(name, arguments)
            except ToolError as refusal:
                text, error = str(refusal), True
            else:
                text, error = text_of(result), bool(result.is_error)
        if connection.workspace is not None:  # its name is another every time
            text = text.replace(str(connection.workspace), ".")
        return cut(text, self.max_chars), error

    def _listed(self) -> tuple[ToolSpec, ...]:
        with self._open() as connection:
            specs = specs_of(connection.tools(), self.server.name)
        return self._specs if specs == self._specs else specs

    @contextmanager
    def _open(self) -> Iterator[Connection]:
        """The connection; one that fails is of no more use."""
        if self._connection is None:
            raise WorldError(f"{self.server.name} is gone")
        try:
            yield self._connection
        except WorldError:
            self.close()
            raise
