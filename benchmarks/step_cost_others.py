"""The step of other packages, timed for `step_cost.py` by an interpreter that has them.

verifiers (0.1, whose environments step in process): `ToolEnv.env_response`, which reads the call's
arguments, calls the tool and wraps its answer; it checks no schema, and what its loop does around a
turn is left out. A package that is not installed is left out.
"""

from __future__ import annotations

import asyncio
import json
import time
from importlib.metadata import version
from typing import Any

BATCH, REPEATS = 12, 400
ACCOUNTS = {"AC-1": {"owner": "Ana", "kind": "checking", "balance": 7, "frozen": False}}


def account(number: str) -> dict[str, Any]:
    """Show an account.

    Args:
        number: account number, such as AC-123
    """
    return ACCOUNTS[number]


async def verifiers_step() -> dict[str, Any]:
    import verifiers
    from datasets import Dataset

    env = verifiers.ToolEnv(
        tools=[account],
        dataset=Dataset.from_list([{"question": "?", "answer": ""}]),
        rubric=verifiers.Rubric(),
    )
    function = {"name": "account", "arguments": json.dumps({"number": "AC-1"})}
    call = {"id": "call_1", "type": "function", "function": function}
    messages = [{"role": "assistant", "content": "", "tool_calls": [call]}]
    answers = await env.env_response(messages, {})
    assert "Ana" in answers[0]["content"], answers
    best = float("inf")
    for _ in range(REPEATS):
        started = time.process_time_ns()
        for _ in range(BATCH):
            await env.env_response(messages, {})
        best = min(best, time.process_time_ns() - started)
    return {"version": version("verifiers"), "env_response": round(best / BATCH / 1000, 3)}


def main() -> None:
    found: dict[str, Any] = {}
    try:
        found["verifiers"] = asyncio.run(verifiers_step())
    except ImportError as error:
        found["verifiers"] = f"not there: {error}"
    print(json.dumps(found))


if __name__ == "__main__":
    main()
