"""Every page that the project writes, opened in Chromium: on a phone and a desk, light and dark.

Screenshots lie in the test's temporary folder
(``pytest --basetemp=DIR``), for whoever wants to look.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from functools import partial
from pathlib import Path

import pytest
from browser import Browser, Page

from agents.formats import get_format
from agents.search import extract_pairs
from agents.search.page import tree_page as page_of_tree
from agents.search.replay import effects_of
from envs.registry import make
from eval.compare import main as compare
from eval.leaderboard import main as leaderboard
from eval.run import main as score

pytestmark = pytest.mark.slow

HERE = Path(__file__).parent
BANK = "itool/Bank-v0"
SCREENS = {"phone": (360, 760), "desk": (1280, 800)}
OPENED = "document.querySelectorAll('details:not([open]) > summary').forEach((s) => s.click())"
SIDEWAYS = """(() => {
  const width = document.documentElement.clientWidth;
  if (document.documentElement.scrollWidth <= width) return [];
  const wide = (e) => e.getBoundingClientRect().right > width + 1;
  return [...document.querySelectorAll("body *")].filter(wide).map((e) => e.outerHTML.slice(0, 80));
})()"""
"""What a reader would have to scroll sideways for."""
FOCUS = """(() => {
  const at = document.activeElement;
  const box = at.getBoundingClientRect();
  const style = getComputedStyle(at);
  const ring = style.outlineStyle !== "none" && parseFloat(style.outlineWidth) > 0;
  return [at === document.body ? "" : at.tagName, box.width > 0 && box.height > 0, ring];
})()"""


def scored(folder: Path, name: str, solved: Callable[[int], bool]) -> Path:
    """A run on the bank whose n-th task is solved where `solved` says so."""
    write = get_format("python").render
    rows = [
        {
            "match": task.messages[-1].content,
            "answers": [write(turn) for turn in task.gold or ()]
            if solved(n)
            else ["[find_accounts(owner='Ana Ruiz')]", "I would rather not."],
        }
        for n, task in enumerate(t for t in make(BANK).tasks.values() if t.split == "test")
    ]
    rows.sort(key=lambda row: -len(str(row["match"])))
    script = folder / f"{name}.jsonl"
    script.write_text("".join(json.dumps(row) + "\n" for row in rows))
    out = folder / name
    model = ["--model", f"scripted:{script}", "--format", "python"]
    assert score([BANK, *model, "--out", str(out), "--json"]) == 0
    return out


@pytest.fixture(scope="module")
def runs(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    folder = tmp_path_factory.mktemp("runs")
    return scored(folder, "base", lambda n: n % 3 == 0), scored(folder, "tuned", lambda n: n != 0)


def report_page(runs: tuple[Path, Path], folder: Path) -> Path:
    return runs[0] / "report.html"


def compare_page(runs: tuple[Path, Path], folder: Path) -> Path:
    assert compare([*map(str, runs), "--out", str(folder / "compare.html"), "--json"]) == 0
    return folder / "compare.html"


def leaderboard_page(runs: tuple[Path, Path], folder: Path) -> Path:
    assert leaderboard([*map(str, runs), "--out", str(folder / "board.html"), "--json"]) == 0
    return folder / "board.html"


def tree_page(runs: tuple[Path, Path], folder: Path) -> Path:
    with pytest.MonkeyPatch.context() as patch:
        patch.syspath_prepend(str(HERE / "agents" / "search"))
        from env_toys import Shelf
        from test_search_page import shelf_tree
    tree = shelf_tree()
    effects = effects_of(tree, partial(make, Shelf), get_format("python"))
    out = folder / "tree.html"
    out.write_text(page_of_tree(tree, extract_pairs(tree), effects), encoding="utf-8")
    return out


def loop_page(runs: tuple[Path, Path], folder: Path) -> Path:
    with pytest.MonkeyPatch.context() as patch:
        patch.syspath_prepend(str(HERE / "training"))
        from test_loop import BAD, BETTER, GOOD, Place
    from training import loop_page, loop_report
    from training.loop_stages import final_scores

    place = Place(folder)
    place.finish_all([GOOD, BETTER, GOOD])
    taken = final_scores(place.config, place.tables, place.plan, 1)
    for stage, right in zip(taken, (BAD, GOOD), strict=True):
        place.score(stage, right)
    report = loop_report.build(place.config, place.plan, place.runner, taken, None, place.path)
    out = folder / "loop.html"
    out.write_text(loop_page.to_html(report), encoding="utf-8")
    return out


def tab_stops(page: Page, presses: int) -> list[tuple[str, bool, bool]]:
    """Where the Tab key leads: element, whether it is there to be seen, whether it is marked."""
    found = []
    for _ in range(presses):
        for kind in ("keyDown", "keyUp"):
            page.call("Input.dispatchKeyEvent", type=kind, key="Tab", windowsVirtualKeyCode=9)
        found.append(tuple(page.js(FOCUS)))
    return found


@pytest.mark.parametrize(
    "written", [report_page, compare_page, leaderboard_page, tree_page, loop_page]
)
def test_a_page_can_be_read_on_every_screen(
    written: Callable[..., Path], browser: Browser, runs: tuple[Path, Path], tmp_path: Path
) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.syspath_prepend(str(HERE / "eval"))
        from test_pages import CONTRASTS
    page = browser.open(written(runs, tmp_path))
    for screen, (width, height) in SCREENS.items():
        for dark in (False, True):
            page.look(width=width, height=height, dark=dark)
            page.js(OPENED)
            assert page.js(SIDEWAYS) == [], screen
            assert page.js(CONTRASTS) == [], (screen, dark)
            theme = "dark" if dark else "light"
            page.screenshot(tmp_path / f"{written.__name__}-{screen}-{theme}.png")
    assert page.js("document.title") and page.js("document.documentElement.lang") == "en"
    assert page.js("document.querySelectorAll('h1').length") == 1
    stops = tab_stops(page, 3)
    assert all(name and seen and marked for name, seen, marked in stops), stops
    assert page.problems() == []
    page.close()
