"""Step-wise tree search: candidate steps in, a tree with values and preference pairs out."""

from __future__ import annotations

from typing import TYPE_CHECKING

from envs.common.lazy import lazy_exports

if TYPE_CHECKING:
    from agents.search.agents import agent_named as agent_named
    from agents.search.config import PairConfig as PairConfig
    from agents.search.config import SearchConfig as SearchConfig
    from agents.search.config import preset as preset
    from agents.search.draw import draw_tree as draw_tree
    from agents.search.env_problem import EnvProblem as EnvProblem
    from agents.search.env_problem import ProblemConfig as ProblemConfig
    from agents.search.journal import JournaledProblem as JournaledProblem
    from agents.search.judge import Critic as Critic
    from agents.search.keys import call_key as call_key
    from agents.search.keys import text_key as text_key
    from agents.search.pairs import PairReport as PairReport
    from agents.search.pairs import PreferencePair as PreferencePair
    from agents.search.pairs import StepExample as StepExample
    from agents.search.pairs import extract_pairs as extract_pairs
    from agents.search.problem import Ask as Ask
    from agents.search.problem import Judgement as Judgement
    from agents.search.problem import Samples as Samples
    from agents.search.problem import SearchProblem as SearchProblem
    from agents.search.problem import Step as Step
    from agents.search.scheduler import Gauge as Gauge
    from agents.search.scheduler import Job as Job
    from agents.search.scheduler import Journal as Journal
    from agents.search.scheduler import Scheduler as Scheduler
    from agents.search.search import run_search as run_search
    from agents.search.search import search_waves as search_waves
    from agents.search.tree import Node as Node
    from agents.search.tree import Prompt as Prompt
    from agents.search.tree import SearchTree as SearchTree

__getattr__, __dir__, __all__ = lazy_exports(
    __name__,
    {
        "agents.search.agents": ("agent_named",),
        "agents.search.config": ("PairConfig", "SearchConfig", "preset"),
        "agents.search.draw": ("draw_tree",),
        "agents.search.env_problem": ("EnvProblem", "ProblemConfig"),
        "agents.search.journal": ("JournaledProblem",),
        "agents.search.judge": ("Critic",),
        "agents.search.keys": ("call_key", "text_key"),
        "agents.search.pairs": ("PairReport", "PreferencePair", "StepExample", "extract_pairs"),
        "agents.search.problem": ("Ask", "Judgement", "Samples", "SearchProblem", "Step"),
        "agents.search.scheduler": ("Gauge", "Job", "Journal", "Scheduler"),
        "agents.search.search": ("run_search", "search_waves"),
        "agents.search.tree": ("Node", "Prompt", "SearchTree"),
    },
)
