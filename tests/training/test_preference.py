"""The preference command, with the tiny model; both training commands in two processes."""

import json
import os
import random
import subprocess
import sys
from collections import Counter
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

pytestmark = pytest.mark.torch
torch = pytest.importorskip("torch")
pytest.importorskip("trl")

from hypothesis import given  # noqa: E402
from hypothesis import strategies as st  # noqa: E402
from killed_runs import PATHS, log, weights  # noqa: E402
from transformers import AutoTokenizer  # noqa: E402

from envs.common.errors import UserError  # noqa: E402
from training.preference import main  # noqa: E402
from training.preference_data import PairExample, Pairs, load_pairs  # noqa: E402

SMALL = ("--rank", "4", "--batch-size", "4", "--learning-rate", "1e-3", "--save-every", "2")

AND_THREADS = """
import pathlib, sys
from training.{command} import main
code = main()
names = [path.read_text().strip() for path in pathlib.Path("/proc/self/task").glob("*/comm")]
print("threads:", *sorted(names), file=sys.stderr)
sys.exit(code)
"""
"""A command that also tells which threads are left; nothing of them where there is no /proc."""


def pair(n: int, **changes: Any) -> dict[str, Any]:
    rng = random.Random(n % 4)
    prompt = [rng.randrange(3, 60) for _ in range(12)]
    ids = {"prompt_ids": prompt, "chosen_ids": [5 + n % 7, 6], "rejected_ids": [20 + n % 9]}
    return {"id": f"t{n % 4}/{n}", "tree": f"t{n % 4}", "task": f"t{n % 4}", **ids, **changes}


def write(path: Path, rows: list[dict[str, Any]]) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    return path


