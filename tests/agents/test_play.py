"""``python -m agents.play``: live episodes, episodes out of a log, and bad input."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from agents.play import main
from envs.common.cli import dispatch
from envs.episode import Episode

ROOT = Path(__file__).resolve().parents[2]
ANSWERS = [
    'I look.\n[find_accounts(owner="Ben Okafor")]',
    '[cancel(payment=7), cancel(payment="P-2")]',
    "That is done.",
    '[freeze(number="AC-592"), transfer(source="AC-797", target="AC-1", amount=5)]',
    "[oops(",
    "\x1b[31mDone [bold]indeed[/bold].",
]
WORLDS = '''
from envs import Task, World, tool


class Box(World):
    """Things in a box."""

    def tasks(self):
        yield Task("fill", "Fill it.", split="train")
        yield Task("t:1", "Put a cup in.")

    def setup(self, task):
        self.state = {"things": []}

    @tool
    def put(self, thing: str) -> str:
        """Put a thing in."""
        self.state["things"].append(thing)
        return "done"

    def score(self, task):
        return self.state["things"] == ["cup"]


class Elsewhere(Box):
    copyable = False


class Broken(Box):
    def tasks(self):
        raise OSError("no tasks today")


class Breaking(Box):
    @tool
    def put(self, thing: str) -> str:
        """Put a thing in."""
        raise RuntimeError("the box is on fire")


class Empty(World):
    pass


class Loud(Box):
    @tool
    def put(self, thing: str) -> str:
        """Put a thing in."""
        return "DONE"


class Glued(Box):
    def score(self, task):
        return {"glue": 0.5}
'''


@pytest.fixture(autouse=True)
def _worlds(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "box_worlds.py").write_text(WORLDS, "utf-8")
    monkeypatch.syspath_prepend(str(tmp_path))
    sys.modules.pop("box_worlds", None)
    monkeypatch.setenv("COLUMNS", "80")


def script(tmp_path: Path, *answers: str, **more: Any) -> list[str]:
    """Flags for a model that says this."""
    path = tmp_path / "answers.jsonl"
    path.write_text(json.dumps({"answers": answers, **more}) + "\n", "utf-8")
    return ["--model", f"scripted:{path}", "--format", "python"]


def box(tmp_path: Path, world: str, *flags: str, answers: tuple[str, ...] = ()) -> int:
    """Play a world of this file."""
    answers = answers or ('[put(thing="cup")]', "Done.")
    return main([f"box_worlds:{world}", *script(tmp_path, *answers), *flags])


def bank(tmp_path: Path, *flags: str) -> int:
    return main(["itool/Bank-v0", "--task", "test-two-0", *script(tmp_path, *ANSWERS), *flags])


def without_costs(text: str) -> list[str]:
    """The drawing without seconds, tokens and the name of the model."""
    kept = []
    for line in text.splitlines():
        if line.startswith(("turn ", "total ")):
            line = " · ".join(
                p for p in line.rstrip("─ ").split(" · ") if not p.endswith((" s", " tokens"))
            )
        if not line.startswith("model "):
            kept.append(line)
    return kept


def test_a_live_episode_is_drawn_as_it_happens(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert bank(tmp_path) == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[0].startswith("itool/Bank-v0 · test-two-0 ──")
    assert lines[1:3] == [
        "model     scripted:answers.jsonl",
        "agent     plain · seed 0 · trial 0",
    ]
    assert max(map(len, lines)) <= 80
    text = "\n".join(lines)
    for part in (
        'assistant I look.\ncall      find_accounts {"owner": "Ben Okafor"}\nresult    [{"number":',
        'call      cancel {"payment": 7}\nerror     schema: payment: 7 is not a string\n'
        'call      cancel {"payment": "P-2"}\nresult    cancelled\nstate     - payments.P-2: {',
        "assistant That is done.\nuser      Then send those 165 euros",
        'call      freeze {"number": "AC-592"}\nresult    frozen\n'
        "state     accounts.AC-592.frozen: false → true\ncall      transfer",
        "error     tool error: there is no account AC-1",
        "assistant [oops(\nerror     unreadable: the list of calls is not closed\nturn 6",
        "assistant \\x1b[31mDone [bold]indeed[/bold].",
        "score     books 0\ntotal     6 turns · 5 calls · 3 errors · ",
    ):
        assert part in text
    assert lines[-3].startswith("failure · reward 0 ──")


def test_a_replay_looks_like_the_episode(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    log = tmp_path / "episodes.jsonl"
    assert bank(tmp_path, "--out", str(log)) == 0
    live = capsys.readouterr().out
    for where in (log, tmp_path, f"{log}:1", f"{log}:test-two-0", f"{tmp_path}:test-two-0"):
        assert main(["--replay", str(where)]) == 0
        assert without_costs(capsys.readouterr().out) == without_costs(live)


def test_out_appends_and_a_replay_finds_line_and_task(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    log = tmp_path / "odd:name.jsonl"
    assert box(tmp_path, "Box", "--out", str(log)) == 0
    assert box(tmp_path, "Box", "--out", str(log), "--task", "fill", answers=("No.",)) == 0
    first, second = (Episode.from_json(json.loads(line)) for line in log.open())
    assert (first.task, first.reward, first.parts) == ("t:1", 1.0, {"score": 1.0})
    assert (second.task, second.outcome) == ("fill", "failure")
    capsys.readouterr()
    for where, task in ((":2", "fill"), (":t:1", "t:1"), (":fill", "fill"), ("", "t:1")):
        assert main(["--replay", f"{log}{where}"]) == 0
        assert capsys.readouterr().out.startswith(f"box_worlds:Box · {task} ─")


def test_json_has_record_and_changes(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    log = tmp_path / "e.jsonl"
    answers = ('[put(thing="é\\ud83d"), put(thing="cup")]', "Done.")
    assert box(tmp_path, "Box", "--json", "--out", str(log), answers=answers) == 0
    live = json.loads(capsys.readouterr().out)
    assert live["divergence"] is None and live["episode"]["task"] == "t:1"
    assert [len(turn) for turn in live["diffs"]] == [2, 1]
    cup = {"path": "things[1]", "before": "<absent>", "after": "cup"}
    assert live["diffs"][0][1] == [cup] and live["diffs"][1] == [[]]
    assert main(["--replay", str(log), "--json"]) == 0
    assert json.loads(capsys.readouterr().out) == live


@pytest.mark.parametrize(
    ("world", "divergence"),
    [
        ("Loud", "turn 1 departs from the record: put says 'DONE' now, in the record 'done'"),
        ("Breaking", "turn 1 departs from the record: Breaking failed in the tool put:"),
        ("Glued", "turn 2 departs from the record: it ends as failure now, in the record as succ"),
    ],
)
def test_a_divergence_is_told_and_the_record_stays(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], world: str, divergence: str
) -> None:
    log = tmp_path / "e.jsonl"
    box(tmp_path, "Box", "--out", str(log))
    capsys.readouterr()
    assert main([f"box_worlds:{world}", "--replay", str(log)]) == 1
    text = capsys.readouterr().out
    (at,) = (i for i, line in enumerate(text.splitlines()) if line.startswith("note "))
    told = " ".join(" ".join(text.splitlines()[at : at + 3]).split())
    assert told.startswith(f"note {divergence}")
    assert "result    done\n" in text and "DONE\n" not in text
    assert ("state " in text) == (world == "Glued")
    assert "success · reward 1 ─" in text


def test_what_cannot_be_carried_out_again_is_drawn_from_the_record(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    log = tmp_path / "e.jsonl"
    box(tmp_path, "Box", "--out", str(log))
    record = json.loads(log.read_text())
    for env, why in (
        ("bfcl", "bfcl is a suite and no environment"),
        ("gone/Gone-v0", "no environment 'gone/Gone-v0'"),
        ("box_worlds:Elsewhere", "calls of Elsewhere may have side effects"),
        ("itool/Bank-v0", "itool/Bank-v0 has no task 't:1'"),
    ):
        log.write_text(json.dumps({**record, "env": env}) + "\n")
        capsys.readouterr()
        assert main(["--replay", str(log)]) == 0
        text = capsys.readouterr().out
        assert f"note      {why}" in text and "the record alone" in " ".join(text.split())
        assert 'call      put {"thing": "cup"}\nresult    done\nturn 2' in text


def test_what_the_machine_loses(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert box(tmp_path, "Breaking") == 1
    text = capsys.readouterr().out
    assert "error     Breaking failed in the tool put: RuntimeError: the box is on fire" in text


@pytest.mark.parametrize(
    ("flags", "error"),
    [
        ([], "which environment? "),
        (["itool/Bonk-v0"], "no environment 'itool/Bonk-v0' (did you mean 'itool/Bank-v0'?)"),
        (["box_worlds:Bax"], "box_worlds:Bax does not import: AttributeError"),
        (["box_worlds:Box", "--task", "fil"], "--task fil: no such task (did you mean 'fill'?)"),
        (["box_worlds:Broken"], "Broken failed in tasks: OSError: no tasks today"),
        (["box_worlds:Empty"], "Empty has no tasks"),
        (["box_worlds:Box", "--data", "x"], "Box has no option 'data'"),
        (["box_worlds:Box", "--out", "no/where"], "--out no/where: there is no folder no"),
        (["box_worlds:Box", "--model", "scripted:none"], "none: cannot read the script"),
        (["box_worlds:Box", "--top-p", "2"], "--temperature has to be at least 0"),
        (["box_worlds:Box", "--format", "pithon"], "unknown tool format 'pithon'"),
        (["--replay", "none"], "--replay none: no such file"),
        (["--replay", "x", "--task", "y"], "--replay asks no model: beside ENV it takes"),
    ],
)
def test_bad_input_is_one_line(
    capsys: pytest.CaptureFixture[str], flags: list[str], error: str
) -> None:
    assert main(flags) == 2
    out, err = capsys.readouterr()
    assert out == "" and err.startswith(f"error: {error}") and err.count("\n") == 1


def test_an_engine_that_cannot_constrain(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert box(tmp_path, "Box", "--constrained", "any") == 2
    assert "cannot constrain answers" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("content", "where", "error"),
    [
        ("", "", "no episodes in it"),
        ('{"version": 1}\n', "", ":1: not an episode: 'steps'"),
        ("GOOD\n{broken\nGOOD\n", ":3", ":2: not JSON"),
        ("GOOD\n[]\n", ":none", ":2: a JSON object is needed"),
        ("GOOD\n", ":4", "no line 4; the last one is 1"),
        ("GOOD\n", ":t:2", "no episode of a task 't:2' (did you mean 't:1'?)"),
        ('{"version": 99, "steps": []}\n', "", ":1: episode of version 99; this reads up to 1"),
    ],
)
def test_a_broken_log_names_the_line(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], content: str, where: str, error: str
) -> None:
    good = json.dumps(Episode("box_worlds:Box", "t:1", "plain").to_json())
    log = tmp_path / "e.jsonl"
    log.write_text(content.replace("GOOD", good), "utf-8")
    assert main(["--replay", f"{log}{where}"]) == 2
    out, err = capsys.readouterr()
    assert out == "" and error in err and err.count("\n") == 1


def run_apart(*flags: str, **environ: str) -> subprocess.CompletedProcess[bytes]:
    return subprocess.run(
        [sys.executable, "-m", "agents.play", *flags],
        cwd=ROOT,
        env={**os.environ, **environ},
        capture_output=True,
        check=False,
    )


def test_colour_only_where_it_is_wanted(tmp_path: Path) -> None:
    flags = ["itool/Bank-v0", *script(tmp_path, "Done \x1b[31m.")]
    pipe = run_apart(*flags)
    assert (pipe.returncode, pipe.stderr) == (0, b"") and b"\x1b" not in pipe.stdout
    colour = run_apart(*flags, FORCE_COLOR="1", TERM="xterm-256color")
    assert b"\x1b[1;32massistant" in colour.stdout and b"\x1b[31m" not in colour.stdout
    plain = run_apart(*flags, FORCE_COLOR="1", NO_COLOR="1", TERM="xterm-256color")
    assert plain.returncode == 0 and b"\x1b[32m" not in plain.stdout
    narrow = run_apart(*flags, PYTHONIOENCODING="ascii", COLUMNS="30")
    assert narrow.returncode == 0 and b"assistant Done \\x1b[31m." in narrow.stdout


def test_help_loads_nothing_heavy(capsys: pytest.CaptureFixture[str]) -> None:
    code = (
        "import sys, agents.play\ntry: agents.play.main(['--help'])\nexcept SystemExit: pass\n"
        "heavy = {'torch', 'transformers', 'gymnasium', 'numpy', 'jsonschema', 'httpx'}\n"
        "sys.exit(f'loaded: {sorted(heavy & set(sys.modules))}' if heavy & set(sys.modules) else 0)"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, check=False)
    assert done.returncode == 0, done.stderr
    assert b"--replay" in done.stdout
    with pytest.raises(SystemExit):
        dispatch(["play", "--help"])
    assert "--constrained" in capsys.readouterr().out


def test_the_page_shows_what_comes(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    page = (ROOT / "docs" / "play.md").read_text("utf-8")
    (answers,) = re.findall(r"<<'END'\n(.*?)END\n", page, re.S)
    (drawing,) = re.findall(r"```text\n(.*?)```", page, re.S)
    (command,) = re.findall(r"^python -m agents.play (itool.*)$", page, re.M)
    (tmp_path / "answers.jsonl").write_text(answers, "utf-8")
    monkeypatch.chdir(tmp_path)
    assert main(command.split()) == 0
    assert without_costs(capsys.readouterr().out) == without_costs(drawing)
    (block,) = re.findall(r"```python\n(.*?)```", page, re.S)
    done = subprocess.run(
        [sys.executable, "-c", block], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    assert "state     accounts.AC-186.balance: 926 → 605" in done.stdout
