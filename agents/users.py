"""A model as the user of an episode: it answers the agent's replies until it has what it wants.

What it wants is its instruction, which the agent never sees; a stop text and a limit of turns end
the talk. It reads the conversation alone, with the roles changed over, and no calls or results. The
environment knows nothing of it: whoever owns the loop asks it and hands the answer to
`ToolEnv.step`. Its tokens are kept in `Step.user_calls`. It does not judge, and an episode that it
cuts short is scored like any that ends by itself.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from importlib.resources import files
from pathlib import Path
from string import Template
from typing import TYPE_CHECKING, Any, NamedTuple

from agents.engines.base import Engine, EngineError, PromptTooLong, Request
from agents.policies import Sampling, model_call
from envs.common.errors import UserError, suggest
from envs.turn import UNREADABLE, Said, words_of
from envs.types import Action, Message, Task

if TYPE_CHECKING:
    from agents.options import ModelOptions, UserOptions
    from envs.env import ToolEnv
    from envs.episode import Episode, ModelCall, Step

USER_PROMPT_VERSION = 1
"""Of the wording of ``user_prompt.txt``; rises with every change."""
FIELD = "user"
"""Where in `Task.data` the instruction is."""
EVERY = "*"
"""In place of a task's id: every task."""
STOP = "###STOP###"
TURNS = 10
MAX_TOKENS = 256
_OPENING = "(The conversation begins. What do you say?)"


@dataclass(frozen=True)
class Brief:
    """What the user of a task wants, and when the talk is over."""

    instruction: str
    """Who the user is, what they know and what they want, for the model that plays them."""
    stop: str = STOP
    """A text with this in it ends the talk; the agent does not see it."""
    turns: int = TURNS
    """Most answers of the user; the reply after the last one ends the talk."""


class Spoken(NamedTuple):
    """What the user says to a turn."""

    said: Said | None = None
    """For `ToolEnv.step`; ``None``: the world's own user answers, or nobody was asked."""
    calls: tuple[ModelCall, ...] = ()
    """For `Step.user_calls`."""


@dataclass(frozen=True)
class UserModel:
    """A model that plays the user in every task that has an instruction for it."""

    engine: Engine
    briefs: Mapping[str, Brief] = field(default_factory=dict)
    """By the task's id, or `EVERY`; in place of what the task itself says."""
    sampling: Sampling = field(default_factory=lambda: Sampling(max_tokens=MAX_TOKENS))

    def brief(self, task: Task) -> Brief | None:
        """What the user of a task wants; ``None``: its world has a user of its own, or none.

        Raises:
            UserError: the task's data has something else in its place.
        """
        return _brief_of(task, self.briefs)

    async def answer(self, env: ToolEnv, action: Action, *, seed: int) -> Spoken:
        """What the user says to a turn that is about to be taken.

        Args:
            env: where the episode runs; it is only looked at.
            action: the turn.
            seed: of the sampling.

        Raises:
            EngineError: the machine failed; a talk too long for the user's model is that too.
        """
        task = env.task
        assert task is not None
        brief = self.brief(task)
        if brief is None or not env.asks_user(action):
            return Spoken()
        seen = env.observation.messages
        if _answers(seen[len(task.messages) :]) >= brief.turns:
            return Spoken(Said(None))
        try:
            (completion,) = await self.engine.generate(self._request(brief, seen, action, seed))
        except (EngineError, PromptTooLong) as error:
            raise EngineError(f"the user's model: {error}") from error
        text = self._cut(completion.text)
        over = not text or brief.stop in text
        return Spoken(Said(None if over else text), (model_call(completion, "user"),))

    def _request(
        self, brief: Brief, seen: tuple[Message, ...], action: Action, seed: int
    ) -> Request:
        words = {"instruction": brief.instruction.strip(), "stop": brief.stop}
        system = Template(_prompt()).substitute(words).strip()
        return Request(
            messages=(
                Message("system", system),
                *changed_over((*seen, Message("assistant", words_of(action)))),
            ),
            max_tokens=self.sampling.max_tokens,
            temperature=self.sampling.temperature,
            top_p=self.sampling.top_p,
            seed=seed,
        )

    def _cut(self, text: str) -> str:
        """An answer without thoughts."""
        from agents.formats.detect import cut_thoughts, thinks

        if thinks(getattr(self.engine, "chat_template", None)):
            text = cut_thoughts(text)
        return text.strip()


