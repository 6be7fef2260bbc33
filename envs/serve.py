"""Serve an environment as an MCP server: ``python -m envs.serve ENV``.

Every client session is an episode of its own. The environment's tools are the server's tools, the
task's messages are the prompt ``task``, and the resource ``itool://episode`` tells how the episode
stands. With ``--loop`` one more tool, ``itool_reply``, ends a turn: it brings the user's next
message, or the end. How well it went is told of training tasks only. Sessions are what makes
episodes, so the revisions of MCP that have sessions are spoken (up to 2025-11-25); a newer client
falls back to them by itself. HTTP is served to this machine only, without authentication.
"""

from __future__ import annotations

import contextlib
import json
import sys
import threading
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, Any

from envs.common.cli import positional, run_command
from envs.common.errors import UserError, suggest
from envs.common.optional import need
from envs.types import JSON, Action, ToolCall, ToolSpec

if TYPE_CHECKING:
    from envs.env import ToolEnv

EPISODE = "itool://episode"
"""The resource that tells how the episode stands."""
REPLY = ToolSpec(
    "itool_reply",
    "Say something to the user. Brings the user's next message, or the end of the conversation.",
    {
        "type": "object",
        "properties": {"text": {"type": "string", "description": "What you say to the user."}},
        "required": ["text"],
        "additionalProperties": False,
    },
)
"""The tool that ``--loop`` adds."""
OVER = "The episode is over."
SESSIONS = 1000
"""Most sessions that are open at a time over HTTP."""


@dataclass(frozen=True)
class Config:
    """Serve an environment as an MCP server over standard input and output, or over HTTP."""

    env: Annotated[str, positional]
    """Id of an environment, module:World, or mcp:FILE.toml."""
    task: str | None = None
    """Which task (default: the first one for testing). Over HTTP, ?task=ID at the end of the URL
    chooses another."""
    seed: int = 0
    """Of every episode."""
    http: int | None = None
    """Serve streamable HTTP on this port of 127.0.0.1; 0 takes a free one."""
    loop: bool = False
    """Offer the tool itool_reply, which ends a turn."""


@dataclass(frozen=True)
class Answer:
    """What a client hears of a turn."""

    text: str
    error: bool = False
    data: Mapping[str, JSON] | None = None
    """The same for machines, of a reply."""


class Play:
    """The episode of one client session. Calls may come from any thread; they take turns."""

    def __init__(self, env: ToolEnv, task: str, seed: int, *, loop: bool) -> None:
        self._env = env
        self._loop = loop
        self._lock = threading.Lock()
        self._reward = 0.0
        self._score: Mapping[str, float] = {}
        env.reset(seed=seed, options={"task": task})
        assert env.task is not None
        self._task = env.task
        env.outcome_reward = self._task.split == "train"  # what is tested must not learn of it
        if loop and any(spec.name == REPLY.name for spec in env.observation.tools):
            raise UserError(f"the environment has a tool {REPLY.name!r} itself; leave --loop out")

    @property
    def tools(self) -> tuple[ToolSpec, ...]:
        """What is on offer now."""
        return (*self._env.observation.tools, *([REPLY] if self._loop else []))

    @property
    def messages(self) -> list[tuple[str, str]]:
        """Role and text of the task's messages."""
        return [(message.role, message.content) for message in self._task.messages]

    def call(self, name: str, arguments: Mapping[str, Any]) -> Answer:
        """Carry out a call, as a turn of its own.

        Raises:
            WorldError: the world broke.
        """
        with self._lock:
            if self._env.ended:
                return Answer(f"{OVER} A new session starts another.", error=True)
            if self._loop and name == REPLY.name:
                return self._reply(arguments)
            said, errors = self._step(Action(calls=(ToolCall(name, arguments),)))
            if self._env.ended:
                said.append(OVER)
            return Answer("\n".join(said), error=bool(errors))

    def to_json(self) -> dict[str, JSON]:
        """How the episode stands; of a training task also what it earned."""
        env = self._env
        state: dict[str, JSON] = {
            "task": self._task.id,
            "split": self._task.split,
            "turns": env.turns,
            "ended": env.ended,
            "outcome": None if env.outcome is None else str(env.outcome),
        }
        if env.outcome_reward:
            state |= {"reward": self._reward, "score": dict(self._score)}
        return state

    def close(self) -> None:
        """Let go of what the environment holds."""
        close = getattr(self._env.world, "close", None)  # a world may hold a server
        if close is not None:
            close()
        self._env.close()

    def _reply(self, arguments: Mapping[str, Any]) -> Answer:
        from envs.schema import errors

        if wrong := errors(dict(arguments), REPLY.parameters):
            return Answer(f"Error: {'; '.join(wrong)}", error=True)
        said, _ = self._step(Action(arguments["text"]))
        state = self.to_json()
        if not self._env.ended:
            return Answer("\n".join(said), data={**state, "message": "\n".join(said)})
        how = f" Outcome: {state['outcome']}." if state["outcome"] else ""
        return Answer(OVER + how, data=state)

    def _step(self, action: Action) -> tuple[list[str], Sequence[Any]]:
        """What follows the turn, and its errors."""
        seen = len(self._env.observation.messages) + 1
        observation, reward, _, _, info = self._env.step(action)
        self._reward += float(reward)
        self._score = info["score"] or self._score
        return [message.content for message in observation.messages[seen:]], info["errors"]


