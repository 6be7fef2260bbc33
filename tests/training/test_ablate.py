"""The experiments: which arms there are, what they share, and what is told of them."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from test_loop import BAD, BETTER, FILE, GOOD, Place

from training import ablate, ablate_figures, ablate_report, loop, loop_run
from training.ablate import Config, Variant, main
from training.ablate_arms import arms_of
from training.loop_config import Table
from training.loop_stages import Plan, final_scores, planned

ROOT = Path(__file__).resolve().parents[2]
ABLATE = """
loop = "{loop}"
experiments = ["modules", "curriculum", "rounds", "losses", "alpha", "scale"]
most_rounds = 3
betas = [0.1, 0.3]
simpo_betas = [2.0]
learning_rates = [1e-5]
alphas = [0.1, 0.3]
scales = [6]

[arms.wide.collect]
samples = 9

[arms.wide]
seed = 6
"""


def write(path: Path, text: str = ABLATE, of: str = FILE) -> Path:
    (path / "loop.toml").write_text(of)
    file = path / "ablate.toml"
    file.write_text(text.replace("{loop}", str(path / "loop.toml")))
    return file


def variants_of(path: Path, text: str = ABLATE) -> dict[str, Variant]:
    found = ablate.variants_of(*read(write(path, text)))
    return {variant.arm.name: variant for variant in found}


def read(file: Path) -> tuple[Config, loop.Config, dict[str, Table], dict[str, Any], str]:
    from envs.common.cli import parse

    rest, own, where = ablate.from_file(["--config", str(file)])
    config = parse(Config, rest, prog="")
    return config, *ablate._loop_file(config, where), own, where


def keys(variant: Variant) -> set[str]:
    return {stage.key for stage in variant.plan.stages}


def test_the_arms(tmp_path):
    arms = variants_of(tmp_path)
    assert list(arms)[:4] == ["default", "base", "no-warm-up", "no-rounds"]
    assert [name for name in arms if name.startswith("rounds-")] == [
        "rounds-1",
        "rounds-2",
        "rounds-3",
    ]
    losses = [name for name, variant in arms.items() if variant.arm.experiment == "losses"]
    assert len(losses) == 2 * 3 + 1 and "ipo-beta0.3-lr1e-05" in losses
    assert [s.kind for s in arms["base"].plan.stages] == ["score"]
    assert "warmup" not in [s.kind for s in arms["no-warm-up"].plan.stages]
    assert arms["mixed"].tables["warmup"]["order"] == "mixed"
    assert arms["wide"].config.seed == 6 and arms["wide"].tables["collect"]["samples"] == 9


def test_what_is_the_same_is_shared(tmp_path):
    arms = variants_of(tmp_path)
    default = arms["default"]
    assert keys(arms["no-rounds"]) < keys(default)
    assert keys(arms["rounds-1"]) < keys(default) == keys(arms["rounds-2"]) < keys(arms["rounds-3"])
    # alpha 0.3 is what the loop has anyway; 0.1 parts with it at the first search.
    assert keys(arms["alpha-0.3"]) == keys(default)
    kinds = [s.kind for s in arms["alpha-0.1"].plan.stages if s.key in keys(default)]
    assert kinds == ["warmup", "score", "rank"]
    other = [s.kind for s in arms["ipo-beta0.1-lr1e-05"].plan.stages if s.key in keys(default)]
    assert other == ["warmup", "score", "rank", "collect"]
    assert keys(arms["wide"]).isdisjoint(keys(default))
    assert keys(arms["rows-6-sft"]) < keys(arms["rows-6"])
    places = {ablate.stored_as(s) for v in arms.values() for s in v.plan.stages}
    assert len(places) == len(set().union(*map(keys, arms.values())))


@pytest.mark.parametrize("name", ["ablate-tiny", "ablate-cpu"])
def test_presets_can_be_read(name, monkeypatch):
    monkeypatch.chdir(ROOT)  # they name their loop as their user does
    arms = preset_arms(name)
    assert len(arms) > 1
    changed = [arm for arm, plan in arms.items() if plan.stages != arms["default"].stages]
    assert set(arms) - set(changed) <= {"default", "rounds-2"}  # as many rounds as the loop itself


def test_the_controls_start_where_the_rounds_do(monkeypatch):
    monkeypatch.chdir(ROOT)
    arms = preset_arms("ablate-cpu")
    shared = {s.key for s in arms["default"].stages} & {s.key for s in arms["best-of-12"].stages}
    assert [s.kind for s in arms["best-of-12"].stages if s.key in shared] == ["score", "rank"]
    assert [s.kind for s in arms["fine-tuned"].stages] == ["warmup", "score"]
    adapter = arms["default"].policies[0].adapter
    assert adapter is not None
    assert arms["fine-tuned"].stages[0].flags["adapter"] == adapter


def preset_arms(name: str) -> dict[str, Plan]:
    config, base, tables, own, where = read(Path(f"configs/{name}.toml"))
    return {arm.name: planned(*arm.applied(base, tables)) for arm in arms_of(config, own, where)}


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ("most_rounds", "most_round", "unknown setting 'most_round' (did you mean 'most_rounds'?)"),
        ('"modules"', '"module"', "experiments: no 'module' (did you mean 'modules'?)"),
        ("seed = 6", "sead = 6", "[arms.wide]: unknown setting 'sead' (did you mean 'seed'?)"),
        ("[arms.wide.collect]", "[arms.wide.colect]", "[arms.wide]: unknown table 'colect'"),
        ("[arms.wide.collect]", "[arms.wide.score]", "[score] is the same for all arms"),
        ("samples = 9", "sampels = 9", "arm wide: [collect]: unknown field 'sampels'"),
        ("arms.wide", "arms.base", "two arms are called 'base'"),
        ('loop = "{loop}"', "", "which loop?"),
    ],
)
def test_mistakes_are_told_before_anything_runs(tmp_path, capsys, old, new, told):
    assert old in ABLATE
    file = write(tmp_path, ABLATE.replace(old, new))
    assert main(["--config", str(file), "--out", str(tmp_path / "run")]) == 2
    lines = capsys.readouterr().err.strip().splitlines()
    assert len(lines) == 1 and told in lines[0]
    assert not (tmp_path / "run").exists()


def test_a_plan_tells_what_is_shared(tmp_path, capsys):
    file = write(tmp_path)
    assert main(["--config", str(file), "--dry-run", "--only", "rounds", "default"]) == 0
    out = capsys.readouterr().out
    assert "4 arms of 40 stages, of which 14 are different ones" in out
    assert main(["--config", str(file), "--dry-run", "--only", "round"]) == 2
    assert "did you mean 'rounds'" in capsys.readouterr().err


def finished(variant: Variant, folder: Path, dev: list[list[bool]], test: list[bool]) -> None:
    """Write an arm's stages into the store by hand."""
    place = Place.__new__(Place)
    place.config, place.tables, place.plan = variant.config, variant.tables, variant.plan
    place.runner = ablate.runner_of(variant, folder)
    place.finish_all(dev)
    chosen = min(2, variant.config.rounds)
    for stage in final_scores(variant.config, variant.tables, variant.plan, chosen):
        place.score(stage, test if stage.round else BAD)


