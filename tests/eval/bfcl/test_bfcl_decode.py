from __future__ import annotations

import threading

import pytest
from hypothesis import given
from hypothesis import strategies as st

from eval.bfcl.arithmetic import MAX_SIZE
from eval.bfcl.calls import DecodeError
from eval.bfcl.categories import Language
from eval.bfcl.decode import decode
from eval.bfcl.decode_python import decode_tree
from eval.bfcl.lenient import judge_lenient
from eval.bfcl.plain_calls import read_plain
from eval.bfcl.verdict import judge

DEEP = 3000
HOSTILE = {
    "brackets": "[" * DEEP,
    "braces": "{" * DEEP,
    "calls": "f(" * DEEP,
    "nested arguments": "f(x=" * DEEP,
    "call of call": "f" + "()" * DEEP,
    "signs": f"f(x={'-' * DEEP}1)",
    "many signs": f"f(x={'-' * 100_000}1)",
    "sums": f"f(x={'1+' * DEEP}1)",
    "lambdas": f"f(x={'lambda:' * DEEP}1)",
    "conditions": f"f(x={'1 if 1 else ' * DEEP}1)",
    "attributes": f"f(x=a{'.b' * DEEP})",
    "subscripts": f"f(x=a{'[0]' * DEEP})",
    "lists": f"f(x={'[' * 195}{']' * 195})",
    "nested calls": f"f(x={'g(' * 190}{')' * 190})",
    "power tower": "f(x=9**9**9**9)",
    "power": "f(x=10**100000000)",
    "product": "f(x=2**13000*2**13000)",
    "shift": "f(x=1<<10**9)",
    "repeated text": "f(x='a'*10**10)",
    "repeated list": "f(x=10**10*[1])",
    "list of lists": "f(x=[[[0]*999]*999]*999)",
    "wide format": "f(x='%1000000000d' % 1)",
    "star format": "f(x='%*d' % (10**9, 1))",
    "long format": "f(x='%(a)s'*999 % {'a': 'x'*9999})",
    "long integer": f"f(x={'9' * 5000})",
    "long hex integer": f"f(x=0x{'f' * 5000})",
    "long hex in source": f"f(x=g(0x{'f' * 5000}))",
    "null": "f(x=\0)",
    "surrogate": "f(x='\ud800')",
    "unhashable key": "f(x={[]: 1})",
    "division by zero": "f(x=1/0)",
    "overflow": "f(x=2.0**10000)",
    "unpacked dict": "f(x={**a})",
    "set": "f(x={1})",
    "f-string": "f(x=f'{1}')",
    "attribute": "f(x=Color.RED)",
    "starred": "f(x=[*a])",
    "await": "f(x=await g)",
    "comparison": "f(x=1<2)",
    "two lists": "[f()], [g()]",
    "list of list": "[[f()]]",
    "no call": "[f(), g]",
    "name in arithmetic": "f(x=json+1)",
    "open string": "f(x='",
    "quotes": "'" * DEEP,
    "mixed quotes": "'\"" * DEEP,
    "commas": "," * DEEP,
    "words": "is " * DEEP,
    "backslashes": "\\" * DEEP,
    "byte order mark": "\ufefff(x=1)",
    "fence with language": "```python\nf(x=1)\n```",
}
DECODES_OR_NOT = (
    "long hex integer",
    "subscripts",
    "attributes",
    "lists",
    "nested calls",
    "call of call",
)
"""Where the depth that Python's parser takes depends on its version."""
DOCS = [{"name": "f", "parameters": {"properties": {"x": {"type": "any"}}, "required": []}}]


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_text_is_a_decode_error(name: str) -> None:
    try:
        decode(HOSTILE[name], "python")
    except DecodeError as error:
        assert len(str(error)) < 500
    else:
        assert name in DECODES_OR_NOT


@pytest.mark.parametrize("category", ["simple_python", "simple_java", "simple_javascript"])
@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_text_gets_a_verdict(name: str, category: str) -> None:
    for judged in (judge, judge_lenient):
        verdict = judged(category, DOCS, [{"f": {"x": [1]}}], HOSTILE[name])
        assert verdict.valid is not True or name.startswith(("byte order", "fence"))
        assert isinstance(verdict.message, str)


