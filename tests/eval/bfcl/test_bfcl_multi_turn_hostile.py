"""Answers that try to do what no answer may: nothing runs, nothing hangs, all get a result."""

from __future__ import annotations

import random
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, Literal

import pytest

from envs.env import ToolEnv
from envs.types import Action, Outcome, ToolCall
from eval.bfcl import prompts
from eval.bfcl.multi_turn.checker import Checker
from eval.bfcl.multi_turn.data import MultiTurnEntry, load
from eval.bfcl.multi_turn.execute import execute, scope
from eval.bfcl.multi_turn.steps import Mode
from eval.bfcl.multi_turn.tasks import make_tasks
from eval.bfcl.multi_turn.world import MultiTurn

FORBIDDEN = ("exec", "open", "import", "os.", "subprocess.", "socket.", "shutil.", "ctypes.")
"""Audit events that running an answer would raise."""
HUGE = 10_000_000
ROOT = "model_eval_multi_turn_base_0_GorillaFileSystem_instance"

CODE = (
    "__import__('os').system('touch CANARY')",
    "__import__('subprocess').run(['touch', 'CANARY'])",
    "__import__('shutil').rmtree('CANARY')",
    "importlib.import_module('os').remove('CANARY')",
    "open('CANARY', 'w').write('x')",
    'exec(\'open("CANARY", "w")\')',
    "eval('1+1')",
    "compile('1', '', 'eval')",
    "getattr(copy, 'copy')(1)",
    "().__class__.__base__.__subclasses__()",
    "''.__class__.__mro__[1]",
    "inspect.currentframe().f_back",
    "globals()",
    "locals()",
    "vars()",
    "breakpoint()",
    "input()",
    "print('x', file=open('CANARY', 'w'))",
    "(lambda: open('CANARY', 'w'))()",
    "[open(x) for x in ['CANARY']]",
    "{open('CANARY') for x in [1]}",
    "{1: open('CANARY')}",
    "f'{open(chr(67))}'",
    "open('CANARY') if 1 else 2",
    "1 and open('CANARY')",
    "(y := open('CANARY'))",
    "*open('CANARY'),",
    "sum(range(10**9))",
    "ls.__func__.__globals__",
    "ls().__class__.__base__",
    f"{ROOT}.__class__",
    f"{ROOT}.__init__.__globals__['subprocess']",
    f"{ROOT}._load_scenario({{}})",
    f"{ROOT}.root.contents",
    "os.kill(1, 9)",
    "os.popen('touch CANARY')",
    "subprocess.Popen('touch CANARY')",
    "sys.exit()",
    "exit()",
    "quit()",
    "raise SystemExit",
    "import os",
    "while True: pass",
    "ls(); import os",
    "await ls()",
    "yield ls()",
)
BOMBS = (
    "10**10**10",
    "9**9**9**9",
    "2**(2**62)",
    "1 << 10**12",
    "'a' * 10**12",
    "[[]] * 10**12",
    "'%999999999d' % 1",
    "'x' * 10000 * 10000 * 10000",
    "(1,) * 10**9 * 10**9",
    "0x" + "f" * 100_000,
    "1" * 5_000,
    "-" * 50_000 + "1",
    "not " * 50_000 + "1",
    "(" * 5_000 + ")" * 5_000,
    "[" * 5_000 + "]" * 5_000,
    "{1:" * 3_000 + "1" + "}" * 3_000,
    "1" + "+1" * 50_000,
    "a" + ".a" * 50_000,
    "a" + "[0]" * 50_000,
    "a" + "()" * 50_000,
    "ls(" * 2_000 + ")" * 2_000,
    "'a' " * 30_000,
    "b'" + "\\x00" * 30_000 + "'",
    "\x00",
    "\ud800",
    "'" + "\\ud800" * 1_000 + "'",
    "'" + "sort(" * 30_000 + "'",
    "'" + "a " * 90_000 + "'",
    "'" + "a" + " " * 190_000 + "'",
    "[" + "1," * 90_000 + "]",
)
METHODS = (
    "power(base=10, exponent=10**9)",
    "power(base=9, exponent=387420489)",
    "power(9**99, 9**9)",
    "power(base=power, exponent=2)",
    "logarithm(value=2, base=10, precision=10**9)",
    "logarithm(2, 10, 1e12)",
    "square_root(number=2, precision=10**12)",
    "square_root(2, 999999999)",
    "round_number(number=5, decimal_places=-10**9)",
    "round_number(5, -999999999)",
    "multiply(a=0x" + "f" * 50_000 + ", b=0x" + "f" * 50_000 + ")",
    "mean(numbers=[1e308] * 10000)",
    "mkdir(dir_name='x' * 5000)",
    "mkdir(dir_name='__import__(\"os\")')",
    "echo(content='x; sort (rm -rf /)', file_name='kill(')",
    "echo(content='open(1) exec(2) ls(3)')",
    "grep(file_name='(a+)+$', pattern='((((')",
    "find(path='.', name='cat(')",
    "find(path='../../../../etc/passwd')",
    "cat(file_name='/etc/passwd')",
    "cd(folder='../../..')",
    "rm(file_name='/')",
    "cp(source='document', destination='document')",
    "mv(source='document', destination='document')",
)


