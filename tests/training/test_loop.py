"""The loop: what its file may say, how stages follow each other, and what ends it."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

import pytest

from training import loop, loop_config, loop_page, loop_report, loop_run, loop_stages, loop_text
from training.loop import Config, main
from training.loop_run import Runner
from training.loop_stages import Stage, final_scores, planned

FILE = """
model = "tiny"
rounds = 2
seed = 5

[data]
rows = 12

[collect]
alpha = 0.3
samples = 2

[score]
target = "itool/Bank-v0"
ids = ["test-pay-0"]

[test]
target = "itool/Bank-v0"
ids = ["test-pay-1"]
"""


def write(path: Path, text: str = FILE) -> Path:
    file = path / "loop.toml"
    file.write_text(text)
    return file


def plan_of(text: str, path: Path) -> tuple[Config, dict[str, Any], loop_stages.Plan]:
    rest, tables, _ = loop.from_file(["--config", str(write(path, text))])
    from envs.common.cli import parse

    config = parse(Config, rest, prog="")
    return config, tables, planned(config, tables)


def error_of(argv: list[str], capsys: Any) -> str:
    assert main(argv) == 2
    told = capsys.readouterr().err.strip().splitlines()
    assert len(told) == 1
    return told[0]


def test_the_stages_of_two_rounds(tmp_path):
    config, tables, plan = plan_of(FILE, tmp_path)
    names = [stage.name for stage in plan.stages]
    assert names == [
        "00-warmup",
        "01-score-start",
        "02-rank",
        "03-collect",
        "04-preference",
        "05-score-round-1",
        "06-rank",
        "07-collect",
        "08-preference",
        "09-score-round-2",
    ]
    stage = {s.name: s for s in plan.stages}
    assert stage["02-rank"].flags["rows"] == 12 and stage["03-collect"].flags["alpha"] == 0.3
    assert stage["02-rank"].inputs["adapter"] == (stage["00-warmup"], "adapter")
    assert stage["06-rank"].inputs["buffer"] == (stage["02-rank"], "buffer.jsonl")
    assert "rows" not in stage["06-rank"].flags
    assert stage["07-collect"].flags["seed"] == 7 and stage["03-collect"].flags["seed"] == 6
    # The reference of a round is the policy of the round before.
    assert stage["08-preference"].inputs == {
        "adapter": (stage["04-preference"], "adapter"),
        "pairs": (stage["07-collect"], ""),
    }
    taken = final_scores(config, tables, plan, 1)
    assert [s.name for s in taken] == ["10-test-start", "11-test-round-1"]
    assert taken[1].inputs["adapter"] == (stage["04-preference"], "adapter")


def test_an_environment_is_not_ranked(tmp_path):
    text = FILE.replace("rounds = 2", 'rounds = 1\nwarm_up = false\nenv = "itool/ApiTasks-v0"')
    _, _, plan = plan_of(text, tmp_path)
    kinds = [stage.kind for stage in plan.stages]
    assert kinds == ["score", "collect", "preference", "score"]
    assert plan.stages[1].flags["env"] == "itool/ApiTasks-v0" and plan.stages[1].inputs == {}
    assert plan.stages[2].inputs == {"pairs": (plan.stages[1], "")}


def test_a_key_is_what_decides_the_result(tmp_path):
    _, _, plan = plan_of(FILE, tmp_path)
    same = plan_of(FILE.replace("rounds = 2", "rounds = 1\noffline = true"), tmp_path)[2]
    assert [s.key for s in same.stages] == [s.key for s in plan.stages[:6]]
    assert len({s.key for s in plan.stages}) == len(plan.stages)
    wider = plan_of(FILE.replace("samples = 2", "samples = 3"), tmp_path)[2]
    equal = [a.key == b.key for a, b in zip(plan.stages, wider.stages, strict=True)]
    assert equal == [True] * 3 + [False] * 3 + [False] * 4


def test_the_content_of_a_file_is_part_of_a_key(tmp_path):
    rows = tmp_path / "rows.jsonl"
    text = FILE.replace("rows = 12", f'data = ["{rows}"]')
    rows.write_text("one\n")
    before = plan_of(text, tmp_path)[2].stages[0].key
    rows.write_text("two\n")
    loop_stages._hash_of.cache_clear()
    assert plan_of(text, tmp_path)[2].stages[0].key != before


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ("rounds = 2", "round = 2", "unknown setting 'round' (did you mean 'rounds'?)"),
        ("[collect]", "[colect]", "unknown table [colect] (did you mean 'collect'?)"),
        (
            "samples = 2",
            "sampels = 2",
            "[collect]: unknown field 'sampels' (did you mean 'sam",
        ),
        ("samples = 2", 'model = "x"', "[collect]: 'model' stands at the top of the file"),
        ("samples = 2", "rows = 2", "[collect]: 'rows' belongs into [data]"),
        ("samples = 2", 'buffer = "b"', "[collect]: 'buffer' is set by the loop"),
        ("samples = 2", 'samples = "many"', "[collect]: "),
        ("alpha = 0.3", "alpha = 3.0", "[collect]: --alpha 3.0"),
        ("rounds = 2", "rounds = -1", "rounds = -1: at least 0"),
        ("rounds = 2", 'engine = "scripted:x"', "cannot take on the adapters"),
        (
            "rounds = 2",
            'adapter = "nowhere"',
            "--adapter nowhere: there is no adapter_config.json in",
        ),
        ('ids = ["test-pay-1"]', 'ids = ["test-pay-0"]', "1 tasks are in [score] and in [test]"),
        ('ids = ["test-pay-1"]', 'ids = ["nope"]', "[test]: "),
        (
            'target = "itool/Bank-v0"\nids = ["test-pay-0"]',
            "",
            "[score]: target = '...' is miss",
        ),
        ("[data]", '[warmup]\nmethod = "full"\n[data]', "[warmup]: method = 'full'"),
        ("[data]", "[warmup]\nbatch_size = 0\n[data]", "[warmup]: --batch-size: at least 1"),
        ("[data]", "[warmup]\npass_tokens = 0\n[data]", "[warmup]: --pass-tokens: at least 1"),
        ("[data]", "[rank]\nslots = 0\n[data]", "[rank]: --slots 0: at least 1"),
        ("[data]", "[preference]\nbeta = 0.0\n[data]", "[preference]: --beta 0.0: has to be above"),
        ("samples = 2", "slots = 0", "[collect]: --slots 0: at least 1"),
        ("seed = 5", "seed = ", "not TOML"),
        ("[data]", "[data]\nshare = 1.0", "[data]: share = 1 keeps no row back for the rounds"),
    ],
)
def test_mistakes_are_told_before_anything_runs(tmp_path, capsys, old, new, told):
    assert old in FILE
    file = write(tmp_path, FILE.replace(old, new))
    line = error_of(["--config", str(file), "--out", str(tmp_path / "run")], capsys)
    assert line.removeprefix("error: ").removeprefix("--config ").startswith(f"{file}: ")
    assert told in line
    assert not (tmp_path / "run").exists()


def test_an_adapter_of_another_model_is_refused(tmp_path, capsys):
    folder = tmp_path / "adapter"
    folder.mkdir()
    for name in ("adapter_config.json", "adapter_model.safetensors"):
        (folder / name).write_text("{}")
    (folder / "itool.json").write_text('{"base": "another"}')
    file = write(tmp_path, FILE.replace("seed = 5", f'seed = 5\nadapter = "{folder}"'))
    line = error_of(["--config", str(file), "--out", str(tmp_path / "run")], capsys)
    assert line == f"error: {file}: --adapter {folder}: an adapter of another, not of tiny"
    assert not (tmp_path / "run").exists()


def test_tasks_that_are_searched_are_not_scored_on(tmp_path, capsys):
    text = FILE.replace("rounds = 2", 'rounds = 2\nenv = "itool/Bank-v0"')
    text = text.replace('ids = ["test-pay-0"]', 'split = "train"')
    line = error_of(["--config", str(write(tmp_path, text))], capsys)
    assert "[score]: 42 of its tasks" in line and "are searched" in line


def test_a_plan_runs_nothing(tmp_path, capsys):
    out = tmp_path / "run"
    assert main(["--config", str(write(tmp_path)), "--dry-run", "--out", str(out)]) == 0
    assert "08-preference" in capsys.readouterr().out
    assert not out.exists()


@pytest.mark.parametrize("name", ["loop-tiny", "loop-cpu", "loop-gpu"])
def test_presets_can_be_read(name):
    file = Path(__file__).resolve().parents[2] / "configs" / f"{name}.toml"
    rest, tables, where = loop.from_file(["--config", str(file)])
    from envs.common.cli import parse

    config = parse(Config, rest, prog="")
    own = {key: table for key, table in tables.items() if key not in loop_config.SCORING}
    loop_config.check_values(own, where)
    assert planned(config, tables).stages


# --- finished stages, without any model


class Place:
    """A loop's folder with stages that are written by hand."""

    def __init__(self, path: Path, text: str = FILE) -> None:
        self.path = path / "run"
        self.config, self.tables, self.plan = plan_of(text, path)
        self.runner = Runner(lambda stage: self.path / stage.name)

    def finish(self, stage: Stage, **report: Any) -> Path:
        folder = self.runner.place(stage)
        folder.mkdir(parents=True, exist_ok=True)
        (folder / "report.json").write_text(json.dumps(report))
        return folder

    def score(self, stage: Stage, right: list[bool]) -> None:
        categories = [
            {"agent": "plain", "name": "pay", "kind": "category", "asked": 4, "n": 4},
            {"agent": "plain", "name": "all", "kind": "group", "asked": 4, "n": 4},
        ]
        folder = self.finish(stage, rows=categories, usage={"plain": {"completion tokens": 9}})
        manifest = {"command": "eval.run", "target": "itool/Bank-v0", "engine": {"name": "tiny"}}
        (folder / "manifest.json").write_text(json.dumps(manifest))
        verdicts = [
            {"task": f"t{n}", "category": "pay", "agent": "plain", "valid": valid}
            for n, valid in enumerate(right)
        ]
        lines = (json.dumps(verdict) + "\n" for verdict in verdicts)
        (folder / "verdicts.jsonl").write_text("".join(lines))

    def finish_all(self, scores: list[list[bool]], pairs: int = 3) -> None:
        side = {"loss": 0.7, "margin": 0.1, "accuracy": 0.5}
        left = list(scores)
        for stage in self.plan.stages:
            if stage.kind == "score":
                self.score(stage, left.pop(0))
            elif stage.kind == "rank":
                quantiles = {"25 %": 2.0, "median": 3.0, "75 %": None}
                told = {"all rows": {"rows": 5, "quantiles": quantiles}}
                self.finish(stage, perplexity=told, tokens={"prompts": 70, "answers": 7})
            elif stage.kind == "collect":
                self.finish(
                    stage,
                    tasks={"all": 4, "searched": 4, "failed": 0},
                    pairs={"all": pairs, "with a reference answer": 0},
                    tokens={"policy": 100, "judge": 20},
                    precision=1.0,
                    kinds={"calls": {"pairs": pairs - 1}, "no calls": {"pairs": 1}},
                    **{"yield": {"tasks with a pair": 0.5}},
                )
            elif stage.kind == "preference":
                told = {"first tenth": side, "last tenth": side, "loss": "dpo", "beta": 0.1}
                self.finish(stage, **told, updates=4, tokens=500)
            else:
                self.finish(stage, updates=4, tokens=900, loss={}, order="curriculum")


