"""An MCP server that misbehaves on demand, in plain Python: ``mcp_fault_server.py [MODE]``.

It speaks the handshake revision over standard input and output. What is wrong is chosen by the
tool that is called, and for the start by the mode.
"""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time

MODE = sys.argv[1] if len(sys.argv) > 1 else ""
OBJECT = {"type": "object", "properties": {}}
TOOLS = {
    **dict.fromkeys(("hang", "die", "fail", "refuse", "huge", "media", "garbage"), OBJECT),
    **dict.fromkeys(("structured", "surrogate", "wrong_type", "noise", "grow"), OBJECT),
    **dict.fromkeys(("count", "folder", "pid"), OBJECT),
    "echo": {
        "type": "object",
        "properties": {"text": {"type": "string", "maxLength": 5}},
        "required": ["text"],
        "$defs": {"unused": {"type": "integer"}},
    },
    "variable": {"type": "object", "properties": {"name": {"type": "string"}}},
}
BROKEN = {
    "no_pattern": {"type": "object", "properties": {"x": {"type": "string", "pattern": "("}}},
    "no_type": {"type": "object", "properties": {"x": {"type": "strang"}}},
    "nowhere": {"type": "object", "properties": {"x": {"$ref": "https://example.org/x"}}},
}
counted = 0
grown = False


def text(value: str, **more: object) -> dict:
    return {"content": [{"type": "text", "text": value}], **more}


def send(message: dict | str) -> None:
    line = message if isinstance(message, str) else json.dumps({"jsonrpc": "2.0", **message})
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


def call(name: str, arguments: dict) -> dict:
    global counted, grown
    if name == "hang":
        time.sleep(600)
    if name == "die":
        print("the password is", os.environ.get("FAULT_SECRET", "unknown"), file=sys.stderr)
        os._exit(3)
    if name == "fail":
        return text("it did not work", isError=True)
    if name == "huge":
        return text("x" * 3_000_000)
    if name == "media":
        blob = {"uri": "file:///b", "mimeType": "application/x", "blob": "AAAA"}
        return {
            "content": [
                {"type": "text", "text": "see"},
                {"type": "image", "mimeType": "image/png", "data": "AAAAAA=="},
                {"type": "resource", "resource": {"uri": "file:///a", "text": "held"}},
                {"type": "resource", "resource": blob},
                {"type": "resource_link", "uri": "file:///c", "name": "c"},
            ]
        }
    if name == "garbage":
        send("this is { no JSON")
        time.sleep(600)
    if name == "noise":
        send("starting up...")
        return text("still fine")
    if name == "structured":
        return {"content": [], "structuredContent": {"a": [1]}}
    if name == "surrogate":
        send('{"jsonrpc": "2.0", "method": "notifications/message", "params": {"data": "\\ud800"}}')
        return text("\ud800")
    if name == "wrong_type":
        return {"content": "none"}
    if name == "grow":
        grown = True
        return text("more tools")
    if name == "count":
        counted += 1
        return text(str(counted))
    if name == "folder":
        return text(f"{os.getcwd()}: {sorted(os.listdir())}")
    if name == "pid":
        return text(str(os.getpid()))
    if name == "variable":
        return text(os.environ.get(arguments["name"], "(not set)"))
    return text(arguments["text"])


def answer(method: str, params: dict) -> dict:
    if method == "initialize":
        return {
            "protocolVersion": params["protocolVersion"],
            "capabilities": {"tools": {"listChanged": MODE == "grows"}},
            "serverInfo": {"name": "faults", "version": "1"},
        }
    if method == "tools/list":
        tools = {**TOOLS, **(BROKEN if MODE == "broken" else {})}
        if grown:
            tools["late"] = OBJECT
        more = {"nextCursor": "again"} if MODE == "endless" else {}
        if MODE == "no_list":
            return {"tools": {"not": "a list"}}
        return {"tools": [{"name": n, "inputSchema": s} for n, s in tools.items()], **more}
    return call(params["name"], params.get("arguments") or {})


def main() -> None:
    if MODE == "stubborn":  # ends neither with its input nor when it is asked to; nor its child
        signal.signal(signal.SIGTERM, signal.SIG_IGN)
        ignoring = "import signal, time; signal.signal(15, signal.SIG_IGN); time.sleep(600)"
        child = subprocess.Popen([sys.executable, "-c", ignoring], stdout=subprocess.DEVNULL)
        print(child.pid, file=open("child", "w"))  # noqa: SIM115
    if MODE == "mute":
        time.sleep(600)
    if MODE == "exits":
        sys.exit("usage: not like this")
    for line in sys.stdin:
        message = json.loads(line)
        if "id" not in message:
            continue
        method, params = message["method"], message.get("params") or {}
        refused = method == "tools/call" and params["name"] == "refuse"
        if refused or method not in ("initialize", "tools/list", "tools/call"):
            error = {"code": -32602 if refused else -32601, "message": f"no {method} today"}
            send({"id": message["id"], "error": error})
        else:
            send({"id": message["id"], "result": answer(method, params)})
    if MODE == "stubborn":
        time.sleep(600)


if __name__ == "__main__":
    main()
