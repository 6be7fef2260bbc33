"""``python -m eval.leaderboard`` on runs of scripted engines."""

from __future__ import annotations

import json
import re
import shutil
from pathlib import Path
from typing import Any

import pytest
from browser import Browser, Page
from test_pages import CONTRASTS, HOSTILE

from eval.leaderboard import REPORTED, collect, main, references
from eval.leaderboard_page import to_html
from eval.run import main as run

BANK = "itool/Bank-v0"


def play(folder: Path, name: str, target: str, answer: str, *flags: str) -> Path:
    """A run that always gives the same answer."""
    script = folder / f"{name}.jsonl"
    script.write_text(json.dumps({"answer": answer}) + "\n")
    args = [target, "--model", f"scripted:{script}", "--out", str(folder / name), "--json"]
    assert run([*args, *flags]) == 0
    return folder / name


@pytest.fixture(scope="module")
def runs(tmp_path_factory: pytest.TempPathFactory, bfcl_root: Path) -> dict[str, Path]:
    """Runs on three suites; of BFCL on two samples."""
    folder = tmp_path_factory.mktemp("runs")
    return {
        "idle": play(folder, "idle", BANK, "Sorry."),
        "tool": play(folder, "tool", BANK, "[no_such_tool(x=1)]", "--trials", "2"),
        "silent": play(folder, "silent", "bfcl", "No.", "--limit", "26"),
        "caller": play(folder, "caller", "bfcl", "[f(x=1)]", "--limit", "26"),
        "more": play(folder, "more", "bfcl", "No.", "--limit", "39"),
        "api": play(folder, "api", "api_bank", "No.", "--limit", "10", "--level", "1"),
    }


@pytest.fixture
def idle(runs: dict[str, Path], tmp_path: Path) -> Path:
    """A run to be changed."""
    return shutil.copytree(runs["idle"], tmp_path / "copy")


def edit(file: Path, **own: Any) -> None:
    file.write_text(json.dumps(json.loads(file.read_text()) | own))


# ---------------------------------------------------------------------------------------------
# What it holds


def test_runs_stand_together_by_suite_and_sample(runs: dict[str, Path]) -> None:
    board = collect([*runs.values(), runs["idle"]])
    found = {(s.suite, s.tasks): [Path(e.run).name for e in s.entries] for s in board.sections}
    assert found == {
        ("api_bank", 10): ["api"],
        ("bfcl", 39): ["more"],
        ("bfcl", 26): ["silent", "caller"],
        (BANK, 21): ["idle", "tool"],
    }
    bfcl = next(s for s in board.sections if s.tasks == 26)
    assert bfcl.columns == ("AST, non-live", "AST, live", "relevance") and not bfcl.formulas
    assert bfcl.modes and not bfcl.trials and not bfcl.prompts
    silent = bfcl.entries[0]
    report = json.loads((runs["silent"] / "report.json").read_text())
    for row in report["rows"]:
        if row["kind"] == "group":
            cell = silent.scores[row["name"]]
            assert (cell.value, cell.n, cell.asked) == (row["accuracy"], row["n"], row["asked"])
            assert list(cell.interval or ()) == row["interval"]
    assert silent.whole.n == 26 and silent.coverage == 1
    bank = board.sections[-1]
    assert bank.columns == ("pay", "large", "sweep", "refund", "refuse", "question", "two")
    assert bank.trials and bank.entries[1].whole.n == 42
    assert [r.suite for r in board.references] == ["bfcl", "api_bank"]


def test_other_tasks_under_the_same_ids_are_another_table(
    idle: Path, runs: dict[str, Path]
) -> None:
    assert len(collect([idle, runs["idle"]]).sections) == 1
    for change in ({"tools": "0" * 64}, {"prompts": "0" * 64}, {"sample": "0" * 16}):
        shutil.copy(runs["idle"] / "manifest.json", idle)
        edit(idle / "manifest.json", **change)
        assert len(collect([idle, runs["idle"]]).sections) == 2


def test_other_prompts_of_a_mode_are_told(runs: dict[str, Path], tmp_path: Path) -> None:
    copy = shutil.copytree(runs["silent"], tmp_path / "copy")
    edit(copy / "manifest.json", prompts="0" * 64)
    (section,) = collect([copy, runs["silent"]]).sections
    assert section.prompts and {e.prompts for e in section.entries} >= {"00000000"}


