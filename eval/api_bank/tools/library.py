"""What all episodes share: the initial databases, indexes over them, services, the tool search."""

from __future__ import annotations

import functools
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

from envs.state import copied
from eval.api_bank.docs import Docs
from eval.api_bank.finder import Finder
from eval.api_bank.services import Services
from eval.api_bank.tools.knowledge import Ranking
from eval.api_bank.tools.people import initial_people
from eval.api_bank.tools.travel import initial_flights, initial_stays

WRITABLE = (
    "Account",
    "Agenda",
    "Alarm",
    "Appointments",
    "BankAccounts",
    "HealthData",
    "Hotel",
    "Meeting",
    "PasswordReset",
    "Reminder",
    "Scenes",
    "TimeSwitch",
)
"""The everyday databases that tools change; all others are shared and never copied."""


@dataclass(frozen=True)
class Library:
    """What the tools of one level know. Nothing in it ever changes."""

    initial: Mapping[str, Any]
    """Every database as it is at the start."""
    writable: frozenset[str]
    """Those that tools change."""
    docs: Docs
    """The words of the tools, for `found_tool` and for prompts."""
    words: Literal["official", "own"]
    """Whose words those are; for reports."""
    finder: Finder
    services: Services

    def fresh(self) -> dict[str, Any]:
        """All databases that can change, as they are at the start; belongs to the caller."""
        return {name: copied(self.initial[name]) for name in sorted(self.writable)}

    @functools.cached_property
    def captions(self) -> Mapping[str, str]:
        """Captions of pictures by URL, of which the first counts."""
        entries = self.initial["ImageCaptioning"]
        return {entry["url"]: entry["caption"] for entry in reversed(entries)}

    @functools.cached_property
    def pages(self) -> Ranking:
        """The index of the search engine."""
        return Ranking(self.initial["SearchEngine"]["tokenized_documents"])


def private_databases() -> dict[str, Any]:
    """Everyday databases that no file holds."""
    return {
        "BankAccounts": {"test": {"password": "test", "name": "test"}},
        "PasswordReset": {},
    }


def plan_databases() -> dict[str, Any]:
    """The databases of level 3."""
    return {
        "Flights": initial_flights(),
        "Stays": initial_stays(),
        "People": initial_people(),
        "Meetings": [],
    }
