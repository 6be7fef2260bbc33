"""A vLLM server for the length of a block, started by the interpreter that runs the benchmark."""

from __future__ import annotations

import contextlib
import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

CPU = {"VLLM_CPU_KVCACHE_SPACE": "2", "VLLM_CPU_NUM_OF_RESERVED_CPU": "0"}
CPU_FLAGS = ("--dtype", "float32", "--enforce-eager", "--no-enable-chunked-prefill")


@contextlib.contextmanager
def serving(model: str, log: Path, context: int = 8192) -> Iterator[str]:
    """Serve a model folder under its own path as name; the value is the API's URL."""
    import torch

    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [sys.executable, "-m", "vllm.entrypoints.openai.api_server", "--model", model]
    command += ["--host", "127.0.0.1", "--port", str(port), "--max-model-len", str(context)]
    command += ["--served-model-name", model]
    # The development mode has an endpoint that empties the prefix cache.
    environment = {**os.environ, "VLLM_SERVER_DEV_MODE": "1", "VLLM_NO_USAGE_STATS": "1"}
    if not torch.cuda.is_available():
        environment = {**CPU, **environment}
        command += [*CPU_FLAGS, "--max-num-batched-tokens", str(max(context, 8192))]
    with log.open("w", encoding="utf-8") as output:
        process = subprocess.Popen(command, env=environment, stdout=output, stderr=output)
    try:
        _wait(process, port, log)
        yield f"http://127.0.0.1:{port}/v1"
    finally:
        process.terminate()
        try:
            process.wait(60)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def forget_prefixes(url: str) -> None:
    """Empty the prefix cache, so that no run profits from the one before."""
    import httpx

    httpx.post(f"{url.removesuffix('/v1')}/reset_prefix_cache", timeout=60).raise_for_status()


def _wait(process: subprocess.Popen[bytes], port: int, log: Path) -> None:
    import httpx

    while process.poll() is None:
        with contextlib.suppress(httpx.TransportError):
            if httpx.get(f"http://127.0.0.1:{port}/health", timeout=5).status_code == 200:
                return
        time.sleep(1)
    raise SystemExit(f"the server ended early, see {log}")
