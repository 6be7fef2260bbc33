"""A task of an environment as something to search: a policy writes, the environment answers.

Steps of a turn are put together; a complete turn goes through `ToolEnv.step`, and the next one
stands under a prompt of its own. Positions are snapshots, kept at the steps that end a turn; where
one is missing (after a resume), the actions of the path are played again. The verdict of the world
is asked for only with ``outcome=True``, which tasks of the test split refuse.

What the machine does is never held against the policy: an answer that was cut by length, by the
turn limit, by a tool that does not come back or by a world that breaks is `Step.truncated`.
"""

from __future__ import annotations

import asyncio
import threading
from collections import Counter, OrderedDict
from collections.abc import Awaitable, Callable, Coroutine, Generator, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any, TypeVar

from agents.engines.base import PromptTooLong
from agents.policies import Policy, derive_seed
from agents.search.judge import Critic
from agents.search.marks import Granularity
from agents.search.partial import share_made
from agents.search.problem import Ask, Judgement, Samples, SearchProblem, Step
from agents.search.sampler import Drawn, InPieces, OnCall, Sampler, one_step, until
from agents.search.tree import Node, Prompt
from envs.common.errors import UserError
from envs.env import Snapshot, ToolEnv
from envs.types import Action, Observation, Outcome, Task
from envs.world import WorldError, reward_of

T = TypeVar("T")

PARTIAL = 0.2
"""Score of a wrong answer that makes all of the gold's calls: far from that of a right one."""
KEPT = 256
"""Positions that are remembered beside those in the tree."""


@dataclass(frozen=True)
class ProblemConfig:
    """How an environment is searched."""

    outcome: bool = False
    """Score finished answers by the world, which reads the gold: for training tasks alone."""
    reference: bool = False
    """Offer the task's gold beside the policy's first samples, marked as such; needs `outcome`."""
    partial: bool = True
    """A wrong answer that makes some of the gold's calls is a little less wrong (`PARTIAL`), so
    that the search goes on from the better beginnings; with `outcome`, where there is a gold."""
    granularity: Granularity = "call"
    """How fine steps are inside calls."""
    step_tokens: int = 16
    """Tokens asked for at a time where a single step is wanted, or an answer is followed."""
    horizon: int | None = None
    """Turns after which an answer counts as finished, without a verdict; ``None``: the episode's
    end alone finishes it."""
    tool_seconds: float | None = None
    """Seconds that a turn may take in the environment; ``None``: it runs on the event loop, as
    long as it likes."""


@dataclass(frozen=True, eq=False, slots=True)
class Place:
    """The start of a turn: what `Step.state` holds where a turn ended."""

    snapshot: Snapshot
    observation: Observation
    turns: int = 0
    """Since the start of the search."""


@dataclass(frozen=True, slots=True)
class _Taken:
    """What became of a turn."""

    place: Place | None = None
    """Where the next turn begins, if there is one."""
    prompt: Prompt | None = None
    score: float | None = None
    cut: bool = False
    """It ended in a way that says nothing about the answer."""

    def ends(self, step: Step) -> Step:
        """The last step of the turn, with what became of it."""
        if self.place is not None:
            return replace(step, prompt=self.prompt, state=self.place)
        return replace(step, terminal=True, truncated=self.cut, score=self.score)


