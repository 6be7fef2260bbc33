"""The two ways to attend to a tree of prompts agree: by segment, and under one mask."""

from itertools import chain
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from training.prompt_tree import prompt_tree

pytestmark = pytest.mark.torch
torch = pytest.importorskip("torch")

heads = st.lists(st.sampled_from([[n] * (15 + n) for n in range(4)]), max_size=3)
rows = st.lists(
    st.builds(
        lambda heads, tail: [*chain(*heads), *tail],
        heads,
        st.lists(st.integers(0, 2), min_size=1, max_size=4),
    ),
    min_size=1,
    max_size=6,
)


@settings(deadline=None)
@given(rows, st.sampled_from([None, 1, 7, 1000]))
def test_a_token_sees_its_row_as_far_as_the_window_goes(found: Any, window: int | None) -> None:
    from training.tree_attention import tree_mask

    tree = prompt_tree(found)
    mask = tree_mask(tree, window, torch.device("cpu"))[0, 0]
    wanted = torch.zeros_like(mask)
    for n, ids in enumerate(found):
        places = tree.places(n, 0, len(ids))
        for at, place in enumerate(places):
            first = 0 if window is None else max(0, at - window + 1)
            wanted[place, places[first : at + 1]] = True
    assert torch.equal(mask, wanted)


@settings(deadline=None, max_examples=20)
@given(rows, st.sampled_from([None, 7]))
def test_attention_by_segment_is_attention_under_the_mask(found: Any, window: int | None) -> None:
    from transformers.integrations.sdpa_attention import sdpa_attention_forward

    from training.tree_attention import tree_attention, tree_mask

    tree = prompt_tree(found)
    generator = torch.Generator().manual_seed(len(tree.ids))
    shapes = [(1, heads, len(tree.ids), 8) for heads in (4, 2, 2)]
    query, key, value = (torch.randn(shape, generator=generator) for shape in shapes)
    module = torch.nn.Module()
    module.num_key_value_groups = 2
    module.is_causal = True
    by_segment, _ = tree_attention(
        module, query, key, value, None, prompt_tree=tree, sliding_window=window
    )
    mask = tree_mask(tree, window, query.device)
    masked, _ = sdpa_attention_forward(module, query, key, value, mask)
    torch.testing.assert_close(by_segment, masked, atol=1e-5, rtol=1e-5)
