"""Level 3: people, their posts, films, work, meetings and accounts."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from envs.types import JSON, ToolError
from eval.api_bank.tools.base import Result, ToolSet, api
from eval.api_bank.tools.checks import alike_else_strict
from eval.api_bank.tools.named import same_name, table
from eval.api_bank.tools.times import TIME, read

FILMS = {
    "Action": ("The Dark Knight", "The Matrix", "The Lord of the Rings"),
    "Comedy": ("The Hangover", "Knives Out", "Deadpool"),
    "Drama": ("The Shawshank Redemption", "Forrest Gump", "Joker"),
    "Romance": ("Titanic", "La La Land", "The Notebook"),
    "Thriller": ("Inception", "Parasite", "Get Out"),
}
TASTES = {
    "John": ("Action", "Comedy", "Drama"),
    "Mary": ("Comedy", "Drama", "Romance"),
    "Peter": ("Action", "Drama", "Thriller"),
    "Tom": ("Action", "Comedy", "Drama"),
    "Jerry": ("Comedy", "Drama", "Romance"),
}
WATCHED = {
    **dict.fromkeys(
        ("John", "Peter", "Jerry"), ("The Matrix", "The Lord of the Rings", "The Dark Knight")
    ),
    **dict.fromkeys(("Mary", "Tom"), ("The Lord of the Rings", "The Dark Knight", "The Matrix")),
}
MEMBERS = {
    "Alibaba": ("John", "Mary", "Peter"),
    "Tencent": ("Tom", "Jerry"),
    "Baidu": ("Jack", "Rose"),
    "ByteDance": ("Bob", "Alice"),
    "JD": ("Mike", "Jane"),
}
STATUS = {
    **dict.fromkeys(("Peter", "Jack", "Rose", "Mike", "Jane"), "Working from office"),
    **dict.fromkeys(("Mary", "Jerry", "Alice"), "Working from home"),
    **dict.fromkeys(("John", "Tom", "Bob"), "Traveling"),
}
SALARIES = {
    "Financial Analyst": 100000,
    "Software Engineer": 120000,
    "Data Scientist": 150000,
    "Product Manager": 130000,
    "Doctor": 200000,
}
TAXES = ((5000, 0.3), (3000, 0.2), (1000, 0.1), (0, 0.0))
"""From a salary on, the rate."""
_SHARED = (
    ("Meeting with the client", "2021-01-01 10:00:00", "Room 1", ("John", "Mary", "Peter")),
    ("Meeting about the new project", "2021-01-02 10:00:00", "Room 2", ("John", "Mary", "Peter")),
)
_PAIR = (("Meeting", "2021-01-01 10:00:00", "Room 1", ("Tom", "Jerry")),)
CALENDARS = {
    **dict.fromkeys(("John", "Mary", "Peter"), _SHARED),
    **dict.fromkeys(("Tom", "Jerry"), _PAIR),
}


def initial_people() -> dict[str, Any]:
    """Accounts, by user."""
    known = {
        "John": ("123456", "john@example.com", "1234567890"),
        "Mary": ("abcdef", "mary@example.com", "0987654321"),
        "Peter": ("qwerty", "peter@example.com", "1234567890"),
        "Tom": ("asdfgh", "tom@example.com", "0987654321"),
        "Jerry": ("zxcvbn", "jerry@example.com", "1234567890"),
    }
    return {
        name: {"password": password, "email": email, "phone": phone}
        for name, (password, email, phone) in known.items()
    }


def _entry(known: Mapping[Any, Any], key: Any) -> Any:
    """What a table says of a key; the text of a failure is the key's, as Python has it."""
    if key not in known:
        raise ToolError(repr(key))
    return known[key]


def _same_tax(response: Result, truth: Result) -> bool:
    same_name(response, truth)
    return bool(
        response["input"]["salary"] == truth["input"]["salary"]
        and response["output"]["salary_after_tax"] == truth["output"]["salary_after_tax"]
        and response["exception"] == truth["exception"]
    )


def _same_update(response: Result, truth: Result) -> bool:
    same_name(response, truth)
    return bool(response["input"] == truth["input"] and response["output"] == truth["output"])


def _same_mail(response: Result, truth: Result) -> bool:
    same_name(response, truth)
    mine, theirs = dict(response["input"]), dict(truth["input"])
    mine.pop("content"), theirs.pop("content")
    return table({**response, "input": mine}, {**truth, "input": theirs})


def _same_meeting(response: Result, truth: Result) -> bool:
    return same_name(response, truth) and alike_else_strict("meeting_topic")(response, truth)


