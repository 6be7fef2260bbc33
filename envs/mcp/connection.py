"""A session with an MCP server, for code that is not asynchronous.

The official client runs on a private event loop in a thread of its own, one for each session.
Every wait has a deadline, and closing leaves no process behind: the server's input is closed, and
what does not end by itself is terminated, then killed, with all its children (the official
client's doing). Where this process is killed outright, the server is too on Linux; its children,
and servers on other systems, then have only their closed input to end by.
"""

from __future__ import annotations

import asyncio
import atexit
import contextlib
import logging
import os
import sys
import tempfile
import threading
import weakref
from collections.abc import Awaitable, Callable, Mapping
from concurrent.futures import CancelledError, Future
from concurrent.futures import TimeoutError as FutureTimeout
from pathlib import Path
from typing import IO, Any

from envs.common.errors import UserError
from envs.common.optional import need
from envs.common.text import one_line
from envs.mcp.server import Server, bound, folder_of, program_of
from envs.types import JSON, ToolError
from envs.world import WorldError

GRACE = 15.0
"""Seconds to close in: more than the client takes to kill a server that ignores everything."""
PAGES = 100
"""Most pages of a list of tools: a server that never ends its list is broken."""
TAIL = 300
"""Characters of the server's log that go into an error."""

logging.getLogger("mcp").addHandler(logging.NullHandler())  # else its tracebacks go to the terminal


class Connection:
    """An open session with a server. Closed by `close`, by garbage collection and at exit.

    Raises:
        UserError: the command or a variable does not exist.
        WorldError: the server does not start, or not in time.
    """

    def __init__(self, server: Server) -> None:
        self.server = server
        self._session = _Session(server)
        self._finalizer = weakref.finalize(self, self._session.stop)
        self._finalizer.atexit = False  # `_close_all` does that, and waits
        self._session.start()

    @property
    def workspace(self) -> Path | None:
        """The copy of the workspace that the command runs in; gone with the session."""
        return self._session.workspace

    @property
    def lists_change(self) -> bool:
        """Whether the server says that its tools may change while the session is open."""
        tools = self._session.client.result().server_capabilities.tools
        return bool(tools is not None and tools.list_changed)

    def tools(self) -> list[Any]:
        """The tools as the server lists them, all pages.

        Raises:
            WorldError: there is no list, or it is not to be understood.
        """

        async def listed(client: Any) -> list[Any]:
            tools, cursor = [], None
            for _ in range(PAGES):
                page = await client.list_tools(cursor=cursor, cache_mode="refresh")
                tools += page.tools
                cursor = page.next_cursor
                if cursor is None:
                    return tools
            raise WorldError(f"{self.server.name}: its list of tools does not end")

        found: list[Any] = self._session.ask(listed, "its list of tools")
        return found

    def call(self, name: str, arguments: Mapping[str, JSON]) -> Any:
        """Have a tool called; a ``CallToolResult`` of the official package.

        Raises:
            ToolError: the server refused the call.
            WorldError: the server gave no answer in time, died, or broke the protocol.
        """
        return self._session.ask(lambda c: c.call_tool(name, dict(arguments)), f"a call of {name}")

    def close(self) -> None:
        """End the session and the server; waits until both are gone."""
        self._session.stop()
        self._session.join()


