"""Lines from a person or a pipe: completion and history where there is a terminal."""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence

from envs.common.text import visible

Complete = Callable[[str], Sequence[str]]
"""From what stands in the line to whole lines that it may become."""


class Lines:
    """Reads lines; from a pipe they are echoed, so that the transcript reads as typed."""

    def __init__(self) -> None:
        self._live = sys.stdin.isatty()
        self._complete: Complete = lambda line: ()
        self._found: list[str] = []
        if self._live:
            self._set_up()

    def ask(self, prompt: str, complete: Complete, prefill: str = "") -> str:
        """One line, without the white space around it.

        Raises:
            EOFError: there is no more.
            KeyboardInterrupt: Ctrl-C.
        """
        self._complete = complete
        if not self._live:
            line = sys.stdin.readline()
            print(f"{prompt}{visible(line.rstrip())}" if line else prompt.rstrip(), flush=True)
            if not line:
                raise EOFError
            return line.strip()
        import readline

        if prefill:
            readline.set_startup_hook(lambda: readline.insert_text(prefill))
        try:
            return input(prompt).strip()
        finally:
            readline.set_startup_hook(None)

    def _set_up(self) -> None:
        import readline

        readline.set_completer_delims("")
        readline.set_completer(self._next)
        editline = "libedit" in (readline.__doc__ or "")
        readline.parse_and_bind("bind ^I rl_complete" if editline else "tab: complete")

    def _next(self, text: str, state: int) -> str | None:
        if state == 0:
            lines = self._complete(text)
            self._found = [line for line in lines if line.startswith(text)]
        return self._found[state] if state < len(self._found) else None
