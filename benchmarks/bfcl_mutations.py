"""Damaged BFCL answers, judged here and by the official package's own evaluation functions.

    python benchmarks/bfcl_mutations.py --official-python /path/to/bin/python --out result.json

Right answers are made from the truths: in all 26 variations of format sensitivity, and as the
calls of function-calling mode in all single-turn categories. Each is changed in 0 to 3 seeded ways
(values, types, names, brackets, quotes, tags, fences, cuts, ...) and judged by one process a side.
The second interpreter belongs to an environment with the official `bfcl-eval` package; third-party
modules that it lacks are stubbed, since only generation needs them.
"""

from __future__ import annotations

import argparse
import copy
import json
import random
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape, quoteattr

Calls = list[tuple[str, dict[str, Any]]]
Outcome = tuple[bool | None, str | None]

# ----------------------------------------------------------------------------- right answers


def right_calls(truth: list[dict[str, Any]], rng: random.Random) -> Calls:
    """One of the right answers; optional arguments are left out half of the time."""
    calls = []
    for expected in truth:
        ((name, parameters),) = expected.items()
        arguments = {}
        for key, acceptable in parameters.items():
            values = [value for value in acceptable if value != ""]
            if values and not ("" in acceptable and rng.random() < 0.5):
                arguments[key] = _plain(rng.choice(values), rng)
        calls.append((name, arguments))
    return calls


def _plain(value: Any, rng: random.Random) -> Any:
    """An acceptable value as a model would give it; dicts hold acceptable values themselves."""
    if isinstance(value, list):
        return [_plain(item, rng) if isinstance(item, dict) else item for item in value]
    if isinstance(value, dict):
        chosen = {key: rng.choice(items) for key, items in value.items() if items}
        return {key: item for key, item in chosen.items() if item != ""}
    return value


def spell(value: Any, spec: dict[str, Any], language: str) -> str:
    """A value as Java or JavaScript source, as models give it in a string."""
    if isinstance(value, str):
        return value
    if language == "javascript" or isinstance(value, bool):
        return json.dumps(value)
    if isinstance(value, list):
        items = ", ".join(json.dumps(item) for item in value)
        if spec["type"] == "Array":
            return f"new {spec['items']['type']}[]{{{items}}}"
        return f"new ArrayList<>(Arrays.asList({items}))"
    if isinstance(value, dict):
        puts = " ".join(f"put({json.dumps(k)}, {json.dumps(v)});" for k, v in value.items())
        return f"new HashMap<String, Object>() {{{{ {puts} }}}}"
    return f"{value}{ {'long': 'L', 'float': 'f'}.get(spec['type'], '') }"


def write(calls: Calls, return_format: str, tag: bool, rng: random.Random) -> str:
    """The text of an answer in a variation of format sensitivity."""
    if return_format == "python":
        listed = [f"{n}({', '.join(f'{k}={v!r}' for k, v in a.items())})" for n, a in calls]
        text = f"[{', '.join(listed)}]"
    elif return_format == "json":
        rows = [{"function": name, "parameters": arguments} for name, arguments in calls]
        text = json.dumps(rows, indent=rng.choice((None, None, 2)))
    else:
        text = (
            f"<functions>{''.join(_xml(*call, return_format, rng) for call in calls)}</functions>"
        )
    return f"<TOOLCALL>{text}</TOOLCALL>" if tag else text


def _xml(name: str, arguments: dict[str, Any], return_format: str, rng: random.Random) -> str:
    parts = []
    for key, value in arguments.items():
        text = value if isinstance(value, str) else repr(value)
        named = f"name={quoteattr(key)}"
        kind = f'type="{XML_TYPES[type(value)]}"'
        if return_format == "verbose_xml":
            parts.append(f"<param {named} value={quoteattr(text)} {kind}/>")
        else:
            parts.append(f"<param {named} {kind}>{escape(text)}</param>")
    inner = "".join(parts)
    if return_format == "verbose_xml" and rng.random() < 0.9:
        inner = f"<params>{inner}</params>"
    return f"<function name={quoteattr(name)}>{inner}</function>"


