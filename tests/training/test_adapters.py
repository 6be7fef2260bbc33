"""Adapters on disk, and merged models."""

import json
from pathlib import Path
from typing import Any

import pytest

pytestmark = pytest.mark.torch
torch = pytest.importorskip("torch")
peft = pytest.importorskip("peft")

from tiny_model import make_model, make_tokenizer  # noqa: E402

from envs.common.errors import UserError  # noqa: E402
from training.adapters import export_merged, load_adapter, save_adapter, sha256  # noqa: E402

ABOUT = {"trained_with": "training.sft", "seed": 3}
IDS = torch.tensor([[5, 6, 7, 8, 9]])


@pytest.fixture
def adapted() -> Any:
    config = peft.LoraConfig(r=4, target_modules="all-linear", task_type="CAUSAL_LM")
    model = peft.get_peft_model(make_model(make_tokenizer()), config)
    with torch.no_grad():
        for name, parameter in model.named_parameters():
            if "lora_B" in name:  # values that bfloat16 holds exactly
                parameter.copy_(parameter.normal_(std=0.1).to(torch.bfloat16))
            elif "lora_A" in name:
                parameter.copy_(parameter.to(torch.bfloat16))
    return model.eval()


def test_an_adapter_comes_back_as_it_was(adapted: Any, tmp_path: Path) -> None:
    save_adapter(adapted, tmp_path, ABOUT, "the tiny model")
    again = load_adapter(make_model(make_tokenizer()), tmp_path).eval()
    with torch.no_grad():
        torch.testing.assert_close(again(IDS).logits, adapted(IDS).logits)


def test_what_an_adapter_says_of_itself(adapted: Any, tmp_path: Path) -> None:
    from safetensors.torch import load_file

    save_adapter(adapted, tmp_path, ABOUT, "the tiny model")
    manifest = json.loads((tmp_path / "itool.json").read_text())
    assert manifest["base"] == "the tiny model" and manifest["seed"] == 3
    assert manifest["weights_sha256"] == sha256(tmp_path / "adapter_model.safetensors")
    assert "peft" in manifest["versions"]
    config = json.loads((tmp_path / "adapter_config.json").read_text())
    assert config["base_model_name_or_path"] == "the tiny model" and config["r"] == 4
    state = load_file(tmp_path / "adapter_model.safetensors")
    assert {tensor.dtype for tensor in state.values()} == {torch.bfloat16}
    assert str(tmp_path.parent) not in "".join(p.read_text() for p in tmp_path.glob("*.json"))


def test_an_adapter_of_another_model_is_one_line(adapted: Any, tmp_path: Path) -> None:
    from transformers import LlamaConfig, LlamaForCausalLM

    save_adapter(adapted, tmp_path, ABOUT, "the tiny model")
    wider = LlamaForCausalLM(
        LlamaConfig(
            vocab_size=50,
            hidden_size=64,
            intermediate_size=32,
            num_hidden_layers=2,
            num_attention_heads=4,
            num_key_value_heads=2,
        )
    )
    with pytest.raises(UserError, match="not an adapter of this model") as caught:
        load_adapter(wider, tmp_path)
    assert "\n" not in str(caught.value)
    with pytest.raises(UserError, match="an adapter of the tiny model, not of another"):
        load_adapter(make_model(make_tokenizer()), tmp_path, base="another")
    with pytest.raises(UserError, match=r"no adapter_config\.json"):
        load_adapter(wider, tmp_path / "nowhere")


def test_a_merged_model_loads_by_itself(adapted: Any, tmp_path: Path) -> None:
    from transformers import AutoModelForCausalLM, AutoTokenizer

    with torch.no_grad():
        expected = adapted(IDS).logits
    export_merged(adapted, make_tokenizer(), tmp_path / "merged")
    merged = AutoModelForCausalLM.from_pretrained(tmp_path / "merged").eval()
    with torch.no_grad():
        torch.testing.assert_close(merged(IDS).logits, expected, atol=1e-3, rtol=1e-3)
    assert AutoTokenizer.from_pretrained(tmp_path / "merged").chat_template
    with pytest.raises(UserError, match="exists already"):
        export_merged(adapted, make_tokenizer(), tmp_path / "merged")
