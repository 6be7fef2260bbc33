"""The report page: what is in the file, and what a browser makes of it."""

from __future__ import annotations

import base64
import hashlib
import json
import re
import unicodedata
import zlib
from collections.abc import Sequence
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest
from browser import Browser, Page
from hypothesis import given
from hypothesis import strategies as st

from envs.common.page.shell import escaped, page
from envs.common.text import visible
from envs.episode import Episode, Step
from envs.types import Action, Message, Task, ToolCall
from eval.pages import Item, _data, to_html, to_item
from eval.report import Example, Report, Row
from eval.suite import Extra, Overall, Verdict

HOSTILE = (
    "<script>window.pwned = 1</script>",
    "</script><script>window.pwned = 2</script><!--",
    '"><img src="x" onerror="window.pwned = 3">',
    "<svg onload='window.pwned = 4'></svg>",
    "{{constructor.constructor('window.pwned = 5')()}} ${window.pwned = 6} <%= pwned %>",
    "[a](javascript:window.pwned=7) &lt;b&gt; &amp;",
    "invoice\u202egpj.exe \u2066hidden\u2069 zero\u200bwidth \ufeffbom",
    "nul\x00 esc\x1b[31m del\x7f line\u2028separator \ud800 \udfff half \r \U000e0041 \xad",
    "Z͑ͫ̓ͪ̂ͫ̽͏̴̙̤̞͉͚̯̞̠͍A̴̵̜̰͔ͫ͗͢L̠ͨͧͩ͘G̴̻͈͍͔̹̑͗̎̅͛́Ǫ̵̹̻̝̳͂̌̌͘!͖̬̰̙̗̿̋ͥͥ̂ͣ̐́́͜͞",
    "x" * 5000,
)
ODD = {"Cc", "Cf", "Cs", "Co", "Zl", "Zp"}


def score_row(
    agent: str = "plain", name: str = "simple", kind: str = "category", **own: Any
) -> Row:
    shares: dict[str, Any] = {"asked": 10, "n": 8, "valid": 4, "accuracy": 0.5, "coverage": 0.8}
    rest: dict[str, Any] = {"interval": (0.22, 0.78), "floor": 0.0, "ceiling": 1.0, "lenient": 5}
    counts = {"format_only": 1, "overflow": 0}
    return Row(agent, name, kind, **(shares | rest | counts | own))


def a_report(*rows: Row, **own: Any) -> Report:
    fields: dict[str, Any] = {
        "suite": "bfcl",
        "title": "BFCL v4",
        "model": "a model",
        "partial": True,
        "rows": rows or (score_row(), score_row(name="all", kind="group")),
        "failures": {},
        "overall": {},
    }
    return Report(**(fields | own))


def an_item(n: int = 0, agent: str = "plain", category: str = "simple", **own: Any) -> Item:
    fields: dict[str, Any] = {
        "valid": False,
        "error_type": "wrong_count",
        "message": f"expected 2 calls, got {n}",
        "messages": (Message("system", "Use the tools."), Message("user", f"question {n}")),
        "tools": ("get_weather",),
        "answer": f"[get_weather(n={n})]",
    }
    return Item(agent, f"{category}_{n}", category, **(fields | own))


def items_of_all_kinds() -> list[Item]:
    return [
        *(an_item(n) for n in range(6)),
        *(an_item(n, category="live", error_type="wrong_value", lenient=True) for n in range(3)),
        *(an_item(n, agent="calls", valid=True, error_type=None, message="") for n in range(4)),
        an_item(9, agent="calls", valid=None, error_type="error", message="no route", answer=""),
    ]


def unpacked(html: str) -> Any:
    packed = re.findall(r'<script type="text/plain" id="data">([\w+/=]*)</script>', html)
    assert len(packed) == 1
    return json.loads(zlib.decompress(base64.b64decode(packed[0])))


