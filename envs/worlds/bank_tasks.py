"""The tasks of `envs.worlds.bank.Bank`, from a seeded grammar.

A kind of task is a function that fills in a draft: what the user asks, the actions that solve it
and the books they lead to. Training and test tasks come from different seeds, and no request occurs
twice.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from copy import deepcopy
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

from envs.types import Action, Message, Task, ToolCall

LIMIT = 1000
"""Most euros that one transfer moves."""
POLICY = (
    "You are the assistant of a small bank and speak with {me}. Money may leave {me}'s own "
    "accounts only, whoever receives it. One transfer moves at most {limit} euros; larger sums go "
    "in several. If something is not allowed or not possible, change nothing and say so."
)
PEOPLE = ("Ana Ruiz", "Ben Okafor", "Chloe Martin", "Dev Patel", "Eva Novak", "Finn Berg")
COMPANIES = ("City Gym", "Green Power", "Blue Rail")
DONE = Action("That is done.")


@lru_cache
def bank_tasks() -> tuple[Task, ...]:
    """Make all tasks; the same ones every time, each kind equally often."""
    return tuple(_all())


def _all() -> Iterator[Task]:
    seen: set[str] = set()
    for split, seed, each in (("train", 1, 6), ("test", 2, 3)):
        rng = random.Random(seed)
        for kind in KINDS:
            for index in range(each):
                yield _task(f"{split}-{kind.__name__.strip('_')}-{index}", split, kind, rng, seen)


@dataclass
class _Draft:
    """A task in the making; a kind fills it in."""

    rng: random.Random
    me: str
    other: str
    start: dict[str, Any]
    goal: dict[str, Any] = field(init=False)
    asks: list[str] = field(default_factory=list)
    gold: list[Action] = field(default_factory=list)
    answer: int | None = None

    def __post_init__(self) -> None:
        self.goal = {key: deepcopy(self.start[key]) for key in ("accounts", "payments")}

    def number(self, owner: str, kind: str = "checking") -> str:
        accounts: dict[str, Any] = self.start["accounts"]
        return next(n for n, a in accounts.items() if (a["owner"], a["kind"]) == (owner, kind))

    def do(self, *calls: tuple[str, dict[str, Any]]) -> None:
        self.gold.append(Action(calls=tuple(ToolCall(name, args) for name, args in calls)))

    def find(self, *owners: str) -> None:
        self.do(*(("find_accounts", {"owner": owner}) for owner in owners))

    def move(self, source: str, target: str, amount: int) -> None:
        self.do(("transfer", {"source": source, "target": target, "amount": amount}))
        self.goal["accounts"][source]["balance"] -= amount
        self.goal["accounts"][target]["balance"] += amount


def _pay(d: _Draft) -> None:
    amount = d.rng.randrange(20, 400)
    d.asks.append(f"Please send {amount} euros from my checking account to {d.other}'s.")
    d.find(d.me, d.other)
    d.move(d.number(d.me), d.number(d.other), amount)


def _large(d: _Draft) -> None:
    amount = LIMIT + d.rng.randrange(50, 900)
    d.asks.append(f"Move {amount} euros from my savings to my checking account.")
    d.find(d.me)
    for part in (LIMIT, amount - LIMIT):
        d.move(d.number(d.me, "savings"), d.number(d.me), part)


def _sweep(d: _Draft) -> None:
    mine, keep = d.number(d.me), d.rng.randrange(50, 350)
    d.asks.append(f"Leave {keep} euros in my checking account and put the rest into my savings.")
    d.find(d.me)
    d.do(("account", {"number": mine}))
    rest = d.start["accounts"][mine]["balance"] - keep
    d.move(mine, d.number(d.me, "savings"), rest)


def _refund(d: _Draft) -> None:
    mine, theirs = d.number(d.me), d.number(d.other)
    last = next(e for e in d.start["ledger"][::-1] if (e["source"], e["target"]) == (theirs, mine))
    word = d.rng.choice(("a mistake", "meant for somebody else", "not for me"))
    d.asks.append(f"The last payment that I got from {d.other} was {word}. Please send it back.")
    d.find(d.me)
    d.do(("statement", {"number": mine, "last": 20}))
    d.move(mine, theirs, last["amount"])


def _refuse(d: _Draft) -> None:
    amount = d.rng.randrange(20, 200)
    d.asks.append(f"{d.other} owes me {amount} euros. Take them from {d.other}'s checking account.")
    d.gold.append(Action(f"I am sorry, only {d.other} can have money taken from that account."))


def _question(d: _Draft) -> None:
    mine = [d.number(d.me, kind) for kind in ("checking", "savings")]
    keep = d.rng.randrange(5000, 9000)
    d.asks.append(f"How many euros am I short of {keep} if I add up both of my accounts?")
    d.find(d.me)
    d.do(*(("account", {"number": number}) for number in mine))
    d.answer = keep - sum(d.start["accounts"][number]["balance"] for number in mine)
    d.gold.append(Action(f"You are {d.answer} euros short."))


def _two(d: _Draft) -> None:
    payment = next(p for p, x in d.start["payments"].items() if x["source"] == d.number(d.me))
    company = d.start["accounts"][d.start["payments"][payment]["target"]]["owner"]
    amount = d.rng.randrange(20, 200)
    d.asks += [
        f"Cancel my scheduled payment to {company}. I had put {amount} euros aside for it.",
        f"Then send those {amount} euros to {d.other}'s checking and freeze my savings.",
    ]
    d.find(d.me)
    d.do(("payments", {"number": d.number(d.me)}))
    d.do(("cancel", {"payment": payment}))
    del d.goal["payments"][payment]
    d.gold.append(DONE)
    d.find(d.other)
    d.move(d.number(d.me), d.number(d.other), amount)
    d.do(("freeze", {"number": d.number(d.me, "savings")}))
    d.goal["accounts"][d.number(d.me, "savings")]["frozen"] = True


KINDS: tuple[Callable[[_Draft], None], ...] = (
    *(_pay, _large, _sweep, _refund, _refuse, _question, _two),
)


def _books(rng: random.Random, me: str, other: str) -> dict[str, Any]:
    """Accounts, past transfers and scheduled payments of everybody."""
    owners = [(name, kind) for name in PEOPLE for kind in ("checking", "savings")]
    owners += [(name, "checking") for name in COMPANIES]
    numbers = [f"AC-{n}" for n in rng.sample(range(100, 1000), len(owners))]
    accounts = {
        number: {
            "owner": owner,
            "kind": kind,
            "balance": rng.randrange(2000, 2400),
            "frozen": False,
        }
        for number, (owner, kind) in zip(numbers, owners, strict=True)
    }
    for account in accounts.values():
        if account["kind"] == "checking":
            account["balance"] = rng.randrange(450, 1000)
    by_owner = {a["owner"]: n for n, a in accounts.items() if a["kind"] == "checking"}
    pairs = [(me, other), (other, me), *(rng.sample(PEOPLE, 2) for _ in range(6)), (other, me)]
    ledger = [
        {
            "receipt": f"R-{rng.randrange(10_000, 100_000)}",
            "source": by_owner[source],
            "target": by_owner[target],
            "amount": rng.randrange(10, 300),
        }
        for source, target in pairs
    ]
    payments = {
        f"P-{index}": {
            "source": by_owner[name],
            "target": by_owner[rng.choice(COMPANIES)],
            "amount": rng.randrange(10, 90),
        }
        for index, name in enumerate(rng.sample(PEOPLE, len(PEOPLE)), 1)
    }
    return {"accounts": accounts, "ledger": ledger, "payments": payments}


def _task(
    id: str, split: str, kind: Callable[[_Draft], None], rng: random.Random, seen: set[str]
) -> Task:
    while True:
        me, other = rng.sample(PEOPLE, 2)
        draft = _Draft(rng, me, other, _books(rng, me, other))
        kind(draft)
        if me + draft.asks[0] not in seen:
            break
    seen.add(me + draft.asks[0])
    messages = (
        Message("system", POLICY.format(me=me, limit=LIMIT)),
        Message("user", draft.asks[0]),
    )
    data = {
        "start": draft.start,
        "goal": draft.goal,
        "asks": draft.asks[1:],
        "answer": draft.answer,
    }
    gold = draft.gold if draft.gold[-1].text else [*draft.gold, DONE]
    return Task(id, messages, data, gold, split, (kind.__name__.strip("_"),))
