"""``agents.play --human`` and ``--step`` with lines from a pipe."""

from __future__ import annotations

import io
import json
from pathlib import Path

import pytest

from agents.play import main
from envs.episode import Episode

PAY = 'transfer(source="AC-186", target="AC-720", amount=321)'


def play(monkeypatch: pytest.MonkeyPatch, lines: list[str], *flags: str) -> int:
    monkeypatch.setenv("COLUMNS", "80")
    monkeypatch.setattr("sys.stdin", io.StringIO("\n".join(lines) + "\n"))
    return main(["itool/Bank-v0", "--task", "test-pay-0", *flags])


def saved(folder: Path) -> list[Episode]:
    with open(folder / "episodes.jsonl", encoding="utf-8") as file:
        return [Episode.from_json(json.loads(line)) for line in file]


def script(tmp_path: Path, *answers: str) -> list[str]:
    path = tmp_path / "answers.jsonl"
    path.write_text(json.dumps({"answers": answers}) + "\n", "utf-8")
    return ["--step", "--model", f"scripted:{path}", "--format", "python"]


def test_a_person_plays_corrects_takes_back_compares_and_saves(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    filled = ["transfer", "AC-186", "AC-1", "<", "AC-720", "abc", "", "321"]
    compared = ["i", PAY, "nonsense", "a No \x1b[31m[bold]."]
    rest = ["u", *compared, "f side", "a Never mind.", "g main", "udno", "transfer(amount=1)"]
    out = tmp_path / "run"
    assert play(monkeypatch, [*filled, *rest, "a Done."], "--human", "--out", str(out)) == 0
    text = capsys.readouterr().out
    for part in (
        "error     amount: 'abc' is not an integer",
        "state     accounts.AC-186.balance: 926 → 605",
        "what if A",
        "then      it would end: failure",
        "assistant No \\x1b[31m[bold].",
        "(did you mean 'undo'?)",
        "! before it sends it all the same",
        "note      saved:",
    ):
        assert part in text
    drawn = [line for line in text.splitlines() if "> " not in line and "what if" not in line]
    assert max(map(len, drawn)) <= 80 and "\x1b" not in text
    main_line, side = saved(out)
    assert (main_line.agent, main_line.outcome, main_line.reward) == ("human", "success", 1.0)
    assert (side.agent, side.outcome, len(side.steps)) == ("human@side", "failure", 1)
    assert main(["--replay", str(out)]) == 0
    assert "success · reward 1" in capsys.readouterr().out


def test_the_end_of_the_input_saves(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "run"
    assert play(monkeypatch, [PAY, "transfer", "AC-186"], "--human", "--out", str(out)) == 0
    (episode,) = saved(out)
    assert len(episode.steps) == 1 and episode.outcome == "error" and episode.reward is None


def test_sessions_of_one_environment_share_a_folder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "run"
    to_it = ["--human", "--out", str(out)]
    assert play(monkeypatch, [PAY, "a Done.", "w"], *to_it) == 0
    assert play(monkeypatch, ["a Done."], *to_it) == 0
    monkeypatch.setattr("sys.stdin", io.StringIO("a No.\n"))
    assert main(["itool/Bank-v0", "--task", "test-pay-1", *to_it]) == 0
    found = [(e.task, e.trial, e.outcome) for e in saved(out)]
    assert found == [
        ("test-pay-1", 0, "failure"),
        ("test-pay-0", 1, "failure"),
        ("test-pay-0", 0, "success"),
    ]
    capsys.readouterr()
    for line in ("3", "test-pay-1"):
        assert main(["--replay", f"{out}:{line}"]) == 0
    capsys.readouterr()
    with_model = script(tmp_path, "Done.")
    assert play(monkeypatch, [], *with_model, "--out", str(out)) == 2
    assert "holds another run (engine none, not {'name'" in capsys.readouterr().err
    (out / "manifest.json").write_text('{"command": "eval.run"}')
    assert play(monkeypatch, [], *to_it) == 2
    assert "holds another run (command eval.run, not play)" in capsys.readouterr().err


def test_model_and_person_take_turns(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    flags = script(tmp_path, '[find_accounts(owner="Ana Ruiz")]', f"[{PAY}]", "Done.")
    out = tmp_path / "run"
    edited = "find_accounts(owner='Finn Berg')"
    lines = ["e", edited, "payments(number='AC-186')", "r"]
    play(monkeypatch, lines, *flags, "--out", str(out))
    (episode,) = saved(out)
    names = [[call.name for call in step.action.calls] for step in episode.steps]
    assert names[:2] == [["find_accounts"], ["payments"]]
    assert dict(episode.steps[0].action.calls[0].arguments) == {"owner": "Finn Berg"}
    assert not episode.steps[0].model_calls and episode.steps[-1].model_calls
    assert episode.agent == "human+plain"


def test_stepping_to_the_end_is_watching(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    flags = script(tmp_path, f"[{PAY}]", "Done.")
    log = tmp_path / "e.jsonl"
    assert main(["itool/Bank-v0", "--task", "test-pay-0", *flags[1:], "--out", str(log)]) == 0
    watched = Episode.from_json(json.loads(log.read_text("utf-8")))
    play(monkeypatch, ["", "r"], *flags, "--out", str(tmp_path / "run"))
    (stepped,) = saved(tmp_path / "run")
    assert stepped.steps == watched.steps and stepped.agent == watched.agent
    assert (stepped.outcome, stepped.reward) == (watched.outcome, watched.reward)


@pytest.mark.parametrize("flags", [["--human", "--json"], ["--step", "--replay", "x"]])
def test_flags_that_do_not_go_together(
    capsys: pytest.CaptureFixture[str], flags: list[str]
) -> None:
    assert main(["itool/Bank-v0", *flags]) == 2
    assert "go with neither" in capsys.readouterr().err
