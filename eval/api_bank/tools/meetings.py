"""Meetings of everyday life, with a token; those of level 3 are in `plans`."""

from __future__ import annotations

from typing import Any

from envs.types import JSON, ToolError
from eval.api_bank.tools.accounts import AccountTools
from eval.api_bank.tools.agenda import new_key, own
from eval.api_bank.tools.base import Result, api
from eval.api_bank.tools.checks import alike_else_strict, same_end
from eval.api_bank.tools.times import TIME, read

_same_meeting = alike_else_strict("meeting_topic")


def _deleted_meeting(response: Result, truth: Result) -> bool:
    if response["output"] == truth["output"] == "success":
        raise KeyError("time")  # compares an argument that meetings do not have
    return same_end(response, truth)


class MeetingTools(AccountTools):
    """Meetings."""

    @api("AddMeeting", _same_meeting)
    def add_meeting(
        self,
        token: str,
        meeting_topic: str,
        start_time: str,
        end_time: str,
        location: str,
        attendees: list[str],
    ) -> JSON:
        """Arrange a meeting.

        Args:
            token: Token of the user.
            meeting_topic: What the meeting is about.
            start_time: When it starts, as %Y-%m-%d %H:%M:%S.
            end_time: When it ends, as %Y-%m-%d %H:%M:%S.
            location: Where it takes place.
            attendees: Who takes part.
        """
        read(start_time, TIME)
        read(end_time, TIME)
        if not meeting_topic.strip():
            raise ToolError("Meeting Topic should not be null")
        user = self.user(token)
        meetings = self.data("Meeting")
        meetings[new_key(meetings)] = {
            "username": user,
            "meeting_topic": meeting_topic,
            "start_time": start_time,
            "end_time": end_time,
            "location": location,
            "attendees": attendees,
        }
        return "success"

    @api("QueryMeeting", _same_meeting)
    def query_meeting(
        self,
        token: str,
        meeting_topic: str,
        start_time: str,
        end_time: str,
        location: str,
        attendees: list[str],
    ) -> JSON:
        """Look a meeting up, by its topic or its start.

        Args:
            token: Token of the user.
            meeting_topic: What the meeting is about.
            start_time: When it starts, as %Y-%m-%d %H:%M:%S.
            end_time: When it ends, as %Y-%m-%d %H:%M:%S.
            location: Where it takes place.
            attendees: Who takes part.
        """
        return self.data("Meeting")[self._meeting(token, meeting_topic, start_time, end_time)]

    @api("ModifyMeeting", _same_meeting)
    def modify_meeting(
        self,
        token: str,
        meeting_topic: str,
        start_time: str,
        end_time: str,
        location: str,
        attendees: list[str],
    ) -> JSON:
        """Change a meeting, found by its topic or its start.

        Args:
            token: Token of the user.
            meeting_topic: What the meeting is about from now on.
            start_time: When it starts from now on, as %Y-%m-%d %H:%M:%S.
            end_time: When it ends from now on, as %Y-%m-%d %H:%M:%S.
            location: Where it takes place.
            attendees: Who takes part.
        """
        meeting = self.data("Meeting")[self._meeting(token, meeting_topic, start_time, end_time)]
        if meeting_topic:
            meeting["meeting_topic"] = meeting_topic
        if start_time:
            meeting.update(start_time=start_time, end_time=end_time)
        return "success"

    @api("DeleteMeeting", _deleted_meeting)
    def delete_meeting(
        self,
        token: str,
        meeting_topic: str,
        start_time: str,
        end_time: str,
        location: str,
        attendees: list[str],
    ) -> JSON:
        """Cancel a meeting, found by its topic or its start.

        Args:
            token: Token of the user.
            meeting_topic: What the meeting is about.
            start_time: When it starts, as %Y-%m-%d %H:%M:%S.
            end_time: When it ends, as %Y-%m-%d %H:%M:%S.
            location: Where it takes place.
            attendees: Who takes part.
        """
        del self.data("Meeting")[self._meeting(token, meeting_topic, start_time, end_time)]
        return "success"

    def _meeting(self, token: str, topic: str, start: str, end: str) -> str:
        for time in (start, end):
            if time:
                read(time, TIME)
        if not topic.strip() and not start:
            raise ToolError("Meeting Topic and start_time should not be null both")
        user = self.user(token)

        def fits(record: dict[str, Any]) -> bool:
            return bool(record["meeting_topic"] == topic or record["start_time"] == start)

        key = own(self.data("Meeting"), user, fits)
        if key is None and topic:
            raise ToolError(f"You have no meeting about {topic}")
        if key is None:
            raise ToolError(f"You have no meeting at time : {start}")
        return key
