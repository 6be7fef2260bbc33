"""The policy that a stage starts from: an adapter of another model is refused before a run is."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

pytestmark = pytest.mark.torch
torch = pytest.importorskip("torch")

from envs.common.errors import UserError  # noqa: E402
from training.start import Base, start_of  # noqa: E402

NAME = "base_model.model.model.layers.0.self_attn.q_proj.lora_A.weight"


def adapter(folder: Path, width: int, base: str | None = None, name: str = NAME) -> Path:
    from safetensors.torch import save_file

    folder.mkdir()
    save_file({name: torch.zeros(4, width)}, folder / "adapter_model.safetensors")
    (folder / "adapter_config.json").write_text("{}")
    if base is not None:
        (folder / "itool.json").write_text(json.dumps({"base": base}))
    return folder


def start(model: Path, folder: Path | None) -> dict[str, Any]:
    return start_of(Base(str(model), folder, offline=True))


def test_a_start_is_told_by_name_and_content(tiny_folder: Path, tmp_path: Path) -> None:
    assert start(tiny_folder, None) == {"base": "tiny", "adapter_sha256": None}
    named = start(tiny_folder, adapter(tmp_path / "named", 32, "tiny"))
    assert named == start(tiny_folder, adapter(tmp_path / "foreign", 32))
    assert named["base"] == "tiny" and len(named["adapter_sha256"]) == 64
    prefixed = start_of(Base(f"vllm:{tiny_folder}", tmp_path / "named", offline=True))
    assert prefixed == named


@pytest.mark.parametrize(
    ("width", "base", "name", "told"),
    [
        (32, "another", NAME, "an adapter of another, not of tiny"),
        (48, None, NAME, "its matrices fit none of tiny"),
        (32, None, "base_model.model.h.0.attn.lora_A.weight", "its matrices fit none of tiny"),
    ],
)
def test_an_adapter_of_another_model(
    tiny_folder: Path, tmp_path: Path, width: int, base: str | None, name: str, told: str
) -> None:
    with pytest.raises(UserError, match=told):
        start(tiny_folder, adapter(tmp_path / "adapter", width, base, name))


def test_a_broken_adapter(tiny_folder: Path, tmp_path: Path) -> None:
    with pytest.raises(UserError, match=r"there is no adapter_config.json in this folder"):
        start(tiny_folder, tmp_path)
    folder = adapter(tmp_path / "adapter", 32)
    (folder / "adapter_model.safetensors").write_bytes(b"torn")
    with pytest.raises(UserError, match=r"adapter_model\.safetensors: "):
        start(tiny_folder, folder)


@pytest.mark.parametrize("command", ["sft", "preference"])
def test_training_refuses_it_before_it_makes_a_run(
    tiny_folder: Path, tmp_path: Path, capsys: Any, command: str
) -> None:
    from training import preference, sft
    from training.generator.compose import generated
    from training.rows import write_rows

    argv = ["--model", str(tiny_folder), "--out", str(tmp_path / "run"), "--offline"]
    if command == "sft":
        write_rows(tmp_path / "rows.jsonl", list(generated(8, 0)))
        argv += ["--data", str(tmp_path / "rows.jsonl"), "--no-drop-overlap"]
        main = sft.main
    else:
        ids = {"prompt_ids": [5, 6, 7], "chosen_ids": [8], "rejected_ids": [9]}
        (tmp_path / "pairs.jsonl").write_text(json.dumps({"id": "a", **ids}) + "\n")
        argv += ["--pairs", str(tmp_path)]
        main = preference.main
    for other in (adapter(tmp_path / "a", 32, "another"), adapter(tmp_path / "b", 48)):
        assert main([*argv, "--adapter", str(other)]) == 2
        line = capsys.readouterr().err.strip().splitlines()[-1]
        assert line.startswith(f"error: --adapter {other}: ")
        assert not (tmp_path / "run").exists()


def test_weights_are_of_the_dtype_that_was_asked_for(tiny_folder: Path) -> None:
    from training.models import model_of

    for dtype in (None, "float32", "bfloat16"):
        model = model_of(Base(str(tiny_folder), offline=True, dtype=dtype))
        assert model.dtype is getattr(torch, dtype or "float32")
