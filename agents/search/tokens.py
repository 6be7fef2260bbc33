"""What a search needs of a model's tokenizer; of scripted engines, whose ids are bytes, the same.

Prompts are made of messages once for each turn; everything behind them is ids as they were sampled.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Protocol

from agents.engines import chat
from agents.engines.base import Engine, Request
from agents.engines.scripted import END, ScriptedEngine
from envs.common.errors import UserError

_PROBE = "qzjudgeqz"
_AROUND = ("", "(")


class Tokens(Protocol):
    """Text and ids of one model."""

    def prompt(self, request: Request) -> tuple[int, ...]:
        """What the model reads for a request with messages."""

    def encode(self, text: str) -> tuple[int, ...]:
        """Text as ids, without special tokens of its own."""

    def decode(self, ids: Sequence[int]) -> str:
        """Ids as text, without special tokens."""

    def question(self, text: str) -> tuple[int, ...]:
        """What follows an answer so far: its end, a user's question, and the start of a reply."""

    def labels(self, label: str) -> tuple[int, ...]:
        """All ids that spell a label: alone, behind white space, in brackets."""

    @property
    def end_id(self) -> int:
        """What ends a turn."""


def tokens_of(engine: Engine) -> Tokens:
    """The tokens of an engine's model.

    Raises:
        UserError: the engine gives no ids, no log-probabilities or no tokenizer.
    """
    if not (engine.capabilities.ids and engine.capabilities.logprobs):
        raise UserError(
            f"{engine.name}: a search needs token ids and log-probabilities; take a local model "
            "(a folder, a hub id or vllm:...)"
        )
    engine = getattr(engine, "inner", engine)
    tokenizer = getattr(engine, "tokenizer", None)
    if tokenizer is not None:
        return ModelTokens(tokenizer)
    if isinstance(engine, ScriptedEngine):
        return ByteTokens()
    raise UserError(
        f"{engine.name}: a search needs the model's tokenizer, and this engine has none; take a "
        "local model (a folder, a hub id or vllm:...)"
    )


class ModelTokens:
    """Of a tokenizer of transformers."""

    def __init__(self, tokenizer: Any) -> None:
        self._tokenizer = tokenizer
        self._labels: dict[str, tuple[int, ...]] = {}
        self._questions: dict[str, tuple[int, ...]] = {}
        self._end: int | None = None

    def prompt(self, request: Request) -> tuple[int, ...]:
        """Through the chat template."""
        return tuple(chat.prompt_ids(self._tokenizer, request))

    def encode(self, text: str) -> tuple[int, ...]:
        """Text as ids."""
        return tuple(self._tokenizer(text, add_special_tokens=False)["input_ids"])

    def decode(self, ids: Sequence[int]) -> str:
        """Ids as text."""
        text: str = self._tokenizer.decode(
            list(ids), skip_special_tokens=True, clean_up_tokenization_spaces=False
        )
        return text

    def question(self, text: str) -> tuple[int, ...]:
        """What the chat template writes between an answer and the reply to a question about it."""
        if text not in self._questions:
            self._questions[text] = self.encode(self._behind_answer(text))
        return self._questions[text]

    def labels(self, label: str) -> tuple[int, ...]:
        """Looked for in the whole vocabulary."""
        if label not in self._labels:
            wanted = {f"{before}{label}" for before in _AROUND}
            found = (i for t, i in self._tokenizer.get_vocab().items() if _bare(t) in wanted)
            self._labels[label] = tuple(sorted(found))
        return self._labels[label]

    @property
    def end_id(self) -> int:
        """The template's, or the tokenizer's end of text."""
        if self._end is None:
            end = chat.end_of_turn(self._tokenizer)
            end = self._tokenizer.eos_token_id if end is None else end
            if end is None:
                raise UserError("this tokenizer has no token that ends an answer (eos_token)")
            self._end = int(end)
        return self._end

    def _behind_answer(self, text: str) -> str:
        if self._tokenizer.chat_template is None:
            return f"\n\nUser: {text}\n\nAssistant:"
        talk = [("user", "a"), ("assistant", _PROBE), ("user", text)]
        try:
            rendered = self._tokenizer.apply_chat_template(
                [{"role": role, "content": content} for role, content in talk],
                tokenize=False,
                add_generation_prompt=True,
            )
        except Exception as error:  # templates raise what they like
            raise UserError(f"the chat template of this model takes no question: {error}") from None
        return str(rendered).rpartition(_PROBE)[2]


class ByteTokens:
    """Of a scripted engine: bytes, and its end token."""

    end_id = END

    def prompt(self, request: Request) -> tuple[int, ...]:
        """The messages, one after the other."""
        return self.encode(chat.plain_prompt(request.messages))

    def encode(self, text: str) -> tuple[int, ...]:
        """The bytes of the text."""
        return tuple(text.encode("utf-8", "surrogatepass"))

    def decode(self, ids: Sequence[int]) -> str:
        """The text of the bytes."""
        return bytes(i for i in ids if i < END).decode("utf-8", "replace")

    def question(self, text: str) -> tuple[int, ...]:
        """As `prompt` writes it."""
        return self.encode(f"\n\nUser: {text}\n\nAssistant:")

    def labels(self, label: str) -> tuple[int, ...]:
        """The one byte of the label."""
        return (ord(label),)


def _bare(token: str) -> str:
    """A vocabulary entry without what stands for white space, and without a closing bracket."""
    for mark in ("Ġ", "▁", "Ċ", "ĉ"):
        token = token.replace(mark, " ")
    return token.strip().removesuffix(")").replace("( ", "(")