class Elements(HTMLParser):
    """Tags, attributes and text of a page."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.attributes: list[tuple[str, str | None]] = []
        self.texts: list[str] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.attributes += attrs

    def handle_data(self, data: str) -> None:
        self.texts.append(data)


# ---------------------------------------------------------------------------------------------
# The file


def test_scores_have_the_columns_of_the_other_reports_and_bars() -> None:
    html = to_html(a_report(), ())
    heads = re.findall(r'<th scope="col"[^>]*>([^<]*)</th>', html)
    assert heads == ["", "n", "right %", "95 %", "cover", "floor", "ceil", "lenient", "format"]
    assert html.count('<tr class="group">') == 1 and html.count('class="bar"') == 2
    assert 'x="22.0" y="1" width="56.0"' in html and "22–78" in html
    assert 'href="#agent=plain&amp;category=simple&amp;verdict=wrong"' in html
    nothing = a_report(score_row(n=0, valid=0, accuracy=None, interval=None, lenient=0))
    assert 'class="bar"' not in to_html(nothing, ())


def test_overall_scores_extras_failures_losses_and_usage_are_there() -> None:
    parts = ({"name": "non-live", "weight": 0.25, "value": 0.5, "n": 8},)
    report = a_report(
        score_row(overflow=3),
        overall={"plain": (Overall("v4", 0.4321, parts), Overall("v3", None, note="missing"))},
        extras={"plain": (Extra("Formats", ("format", "right"), (("xml", "5"),), "a note"),)},
        failures={"plain": (Example("wrong_count", 7, "t", "p", "a", "m"),)},
        machine_failures={"plain": 2},
        usage={"plain": {"model calls": 1234}},
    )
    text = " ".join("".join(Elements(to_html(report, ())).texts).split())
    for shown in ("43.21 %", "v4", "non-live0.2550.008", "– v3 missing", "Formats", "xml5"):
        assert shown in text
    for shown in ("a note", "7wrong_count", "3 prompts did not fit", "2 answers were lost"):
        assert shown in text
    assert "plain: 1,234 model calls" in text


def test_a_page_refers_to_nothing_outside() -> None:
    html = to_html(a_report(), items_of_all_kinds())
    rest = html.replace(re.findall(r'id="data">[^<]*<', html)[0], "")
    assert not re.search(r"https?:|//[a-z]|@import|url\(|\bsrc=|innerHTML|eval\(|Function\(", rest)
    links = [v for k, v in Elements(html).attributes if k in ("href", "action", "srcset", "data")]
    assert links and all(link and link.startswith("#") for link in links)
    assert not any(
        name.startswith("on") or name == "style" for name, _ in Elements(html).attributes
    )


def test_the_policy_names_what_the_page_holds_and_nothing_else() -> None:
    html = page("t", "<p>b</p>", css="p { margin: 0 }", js="console.log(1)", data=[1])
    policy = re.findall(r'http-equiv="Content-Security-Policy" content="([^"]*)"', html)[0]
    scripts = re.findall(r'<script(?: type="module")?>(.*?)</script>', html, re.DOTALL)
    styles = re.findall(r"<style>(.*?)</style>", html, re.DOTALL)
    assert len(scripts) == 2 and len(styles) == 1
    for source in (*scripts, *styles):
        digest = base64.b64encode(hashlib.sha256(source.encode()).digest()).decode()
        assert f"'sha256-{digest}'" in policy
    assert policy.startswith("default-src 'none'; ") and "unsafe" not in policy
    assert unpacked(html) == [1]


def test_each_text_is_held_once() -> None:
    prompt = (Message("system", "functions " * 1000), Message("user", "question"))
    items = [
        replace(an_item(n // 2, agent=agent), messages=prompt)
        for n in range(400)
        for agent in ("plain", "calls")
    ]
    html = to_html(a_report(), items)
    data = unpacked(html)
    assert len(data["talks"]) == 1 and len(data["lists"]) == 1
    assert len(set(data["texts"])) == len(data["texts"])
    assert len(data["items"]) == 800 and len(html) < 100_000


def test_failures_come_first_then_what_has_no_verdict() -> None:
    verdicts = [True, None, False, True, False]
    data = unpacked(to_html(a_report(), [an_item(n, valid=v) for n, v in enumerate(verdicts)]))
    order = [data["texts"][item["task"]] for item in data["items"]]
    assert order == ["simple_2", "simple_4", "simple_1", "simple_0", "simple_3"]


def test_an_episode_becomes_an_item_with_its_turns() -> None:
    call = ToolCall("f", {"x": 1}, "call_1")
    task = Task("t_1", "Do it.")
    steps = (
        Step(
            Action("", (call,), raw="[f(x=1)]"), messages=(Message("tool", "5", (), "call_1", "f"),)
        ),
        Step(Action("Done.", (), raw="Done.\n")),
    )
    verdict = Verdict(
        False, "why", "because", True, agent="plain", task="t_1", category="c", trial=2
    )
    item = to_item(verdict, task, Episode("bfcl", "t_1", "plain", 2, steps=steps), ("f",))
    assert (item.agent, item.trial, item.error_type, item.lenient) == ("plain", 2, "why", True)
    assert item.answer == "Done.\n" and item.messages == task.messages
    assert [m.role for m in item.transcript] == ["assistant", "tool", "assistant"]
    data = unpacked(to_html(a_report(), [item]))
    first = data["talks"][data["items"][0]["transcript"]][0]
    assert [[data["texts"][n] for n in call] for call in first[3]] == [["f", '{"x": 1}']]


def test_one_turn_is_not_told_twice() -> None:
    said = (Message("assistant", "hi"),)
    assert "transcript" not in unpacked(to_html(a_report(), [an_item(transcript=said)]))["items"][0]


@given(st.text(st.characters(codec=None)))
def test_any_text_travels_unharmed(text: str) -> None:
    html = page(text, f"<p>{escaped(text)}</p>", data={"text": text})
    assert unpacked(html) == {"text": text}
    html.encode()  # no lone surrogates
    assert Elements(html).tags[-4:] == ["main", "p", "script", "script"]
    shown = visible(text)
    assert not any(unicodedata.category(c) in ODD for c in shown if c not in "\n\t")


def named(name: str) -> str:
    """A page on which everything is called `name`."""
    part = {"name": name, "weight": 1, "value": 1, "n": 1}
    report = a_report(
        score_row(name, name),
        title=name,
        model=name,
        notes=(name,),
        failures={name: (Example(name, 1, name, name, name, name),)},
        overall={name: (Overall(name, 0.5, (part,), name),)},
        extras={name: (Extra(name, (name,), ((name, name),), name),)},
        usage={name: {name: 1}},
    )
    return to_html(report, ())


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_names_stay_text(text: str) -> None:
    found, harmless = Elements(named(text)), Elements(named("harmless"))
    assert found.tags == harmless.tags
    assert [name for name, _ in found.attributes] == [name for name, _ in harmless.attributes]
    assert "".join(found.texts).count(visible(text)) >= 8


# ---------------------------------------------------------------------------------------------
# In a browser


def opened(browser: Browser, path: Path, items: Sequence[Item], **options: Any) -> Page:
    """The page of a report, ready."""
    fragment = options.pop("fragment", "")
    agents = dict.fromkeys(item.agent for item in items)
    rows = [score_row(agent, kind=kind) for agent in agents for kind in ("category", "group")]
    path.write_text(to_html(a_report(*rows, **options), items), encoding="utf-8")
    tab = browser.open(path, fragment=fragment)
    tab.look()
    tab.until("!document.getElementById('browser').hidden")
    return tab


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "report.html"


def count(tab: Page) -> str:
    return str(tab.js("document.getElementById('count').textContent"))


def shows(tab: Page, text: str) -> None:
    tab.until(f"document.getElementById('count').textContent === {json.dumps(text)}")


def choose(tab: Page, field: str, value: str) -> None:
    tab.js(
        f"""{{ const field = document.getElementById({json.dumps(field)});
        field.value = {json.dumps(value)};
        field.dispatchEvent(new Event("change")); }}"""
    )


def test_hostile_answers_are_shown_as_text_and_nothing_runs(browser: Browser, file: Path) -> None:
    items = [
        an_item(
            n,
            agent=text,
            category=text,
            error_type=text,
            message=text,
            answer=text,
            tools=(text,),
            messages=(Message("user", text),),
            transcript=(
                Message("assistant", text, (ToolCall(text, {text: text}),)),
                Message("tool", text, (), "1", text),
            ),
        )
        for n, text in enumerate(HOSTILE)
    ]
    tab = opened(browser, file, items, title=HOSTILE[0], model=HOSTILE[2], notes=HOSTILE)
    tab.js("document.querySelectorAll('#list summary').forEach((summary) => summary.click())")
    tab.until(f"document.querySelectorAll('.body').length === {len(HOSTILE)}")
    tab.js("document.querySelectorAll('.more').forEach((button) => button.click())")
    shown = tab.js(
        "[...document.querySelectorAll('.body')].map((b) => b.querySelector('.text').textContent)"
    )
    assert shown == [visible(text) for text in HOSTILE]
    rest = tab.js("[...document.querySelectorAll('.body')].map((body) => body.textContent)")
    for text, body in zip(HOSTILE, rest, strict=True):
        assert body.count(visible(text)) >= 6
    assert tab.js("window.pwned") is None
    assert tab.js("document.querySelectorAll('img, #list svg, #list a, main script').length") == 0
    assert tab.js("document.documentElement.scrollWidth <= innerWidth")
    assert tab.problems() == []
    tab.close()


def test_markup_that_slips_into_a_body_can_neither_run_nor_load(
    browser: Browser, file: Path
) -> None:
    (file.parent / "x.png").write_bytes(b"")
    body = (
        '<script>window.pwned = 1</script><img src="x.png" onerror="window.pwned = 2">'
        '<a id="a" href="javascript:window.pwned = 3">a</a><p style="position: fixed">p</p>'
    )
    js = "try { document.body.innerHTML = '<i>'; } catch { window.refused = true; }"
    file.write_text(page("t", body, js=js), encoding="utf-8")
    tab = browser.open(file)
    tab.click("#a")
    tab.until("window.refused")
    assert tab.js("window.pwned") is None
    assert tab.js("getComputedStyle(document.querySelector('p')).position") == "static"
    assert "Content Security Policy" in " ".join(tab.problems())
    tab.close()


def test_filters_and_search_change_what_is_shown(browser: Browser, file: Path) -> None:
    tab = opened(browser, file, items_of_all_kinds())
    assert count(tab) == "9 of 14 answers"
    tab.click("#verdicts input[value=format] + b")
    shows(tab, "3 of 14 answers")
    tab.click("#verdicts input[value=all] + b")
    shows(tab, "14 of 14 answers")
    choose(tab, "agent", "calls")
    assert count(tab) == "5 of 14 answers"
    options = "[...document.querySelectorAll('#category option')].map((o) => o.textContent)"
    assert tab.js(options) == ["all", "simple (5)", "live (0)"]
    choose(tab, "error", "error")
    assert count(tab) == "1 of 14 answers"
    assert tab.js("location.hash") == "#verdict=all&agent=calls&error=error"
    tab.click("#clear")
    shows(tab, "9 of 14 answers")
    assert tab.js("location.hash") == "" and tab.js("document.getElementById('clear').hidden")

    for query, left in (("QUESTION live", 3), ('"got 2"', 2), ("live_1", 1), ("(n=1)", 2)):
        tab.js("document.getElementById('q').value = ''; document.getElementById('q').focus()")
        tab.type(query)
        shows(tab, f"{left} of 14 answers")
    tab.type(" nowhere")
    shows(tab, "0 of 14 answers")
    assert tab.js("document.querySelectorAll('#list li').length") == 0
    assert tab.problems() == []
    tab.close()


def test_a_click_opens_an_answer_and_the_link_leads_back(browser: Browser, file: Path) -> None:
    tab = opened(browser, file, items_of_all_kinds())
    tab.click("#list li:nth-child(3) summary")
    tab.until("document.querySelector('#list li:nth-child(3) .body')")
    body = tab.js("document.querySelector('.body').textContent")
    for text in ("[get_weather(n=2)]", "expected 2 calls, got 2", "Use the tools.", "question 2"):
        assert text in body
    link = tab.js("location.hash")
    assert link == "#item=simple_2%7Cplain%7C0"
    tab.click("#list details[open] summary")
    tab.until("location.hash === ''")
    tab.close()
    tab = opened(browser, file, items_of_all_kinds(), fragment=link)
    tab.until("document.querySelector('#list li:nth-child(3) .body')")
    tab.js("location.hash = '#item=simple_1|calls|0'")  # a right one: the filters make way
    tab.until("document.querySelector('.right') && document.querySelector('.body')")
    assert count(tab) == "14 of 14 answers"
    tab.js("scrollTo(0, 0)")
    tab.click("tbody a")
    shows(tab, "6 of 14 answers")
    assert tab.js("location.hash") == "#agent=plain&category=simple&verdict=wrong"
    assert tab.js("scrollY") > 0
    assert tab.problems() == []
    tab.close()


def test_keys_move_through_answers_and_pages(browser: Browser, file: Path) -> None:
    tab = opened(browser, file, [an_item(n) for n in range(250)])
    focus = "document.activeElement.querySelector('.mono')?.textContent"
    assert tab.js("document.querySelectorAll('#list li').length") == 100
    assert not tab.js("document.getElementById('agent').checkVisibility()")  # there is one only
    for key, task in (("j", 0), ("j", 1), ("ArrowDown", 2), ("k", 1)):
        tab.press(key)
        assert tab.js(focus) == f"simple_{task}"
    tab.press("Enter")
    tab.until("document.querySelector('#list details[open] .body')")
    tab.press("/")
    assert tab.js("document.activeElement.id") == "q"
    tab.press("j")  # a letter here
    shows(tab, "0 of 250 answers")
    tab.press("Escape")
    assert tab.js("document.activeElement.id") == ""
    tab.click("#clear")
    shows(tab, "250 of 250 answers")
    tab.click("#next")
    tab.until("document.getElementById('where').textContent === 'Page 2 of 3'")
    tab.js("[...document.querySelectorAll('#list summary')].at(-1).focus()")
    tab.press("j")
    assert tab.js(focus) == "simple_200" and tab.js("location.hash") == "#page=3"
    tab.press("k")
    assert tab.js(focus) == "simple_199"
    assert tab.problems() == []
    tab.close()


def test_what_is_searched_for_is_marked(browser: Browser, file: Path) -> None:
    tab = opened(browser, file, items_of_all_kinds(), fragment="#q=question+n%3D2")
    assert count(tab) == "2 of 14 answers"
    tab.click("#list summary")
    tab.until("[...(CSS.highlights.get('hits') ?? [])].some((r) => `${r}` === 'question')")
    tab.close()


def test_long_answers_are_cut_until_asked_for(browser: Browser, file: Path) -> None:
    tab = opened(browser, file, [an_item(answer="\N{GRINNING FACE}\x00" * 200_000)])
    assert file.stat().st_size < 100_000
    tab.click("#list summary")
    tab.until("document.querySelector('.body')")
    length = "document.querySelector('.text').textContent.length"
    assert tab.js(length) < 20_000
    assert tab.js("document.querySelector('.more').textContent") == "Show all 600,000 characters"
    tab.js("document.querySelector('.more').click()")
    assert tab.js(length) == 200_000 * len(r"xx\x00")
    tab.close()


def test_the_theme_is_the_systems_or_the_chosen_one(browser: Browser, file: Path) -> None:
    tab = opened(browser, file, items_of_all_kinds())
    paper = "getComputedStyle(document.body).backgroundColor"
    light = tab.js(paper)
    tab.look(dark=True)
    tab.until(f"{paper} !== {json.dumps(light)}")  # the browser tells it in its own time
    dark = tab.js(paper)
    assert light != dark
    seen = []
    for _ in range(3):
        tab.click(".theme")
        seen.append((tab.js("document.querySelector('.theme').textContent"), tab.js(paper)))
    assert seen == [("Theme: light", light), ("Theme: dark", dark), ("Theme: auto", dark)]
    tab.click(".theme")
    tab.go(file)  # the choice is kept
    assert tab.js(paper) == light
    for _ in range(2):
        tab.click(".theme")
    tab.close()


CONTRASTS = """
(() => {
  const canvas = new OffscreenCanvas(1, 1).getContext("2d", { willReadFrequently: true });
  const rgba = (colour) => {
    canvas.clearRect(0, 0, 1, 1);
    canvas.fillStyle = colour;
    canvas.fillRect(0, 0, 1, 1);
    return [...canvas.getImageData(0, 0, 1, 1).data];
  };
  const light = ([r, g, b]) => {
    const [x, y, z] = [r, g, b].map((c) => c / 255).map(
      (c) => (c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4));
    return 0.2126 * x + 0.7152 * y + 0.0722 * z;
  };
  const paper = (element) => {
    for (let e = element; e; e = e.parentElement) {
      const colour = rgba(getComputedStyle(e).backgroundColor);
      if (colour[3] === 255) return colour;
    }
    return [255, 255, 255];
  };
  const found = [];
  for (const element of document.querySelectorAll("body *")) {
    const own = [...element.childNodes].some((n) => n.nodeType === 3 && n.data.trim());
    if (!own || !element.checkVisibility() || element.disabled) continue;
    const [a, b] = [light(rgba(getComputedStyle(element).color)), light(paper(element))];
    const ratio = (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
    if (ratio < 4.5) found.push([element.outerHTML.slice(0, 80), ratio]);
  }
  return found;
})()
"""


def test_everything_can_be_read_and_has_a_name(browser: Browser, file: Path) -> None:
    parts = ({"name": "non-live", "weight": 0.25, "value": 0.5, "n": 8},)
    tab = opened(
        browser,
        file,
        items_of_all_kinds(),
        fragment="#verdict=all",
        notes=("a note",),
        overall={"plain": (Overall("v4", 0.4321, parts),)},
        failures={"plain": (Example("wrong_count", 7, "t", "p", "a", "m"),)},
    )
    tab.js("document.querySelectorAll('summary').forEach((summary) => summary.click())")
    tab.until("document.querySelectorAll('.body').length === 14")
    for dark in (False, True):
        tab.look(dark=dark)
        assert tab.js(CONTRASTS) == []
    nodes = tab.call("Accessibility.getFullAXTree")["nodes"]
    controls = {"button", "combobox", "searchbox", "radio", "link", "textbox"}
    named = [
        (node["role"]["value"], node.get("name", {}).get("value"))
        for node in nodes
        if node.get("role", {}).get("value") in controls
    ]
    assert {role for role, _ in named} >= {"button", "combobox", "searchbox", "radio", "link"}
    assert all(name for _, name in named)
    assert tab.js("document.getElementById('count').getAttribute('aria-live')") == "polite"
    tab.close()


def test_a_phone_scrolls_one_way_and_paper_has_no_controls(browser: Browser, file: Path) -> None:
    long = an_item(77, category="a_" * 60, error_type="e_" * 60, answer="w" * 3000)
    tab = opened(browser, file, [*items_of_all_kinds(), long], title="T" * 200, model="m" * 200)
    tab.look(width=360, height=760)
    tab.js("document.querySelectorAll('summary').forEach((summary) => summary.click())")
    tab.until("document.querySelectorAll('.body').length === 10")
    assert tab.js("document.documentElement.scrollWidth") == 360
    tab.call("Emulation.setEmulatedMedia", media="print")
    assert not tab.js("document.getElementById('filters').checkVisibility()")
    assert tab.js("document.querySelector('.body').checkVisibility()")
    tab.close()


def test_an_old_browser_says_what_is_missing(browser: Browser, file: Path) -> None:
    tab = opened(browser, file, items_of_all_kinds())
    source = "delete globalThis.DecompressionStream"
    tab.call("Page.addScriptToEvaluateOnNewDocument", source=source)
    tab.go(file)
    tab.until("!document.getElementById('problem').hidden")
    assert "DecompressionStream" in tab.js("document.getElementById('problem').textContent")
    assert tab.js("document.querySelectorAll('table').length") == 2
    tab.close()


def test_what_a_call_changed_stands_behind_its_result() -> None:
    change = {"path": "a.b", "before": 1, "after": 2}
    steps = (
        Step(
            Action("[f(), g()]", raw="[f(), g()]"),
            messages=(Message("tool", "1", name="f()"), Message("tool", "2", name="g()")),
            diffs=((), (change,)),
        ),
        Step(Action("Done."), messages=(Message("user", "Thanks."),), diffs=((change,),)),
    )
    item = to_item(
        Verdict(True, agent="a", task="t"), Task("t", "go"), Episode("e", "t", "a", steps=steps)
    )
    said = [m if isinstance(m, str) else m.content for m in item.transcript]
    assert said == ["[f(), g()]", "1", "2", "a.b: 1 → 2", "Done.", "Thanks.", "a.b: 1 → 2"]
    assert "a.b: 1 → 2" in str(_data([item])["texts"])
