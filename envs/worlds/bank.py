"""A small bank: look things up, move money, refuse what is not allowed.

Most tasks need several calls whose arguments stand in earlier results; some ask for what must be
refused, some have a second request. Money is whole euros; there is no interest and no clock. The
tasks are made in `envs.worlds.bank_tasks`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Annotated, Any

from envs.tools import tool
from envs.types import Task, ToolError
from envs.world import World
from envs.worlds.bank_tasks import LIMIT, bank_tasks

Number = Annotated[str, "account number, such as AC-123"]
Euros = Annotated[int, "whole euros"]


class Bank(World):
    """Accounts, transfers and scheduled payments of a few people and companies."""

    def tasks(self) -> Iterable[Task]:
        """42 training and 21 test tasks, each kind equally often."""
        return bank_tasks()

    def setup(self, task: Task) -> None:
        """Open the books; the environment sees to it that the task keeps its own copy."""
        self.state = {**task.data["start"], "asks": task.data["asks"]}

    def score(self, task: Task) -> dict[str, bool]:
        """Score the books, and the last reply where the task is a question."""
        parts = {"books": all(self.state[k] == v for k, v in task.data["goal"].items())}
        if (answer := task.data["answer"]) is not None:
            parts["answer"] = str(answer) in re.findall(r"\d+", self.actions[-1].text)
        return parts

    def user(self, task: Task) -> str | None:
        """Bring the next request, if there is one."""
        return self.state["asks"].pop(0) if self.state["asks"] else None

    @tool
    def find_accounts(self, owner: str) -> list[dict[str, str]]:
        """List the accounts of a person or company.

        Args:
            owner: full name, as the customer writes it.
        """
        found = [
            {"number": number, "kind": account["kind"]}
            for number, account in self.state["accounts"].items()
            if account["owner"].lower() == owner.lower()
        ]
        if not found:
            raise ToolError(f"{owner} has no account here")
        return found

    @tool
    def account(self, number: Number) -> dict[str, Any]:
        """Show owner, kind and balance of an account, and whether it is frozen."""
        if number not in self.state["accounts"]:
            raise ToolError(f"there is no account {number}")
        found: dict[str, Any] = self.state["accounts"][number]
        return found

    @tool
    def statement(self, number: Number, last: int = 5) -> list[dict[str, Any]]:
        """Show the last transfers from or to an account, the latest first."""
        self.account(number)
        entries = [e for e in self.state["ledger"] if number in (e["source"], e["target"])]
        return entries[::-1][: max(last, 0)]

    @tool
    def transfer(self, source: Number, target: Number, amount: Euros) -> str:
        """Move money from one account to another at once."""
        payer, payee = self.account(source), self.account(target)
        if source == target or not 0 < amount <= LIMIT:
            raise ToolError(f"a transfer moves 1 to {LIMIT} euros between two accounts")
        if payer["frozen"] or payee["frozen"]:
            raise ToolError("one of the accounts is frozen")
        if amount > payer["balance"]:
            raise ToolError(f"{source} holds only {payer['balance']} euros")
        payer["balance"] -= amount
        payee["balance"] += amount
        receipt = f"R-{int(self.rng.integers(10_000, 100_000))}"
        entry = {"receipt": receipt, "source": source, "target": target, "amount": amount}
        self.state["ledger"].append(entry)
        return f"done, receipt {receipt}"

    @tool
    def payments(self, number: Number) -> dict[str, dict[str, Any]]:
        """Show the scheduled payments from an account."""
        self.account(number)
        return {p: x for p, x in self.state["payments"].items() if x["source"] == number}

    @tool
    def cancel(self, payment: Annotated[str, "its id, such as P-1"]) -> str:
        """Cancel a scheduled payment."""
        if self.state["payments"].pop(payment, None) is None:
            raise ToolError(f"there is no payment {payment}")
        return "cancelled"

    @tool
    def freeze(self, number: Number, frozen: bool = True) -> str:
        """Freeze an account, so that no money moves, or make it work again."""
        self.account(number)["frozen"] = frozen
        return "frozen" if frozen else "working"