# --- the server


def server(name: str, start: Callable[[str | None], Play]) -> Any:
    """A server of the official package whose sessions are episodes.

    Args:
        name: what it calls itself.
        start: begins an episode of a task, ``None`` for the one that is served by default.
    """
    import anyio

    base = need("mcp.server.lowlevel", extra="mcp")
    types = need("mcp_types", extra="mcp")

    class Served(base.Server):  # type: ignore[name-defined, misc]
        """Tells clients that its tools may change, and ends episodes with their sessions."""

        def get_capabilities(self, options: Any = None, *rest: Any, **more: Any) -> Any:
            changes = base.NotificationOptions(tools_changed=True)
            return super().get_capabilities(changes, *rest, **more)

    async def play(ctx: Any) -> Play:
        # Where a session keeps what is its own; the package hands it to no handler by another way.
        own = ctx.session._connection
        async with own.state.setdefault("lock", anyio.Lock()):
            if "play" not in own.state:
                task = None if ctx.request is None else ctx.request.query_params.get("task")
                own.state["play"] = begun = await _in_thread(lambda: start(task))
                own.exit_stack.callback(begun.close)
        found: Play = own.state["play"]
        return found

    async def list_tools(ctx: Any, params: Any) -> Any:
        return types.ListToolsResult(tools=[_tool(spec) for spec in (await play(ctx)).tools])

    async def call_tool(ctx: Any, params: Any) -> Any:
        episode = await play(ctx)
        before = episode.tools
        answer = await _in_thread(lambda: episode.call(params.name, params.arguments or {}))
        if episode.tools != before:
            await ctx.session.send_tool_list_changed()
        return types.CallToolResult(
            content=[types.TextContent(text=_sendable(answer.text))],
            structured_content=answer.data,
            is_error=answer.error,
        )

    async def list_prompts(ctx: Any, params: Any) -> Any:
        about = "What the user asks for; system messages are said by the user."
        return types.ListPromptsResult(prompts=[types.Prompt(name="task", description=about)])

    async def get_prompt(ctx: Any, params: Any) -> Any:
        if params.name != "task":
            raise _refusal(f"no prompt {params.name!r}; there is 'task'")
        said = [_prompted(*message) for message in (await play(ctx)).messages]
        return types.GetPromptResult(messages=said)

    async def list_resources(ctx: Any, params: Any) -> Any:
        about = "How this session's episode stands."
        resource = types.Resource(
            uri=EPISODE, name="episode", description=about, mime_type="application/json"
        )
        return types.ListResourcesResult(resources=[resource])

    async def read_resource(ctx: Any, params: Any) -> Any:
        if str(params.uri) != EPISODE:
            raise _refusal(f"no resource {params.uri}; there is {EPISODE}")
        text = json.dumps((await play(ctx)).to_json())
        held = types.TextResourceContents(uri=EPISODE, mime_type="application/json", text=text)
        return types.ReadResourceResult(contents=[held])

    return Served(
        name,
        on_list_tools=list_tools,
        on_call_tool=call_tool,
        on_list_prompts=list_prompts,
        on_get_prompt=get_prompt,
        on_list_resources=list_resources,
        on_read_resource=read_resource,
    )


async def _in_thread(work: Callable[[], Any]) -> Any:
    """Have the environment work without holding up other sessions; its failure is the server's."""
    import anyio.to_thread

    from envs.world import WorldError

    try:
        return await anyio.to_thread.run_sync(work)
    except (WorldError, UserError) as error:
        mcp, types = need("mcp", extra="mcp"), need("mcp_types", extra="mcp")
        raise mcp.MCPError(types.INTERNAL_ERROR, _sendable(str(error))) from error


