"""Tool environments: worlds, tasks, calls, episodes.

Once ``envs`` and Gymnasium are both imported, in either order, ``gymnasium.make`` knows the
built-in and the installed environments; none of them is imported before it is made.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from envs.common.lazy import lazy_exports
from envs.common.on_import import when_imported
from envs.plugins import register_all

if TYPE_CHECKING:
    from envs.check import check_env as check_env
    from envs.env import Snapshot as Snapshot
    from envs.env import ToolEnv as ToolEnv
    from envs.episode import Episode as Episode
    from envs.episode import Step as Step
    from envs.guards import Guards as Guards
    from envs.plugins import ids as ids
    from envs.plugins import suites as suites
    from envs.registry import make as make
    from envs.registry import make_vec as make_vec
    from envs.registry import resolve_world as resolve_world
    from envs.tools import spec_of as spec_of
    from envs.tools import tool as tool
    from envs.tools import toolkit as toolkit
    from envs.types import Action as Action
    from envs.types import Message as Message
    from envs.types import Observation as Observation
    from envs.types import Outcome as Outcome
    from envs.types import Task as Task
    from envs.types import ToolCall as ToolCall
    from envs.types import ToolError as ToolError
    from envs.types import ToolSpec as ToolSpec
    from envs.world import World as World
    from envs.world import WorldError as WorldError

__getattr__, __dir__, __all__ = lazy_exports(
    __name__,
    {
        "envs.types": [
            *("Action", "Message", "Observation", "Outcome", "Task"),
            *("ToolCall", "ToolError", "ToolSpec"),
        ],
        "envs.world": ["World", "WorldError"],
        "envs.tools": ["spec_of", "tool", "toolkit"],
        "envs.env": ["Snapshot", "ToolEnv"],
        "envs.guards": ["Guards"],
        "envs.episode": ["Episode", "Step"],
        "envs.plugins": ["ids", "suites"],
        "envs.registry": ["make", "make_vec", "resolve_world"],
        "envs.check": ["check_env"],
    },
)

when_imported("gymnasium", register_all)