def test_finished_stages_are_run_for_no_arm_again(tmp_path, monkeypatch, capsys):
    arms = variants_of(tmp_path)
    run = tmp_path / "run"
    for name in ("default", "no-rounds", "rounds-1", "rounds-2"):
        finished(arms[name], run, [GOOD, BAD, BETTER][: len(arms[name].plan.policies)], GOOD)

    def ran(stage: Any) -> Any:
        raise loop.UserError("it ran")

    monkeypatch.setattr(loop_run, "_body", ran)
    asked = ["--only", "default", "no-rounds", "rounds-2", "base"]
    status = main(["--config", str(write(tmp_path)), "--out", str(run), *asked])
    told = capsys.readouterr()
    assert status == 1 and "base: 00-score-start: it ran" in told.err
    assert told.err.count("it ran") == 2  # when it stopped, and at the end
    report = json.loads((run / "report.json").read_text())
    rows = {arm["arm"]: arm for arm in report["arms"]}
    assert rows["default"]["chosen"] == 2 and rows["default"]["rows"][-1]["score"] == 0.5
    assert rows["no-rounds"]["rows"][-1]["difference"] == -0.5
    assert "base" in report["unfinished"] and "no-rounds" not in report["unfinished"]
    assert "| no-rounds | 0 | 4 |" in told.out
    assert (run / "arms" / "default" / "report.html").is_file()
    assert main(["--resume", str(run), "--only", "default"]) == 0


def test_figures_show_the_arms_that_there_are(tmp_path):
    row = {"name": "all tasks", "n": 4, "score": 0.5, "interval": [0.2, 0.8]}

    def arm(name: str, experiment: str, at: Any = None, **more: Any) -> dict[str, Any]:
        own = {"arm": name, "experiment": experiment, "at": at, "rows": [row], "parts": {}}
        return {**own, "dev": 0.5, **more}

    arms = [
        arm("default", "default"),
        arm("no-warm-up", "modules"),
        arm("no-rounds", "modules"),
        arm("easy-to-hard", "curriculum", parts={"easy": [row], "medium": [row]}),
        arm("rounds-1", "rounds", 1),
        arm("rounds-2", "rounds", 2),
        arm("dpo-a", "losses", "dpo", dev=0.1),
        arm("dpo-b", "losses", "dpo", dev=0.2),
        arm("ipo-a", "losses", "ipo"),
        arm("rows-6", "scale", 6),
    ]
    drawn = ablate_figures.draw({"arms": arms}, tmp_path)
    assert sorted(drawn.values()) == ["figure3.png", "figure4.png", "figure5.png", "figure6.png"]
    for file in drawn.values():
        assert (tmp_path / file).read_bytes().startswith(b"\x89PNG")
    named = {a["arm"]: a for a in arms}
    assert [name for name, _ in ablate_figures._losses(named)] == ["dpo-b", "ipo-a"]
    assert ablate_figures.draw({"arms": arms[:1]}, tmp_path) == {}


def test_the_report_names_what_is_not_finished(tmp_path):
    arms = variants_of(tmp_path)
    report = ablate_report.build(list(arms.values()), tmp_path / "nothing")
    assert report["arms"] == [] and len(report["unfinished"]) == len(arms)
    assert "Not finished: default, base" in ablate_report.to_markdown(report)
