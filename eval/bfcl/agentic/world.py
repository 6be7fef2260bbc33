"""Agentic BFCL entries as a world: a memory or the web to look things up in.

A question has one turn of many steps; a conversation that fills a memory has several turns. The
loop is that of multi-turn conversations, and the last message is what a question is scored by.
Which memory a task starts with is in the task: see `eval.bfcl.agentic.tasks`.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Literal

from envs.common.errors import UserError
from envs.types import JSON, Task, ToolCall, ToolSpec
from eval.bfcl.agentic.data import Entry
from eval.bfcl.agentic.memory import Content, Memories, content_of
from eval.bfcl.agentic.verdict import judge_agentic
from eval.bfcl.agentic.web import SearchBackend, WebSearchAPI
from eval.bfcl.multi_turn.steps import step_of
from eval.bfcl.multi_turn.world import Simulated


class Agentic(Simulated):
    """Asks one question, or has the conversation that fills a memory.

    Args:
        tasks: made by `eval.bfcl.agentic.tasks.TaskMaker`.
        memories: makes the memories.
        backend: who is asked in web searches.
        mode: as in `Simulated`.
    """

    def __init__(
        self,
        tasks: Sequence[Task] = (),
        *,
        memories: Memories | None = None,
        backend: SearchBackend | None = None,
        mode: Literal["prompting", "fc"] = "prompting",
    ) -> None:
        super().__init__(tasks, mode=mode)
        self._memories = memories
        self._backend = backend

    def setup(self, task: Task) -> None:
        """Make the memory with what the task says is in it.

        Raises:
            UserError: what the task takes is missing: a package, a model, a search backend.
        """
        entry: Entry = task.data["entry"]
        self.begin({entry.api: self._api(entry, task.data["content"])}, task)

    def _api(self, entry: Entry, content: Content | None) -> Any:
        if entry.backend is None:
            if self._backend is None:
                raise UserError(f"{entry.id}: a web search needs a search backend")
            return WebSearchAPI(self._backend, show_snippet=entry.show_snippet)
        if self._memories is None:
            raise UserError(f"{entry.id}: a memory needs the official package")
        return self._memories.make(entry.backend, content)

    def specs(self, task: Task) -> Sequence[ToolSpec]:
        """The functions of the memory or the web, as JSON Schema."""
        specs: Sequence[ToolSpec] = task.data["specs"]
        return specs

    def call(self, call: ToolCall) -> JSON:
        """Carry a call out, as in `Simulated`; that nobody could be asked ends the episode.

        Raises:
            ToolError: the official result is an error.
            BackendError: the search backend failed.
            MissingDependency: a page cannot be shown as wished.
        """
        try:
            return super().call(call)
        finally:
            (api,) = self.state.apis.values()
            if isinstance(api, WebSearchAPI) and api.failure:
                raise api.failure

    def score(self, task: Task) -> bool:
        """The official verdict on a question; prerequisites are not judged and always right."""
        entry: Entry = task.data["entry"]
        if entry.answers is None:
            return True
        steps = [step_of(action, self._mode) for action in self.actions]
        return judge_agentic([steps], entry.answers, self._mode).valid is True

    def content(self) -> Content:
        """What the memory holds now, as JSON; empty in web searches."""
        (api,) = self.state.apis.values()
        return content_of(api)

    def view(self) -> JSON:
        """What the memory holds."""
        return self.content()
