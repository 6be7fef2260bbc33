"""The model that a training command works on: its name, its tokenizer, its weights."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Protocol

from envs.common.errors import UserError
from envs.common.optional import need


class ModelChoice(Protocol):
    """Flags that name a model."""

    @property
    def model(self) -> str:
        """``demo``, ``tiny``, or a folder or hub id."""

    @property
    def adapter(self) -> Path | None:
        """An adapter to go on from."""

    @property
    def dtype(self) -> str | None:
        """What is computed in: float32 or bfloat16; ``None``: what suits the device."""

    @property
    def assets(self) -> Path | None:
        """Where packaged files are looked for."""

    @property
    def offline(self) -> bool:
        """Never try to download."""


def name_of(choice: ModelChoice) -> str:
    """What manifests call the model: no path of this machine."""
    from agents.engines.demo import NAME, TINY
    from agents.engines.hf_load import short_name

    named = {"demo": NAME, TINY: TINY}
    return named.get(_kind(choice)) or short_name(source_of(choice))


def tokenizer_of(choice: ModelChoice) -> Any:
    """The model's tokenizer.

    Raises:
        UserError: there is no such model.
    """
    transformers = need("transformers", extra="train")
    source = source_of(choice)
    try:
        return transformers.AutoTokenizer.from_pretrained(
            source, local_files_only=choice.offline, trust_remote_code=False
        )
    except (OSError, ValueError, KeyError, ImportError) as error:
        raise UserError(f"cannot load {source}: {str(error).strip().splitlines()[0]}") from None


def model_of(choice: ModelChoice, *, method: str = "lora") -> Any:
    """The model's weights, ready to be trained, with the adapter to go on from if there is one.

    Args:
        choice: the flags.
        method: ``qlora`` loads the weights in four bits.

    Raises:
        UserError: there is no such model, or bitsandbytes is missing.
    """
    torch = need("torch", extra="train")
    transformers = need("transformers", extra="train")
    from agents.engines.hf_load import without_progress

    source, gpu = source_of(choice), torch.cuda.is_available()
    dtype = choice.dtype or ("bfloat16" if gpu else "float32")
    if method == "full" and gpu:  # weights that are trained lose small updates in bfloat16
        dtype = "float32"
    options: dict[str, Any] = {"dtype": getattr(torch, dtype)}
    if method == "qlora":
        options["quantization_config"] = _four_bits(torch, transformers)
    try:
        with without_progress():
            model = transformers.AutoModelForCausalLM.from_pretrained(
                source,
                local_files_only=choice.offline,
                trust_remote_code=False,
                use_safetensors=True,
                **options,
            )
    except (OSError, ValueError, KeyError, ImportError, RuntimeError) as error:
        raise UserError(f"cannot load {source}: {str(error).strip().splitlines()[0]}") from None
    adapter = choice.adapter or _named_adapter(choice)
    if adapter is None:
        return model
    from training.adapters import load_adapter

    return load_adapter(model, adapter, trainable=True, base=name_of(choice))


def _four_bits(torch: Any, transformers: Any) -> Any:
    need("bitsandbytes", extra="qlora")
    return transformers.BitsAndBytesConfig(
        load_in_4bit=True,
        bnb_4bit_quant_type="nf4",
        bnb_4bit_use_double_quant=True,
        bnb_4bit_compute_dtype=torch.bfloat16 if torch.cuda.is_available() else torch.float32,
    )


def _kind(choice: ModelChoice) -> str:
    return choice.model.partition(":")[0]


def source_of(choice: ModelChoice) -> str:
    """A folder or a hub id that transformers loads."""
    from agents.engines import demo
    from agents.engines.hf_load import checked_source

    folders = {"demo": demo.demo_model_folder, demo.TINY: demo.tiny_model_folder}
    if find := folders.get(_kind(choice)):
        return str(find(assets=choice.assets, offline=choice.offline))
    if _kind(choice) in ("http", "https", "scripted", "vllm"):
        raise UserError(f"--model {choice.model}: training needs the weights: a folder or a hub id")
    return checked_source(choice.model.removeprefix("hf:"))


def _named_adapter(choice: ModelChoice) -> Path | None:
    """The adapter of ``demo:NAME``."""
    from agents.engines import find_adapter

    kind, _, name = choice.model.partition(":")
    return find_adapter(name, choice.assets) if kind == "demo" and name else None
