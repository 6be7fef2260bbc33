"""Loads a causal language model of any architecture that transformers knows.

Weights come from safetensors only and no code comes with a model. Nothing is registered: a folder
or a hub id is enough.
"""

from __future__ import annotations

import contextlib
import hashlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from agents.engines.chat import end_of_turn
from envs.common.errors import UserError
from envs.common.optional import need

if TYPE_CHECKING:
    import torch

_UNLIMITED = 10**9
"""Tokenizers without a limit carry a huge one."""
_CHEAP_TO_HASH = 2 * 1024**3


@dataclass(frozen=True, eq=False)
class LoadedModel:
    """A model, its tokenizer, and what decoding has to know of them."""

    model: Any
    """A `transformers` model with a language-model head, in evaluation mode."""
    tokenizer: Any
    name: str
    """What reports call it."""
    source: str
    """Folder or hub id."""
    end_ids: frozenset[int]
    """Tokens that end an answer."""
    context_length: int
    """Most tokens of prompt and answer together."""
    adapter: str | None = None
    details: dict[str, str] = field(default_factory=dict)
    """What identifies the weights."""

    @property
    def device(self) -> torch.device:
        """Where the model runs."""
        device: torch.device = self.model.device
        return device


def load(
    source: str,
    *,
    name: str | None = None,
    adapter: Path | None = None,
    offline: bool = False,
    device: str | None = None,
    dtype: str | None = None,
) -> LoadedModel:
    """Load from a folder or the hub.

    Raises:
        UserError: it is not there, is not a language model, or lacks a file; one line.
    """
    torch = need("torch", extra="hf")
    transformers = need("transformers", extra="hf")
    source = checked_source(source)
    if adapter is not None:
        check_folder(adapter, "adapter_config.json")
    device = device or ("cuda" if torch.cuda.is_available() else "cpu")
    dtype = dtype or ("float32" if device == "cpu" else "bfloat16")
    try:
        with without_progress():
            common = {"local_files_only": offline, "trust_remote_code": False}
            tokenizer = transformers.AutoTokenizer.from_pretrained(source, **common)
            model = transformers.AutoModelForCausalLM.from_pretrained(
                source, dtype=getattr(torch, dtype), use_safetensors=True, **common
            )
            if adapter is not None:
                peft = need("peft", extra="train")
                model = peft.PeftModel.from_pretrained(model, str(adapter)).merge_and_unload()
        model = model.to(device).eval()
    except UserError:
        raise
    except (OSError, ValueError, KeyError, ImportError, RuntimeError) as error:
        raise UserError(f"cannot load {source}: {first_line(error)}") from None
    if device == "cpu":
        from agents.engines.hf_attention import use_grouped_attention

        use_grouped_attention(model)
    return LoadedModel(
        model=model,
        tokenizer=tokenizer,
        name=name or short_name(source),
        source=source,
        end_ids=end_ids(model.generation_config, tokenizer),
        context_length=context_length(model.config, tokenizer),
        adapter=None if adapter is None else str(adapter),
        details=details(source, model.config),
    )


def checked_source(source: str) -> str:
    """A folder that holds a model, or a hub id, as it is.

    Raises:
        UserError: it names a folder that holds none.
    """
    path = Path(source).expanduser()
    if path.exists() or source.startswith(("/", ".", "~")):
        check_folder(path, "config.json")
        return str(path)
    return source


def short_name(source: str) -> str:
    """What reports call a model: the folder's name or the hub id."""
    path = Path(source)
    return path.resolve().name if path.exists() else source


@contextlib.contextmanager
def without_progress() -> Iterator[None]:
    """Keep the bars of transformers off the terminal: progress is the caller's to show."""
    from transformers.utils import logging

    shown = logging.is_progress_bar_enabled()
    logging.disable_progress_bar()
    try:
        yield
    finally:
        if shown:
            logging.enable_progress_bar()


def check_folder(path: Path, needed: str) -> None:
    """Refuse a folder that is not there or lacks the file that it is about."""
    if not path.is_dir():
        raise UserError(f"{path}: no such folder")
    if not (path / needed).is_file():
        raise UserError(f"{path}: there is no {needed} in this folder")


def first_line(error: Exception) -> str:
    """What an exception says, in one line."""
    lines = [line.strip() for line in str(error).splitlines() if line.strip()]
    return lines[0] if lines else type(error).__name__


def end_ids(generation_config: Any, tokenizer: Any) -> frozenset[int]:
    """What ends an answer: the generation config's, the tokenizer's, the chat template's token."""
    configured = getattr(generation_config, "eos_token_id", None)
    ids = set(configured) if isinstance(configured, list | tuple) else {configured}
    ids |= {tokenizer.eos_token_id, end_of_turn(tokenizer)}
    return frozenset(int(i) for i in ids if i is not None)


def context_length(config: Any, tokenizer: Any) -> int:
    """Most tokens of prompt and answer together."""
    text = config.get_text_config()
    limits = [getattr(text, "max_position_embeddings", None), tokenizer.model_max_length]
    return min((int(n) for n in limits if n and n < _UNLIMITED), default=_UNLIMITED)


def details(source: str, config: Any) -> dict[str, str]:
    """The hub's revision, or the SHA-256 of a small folder's weights."""
    if revision := getattr(config, "_commit_hash", None):
        return {"revision": str(revision)}
    files = sorted(Path(source).glob("*.safetensors"))
    if not files or sum(file.stat().st_size for file in files) > _CHEAP_TO_HASH:
        return {}
    digest = hashlib.sha256()
    for file in files:
        with file.open("rb") as stream:
            while block := stream.read(1 << 24):
                digest.update(block)
    return {"weights_sha256": digest.hexdigest()}
