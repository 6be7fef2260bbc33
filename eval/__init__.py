"""How good an agent is: suites, verdicts, reports."""

from __future__ import annotations

from typing import TYPE_CHECKING

from envs.common.lazy import lazy_exports

if TYPE_CHECKING:
    from eval.compare import RunComparison as RunComparison
    from eval.compare import compare_runs as compare_runs
    from eval.options import RunOptions as RunOptions
    from eval.paired import Comparison as Comparison
    from eval.paired import compare_verdicts as compare_verdicts
    from eval.report import Report as Report
    from eval.runner import EvalConfig as EvalConfig
    from eval.runner import evaluate as evaluate
    from eval.suite import Extra as Extra
    from eval.suite import Group as Group
    from eval.suite import Overall as Overall
    from eval.suite import Score as Score
    from eval.suite import Suite as Suite
    from eval.suite import Verdict as Verdict

__getattr__, __dir__, __all__ = lazy_exports(
    __name__,
    {
        "eval.compare": ("RunComparison", "compare_runs"),
        "eval.paired": ("Comparison", "compare_verdicts"),
        "eval.report": ("Report",),
        "eval.runner": ("EvalConfig", "evaluate"),
        "eval.options": ("RunOptions",),
        "eval.suite": ("Extra", "Group", "Overall", "Score", "Suite", "Verdict"),
    },
)
