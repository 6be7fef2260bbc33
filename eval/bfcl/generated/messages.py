"""Tasks over the simulated messenger."""

from __future__ import annotations

from dataclasses import dataclass

from eval.bfcl.generated.draft import Draft
from eval.bfcl.generated.simulator import Scenario


@dataclass(frozen=True)
class Team:
    """Who is in a workspace."""

    ids: dict[str, str]
    """Name -> id."""
    me: str
    inbox: list[tuple[str, str]]
    """Who was written to, and what."""

    def scenario(self, seed: int, *, logged_in: bool = True) -> Scenario:
        """The workspace as its class loads it."""
        return {
            "random_seed": seed,
            "user_count": seed % 500 + 100,
            "user_map": dict(self.ids),
            "inbox": [{self.ids[name]: text} for name, text in self.inbox],
            "message_count": len(self.inbox),
            "current_user": self.ids[self.me] if logged_in else None,
        }


def draw_team(d: Draft) -> Team:
    """Five people who have exchanged four messages about different things."""
    names = d.some(d.words.people, 5)
    numbers = d.some(range(1000, 10_000), 5)
    ids = {name: f"TM-{number}" for name, number in zip(names, numbers, strict=True)}
    me, *others = names
    texts = [d.pick(d.words.remarks).format(thing) for thing in d.some(d.words.things, len(others))]
    return Team(ids, me, list(zip(others, texts, strict=True)))


def _start(d: Draft, *, logged_in: bool = True) -> Team:
    team = draw_team(d)
    d.open(MessageAPI=team.scenario(d.rng.randrange(10**6), logged_in=logged_in))
    return team


def _other(d: Draft, team: Team) -> str:
    return str(d.pick([name for name in team.ids if name != team.me]))


def send(d: Draft) -> None:
    """A message to an id."""
    team = _start(d)
    receiver, text = team.ids[_other(d, team)], d.remark()
    d.ask(f"[Send|Please send] the message '{text}' to {receiver}.")
    d.call("send_message", receiver_id=receiver, message=text)


def sent_about(d: Draft) -> None:
    """Messages about a thing."""
    team = _start(d)
    word = d.pick([w for w in d.words.things if any(w in text for _, text in team.inbox)])
    d.ask(f"[Search my messages for '{word}'.|Which of my messages mention the word '{word}'?]")
    (found,) = d.look("search_messages", keyword=word)["results"]
    d.reply(f"There is one, to {found['receiver_id']}: {found['message']}")


def who(d: Draft) -> None:
    """Somebody's id."""
    name = _other(d, _start(d))
    d.ask(f"[What is the user ID of {name}?|Look up the user ID of {name}.]")
    found = d.look("get_user_id", user=name)["user_id"]
    d.reply(f"The user ID of {name} is {found}.")


def write(d: Draft) -> None:
    """A message to a name: the id has to be looked up."""
    name, text = _other(d, _start(d)), d.remark()
    d.ask(f"[Write '{text}' to {name}.|Tell {name}: '{text}']")
    receiver = d.call("get_user_id", user=name)["user_id"]
    d.call("send_message", receiver_id=receiver, message=text)


def log_in(d: Draft) -> None:
    """Nobody is logged in yet."""
    team = _start(d, logged_in=False)
    name, text = _other(d, team), d.remark()
    me, receiver = team.ids[team.me], team.ids[name]
    d.ask(f"[Log me in as {me}|I am {me}, log me in] and send '{text}' to {receiver}.")
    d.call("message_login", user_id=me)
    d.call("send_message", receiver_id=receiver, message=text)


def unsend(d: Draft) -> None:
    """The last message to a name goes."""
    name = _other(d, _start(d))
    d.ask(f"[Delete|Take back] the last message that I sent to {name}.")
    receiver = d.call("get_user_id", user=name)["user_id"]
    d.call("delete_message", receiver_id=receiver)


def welcome(d: Draft) -> None:
    """A new contact gets a first message."""
    team, text = _start(d), d.remark()
    name = d.pick([name for name in d.words.people if name not in team.ids])
    d.ask(f"Add {name} [as a contact|to the workspace] and write them '{text}'.")
    receiver = d.call("add_contact", user_name=name)["user_id"]
    d.call("send_message", receiver_id=receiver, message=text)


def follow_up(d: Draft) -> None:
    """Whom the user wrote to about something gets another message, and a newcomer, too."""
    team, text = _start(d), d.remark()
    _, old = d.pick(team.inbox)
    word = next(word for word in d.words.things if word in old)
    d.ask(f"[Whom did I write to about|Who got my message about] the {word}?")
    receiver = d.look("search_messages", keyword=word)["results"][0]["receiver_id"]
    d.reply(f"That was {receiver}.")
    d.ask(f"[Send them|Write them] '{text}' [as well|now].")
    d.call("send_message", receiver_id=receiver, message=text)
    new = d.pick([name for name in d.words.people if name not in team.ids])
    d.ask(f"[Now add|Please also add] {new} as a contact and send the same text.")
    receiver = d.call("add_contact", user_name=new)["user_id"]
    d.call("send_message", receiver_id=receiver, message=text)


def wordless(d: Draft) -> None:
    """What to write, the user says only when asked."""
    team = _start(d)
    receiver, text = team.ids[_other(d, team)], d.remark()
    d.ask(f"[I have to write to {receiver}.|Please send a message to {receiver}.]")
    d.ask_back(f"What shall I write to {receiver}?")
    d.ask(f"[Just write|The text is] '{text}'[, thank you.|.]")
    d.call("send_message", receiver_id=receiver, message=text)


def unsendable(d: Draft) -> None:
    """Messages can be read and not sent."""
    team = _start(d)
    name = _other(d, team)
    d.ask(f"[Send|Write] {name} the message '{d.remark()}'.")
    d.refuse("I am sorry, I have no tool to send messages.", "send_message")


KINDS = (
    *(send, sent_about, who, write, log_in, unsend, welcome, follow_up),
    *(wordless, unsendable),
)