def hostile(count: int) -> Iterator[str]:
    """Texts that are no honest answers; every kind of theirs by itself, then in each other."""
    rng = random.Random(4)
    parts = [*CODE, *BOMBS, *METHODS]
    yield from parts
    shapes = (
        "[{}]",
        "[cd(folder={})]",
        "[echo(content=[{}], file_name='x')]",
        "[echo(content={{'a': {}}})]",
        "[add(a={}, b=1)]",
        "[{}(x=1)]",
        "[ls(), {}, pwd()]",
        "[cd(folder=echo(content={}))]",
        "[echo(content='''{}''')]",
        "[ls(**{{'a': {}}})]",
        "[ls(*[{}])]",
        "```python\n{}\n```",
    )
    small = [part for part in parts if len(part) < 2_000]
    for _ in range(count - len(parts)):
        yield rng.choice(shapes).format(rng.choice(small))


@pytest.fixture(scope="module")
def heard() -> list[str]:
    """Audit events that should not be there."""
    events: list[str] = []

    def listen(event: str, arguments: tuple[Any, ...]) -> None:
        if heard_now and event.startswith(FORBIDDEN):
            events.append(f"{event} {arguments!r:.200}")

    sys.addaudithook(listen)  # for good: it does nothing while nobody listens
    return events


heard_now: list[bool] = []
"""Not empty while audit events count."""


@pytest.fixture
def listen(heard: list[str]) -> Iterator[list[str]]:
    """What has been heard; to be cleared when all is loaded."""
    heard_now.append(True)
    yield heard
    heard_now.clear()


@pytest.fixture(scope="module")
def entry(bfcl_root: Path) -> MultiTurnEntry:
    pytest.importorskip("mpmath")
    entries = load(bfcl_root, "multi_turn_base")
    return next(e for e in entries if {"GorillaFileSystem", "MathAPI"} <= {*e.classes})


Judged = Callable[[list[list[Any]], Mode], tuple[bool | None, str | None]]


@pytest.fixture
def judged(bfcl_root: Path, entry: MultiTurnEntry) -> Judged:
    checker = Checker(bfcl_root)
    checker.expected(entry)  # loads all that is loaded from files

    def judged(result: list[list[Any]], mode: Mode) -> tuple[bool | None, str | None]:
        verdict = checker.judge(entry, result, mode)
        return verdict.valid, verdict.error_type

    return judged


