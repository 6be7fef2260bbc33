"""What a collecting run gives: pairs as ids and as text, rows for TRL, and a report.

All of it is made from the trees, in the order of the tasks, so it does not depend on the order in
which trees were finished. Precision is measured apart from the search where rows have a right
answer (`training.answers.can_be_right`): the chosen text may still become right, the rejected one
cannot.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from agents.search.marks import has_calls
from agents.search.pairs import PreferencePair, extract_pairs
from agents.search.tree import SearchTree
from envs.common.runs import RunFolder
from eval.metrics import percent
from training.answers import can_be_right, kind_of
from training.collect import Config, pair_config, read_trees
from training.searched import Subject

if TYPE_CHECKING:
    from training.render import PromptMix

PAIRS, TRL = "pairs.jsonl", "trl.jsonl"


def write(
    config: Config,
    subjects: Sequence[Subject],
    mix: PromptMix,
    folder: RunFolder,
    usage: Mapping[str, float],
    done: Mapping[str, Any],
) -> dict[str, Any]:
    """Write pairs, rows for TRL and the report of a run; the report."""
    records = read_trees(folder)
    errors = _errors(folder, records)
    totals = _Totals(config, mix)
    pairs: list[dict[str, Any]] = []
    trl: list[dict[str, Any]] = []
    for subject in subjects:
        record = records.get(subject.task.id)
        if record is None:
            continue
        where = f"{folder.path / 'trees.jsonl'}, task {subject.task.id}"
        tree = SearchTree.from_json(record["tree"], where)
        for pair in totals.add(subject, tree, record):
            own = {"model": mix.of(None).engine.name, "seed": tree.seed, "env": config.env}
            own |= {"kind": kind_of(subject.task), **totals.leanings(subject, tree, pair)}
            pairs.append({"id": f"{pair.task}/{pair.node}", **own, **pair.to_json()})
            trl.append(pair.trl_row())
    report = totals.report(len(subjects), errors)
    report |= {"engine, this session": dict(usage), "this session": dict(done)}
    folder.write_jsonl(PAIRS, iter(pairs))
    folder.write_jsonl(TRL, iter(trl))
    folder.write_json("report.json", report)
    folder.write_text("report.md", to_markdown(report))
    return report


class _Totals:
    def __init__(self, config: Config, mix: PromptMix) -> None:
        self._config, self._mix = config, mix
        self._counts: Counter[str] = Counter()
        self._dropped: Counter[str] = Counter()
        self._stops: Counter[str] = Counter()
        self._cuts: Counter[str] = Counter()
        self._kinds: dict[str, Counter[str]] = {}

    def add(
        self, subject: Subject, tree: SearchTree, record: Mapping[str, Any]
    ) -> list[PreferencePair]:
        """Count a tree; its pairs."""
        found, counts = extract_pairs(tree, pair_config(self._config)), self._counts
        right, finished = tree.verdicts()[0]
        kind = self._kinds.setdefault(kind_of(subject.task), Counter())
        kind.update(searched=1, solved=int(right > 0), pairs=len(found.pairs))
        counts.update(
            trees=1,
            finished=finished,
            right=right,
            solved=int(right > 0),
            mixed=int(0 < right < finished),
            paired=int(bool(found.pairs)),
            paired_mixed=int(bool(found.pairs) and 0 < right < finished),
            pairs=len(found.pairs),
            verified=sum(pair.verified for pair in found.pairs),
            reference=sum(pair.chosen.source != "policy" for pair in found.pairs),
            nodes=len(tree.nodes),
            merged=sum(node.merged_count - 1 for node in tree.nodes[1:]),
            policy_tokens=tree.policy_tokens,
            judge_tokens=tree.judge_tokens,
            chosen_tokens=sum(len(pair.chosen.ids) for pair in found.pairs),
            rejected_tokens=sum(len(pair.rejected.ids) for pair in found.pairs),
        )
        self._dropped.update(found.dropped)
        self._stops[tree.stop or "running"] += 1
        self._cuts.update(record.get("cuts", {}))
        for pair in found.pairs:
            self._check(subject, tree, pair)
        return found.pairs

    def leanings(
        self, subject: Subject, tree: SearchTree, pair: PreferencePair
    ) -> dict[str, str | None]:
        """What a pair says of calling at all, see `training.preference_data.PairExample`."""
        name = self._mix.of(subject.row).format.name
        chosen, rejected = (has_calls(name, text) for text, _ in _sides(tree, pair))
        does = "calls" if chosen else "no calls"
        preferred = None if chosen == rejected else does
        self._counts[f"prefer {preferred}"] += 1
        opens = None if tree.turn(tree.nodes[pair.node]) else does
        return {"prefers": preferred, "opens": opens}

    def _check(self, subject: Subject, tree: SearchTree, pair: PreferencePair) -> None:
        """Look at a pair apart from the search."""
        if subject.row is None:
            return
        chosen, rejected = (
            can_be_right(subject.row, self._mix.of(subject.row).format, text, ends=ends)
            for text, ends in _sides(tree, pair)
        )
        self._counts["checked"] += 1
        self._counts["precise"] += chosen and not rejected
        self._counts["inverted"] += rejected and not chosen

    def report(self, tasks: int, errors: Mapping[str, str]) -> dict[str, Any]:
        """The report but for what the engine did."""
        n = self._counts
        tokens = n["policy_tokens"] + n["judge_tokens"]
        return {
            "tasks": {
                "all": tasks,
                "searched": n["trees"],
                "failed": tasks - n["trees"],
                "with a right answer": n["solved"],
                "with right and wrong answers": n["mixed"],
                "with a pair": n["paired"],
            },
            "answers": {"finished": n["finished"], "right": n["right"]},
            "pairs": {
                "all": n["pairs"],
                "verified by the search": n["verified"],
                "checked apart": n["checked"],
                "of these precise": n["precise"],
                "of these inverted": n["inverted"],
                "a call to none": n["prefer calls"],
                "none to a call": n["prefer no calls"],
                "with a reference answer": n["reference"],
            },
            "kinds": {kind: dict(counts) for kind, counts in sorted(self._kinds.items())},
            "yield": {
                "tasks with a pair": _share(n["paired"], n["trees"]),
                "where right and wrong answers were found": _share(n["paired_mixed"], n["mixed"]),
            },
            "precision": _share(n["precise"], n["checked"]),
            "tokens": {
                "policy": n["policy_tokens"],
                "judge": n["judge_tokens"],
                "pairs a thousand": None if not tokens else round(1000 * n["pairs"] / tokens, 3),
                "mean length of the chosen": _mean(n["chosen_tokens"], n["pairs"]),
                "mean length of the rejected": _mean(n["rejected_tokens"], n["pairs"]),
            },
            "trees": {"nodes": n["nodes"], "merged samples": n["merged"]},
            "dropped": dict(self._dropped),
            "stops": dict(self._stops),
            "cut answers": dict(self._cuts),
            "errors": dict(list(errors.items())[:20]),
        }


def to_markdown(report: Mapping[str, Any]) -> str:
    """The report for people."""
    tasks, pairs, shares = report["tasks"], report["pairs"], report["yield"]
    lines = [
        "# Preference pairs",
        "",
        f"{pairs['all']} pairs out of {tasks['searched']} of {tasks['all']} tasks; "
        f"{_percent(shares['tasks with a pair'])} of the trees gave one, "
        f"{_percent(shares['where right and wrong answers were found'])} of those with right and "
        f"wrong answers. Precision {_percent(report['precision'])} "
        f"({pairs['checked apart']} checked apart).",
        "",
    ]
    for kind, counts in report["kinds"].items():
        lines.append(
            f"- tasks answered by {kind}: searched {counts['searched']}, with a right answer "
            f"{counts['solved']}, pairs {counts['pairs']}"
        )
    for name in (
        "tasks",
        "answers",
        "pairs",
        "tokens",
        "trees",
        "dropped",
        "stops",
        "cut answers",
        "engine, this session",
        "this session",
        "errors",
    ):
        table = {key: value for key, value in report[name].items() if value not in (0, {}, None)}
        if table:
            told = ", ".join(f"{key} {_number(value)}" for key, value in table.items())
            lines.append(f"- {name}: {told}")
    return "\n".join(lines) + "\n"


def _errors(folder: RunFolder, records: Mapping[str, Any]) -> dict[str, str]:
    """Why tasks have no tree, by task."""
    rows = folder.log("trees.jsonl").read()
    return {r["task"]: r["error"] for r in rows if "error" in r and r["task"] not in records}


def _sides(tree: SearchTree, pair: PreferencePair) -> list[tuple[str, bool]]:
    """The turns up to the end of chosen and rejected step, and whether they end there."""
    before = "".join(step.text for step in tree.turn(tree.nodes[pair.node]))
    return [(before + side.text, side.ends) for side in (pair.chosen, pair.rejected)]


def _share(part: int, whole: int) -> float | None:
    return part / whole if whole else None


def _mean(total: int, n: int) -> float | None:
    return round(total / n, 1) if n else None


def _percent(share: float | None) -> str:
    return "–" if share is None else f"{percent(share)} %"


def _number(value: Any) -> str:
    return f"{value:,}" if isinstance(value, int | float) else str(value)