def _refusal(text: str) -> Exception:
    mcp, types = need("mcp", extra="mcp"), need("mcp_types", extra="mcp")
    error: Exception = mcp.MCPError(types.INVALID_PARAMS, text)
    return error


def _tool(spec: ToolSpec) -> Any:
    types = need("mcp_types", extra="mcp")
    return types.Tool(
        name=spec.name, description=spec.description, input_schema=dict(spec.parameters)
    )


def _prompted(role: str, text: str) -> Any:
    types = need("mcp_types", extra="mcp")
    who = "assistant" if role == "assistant" else "user"
    return types.PromptMessage(role=who, content=types.TextContent(text=_sendable(text)))


def _sendable(text: str) -> str:
    """The text without unpaired surrogates, which no JSON message can carry."""
    return text.encode("utf-8", "backslashreplace").decode("utf-8")


# --- the command


def serve(config: Config) -> int:
    """Run the command."""
    for package in ("mcp", *(["uvicorn"] if config.http is not None else [])):
        need(package, extra="mcp")
    with contextlib.redirect_stdout(sys.stderr):  # standard output belongs to the protocol
        tasks = _tasks(config.env)
    default = _first(tasks) if config.task is None else _known(tasks, config.task)

    def start(task: str | None) -> Play:
        from envs.registry import make

        wanted = default if task is None else _known(tasks, task)
        return Play(make(config.env), wanted, config.seed, loop=config.loop)

    made = server(config.env, start)
    if config.http is None:
        _serve_stdio(made)
    else:
        _serve_http(made, config.http)
    return 0


def _tasks(env: str) -> dict[str, str]:
    """The ids of the tasks, with their splits."""
    from envs.registry import make
    from envs.world import WorldError

    try:
        found = {task.id: task.split for task in make(env).tasks.values()}
    except WorldError as error:
        raise UserError(" ".join(str(error).split())) from error
    if not found:
        raise UserError(f"{env} has no tasks")
    return found


def _first(tasks: Mapping[str, str]) -> str:
    tests = (name for name, split in tasks.items() if split == "test")
    return next(tests, next(iter(tasks)))


def _known(tasks: Mapping[str, str], task: str) -> str:
    if task not in tasks:
        raise UserError(f"no such task: {task}{suggest(task, list(tasks))}")
    return task


def _serve_stdio(made: Any) -> None:
    import anyio

    stdio = need("mcp.server.stdio", extra="mcp")
    runner = need("mcp.server.runner", extra="mcp")

    async def session() -> None:
        async with stdio.stdio_server() as (incoming, outgoing):
            await runner.serve_loop(made, incoming, outgoing, lifespan_state=None)

    anyio.run(session)


def _serve_http(made: Any, port: int) -> None:
    import socket

    uvicorn = need("uvicorn", extra="mcp")
    made.middleware.append(_with_sessions)
    app = made.streamable_http_app(max_sessions=SESSIONS)
    with socket.socket() as listener:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            listener.bind(("127.0.0.1", port))
            listener.listen(128)  # whoever reads the line below may connect at once
        except (OSError, OverflowError) as error:
            raise UserError(f"--http {port}: {error}") from None
        print(f"http://127.0.0.1:{listener.getsockname()[1]}/mcp", flush=True)
        options = uvicorn.Config(app, log_level="warning", timeout_graceful_shutdown=1)
        uvicorn.Server(options).run(sockets=[listener])


async def _with_sessions(ctx: Any, call_next: Callable[[Any], Any]) -> Any:
    """Turn clients of the revisions without sessions to those that have them."""
    versions = need("mcp_types.version", extra="mcp")
    if ctx.protocol_version in versions.MODERN_PROTOCOL_VERSIONS:
        mcp, types = need("mcp", extra="mcp"), need("mcp_types", extra="mcp")
        raise mcp.MCPError(
            types.UNSUPPORTED_PROTOCOL_VERSION,
            "an episode needs a session",
            {
                "supported": list(versions.HANDSHAKE_PROTOCOL_VERSIONS),
                "requested": ctx.protocol_version,
            },
        )
    return await call_next(ctx)


def main(argv: Sequence[str] | None = None) -> int:
    """Run ``python -m envs.serve``."""
    return run_command(Config, serve, argv, prog="python -m envs.serve")


if __name__ == "__main__":
    raise SystemExit(main())
