"""Starts vLLM in this process's care: its settings on a GPU and on a CPU, and what it needs first.

vLLM runs the model in processes of its own. What they need of the environment is set while they
start and put back afterwards; a variable that the user has set stays as it is. What they print goes
to a log file, unless the user sets another ``VLLM_LOGGING_LEVEL``. Several GPUs, remote
machines and quantisation are matters of ``vllm serve`` and the ``http`` engine.
"""

from __future__ import annotations

import contextlib
import copy
import importlib.metadata
import json
import logging
import os
import re
import sys
import tempfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from agents.engines.chat import end_of_turn
from agents.engines.hf_load import (
    check_folder,
    checked_source,
    context_length,
    details,
    end_ids,
    first_line,
    load,
    short_name,
    without_progress,
)
from envs.common.errors import UserError
from envs.common.optional import need

_ENVIRONMENT = {
    "VLLM_LOGGING_LEVEL": "ERROR",
    "VLLM_NO_USAGE_STATS": "1",
    # A fork would copy the locks of this process's threads in whatever state they are.
    "VLLM_WORKER_MULTIPROC_METHOD": "spawn",
    "TORCH_CPP_LOG_LEVEL": "ERROR",
    "PYTHONWARNINGS": "ignore",
}
_CPU_ENVIRONMENT = {
    "VLLM_CPU_KVCACHE_SPACE": "2",
    # vLLM keeps one core back otherwise, which is half of a small machine.
    "VLLM_CPU_NUM_OF_RESERVED_CPU": "0",
}
_CPU_BATCH = 8192
_RANKS = (8, 16, 32, 64, 128, 256, 320, 512)
"""What vLLM takes for ``max_lora_rank``."""


@dataclass(frozen=True)
class VLLMOptions:
    """How to run a model; what vLLM leaves to its user."""

    name: str | None = None
    """What reports call the model; its folder or hub id by default."""
    adapter: Path | None = None
    """Folder of a LoRA adapter that every request uses unless it names another: merged into the
    weights on a CPU, where vLLM applies adapters seven to ten times slower, loaded beside them on
    a GPU."""
    lora: bool = False
    """Obey `Request.adapter`. On a GPU an `adapter` does this too."""
    lora_rank: int = 64
    """Largest rank of an adapter by request."""
    offline: bool = False
    """Never try to download."""
    device: str | None = None
    """``cuda`` or ``cpu``, to be refused if this vLLM was built for another."""
    dtype: str | None = None
    """Of the weights; bfloat16 on a GPU, float32 on a CPU by default."""


@dataclass(frozen=True, eq=False)
class Model:
    """A model as vLLM will run it, and what its users have to know of it."""

    arguments: Mapping[str, Any]
    """Of ``AsyncEngineArgs``."""
    tokenizer: Any
    """Of transformers."""
    name: str
    source: str
    """Folder or hub id."""
    end_ids: frozenset[int]
    """Tokens that end an answer."""
    lora: bool
    """Adapters by request are obeyed."""
    adapter: str | None
    """The adapter of all requests, and whether it is already in the weights."""
    merged: bool
    log: Path | None
    """Where vLLM's processes write; ``None`` for the terminal."""
    details: dict[str, str] = field(default_factory=dict)
    """What a manifest records beside."""

    def cause(self, error: Exception) -> str:
        """Why vLLM failed, in one line: the first error in its log, which causes the others."""
        if self.log is None:
            return first_line(error)
        text = self.log.read_text("utf-8", errors="replace")
        found = re.search(r"\b\w+(?:Error|Exception): .+", text)
        return f"{found[0] if found else first_line(error)} (more in {self.log})"


@contextlib.contextmanager
def starting(source: str, options: VLLMOptions) -> Iterator[Model]:
    """Have everything ready that vLLM reads while it starts; what is temporary goes with the block.

    Raises:
        UserError: the model is not there, lacks a file, or vLLM is not installed; one line.
    """
    # ERROR is what TRL sets when it is imported, and what is logged here anyhow.
    log = _new_log() if os.environ.get("VLLM_LOGGING_LEVEL", "ERROR") == "ERROR" else None
    with contextlib.ExitStack() as stack:
        if log is not None:
            stack.enter_context(_output_to(log))
        stack.enter_context(_environment(_ENVIRONMENT))
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="itool-vllm-")))
        try:
            device = _device(options)
            if device == "cpu":
                stack.enter_context(_environment(_CPU_ENVIRONMENT))
            model = replace(_prepare(source, options, device, folder), log=log)
        except BaseException:
            if log is not None:  # vLLM has not come to say anything
                log.unlink()
            raise
        yield model
        if log is not None:  # what goes wrong in this process is told by exceptions
            logging.getLogger("vllm").setLevel(logging.CRITICAL)


def _device(options: VLLMOptions) -> str:
    """What the installed vLLM runs on: ``cuda``, ``cpu``, ..."""
    need("vllm", extra="vllm")
    device = str(need("vllm.platforms", extra="vllm").current_platform.device_type)
    if options.device is not None and options.device.partition(":")[0] != device:
        raise UserError(f"--device {options.device}: this vLLM was built for {device}")
    return device