@given(st.text(max_size=200), st.sampled_from(["python", "java", "javascript"]))
def test_any_text_decodes_or_is_refused(text: str, language: Language) -> None:
    try:
        calls = decode(text, language)
    except DecodeError:
        return
    assert all(len(call) == 1 for call in calls)


TOKENS = ["[", "]", "{", "}", ")", ",", ":", "'k':", ";", "=", "==", "*", "**", ".", "+", "-", "#"]
WORDS = ["f(", "g.h(", "x=", "y", "word", "is", "not", "if", "for", "in", "lambda", "await", "None"]
VALUES = ["1", "-2", "3.5", "1e-3", "0x1F", "'a'", '"b c"', "f'q'", "b''", "'it\\'s'", "true", "()"]
ODD = ["\\", "\n", "\t", "é", "...", ":=", "<tag>"]
PIECES = st.sampled_from(TOKENS + WORDS + VALUES + ODD)


@given(
    st.sampled_from(["[", "[f(x=1", "[f(x=1), ", "[f(", "[f(x=[", "[Sure, "]),
    st.lists(PIECES, max_size=12),
    st.sampled_from(["", " "]),
    st.sampled_from(["]", ")]", "", "]]"]),
)
def test_the_fast_reader_agrees_with_the_syntax_tree(
    start: str, pieces: list[str], gap: str, end: str
) -> None:
    text = start + gap.join(pieces) + end
    try:
        plain = read_plain(text)
    except DecodeError:
        with pytest.raises(DecodeError):
            decode_tree(text)
        return
    if plain is not None:
        assert repr(decode_tree(text)) == repr(plain)


def test_the_fast_reader_agrees_on_well_formed_calls() -> None:
    for value in ["1", "-0", "1.50", "1e400", "'a'", '"it\'s"', "x", "[1, ['a', {}],]", "None"]:
        text = f"[f(0, a={value}, b = {{'k': {value}, }},), g.h ()]"
        assert read_plain(text) is not None
        assert repr(read_plain(text)) == repr(decode_tree(text))
    assert read_plain("[None(x=1)]") is None
    assert decode_tree("[None(x=1)]") == [{"": {"x": 1}}]
    for text in ["[f(class=1)]", "[f(a=1, 2)]", "[f(x=01)]"]:
        assert read_plain(text) is None
        with pytest.raises(DecodeError):
            decode_tree(text)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("3-2", 1),
        ("[1]*2", [1, 1]),
        ("'a'+'b'", "ab"),
        ("'%s-%d' % ('a', 5)", "a-5"),
        ("'5 * %d' % 3", "5 * 3"),
        ("200000 * 1.5", 300000.0),
        ("2**-1", 0.5),
        ("~(1+1)+0", -3),
        ("not True", -1),
        ("+1", -1),
        ("(1, 2)", (1, 2)),
        ("...", "..."),
        ("d['k']", "d['k']"),
        ("g( 1,2 )", "g(1, 2)"),
        ("g(1, k=2)", {"g": {"k": 2}}),
    ],
)
def test_values_are_read_as_the_official_decoder_does(text: str, value: object) -> None:
    assert decode(f"f(x={text})", "python") == [{"f": {"x": value}}]


def test_arithmetic_is_limited_by_size() -> None:
    assert decode(f"f(x='a'*{MAX_SIZE - 10})", "python")
    with pytest.raises(DecodeError, match="too large"):
        decode(f"f(x='a'*{MAX_SIZE + 10})", "python")


def test_parsers_work_in_threads() -> None:
    results: list[object] = []

    def work() -> None:
        for _ in range(20):
            results.append(decode("C.method(name=5, text='a');", "java"))
            results.append(decode("method(name=5, text=['a'])", "javascript"))

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(results) == 160
    assert results.count([{"C.method": {"name": "5", "text": "a"}}]) == 80
    assert results.count([{"method": {"name": "5", "text": "['a']"}}]) == 80
