"""What is loaded when; each case in a process of its own."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
HEAVY = ("torch", "transformers", "trl", "vllm", "datasets", "peft", "pandas", "ray", "matplotlib")


def run(code: str) -> str:
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


def test_importing_the_packages_loads_nothing_heavy():
    code = "import sys, envs, agents, training, eval\n"
    loaded = set(run(code + "print(*sys.modules)").split())
    assert not loaded & {*HEAVY, "gymnasium", "numpy", "jsonschema", "tyro", "rich"}


@pytest.mark.parametrize(
    "order",
    [
        "import envs, gymnasium",
        "import gymnasium, envs",
        "import envs.env, gymnasium",
        "import envs.spaces, gymnasium",
        "import envs.registry, gymnasium",
    ],
)
def test_gymnasium_finds_the_environments_whatever_the_order(order):
    make = "print(type(gymnasium.make('itool/Bank-v0')).__name__)"
    assert run(f"{order}\n{make}") == "ToolEnv"


def test_gymnasium_imports_the_package_by_itself():
    make = "print(type(gymnasium.make('envs:itool/Bank-v0')).__name__)"
    assert run(f"import gymnasium\n{make}") == "ToolEnv"


def test_the_public_names_exist_and_hide_no_module():
    import envs

    folder = Path(envs.__file__).parent
    modules = {path.stem for path in folder.iterdir()}
    for name in envs.__all__:
        assert getattr(envs, name) is not None
        assert name not in modules
    with pytest.raises(AttributeError, match="no attribute 'nothing'"):
        _ = envs.nothing