class EnvProblem(SearchProblem):
    """A task, an environment, a policy and (if wanted) a critic.

    Args:
        make: a fresh environment around the task's world (with `start`: one whose world is set
            up); called again where one is lost to a tool that does not come back.
        task: what is searched.
        policy: who writes the steps.
        critic: who judges states (Eq. 7); without one C is 0.
        config: how.
        seed: of the run; the episode's own follows from it and the task.
        start: begin there and not at the start of the task.
        on_call: told of every completion and its purpose.
        on_track: says of the beginning of a turn whether it belongs to a right answer, for
            `Step.on_track`; of tasks of one turn, where the search may see outcomes.

    Raises:
        UserError: outcomes of a test task are asked for, or the engine gives no ids.
        WorldError: the world could not set the task up.
    """

    def __init__(
        self,
        make: Callable[[], ToolEnv],
        task: Task,
        policy: Policy,
        *,
        critic: Critic | None = None,
        config: ProblemConfig | None = None,
        seed: int = 0,
        start: Snapshot | None = None,
        on_call: OnCall | None = None,
        on_track: Callable[[str], bool | None] | None = None,
    ) -> None:
        self.config = config or ProblemConfig()
        if self.config.outcome and task.split == "test":
            raise UserError(
                f"task {task.id!r} is of the split 'test': its outcome is for evaluation alone, "
                "and no search may see it"
            )
        self.checked = self.config.outcome
        self.cuts: Counter[str] = Counter()
        """How often answers were cut, by reason; what a journal answered is not counted."""
        self._task, self._make, self._critic, self._seed = task, make, critic, seed
        # Asked of every step, after each piece that comes; the last few answers are enough.
        self._on_track = None if on_track is None or policy.thoughts else lru_cache(64)(on_track)
        self._sampler = Sampler(
            policy,
            granularity=self.config.granularity,
            step_tokens=self.config.step_tokens,
            on_call=on_call,
        )
        self._env: ToolEnv | None = None
        self._start = start
        self._lock = asyncio.Lock()
        self._places: OrderedDict[str, Place] = OrderedDict()
        env = self._opened()
        observation = env.observation if start is None else env.restore(start)
        self._origin = Place(env.snapshot() if start is None else start, observation)
        self.prompt = self._sampler.prompt(observation)

    # --- what the search asks

    def expand(self, ask: Ask) -> Awaitable[Samples]:
        """Steps, or whole answers, after `Ask.path`."""
        return _Later(lambda: self._expand(ask))

    def self_eval(self, ask: Ask) -> Awaitable[Judgement] | Judgement:
        """The critic's C of the last step, given all before it."""
        critic = self._critic
        if critic is None:
            return Judgement(0.0, tokens=0)
        node, tree = ask.node, ask.tree
        before = tree.prefix(node if node.parent < 0 else tree.nodes[node.parent])
        return _Later(lambda: critic.judge((*before.ids, *node.ids), seed=ask.seed))

    # --- continuations

    async def _expand(self, ask: Ask) -> Samples:
        turn = tuple(token for step in ask.tree.turn(ask.node) for token in step.ids)
        prompt = ask.tree.prompt(ask.node.prompt)
        memo: dict[str, asyncio.Future[_Taken]] = {}
        try:
            place = await self._place(ask)
            if place is None:
                return Samples([], 0)
            looked_at = place.observation, prompt, turn
            follow = self._on_track
            if ask.to_end and follow is None:
                drawn = await self._sampler.draw(*looked_at, n=ask.n, seed=ask.seed)
                parts = [self._to_end(place, d, (ask.seed, k), memo) for k, d in enumerate(drawn)]
            else:
                wrong = until(lambda text: follow is not None and follow(text) is False)
                enough = wrong if ask.to_end else one_step
                begun = await self._sampler.begin(*looked_at, n=ask.n, seed=ask.seed, enough=enough)
                parts = [self._in_pieces(place, part, memo) for part in begun]
            chains = await together(parts)
        except PromptTooLong:
            self.cuts["context"] += 1
            return Samples([], 0)
        tokens = sum(cost for _, cost in chains)
        samples = [chain for chain, _ in chains if chain]
        if self.config.reference and ask.node.parent < 0 and ask.k == 0:
            samples += await self._reference()
        return Samples(samples, tokens)

    async def _in_pieces(
        self, place: Place, part: InPieces, memo: dict[str, asyncio.Future[_Taken]]
    ) -> tuple[list[Step], int]:
        drawn = await part.drawn()
        return await self._closed(place, drawn, memo), drawn.tokens

    async def _to_end(
        self,
        place: Place,
        drawn: Drawn,
        seed: tuple[int, int],
        memo: dict[str, asyncio.Future[_Taken]],
    ) -> tuple[list[Step], int]:
        """A continuation, turn by turn until the episode ends."""
        chain, tokens, turns = await self._closed(place, drawn, memo), drawn.tokens, 0
        while chain and isinstance(chain[-1].state, Place):
            last, turns = chain[-1], turns + 1
            place, prompt = last.state, last.prompt
            assert prompt is not None
            own_seed = derive_seed(*seed, turns) % 2**31
            try:
                (drawn,) = await self._sampler.draw(
                    place.observation, prompt, (), n=1, seed=own_seed
                )
            except PromptTooLong:
                drawn = Drawn((), False, True, "", 0)
            more = await self._closed(place, drawn, {})
            tokens += drawn.tokens
            if not more:
                self.cuts["context"] += 1
                chain[-1] = replace(last, prompt=None, state=None, truncated=True)
            chain += more
        return chain, tokens

    async def _closed(
        self,
        place: Place,
        drawn: Drawn,
        memo: dict[str, asyncio.Future[_Taken]],
    ) -> list[Step]:
        """Steps of a turn; where it ends, the last one says what became of it."""
        steps = self._followed(drawn)
        if not steps or steps[-1].on_track is False:
            return steps
        if drawn.ends:
            taken = memo.get(drawn.text)
            if taken is None:
                taken = memo[drawn.text] = asyncio.ensure_future(self._take(place, drawn.text))
            steps[-1] = (await asyncio.shield(taken)).ends(steps[-1])
        elif drawn.cut:
            self.cuts["length"] += 1
            steps[-1] = replace(steps[-1], truncated=True)
        return steps

    def _followed(self, drawn: Drawn) -> list[Step]:
        """The steps, marked as on track; one that is not is the last, and wrong.

        What the end of the turn makes of it is the environment's to say.
        """
        steps = list(drawn.steps)
        if self._on_track is None:
            return steps
        before = drawn.text[: len(drawn.text) - sum(len(step.text) for step in steps)]
        last = len(steps) - drawn.ends
        score = 0.0 if self.checked else None
        marked = followed(steps[:last], before, self._on_track, score)
        wrong = bool(marked) and marked[-1].on_track is False
        return marked if wrong else [*marked, *steps[last:]]

    async def _reference(self) -> list[list[Step]]:
        """The task's gold as one chain, as far as the format can write it; none if it fails."""
        chain: list[Step] = []
        place, prompt = self._origin, self.prompt
        for action in self._task.gold or ():
            try:
                drawn = await self._sampler.reference(prompt, action)
            except (ValueError, PromptTooLong):
                return []
            chain += await self._closed(place, drawn, {})
            last = chain[-1]
            if not isinstance(last.state, Place) or last.prompt is None:
                break
            place, prompt = last.state, last.prompt
        return [chain] if chain and chain[-1].score == 1 else []

    # --- the environment

    async def _place(self, ask: Ask) -> Place | None:
        """Where the running turn of a node began; ``None``: it cannot be reached again."""
        turns = _turns(ask.path)
        place, known = self._origin, 0
        names = [ask.tree.node_key(turn[-1]) for turn in turns]
        for number in range(len(turns), 0, -1):
            end = turns[number - 1][-1]
            found = end.state if isinstance(end.state, Place) else None
            found = found or self._places.get(names[number - 1])
            if found is not None:
                place, known = found, number
                break
        for name, turn in zip(names[known:], turns[known:], strict=True):
            text = self._sampler.text([token for step in turn for token in step.ids])
            taken = await self._take(place, text)
            if taken.place is None:
                return None
            place = self._places[name] = taken.place
            if len(self._places) > KEPT:
                self._places.popitem(last=False)
        return place

    async def _take(self, place: Place, text: str) -> _Taken:
        """Take a turn in the environment."""
        action = self._sampler.read(text)
        async with self._lock:
            if self._env is None:
                self._env = self._opened()
            env, seconds = self._env, self.config.tool_seconds
            try:
                if seconds is None or env.world.single_answer:
                    place_after, score, why = self._step(env, place, action)
                else:
                    place_after, score, why = await in_time(
                        lambda: self._step(env, place, action), seconds
                    )
            except TimeoutError:
                self._env = None  # its tool may still be at work in it
                place_after, score, why = None, None, "deadline"
            except WorldError:
                place_after, score, why = None, None, "world"
        if why is not None:
            self.cuts[why] += 1
            return _Taken(cut=True)
        horizon = self.config.horizon
        if place_after is None or (horizon is not None and place_after.turns >= horizon):
            return _Taken(score=score)
        prompt = self._sampler.prompt(place_after.observation)
        if self._sampler.room(prompt) < 1:
            self.cuts["context"] += 1
            return _Taken(cut=True)
        return _Taken(place_after, prompt)

    def _step(
        self, env: ToolEnv, place: Place, action: Action
    ) -> tuple[Place | None, float | None, str | None]:
        """Where a turn leads, the score if it ends the episode, and why it says nothing."""
        env.restore(place.snapshot)
        observation, *_ = env.step(action)
        if not env.ended:
            return Place(env.snapshot(), observation, place.turns + 1), None, None
        if env.outcome is Outcome.MAX_TURNS:
            return None, None, "turns"
        if not self.config.outcome:
            return None, None, None
        if env.outcome is Outcome.TOO_MANY_ERRORS:  # the policy's doing: as wrong as can be
            return None, 0.0, None
        score = reward_of(env.score())
        if score < 1 and self.config.partial:
            made = share_made(
                env.world.actions,
                self._task.gold or (),
                in_one_go=env.world.single_answer,
                arguments=self.config.granularity == "argument",
            )
            score = max(score, PARTIAL * made)
        return None, score, None

    def _opened(self) -> ToolEnv:
        """A fresh environment with the task set up."""
        from agents.rollout import begin

        env = self._make()
        env.outcome_reward = False  # whether an episode went well is asked for apart
        if self._start is None:
            begin(env, self._task, seed=self._seed, trial=0)
        self._env = env
        return env


