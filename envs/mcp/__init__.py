"""Any MCP server as a world: its tools, and tasks that the user gives.

``mcp:FILE.toml`` names a file about a server wherever an environment is named; `MCPWorld` takes
the same from Python. Serving our own environments over MCP is `envs.serve`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from envs.common.lazy import lazy_exports

if TYPE_CHECKING:
    from envs.mcp.world import MCPWorld as MCPWorld

__getattr__, __dir__, __all__ = lazy_exports(__name__, {"envs.mcp.world": ["MCPWorld"]})
