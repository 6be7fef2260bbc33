"""Attention over a tree of prompts: each segment sees what its rows begin with, and itself.

On a CPU, where arithmetic is dear, each segment is attended to by itself; on a GPU, where starting
a kernel is, all of them are in one call under a mask.

Models call it through transformers' attention interface. A call that brings no tree is answered as
torch's fused attention would, so a model can keep it. Only attention is taught about trees: whether
all of a model can be (state spaces cannot) is for `training.shared_prefix` to find out.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Any

import torch
from torch import Tensor

from agents.engines.hf_attention import NAME as GROUPED
from agents.engines.hf_attention import grouped_attention
from training.prompt_tree import PromptTree

NAME = "itool_prompt_tree"


def use_tree_attention(model: Any) -> bool:
    """Make a model that runs on torch's fused attention understand ``prompt_tree``; say if it does.

    Whether it takes the argument to its attention is another question.
    """
    if model.config._attn_implementation not in ("sdpa", GROUPED, NAME):
        return False
    from transformers import AttentionInterface, AttentionMaskInterface
    from transformers.masking_utils import sdpa_mask

    AttentionInterface.register(NAME, tree_attention)
    AttentionMaskInterface.register(NAME, sdpa_mask)
    try:
        model.set_attn_implementation(NAME)
    except ValueError:
        return False
    return True


def tree_attention(
    module: Any,
    query: Tensor,
    key: Tensor,
    value: Tensor,
    attention_mask: Tensor | None,
    dropout: float = 0.0,
    scaling: float | None = None,
    prompt_tree: PromptTree | None = None,
    sliding_window: int | None = None,
    **kwargs: Any,
) -> tuple[Tensor, None]:
    """Attention as transformers calls it.

    Shapes: query [1, heads, tokens, width], key and value [1, groups, tokens, width]; returns
    [1, tokens, heads, width]. With a tree, the mask that comes along is ignored.
    """
    from transformers.integrations.sdpa_attention import sdpa_attention_forward

    on_cpu = query.device.type == "cpu"
    attend = grouped_attention if on_cpu else sdpa_attention_forward
    options = {"dropout": dropout, "scaling": scaling, **kwargs}
    if prompt_tree is None:
        return attend(module, query, key, value, attention_mask, **options)
    if not on_cpu:
        mask = tree_mask(prompt_tree, sliding_window, query.device)
        return attend(module, query, key, value, mask, **options)
    found = []
    for segment in prompt_tree.segments:
        spans = [slice(*span) for span in (*segment.before, (segment.start, segment.end))]
        length = segment.end - segment.start
        attended, _ = attend(
            module,
            query[:, :, spans[-1]],
            torch.cat([key[:, :, span] for span in spans], 2),
            torch.cat([value[:, :, span] for span in spans], 2),
            _mask(length, segment.depth, sliding_window, query.device),
            **options,
        )
        found.append(attended)
    return torch.cat(found, 1), None


@lru_cache(maxsize=2)
def tree_mask(tree: PromptTree, window: int | None, device: torch.device) -> Tensor:
    """What each token of a tree sees: bool [1, 1, tokens, tokens].

    Args:
        tree: told apart by identity; has to be whole.
        window: how far back a token sees in its row; ``None``: to its start.
        device: where the mask is needed.
    """
    tokens = len(tree.ids)
    seen = torch.zeros(tokens, tokens, dtype=torch.bool, device=device)
    for segment in tree.segments:
        rows = slice(segment.start, segment.end)
        for start, end in segment.before:
            seen[rows, start:end] = True
        seen[rows, rows] = True
    seen = seen.tril()
    if window is not None:
        places = torch.tensor(tree.positions, device=device)
        seen &= places[:, None] - places[None, :] < window
    return seen[None, None]


@lru_cache(maxsize=512)
def _mask(length: int, depth: int, window: int | None, device: torch.device) -> Tensor | None:
    """What so many tokens after `depth` others see of all of them; ``None`` if just causal."""
    if not depth and (window is None or length <= window):
        return None
    seen = torch.ones(length, depth + length, dtype=torch.bool, device=device).tril(depth)
    return seen if window is None else seen.triu(depth - window + 1)
