"""``python -m eval.compare`` on runs of scripted engines."""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Callable
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest
from browser import Browser, Page
from test_pages import CONTRASTS, HOSTILE, unpacked

from agents import get_format
from envs.common.errors import UserError
from envs.common.text import visible
from envs.registry import make
from eval.compare import compare_runs, main
from eval.compare_page import to_html
from eval.compare_text import points, summary
from eval.run import main as run

BANK = "itool/Bank-v0"


def play(folder: Path, name: str, right: Callable[[int], bool], *flags: str) -> Path:
    """A run on the bank whose n-th task is solved where `right` says so."""
    write = get_format("python").render
    tasks = [task for task in make(BANK).tasks.values() if task.split == "test"]
    rows = [
        {
            "match": task.messages[-1].content,
            "answers": [write(turn) for turn in task.gold or ()] if right(n) else ["Sorry."],
        }
        for n, task in enumerate(tasks)
    ]
    rows.sort(key=lambda row: -len(str(row["match"])))
    script = folder / f"{name}.jsonl"
    script.write_text("".join(json.dumps(row) + "\n" for row in rows))
    out = folder / name
    args = [BANK, "--model", f"scripted:{script}", "--format", "python", "--out", str(out)]
    assert run([*args, "--json", *flags]) == 0
    return out


