from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Literal

import pytest

from envs.common.cli import COMMANDS, dispatch, parse, positional, run_command
from envs.common.errors import UserError


@dataclass(frozen=True)
class Config:
    """Do a thing."""

    file: Annotated[Path, positional]
    """What to read."""
    limit: int | None = None
    """At most so many."""
    modes: tuple[Literal["a", "b"], ...] = ()
    """Which ways."""
    offline: bool = False
    """No network."""


def read(*args: str) -> Config:
    return parse(Config, args, prog="x")


def test_flags_are_read() -> None:
    assert read("f", "--limit", "3", "--modes", "a", "b", "--offline") == Config(
        Path("f"), 3, ("a", "b"), True
    )


def test_the_config_file_gives_flags_and_the_command_line_wins(tmp_path: Path) -> None:
    file = tmp_path / "c.toml"
    file.write_text('limit = 3\nmodes = ["a", "b"]\noffline = true\n')
    assert read("f", "--config", str(file)) == Config(Path("f"), 3, ("a", "b"), True)
    assert read(f"--config={file}", "f", "--limit", "4", "--no-offline").limit == 4
    assert not read(f"--config={file}", "f", "--no-offline").offline


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("limt = 3", "did you mean 'limit'"),
        ("limit = ", "not TOML"),
        ("[limit]\nx = 1", "is a table"),
        ("limit = 'x'", "--limit"),
    ],
)
def test_a_bad_config_file_is_one_line(tmp_path: Path, text: str, says: str) -> None:
    file = tmp_path / "c.toml"
    file.write_text(text)
    with pytest.raises(UserError, match=says) as error:
        read("f", "--config", str(file))
    assert str(file) in str(error.value) and "\n" not in str(error.value)


@pytest.mark.parametrize(
    ("args", "says"),
    [
        (("f", "--limt", "3"), "limt"),
        (("f", "--limit", "x"), "limit"),
        (("f", "--modes", "c"), "modes"),
        ((), "FILE|PATH"),
        (("f", "--config"), "needs a file"),
        (("f", "--config", "/nowhere.toml"), "No such file"),
    ],
)
def test_a_bad_command_line_is_one_line_and_code_2(
    args: tuple[str, ...], says: str, capsys: pytest.CaptureFixture[str]
) -> None:
    import re

    assert run_command(Config, lambda _: 0, args, prog="x") == 2
    err = capsys.readouterr().err
    assert err.startswith("error: ") and err.count("\n") == 1 and re.search(says, err), err


def test_help_ends_well(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as stop:
        run_command(Config, lambda _: 0, ["--help"], prog="x")
    assert stop.value.code == 0
    assert "--config FILE" in capsys.readouterr().out


def test_interrupts_and_user_errors_become_exit_codes(capsys: pytest.CaptureFixture[str]) -> None:
    def interrupted(_: Config) -> int:
        raise KeyboardInterrupt

    def wrong(_: Config) -> int:
        raise UserError("f:3: no")

    assert run_command(Config, interrupted, ["f"], prog="x") == 130
    assert run_command(Config, wrong, ["f"], prog="x") == 2
    assert capsys.readouterr().err == "interrupted\nerror: f:3: no\n"


def test_the_console_script_knows_its_commands(capsys: pytest.CaptureFixture[str]) -> None:
    assert dispatch(["nonsense"]) == 2
    assert dispatch([]) == 0
    for name in COMMANDS:
        with pytest.raises(SystemExit) as stop:
            dispatch([name, "--help"])
        assert stop.value.code == 0, name
        assert COMMANDS[name] in capsys.readouterr().out
