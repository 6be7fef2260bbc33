"""Tasks over the simulated ticket system."""

from __future__ import annotations

from dataclasses import dataclass

from envs.types import JSON
from eval.bfcl.generated.draft import Draft
from eval.bfcl.generated.simulator import Scenario


@dataclass(frozen=True)
class Desk:
    """A queue of tickets."""

    me: str
    mine: list[dict[str, JSON]]
    """My tickets: three, all open, of different priorities below 5."""
    others: list[dict[str, JSON]]

    def scenario(self, *, logged_in: bool = True) -> Scenario:
        """The queue as its class loads it."""
        queue = sorted([*self.mine, *self.others], key=lambda ticket: ticket["id"])
        return {
            "ticket_queue": queue,
            "ticket_counter": queue[-1]["id"] + 1,
            "current_user": self.me if logged_in else None,
        }


def draw_desk(d: Draft) -> Desk:
    """Five open tickets about different things; three of them are mine."""
    me, other = d.some(d.words.people, 2)
    titles, ids = d.some(d.words.problems, 5), d.some(range(300, 9000), 5)
    priorities = [*d.some(range(1, 5), 3), *d.some(range(1, 5), 2)]
    tickets = [
        {
            "id": id,
            "title": title,
            "description": d.remark(),
            "status": "Open",
            "priority": priority,
            "created_by": owner,
        }
        for id, title, priority, owner in zip(
            ids, titles, priorities, (me, me, me, other, other), strict=True
        )
    ]
    return Desk(me, tickets[:3], tickets[3:])


def _start(d: Draft, *, logged_in: bool = True) -> Desk:
    desk = draw_desk(d)
    d.open(TicketAPI=desk.scenario(logged_in=logged_in))
    return desk


def _new_title(d: Draft, desk: Desk) -> str:
    taken = {ticket["title"] for ticket in (*desk.mine, *desk.others)}
    return str(d.pick([title for title in d.words.problems if title not in taken]))


def create(d: Draft) -> None:
    """A new ticket."""
    desk = _start(d)
    title, level = _new_title(d, desk), d.rng.randrange(2, 6)
    d.ask(
        f"[Open|Create|Please open] a ticket with the title '{title}' and priority {level}"
        "[.|, without a description.]"
    )
    d.call("create_ticket", title=title, priority=level)


def close(d: Draft) -> None:
    """A ticket is closed by its number."""
    number = d.pick(_start(d).mine)["id"]
    d.ask(f"[Close|Please close|You can close] ticket {number}.")
    d.call("close_ticket", ticket_id=number)


def show(d: Draft) -> None:
    """A ticket is shown."""
    chosen = d.pick(_start(d).mine)
    d.ask(f"[What is ticket {chosen['id']} about?|Show me ticket {chosen['id']}.]")
    d.look("get_ticket", ticket_id=chosen["id"])
    d.reply(f"Ticket {chosen['id']}: {chosen['title']}.")


def resolve(d: Draft) -> None:
    """A ticket is resolved: its number has to be looked up by its title."""
    chosen, remedy = d.pick(_start(d).mine), d.pick(d.words.remedies)
    d.ask(f"[Resolve|Please resolve] my ticket '{chosen['title']}' with the resolution '{remedy}'")
    d.call("get_user_tickets")
    d.call("resolve_ticket", ticket_id=chosen["id"], resolution=remedy)


def raise_priority(d: Draft) -> None:
    """A ticket gets another priority."""
    chosen, level = d.pick(_start(d).mine), 5
    d.ask(f"[Set|Change|Raise] the priority of ticket {chosen['id']} to {level}[.|, please.]")
    d.call("edit_ticket", ticket_id=chosen["id"], updates={"priority": level})


def log_in(d: Draft) -> None:
    """Nobody is logged in yet."""
    desk = _start(d, logged_in=False)
    title, level = _new_title(d, desk), d.rng.randrange(2, 6)
    password = f"{d.pick(d.words.folders)}{d.rng.randrange(10, 99)}"
    d.ask(
        f"[Log me in as {desk.me}|I am {desk.me}. Log me in] (password {password}) and open a "
        f"ticket '{title}' with priority {level}."
    )
    d.call("ticket_login", username=desk.me, password=password)
    d.call("create_ticket", title=title, priority=level)


def tidy(d: Draft) -> None:
    """The most urgent ticket is resolved, the least urgent one closed."""
    desk, remedy = _start(d), d.pick(d.words.remedies)
    d.ask(f"[{desk.me} here. Which tickets have I opened?|I am {desk.me}. Show all my tickets.]")
    found = d.look("get_user_tickets")
    urgent = max(found, key=lambda ticket: ticket["priority"])
    least = min(found, key=lambda ticket: ticket["priority"])
    d.reply(f"There are {len(found)}; the most urgent is '{urgent['title']}'.")
    d.ask(f"[Resolve the most urgent one|The most urgent one is solved]: '{remedy}'")
    d.call("resolve_ticket", ticket_id=urgent["id"], resolution=remedy)
    d.ask("[Close the one with the lowest priority|The one of lowest priority can be closed].")
    d.call("close_ticket", ticket_id=least["id"])
    d.ask("[Log me out|That was all, log me out].")
    d.call("logout")


def report(d: Draft) -> None:
    """A new ticket is looked at and changed."""
    desk = _start(d)
    title, text = _new_title(d, desk), d.remark()
    d.ask(f"[Open|Create] a ticket '{title}' [saying|with the description] '{text}'")
    number = d.call("create_ticket", title=title, description=text)["id"]
    level = d.rng.randrange(2, 6)
    d.ask(f"[It is more urgent than that. Set|On second thoughts, set] its priority to {level}.")
    d.call("edit_ticket", ticket_id=number, updates={"priority": level})
    chosen = d.pick(desk.mine)
    d.ask(f"And [close|you can close] ticket {chosen['id']}, then show me the new one.")
    d.call("close_ticket", ticket_id=chosen["id"])
    shown = d.look("get_ticket", ticket_id=number)
    d.reply(f"Ticket {number} is {shown['status'].lower()}, with priority {shown['priority']}.")


def which(d: Draft) -> None:
    """Which ticket, the user says only when asked."""
    desk = _start(d)
    chosen = d.pick(desk.mine)
    d.ask(f"[This is {desk.me}. Please close a ticket of mine.|{desk.me} here, close my ticket.]")
    d.ask_back("You have several. Which one shall I close?")
    d.ask(f"[It has the number|I mean number] {chosen['id']}.")
    d.call("close_ticket", ticket_id=chosen["id"])


def unclosable(d: Draft) -> None:
    """Tickets can be read and not closed."""
    chosen = d.pick(_start(d).mine)
    d.ask(f"[What is the title of ticket {chosen['id']}?|Show me ticket {chosen['id']}.]")
    title = d.look("get_ticket", ticket_id=chosen["id"])["title"]
    d.reply(f"Its title is '{title}'.")
    d.ask("[Close it, please.|Good, close it.]")
    d.refuse(
        "I am sorry, I have no tool to close tickets.",
        *("close_ticket", "resolve_ticket", "edit_ticket"),
    )


KINDS = (
    *(create, close, show, resolve, raise_priority, log_in, tidy, report),
    *(which, unclosable),
)
