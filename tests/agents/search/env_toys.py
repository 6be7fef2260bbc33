"""Worlds and engines for the tests of searching environments."""

from __future__ import annotations

import math
import random
import threading
from collections.abc import Callable

from agents.engines.base import Completion, Request
from agents.engines.scripted import END, ScriptedEngine
from agents.formats import get_format
from agents.policies import Policy, Sampling, derive_seed
from agents.prompts import tool_prompt
from envs.env import ToolEnv
from envs.tools import tool
from envs.types import Action, Task, ToolCall, ToolError
from envs.world import World

hang = threading.Event()
"""Set when a test is over, so that its hanging tools end."""


class Shelf(World):
    """Put things on a shelf; the end is a reply."""

    max_turns = 4
    max_errors = 2

    def tasks(self):
        for split in ("train", "test"):
            yield Task(
                f"shelf-{split}",
                "Put a book and a cup on the shelf.",
                gold=[
                    Action(
                        calls=(
                            ToolCall("put", {"thing": "book"}),
                            ToolCall("put", {"thing": "cup"}),
                        )
                    ),
                    Action("Done."),
                ],
                split=split,
            )

    def setup(self, task):
        self.state = []

    @tool
    def put(self, thing: str) -> str:
        """Put a thing on the shelf."""
        if thing == "hang":
            hang.wait(20)
        if thing == "bug":
            raise RuntimeError("the shelf broke")
        if thing == "glue":
            raise ToolError("glue does not stand on shelves")
        self.state.append(thing)
        return f"there are {len(self.state)} things"

    def score(self, task):
        return sorted(self.state) == ["book", "cup"]


class Silent(Shelf):
    """A shelf that nobody may score."""

    def score(self, task):
        raise AssertionError("the score was read")


class Replayed(Shelf):
    """A shelf that cannot be copied."""

    copyable = False
    replayable = True


class Sayings(ScriptedEngine):
    """Says what a function makes of the turn so far, the number of tool results, and a generator.

    The text of a turn is written out token by token (byte by byte), whatever the request asks for.
    """

    def __init__(
        self,
        say: Callable[[int, random.Random], str],
        *,
        right: Callable[[str], float] = lambda text: 0.5,
        whole: bool = False,
    ) -> None:
        """`right` gives C from the turn that is judged, with `whole` from all that is read."""
        super().__init__([""])
        self.whole = whole
        self.say, self.right = say, right
        self.requests: list[Request] = []

    async def generate(self, request: Request) -> list[Completion]:
        self.requests.append(request)
        return [self.answer(request, k) for k in range(request.n)]

    def answer(self, request: Request, k: int) -> Completion:
        text = bytes(i for i in request.ids or () if i < END).decode("utf-8", "replace")
        if request.label_ids:
            return self.letter(request, text)
        rng = random.Random(derive_seed(request.seed, k))
        turn = text.rpartition("Assistant:")[2]
        results = text.count("<tool_result name")
        said = next(
            (s for s in (self.say(results, rng) for _ in range(200)) if s.startswith(turn)), turn
        )
        ids = (*said[len(turn) :].encode(), END)[: request.max_tokens]
        return Completion(
            bytes(i for i in ids if i < END).decode("utf-8", "replace"),
            finish="stop" if ids[-1:] == (END,) else "length",
            ids=ids,
            logprobs=tuple(-0.1 for _ in ids),
            prompt_ids=request.ids or (),
        )

    def letter(self, request: Request, text: str) -> Completion:
        judged = text.rpartition("\n\nUser: ")[0]
        p = self.right(judged if self.whole else judged.rpartition("Assistant:")[2])
        p = 1 - p if "A: It is wrong" in text else p
        first, second = (math.log(max(x, 1e-30)) for x in (p, 1 - p))
        return Completion("A", ids=(65,), logprobs=(first,), label_logprobs=(first, second))


def policy(engine, format: str = "python", *, max_tokens: int = 200, **changes) -> Policy:
    style = get_format(format)
    sampling = Sampling(1.0, 1.0, max_tokens)
    return Policy(engine, style, prompt=tool_prompt(style), sampling=sampling, **changes)


def env_of(world: type[World]) -> Callable[[], ToolEnv]:
    return lambda: ToolEnv(world())


def shelf_task(split: str = "train") -> Task:
    return next(task for task in Shelf().tasks() if task.split == split)


def fumble(results: int, rng: random.Random) -> str:
    """Sometimes the right thing, sometimes not."""
    if results:
        return "Done."
    things = [rng.choice(["book", "cup", "hat"]) for _ in range(2)]
    return "[" + ", ".join(f"put(thing='{thing}')" for thing in things) + "]"
