"""The policy that a stage starts from, named and checked before anything is made or loaded."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from envs.common.errors import UserError
from envs.common.optional import need

if TYPE_CHECKING:
    from training.models import ModelChoice


@dataclass(frozen=True)
class Base:
    """A model as training names one, by itself or with an adapter."""

    model: str
    adapter: Path | None = None
    assets: Path | None = None
    offline: bool = False
    dtype: str | None = None


def start_of(choice: ModelChoice) -> dict[str, Any]:
    """The policy by name and content: what a manifest keeps, and a resumed run is compared with.

    Args:
        choice: the flags.

    Raises:
        UserError: there is no such model, no adapter, or it is one of another model.
    """
    from agents.engines import find_adapter
    from training import adapters, models

    base, adapter, weights = base_of(choice), choice.adapter, None
    kind, _, name = base.model.partition(":")
    if adapter is None and kind == "demo" and name:
        adapter = find_adapter(name, choice.assets)
    if adapter is not None:
        check_adapter(adapter, base)
        weights = adapters.sha256(adapter / adapters.WEIGHTS)
    return {"base": models.name_of(base), "adapter_sha256": weights}


def base_of(choice: ModelChoice) -> Base:
    """The weights behind a model of vLLM, and any other model as it is."""
    return Base(choice.model.removeprefix("vllm:"), None, choice.assets, choice.offline)


def check_adapter(folder: Path, base: Base) -> None:
    """Refuse a folder that holds no adapter, or one of another model.

    Two models of one shape take each other's adapters silently, so the name in the adapter's
    manifest decides; without a manifest, the shapes of its matrices.

    Raises:
        UserError: in one line.
    """
    from training import adapters, models

    for name in (adapters.CONFIG, adapters.WEIGHTS):
        if not (folder / name).is_file():
            raise UserError(f"--adapter {folder}: there is no {name} in this folder")
    own, named = adapters.base_in(folder), models.name_of(base)
    if own is None:
        if not _fits(folder / adapters.WEIGHTS, base):
            raise UserError(f"--adapter {folder}: its matrices fit none of {named}")
    elif own != named:
        raise UserError(f"--adapter {folder}: an adapter of {own}, not of {named}")


def _fits(weights: Path, base: Base) -> bool:
    """Whether any LoRA matrix has the width of the model's matrix of that name."""
    from training import models

    torch = need("torch", extra="train")
    transformers = need("transformers", extra="train")
    safetensors = need("safetensors", extra="train")
    source = models.source_of(base)
    try:
        config = transformers.AutoConfig.from_pretrained(
            source, local_files_only=base.offline, trust_remote_code=False
        )
        with torch.device("meta"):
            model = transformers.AutoModelForCausalLM.from_config(config)
        shapes = {name: parameter.shape for name, parameter in model.named_parameters()}
        with safetensors.safe_open(weights, "pt") as opened:
            keys: list[str] = opened.keys()
            for key in keys:
                name, found, _ = key.removeprefix("base_model.model.").partition(".lora_A.")
                width = opened.get_slice(key).get_shape()[-1]
                if found and width in shapes.get(f"{name}.weight", ()):
                    return True
    except (OSError, ValueError, KeyError, ImportError, safetensors.SafetensorError) as error:
        raise UserError(f"{weights}: {str(error).strip().splitlines()[0]}") from None
    return False