class _Later(Awaitable[T]):
    """A question that is begun when it is awaited, and is nothing if it never is."""

    def __init__(self, begin: Callable[[], Coroutine[Any, Any, T]]) -> None:
        self._begin = begin

    def __await__(self) -> Generator[Any, Any, T]:
        return self._begin().__await__()


def followed(
    steps: Sequence[Step],
    before: str,
    on_track: Callable[[str], bool | None],
    wrong: float | None,
) -> list[Step]:
    """Steps of an unfinished turn, marked as on track; one that is not is the last.

    Args:
        steps: of one turn, in their order.
        before: the turn up to them.
        on_track: as of `EnvProblem`.
        wrong: score of a step that is off track.
    """
    marked: list[Step] = []
    text = before
    for step in steps:
        text += step.text
        track = on_track(text)
        if track is False:
            return [*marked, replace(step, on_track=False, terminal=True, score=wrong)]
        marked.append(replace(step, on_track=track))
    return marked


def _turns(path: Sequence[Node]) -> list[list[Node]]:
    """The complete turns of a path."""
    turns: list[list[Node]] = []
    running: list[Node] = []
    prompt = 0
    for node in path:
        running.append(node)
        if node.prompt != prompt:
            turns.append(running)
            running, prompt = [], node.prompt
    return turns