def test_a_complete_run_is_ranked_by_its_overall_score(idle: Path, runs: dict[str, Path]) -> None:
    for path, value in ((idle, 0.4), (runs["idle"], 0.3)):
        shutil.copytree(path, idle.parent / f"scored-{value}")
        score = {"formula": "v9", "value": value, "composition": [], "note": ""}
        edit(idle.parent / f"scored-{value}" / "report.json", overall={"plain": [score]})
    (section,) = collect(sorted(idle.parent.glob("scored-*"))).sections
    assert section.formulas == ("v9",)
    assert [entry.overall["v9"] for entry in section.entries] == [0.4, 0.3]
    partial = collect([*idle.parent.glob("scored-*"), idle]).sections[0]
    assert partial.formulas == ("v9",) and len(partial.entries) == 3


def test_the_papers_figures_are_the_papers(shared: Path) -> None:
    text = (shared / "paper.txt").read_text(encoding="utf-8")
    tables = {table.suite: table for table in references()}
    for model, _, values in tables["bfcl"].rows:
        overall, *middle, relevance, irrelevance = (re.escape(f"{value:.2f}") for value in values)
        pattern = rf"\n\d+ {overall} \\\w+ {re.escape(model)} {' '.join(middle)} "
        assert re.search(rf"{pattern}{relevance} ?/ ?{irrelevance}\n", text), model
    for model, _, values in tables["api_bank"].rows:
        assert f" {model} {values[0]:.2f} {values[1]:.2f}\n" in text, model
    assert [len(table.rows) for table in tables.values()] == [27, 13]
    base = next(r for r in tables["bfcl"].rows if r[0] == "Llama-3.1-8B-Instruct (Prompt)")
    assert base[2] == (50.15, 81.15, 57.93, 11.38, 78.05, 41.62)


# ---------------------------------------------------------------------------------------------
# The command


