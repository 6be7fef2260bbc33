"""How fast answers come, beside plain transformers and beside the official harness.

    python benchmarks/generation.py hf [--model FOLDER] [--limit 39] [--max-tokens 192]
    python benchmarks/generation.py server --official-python PATH [--limit 200] [--threads 1 8 32]

``hf``: our engine against ``model.generate`` one prompt at a time, the same model in one process,
with the same greedy ids. ``server``: our client against the generation of the official `bfcl-eval`
package (in an interpreter that has it and transformers) on one vLLM server that this script starts
(needs vllm here): the same tasks, temperature and longest answer, the prefix cache emptied before
each. The official side runs with its default number of threads and with those given; it is timed
from when its handler has found the server, with its cap of 4,096 tokens lowered to ours.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

TEMPERATURE = 0.001
"""What the official harness asks with."""


def tasks(limit: int) -> list[Any]:
    from envs.common.assets import locate
    from eval.bfcl.suite import BFCL

    return list(BFCL(locate("bfcl-eval"), limit=limit).tasks)


def model_folder(model: str | None) -> str:
    from agents.engines.demo import demo_model_folder

    return model or str(demo_model_folder())


# transformers


def measure_hf(args: argparse.Namespace) -> dict[str, Any]:
    import torch

    from agents.engines import open_engine
    from agents.engines.base import Request, generate_all, run

    engine: Any = open_engine(f"hf:{model_folder(args.model)}")
    loaded = engine._loaded
    asked = [Request(task.messages, max_tokens=args.max_tokens) for task in tasks(args.limit)]
    generate_all(engine, [Request(asked[0].messages, max_tokens=2)])  # warms up
    start = time.perf_counter()
    ours = [answers[0] for answers in generate_all(engine, asked)]
    seconds = {"ours": time.perf_counter() - start}
    start = time.perf_counter()
    equal = 0
    with torch.inference_mode():
        for answer in ours:
            ids = torch.tensor([answer.prompt_ids], device=loaded.device)
            out = loaded.model.generate(
                ids,
                attention_mask=torch.ones_like(ids),
                max_new_tokens=args.max_tokens,
                do_sample=False,
                eos_token_id=sorted(loaded.end_ids),
            )
            equal += tuple(out[0, ids.shape[1] :].tolist()) == answer.ids
    seconds["generate"] = time.perf_counter() - start
    run(engine.aclose())
    tokens = sum(len(answer.ids) for answer in ours)
    ratio = seconds["generate"] / seconds["ours"]
    print(f"ours: {seconds['ours']:.1f} s; generate one by one: {seconds['generate']:.1f} s")
    print(f"ratio: {ratio:.2f}; {equal} of {len(ours)} answers equal, {tokens:,} tokens")
    return {"seconds": seconds, "ratio": ratio, "equal": equal, "tasks": len(ours)}


# A server


def measure_server(args: argparse.Namespace) -> dict[str, Any]:
    from vllm_server import forget_prefixes, serving

    model = model_folder(args.model)
    chosen = tasks(args.limit)
    seconds: dict[str, float] = {}
    with tempfile.TemporaryDirectory() as folder, serving(model, Path(folder) / "log") as url:
        threads: list[int | None] = [None, *args.threads]
        for turn in range(args.repeats):
            forget_prefixes(url)
            _keep(seconds, "ours", ours(url, model, chosen, args))
            for count in threads:
                forget_prefixes(url)
                home = Path(folder) / f"official-{turn}-{count}"
                name = "official, default" if count is None else f"official, {count} threads"
                _keep(seconds, name, official(url, model, chosen, args, home, count))
    for name, value in seconds.items():
        print(f"{name:<22} {value:8.1f} s   {value / seconds['ours']:.2f} times ours")
    ratios = {name: value / seconds["ours"] for name, value in seconds.items()}
    return {"seconds": seconds, "ratios": ratios, "tasks": len(chosen)}


def _keep(seconds: dict[str, float], name: str, value: float) -> None:
    """The best of all turns: what a run takes when nothing else disturbs it."""
    seconds[name] = min(value, seconds.get(name, value))


def ours(url: str, model: str, chosen: list[Any], args: argparse.Namespace) -> float:
    from agents.engines import open_engine
    from agents.engines.base import Request, generate_all, run

    engine = open_engine(url, model_name=model, concurrency=args.concurrency)
    options = {"max_tokens": args.max_tokens, "temperature": TEMPERATURE}
    start = time.perf_counter()
    generate_all(engine, [Request(task.messages, **options) for task in chosen])
    seconds = time.perf_counter() - start
    run(engine.aclose())
    return seconds


def official(
    url: str,
    model: str,
    chosen: list[Any],
    args: argparse.Namespace,
    home: Path,
    threads: int | None,
) -> float:
    """Seconds that the official harness takes, in a process and a project folder of its own."""
    home.mkdir()
    wanted = json.dumps(_categories(chosen))
    (home / "test_case_ids_to_generate.json").write_text(wanted, encoding="utf-8")
    settings = {"model": model, "max_tokens": args.max_tokens, "threads": threads}
    environment = {
        **os.environ,
        "BFCL_PROJECT_ROOT": str(home),
        "REMOTE_OPENAI_BASE_URL": url,
        "HF_HUB_OFFLINE": "1",
    }
    command = [args.official_python, "-W", "ignore", __file__, "--serve", json.dumps(settings)]
    done = subprocess.run(command, env=environment, capture_output=True, text=True)
    lines = [line for line in done.stdout.splitlines() if line.startswith('{"seconds"')]
    if not lines:
        raise SystemExit(f"the official side failed: {done.stderr[-2000:]}")
    answer = json.loads(lines[-1])
    if answer["answers"] != len(chosen) or answer["errors"]:
        raise SystemExit(f"the official side gave {answer} for {len(chosen)} tasks")
    return float(answer["seconds"])


def _categories(chosen: list[Any]) -> dict[str, list[str]]:
    from eval.bfcl.categories import category_of

    ids: dict[str, list[str]] = {}
    for task in chosen:
        ids.setdefault(category_of(task.id), []).append(task.id)
    return ids


def serve_official(settings: dict[str, Any]) -> None:
    """The official generation of the chosen ids; runs in the official interpreter."""
    import types

    # The registry of models imports every vendor's client; one handler is wanted of it.
    registry = types.ModuleType("bfcl_eval.constants.model_config")
    registry.MODEL_CONFIG_MAPPING = {}  # type: ignore[attr-defined]
    sys.modules[registry.__name__] = registry
    from bfcl_eval import _llm_response_generation as generation
    from bfcl_eval.model_handler.local_inference.quick_testing_oss import QuickTestingOSSHandler

    started: list[float] = []

    class Handler(QuickTestingOSSHandler):  # type: ignore[misc]
        """The official one for any chat model, with a lower cap."""

        def __init__(self, *args: Any, **kwargs: Any) -> None:
            super().__init__(*args, **kwargs)
            create = self.client.completions.create

            def capped(**asked: Any) -> Any:
                started.append(time.perf_counter())
                asked["max_tokens"] = min(asked["max_tokens"], settings["max_tokens"])
                return create(**asked)

            self.client.completions.create = capped

    registry.MODEL_CONFIG_MAPPING["model"] = types.SimpleNamespace(  # type: ignore[attr-defined]
        model_name=settings["model"], model_handler=Handler, is_fc_model=False
    )
    generation.main(
        argparse.Namespace(
            model="model",
            test_category="all",
            temperature=TEMPERATURE,
            include_input_log=False,
            exclude_state_log=False,
            num_threads=settings["threads"],
            num_gpus=1,
            backend="vllm",
            gpu_memory_utilization=0.9,
            result_dir=None,
            run_ids=True,
            allow_overwrite=True,
            skip_server_setup=True,
            local_model_path=settings["model"],
            lora_modules=None,
            enable_lora=False,
            max_lora_rank=None,
        )
    )
    seconds = time.perf_counter() - min(started)
    texts = [
        line
        for file in Path(os.environ["BFCL_PROJECT_ROOT"], "result").rglob("*.json")
        for line in file.read_text(encoding="utf-8").splitlines()
    ]
    errors = sum('"traceback"' in text for text in texts)
    print(json.dumps({"seconds": seconds, "answers": len(texts), "errors": errors}))


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--serve", help=argparse.SUPPRESS)
    parts = parser.add_subparsers(dest="part")
    for name, limit in (("hf", 39), ("server", 200)):
        part = parts.add_parser(name)
        part.add_argument("--model", help="a model folder; the demo model by default")
        part.add_argument("--limit", type=int, default=limit, help="tasks")
        part.add_argument("--max-tokens", type=int, default=192 if name == "hf" else 64)
        part.add_argument("--out", type=Path, help="write the numbers to this file as JSON")
        if name == "server":
            part.add_argument("--official-python", required=True, help="interpreter with bfcl-eval")
            part.add_argument("--threads", type=int, nargs="*", default=[1, 8, 32])
            part.add_argument("--concurrency", type=int, default=32, help="of our client")
            part.add_argument("--repeats", type=int, default=1)
    args = parser.parse_args()
    if args.serve:
        serve_official(json.loads(args.serve))
        return 0
    if args.part is None:
        parser.error("hf or server?")
    result = measure_hf(args) if args.part == "hf" else measure_server(args)
    if args.out:
        args.out.write_text(json.dumps(result, indent=2) + "\n", encoding="utf-8")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