XML_TYPES = {
    str: "string",
    int: "integer",
    float: "float",
    bool: "boolean",
    list: "array",
    dict: "dict",
    type(None): "null",
}

# ----------------------------------------------------------------------------- mutations of calls


def _another(value: Any, rng: random.Random) -> Any:
    """A value near `value`: as right, slightly off, or of another type."""
    changed: list[Any] = [str(value), [value], {"value": value}, None, True, 0, 1.5, "", [], {}]
    if isinstance(value, str):
        changed += [value.upper(), value + ".", f"{value} ", value[:-1], value.replace(" ", "_")]
        changed += [value + "é", value.replace("'", '"'), f"<{value}&amp;>", f"{value}\n"]
    elif isinstance(value, (int, float)) and not isinstance(value, bool):
        changed += [value + 1, -value, float(value), value // 1, 10**20, float("nan")]
    elif isinstance(value, list):
        changed += [[*value, *value], value[::-1], value[:1], [str(item) for item in value]]
    elif isinstance(value, dict):
        changed += [{**value, "extra": 1}, dict(list(value.items())[1:]), list(value.items())]
    return rng.choice(changed)


def mutate_calls(calls: Calls, rng: random.Random) -> Calls:
    calls = copy.deepcopy(calls)
    if not calls:
        return [("f", {})]
    at = rng.randrange(len(calls))
    name, arguments = calls[at]
    kind = rng.choice(("value", "value", "value", "drop", "add", "name", "order", "fewer", "more"))
    if kind in ("value", "drop") and arguments:
        key = rng.choice(list(arguments))
        if kind == "value":
            arguments[key] = _another(arguments[key], rng)
        else:
            del arguments[key]
    elif kind == "add":
        arguments[rng.choice(("extra", "x-y", "", "class"))] = 1
    elif kind == "name":
        names = (name.replace(".", "_"), name + "_", name.title(), name.split(".")[-1], f"a.{name}")
        calls[at] = (rng.choice(names), arguments)
    elif kind == "order":
        rng.shuffle(calls)
    elif kind == "fewer":
        del calls[at]
    else:
        calls.append(copy.deepcopy(calls[at]))
    return calls


# ----------------------------------------------------------------------------- mutations of text

CHARACTERS = "[]{}()<>\"'`,:;=&#/\\.- \n\t\r\u00a0éA0"

REPLACED = (
    ("'", '"'), ('"', "'"), ("True", "true"), ("true", "True"), ("null", "None"), (", ", ",\n"),
    ("}", "},"), ("]", ",]"), ("[", "[["), ("[", ""), ("]", ""), ("(", "( "), ("=", ": "),
    ('"function"', '"name"'), ('"parameters"', '"arguments"'),
    ('"parameters": {', '"parameters": [{'), ('"function": "', '"function": ["'), (": {", ": 5, {"),
    ("{", "{ "), ("}]", "} ]"), ("}", "}}"), ('type="integer"', 'type="int"'),
    ('type="integer"', 'type="float"'), ('type="string"', ""), ('type="string"', 'type="dict"'),
    ('type="array"', 'type="tuple"'), ('type="array"', "type=''"), ('type="string"', 'type="null"'),
    ('type="float"', 'type="boolean"'), ('type="', 'kind="'), ("name=", "id="), ("value=", "val="),
    ("<params>", ""), ("</params>", ""), ("<param ", "<params "), ("params>", "param>"),
    ("<function ", "<Function "), ("<function ", '<function xmlns="a" '), ("</function>", ""),
    ("</param>", "<!-- c --> </param>"), ("</param>", "<b>1</b></param>"),
    ("<functions>", "<functions><functions>"), ("<functions>", "<functions >"),
    ("functions>", "calls>"), ("<functions>", "<functions><!-- c -->"),
    ("<functions>", "<functions>text"),
    ("<functions>", '<!DOCTYPE functions [<!ENTITY e "x">]><functions>'), ("&amp;", "&"),
    ("<functions>", "<functions><!DOCTYPE functions>"), (">", ">&e;"), (">", ">&#65;"), ("/>", ">"),
    (">", "><![CDATA[1]]>"), ("</functions>", "</functions></functions>"), ("/>", "/>\n  "),
    ("<TOOLCALL>", ""), ("</TOOLCALL>", ""), ("TOOLCALL", "tool_call"),
    ("<TOOLCALL>", "<TOOLCALL>```"), ("</TOOLCALL>", "</TOOLCALL></TOOLCALL>"),
    ("<TOOLCALL>", "<TOOLCALL></TOOLCALL><TOOLCALL>"), ("<TOOLCALL>", "<TOOLCALL>\n\t "),
    ("<TOOLCALL>[", "<TOOLCALL>"), ("]</TOOLCALL>", "</TOOLCALL>"),
)  # fmt: skip

AROUND = (
    ("```\n", "\n```"), ("```json\n", "\n```"), ("```xml\n", "\n```"), ("```python\n", "\n```"),
    ("Sure: ", ""), ("", "\nDone."), ("[note] ", ""), ("", " [1]"), ("", " {}]"), ("[{}] ", ""),
    ("<think>[x]</think>", ""), ("\t", "\t"), ("\ufeff", ""), ("'", "'"), ("(", ")"), ("", ";"),
    ("<TOOLCALL>", "</TOOLCALL>"), ("<functions>", "</functions>"), ("", "  # [1]"), ("{", "}"),
)  # fmt: skip


def mutate_text(text: str, rng: random.Random) -> str:
    kind = rng.choice(
        ("replace", "replace", "replace", "around", "insert", "delete", "cut", "twice")
    )
    at = rng.randrange(len(text) + 1)
    if kind == "replace":
        found = [pair for pair in REPLACED if pair[0] in text]
        if found:
            old, new = rng.choice(found)
            return text.replace(old, new, rng.choice((1, 1, -1)))
    if kind == "around":
        before, after = rng.choice(AROUND)
        return before + text + after
    if kind == "insert":
        return text[:at] + rng.choice(CHARACTERS) + text[at:]
    if kind == "delete":
        return text[:at] + text[at + rng.randint(1, 3) :]
    if kind == "cut":
        return rng.choice((text[:at], text[at:]))
    return rng.choice((text + text, f"{text}\n{text}", f"{text}, {text}"))


def mutate_answer(answer: list[Any], rng: random.Random) -> Any:
    """Damage to the answer of a server in function-calling mode."""
    if not answer:
        return rng.choice(("", "No function fits.", None, {}, [{}], "[]", "f()", ["f()"], [[]]))
    answer = copy.deepcopy(answer)
    at = rng.randrange(len(answer))
    item = answer[at]
    if not isinstance(item, dict) or not item:
        return answer[:at]
    name, arguments = next(iter(item.items()))
    if isinstance(arguments, str) and rng.random() < 0.6:
        item[name] = mutate_text(arguments, rng)
        return answer
    other: list[Any] = ["{}", "[]", "null", "5", '"{}"', "", "NaN", '{"a": NaN}', None, {}, [], 5]
    item[name] = rng.choice([*other, '{"a": 1, "a": 2}', "\ufeff{}", "[" * 3000])
    whole = [answer, answer, answer, [{"extra": "{}", **item}], item, json.dumps(answer), [answer]]
    return rng.choice([*whole, [{}], f"{name}()", [*answer, name], [{**item, "extra": "{}"}], None])


# ----------------------------------------------------------------------------- rows


def make_rows(count: int, seed: int, root: Path) -> Iterator[dict[str, Any]]:
    from eval.bfcl import data
    from eval.bfcl.categories import SINGLE_TURN, category

    rng = random.Random(seed)
    varied = data.load(root, "format_sensitivity")
    entries = {name: data.load(root, name) for name in SINGLE_TURN}
    for n in range(count):
        steps = rng.choice((0, 1, 1, 1, 2, 2, 3))
        if n % 2:
            entry = rng.choice(varied)
            config, calls = entry.config, right_calls(entry.truth or [], rng)
            assert config is not None
            before = rng.randint(0, steps)
            for _ in range(before):
                calls = mutate_calls(calls, rng)
            answer: Any = write(calls, config.return_format, config.tool_call_tag, rng)
            for _ in range(steps - before):
                answer = mutate_text(answer, rng)
            yield {"id": entry.id, "category": "format_sensitivity", "answer": answer}
            continue
        name = rng.choice(SINGLE_TURN)
        entry, underscored = rng.choice(entries[name]), rng.random() < 0.7
        calls = right_calls(entry.truth or [], rng)
        if language := category(name).language.replace("python", ""):
            specs = entry.functions[0]["parameters"]["properties"]
            calls = [(f, {k: spell(v, specs[k], language) for k, v in a.items()}) for f, a in calls]
        if underscored:
            calls = [(f.replace(".", "_"), arguments) for f, arguments in calls]
        before = rng.randint(0, steps)
        for _ in range(before):
            calls = mutate_calls(calls, rng)
        answer = [{f: json.dumps(arguments)} for f, arguments in calls]
        for _ in range(steps - before):
            answer = mutate_answer(answer, rng) if isinstance(answer, list) else answer
        yield {"id": entry.id, "category": name, "answer": answer, "underscored": underscored}


# ----------------------------------------------------------------------------- judging


def load_ours(rows: Sequence[dict[str, Any]], root: Path) -> Callable[[dict[str, Any]], Outcome]:
    from eval.bfcl.data import load
    from eval.bfcl.function_calls import judge_function_calls
    from eval.bfcl.verdict import judge

    names = {row["category"] for row in rows}
    entries = {entry.id: entry for name in names for entry in load(root, name)}

    def check(row: dict[str, Any]) -> Outcome:
        entry, answer = entries[row["id"]], row["answer"]
        args = (entry.category, entry.functions, entry.truth, answer)
        if row["category"] == "format_sensitivity":
            verdict = judge(*args, entry.config)
        else:
            verdict = judge_function_calls(*args, underscored=row["underscored"])
        return verdict.valid, verdict.error_type

    return check


def load_official(rows: Sequence[dict[str, Any]]) -> Callable[[dict[str, Any]], Outcome]:
    """The functions that the official runner calls for each answer, with a real handler."""
    import types
    from unittest.mock import MagicMock

    # The registry of models imports every vendor's client; the checker only asks it this.
    registry = types.ModuleType("bfcl_eval.constants.model_config")
    registry.MODEL_CONFIG_MAPPING = {  # type: ignore[attr-defined]
        name: types.SimpleNamespace(underscore_to_dot=name == "underscored")
        for name in ("dotted", "underscored")
    }
    sys.modules[registry.__name__] = registry
    while True:
        try:
            from bfcl_eval.constants.enums import Language, ReturnFormat
            from bfcl_eval.eval_checker import eval_runner
            from bfcl_eval.model_handler.api_inference import openai_completion
            from bfcl_eval.model_handler.utils import parse_prompt_variation_params
            from bfcl_eval.utils import load_dataset_entry, load_ground_truth_entry

            break
        except ModuleNotFoundError as error:
            if not error.name or error.name.startswith("bfcl_eval"):
                raise
            sys.modules[error.name] = MagicMock()
    entries, truths = {}, {}
    for name in {row["category"] for row in rows}:
        loaded = load_dataset_entry(name, include_language_specific_hint=False)
        entries.update((entry["id"], entry) for entry in loaded)
        if "relevance" not in name:
            answers = [row["ground_truth"] for row in load_ground_truth_entry(name)]
            truths.update(zip((entry["id"] for entry in loaded), answers, strict=True))
    prompting, calling = (
        openai_completion.OpenAICompletionsHandler.__new__(
            openai_completion.OpenAICompletionsHandler
        )
        for _ in range(2)
    )
    prompting.is_fc_model, calling.is_fc_model = False, True

    def check(row: dict[str, Any]) -> Outcome:
        id, name, answer = row["id"], row["category"], row["answer"]
        handler, model = calling, "underscored" if row.get("underscored") else "dotted"
        language, written, tag = Language.PYTHON, ReturnFormat.PYTHON, False
        if name == "format_sensitivity":
            handler = prompting
            return_format, tag, *_ = parse_prompt_variation_params(id.split(":")[1])
            written = ReturnFormat(return_format)
        elif name in ("simple_java", "simple_javascript"):
            language = Language(name.removeprefix("simple_"))
            written = ReturnFormat(language.value)
        try:
            if "relevance" in name:
                result = eval_runner._evaluate_single_relevance_entry(
                    handler, id, answer, entries[id], model, name
                )
            else:
                result = eval_runner._evaluate_single_ast_entry(
                    handler, id, answer, truths[id], entries[id], model, name,
                    language=language, return_format=written, has_tool_call_tag=tag,
                )  # fmt: skip
        except Exception:
            return None, "checker_crash"
        return result["valid"], result.get("error_type")

    return check


def serve(side: str, rows_file: str, root: Path) -> None:
    """Judge all rows; the outcomes go to stdout as JSON."""
    rows = json.loads(Path(rows_file).read_text(encoding="utf-8"))
    stdout, sys.stdout = sys.stdout, sys.stderr  # the official converters print
    check = load_ours(rows, root) if side == "ours" else load_official(rows)
    json.dump([check(row) for row in rows], stdout)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--official-python", help="interpreter with bfcl-eval")
    parser.add_argument("--count", type=int, default=2000)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--data", help="folder of the official data, for our side")
    parser.add_argument("--out", help="write the numbers to this file as JSON")
    parser.add_argument("--serve", choices=("ours", "official"), help=argparse.SUPPRESS)
    parser.add_argument("--rows", help=argparse.SUPPRESS)
    args = parser.parse_args()
    if args.serve:
        serve(args.serve, args.rows, Path(args.data or "."))
        return 0
    if not args.official_python:
        parser.error("--official-python is needed")
    from envs.common.assets import locate

    root = Path(args.data) if args.data else locate("bfcl-eval")
    rows = list(make_rows(args.count, args.seed, root))
    outcomes = []
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "rows.json"
        file.write_text(json.dumps(rows), encoding="utf-8")
        for side, python in (("ours", sys.executable), ("official", args.official_python)):
            command = [python, "-W", "ignore", __file__, "--serve", side, "--rows", str(file)]
            done = subprocess.run(
                [*command, "--data", str(root)], stdout=subprocess.PIPE, text=True, check=True
            )
            outcomes.append([tuple(outcome) for outcome in json.loads(done.stdout)])
    differing = [
        {**row, "ours": ours, "official": official}
        for row, ours, official in zip(rows, *outcomes, strict=True)
        if ours != official
    ]
    for row in differing:
        print(json.dumps(row))
    kinds = Counter(error or "right" for _, error in outcomes[1])
    for kind, n in kinds.most_common():
        print(f"{n:>6}  {kind}")
    equal = len(rows) - len(differing)
    print(f"equal: {equal:,} of {len(rows):,}, different: {len(differing)} (seed {args.seed})")
    if args.out:
        result = {"rows": len(rows), "seed": args.seed, "equal": equal, "official": kinds}
        result["differences"] = differing
        Path(args.out).write_text(json.dumps(result, indent=2) + "\n", encoding="utf-8")
    return 1 if differing else 0


if __name__ == "__main__":
    raise SystemExit(main())