async def together(parts: Sequence[Coroutine[Any, Any, T]]) -> list[T]:
    """All results, in order; if one fails, the others are cancelled and its failure is raised."""
    try:
        async with asyncio.TaskGroup() as group:
            tasks = [group.create_task(part) for part in parts]
    except ExceptionGroup as failures:
        raise failures.exceptions[0] from None
    return [task.result() for task in tasks]


async def in_time(work: Callable[[], T], seconds: float) -> T:
    """Run `work` on a thread of its own and wait so long; it cannot be stopped, only left behind.

    Raises:
        TimeoutError: it took longer.
        Whatever `work` raises.
    """
    loop = asyncio.get_running_loop()
    done: asyncio.Future[T] = loop.create_future()

    def tell(set_it: Callable[[Any], None], value: Any) -> None:
        if not done.done():
            set_it(value)

    def run() -> None:
        tell_it: Callable[[Any], None] = done.set_result
        result: Any
        try:
            result = work()
        except BaseException as error:
            tell_it, result = done.set_exception, error
        try:
            loop.call_soon_threadsafe(tell, tell_it, result)
        except RuntimeError:  # the loop is closed: nobody waits any more
            return

    threading.Thread(target=run, name="tool", daemon=True).start()
    return await asyncio.wait_for(done, seconds)
