"""The preference benchmark: pairs as a search gives them, and equal losses on all sides."""

from __future__ import annotations

import itertools
import math
from dataclasses import replace
from typing import Any

import pytest

pytestmark = pytest.mark.torch
torch = pytest.importorskip("torch")
pytest.importorskip("trl")

from tiny_model import make_tokenizer  # noqa: E402

from benchmarks import dpo_speed  # noqa: E402
from benchmarks.dpo_speed import SETTINGS, compare, ours, pairs_of, pairs_of_row  # noqa: E402
from envs.types import Message, ToolCall, ToolSpec  # noqa: E402
from tests.training.prefer_tiny import make_adapted, make_pairs  # noqa: E402
from training.render import renderer  # noqa: E402
from training.rows import Row  # noqa: E402

SMALL = replace(SETTINGS, batch_size=4, learning_rate=1e-2)
TOOLS = tuple(ToolSpec(name, "", {"type": "object", "properties": {}}) for name in ("f", "g"))
CALLS = (ToolCall("f", {"a": 1, "b": "x"}), ToolCall("g", {"c": [1, 2]}))
ROW = Row("r", TOOLS, (Message("user", "?"),), CALLS)


@pytest.fixture(scope="module", autouse=True)
def _one_thread() -> None:
    torch.set_num_threads(1)


def test_pairs_of_a_row_are_steps_behind_the_right_steps_before() -> None:
    write = renderer(make_tokenizer())
    example, decode = write(ROW), write.tokenizer.decode
    pairs = list(itertools.islice(pairs_of_row(write, ROW), 4))
    assert len({(p.prompt_ids, p.answer_ids, p.rejected_ids) for p in pairs}) == 4
    whole = (*example.prompt_ids, *example.answer_ids)
    for pair in pairs:
        right = (*pair.prompt_ids, *pair.answer_ids)
        assert right == whole[: len(right)]
        assert len(pair.prompt_ids) >= len(example.prompt_ids)
    texts = [(decode(p.answer_ids), decode(p.rejected_ids)) for p in pairs]
    assert texts[0] == ('[f(a=1, b="x"),', '[f(a=2, b="x"),')
    assert texts[1] == (" g(c=[1, 2])]<|im_end|>", " g(c=[1])]<|im_end|>")
    assert pairs[0].group == pairs[1].group


def test_so_many_pairs_over_each_prompt() -> None:
    pairs = pairs_of(make_tokenizer(), 2, 6, ("tools",))
    assert [pair.group for pair in pairs[::2]] == [pair.group for pair in pairs[1::2]]
    assert len({pair.group for pair in pairs}) == 3
    assert all(pair.longest <= dpo_speed.LONGEST for pair in pairs)


def test_losses_are_equal_and_what_the_reference_takes_counts() -> None:
    pairs = make_pairs(12)
    found = compare(make_adapted, make_tokenizer(), pairs, SMALL)
    assert found["updates"] == 3
    assert found["tokens"] == sum(
        2 * len(p.prompt_ids) + len(p.answer_ids) + len(p.rejected_ids) for p in pairs
    )
    assert found["largest difference of losses"] < 1e-4
    for losses in found["losses"].values():
        assert losses[0] == pytest.approx(math.log(2), abs=1e-5)
        assert abs(losses[-1] - losses[0]) > 1e-3
    ahead = {name: seconds[0] for name, seconds in found["seconds"].items()}
    assert ahead["trl"] == 0
    assert found["ratio"].keys() == found["seconds"].keys() - {"ours"}


def test_a_side_that_ends_steps_is_found_out() -> None:
    """Steps go on; an end token behind each, as trainers of whole answers add, shows."""

    def ending(model: Any, tokenizer: Any, pairs: Any, *rest: Any) -> Any:
        end = (tokenizer.eos_token_id,)
        ended = [
            replace(p, answer_ids=p.answer_ids + end, rejected_ids=p.rejected_ids + end)
            for p in pairs
        ]
        return ours(model, tokenizer, ended, *rest)

    makes = {"ours": ours, "ending": ending}
    found = compare(make_adapted, make_tokenizer(), make_pairs(8), SMALL, makes)
    assert found["largest difference of losses"] > 1e-3
