from __future__ import annotations

import hashlib
import subprocess
import zipfile
from pathlib import Path
from typing import Any

import pytest

from envs import assets as command
from envs.common import assets
from envs.common.assets import Asset, locate
from envs.common.errors import UserError


@pytest.fixture
def wheel(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A small asset of our own, as a wheel in a folder; an empty cache."""
    folder = tmp_path / "wheels"
    folder.mkdir()
    path = folder / "our_data-1.0-py3-none-any.whl"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("our_data/hello.txt", "hello")
        archive.writestr("our_data-1.0.dist-info/METADATA", "Name: our-data")
    digest = hashlib.sha256(path.read_bytes()).hexdigest()
    asset = Asset("our-data", "1.0", "our_data", digest, 1, "a greeting")
    monkeypatch.setitem(assets.ASSETS, "our-data", asset)
    monkeypatch.setenv("ITOOL_CACHE", str(tmp_path / "cache"))
    return path


def test_a_wheel_in_the_assets_folder_is_unpacked_into_the_cache(wheel: Path) -> None:
    found = locate("our-data", folder=wheel.parent, offline=True)
    assert (found / "hello.txt").read_text() == "hello"
    assert locate("our-data", offline=True) == found  # from now on the cache has it


def test_a_wheel_with_another_hash_is_refused(wheel: Path) -> None:
    wheel.write_bytes(wheel.read_bytes() + b"x")
    with pytest.raises(UserError, match="SHA-256"):
        locate("our-data", folder=wheel.parent)


def test_offline_and_nothing_here_is_one_line_with_the_remedy(wheel: Path) -> None:
    with pytest.raises(UserError, match=r"--offline is set; .*envs.assets --to DIR") as error:
        locate("our-data", offline=True)
    assert "\n" not in str(error.value)


def test_no_network_is_one_line_with_the_remedy(
    wheel: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: Any, **__: Any) -> Any:
        reason = "WARNING: Retrying\nERROR: Could not find a version that satisfies our-data\n"
        return subprocess.CompletedProcess([], 1, stdout="", stderr=reason)

    monkeypatch.setattr(assets.subprocess, "run", fail)
    with pytest.raises(UserError, match=r"Could not find a version .*--assets DIR") as error:
        locate("our-data")
    assert "\n" not in str(error.value)


def test_the_real_downloader_reports_an_unreachable_index(
    wheel: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("PIP_INDEX_URL", "PIP_EXTRA_INDEX_URL"):
        monkeypatch.setenv(name, "http://127.0.0.1:9/simple")  # nobody listens there
    monkeypatch.setenv("PIP_CONFIG_FILE", "/dev/null")
    monkeypatch.setenv("PIP_RETRIES", "0")
    with pytest.raises(UserError, match="could not be fetched"):
        locate("our-data")


def test_a_full_disk_is_one_line(wheel: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: Any, **__: Any) -> Any:
        reason = "ERROR: Could not install packages due to an OSError: [Errno 28] No space left"
        return subprocess.CompletedProcess([], 1, stdout="", stderr=reason)

    monkeypatch.setattr(assets.subprocess, "run", full)
    with pytest.raises(UserError, match="the disk is full"):
        locate("our-data")


def test_the_command_copies_and_names_what_it_has(
    wheel: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    args = ["our-data", "--assets", str(wheel.parent), "--to", str(tmp_path / "out")]
    assert command.main(args) == 0
    assert (tmp_path / "out" / "our_data" / "hello.txt").exists()
    assert "our-data 1.0: " in capsys.readouterr().out
    assert locate("our-data", folder=tmp_path / "out", offline=True).parent == tmp_path / "out"
    assert command.main(["our-dta"]) == 2
    assert "did you mean 'our-data'" in capsys.readouterr().err
    assert command.main(["--assets", "/nowhere", "our-data"]) == 2
