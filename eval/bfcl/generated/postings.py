"""Tasks over the simulated posting site."""

from __future__ import annotations

from dataclasses import dataclass

from envs.types import JSON
from eval.bfcl.generated.draft import Draft
from eval.bfcl.generated.simulator import Scenario


@dataclass(frozen=True)
class Site:
    """Who has posted what."""

    me: str
    password: str
    posts: list[dict[str, JSON]]
    following: list[str]

    def scenario(self, *, logged_in: bool = True) -> Scenario:
        """The site as its class loads it."""
        return {
            "username": self.me,
            "password": self.password,
            "authenticated": logged_in,
            "tweets": {str(post["id"]): post for post in self.posts},
            "comments": {},
            "retweets": {},
            "following_list": list(self.following),
            "tweet_counter": self.posts[-1]["id"] + 1,
        }


def draw_site(d: Draft) -> Site:
    """A site with five users; everybody but me has posted once, about something else each."""
    me, *others = d.some(d.words.handles, 5)
    first, things = d.rng.randrange(200, 9000), d.some(d.words.things, len(others))
    posts = [
        {
            "id": first + index,
            "username": user,
            "content": d.pick(d.words.remarks).format(thing),
            "tags": [d.pick(d.words.tags)],
            "mentions": [],
        }
        for index, (user, thing) in enumerate(zip(others, things, strict=True))
    ]
    password = f"{d.pick(d.words.things).replace(' ', '')}-{d.rng.randrange(100, 1000)}"
    return Site(me, password, posts, d.some(others, 2))


def _start(d: Draft, *, logged_in: bool = True) -> Site:
    site = draw_site(d)
    d.open(TwitterAPI=site.scenario(logged_in=logged_in))
    return site


def post(d: Draft) -> None:
    """A post with a tag."""
    _start(d)
    text, tag = d.remark(), d.pick(d.words.tags)
    d.ask(f"[Post|Tweet|Please post] '{text}' with the tag {tag}.")
    d.call("post_tweet", content=text, tags=[tag])


def follow(d: Draft) -> None:
    """Somebody is followed, or not any more."""
    site = _start(d)
    if d.pick((True, False)):
        others = [post["username"] for post in site.posts]
        name = d.pick([user for user in others if user not in site.following])
        d.ask(f"[Follow|Please follow|I want to follow] the user {name}.")
        d.call("follow_user", username_to_follow=name)
    else:
        name = d.pick(site.following)
        d.ask(f"[Stop following|Unfollow|Please unfollow] the user {name}.")
        d.call("unfollow_user", username_to_unfollow=name)


def read(d: Draft) -> None:
    """The text of a post."""
    chosen = d.pick(_start(d).posts)
    d.ask(f"[What does tweet {chosen['id']} say?|Show me tweet {chosen['id']}.]")
    text = d.look("get_tweet", tweet_id=chosen["id"])["content"]
    d.reply(f"It says: {text}")


def comment(d: Draft) -> None:
    """A comment on a post whose id is known."""
    chosen, text = d.pick(_start(d).posts), d.remark()
    d.ask(f"[Comment '{text}' on tweet {chosen['id']}|Reply '{text}' to tweet {chosen['id']}].")
    d.call("comment", tweet_id=chosen["id"], comment_content=text)


def share(d: Draft) -> None:
    """The post of a user is retweeted: its id has to be looked up."""
    name = d.pick(_start(d).posts)["username"]
    d.ask(f"[Retweet|Please retweet] the tweet of the user {name}.")
    (found,) = d.call("get_user_tweets", username=name)
    d.call("retweet", tweet_id=found["id"])


def log_in(d: Draft) -> None:
    """Nobody is logged in yet."""
    site, text = _start(d, logged_in=False), d.remark()
    d.ask(
        f"Log me in [as {site.me}, password {site.password},|"
        f"(user {site.me}, password {site.password})] and post '{text}'."
    )
    d.call("authenticate_twitter", username=site.me, password=site.password)
    d.call("post_tweet", content=text)


def answer(d: Draft) -> None:
    """A post is found by what it is about, commented on and shared."""
    site, text = _start(d), d.remark()
    chosen = d.pick([post for post in site.posts if post["username"] not in site.following])
    word = next(word for word in d.words.things if word in chosen["content"])
    d.ask(f"[Is there a tweet about the {word}?|Search the tweets for '{word}'.]")
    (found,) = d.look("search_tweets", keyword=word)
    d.reply(f"Yes, {found['username']} wrote: {found['content']}")
    d.ask(f"[Comment on it with|Leave this comment there:] '{text}'.")
    d.call("comment", tweet_id=found["id"], comment_content=text)
    d.ask("[Retweet it, too,|Then retweet it] and follow [its author|whoever wrote it].")
    d.call("retweet", tweet_id=found["id"])
    d.call("follow_user", username_to_follow=found["username"])


def announce(d: Draft) -> None:
    """A new post, then somebody is mentioned in it."""
    site, text = _start(d), d.remark()
    name, tag = d.pick(site.posts)["username"], d.pick(d.words.tags)
    d.ask(f"[Post|Tweet] '{text}' with the tag {tag}.")
    posted = d.call("post_tweet", content=text, tags=[tag])
    d.ask(f"[Add a mention of @{name} to it|I forgot: mention @{name} in that tweet].")
    d.call("mention", tweet_id=posted["id"], mentioned_usernames=[f"@{name}"])
    d.ask(f"How many tweets [does {site.me} have now|have I, {site.me}, posted so far]?")
    count = d.look("get_user_stats", username=site.me)["tweet_count"]
    d.reply(f"{count}.")


def whom(d: Draft) -> None:
    """Whom to follow, the user says only when asked."""
    site = _start(d)
    others = [post["username"] for post in site.posts]
    name = d.pick([user for user in others if user not in site.following])
    d.ask(f"[I am {site.me} and want|This is {site.me}, I would like] to follow somebody new.")
    d.ask_back("Whom do you want to follow?")
    d.ask(f"[The user is called|Follow] {name}.")
    d.call("follow_user", username_to_follow=name)


def later(d: Draft) -> None:
    """The tool to post comes only with the next turn."""
    _start(d)
    text = d.remark()
    d.ask(f"[Publish|Put out] a tweet that says '{text}'.")
    d.refuse("I am sorry, I have no tool to post tweets.", "post_tweet")
    d.ask("[I have given you one|There is one now]: `post_tweet`. [Go on.|Please try again.]")
    d.call("post_tweet", content=text)


KINDS = (
    *(post, follow, read, comment, share, log_in, answer, announce),
    *(whom, later),
)
