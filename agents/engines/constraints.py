"""Grammars at work: which tokens may come next. The only place that knows llguidance."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from agents.engines.base import EngineError
from envs.common.optional import need

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

_KEPT = 128
"""Compiled grammars kept for later requests."""


class Guides:
    """Starts guides for one tokenizer.

    Args:
        tokenizer: a fast tokenizer of transformers.
        vocabulary: how many logits the model gives; may exceed the tokenizer's size.
        end_ids: the tokens that end an answer; allowed where the grammar is satisfied.
    """

    def __init__(self, tokenizer: Any, vocabulary: int, end_ids: Iterable[int]) -> None:
        self._library = need("llguidance", extra="hf")
        self._vocabulary = vocabulary
        backend = tokenizer.backend_tokenizer
        self._tokenizer = self._library.LLTokenizer(
            backend.to_str(),
            n_vocab=max(vocabulary, backend.get_vocab_size(with_added_tokens=True)),
            eos_token=sorted(end_ids),
        )
        self._compiled: OrderedDict[str, Any] = OrderedDict()

    def start(self, grammar: str) -> Guide:
        """A guide at the start of `grammar`.

        Raises:
            ValueError: llguidance cannot read the grammar.
        """
        if grammar not in self._compiled:
            matcher = self._library.LLMatcher(
                self._tokenizer, self._library.LLMatcher.grammar_from_lark(grammar), log_level=0
            )
            if matcher.is_error():
                raise ValueError(f"not a grammar that llguidance reads: {matcher.get_error()}")
            self._compiled[grammar] = matcher
            if len(self._compiled) > _KEPT:
                self._compiled.popitem(last=False)
        self._compiled.move_to_end(grammar)
        return Guide(self._compiled[grammar].deep_copy(), self._vocabulary)


class Guide:
    """Follows one answer through its grammar."""

    def __init__(self, matcher: Any, vocabulary: int) -> None:
        self._matcher = matcher
        self._vocabulary = vocabulary

    def allowed(self) -> NDArray[np.bool_]:
        """Which tokens may come next, [vocabulary].

        Raises:
            EngineError: none may, or the grammar is too complex to follow.
        """
        import numpy as np

        words = np.frombuffer(self._matcher.compute_bitmask(), dtype=np.uint8)
        mask = np.unpackbits(words, bitorder="little")[: self._vocabulary].astype(np.bool_)
        self._check()
        return mask

    def accept(self, token: int) -> bool:
        """Take the token that was chosen; whether the answer is complete and cannot go on.

        Raises:
            EngineError: the grammar does not allow it.
        """
        self._matcher.consume_token(token)
        self._check()
        return bool(self._matcher.is_stopped())

    def _check(self) -> None:
        if self._matcher.is_error():
            reason = str(self._matcher.get_error()).partition("\n")[0]
            raise EngineError(f"constrained decoding failed: {reason}")
        if self._matcher.is_stopped() and not self._matcher.is_accepting():
            raise EngineError("constrained decoding ran into a dead end of the grammar")