GOOD, BETTER, BAD = [True, True, False, False], [True, True, True, False], [False] * 4


@pytest.mark.parametrize(
    ("scores", "chosen"),
    [([GOOD, BETTER, GOOD], 1), ([GOOD, BAD, BETTER], 2), ([GOOD, BAD, BAD], 1)],
)
def test_the_round_is_chosen_by_the_dev_score(tmp_path, scores, chosen):
    place = Place(tmp_path)
    place.finish_all(scores)
    assert loop_report.chosen_round(place.plan, place.runner) == chosen
    assert loop_report.chosen_round(place.plan, place.runner, "last") == 2


def test_the_test_score_has_no_say(tmp_path):
    place = Place(tmp_path)
    place.finish_all([GOOD, BETTER, GOOD])
    for stage in final_scores(place.config, place.tables, place.plan, 2):
        place.score(stage, [True] * 4 if stage.round == 2 else BAD)
    assert loop_report.chosen_round(place.plan, place.runner) == 1


def test_report_and_page(tmp_path):
    place = Place(tmp_path)
    place.finish_all([GOOD, BETTER, GOOD])
    taken = final_scores(place.config, place.tables, place.plan, 1)
    for stage, right in zip(taken, (BAD, GOOD), strict=True):
        place.score(stage, right)
    report = loop_report.build(place.config, place.plan, place.runner, taken, None, place.path)
    row = report["test"]["round 1"]["plain"][-1]
    assert (row["score"], row["difference"], row["won"], row["lost"]) == (0.5, 0.5, 2, 0)
    assert "difference" not in report["test"]["start"]["plain"][-1]
    assert report["rounds"][1]["search"]["tokens"] == 120
    found = {"rows": 5, "lower quartile": 2.0, "median": 3.0}  # an infinite one is left out
    assert report["rounds"][2]["perplexity"] == found
    assert [s["tokens"] for s in report["stages"]][:3] == [900, 9, 77]
    text = loop_text.to_markdown(report)
    assert "Round 1 is chosen: 50 % of 4 test tasks right, +50.0 points against the start" in text
    assert "| round 1, test | plain |" in text
    html = loop_page.to_html({**report, "model": "<b>&"})
    assert "&lt;b&gt;&amp;" in html and "<b>&" not in html
    assert html.count("<polyline") == 1 and 'href="01-score-start/' not in html
    assert json.loads(json.dumps(report)) is not None


def test_a_finished_stage_is_never_run_again(tmp_path, monkeypatch):
    place = Place(tmp_path)
    place.finish_all([GOOD] * 3)
    monkeypatch.setattr(loop_run, "_body", lambda stage: pytest.fail(stage.name))
    for stage in place.plan.stages:
        place.runner.run(stage)


def test_a_search_that_lost_too_much_is_not_finished(tmp_path):
    place = Place(tmp_path)
    stage = next(s for s in place.plan.stages if s.kind == "collect")
    place.finish(stage, tasks={"all": 100, "searched": 97, "failed": 3})
    assert place.runner.report(stage) is None
    assert Runner(place.runner.place, tolerate=0.03).report(stage) is not None


def test_a_launcher_that_fails_is_told(tmp_path):
    place = Place(tmp_path)
    stage = place.plan.stages[0]
    missing = Runner(place.runner.place, launch="no-such-launcher --x")
    with pytest.raises(loop.UserError, match="00-warmup: launch = 'no-such-launcher --x'"):
        missing.run(stage)
    failing = Runner(place.runner.place, launch=f"{sys.executable} -c 'raise SystemExit(3)'")
    with pytest.raises(loop.UserError, match="ended with exit code 3"):
        failing.run(stage)