@pytest.fixture(scope="module")
def pairs(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder as training.collect leaves one."""
    folder = tmp_path_factory.mktemp("collect")
    write(folder / "pairs.jsonl", [pair(n) for n in range(24)])
    return folder


def flags(model: Path, pairs: Path, out: Path, *more: str) -> list[str]:
    return ["--model", str(model), "--pairs", str(pairs), "--out", str(out), *SMALL, *more]


@pytest.fixture(scope="module")
def done(tiny_folder: Path, pairs: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("preference") / "run"
    assert main(flags(tiny_folder, pairs, out, "--merge")) == 0
    return out


def test_what_a_run_leaves(done: Path) -> None:
    report = json.loads((done / "report.json").read_text())
    assert report["counts"]["pairs"]["used"] == 24 and report["updates"] == len(log(done))
    assert report["counts"]["lengths"]["gap"] == 1
    first, last = report["first tenth"], report["last tenth"]
    assert first["loss"] == pytest.approx(0.6931, abs=1e-4) and last["margin"] > first["margin"]
    about = json.loads((done / "adapter" / "itool.json").read_text())
    assert about["loss"]["name"] == "dpo" and about["base"] == "tiny"
    for name in ("curves.png", "report.md", "reference.jsonl", "merged/model.safetensors"):
        assert (done / name).is_file(), name


def test_a_finished_run_is_resumed_without_work(done: Path, pairs: Path, capsys: Any) -> None:
    before = (done / "adapter" / "adapter_model.safetensors").read_bytes()
    kept = (pairs / "pairs.jsonl").read_text()
    assert main(["--resume", str(done)]) == 0
    assert (done / "adapter" / "adapter_model.safetensors").read_bytes() == before
    try:
        write(pairs / "pairs.jsonl", [pair(n) for n in range(20)])
        assert main(["--resume", str(done)]) == 2
        assert "its pairs are not what it was begun with" in capsys.readouterr().err
    finally:
        (pairs / "pairs.jsonl").write_text(kept)


@pytest.mark.parametrize(("loss", "first"), [("ipo", 25.0), ("simpo", None), ("orpo", None)])
def test_other_losses_and_the_round_before(
    tiny_folder: Path, pairs: Path, done: Path, tmp_path: Path, loss: str, first: float | None
) -> None:
    out = tmp_path / loss
    more = ("--loss", loss, "--adapter", str(done / "adapter"))
    assert main(flags(tiny_folder, pairs, out, *more)) == 0
    assert (out / "reference.jsonl").exists() == (first is not None)
    if first is not None:
        assert log(out)[0]["loss"] == pytest.approx(first, abs=1e-3)
    start, end = weights(done / "adapter"), weights(out / "adapter")
    assert any((start[name] != end[name]).any() for name in start)


@pytest.mark.parametrize(
    ("rows", "more", "message"),
    [
        ([], (), "there is no pair in it"),
        ([pair(1)], ("--max-length", "5"), "no pair is left of 1: too long 1"),
        (
            [pair(1, chosen_ids=[6, 6], rejected_ids=[6, 6])],
            (),
            "no pair is left of 1: the same step 1",
        ),
        ([pair(1, chosen_ids="text")], (), "chosen_ids: a list of token ids is needed"),
        ([pair(1, chosen_ids=[10**6])], (), "collected with another tokenizer"),
        ([pair(1)], ("--beta", "0"), "--beta 0.0: has to be above 0"),
        ([pair(1)], ("--adapter", "nowhere"), "--adapter nowhere"),
        ([pair(1)], ("--limit", "0"), "--limit 0: at least 1 is needed"),
        (
            [pair(1, prefers="no calls"), pair(2, prefers="no calls")],
            ("--balance",),
            "all 2 pairs prefer no calls, none the reverse",
        ),
        ([pair(1)], ("--balance",), "pair t1/1 does not say what it 'prefers'"),
        ([pair(1, prefers=["calls"])], (), "is not 'calls', 'no calls' or null"),
        (None, (), "is this a finished run of training.collect?"),
    ],
)
def test_bad_input_is_one_line(
    tiny_folder: Path, tmp_path: Path, capsys: Any, rows: Any, more: Any, message: str
) -> None:
    if rows is not None:
        same = [
            {**row, "chosen_ids": [6, 6]} if row["rejected_ids"] == [6, 6] else row for row in rows
        ]
        write(tmp_path / "pairs.jsonl", same)
    assert main(flags(tiny_folder, tmp_path, tmp_path / "no", *more)) == 2
    error = capsys.readouterr().err.strip().splitlines()
    assert error[-1].startswith("error: ") and message in error[-1], error
    assert not (tmp_path / "no").exists()


def test_pairs_are_balanced_and_drawn(tmp_path: Path, tiny_folder: Path) -> None:
    rows = [pair(n, prefers=("calls", "no calls", "no calls", None)[n % 4]) for n in range(24)]
    tokenizer = AutoTokenizer.from_pretrained(tiny_folder)
    found = load_pairs([write(tmp_path / "pairs.jsonl", rows)], tokenizer, 100)
    balanced = found.balanced(0)
    prefers = [example.prefers for example in balanced.examples]
    assert [prefers.count(name) for name in ("calls", "no calls", None)] == [6, 6, 6]
    assert balanced.counts["left out to balance"] == 6 and balanced.counts["used"] == 18
    assert [e.id for e in balanced.examples] == [
        e.id for e in found.examples if e in balanced.examples
    ]
    drawn = balanced.drawn(5, 0)
    assert len(drawn.examples) == 5 and drawn.counts["not drawn"] == 13
    assert set(drawn.examples) < set(balanced.examples)
    assert balanced.drawn(18, 0) is balanced and found.balanced(0) == balanced
    assert found.balanced(1) != balanced


def leaning_pair(n: int, prefers: str | None, opens: str | None) -> PairExample:
    return PairExample((1,), (2,), id=f"t/{n}", rejected_ids=(3,), prefers=prefers, opens=opens)


def test_with_their_own_likelihood_raised_pairs_lean_to_what_they_open_with() -> None:
    leanings = [("calls", "calls"), (None, "calls"), (None, None), *[("no calls", "no calls")] * 3]
    found = Pairs(tuple(leaning_pair(n, *leanings[n % 6]) for n in range(24)), {})

    def opened(sft_weight: float) -> Counter[str | None]:
        return Counter(e.opens for e in found.balanced(0, sft_weight=sft_weight).examples)

    # The preference alone is pulled towards calling by 4 pairs; with the likelihood 4 pull twice
    # (2 + 1 times), and 4 others once (twice). A reply pulls twice (3 times).
    assert opened(0.0) == {"calls": 8, "no calls": 4, None: 4}
    assert opened(1.0) == {"calls": 8, "no calls": 6, None: 4}
    assert opened(2.0) == {"calls": 8, "no calls": 6, None: 4}
    old = replace(found, examples=tuple(replace(e, opens="unknown") for e in found.examples))
    assert old.balanced(0).counts["used"] == 16
    with pytest.raises(UserError, match="pair t/0 does not say what it 'opens'"):
        old.balanced(0, sft_weight=1.0)


@given(
    st.lists(st.tuples(*[st.sampled_from(["calls", "no calls", None])] * 2), min_size=1),
    st.floats(0.0, 4.0),
    st.integers(0, 9),
)
def test_what_is_kept_pulls_both_ways_alike(leanings: Any, weight: float, seed: int) -> None:
    found = Pairs(tuple(leaning_pair(n, *both) for n, both in enumerate(leanings)), {})
    sign = {"calls": 1, "no calls": -1, None: 0}
    pulls = {e.id: sign[e.prefers] + weight * sign[e.opens] for e in found.examples}
    try:
        kept = [e.id for e in found.balanced(seed, sft_weight=weight).examples]
    except UserError:
        assert all(pull > 0 for pull in pulls.values()) or all(p < 0 for p in pulls.values())
        return
    ways = [sum(max(0, way * pulls[name]) for name in kept) for way in (1, -1)]
    there = [sum(max(0, way * pull) for pull in pulls.values()) for way in (1, -1)]
    assert max(ways) == pytest.approx(min(there))
    assert min(ways) > min(there) - (1 + weight) - 1e-6
    assert {name for name, pull in pulls.items() if not pull} <= set(kept)


@pytest.mark.slow
@pytest.mark.parametrize("command", ["sft", "preference"])
def test_two_processes_train_as_one(
    tiny_folder: Path, pairs: Path, tmp_path: Path, command: str
) -> None:
    """As a launcher starts them, over gloo; the first one alone writes and prints."""
    from training.generator.compose import generated
    from training.rows import write_rows

    rows = tmp_path / "rows.jsonl"
    write_rows(rows, list(generated(18, 0, per_list=6, most_tools=1)))
    source = ["--pairs", str(pairs)]
    if command == "sft":
        source = ["--data", str(rows), "--no-drop-overlap", "--max-length", "8000"]
    script = tmp_path / "script.py"
    script.write_text(AND_THREADS.format(command=command))
    own = [str(script), "--model", str(tiny_folder), *source, *SMALL]
    launcher = [sys.executable, "-m", "torch.distributed.run", "--nproc-per-node", "2"]
    runs = {"one": [sys.executable], "two": [*launcher, "--master-port", "29517"]}
    environment = {**os.environ, "PYTHONPATH": PATHS, "OMP_NUM_THREADS": "1"}
    shown = {}
    for name, start in runs.items():
        line = [*start, *own, "--out", str(tmp_path / name)]
        ended = subprocess.run(line, env=environment, capture_output=True, text=True, check=False)
        assert ended.returncode == 0, ended.stderr
        # A thread of the group that is alive at the end may abort the interpreter.
        assert "gloo" not in ended.stderr, ended.stderr
        shown[name] = ended.stdout
    one, two = (log(tmp_path / name) for name in runs)
    assert [row["tokens"] for row in two] == [row["tokens"] for row in one]
    assert [r["loss"] for r in two] == pytest.approx([r["loss"] for r in one], abs=1e-4)
    assert shown["two"].count("\n# ") + shown["two"].startswith("# ") == 1
    assert json.loads((tmp_path / "two" / "manifest.json").read_text())["processes"] == 2
