"""What a machine without vLLM says, and what needs no vLLM to be tested."""

from __future__ import annotations

import importlib.util
import json
import os
from pathlib import Path

import pytest

from agents.engines import open_engine
from agents.engines.base import completion_seed
from agents.engines.vllm_load import VLLMOptions, _environment, _rank
from envs.common.errors import UserError


@pytest.mark.skipif(importlib.util.find_spec("vllm") is not None, reason="vllm is installed")
def test_a_machine_without_vllm_says_how_to_get_it(tmp_path: Path) -> None:
    with pytest.raises(UserError, match=r"pip install 'itool\[vllm\]'"):
        open_engine(f"vllm:{tmp_path}")


def test_the_environment_is_put_back_and_the_users_wins(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ITOOL_TEST_OWN", "mine")
    before = dict(os.environ)
    with _environment({"ITOOL_TEST_OWN": "theirs", "ITOOL_TEST_NEW": "1"}):
        assert os.environ["ITOOL_TEST_OWN"] == "mine" and os.environ["ITOOL_TEST_NEW"] == "1"
        os.environ["ITOOL_TEST_OWN"] = "changed"
        os.environ["ITOOL_TEST_MORE"] = "2"
    assert dict(os.environ) == before


def test_the_rank_holds_every_adapter(tmp_path: Path) -> None:
    file = tmp_path / "adapter_config.json"
    file.write_text(json.dumps({"r": 4, "rank_pattern": {"q_proj": 12}}))
    assert _rank(VLLMOptions(adapter=tmp_path)) == 16
    assert _rank(VLLMOptions(adapter=tmp_path, lora=True)) == 64
    file.write_text(json.dumps({"r": 1000}))
    with pytest.raises(UserError, match="rank 1000: vLLM takes at most 512"):
        _rank(VLLMOptions(adapter=tmp_path))
    file.write_text("[]")
    with pytest.raises(UserError, match="not the description of a LoRA adapter"):
        _rank(VLLMOptions(adapter=tmp_path))


def test_completions_of_neighbouring_seeds_are_drawn_apart() -> None:
    seeds = {completion_seed(seed, k) for seed in range(20) for k in range(20)}
    assert len(seeds) == 400
    assert completion_seed(None, 3) is None and completion_seed(1, 2) == completion_seed(1, 2)