class PeopleTools(ToolSet):
    """People and what is known of them."""

    @api("LikeCount", table)
    def like_count(self, post_id: int) -> JSON:
        """Return how many people like a post.

        Args:
            post_id: ID of the post.
        """
        if not 1 <= post_id <= 15:
            raise ToolError(f"Post with ID {post_id} does not exist.")
        return {"like_count": 10 * post_id}

    @api("UserPosts", table)
    def user_posts(self, user_id: int) -> JSON:
        """Return the IDs of a user's posts.

        Args:
            user_id: ID of the user.
        """
        if not 1 <= user_id <= 5:
            raise ToolError(repr(user_id))
        return {"post_ids": [3 * user_id - 2, 3 * user_id - 1, 3 * user_id]}

    @api("MovieRecommendations", table)
    def movie_recommendations(self, preferences: list[Any]) -> JSON:
        """Return films of some genres.

        Args:
            preferences: The genres.
        """
        found = [film for genre in preferences for film in _entry(FILMS, genre)]
        return {"recommended_movies": found}

    @api("UserMoviePreferences", table)
    def user_movie_preferences(self, user_name: str) -> JSON:
        """Return the genres that a user likes.

        Args:
            user_name: Name of the user.
        """
        return {"preferences": list(_entry(TASTES, user_name))}

    @api("UserWatchedMovies", table)
    def user_watched_movies(self, user_name: str) -> JSON:
        """Return the films that a user has seen.

        Args:
            user_name: Name of the user.
        """
        if user_name not in WATCHED:
            raise ToolError("User not found.")
        return list(WATCHED[user_name])

    @api("OrganizationMembers", table)
    def organization_members(self, organization: str) -> JSON:
        """Return who works for an organisation.

        Args:
            organization: Name of the organisation.
        """
        return {"members": list(_entry(MEMBERS, organization))}

    @api("TravelStatus", table)
    def travel_status(self, member_name: str) -> JSON:
        """Say where somebody works now.

        Args:
            member_name: Name of the person.
        """
        return _entry(STATUS, member_name)

    @api("GetOccupationSalary", table)
    def get_occupation_salary(self, occupation: str) -> JSON:
        """Return what an occupation pays.

        Args:
            occupation: Name of the occupation.
        """
        if occupation not in SALARIES:
            raise ToolError("The occupation is not in the database.")
        return {"salary": SALARIES[occupation]}

    @api("TaxCalculator", _same_tax)
    def tax_calculator(self, salary: float) -> JSON:
        """Return what is left of a salary after tax.

        Args:
            salary: The salary.
        """
        rate = next((rate for least, rate in TAXES if salary >= least), 0.0)
        return {"salary_after_tax": salary - salary * rate}

    # --- accounts and meetings

    @api("AccountInfo", table)
    def account_info(self, username: str, password: str) -> JSON:
        """Return how to reach a user.

        Args:
            username: Name of the user.
            password: Password of the user.
        """
        person = self._person(username, password)
        return {"email": person["email"], "phone": person["phone"]}

    @api("PersonalInfoUpdate", _same_update)
    def personal_info_update(self, username: str, password: str, address: str) -> JSON:
        """Change the address of a user.

        Args:
            username: Name of the user.
            password: Password of the user.
            address: The address from now on.
        """
        self._person(username, password)["address"] = address
        return {"status": "success"}

    def _person(self, username: str, password: str) -> dict[str, Any]:
        person: dict[str, Any] | None = self.data("People").get(username)
        if person is None or person["password"] != password:
            raise ToolError("User not found.")
        return person

    @api("QueryMeeting", table)
    def query_meeting(self, user_name: str) -> JSON:
        """Return a user's meetings.

        Args:
            user_name: Name of the user.
        """
        return {
            "meetings": [
                {
                    "meeting_id": id,
                    "meeting_name": name,
                    "meeting_time": time,
                    "meeting_location": place,
                    "meeting_attendees": list(attendees),
                }
                for id, (name, time, place, attendees) in enumerate(_entry(CALENDARS, user_name), 1)
            ]
        }

    @api("EmailReminder", _same_mail)
    def email_reminder(self, content: str, time: str, location: str, recipient: str) -> JSON:
        """Send somebody an email about a meeting.

        Args:
            content: What the email says.
            time: When the meeting is, as %Y-%m-%d %H:%M:%S.
            location: Where the meeting is.
            recipient: Address that the email goes to.
        """
        read(time, TIME)
        if not content.strip():
            raise ToolError("Content should not be empty")
        return "success"

    @api("AddMeeting", _same_meeting)
    def add_meeting(
        self,
        meeting_topic: str,
        start_time: str,
        end_time: str,
        location: str,
        attendees: list[str],
    ) -> JSON:
        """Arrange a meeting.

        Args:
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
        self.data("Meetings").append(
            {
                "meeting_topic": meeting_topic,
                "start_time": start_time,
                "end_time": end_time,
                "location": location,
                "attendees": attendees,
            }
        )
        return "success"
