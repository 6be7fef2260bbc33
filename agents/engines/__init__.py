"""Engines by name, and nothing heavy until one is opened."""

from __future__ import annotations

import difflib
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from agents.engines.base import Engine
from envs.common.errors import UserError

NAMES = {
    "demo": "SmolLM2-135M-Instruct out of a package, needs no hub",
    "demo:ADAPTER": "the same with an adapter from configs/adapters/ or --assets DIR",
    "tiny": "a random model of two layers, for runs that need no sense",
    "hf:PATH_OR_ID": "any transformers checkpoint; a bare path or org/name means the same",
    "vllm:PATH_OR_ID": "the same checkpoints on vLLM, in process; vllm:demo is the demo model",
    "http(s)://HOST/v1": "a server that speaks OpenAI's API",
    "scripted:FILE": "answers from a JSONL file",
}
"""What `open_engine` takes, with what it means."""

Dtype = Literal["float32", "bfloat16", "float16"]


def open_engine(
    name: str,
    *,
    adapter: Path | None = None,
    assets: Path | None = None,
    offline: bool = False,
    device: str | None = None,
    dtype: Dtype | None = None,
    model_name: str | None = None,
    key_env: str = "OPENAI_API_KEY",
    concurrency: int = 32,
    requests_per_minute: float | None = None,
    cache: Path | None = None,
) -> Engine:
    """Open the engine called `name`; loading a model takes seconds to minutes.

    Args:
        name: one of `NAMES`.
        adapter: folder of a LoRA adapter for the model.
        assets: ``--assets DIR``, where packaged files are looked for.
        offline: never try to download.
        device: a torch device; the first CUDA device where there is one, else the CPU.
        dtype: of the weights; by default bfloat16 on a GPU, float32 on a CPU.
        model_name: of a server: which of its models.
        key_env: of a server: the environment variable that holds its key.
        concurrency: of a server: requests in flight at a time.
        requests_per_minute: of a server: how many are started a minute; no limit by default.
        cache: folder where answers are kept and looked up.

    Raises:
        UserError: there is no such engine, or what it needs is missing; says what.
    """
    kind, _, rest = name.partition(":")
    engine: Engine
    if kind in ("http", "https"):
        if adapter is not None:
            raise UserError(f"{name}: a server takes no adapter; serve it under a name of its own")
        if dtype is not None:
            raise UserError(f"{name}: a server has its own dtype")
        from agents.engines.base import run
        from agents.engines.http import HttpEngine

        server = HttpEngine(
            name,
            model_name,
            key_env=key_env,
            concurrency=concurrency,
            requests_per_minute=requests_per_minute,
        )
        run(server.probe())
        engine = server
    elif kind == "scripted" and rest:
        if adapter is not None or dtype is not None:
            what = "adapter" if adapter is not None else "dtype"
            raise UserError(f"{name}: a scripted engine takes no {what}")
        from agents.engines.scripted import ScriptFile

        engine = ScriptFile(Path(rest))
    else:
        model = _find(name, adapter, assets, offline)
        engine = _open_model(kind, model, offline, device, dtype)
    if cache is None:
        return engine
    from agents.engines.cache import CachedEngine

    return CachedEngine(engine, cache)


@dataclass(frozen=True)
class _Found:
    """A model on this machine or the hub."""

    source: str
    title: str | None = None
    """What reports call it, if not its folder or id."""
    adapter: Path | None = None


def _find(name: str, adapter: Path | None, assets: Path | None, offline: bool) -> _Found:
    """The model that `name` means.

    Raises:
        UserError: it means none, or the demo model cannot be had.
    """
    model = name.removeprefix("vllm:")
    kind, _, rest = model.partition(":")
    if model == "tiny":
        from agents.engines.demo import TINY, tiny_model_folder

        return _Found(str(tiny_model_folder(assets=assets, offline=offline)), TINY, adapter)
    if model != "demo" and not (kind == "demo" and rest):
        return _Found(_model_of(name), adapter=adapter)
    from agents.engines.demo import NAME, demo_model_folder

    if rest:
        adapter = find_adapter(rest, assets)
    folder = demo_model_folder(assets=assets, offline=offline)
    return _Found(str(folder), f"{NAME} + {rest}" if rest else NAME, adapter)


def _open_model(
    kind: str, model: _Found, offline: bool, device: str | None, dtype: Dtype | None
) -> Engine:
    if kind == "vllm":
        from agents.engines.vllm_engine import VLLMEngine
        from agents.engines.vllm_load import VLLMOptions

        options = VLLMOptions(
            name=model.title, adapter=model.adapter, offline=offline, device=device, dtype=dtype
        )
        return VLLMEngine(model.source, options)
    from agents.engines.hf import HFEngine
    from agents.engines.hf_load import load

    loaded = load(
        model.source,
        name=model.title,
        adapter=model.adapter,
        offline=offline,
        device=device,
        dtype=dtype,
    )
    return HFEngine(loaded)


def find_adapter(name: str, assets: Path | None = None) -> Path:
    """The folder of a named adapter of the demo model.

    Raises:
        UserError: there is none of this name; says where it was looked for.
    """
    checkout = Path(__file__).resolve().parents[2] / "configs" / "adapters"
    homes = [checkout, *([assets] if assets is not None else [])]
    for home in homes:
        if (home / name / "adapter_config.json").is_file():
            return home / name
    looked = " and ".join(map(str, homes))
    raise UserError(f"demo:{name}: no adapter {name!r} in {looked}")


def _model_of(name: str) -> str:
    """The path or hub id that `name` means.

    Raises:
        UserError: it can mean none; says what there is.
    """
    kind, _, rest = name.partition(":")
    if kind in ("hf", "vllm") and rest:
        return rest
    if Path(name).exists() or name.startswith(("/", "./", "../", "~")):
        return name
    if re.fullmatch(r"[\w.-]+/[\w.-]+", name):
        return name
    kinds = {known.partition(":")[0]: known for known in reversed(NAMES)}
    close = difflib.get_close_matches(kind, kinds, n=1)
    hint = f"; did you mean {kinds[close[0]]!r}?" if close else ""
    raise UserError(f"unknown engine {name!r}; there are: {_listed()}{hint}")


def _listed() -> str:
    return ", ".join([*NAMES, "PATH", "ORG/NAME"])
