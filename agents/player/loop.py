"""The player's loop: a line, a command, a drawing.

What the person does wrong is one line and changes nothing; Ctrl-C comes back to the prompt; the
end of the input saves and leaves.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from rich.text import Text

from agents import views
from agents.engines.base import EngineError, PromptTooLong, run
from agents.formats import get_format
from agents.player import ask, commands, screen
from agents.player.terminal import Lines
from envs.common.errors import UserError, suggest
from envs.common.text import one_line
from envs.schema import call_errors
from envs.types import Action, ToolCall, ToolSpec
from envs.world import WorldError

if TYPE_CHECKING:
    from rich.console import Console

    from agents.player.session import Node, Session
    from agents.policies import Agent, Decision

CANCEL = "."


class Cancelled(Exception):
    """The person thought better of it."""


class Player:
    """A person at a session, with a model or without.

    Args:
        session: what is played.
        agent: the model that takes turns when asked to; ``None``: the person plays alone.
        console: where it is drawn.
        save: writes the session down and returns where.
        lines: where the person's lines come from.
    """

    def __init__(
        self,
        session: Session,
        agent: Agent | None,
        console: Console,
        save: Callable[[Session], Path],
        lines: Lines | None = None,
    ) -> None:
        self.session, self.agent, self.console = session, agent, console
        self._save, self._lines = save, lines or Lines()
        self._told = False
        self._proposed: tuple[Node, Decision] | None = None

    def play(self) -> None:
        """Play until the person leaves; the session is saved then."""
        self._note(self.session.why_not)
        who = "an empty line lets the model step; " if self.agent else "type a tool's name; "
        self._note(f"{who}? lists the commands, Tab completes")
        if not self.agent:
            self.console.print(screen.tools(self._tools))
        try:
            self._loop()
        finally:
            self._do("write")

    def _loop(self) -> None:
        interrupts = 0
        while interrupts < 2:
            try:
                line = self._lines.ask(self._prompt, self._completed)
                interrupts = 0
                if not self._do(line):
                    break
            except Cancelled:
                self._note("cancelled; nothing was done")
            except (UserError, WorldError, EngineError, PromptTooLong) as error:
                self._wrong(str(error))
            except EOFError:
                break
            except KeyboardInterrupt:
                interrupts += 1
                print()
                if interrupts < 2:
                    self._note("nothing is lost; q (or Ctrl-C again) saves and leaves")

    # --- the prompt

    @property
    def _tools(self) -> Sequence[ToolSpec]:
        return self.session.env.observation.tools

    @property
    def _prompt(self) -> str:
        session = self.session
        branch = "" if len(session.branches) == 1 else f" {one_line(session.branch)}"
        end = " (over)" if session.ended else ""
        return f"[{session.here.depth}{branch}]{end} > "

    def _completed(self, line: str) -> list[str]:
        tools = [spec.name for spec in self._tools]
        word, space, rest = line.partition(" ")
        command = commands.find(word) if space else None
        if command is None:
            return sorted(f"{name} " for name in [*commands.NAMES, *tools] if name.startswith(line))
        names = {"call": tools, "list": tools, "go": list(self.session.branches)}
        return [f"{word} {name}" for name in names.get(command.name, ()) if name.startswith(rest)]

    def _do(self, line: str) -> bool:
        """Carry a line out; whether to go on."""
        if not line:
            if self.agent is None or self.session.ended:
                self._note("? lists the commands")
                return True
            line = "step"
        word, _, rest = line.partition(" ")
        if word.startswith("!") and word != "!":
            word, rest = "!", line[1:]
        command = commands.find(word)
        if command is None:
            self._take(self._typed(line))
        elif command.model and self.agent is None:
            raise UserError(f"{command.name} needs a model: start with --step --model M")
        else:
            doing: Callable[[str], Any] = getattr(self, f"_do_{command.name.replace('-', '_')}")
            return doing(rest.strip()) is not False
        return True

    # --- turns

    def _do_call(self, name: str) -> None:
        self._take(self._filled(self._tool(name or self._asked_tool())))

    def _do_answer(self, text: str) -> None:
        text = text or self._line("reply: ")
        if not text:
            raise Cancelled
        self._take(Action(text))

    def _do_raw(self, text: str) -> None:
        action = ask.read_calls(text)
        if action is None:
            wrong = ask.why_unreadable(text) or "there is no call in it"
            action = Action(error=wrong, raw=text)
        self._take(action)

    def _do_step(self, text: str) -> None:
        for _ in range(commands.count(text)):
            decision = self._proposal()
            self._take(decision.action, decision)
            if self.session.ended:
                break

    def _do_run(self, _: str) -> None:
        while True:
            self._do_step("")
            if self.session.ended:
                break

    def _do_edit(self, _: str) -> None:
        decision = self._proposal()
        old = decision.action
        text = get_format("python").render(Action("", old.calls)) if old.calls else old.text
        if old.error is not None:
            text = old.raw or ""
        text = one_line(text)
        self._note(f"the model would: {text}")
        self._note(f"Enter takes it, {CANCEL} cancels, or write another turn")
        line = self._line("edit: ", prefill=text)
        if not line or line == text:
            self._take(old, decision)
            return
        call = ask.read_calls(line)
        if call is None and (wrong := ask.why_unreadable(line)):
            raise UserError(wrong)
        self._take(self._checked(call) if call else Action(line))

    def _proposal(self) -> Decision:
        """The model's turn here; asked for once, so that to look at it changes nothing."""
        session = self.session
        if session.ended:
            raise UserError("the episode is over; u takes a turn back, q leaves")
        if self._proposed is None or self._proposed[0] is not session.here:
            assert self.agent is not None
            acting = self.agent.act(session.env.observation, seed=session.turn_seed)
            with self.console.status("waiting for the model", spinner="line"):
                self._proposed = session.here, run(acting)
        return self._proposed[1]

    def _take(self, action: Action, decision: Decision | None = None) -> None:
        by, calls = "human", ()
        if decision is not None and self.agent is not None:
            by, calls = self.agent.name, decision.model_calls  # type: ignore[assignment]
        known = set(self.session.branches)
        node = self.session.take(action, calls, by)
        assert node.step is not None
        self.console.print(views.turn(node.depth, node.step, node.diffs))
        for name in self.session.branches.keys() - known:
            self._note(f"what was undone is kept as branch {name}")
        if self.session.ended:
            self.console.print(views.ending(self.session.episode()))

    # --- what a person writes

    def _typed(self, line: str) -> Action:
        """A line that is no command: a tool's name or calls."""
        names = [spec.name for spec in self._tools]
        if line in names:
            return self._filled(self._tool(line))
        action = ask.read_calls(line)
        if action is not None:
            return self._checked(action)
        if any(mark in line for mark in "[({<") and (wrong := ask.why_unreadable(line)):
            raise UserError(wrong)
        raise commands.unknown(line.split()[0], names)

    def _checked(self, action: Action) -> Action:
        wrong = [text for call in action.calls for text in call_errors(call, self._tools)]
        if wrong:
            raise UserError(f"{'; '.join(wrong)}; ! before it sends it all the same")
        return action

    def _tool(self, name: str) -> ToolSpec:
        for spec in self._tools:
            if spec.name == name:
                return spec
        names = [spec.name for spec in self._tools]
        raise UserError(f"no tool {name[:60]!r}{suggest(name[:60], names)}")

    def _asked_tool(self) -> str:
        self.console.print(screen.tools(self._tools))
        names = [spec.name for spec in self._tools]
        return self._line("tool: ", lambda line: names)

    def _filled(self, spec: ToolSpec) -> Action:
        """A call of a tool, its arguments asked for one by one."""
        fields = ask.fields_of(spec)
        if fields and not self._told:
            self._told = True
            self._note(f"{CANCEL} cancels, < goes back, an empty line leaves out what is optional")
        seen = ask.seen_values(self.session.env.observation.messages)
        arguments: dict[str, Any] = {}
        at, told = 0, -1
        while at < len(fields):
            field = fields[at]
            if told != at:
                self.console.print(views.Row("", Text(one_line(field.told), "dim")))
            told = at
            choices = field.choices() or seen
            text = self._line(f"  {one_line(field.name)}: ", partial(_same, choices))
            if text == "<":
                at = max(at - 1, 0)
                continue
            arguments.pop(field.name, None)
            try:
                arguments[field.name] = field.read(text)
            except ask.Missing:
                pass
            except ValueError as error:
                self._wrong(str(error))
                continue
            at += 1
        return self._checked(Action("", (ToolCall(spec.name, arguments),)))

    def _line(
        self, prompt: str, complete: Callable[[str], Sequence[str]] | None = None, prefill: str = ""
    ) -> str:
        try:
            line = self._lines.ask(prompt, complete or (lambda _: ()), prefill)
        except KeyboardInterrupt:
            print()
            raise Cancelled from None
        if line == CANCEL:
            raise Cancelled
        return line

    # --- moving

    def _do_undo(self, text: str) -> None:
        self.session.undo(commands.count(text))
        self._stands()

    def _do_redo(self, text: str) -> None:
        self.session.redo(commands.count(text))
        self._stands()

    def _do_fork(self, name: str) -> None:
        self._note(f"branch {self.session.fork(name)} begins after turn {self.session.here.depth}")

    def _do_go(self, name: str) -> None:
        self.session.switch(name)
        self._stands()

    def _do_branches(self, _: str) -> None:
        self.console.print(screen.branches(self.session))

    def _do_what_if(self, _: str) -> None:
        session = self.session
        if session.why_not or session.ended:
            session.what_if(())  # says why not
        actions = [self._alternative(letter) for letter in "AB"]
        trials = session.what_if(actions)
        self.console.print(screen.compare(trials, session.here.depth + 1, self.console))
        self._note(f"nothing was taken: still after turn {session.here.depth}")

    def _alternative(self, letter: str) -> Action:
        names = [spec.name for spec in self._tools]
        model = ", s: the model's" if self.agent else ""
        while True:
            line = self._line(f"{letter} (tool, call, a TEXT{model}): ", lambda _: names)
            try:
                if self.agent and line in ("s", "step"):
                    return self._proposal().action
                if line.startswith(("a ", "answer ")):
                    return Action(line.partition(" ")[2])
                return self._typed(line or CANCEL)
            except UserError as error:
                self._wrong(str(error))

    # --- looking

    def _do_list(self, name: str) -> None:
        self.console.print(screen.tool(self._tool(name)) if name else screen.tools(self._tools))

    def _do_view(self, _: str) -> None:
        self.console.print(screen.state(self.session.env.world.view()))

    def _do_diff(self, _: str) -> None:
        self.console.print(screen.changes(self.session.diff()))

    def _do_history(self, _: str) -> None:
        self.console.print(views.opening("so far", {}, self.session.task.messages))
        for node in self.session.path:
            assert node.step is not None
            self.console.print(views.turn(node.depth, node.step, node.diffs))

    def _do_prompt(self, _: str) -> None:
        observation = self.session.env.observation
        prompt = getattr(self.agent, "prompt", None)
        messages = prompt(observation) if prompt else observation.messages
        self.console.print(screen.conversation(messages))

    def _do_score(self, _: str) -> None:
        if self.session.ended:
            self.console.print(views.ending(self.session.episode()))
            return
        env, turns = self.session.env, self.session.here.depth
        self._note(f"turn {turns} of at most {env.max_turns}; scored when the episode ends")

    def _do_help(self, _: str) -> None:
        self.console.print(screen.help_table(self.agent is not None))

    def _do_write(self, _: str) -> None:
        self._note(f"saved: {self._save(self.session)}")

    def _do_quit(self, _: str) -> bool:
        return False

    def _stands(self) -> None:
        node = self.session.here
        last = "at the start" if node.step is None else f"after turn {node.depth}"
        self._note(f"{self.session.branch}: {last}")
        if node.step is not None:
            self.console.print(views.turn(node.depth, node.step, node.diffs))

    def _note(self, text: str) -> None:
        if text:
            self.console.print(views.note(text))

    def _wrong(self, text: str) -> None:
        self.console.print(views.Row("error", Text(one_line(text))))


def _same(choices: Sequence[str], line: str) -> Sequence[str]:
    """Whatever stands in the line, these may be meant."""
    return choices
