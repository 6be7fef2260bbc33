"""Grouped-query attention on a CPU without copying keys and values for every query head.

transformers repeats the keys and values of grouped-query models before each call of torch's fused
attention when there is a mask, as there is with a batch of unequal prompts or a cached prompt head.
On a CPU this copy costs more than all the rest of a decoding step; torch's kernel takes the groups
as they are. The result is the same up to rounding. Models that use another attention keep it.
"""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from torch import Tensor

NAME = "itool_grouped_sdpa"
log = logging.getLogger(__name__)


def use_grouped_attention(model: Any) -> None:
    """Make a model that runs on torch's fused attention skip the copy."""
    if model.config._attn_implementation != "sdpa":
        return
    from transformers import AttentionInterface, AttentionMaskInterface
    from transformers.masking_utils import sdpa_mask

    AttentionInterface.register(NAME, grouped_attention)
    AttentionMaskInterface.register(NAME, sdpa_mask)
    try:
        model.set_attn_implementation(NAME)
    except ValueError as error:
        log.info("%s keeps its own attention: %s", type(model).__name__, error)


def grouped_attention(
    module: Any,
    query: Tensor,
    key: Tensor,
    value: Tensor,
    attention_mask: Tensor | None,
    dropout: float = 0.0,
    scaling: float | None = None,
    is_causal: bool | None = None,
    **kwargs: Any,
) -> tuple[Tensor, None]:
    """Attention as transformers calls it.

    Shapes: query [batch, heads, queries, width], key and value [batch, groups, keys, width], mask
    [batch or 1, 1, queries, keys] or ``None`` for causal; returns [batch, queries, heads, width].
    """
    import torch.nn.functional as functional
    from transformers.integrations.sdpa_attention import sdpa_attention_forward

    if query.shape[1] == key.shape[1] or kwargs.get("position_bias") is not None:
        output: tuple[Tensor, None] = sdpa_attention_forward(
            module, query, key, value, attention_mask, dropout, scaling, is_causal, **kwargs
        )
        return output
    causal = getattr(module, "is_causal", True) if is_causal is None else is_causal
    attended = functional.scaled_dot_product_attention(
        query,
        key,
        value,
        attn_mask=attention_mask,
        dropout_p=dropout,
        scale=scaling,
        is_causal=bool(causal) and attention_mask is None and query.shape[2] > 1,
        enable_gqa=True,
    )
    return attended.transpose(1, 2).contiguous(), None