@pytest.mark.slow
def test_a_thousand_hostile_answers(
    entry: MultiTurnEntry,
    judged: Judged,
    listen: list[str],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.chdir(tmp_path)
    answers = list(hostile(1_000))
    assert len(answers) == 1_000
    listen.clear()
    for text in answers:
        turns: list[list[Any]] = [[text]] * len(entry.truth)
        for result, mode in (
            (turns, "prompting"),
            ([[[text]]] * len(entry.truth), "decoded"),
            ([[[{text: "{}"}, {"ls": '{"' + "x" * 20 + '": 1}'}]]] * len(entry.truth), "fc"),
        ):
            valid, error_type = judged(result, mode)  # type: ignore[arg-type]
            assert valid is False, text[:200]
            assert error_type, text[:200]
    assert listen == []
    assert list(tmp_path.iterdir()) == []


def test_every_hostile_call_has_a_typed_result(
    bfcl_root: Path, entry: MultiTurnEntry, listen: list[str]
) -> None:
    apis = Checker(bfcl_root).fresh(entry)
    names = scope(apis, f"model_eval_{entry.id}")
    listen.clear()
    for call in (*CODE, *BOMBS, *METHODS):
        result = execute(call, apis, names)
        assert isinstance(result.text, str)
        if call in CODE:
            assert result.kind != "done", call
            assert result.text.startswith("Error during execution: "), call
    assert listen == []


@pytest.mark.parametrize(
    "text",
    [
        "[echo(content='" + "a" * HUGE + "')]",
        "[echo(content=[" + "1," * (HUGE // 2) + "])]",
        "[echo(content=" + "9" * HUGE + ")]",
        "[" * HUGE,
        "ls()," * (HUGE // 5),
        "echo(content='" + "sort (" * (HUGE // 6) + "')",
    ],
    ids=["text", "list", "number", "brackets", "calls", "quoted calls"],
)
def test_ten_megabytes(judged: Judged, entry: MultiTurnEntry, text: str) -> None:
    for turns, mode in (
        ([[text]], "prompting"),
        ([[[text]]], "decoded"),
        ([[[{text: "{}"}]]], "fc"),
    ):
        valid, error_type = judged(turns * len(entry.truth), mode)  # type: ignore[arg-type]
        assert valid is False
        assert error_type


def test_directories_cannot_grow_without_end(bfcl_root: Path, entry: MultiTurnEntry) -> None:
    """Copies share what they copy, so a tree can double with every call."""
    apis = Checker(bfcl_root).fresh(entry)
    names = scope(apis, "model")
    execute("mkdir(dir_name='d0')", apis, names)
    kinds = set()
    for n in range(30):
        for call in (
            f"cp(source='d{n}', destination='e{n}')",
            f"mkdir(dir_name='d{n + 1}')",
            f"mv(source='d{n}', destination='d{n + 1}')",
            f"mv(source='e{n}', destination='d{n + 1}')",
            "find()",
        ):
            kinds.add(execute(call, apis, names).kind)
    assert kinds == {"done", "refused"}


def test_results_cannot_grow_without_end(bfcl_root: Path) -> None:
    entries = load(bfcl_root, "multi_turn_base")
    entry = next(e for e in entries if "TwitterAPI" in e.classes)
    apis = Checker(bfcl_root).fresh(entry)
    apis["TwitterAPI"].authenticated = True
    names = scope(apis, "model")
    call = "comment(tweet_id=0, comment_content=[get_tweet_comments(tweet_id=0)]*1)"
    double = "comment(tweet_id=0, comment_content=[get_tweet_comments(0), get_tweet_comments(0)])"
    kinds = [execute(double, apis, names).kind for _ in range(60)]
    assert kinds[0] == "done"
    assert kinds[-1] == "refused"
    assert execute(call, apis, names).kind == "refused"


@pytest.mark.parametrize("mode", ["prompting", "fc"])
def test_the_environment_takes_hostile_answers(
    bfcl_root: Path, entry: MultiTurnEntry, mode: Literal["prompting", "fc"]
) -> None:
    (task,) = make_tasks([entry], prompts.load(bfcl_root), mode)
    env = ToolEnv(MultiTurn(Checker(bfcl_root), mode=mode), diffs=True)
    env.reset(seed=0, options={"task": task})
    for text in (*CODE, *BOMBS, *METHODS):
        if env.ended:
            env.reset(seed=0, options={"task": task})
        calls = (ToolCall(text, {"x": text, text: 1}),) if mode == "fc" else ()
        env.step(Action(text, calls, raw=text))
        env.restore(env.snapshot())
        assert env.state_hash()
    assert env.outcome is not Outcome.ERROR
