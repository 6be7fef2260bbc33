"""A local server that speaks OpenAI's API and fails as it is told to."""

from __future__ import annotations

import asyncio
import json
import threading
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True)
class Asked:
    """A request as it came."""

    method: str
    path: str
    headers: Mapping[str, str]
    body: Any
    nth: int
    """How often the same was asked before."""

    @property
    def prompt(self) -> str:
        """The last message, or the prompt ids."""
        if "messages" in self.body:
            return str(self.body["messages"][-1]["content"])
        return str(self.body["prompt"])


@dataclass(frozen=True)
class Reply:
    """What to send; by default an answer that arrives whole."""

    body: Any = None
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)
    raw: bytes | None = None
    """Sent in place of the body."""
    sent: float = 1.0
    """Share of the body that is sent before the connection is closed."""
    delay: float = 0.0
    """Seconds before anything is sent; ``inf`` for ever."""
    close: bool = False
    """Close the connection without a word."""


Script = Callable[[Asked], Reply]


def chat(text: str | None, **choice: Any) -> dict[str, Any]:
    """The body of a chat completion."""
    message = {"role": "assistant", "content": text, **choice.pop("message", {})}
    return {
        "choices": [{"index": 0, "message": message, "finish_reason": "stop", **choice}],
        "usage": {"prompt_tokens": 7, "completion_tokens": 2, "total_tokens": 9},
    }


def error(message: str, **more: Any) -> dict[str, Any]:
    """The body of an error."""
    return {"error": {"message": message, "type": "invalid_request_error", **more}}


class FaultServer:
    """Serves on a free port of the loopback interface, in a thread of its own."""

    def __init__(self, script: Script, models: Any = ("tiny",), owner: str = "me") -> None:
        self.script = script
        self.models = models
        self.owner = owner
        self.asked: list[Asked] = []
        """All requests for completions, in the order in which they came."""
        self.listed = 0
        """How often the models were asked for."""
        self.most = 0
        """The most that were under way at a time."""
        self._under_way = 0
        self._counts: Counter[str] = Counter()
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)

    def __enter__(self) -> FaultServer:
        self._thread.start()
        start = asyncio.start_server(self._serve, "127.0.0.1", 0)
        self._server = asyncio.run_coroutine_threadsafe(start, self._loop).result(10)
        port = self._server.sockets[0].getsockname()[1]
        self.url = f"http://127.0.0.1:{port}/v1"
        return self

    def __exit__(self, *_: object) -> None:
        async def stop() -> None:
            self._server.close()
            tasks = asyncio.all_tasks() - {asyncio.current_task()}
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)

        asyncio.run_coroutine_threadsafe(stop(), self._loop).result(10)
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(10)
        self._loop.close()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while await self._one(reader, writer):
                pass
        except (ConnectionError, asyncio.IncompleteReadError, asyncio.CancelledError):
            pass
        finally:
            writer.close()

    async def _one(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> bool:
        head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1")
        line, *rest = head.strip().split("\r\n")
        method, path, _ = line.split(" ")
        pairs = (header.partition(":") for header in rest)
        headers = {name.lower(): value.strip() for name, _, value in pairs}
        content = await reader.readexactly(int(headers.get("content-length", 0)))
        same = self._counts[path + content.decode()]
        self._counts[path + content.decode()] += 1
        asked = Asked(method, path, headers, json.loads(content or b"null"), same)
        self._under_way += 1
        self.most = max(self.most, self._under_way)
        try:
            return await self._answer(asked, writer)
        finally:
            self._under_way -= 1

    async def _answer(self, asked: Asked, writer: asyncio.StreamWriter) -> bool:
        self.listed += asked.path.endswith("/models")
        if asked.path.endswith("/models") and isinstance(self.models, tuple):
            cards = [
                {"id": name, "object": "model", "owned_by": self.owner} for name in self.models
            ]
            reply = Reply({"object": "list", "data": cards})
        elif asked.path.endswith("/models"):
            reply = self.models(asked)
        else:
            self.asked.append(asked)
            reply = self.script(asked)
        if reply.close:
            return False
        await asyncio.sleep(min(reply.delay, 3600))
        body = json.dumps(reply.body).encode() if reply.raw is None else reply.raw
        head = [f"HTTP/1.1 {reply.status} X", f"content-length: {len(body)}"]
        head += [f"{name}: {value}" for name, value in reply.headers.items()]
        writer.write("\r\n".join(head).encode() + b"\r\n\r\n" + body[: int(len(body) * reply.sent)])
        await writer.drain()
        return reply.sent == 1