def changed_over(messages: Iterable[Message]) -> list[Message]:
    """A conversation as its user sees it: their own words are those of the ``assistant``.

    Only what the two said to each other stands in it. It begins with a ``user`` message, as chat
    templates want it.
    """
    talk: list[Message] = []
    for message in messages:
        if message.role == "user" and message.content.startswith(UNREADABLE):
            talk.pop()  # the agent's turn that could not be read
        elif message.role == "user":
            talk.append(Message("assistant", message.content))
        elif message.role == "assistant" and not message.calls:
            talk.append(Message("user", message.content))
    if talk and talk[0].role == "assistant":
        talk.insert(0, Message("user", _OPENING))
    return talk


def recorded(episode: Episode, step: Step) -> Said | None:
    """What to hand to `ToolEnv.step` to take a step of a record again."""
    if not any(each.user_calls for each in episode.steps):
        return None
    last = step.messages[-1] if step.messages else None
    return Said(last.content if last is not None and last.role == "user" else None)


def _answers(messages: Iterable[Message]) -> int:
    """How often the user has answered."""
    said = (m.content for m in messages if m.role == "user")
    return sum(not text.startswith(UNREADABLE) for text in said)


def _prompt() -> str:
    return files("agents").joinpath("user_prompt.txt").read_text("utf-8")


# --- instructions


def read_briefs(path: Path) -> dict[str, Brief]:
    """Instructions out of a file.

    Args:
        path: ``.jsonl``: objects with ``task`` (an id, or ``*``), ``instruction`` and, if wanted,
            ``stop`` and ``turns``; any other file is the instruction for every task.

    Raises:
        UserError: it cannot be read, or a row is none; names the line.
    """
    from envs.common.runs import read_jsonl

    if path.suffix == ".jsonl":
        briefs = {}
        for number, row in read_jsonl(path):
            where = f"{path}:{number}"
            if not isinstance(task := row.pop("task", None), str):
                raise UserError(f"{where}: field 'task': the id of a task is needed, or '*'")
            briefs[task] = _brief(row, where)
        return briefs
    try:
        return {EVERY: _brief(path.read_text("utf-8"), str(path))}
    except (OSError, UnicodeDecodeError) as error:
        raise UserError(f"{path}: cannot read the instruction: {error}") from None


def _brief_of(task: Task, briefs: Mapping[str, Brief]) -> Brief | None:
    found = briefs.get(task.id) or briefs.get(EVERY)
    if found is None and task.data.get(FIELD) is not None:
        found = _brief(task.data[FIELD], f"task {task.id!r}: data[{FIELD!r}]")
    return found


def _brief(value: Any, where: str) -> Brief:
    row: Any = {"instruction": value} if isinstance(value, str) else value
    if not isinstance(row, Mapping):
        raise UserError(f"{where}: a text or an object with 'instruction' is needed")
    known: dict[str, type] = {"instruction": str, "stop": str, "turns": int}
    for name, found in row.items():
        if name not in known:
            raise UserError(f"{where}: unknown field {name!r}{suggest(str(name), list(known))}")
        fits = type(found) is known[name]
        if not fits or not found or (name == "turns" and found < 1):
            right = "a number of at least 1" if name == "turns" else "a text that is not empty"
            raise UserError(f"{where}: field {name!r}: {right} is needed")
    if not str(row.get("instruction", "")).strip():
        raise UserError(f"{where}: field 'instruction' is missing or empty")
    return Brief(**row)


def open_user(
    options: UserOptions, agent: ModelOptions, engine: Engine | None, tasks: Iterable[Task]
) -> UserModel | None:
    """The user that the flags name; ``None`` without ``--user-model``.

    Args:
        options: the flags.
        agent: those of the agent's model, for assets, keys and limits.
        engine: the agent's; the user shares it where it is the same model without an adapter.
            ``None``: the agent is no model.
        tasks: that will be played.

    Raises:
        UserError: there is no such engine, or no task has an instruction.
    """
    from agents.options import open_model

    if options.user_model is None:
        if options.user_instructions is not None:
            raise UserError("--user-instructions: which model plays the user? give --user-model")
        return None
    if options.user_temperature < 0:
        raise UserError("--user-temperature has to be at least 0")
    briefs = {}
    if options.user_instructions is not None:
        briefs = read_briefs(options.user_instructions)
    if not any([_brief_of(task, briefs) for task in tasks]):  # a list: every one is looked at
        raise UserError(
            f"--user-model {options.user_model}: no task says what its user wants "
            f"(data[{FIELD!r}]); give --user-instructions FILE"
        )
    wanted = replace(
        agent,
        model=options.user_model,
        model_name=options.user_model_name or agent.model_name,
        adapter=None,
    )
    shared = engine if wanted == agent else None
    sampling = Sampling(options.user_temperature, max_tokens=MAX_TOKENS)
    return UserModel(shared or open_model(wanted), briefs, sampling)
