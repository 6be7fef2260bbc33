"""Adapters on disk: small, with a manifest that says what they are of; and merged models."""

from __future__ import annotations

import hashlib
import json
import shutil
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from envs.common.errors import UserError
from envs.common.optional import need
from envs.common.runs import disk_errors, versions

WEIGHTS, CONFIG, MANIFEST = "adapter_model.safetensors", "adapter_config.json", "itool.json"


def save_adapter(model: Any, folder: Path, about: Mapping[str, Any], base: str) -> None:
    """Write an adapter in bfloat16 with its manifest.

    Args:
        model: a peft model.
        folder: where to; exists.
        about: what the manifest says of its making (settings, data, seeds, ...).
        base: name of the model that it is an adapter of, without a path of this machine.
    """
    torch = need("torch", extra="train")
    safetensors = need("safetensors.torch", extra="train")
    peft = need("peft", extra="train")
    state = {
        name: tensor.detach().to("cpu", torch.bfloat16).contiguous()
        for name, tensor in peft.get_peft_model_state_dict(model).items()
    }
    safetensors.save_file(state, folder / WEIGHTS, metadata={"format": "pt"})
    (name,) = model.peft_config.keys() if len(model.peft_config) == 1 else (model.active_adapter,)
    config = {
        key: sorted(value) if isinstance(value, set) else value
        for key, value in model.peft_config[name].to_dict().items()
        if value not in (None, {}, [])
    }
    config |= {"base_model_name_or_path": base, "inference_mode": True}
    _write_json(folder / CONFIG, config)
    manifest = {
        "base": base,
        "weights_sha256": sha256(folder / WEIGHTS),
        "versions": versions(),
        **about,
    }
    _write_json(folder / MANIFEST, manifest)


def base_in(folder: Path) -> str | None:
    """The model that an adapter's manifest names; ``None`` where there is no such manifest.

    Raises:
        UserError: the manifest cannot be read.
    """
    file = folder / MANIFEST
    if not file.is_file():
        return None
    try:
        named = json.loads(file.read_text("utf-8")).get("base")
    except (OSError, ValueError, AttributeError) as error:
        raise UserError(f"{file}: cannot be read: {error}") from None
    return None if named is None else str(named)


def load_adapter(
    model: Any, folder: Path, *, trainable: bool = False, base: str | None = None
) -> Any:
    """A peft model of `model` with the adapter in `folder`.

    Args:
        model: of transformers.
        folder: holds the adapter.
        trainable: whether it goes on being trained.
        base: name of the model; an adapter whose manifest names another one is refused, since
            two models of one shape take each other's adapters silently.

    Raises:
        UserError: there is no adapter, or it is one of another model.
    """
    peft = need("peft", extra="train")
    if not (folder / CONFIG).is_file():
        raise UserError(f"{folder}: there is no {CONFIG} in this folder")
    own = base_in(folder)
    if None not in (own, base) and own != base:
        raise UserError(f"{folder}: an adapter of {own}, not of {base}")
    try:
        loaded = peft.PeftModel.from_pretrained(model, str(folder), is_trainable=trainable)
    except (RuntimeError, ValueError, KeyError, TypeError, OSError) as error:
        why = str(error).strip().splitlines()[0]
        raise UserError(f"{folder}: not an adapter of this model: {why}") from None
    # At each checkpoint peft looks there for the model's configuration, if need be on the hub.
    loaded.peft_config["default"].base_model_name_or_path = model.config._name_or_path
    return loaded


def export_merged(model: Any, tokenizer: Any, out: Path) -> None:
    """Write a model with its adapter merged in, whole or not at all.

    Args:
        model: a peft model; it is merged in place and is of no use afterwards.
        tokenizer: goes into the same folder.
        out: a folder that does not exist.

    Raises:
        UserError: the folder exists, or the disk is full.
    """
    if out.exists():
        raise UserError(f"{out}: exists already")
    temporary = out.with_name(f".{out.name}.new")
    shutil.rmtree(temporary, ignore_errors=True)
    with disk_errors(out):
        merged = model.merge_and_unload(safe_merge=True)
        merged.save_pretrained(temporary)
        tokenizer.save_pretrained(temporary)
        temporary.rename(out)


def sha256(path: Path) -> str:
    """SHA-256 of a file."""
    return hashlib.sha256(path.read_bytes()).hexdigest()


def _write_json(path: Path, value: Any) -> None:
    path.write_text(json.dumps(value, indent=1, sort_keys=True, default=str) + "\n", "utf-8")
