"""Agendas, alarms and reminders: records of users, of which the first match counts."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from envs.types import JSON, ToolError
from eval.api_bank.tools.accounts import AccountTools
from eval.api_bank.tools.base import Result, api
from eval.api_bank.tools.checks import alike, deleted, strict
from eval.api_bank.tools.times import TIME, read

Record = dict[str, Any]

_same_agenda = alike("content", "time", "location")
_same_reminder = alike("content", "time", lower=True)


def _same_new_agenda(response: Result, truth: Result) -> bool:
    return bool(response["api_name"] == truth["api_name"]) and _same_agenda(response, truth)


def new_key(records: dict[str, Any]) -> str:
    """The number after the greatest key."""
    return str(max(map(int, records), default=-1) + 1)


def own(records: dict[str, Record], user: str, fits: Callable[[Record], bool]) -> str | None:
    """The key of the first record of a user that fits."""
    found = (key for key, r in records.items() if r["username"] == user and fits(r))
    return next(found, None)


class AgendaTools(AccountTools):
    """Agendas: a content, a time and a place."""

    @api("AddAgenda", _same_new_agenda)
    def add_agenda(self, token: str, content: str, time: str, location: str) -> JSON:
        """Put an item on a user's agenda.

        Args:
            token: Token of the user.
            content: What the item is about.
            time: When it takes place, as %Y-%m-%d %H:%M:%S.
            location: Where it takes place.
        """
        read(time, TIME)
        if not content.strip():
            raise ToolError("Content should not be null")
        user = self.user(token)
        agenda = self.data("Agenda")
        # New items are counted, old ones named: their keys never meet.
        agenda[f"added {len(agenda) + 1}"] = _agenda(user, content, time, location)
        return "success"

    @api("QueryAgenda", _same_agenda)
    def query_agenda(self, token: str, content: str, time: str, location: str) -> JSON:
        """Look an item up on a user's agenda, by its content or its time.

        Args:
            token: Token of the user.
            content: What the item is about.
            time: When it takes place, as %Y-%m-%d %H:%M:%S.
            location: Where it takes place.
        """
        key = self._agenda(token, content, time, "agenda")
        if key is None:
            raise ToolError("Error")
        return self.data("Agenda")[key]

    @api("ModifyAgenda", _same_agenda)
    def modify_agenda(self, token: str, content: str, time: str, location: str) -> JSON:
        """Change an item on a user's agenda, found by its content or its time.

        Args:
            token: Token of the user.
            content: What the item is about.
            time: Its time from now on, as %Y-%m-%d %H:%M:%S.
            location: Its place from now on.
        """
        key = self._agenda(token, content, time, "agenda")
        if key is None:
            raise ToolError("Error")
        self.data("Agenda")[key] = _agenda(self.user(token), content, time, location)
        return "success"

    @api("DeleteAgenda", deleted("time"))
    def delete_agenda(self, token: str, content: str, time: str, location: str) -> JSON:
        """Take an item off a user's agenda, found by its content or its time.

        Args:
            token: Token of the user.
            content: What the item is about.
            time: When it takes place, as %Y-%m-%d %H:%M:%S.
            location: Where it takes place.
        """
        key = self._agenda(token, content, time, "meeting")
        if key is not None:
            del self.data("Agenda")[key]
        return "success"

    def _agenda(self, token: str, content: str, time: str, what: str) -> str | None:
        """The key of the item; ``None`` where nothing at all was asked for."""
        if time:
            read(time, TIME)
        user = self.user(token)

        def fits(record: Record) -> bool:
            return bool(record["content"] == content or record["time"] == time)

        key = own(self.data("Agenda"), user, fits)
        if key is None and content:
            raise ToolError(f"You have no {what} about {content}")
        if key is None and time:
            raise ToolError(f"You have no {what} at time : {time}")
        return key

    # --- alarms

    @api("AddAlarm", strict)
    def add_alarm(self, token: str, time: str) -> JSON:
        """Set an alarm.

        Args:
            token: Token of the user.
            time: When it rings, as %Y-%m-%d %H:%M:%S.
        """
        read(time, TIME)
        user = self.user(token)
        alarms = self.data("Alarm")
        alarms[f"added {len(alarms) + 1}"] = {"username": user, "time": time}
        return "success"

    @api("QueryAlarm", strict)
    def query_alarm(self, token: str, time: str) -> JSON:
        """Look an alarm up.

        Args:
            token: Token of the user.
            time: When it rings, as %Y-%m-%d %H:%M:%S.
        """
        read(time, TIME)
        return self.data("Alarm")[self._alarm(token, time, "alarm clock")]

    @api("DeleteAlarm", strict)
    def delete_alarm(self, token: str, time: str) -> JSON:
        """Remove an alarm.

        Args:
            token: Token of the user.
            time: When it rings, as %Y-%m-%d %H:%M:%S.
        """
        read(time, TIME)
        del self.data("Alarm")[self._alarm(token, time, "alarm clock")]
        return "success"

    @api("ModifyAlarm", strict)
    def modify_alarm(self, token: str, from_time: str, to_time: str) -> JSON:
        """Move an alarm to another time.

        Args:
            token: Token of the user.
            from_time: When it rings now, as %Y-%m-%d %H:%M:%S.
            to_time: When it is to ring, as %Y-%m-%d %H:%M:%S.
        """
        read(from_time, TIME)
        read(to_time, TIME)
        self.data("Alarm")[self._alarm(token, from_time, "agenda")]["time"] = to_time
        return "success"

    def _alarm(self, token: str, time: str, what: str) -> str:
        key = own(self.data("Alarm"), self.user(token), lambda record: record["time"] == time)
        if key is None:
            raise ToolError(f"You have no {what} at time : {time}")
        return key

    # --- reminders

    @api("AddReminder", _same_reminder)
    def add_reminder(self, token: str, content: str, time: str) -> JSON:
        """Set a reminder.

        Args:
            token: Token of the user.
            content: What to be reminded of.
            time: When, as %Y-%m-%d %H:%M:%S.
        """
        _check_reminder(content, time)
        user = self.user(token)
        reminders = self.data("Reminder")
        reminders[new_key(reminders)] = {"username": user, "content": content, "time": time}
        return "success"

    @api("QueryReminder", _same_reminder)
    def query_reminder(self, token: str, content: str, time: str) -> JSON:
        """Look a reminder up, by its content or its time.

        Args:
            token: Token of the user.
            content: What it reminds of.
            time: When, as %Y-%m-%d %H:%M:%S.
        """
        return self.data("Reminder")[self._reminder(token, content, time)]

    @api("ModifyReminder", _same_reminder)
    def modify_reminder(self, token: str, content: str, time: str) -> JSON:
        """Change a reminder, found by its content or its time.

        Args:
            token: Token of the user.
            content: What it reminds of from now on.
            time: When from now on, as %Y-%m-%d %H:%M:%S.
        """
        record = self.data("Reminder")[self._reminder(token, content, time)]
        record.update(content=content, time=time)
        return "success"

    @api("DeleteReminder", deleted("time"))
    def delete_reminder(self, token: str, content: str, time: str) -> JSON:
        """Remove a reminder, found by its content or its time.

        Args:
            token: Token of the user.
            content: What it reminds of.
            time: When, as %Y-%m-%d %H:%M:%S.
        """
        del self.data("Reminder")[self._reminder(token, content, time)]
        return "success"

    def _reminder(self, token: str, content: str, time: str) -> str:
        _check_reminder(content, time)
        user = self.user(token)

        def fits(record: Record) -> bool:
            return bool(record["content"] == content or record["time"] == time)

        key = own(self.data("Reminder"), user, fits)
        if key is None:
            raise ToolError(f"You have no reminder about {content} or at time : {time}")
        return key


def _agenda(user: str, content: str, time: str, location: str) -> Record:
    return {"username": user, "content": content, "time": time, "location": location}


def _check_reminder(content: str, time: str) -> None:
    read(time, TIME)
    if not content.strip():
        raise ToolError("Content should not be null")