def test_the_terminal_and_files(
    runs: dict[str, Path],
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("COLUMNS", "80")
    paths = [str(path) for path in runs.values()]
    assert main(paths) == 0
    shown = capsys.readouterr().out
    assert max(map(len, shown.splitlines())) <= 80
    assert f"{BANK}, 21 tasks, sample " in shown and REPORTED in shown
    assert main([*paths, "--json", "--out", str(tmp_path / "board.json")]) == 0
    printed = json.loads(capsys.readouterr().out)
    assert printed == json.loads((tmp_path / "board.json").read_text())
    assert len(printed["sections"]) == 4 and printed["references"][0]["note"] == REPORTED
    assert main([*paths, "--out", str(tmp_path / "board.md")]) == 0
    text = (tmp_path / "board.md").read_text()
    assert text.count("\n## ") == 4 and text.count(REPORTED) == 2
    assert text.index("39 tasks") < text.index("26 tasks") < text.index("GPT-4o-2024-08-06")


def test_bad_input_is_one_line(
    idle: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    def error(*args: Path | str) -> str:
        capsys.readouterr()
        assert main([str(arg) for arg in args]) == 2
        out, err = capsys.readouterr()
        assert not out and err.count("\n") == 1 and err.startswith("error: ")
        return err

    assert "no runs" in error()
    assert "no such folder" in error(tmp_path / "nowhere")
    assert "no manifest.json" in error(idle, tmp_path)
    assert ".html, .md, .json" in error(idle, "--out", "board.txt")
    report = (idle / "report.json").read_text()
    for broken, said in (
        ("{", "cannot be read"),
        ("[]", "no report"),
        ('{"rows": [{"agent": "plain"}]}', "a row needs"),
        (report.replace('"accuracy"', '"precision"'), "needs n, asked, accuracy"),
        (re.sub(r'"n": \d+', '"n": "many"', report), "needs n, asked, accuracy"),
    ):
        (idle / "report.json").write_text(broken)
        assert said in error(idle)
    (idle / "report.json").unlink()
    assert "the run is not finished" in error(idle)
    (idle / "report.json").write_text(report)
    with (idle / "verdicts.jsonl").open("a") as file:
        file.write("nonsense\n")
    assert "verdicts.jsonl:22: not JSON" in error(idle)


# ---------------------------------------------------------------------------------------------
# The page


def test_the_page_marks_what_nobody_measured_here(runs: dict[str, Path]) -> None:
    html = to_html(collect(runs.values()), beside=runs["idle"].parent)
    assert html.count('<div class="board">') == 4
    assert html.count('<div class="board reported">') == html.count(f">{REPORTED}<") == 2
    assert 'href="idle/report.html"' in html and "Other samples are other tasks" in html
    assert not re.search(r"https?:|\bsrc=|style=", html)
    assert "report.html" not in to_html(collect(runs.values()))


@pytest.mark.parametrize("text", HOSTILE[:4])
def test_hostile_names_stay_text(idle: Path, text: str, capsys: pytest.CaptureFixture[str]) -> None:
    clean = to_html(collect([idle]))
    edit(idle / "manifest.json", engine={"name": text}, started=text, sample=text, tools=text)
    html = to_html(collect([idle]))
    assert re.findall(r"<[a-z]+", html) == re.findall(r"<[a-z]+", clean)
    assert main([str(idle), "--out", str(idle / "board.md")]) == 0
    assert "\x1b" not in capsys.readouterr().out
    assert not re.search(r"<(script|img|svg)", (idle / "board.md").read_text())


def opened(browser: Browser, runs: dict[str, Path], fragment: str = "", **look: Any) -> Page:
    file = runs["idle"].parent / "board.html"
    file.write_text(to_html(collect(runs.values()), beside=file.parent), encoding="utf-8")
    tab = browser.open(file, fragment=fragment)
    tab.look(**look)
    tab.until("!document.getElementById('filters').hidden")
    return tab


COUNT = "document.getElementById('count').textContent"


def test_columns_sort_and_rows_are_filtered(browser: Browser, runs: dict[str, Path]) -> None:
    tab = opened(browser, runs)
    assert tab.js(COUNT) == "46 of 46 rows"
    paper = "[...document.querySelectorAll('.reported')][1]"
    names = f"[...{paper}.querySelectorAll('tbody th')].slice(0, 2).map((t) => t.textContent)"
    tab.js(f"{paper}.querySelectorAll('thead button')[3].click()")  # live
    assert tab.js(names) == ["Gemini-1.5-Flash-002 (Prompt)", "GPT-4-turbo-2024-04-09 (FC)"]
    tab.js(f"{paper}.querySelectorAll('thead button')[3].click()")
    assert tab.js(names)[0] == "Llama-3.2-3B-Instruct (Prompt)"
    assert tab.js(f"{paper}.querySelectorAll('th')[3].getAttribute('aria-sort')") == "ascending"
    tab.js(f"{paper}.querySelector('thead button').click()")
    assert tab.js(names) == ["Gemini-1.5-Flash-001 (Prompt)", "Gemini-1.5-Flash-002 (Prompt)"]

    tab.press("/")
    tab.type("ITOOL")
    tab.until(f"{COUNT} === '2 of 46 rows'")
    assert tab.js("location.hash") == "#q=ITOOL"
    visible = "[...document.querySelectorAll('.board')].filter((b) => b.checkVisibility()).length"
    assert tab.js(visible) == 2
    tab.click("#clear")
    tab.until(f"{COUNT} === '46 of 46 rows'")
    tab.close()
    tab = opened(browser, runs, "#suite=bfcl&rows=measured")
    tab.until(f"{COUNT} === '3 of 46 rows'")
    assert tab.js(visible) == 2
    assert tab.problems() == []
    tab.close()


def test_the_page_can_be_read_on_any_screen(browser: Browser, runs: dict[str, Path]) -> None:
    tab = opened(browser, runs, width=360, height=760)
    assert tab.js("document.documentElement.scrollWidth") == 360
    for dark in (False, True):
        tab.look(dark=dark)
        assert tab.js(CONTRASTS) == []
    tab.call("Emulation.setEmulatedMedia", media="print")
    assert not tab.js("document.getElementById('filters').checkVisibility()")
    assert tab.problems() == []
    tab.close()
