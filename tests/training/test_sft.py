"""The warm-up command, with the tiny model."""

import json
from pathlib import Path
from typing import Any

import pytest

pytestmark = pytest.mark.torch
torch = pytest.importorskip("torch")
pytest.importorskip("trl")

from training.rows import Row, read_rows, write_rows  # noqa: E402
from training.sft import main  # noqa: E402


@pytest.fixture(scope="module")
def rows_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A few short rows: the tiny tokenizer makes a token of nearly every letter."""
    from envs.types import Message, ToolCall, ToolSpec

    def row(n: int) -> Row:
        schema = {"type": "object", "properties": {"n": {"type": "integer"}}}
        tools = tuple(ToolSpec(f"f{n % 4}_{k}", "Do.", schema) for k in range(1 + n % 4))
        calls = tuple(ToolCall(tools[0].name, {"n": k}) for k in range(n % 3))
        return Row(f"r{n}", tools, (Message("user", f"do it for {n}"),), calls)

    path = tmp_path_factory.mktemp("rows") / "rows.jsonl"
    write_rows(path, [row(n) for n in range(30)])
    return path


def flags(model: Path, rows: Path, out: Path, *more: str) -> list[str]:
    return [
        *("--model", str(model), "--data", str(rows), "--out", str(out), "--rank", "4"),
        *("--batch-size", "6", "--save-every", "2", "--no-drop-overlap", *more),
    ]


@pytest.fixture(scope="module")
def done(tiny_folder: Path, rows_file: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("sft") / "run"
    assert main(flags(tiny_folder, rows_file, out, "--merge")) == 0
    return out


def test_what_a_run_leaves(done: Path, rows_file: Path, capsys: Any) -> None:
    report = json.loads((done / "report.json").read_text())
    manifest = json.loads((done / "manifest.json").read_text())
    counts = report["counts"]
    assert sum(counts["rows"].values()) == counts["used"]["warm-up"]
    assert max(counts["rows"].values()) - min(counts["rows"].values()) <= 8
    assert counts["used"]["kept back"] == len(list(read_rows(done / "kept_back.jsonl")))
    assert len(manifest["data"]) == 64 and manifest["command"] == "training.sft"
    assert report["updates"] == len((done / "log.jsonl").read_text().splitlines())
    for name in ("easy", "medium", "hard"):
        assert (done / "parts" / name / "adapter_model.safetensors").is_file()
    about = json.loads((done / "adapter" / "itool.json").read_text())
    assert about["data"]["sha256"] == manifest["data"] and about["base"] == "tiny"
    assert (done / "curves.png").is_file() and (done / "report.md").read_text().startswith("# Fine")
    assert not any(str(done.parent) in p.read_text() for p in done.glob("adapter/*.json"))


def test_what_it_trained_is_what_acts(done: Path, tiny_folder: Path) -> None:
    """The merged model and the base with the adapter give the same answers."""
    from agents.engines import open_engine
    from agents.engines.base import Request, generate_all, run
    from envs.types import Message

    request = Request((Message("user", "do it for 3"),), max_tokens=12)
    answers = []
    for name, adapter in ((str(done / "merged"), None), (str(tiny_folder), done / "adapter")):
        engine = open_engine(name, adapter=adapter, device="cpu")
        ((answer,),) = generate_all(engine, [request])
        answers.append(answer.ids)
        run(engine.aclose())
    assert answers[0] == answers[1]


def test_finished_and_resumed(done: Path, capsys: Any) -> None:
    before = (done / "adapter" / "adapter_model.safetensors").read_bytes()
    assert main(["--resume", str(done)]) == 0
    assert (done / "adapter" / "adapter_model.safetensors").read_bytes() == before
    assert main(["--resume", str(done), "--rank", "5"]) == 2
    assert "give no other flags" in capsys.readouterr().err


def test_rows_that_changed_are_not_resumed(
    done: Path, rows_file: Path, tmp_path: Path, capsys: Any
) -> None:
    kept = rows_file.read_text()
    try:
        rows_file.write_text("\n".join(kept.splitlines()[:20]) + "\n")
        assert main(["--resume", str(done)]) == 2
        assert "its rows are not what it was begun with" in capsys.readouterr().err
    finally:
        rows_file.write_text(kept)


def test_mixed_order_is_the_same_rows(
    tiny_folder: Path, rows_file: Path, tmp_path: Path, done: Path
) -> None:
    out = tmp_path / "mixed"
    assert main(flags(tiny_folder, rows_file, out, "--order", "mixed")) == 0
    mixed, ordered = (json.loads((run / "manifest.json").read_text()) for run in (out, done))
    assert mixed["data"] == ordered["data"]
    assert list(mixed["counts"]["rows"]) == ["mixed"]


def test_a_plan_trains_nothing(
    tiny_folder: Path, rows_file: Path, tmp_path: Path, capsys: Any
) -> None:
    assert main(flags(tiny_folder, rows_file, tmp_path / "no", "--dry-run")) == 0
    out = capsys.readouterr().out
    assert "the first row" in out and "nothing was trained" in out
    assert not (tmp_path / "no").exists()


@pytest.mark.parametrize(
    ("more", "message"),
    [
        (("--batch-size", "0"), "--batch-size: at least 1"),
        (("--learning-rate", "0"), "--learning-rate has to be above 0"),
        (("--share", "1.5"), "--share 1.5"),
        (("--max-length", "5"), "--max-length 5: no row fits"),
        (("--score", "nowhere.toml"), "--score nowhere.toml: no such file"),
        (("--prompts", "bfc"), "unknown prompt 'bfc'"),
        (("--model", "scripted:x"), "training needs the weights"),
        (("--model", "./nowhere"), "no such folder"),
        (("--data", "nowhere.jsonl"), "nowhere.jsonl"),
        (("--method", "full", "--adapter", "x"), "--method full trains no adapter"),
    ],
)
def test_bad_input_is_one_line(
    tiny_folder: Path, rows_file: Path, tmp_path: Path, capsys: Any, more: Any, message: str
) -> None:
    assert main(flags(tiny_folder, rows_file, tmp_path / "no", *more)) == 2
    error = capsys.readouterr().err.strip().splitlines()
    assert error[-1].startswith("error: ") and message in error[-1], error
    assert not (tmp_path / "no").exists()


@pytest.mark.slow
def test_the_shipped_adapter_is_of_the_rows_that_the_preset_gives() -> None:
    """Whoever changes the generator sees here that the adapter is of other rows."""
    import tomllib

    from training.data import DataOptions, gather

    root = Path(__file__).parents[2]
    about = json.loads((root / "configs" / "adapters" / "warmup" / "itool.json").read_text())
    preset = tomllib.loads((root / "configs" / "cpu.toml").read_text())
    names = ("rows", "per_list", "most_tools")
    assert gather(DataOptions(**{n: preset[n] for n in names})).hash == about["data"]["sha256"]
