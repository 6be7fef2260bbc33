"""The flags of every command that asks a model: which one, and how its answers are drawn."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from agents.engines import Dtype
from envs.common.errors import UserError

if TYPE_CHECKING:
    from agents.engines.base import Engine
    from agents.policies import Sampling

MAX_TOKENS, DEMO_MAX_TOKENS = 4096, 192
"""Longest answer by default. The demo model often does not stop by itself."""


@dataclass(frozen=True)
class ModelOptions:
    """Which model acts and how its answers are drawn; base class of command configurations."""

    model: str = "demo"
    """demo, a folder or hub id of any causal LM, vllm:PATH_OR_ID, http(s)://HOST/v1, or
    scripted:FILE."""
    model_name: str | None = None
    """Of a server: which of its models."""
    key_env: str = "OPENAI_API_KEY"
    """Of a server: the environment variable that holds its key."""
    requests_per_minute: float | None = None
    """Of a server: how many requests are started a minute (default: no limit)."""
    adapter: Path | None = None
    """Folder of a LoRA adapter for the model."""
    dtype: Dtype | None = None
    """Of the weights (default: bfloat16 on a GPU, float32 on a CPU)."""
    format: str | None = None
    """How the model writes calls: python, hermes, llama3, mistral, json or native (default: what
    its chat template teaches)."""
    seed: int = 0
    """Of the sampling; greedy decoding does not need it."""
    temperature: float = 0.0
    """0 is greedy."""
    top_p: float = 1.0
    """Sample from the smallest set of tokens with this much probability."""
    max_tokens: int | None = None
    """Longest answer (default: 4096, for the demo model 192)."""
    cache: Path | None = None
    """Folder where answers are kept and looked up, so that no question is paid for twice."""
    assets: Path | None = None
    """Folder with packages fetched ahead (see envs.assets)."""
    offline: bool = False
    """Never try to download."""

    @property
    def is_demo(self) -> bool:
        """Whether the model is the demo model, with or without an adapter."""
        return self.model.removeprefix("vllm:").partition(":")[0] == "demo"

    @property
    def sampling(self) -> Sampling:
        """How answers are drawn."""
        from agents.policies import Sampling

        longest = self.max_tokens or (DEMO_MAX_TOKENS if self.is_demo else MAX_TOKENS)
        return Sampling(self.temperature, self.top_p, longest)


@dataclass(frozen=True)
class UserOptions:
    """Which model plays the user; base class of command configurations beside `ModelOptions`."""

    user_model: str | None = None
    """A model that plays the user, named as in --model, in tasks that have an instruction for it
    (default: the world's own user)."""
    user_model_name: str | None = None
    """Of a server: which of its models plays the user."""
    user_instructions: Path | None = None
    """What the user wants, in place of what tasks say: a text for all tasks, or FILE.jsonl with
    task and instruction in each row."""
    user_temperature: float = 0.0
    """Of the model that plays the user."""


def check_options(options: ModelOptions) -> None:
    """Refuse what no model can do, before anything is loaded.

    Raises:
        UserError: a number out of range, or an unknown format.
    """
    if options.max_tokens is not None and options.max_tokens < 1:
        raise UserError(f"--max-tokens {options.max_tokens}: at least 1 is needed")
    if options.temperature < 0 or not 0 < options.top_p <= 1:
        raise UserError("--temperature has to be at least 0, --top-p above 0 and at most 1")
    if options.format is not None:
        from agents.formats import get_format

        get_format(options.format)


def open_model(options: ModelOptions, *, concurrency: int = 32) -> Engine:
    """Open the engine that the flags name; loading a model takes seconds to minutes.

    Args:
        options: the flags.
        concurrency: of a server: requests in flight at a time.

    Raises:
        UserError: there is no such engine, or what it needs is missing.
    """
    from agents.engines import open_engine

    return open_engine(
        options.model,
        adapter=options.adapter,
        dtype=options.dtype,
        assets=options.assets,
        offline=options.offline,
        model_name=options.model_name,
        key_env=options.key_env,
        concurrency=concurrency,
        requests_per_minute=options.requests_per_minute,
        cache=options.cache,
    )