class _Session:
    """The thread, its loop and the client; holds no `Connection`, so that one can be collected."""

    def __init__(self, server: Server) -> None:
        self.server = server
        self.client: Future[Any] = Future()
        self.workspace: Path | None = None
        """The copy that the command runs in."""
        self._secrets = server.secrets()
        self._ready = threading.Event()
        self._log: IO[bytes] | None = None
        self._said_last = ""
        self._garbage = 0
        self._lock = threading.Lock()  # of the two above
        self._thread = threading.Thread(target=self._run, daemon=True, name=f"mcp {server.name}")

    # --- from other threads

    def start(self) -> None:
        """Open the session.

        Raises:
            UserError, WorldError: as `Connection`.
        """
        for package in ("mcp", "httpx2"):
            need(package, extra="mcp")
        _open.add(self)
        self._thread.start()
        try:
            self.client.result(self.server.start_deadline)
        except FutureTimeout:
            self._give_up()
            seconds = f"{self.server.start_deadline:g} s"
            raise WorldError(
                f"{self.server.name} did not start within {seconds}{self._said()}"
            ) from None
        except UserError:
            raise
        except Exception as error:
            self.join()
            why = _told(error)
            raise WorldError(f"{self.server.name} did not start: {why}{self._said()}") from error
        except BaseException:
            self._give_up()
            raise

    def ask(self, question: Callable[[Any], Awaitable[Any]], what: str) -> Any:
        """Have something done with the client, within the deadline.

        Raises:
            ToolError, WorldError: as `Connection.call`.
        """
        if not self._thread.is_alive():
            raise WorldError(f"{self.server.name} is gone{self._said()}")
        deadline = self.server.deadline
        answer = asyncio.run_coroutine_threadsafe(self._limited(question), self._loop)
        try:
            return answer.result(deadline + GRACE)
        except (TimeoutError, FutureTimeout):
            problem = f"no answer to {what} within {deadline:g} s"
            raise WorldError(f"{self.server.name}: {problem}{self._said()}") from None
        except CancelledError:  # the session ended meanwhile
            raise WorldError(f"{self.server.name} is gone{self._said()}") from None
        except (WorldError, ToolError):
            raise
        except Exception as error:
            if (refusal := _refusal(error)) is not None:
                raise ToolError(refusal) from None
            raise WorldError(f"{self.server.name}: {what}: {_told(error)}{self._said()}") from error
        finally:
            answer.cancel()

    def stop(self) -> None:
        """Let the session end by itself; does not wait."""
        if self._thread.is_alive():
            self._ready.wait()
            opened = self.client.done()
            with contextlib.suppress(RuntimeError):  # the loop has just ended
                self._loop.call_soon_threadsafe(self._stop.set if opened else self._scope.cancel)

    def join(self) -> None:
        """Wait for the end; a session that does not end in time is cut."""
        self._thread.join(GRACE)
        if self._thread.is_alive():
            self._give_up()

    def _give_up(self) -> None:
        with contextlib.suppress(RuntimeError):
            self._ready.wait()
            self._loop.call_soon_threadsafe(self._scope.cancel)
        self._thread.join(GRACE)

    # --- on the thread

    def _run(self) -> None:
        try:
            asyncio.run(self._main())
            failure: BaseException = WorldError("it was given up")
        except BaseException as error:
            failure = error
        if not self.client.done():
            self.client.set_exception(failure)
        _open.discard(self)

    async def _main(self) -> None:
        import anyio

        self._loop = asyncio.get_running_loop()
        self._stop = asyncio.Event()
        with anyio.CancelScope() as self._scope:
            self._ready.set()
            async with contextlib.AsyncExitStack() as stack:
                info = need("mcp", extra="mcp").Implementation(name="itool", version="")
                client = need("mcp", extra="mcp").Client(
                    await self._transport(stack),
                    client_info=info,
                    cache=None,
                    message_handler=self._heard,
                )
                self.client.set_result(await stack.enter_async_context(client))
                await self._stop.wait()

    async def _transport(self, stack: contextlib.AsyncExitStack) -> Any:
        server, values = self.server, self._secrets
        if server.url is not None:
            http = need("httpx2", extra="mcp")
            headers = {header: values[name] for header, name in server.headers.items()}
            timeout = http.Timeout(30.0, read=max(30.0, server.deadline))
            client = await stack.enter_async_context(
                http.AsyncClient(headers=headers, timeout=timeout)
            )
            streamable = need("mcp.client.streamable_http", extra="mcp")
            return streamable.streamable_http_client(server.url, http_client=client)
        stdio = need("mcp.client.stdio", extra="mcp")
        path = os.pathsep.join(
            [os.environ.get("PATH", os.defpath), os.path.dirname(sys.executable)]
        )
        folder = stack.enter_context(folder_of(server))
        self.workspace = None if server.workspace is None else folder
        self._log = stack.enter_context(tempfile.TemporaryFile())  # noqa: SIM115
        stack.callback(self._keep_log)
        program, *arguments = bound(program_of(server, path, folder), server.command[1:])
        parameters = stdio.StdioServerParameters(
            command=program,
            args=arguments,
            env={name: values[name] for name in server.variables} | {"PATH": path},
            cwd=folder,
        )
        return stdio.stdio_client(parameters, errlog=self._log)

    async def _heard(self, message: Any) -> None:
        """Count what the server wrote that is no message of the protocol."""
        self._garbage += isinstance(message, Exception)

    async def _limited(self, question: Callable[[Any], Awaitable[Any]]) -> Any:
        import anyio

        with anyio.fail_after(self.server.deadline):
            return await question(self.client.result())

    def _said(self) -> str:
        """What the server wrote to its standard error last, for an error."""
        with self._lock:
            text = self._said_last if self._log is None else _tail(self._log)
        for secret in filter(None, self._secrets.values()):
            text = text.replace(secret, "***")
        garbage = f"; lines that were no JSON-RPC: {self._garbage}" if self._garbage else ""
        return garbage + (f"; its log ends: {text[-TAIL:]}" if text else "")

    def _keep_log(self) -> None:
        with self._lock:
            assert self._log is not None
            self._said_last, self._log = _tail(self._log), None


def _tail(log: IO[bytes]) -> str:
    log.seek(max(0, log.seek(0, os.SEEK_END) - 4 * TAIL))
    return one_line(log.read().decode("utf-8", "replace"))


_open: set[_Session] = set()


@atexit.register
def _close_all() -> None:
    sessions = list(_open)
    for session in sessions:
        session.stop()
    for session in sessions:
        session.join()


def _refusal(error: Exception) -> str | None:
    """The text of an error response that the server itself gave to a call, if it is one.

    What the client makes up for a connection that is lost or for an HTTP status is none, nor is
    the server's word that it does not speak the protocol.
    """
    types = need("mcp_types", extra="mcp")
    if not isinstance(error, need("mcp", extra="mcp").MCPError):
        return None
    broken = {
        *(types.CONNECTION_CLOSED, types.REQUEST_TIMEOUT, types.PARSE_ERROR),
        *(types.INVALID_REQUEST, types.METHOD_NOT_FOUND, types.UNSUPPORTED_PROTOCOL_VERSION),
    }
    made_up = error.message == "Server returned an error response"
    return None if error.code in broken or made_up else f"Error: {error.message}"


def _told(error: BaseException) -> str:
    """One line about a failure; of a group, about its first member."""
    while isinstance(error, BaseExceptionGroup):
        error = error.exceptions[0]
    text = one_line(str(error))[:TAIL]
    return f"{type(error).__name__}: {text}" if text else type(error).__name__
