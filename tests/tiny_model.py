"""A tiny random Llama with a real tokenizer, built in code."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

TEMPLATE = (
    "{% for m in messages %}{{ '<|im_start|>' + m['role'] + '\n' + m['content'] + '<|im_end|>\n' }}"
    "{% endfor %}{% if add_generation_prompt %}{{ '<|im_start|>assistant\n' }}{% endif %}"
)
CORPUS = [
    '[get_weather(city="Paris", days=3), math.add(a=1, b=-2.5)]',
    '[send(to=["Ann", "Bob"], body={"text": "Hello, world", "urgent": True}, cc=None)]',
    '[f(**{"from": 1, "class": False}), g(x=[1, 2, 3], y=[[], {}], z=0.25)]',
    "The capital of France is Paris. I cannot help with that; please say more.",
    "éàü ñ 日本語 Привет 🙂 naïve café",
]


def make_tokenizer() -> Any:
    from tokenizers import Tokenizer, decoders, models, pre_tokenizers, trainers
    from transformers import PreTrainedTokenizerFast

    backend = Tokenizer(models.BPE())
    backend.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    backend.decoder = decoders.ByteLevel()
    trainer = trainers.BpeTrainer(
        vocab_size=420,
        special_tokens=["<|endoftext|>", "<|im_start|>", "<|im_end|>"],
        initial_alphabet=pre_tokenizers.ByteLevel.alphabet(),
        show_progress=False,
    )
    backend.train_from_iterator(CORPUS * 3, trainer)
    tokenizer = PreTrainedTokenizerFast(
        tokenizer_object=backend, eos_token="<|endoftext|>", pad_token="<|endoftext|>"
    )
    tokenizer.add_special_tokens({"additional_special_tokens": ["<|im_start|>", "<|im_end|>"]})
    tokenizer.chat_template = TEMPLATE
    return tokenizer


def make_model(tokenizer: Any, *, closing: float = 0.0) -> Any:
    """A random model; with `closing`, one that is eager to close quotes, brackets and answers."""
    import torch
    from transformers import LlamaConfig, LlamaForCausalLM

    torch.manual_seed(0)
    config = LlamaConfig(
        vocab_size=len(tokenizer) + 12,  # as real models: more logits than tokens
        hidden_size=32,
        intermediate_size=64,
        num_hidden_layers=2,
        num_attention_heads=4,
        num_key_value_heads=2,
        max_position_embeddings=512,
        initializer_range=0.4,
        tie_word_embeddings=False,
        eos_token_id=tokenizer.eos_token_id,
        bos_token_id=None,
        pad_token_id=None,
    )
    model = LlamaForCausalLM(config).eval()
    if closing:
        with torch.no_grad():
            _make_constant(model)
            for text, token in tokenizer.get_vocab().items():
                if not text.strip('"])}') or token in tokenizer.all_special_ids:
                    # The constant feature leaves the last norm at about 0.2.
                    model.lm_head.weight[token, 0] = closing / 0.2
    return model


def _make_constant(model: Any) -> None:
    """Make the first hidden feature the same everywhere: a bias for every token."""
    model.model.embed_tokens.weight[:, 0] = 4.0
    for layer in model.model.layers:
        layer.self_attn.o_proj.weight[0] = 0.0
        layer.mlp.down_proj.weight[0] = 0.0
    model.lm_head.weight[:, 0] = 0.0


@pytest.fixture(scope="session")
def tiny_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The tiny model, saved."""
    torch = pytest.importorskip("torch")
    torch.set_num_threads(1)  # threads that wait for each other cost more than this model
    folder = tmp_path_factory.mktemp("model") / "tiny"
    tokenizer = make_tokenizer()
    make_model(tokenizer).save_pretrained(folder)
    tokenizer.save_pretrained(folder)
    return folder


@pytest.fixture(scope="session")
def closing_tiny(tiny_folder: Path) -> Iterator[Any]:
    """An engine with a model that closes what it opens."""
    from agents.engines.base import run
    from agents.engines.hf import HFEngine
    from agents.engines.hf_load import load

    loaded = load(str(tiny_folder), device="cpu")
    model = make_model(loaded.tokenizer, closing=5.0)
    engine = HFEngine(replace(loaded, model=model))
    yield engine
    run(engine.aclose())


@pytest.fixture(scope="session")
def tiny(tiny_folder: Path) -> Iterator[Any]:
    """An engine that runs the tiny model."""
    from agents.engines import open_engine
    from agents.engines.base import run

    engine = open_engine(str(tiny_folder), device="cpu")
    yield engine
    run(engine.aclose())
