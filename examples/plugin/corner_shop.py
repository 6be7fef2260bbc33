"""A small shop as an environment: tasks, a state, two tools, a customer, a score."""

from __future__ import annotations

from collections.abc import Iterable

from envs import Action, Task, ToolCall, ToolError, World, tool

PRICES = {"bread": 3, "milk": 2, "rice": 4, "tea": 5, "eggs": 3}
WISHES = {
    "train": [("bread", "milk"), ("milk", "tea"), ("rice", "eggs")],
    "test": [("tea", "bread"), ("eggs", "rice")],
}


class CornerShop(World):
    """Fill a basket for a customer who thinks of one more thing."""

    def tasks(self) -> Iterable[Task]:
        """Each customer has a first wish and, later, a second one; `gold` fulfils both."""
        for split, customers in WISHES.items():
            for first, second in customers:
                take = [Action(calls=(ToolCall("take", {"item": i}),)) for i in (first, second)]
                gold = [take[0], Action("Anything else?"), take[1], Action("Here you are.")]
                data = {"goal": {first: 1, second: 1}, "later": [f"And {second}."]}
                yield Task(f"{first}-{second}", f"I would like {first}.", data, gold, split)

    def setup(self, task: Task) -> None:
        """Start with an empty basket; `state` is all that changes during an episode."""
        self.state = {"basket": {}, "later": task.data["later"]}

    @tool
    def price(self, item: str) -> int:
        """Look up what an item costs, in euros."""
        if item not in PRICES:
            raise ToolError(f"there is no {item} here, only {', '.join(PRICES)}")
        return PRICES[item]

    @tool
    def take(self, item: str, count: int = 1) -> dict[str, int]:
        """Put an item into the basket.

        Args:
            item: what to take.
            count: how many; a negative number puts some back.
        """
        self.price(item)
        basket: dict[str, int] = self.state["basket"]
        basket[item] = basket.get(item, 0) + count
        return basket

    def user(self, task: Task) -> str | None:
        """Say what else the customer wants; nothing more to say ends the episode."""
        later: list[str] = self.state["later"]
        return later.pop(0) if later else None

    def score(self, task: Task) -> bool:
        """See whether the basket holds what was wanted, and nothing else."""
        goal: dict[str, int] = task.data["goal"]
        return {item: n for item, n in self.state["basket"].items() if n} == goal
