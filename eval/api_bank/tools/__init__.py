"""The tools of API-Bank, by level."""

from __future__ import annotations

from eval.api_bank.tools.agenda import AgendaTools
from eval.api_bank.tools.base import ToolSet
from eval.api_bank.tools.calculator import CalculatorTools
from eval.api_bank.tools.health import HealthTools
from eval.api_bank.tools.home import HomeTools
from eval.api_bank.tools.knowledge import KnowledgeTools
from eval.api_bank.tools.lookup import LookupTools, PlanLookupTools
from eval.api_bank.tools.market import MarketTools
from eval.api_bank.tools.media import MediaTools
from eval.api_bank.tools.meetings import MeetingTools
from eval.api_bank.tools.people import PeopleTools
from eval.api_bank.tools.travel import TravelTools


class EverydayTools(
    AgendaTools,
    MeetingTools,
    HealthTools,
    MarketTools,
    MediaTools,
    HomeTools,
    KnowledgeTools,
    CalculatorTools,
    LookupTools,
):
    """The 53 tools of levels 1 and 2."""


class PlanTools(TravelTools, PeopleTools, CalculatorTools, PlanLookupTools):
    """The 22 tools of level 3."""


LEVELS: dict[int, type[ToolSet]] = {1: EverydayTools, 2: EverydayTools, 3: PlanTools}