def _prepare(source: str, options: VLLMOptions, device: str, temporary: Path) -> Model:
    transformers = need("transformers", extra="vllm")
    source = checked_source(source)
    if options.adapter is not None:
        check_folder(options.adapter, "adapter_config.json")
    try:
        with without_progress():
            path = _local(source, options.offline)
            known = {"local_files_only": options.offline, "trust_remote_code": False}
            tokenizer = transformers.AutoTokenizer.from_pretrained(path, **known)
            config = transformers.AutoConfig.from_pretrained(path, **known)
            generation = None
            with contextlib.suppress(OSError):  # a model may come without
                generation = transformers.GenerationConfig.from_pretrained(
                    path, local_files_only=options.offline
                )
    except (OSError, ValueError, KeyError, ImportError) as error:
        raise UserError(f"cannot load {source}: {first_line(error)}") from None
    on_cpu = device == "cpu"
    dtype = options.dtype or ("float32" if on_cpu else "bfloat16")
    merged = on_cpu and options.adapter is not None
    arguments = {
        "model": path,
        "tokenizer": _constraining_tokenizer(tokenizer, path, temporary),
        "dtype": dtype,
        **_settings(on_cpu, context_length(config, tokenizer)),
    }
    if merged:
        arguments["model"] = _merge(path, options, dtype, temporary / "merged")
    lora = options.lora or (options.adapter is not None and not merged)
    if lora:
        arguments |= {"enable_lora": True, "max_loras": 2, "max_lora_rank": _rank(options)}
    versions = {name: importlib.metadata.version(name) for name in ("torch", "transformers")}
    return Model(
        arguments=arguments,
        tokenizer=tokenizer,
        name=options.name or short_name(source),
        source=source,
        end_ids=end_ids(generation, tokenizer),
        lora=lora,
        adapter=None if options.adapter is None else str(options.adapter),
        merged=merged,
        log=None,
        details={
            "device": device,
            "dtype": dtype,
            "vllm": str(need("vllm", extra="vllm").__version__),
            **versions,
            **details(source, config),
        },
    )


def _settings(on_cpu: bool, context: int) -> dict[str, Any]:
    settings: dict[str, Any] = {
        "max_model_len": -1,  # as much of the model's context as the memory holds
        "load_format": "safetensors",
        "use_tqdm_on_load": False,
        "disable_log_stats": True,
        "enable_prefix_caching": True,
        "logprobs_mode": "raw_logprobs",
        # The only one that reads our grammars as they are meant; vLLM's own choice (xgrammar)
        # accepts them and then takes seconds for a token inside a string.
        "structured_outputs_config": {"backend": "guidance"},
    }
    if on_cpu:
        # vLLM 0.32 on a CPU crashes on a seeded request whose prompt is read in several parts.
        settings |= {
            "enforce_eager": True,
            "enable_chunked_prefill": False,
            "max_num_batched_tokens": max(context, _CPU_BATCH),
            # Prefixes are kept in whole blocks, and the default of 128 tokens makes an answer that
            # is asked for in pieces read a hundred tokens again for each of them.
            "block_size": 32,
        }
    return settings


def _local(source: str, offline: bool) -> str:
    """The source, or its snapshot on this machine where nothing may be downloaded."""
    if not offline or Path(source).exists():
        return source
    hub = need("huggingface_hub", extra="vllm")
    return str(hub.snapshot_download(source, local_files_only=True))


def _constraining_tokenizer(tokenizer: Any, path: str, temporary: Path) -> str:
    """A folder with the tokenizer for vLLM, whose end token is what ends the model's turns.

    vLLM allows a constrained answer to end with the tokenizer's end token alone, which in some
    families (Gemma, Phi) is not the one that the chat template uses.
    """
    end = end_of_turn(tokenizer)
    if end is None or end == tokenizer.eos_token_id:
        return path
    other = copy.deepcopy(tokenizer)
    other.eos_token = tokenizer.convert_ids_to_tokens(end)
    other.save_pretrained(str(temporary / "tokenizer"))
    return str(temporary / "tokenizer")


def _merge(path: str, options: VLLMOptions, dtype: str, folder: Path) -> str:
    """The model with the adapter in its weights, as a folder of its own."""
    loaded = load(path, adapter=options.adapter, offline=options.offline, device="cpu", dtype=dtype)
    loaded.model.save_pretrained(str(folder))
    loaded.tokenizer.save_pretrained(str(folder))
    return str(folder)


def _rank(options: VLLMOptions) -> int:
    """The smallest rank that vLLM takes and that holds every adapter that may come."""
    wanted = options.lora_rank if options.lora else 1
    if options.adapter is not None:
        file = options.adapter / "adapter_config.json"
        try:
            config = json.loads(file.read_text("utf-8"))
            wanted = max([wanted, config["r"], *config.get("rank_pattern", {}).values()])
        except (ValueError, KeyError, TypeError):
            raise UserError(f"{file}: not the description of a LoRA adapter") from None
    for rank in _RANKS:
        if rank >= wanted:
            return rank
    raise UserError(f"an adapter of rank {wanted}: vLLM takes at most {_RANKS[-1]}")


@contextlib.contextmanager
def _environment(defaults: Mapping[str, str]) -> Iterator[None]:
    """Environment variables for the processes that start in the block; the user's own win.

    vLLM sets several more while it starts, which are no business of later child processes.
    """
    before = dict(os.environ)
    for name, value in defaults.items():
        os.environ.setdefault(name, value)
    try:
        yield
    finally:
        for name in os.environ.keys() - before.keys():
            del os.environ[name]
        os.environ.update(before)


def _new_log() -> Path:
    handle, path = tempfile.mkstemp(prefix="itool-vllm-", suffix=".log")
    os.close(handle)
    return Path(path)


@contextlib.contextmanager
def _output_to(log: Path) -> Iterator[None]:
    """Send what this process prints to a file, and for good what processes started here print."""
    sys.stdout.flush()
    sys.stderr.flush()
    kept = {stream: os.dup(stream) for stream in (1, 2)}
    with log.open("ab") as file:
        for stream in kept:
            os.dup2(file.fileno(), stream)
    try:
        yield
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
        for stream, terminal in kept.items():
            os.dup2(terminal, stream)
            os.close(terminal)