@pytest.fixture(scope="module")
def runs(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """Two runs on the same tasks: one solves every third, the other nearly all."""
    folder = tmp_path_factory.mktemp("runs")
    base = play(folder, "base", lambda n: n % 3 == 0)
    return base, play(folder, "tuned", lambda n: n != 0)


@pytest.fixture
def copies(runs: tuple[Path, Path], tmp_path: Path) -> tuple[Path, Path]:
    """The same, to be changed."""
    for path in runs:
        shutil.copytree(path, tmp_path / path.name)
    return tmp_path / "base", tmp_path / "tuned"


def edit_manifest(run_folder: Path, **own: Any) -> None:
    file = run_folder / "manifest.json"
    file.write_text(json.dumps(json.loads(file.read_text()) | own))


def edit_verdicts(run_folder: Path, change: Callable[[list[dict[str, Any]]], Any]) -> None:
    file = run_folder / "verdicts.jsonl"
    rows = [json.loads(line) for line in file.read_text().splitlines()]
    kept = change(rows) or rows
    file.write_text("".join(json.dumps(row) + "\n" for row in kept))


def error_of(capsys: pytest.CaptureFixture[str], *args: Path | str) -> str:
    capsys.readouterr()
    assert main([str(arg) for arg in args]) == 2
    out, err = capsys.readouterr()
    assert not out and err.count("\n") == 1 and err.startswith("error: ")
    return err


# ---------------------------------------------------------------------------------------------
# What it finds


def test_two_runs_are_compared_task_by_task(
    runs: tuple[Path, Path], capsys: pytest.CaptureFixture[str]
) -> None:
    before = {file: file.read_bytes() for path in runs for file in path.iterdir()}
    assert main([*map(str, runs), "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    whole = found["rows"][-1]
    reports = [json.loads((path / "report.json").read_text())["rows"][-1] for path in runs]
    for side, report in zip("ab", reports, strict=True):
        assert whole[side]["score"] == pytest.approx(report["accuracy"])
        assert whole[side]["interval"] == pytest.approx(report["interval"])
    assert whole["n"] == 21 and whole["difference"] == pytest.approx((whole["won"] - 1) / 21)
    assert whole["lost"] == 1 and whole["p"] < 0.05
    assert len(found["flips"]) == whole["won"] + 1
    assert found["flips"][0]["direction"] == "lost" and found["flips"][0]["b"]["error_type"]
    assert "bootstrap over tasks" in found["method"] and not found["notes"]
    assert {file: file.read_bytes() for path in runs for file in path.iterdir()} == before


def test_the_tables_fit_a_terminal_of_80_columns(
    runs: tuple[Path, Path],
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("COLUMNS", "80")
    assert main([*map(str, runs)]) == 0
    shown = capsys.readouterr().out
    assert max(map(len, shown.splitlines())) <= 80
    assert "B is better than A: B - A is +" in shown
    assert re.search(r"^ ?all tasks +21 ", shown, re.MULTILINE)
    assert "lost: A does better (1)" in shown
    assert "McNemar's exact test" in " ".join(shown.split())
    assert all(f"{name} " in shown for name in ("pay", "sweep", "refund"))


def test_two_decodings_of_one_run(copies: tuple[Path, Path]) -> None:
    base, tuned = copies
    rows = [json.loads(x) | {"agent": "calls"} for x in (tuned / "verdicts.jsonl").open()]
    edit_verdicts(base, lambda own: rows + own)
    found = compare_runs(base)
    assert (found.a.agent, found.b.agent) == ("plain", "calls")
    assert found.comparison.whole.won > found.comparison.whole.lost == 1
    turned = compare_runs(base, agent_a="calls")
    assert (turned.a.agent, turned.b.agent) == ("calls", "plain")
    assert turned.comparison.whole.lost == found.comparison.whole.won
    assert compare_runs(base, tuned).a.agent == "plain"  # the only one that both have
    assert compare_runs(base, tuned, agent_a="calls", agent_b="plain").comparison.whole.p == 1


def test_what_is_in_one_run_only_is_counted_and_named(
    copies: tuple[Path, Path], capsys: pytest.CaptureFixture[str]
) -> None:
    base, tuned = copies
    edit_verdicts(base, lambda rows: rows[2:])
    edit_verdicts(tuned, lambda rows: [*rows[:9], rows[9] | {"valid": None}, *rows[10:-1]])
    edit_manifest(tuned, sample="0" * 16, prompts="other")
    out = tuned / "compared.md"
    assert main([str(base), str(tuned), "--out", str(out)]) == 0
    capsys.readouterr()
    found = compare_runs(base, tuned)
    c = found.comparison
    assert (len(c.only_a), len(c.only_b), len(c.left_out), c.unjudged_b) == (1, 2, 1, 1)
    assert c.whole.n == 21 - 4
    assert "nobody can tell whether prompts" in found.notes[0]
    text = out.read_text()
    for task in (*c.only_a, *c.only_b, *c.left_out):
        assert task in text
    assert "<details><summary>won: B does better" in text


def test_trials_are_compared_by_task(tmp_path: Path) -> None:
    base = play(tmp_path, "base", lambda n: n % 2 == 0, "--trials", "3")
    tuned = play(tmp_path, "tuned", lambda n: n % 2 == 1)
    found = compare_runs(base, tuned)
    assert found.comparison.trials == (3, 1)
    assert all(flip.a.judged == 3 and flip.b.judged == 1 for flip in found.comparison.flips)
    assert found.comparison.whole.n == 21


def test_bfcl_runs_have_its_groups(bfcl_root: Path, tmp_path: Path) -> None:
    for name, answer in (("silent", "No."), ("caller", "[f(x=1)]")):
        (tmp_path / f"{name}.jsonl").write_text(json.dumps({"answer": answer}) + "\n")
        args = ["--model", f"scripted:{tmp_path / name}.jsonl", "--limit", "26"]
        assert run(["bfcl", *args, "--out", str(tmp_path / name), "--json"]) == 0
    found = compare_runs(tmp_path / "silent", tmp_path / "caller")
    rows = {row.name: row for row in found.comparison.rows if row.kind == "group"}
    assert list(rows) == ["AST, non-live", "AST, live", "relevance"]
    assert [row.n for row in rows.values()] == [12, 8, 6]
    assert (rows["relevance"].lost, rows["relevance"].won) == (4, 2)
    assert rows["AST, live"].interval is None and rows["AST, live"].smallest == 6 / 8


# ---------------------------------------------------------------------------------------------
# Played episodes


def record(task: str, outcome: str, **own: Any) -> dict[str, Any]:
    reward = {"success": 1.0, "error": None}.get(outcome, 0.0)
    step = {"action": {"text": f"{task} as {outcome}"}, "reward": reward or 0.0}
    fields: dict[str, Any] = {"version": 1, "env": BANK, "agent": "human", "task": task}
    fields |= {"outcome": outcome, "reward": reward, "parts": {"books": reward or 0.0}}
    return {**fields, "error": None, "steps": [step], **own}


def played(path: Path, *records: dict[str, Any], **manifest: Any) -> Path:
    """A folder of `agents.play`, or a file where its name says so."""
    file = path
    if path.suffix != ".jsonl":
        path.mkdir()
        file = path / "episodes.jsonl"
        (path / "manifest.json").write_text(json.dumps({"command": "play", **manifest}))
    file.write_text("".join(json.dumps(row) + "\n" for row in records))
    return path


def test_played_folders_are_compared_task_by_task(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    tasks = [f"t{n}" for n in range(8)]
    lost = played(
        tmp_path / "a", *(record(task, "failure") for task in tasks), engine={"name": "m"}
    )
    won = [record(task, "success") for task in tasks[:7]]
    again = [record("t0", "failure", trial=1), record("t6", "error", trial=1)]
    mixed = played(tmp_path / "b.jsonl", *won, record("t7", "error"), *again)
    out = tmp_path / "page.html"
    assert main([str(lost), str(mixed), "--json", "--out", str(out)]) == 0
    found = json.loads(capsys.readouterr().out)
    whole = found["rows"][-1]
    assert (whole["n"], whole["lost"], whole["won"]) == (7, 0, 7)
    assert whole["b"]["score"] == pytest.approx(6.5 / 7)  # t0: the mean of its two episodes
    assert whole["p"] == 2 / 2**7
    assert (found["left_out"], found["unjudged_b"]) == (["t7"], 2)
    assert (found["a"]["model"], found["b"]["model"]) == ("m", "b.jsonl")
    (note,) = found["notes"]
    assert "a play records no data" in note
    assert found["flips"][0]["a"]["error_type"] == "failure: books"
    texts = unpacked(out.read_text())["texts"]
    assert "t1 as failure" in texts and "t1 as success" in texts


def test_a_person_is_compared_with_a_model(
    runs: tuple[Path, Path], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    from agents.play import main as play_main

    file = tmp_path / "watched.jsonl"
    script = runs[0].parent / "tuned.jsonl"
    for task in ("test-pay-0", "test-pay-1", "test-pay-1"):
        flags = ["--task", task, "--model", f"scripted:{script}", "--format", "python"]
        assert play_main([BANK, *flags, "--out", str(file)]) == 0
    capsys.readouterr()
    found = compare_runs(file, runs[1])
    assert found.comparison.whole.n == 2 and not found.comparison.flips
    assert found.comparison.trials == (2, 1) and len(found.comparison.only_b) == 19
    taken_back = record("test-pay-0", "success", privileged=["simulator"])
    notes = compare_runs(runs[0], played(tmp_path / "mine", taken_back), agent_b="human").notes
    assert notes[-1] == "turns were tried out or taken back in 1 episodes of B"


def test_plays_that_cannot_be_compared_are_refused(
    runs: tuple[Path, Path], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    mine = played(tmp_path / "mine", record("t", "success"))
    other = played(tmp_path / "other.jsonl", record("t", "success", env="x/Y-v0"))
    assert "only runs of one suite" in error_of(capsys, mine, other)
    both = played(tmp_path / "both.jsonl", record("t", "success"), record("t", "x", env="x/Y-v0"))
    both.write_text(both.read_text().replace('"x"', '"failure"'))
    assert "both.jsonl:2: an episode of 'x/Y-v0' after those of" in error_of(capsys, mine, both)
    assert "no task in common" in error_of(capsys, mine, runs[0])
    lost = played(tmp_path / "lost", record("t", "error"))
    assert "1 common tasks, none judged in both" in error_of(capsys, mine, lost)
    empty = played(tmp_path / "empty")
    assert "no episodes in it" in error_of(capsys, mine, empty)
    branches = played(tmp_path / "branches", *(record("t", "success", agent=a) for a in "xyz"))
    assert "which agents?" in error_of(capsys, branches, mine)
    assert "not an episode" in error_of(capsys, runs[0] / "verdicts.jsonl", mine)


# ---------------------------------------------------------------------------------------------
# What it refuses


def test_bad_input_is_one_line(
    copies: tuple[Path, Path], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    base, tuned = copies
    assert "no such folder" in error_of(capsys, tmp_path / "nowhere", base)
    (tmp_path / "empty").mkdir()
    assert "no manifest.json" in error_of(capsys, base, tmp_path / "empty")
    assert "a second one, or run, is needed" in error_of(capsys, base)
    assert "no agent 'plan' (did you mean 'plain'?)" in error_of(
        capsys, base, tuned, "--agent-b", "plan"
    )
    assert ".html, .md, .json" in error_of(capsys, base, tuned, "--out", "x.pdf")
    assert "at least 0" in error_of(capsys, base, tuned, "--seed", "-1")
    assert "--out" in error_of(capsys, base, tuned, "--out", base / "manifest.json" / "x.md")

    lines = (tuned / "verdicts.jsonl").read_text()
    for broken, said in (
        ("{", "not JSON"),
        ("[]", "a JSON object is needed"),
        ('{"valid": true}', "it has no 'task'"),
        ('{"valid": 1, "task": "t", "category": "c", "agent": "a"}', "'valid' is 1"),
    ):
        (tuned / "verdicts.jsonl").write_text(f"{lines}{broken}\n")
        assert f"verdicts.jsonl:22: {said}" in error_of(capsys, base, tuned).replace(
            "not a verdict: ", ""
        )
    (tuned / "verdicts.jsonl").write_text("")
    assert "no verdicts" in error_of(capsys, base, tuned)
    (tuned / "verdicts.jsonl").unlink()
    assert "the run is not finished; python -m eval.run --resume" in error_of(capsys, base, tuned)
    edit_manifest(tuned, command="training.collect")
    assert "a run of 'training.collect'" in error_of(capsys, base, tuned)


def test_runs_that_cannot_be_compared_are_refused(
    copies: tuple[Path, Path], capsys: pytest.CaptureFixture[str]
) -> None:
    base, tuned = copies
    edit_manifest(tuned, target="bfcl")
    assert "only runs of one suite" in error_of(capsys, base, tuned)
    edit_manifest(tuned, target=BANK, prompts="f" * 64)
    assert "differ in prompts (" in error_of(capsys, base, tuned)
    assert main([str(base), str(tuned), "--anyway"]) == 0
    assert "not the same was asked" in capsys.readouterr().out
    edit_manifest(tuned, tools="f" * 64, sample="0" * 16)
    assert "differ in tools (" in error_of(capsys, base, tuned)

    edit_manifest(tuned, **json.loads((base / "manifest.json").read_text()))
    edit_verdicts(tuned, lambda rows: [row | {"task": f"x{n}"} for n, row in enumerate(rows)])
    assert "no task in common" in error_of(capsys, base, tuned)
    edit_verdicts(base, lambda rows: [*rows, *(row | {"agent": "any"} for row in rows)])
    edit_verdicts(tuned, lambda rows: [*rows, *(row | {"agent": "any"} for row in rows)])
    assert "which agents?" in error_of(capsys, base, tuned)


def test_a_broken_episode_is_told_where_answers_are_shown(
    copies: tuple[Path, Path], capsys: pytest.CaptureFixture[str]
) -> None:
    base, tuned = copies
    with (tuned / "episodes.jsonl").open("a") as file:
        file.write("{\n")
    out = tuned / "page.html"
    assert "episodes.jsonl:22: not JSON" in error_of(capsys, base, tuned, "--out", out)
    assert not out.exists()
    (tuned / "episodes.jsonl").unlink()
    assert main([str(base), str(tuned), "--out", str(out)]) == 0


def test_the_function_refuses_as_the_command_does(tmp_path: Path) -> None:
    with pytest.raises(UserError, match="no such folder"):
        compare_runs(tmp_path / "a", tmp_path / "b")


# ---------------------------------------------------------------------------------------------
# How it is written


def test_sentences(runs: tuple[Path, Path]) -> None:
    assert points(-0.0001) == "+0.0" and points(0.125) == "+12.5" and points(-0.1) == "-10.0"
    assert summary(compare_runs(*runs)).startswith("B is better than A")
    assert summary(compare_runs(*reversed(runs))).startswith("A is better than B")
    same = compare_runs(runs[0], runs[0].parent / "base" / ".." / "tuned", agent_a="plain")
    assert same.b.agent == "plain"


def hostile(run_folder: Path) -> None:
    """Give every task, category, error type and answer of a run a hostile name."""

    def name(n: int) -> str:
        return f"{n} {HOSTILE[n % len(HOSTILE)][:300]}"

    edit_verdicts(
        run_folder,
        lambda rows: [
            row
            | {"task": name(n), "category": name(n % 5), "message": name(n)}
            | ({"error_type": name(n)} if row["error_type"] else {})
            for n, row in enumerate(rows)
        ],
    )
    file = run_folder / "episodes.jsonl"
    episodes = [json.loads(line) for line in file.read_text().splitlines()]
    tasks = [task.id for task in make(BANK).tasks.values() if task.split == "test"]
    for episode in episodes:
        said = name(tasks.index(episode["task"]))
        episode["task"] = said
        episode["steps"][-1]["action"]["raw"] = said
    file.write_text("".join(json.dumps(episode) + "\n" for episode in episodes))
    edit_manifest(run_folder, engine={"name": name(0)})


def test_hostile_names_stay_text(
    copies: tuple[Path, Path], capsys: pytest.CaptureFixture[str]
) -> None:
    clean = to_html(compare_runs(*copies))
    for path in copies:
        hostile(path)
    html = to_html(compare_runs(*copies))
    tags = _Tags(html).found
    assert not {"img", "b", "i"} & set(tags)
    assert tags.count("script") == _Tags(clean).found.count("script")
    text = json.dumps(unpacked(html), ensure_ascii=False)
    assert "window.pwned" in text
    for kind in ((), ("--out", str(copies[0] / "x.md"))):
        assert main([*map(str, copies), *kind]) == 0
    shown = capsys.readouterr().out + (copies[0] / "x.md").read_text()
    assert "window.pwned" in shown and not re.search("[\x00\x1b\u202e\u2066\u200b]", shown)
    assert "<script>window" not in (copies[0] / "x.md").read_text()


class _Tags(HTMLParser):
    def __init__(self, html: str) -> None:
        super().__init__()
        self.found: list[str] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append(tag)


def test_the_page_has_the_figures_and_both_answers(runs: tuple[Path, Path]) -> None:
    found = compare_runs(*runs)
    html = to_html(found, beside=runs[0].parent)
    assert summary(found) in html and not re.search(r"https?:|\bsrc=", html)
    data = unpacked(html)
    assert len(data["items"]) == len(found.comparison.flips)
    first = data["items"][0]
    assert data["texts"][first["b"]["answer"]] == "Sorry."
    assert data["sides"]["b"]["report"] == "tuned/report.html"
    assert (runs[0].parent / "tuned" / "report.html").exists()
    assert unpacked(to_html(found))["sides"]["b"]["report"] is None


# ---------------------------------------------------------------------------------------------
# In a browser


def opened(browser: Browser, runs: tuple[Path, Path], **look: Any) -> Page:
    file = runs[0].parent / "compared.html"
    file.write_text(to_html(compare_runs(*runs), beside=file.parent), encoding="utf-8")
    tab = browser.open(file)
    tab.look(**look)
    tab.until("!document.getElementById('browser').hidden")
    return tab


def test_tasks_that_changed_hands_open_side_by_side(
    browser: Browser, runs: tuple[Path, Path]
) -> None:
    tab = opened(browser, runs)
    shown = "document.getElementById('count').textContent"
    total = len(compare_runs(*runs).comparison.flips)
    assert tab.js(shown) == f"{total} of {total} changed tasks"
    tab.click("#verdicts input[value=lost] + b")
    tab.until(f"{shown} === '1 of {total} changed tasks'")
    tab.press("j")
    tab.press("Enter")
    tab.until("document.querySelector('#list .body')")
    body = tab.js("document.querySelector('.body').textContent")
    assert "A: right" in body and "B: wrong" in body and "Sorry." in body
    link = tab.js("document.querySelectorAll('.body a')[1].getAttribute('href')")
    name, _, fragment = link.partition("#")
    assert name == "tuned/report.html"
    tab.go(runs[0].parent / name, fragment=f"#{fragment}")
    tab.until("document.querySelector('#list details[open] .body')")
    assert "Sorry." in tab.js("document.querySelector('.body').textContent")
    assert tab.problems() == []
    tab.close()


def test_the_page_can_be_read_on_any_screen(browser: Browser, runs: tuple[Path, Path]) -> None:
    tab = opened(browser, runs, width=360, height=760)
    tab.js("document.querySelectorAll('#list summary').forEach((summary) => summary.click())")
    tab.until("document.querySelector('#list .body')")
    assert tab.js("document.documentElement.scrollWidth") == 360
    for dark in (False, True):
        tab.look(dark=dark)
        assert tab.js(CONTRASTS) == []
    assert tab.problems() == []
    tab.close()


def test_hostile_answers_are_shown_as_text(browser: Browser, copies: tuple[Path, Path]) -> None:
    for path in copies:
        hostile(path)
    tab = opened(browser, copies)
    tab.js("document.querySelectorAll('#list summary').forEach((summary) => summary.click())")
    tab.until("document.querySelectorAll('.body').length > 5")
    shown = tab.js("[...document.querySelectorAll('.body .text')].map((t) => t.textContent)")
    assert visible(f"0 {HOSTILE[0]}") in shown
    assert tab.js("window.pwned") is None
    assert tab.js("document.querySelectorAll('img, #list svg, main script').length") == 0
    assert tab.problems() == []
    tab.close()
