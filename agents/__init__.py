"""Who acts: engines that give tokens, formats of tool calls, policies, and how they play."""

from __future__ import annotations

from typing import TYPE_CHECKING

from envs.common.lazy import lazy_exports

if TYPE_CHECKING:
    from agents.engines import open_engine as open_engine
    from agents.engines.base import Capabilities as Capabilities
    from agents.engines.base import Completion as Completion
    from agents.engines.base import Constraint as Constraint
    from agents.engines.base import Engine as Engine
    from agents.engines.base import EngineError as EngineError
    from agents.engines.base import PromptTooLong as PromptTooLong
    from agents.engines.base import Request as Request
    from agents.engines.base import generate_all as generate_all
    from agents.engines.base import score_all as score_all
    from agents.engines.scripted import ScriptedEngine as ScriptedEngine
    from agents.formats import get_format as get_format
    from agents.formats.base import ToolFormat as ToolFormat
    from agents.formats.base import UnsupportedSchema as UnsupportedSchema
    from agents.policies import Agent as Agent
    from agents.policies import Decision as Decision
    from agents.policies import Policy as Policy
    from agents.policies import Sampling as Sampling

__getattr__, __dir__, __all__ = lazy_exports(
    __name__,
    {
        "agents.engines": ("open_engine",),
        "agents.engines.base": (
            "Capabilities",
            "Completion",
            "Constraint",
            "Engine",
            "EngineError",
            "PromptTooLong",
            "Request",
            "generate_all",
            "score_all",
        ),
        "agents.engines.scripted": ("ScriptedEngine",),
        "agents.formats": ("get_format",),
        "agents.formats.base": ("ToolFormat", "UnsupportedSchema"),
        "agents.policies": ("Agent", "Decision", "Policy", "Sampling"),
    },
)
