"""Fixtures that the whole suite shares."""

from __future__ import annotations

import signal
from pathlib import Path

import pytest

from envs.common.assets import locate
from envs.common.errors import UserError

pytest_plugins = ["browser", "tiny_model"]

# A shell starts its background jobs with Ctrl+C ignored, and so would all that tests start.
if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    signal.signal(signal.SIGINT, signal.default_int_handler)


@pytest.fixture(scope="session")
def shared() -> Path:
    """Oracle data beside the checkout, where there is any."""
    folder = Path(__file__).resolve().parents[2] / "shared"
    if not folder.is_dir():
        pytest.skip(f"no oracle data at {folder}")
    return folder


@pytest.fixture(scope="session")
def bfcl_root() -> Path:
    """The official BFCL data."""
    try:
        return locate("bfcl-eval")
    except UserError as error:
        pytest.skip(str(error))
