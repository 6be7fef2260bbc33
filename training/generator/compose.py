"""Rows out of plans: which tools are offered, what is asked of them, what the right turn is.

A scene is one list of tools with several requests to it, so that the same tools are seen with a
call, with several, with something missing and with a request that none of them serves. What is
asked decides the gold calls; every row is checked against the schemas before it leaves.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from envs.schema import call_errors
from envs.types import Message, ToolCall
from training.generator.everyday import ask_everyday
from training.generator.kinds import Choice, Code, Flag, ListOf, OneOf, Record, Said, Words, joined
from training.generator.library import DOMAINS
from training.generator.phrase import Asked, ask, ask_vaguely, filled, tidy, wording
from training.generator.plan import SLOT, Domain, Plan
from training.generator.style import Style, Tool, draw_style
from training.rows import Row

SIZES = {1: 28, 2: 22, 3: 19, 4: 12, 5: 6, 6: 4, 7: 2, 8: 2, 9: 2, 10: 1, 11: 1, 12: 1}
"""Tools on offer -> how often, in percent."""
KINDS = {"single": 32, "parallel": 14, "multiple": 14, "missing": 9, "unserved": 31}
"""What is asked -> how often, in percent."""
ALONE = 1.5
"""How much more often nothing fits where a single tool is on offer."""
EVERYDAY_SHARE = 0.45
"""Of the requests that nothing on offer serves: those that have nothing to do with tools."""
PACE = {"as they come": 50, "one at a time": 25, "several at a time": 25}
"""How the requests to one list of tools are made -> how often, in percent."""
MOST_TOOLS, MOST_CALLS = 12, 5

OPENERS = (
    "Hi! ",
    "Hello, I need some help. ",
    "Could you help me? ",
    "Quick question: ",
    "Please help me with this. ",
    "Hey there. ",
)
CLOSERS = (" Thanks!", " Thank you.", " Please be quick.", " That would help a lot.")
LINKS = ("Also, ", "Then ", "After that, ", "And ", "Next, ", "In addition, ", "Finally, ")
AGAIN = (
    " Then the same for {}.",
    " Do the same for {}.",
    " And the same again for {}, please.",
    " I also need it for {}.",
)
UNSERVED = (
    "None of the functions can be used for this request.",
    "The given functions cannot do this.",
    "No function in the list fits this request.",
)
MISSING = (
    "The question lacks {what}, which {tool} requires.",
    "I cannot call {tool} yet: {what} is missing.",
    "To call {tool} I need to know {what}.",
)
_PLAIN_STARTS = frozenset(
    "A Add Apply Are Arrange At Book Buy Calculate Can Cancel Change Check Compute Convert Could "
    "Count Create Did Do Does Draw Estimate Evaluate Fetch Find For From Get Give Has Have Help "
    "How If In Is Keep Let List Look Make Move My On Open Our Pay Please Put Read Record Register "
    "Request Reserve Run Save Schedule Search Send Set Show Start Suggest Take Tell The There "
    "This To Translate Turn Update Use We What When Where Which Who With Work Write".split()
)
"""Beginnings that may follow a linking word with a small letter."""
_NOT_JOINED = (Choice, Flag, ListOf, Record, Said)
"""Kinds whose values cannot be said side by side in one slot."""
_NAMES = (OneOf, Words, Code)


@dataclass(frozen=True)
class Scene:
    """One list of tools."""

    id: str
    domain: Domain
    """What most of its tools are about."""
    tools: tuple[Tool, ...]
    kinds: Mapping[str, float]
    """What is asked of them -> weight."""
    homes: frozenset[str]
    """The domains that they are of."""

    def calling(self, plan: Plan, asked: Asked) -> ToolCall:
        """The call that a request needs, as this scene spells it."""
        tool = next(tool for tool in self.tools if tool.plan is plan)
        return tool.call(asked.arguments)


@dataclass(frozen=True)
class _Request:
    text: str
    calls: tuple[ToolCall, ...]
    said: tuple[str, ...]
    """The words that give the values; whatever else changes in the text, these stay."""
    reply: str | None = None


def generated(
    count: int,
    seed: int = 0,
    *,
    per_list: int = 4,
    most_tools: int = MOST_TOOLS,
    domains: Sequence[Domain] | None = None,
) -> Iterator[Row]:
    """So many verified rows, no request twice; the same arguments give the same rows.

    Args:
        count: how many rows.
        seed: of all that is drawn.
        per_list: rows over each list of tools.
        most_tools: tools in a list at most.
        domains: whose tools are used; all of the library by default.
    """
    seen: set[str] = set()
    for scene in scenes(seed, domains, most_tools):
        for row in rows_of(scene, per_list, domains):
            if row.query in seen:
                continue
            if len(seen) == count:
                return
            seen.add(row.query)
            yield row


def scenes(
    seed: int, domains: Sequence[Domain] | None = None, most_tools: int = MOST_TOOLS
) -> Iterator[Scene]:
    """Endless scenes; the same arguments give the same ones.

    Args:
        seed: of all that is drawn.
        domains: whose tools are used; all of the library by default.
        most_tools: tools in a list at most.
    """
    known = tuple(DOMAINS.values()) if domains is None else tuple(domains)
    number = 0
    while True:
        rng = random.Random(f"{seed}/{number}")
        yield _scene(f"gen-{seed}-{number}", rng, known, most_tools)
        number += 1


def rows_of(scene: Scene, count: int, domains: Sequence[Domain] | None = None) -> list[Row]:
    """So many rows over the tools of a scene.

    Raises:
        ValueError: a gold call does not fit its tool: a bug of a plan.
    """
    rng = random.Random(f"{scene.id}/rows")
    known = tuple(DOMAINS.values()) if domains is None else tuple(domains)
    rows: list[Row] = []
    while len(rows) < count:
        (kind,) = rng.choices(list(scene.kinds), list(scene.kinds.values()))
        request = _MAKERS[kind](scene, rng, known)
        if request is None or any(request.text == row.query for row in rows):
            continue
        rows.append(_row(f"{scene.id}-{len(rows)}", scene, kind, _embellished(request, rng)))
    return rows


def _scene(id: str, rng: random.Random, domains: Sequence[Domain], most_tools: int) -> Scene:
    domain = rng.choice(domains)
    sizes = [size for size in SIZES if size <= most_tools]
    (size,) = rng.choices(sizes, [SIZES[size] for size in sizes])
    near = max(1, round(size * rng.uniform(0.4, 1)))
    own = rng.sample(domain.plans, min(len(domain.plans), near))
    others = [plan for other in domains if other is not domain for plan in other.plans]
    plans = _compatible([*own, *rng.sample(others, min(len(others), size))])[:size]
    rng.shuffle(plans)
    style: Style = draw_style(rng)
    homes = {plan.name: other.name for other in domains for plan in other.plans}
    tools = tuple(style.spell(plan, homes[plan.name]) for plan in plans)
    own_homes = frozenset(homes[plan.name] for plan in plans)
    (pace,) = rng.choices(list(PACE), list(PACE.values()))
    kinds: dict[str, float] = dict(KINDS)
    for kind in ("parallel", "multiple"):
        kinds[kind] *= {"one at a time": 0.3, "several at a time": 2.5}.get(pace, 1)
    if len(tools) == 1:
        kinds["unserved"] *= ALONE
    return Scene(id, domain, tools, kinds, own_homes)


def _compatible(plans: Sequence[Plan]) -> list[Plan]:
    """The plans of which none could serve another's requests."""
    kept: list[Plan] = []
    for plan in plans:
        if not any(plan.name in other.like or other.name in plan.like for other in kept):
            kept.append(plan)
    return kept


# --- what is asked


def _single(scene: Scene, rng: random.Random, domains: Sequence[Domain]) -> _Request | None:
    plan = rng.choice(scene.tools).plan
    asked = ask(plan, rng)
    return _Request(asked.text, (scene.calling(plan, asked),), tuple(asked.said.values()))


def _parallel(scene: Scene, rng: random.Random, domains: Sequence[Domain]) -> _Request | None:
    """Several calls of one tool: values side by side, "the same for ...", or apart."""
    plan = rng.choice(scene.tools).plan
    if not plan.params:
        return None
    count = rng.choice([2, 2, 2, 3, 3, 4])
    way = rng.random()
    request = None
    if way < 0.75:
        request = _side_by_side(scene, plan, count, rng, again=way > 0.5)
    if request is None:
        asks = [ask(plan, rng) for _ in range(count)]
        if len({str(asked.arguments) for asked in asks}) < count:
            return None
        calls = tuple(scene.calling(plan, asked) for asked in asks)
        request = _Request(_linked(asks, rng), calls, _all_said(asks))
    return request


def _side_by_side(
    scene: Scene, plan: Plan, count: int, rng: random.Random, *, again: bool
) -> _Request | None:
    """One wording with several values in a slot, or the first request and "the same for ..."."""
    frame = wording(plan.say, rng, 0.4)
    slots = list(dict.fromkeys(SLOT.findall(frame)))
    open_slots = [s for s in slots if not isinstance(plan.params[s].kind, _NOT_JOINED)]
    names = [s for s in open_slots if isinstance(plan.params[s].kind, _NAMES)]
    if again:  # "the same for Lima" has to leave no doubt about what it stands for
        open_slots = names if len(names) == 1 else []
    if not open_slots:
        return None
    varied = rng.sample(
        open_slots, 2 if len(open_slots) > 1 and not again and rng.random() < 0.4 else 1
    )
    drawn = {slot: plan.params[slot].kind.draw(rng) for slot in slots}
    many = {slot: [plan.params[slot].kind.draw(rng) for _ in range(count)] for slot in varied}
    if any(len({str(d.value) for d in values}) < count for values in many.values()):
        return None
    said = {slot: d.said for slot, d in drawn.items()}
    firsts = {slot: values[0].said for slot, values in many.items()}
    if again:
        rest = joined([d.said for d in many[varied[0]][1:]])
        text = filled(frame, said | firsts) + rng.choice(AGAIN).format(rest)
    else:
        text = filled(frame, said | {s: joined([d.said for d in v]) for s, v in many.items()})
        if len(varied) > 1:
            text = f"{text[:-1]}, respectively{text[-1]}"
    arguments = [
        {
            slot: (many[slot][n] if slot in many else drawn[slot]).value
            for slot in plan.params
            if slot in slots
        }
        for n in range(count)
    ]
    tool = next(tool for tool in scene.tools if tool.plan is plan)
    words = [d.said for slot in slots for d in many.get(slot, [drawn[slot]])]
    return _Request(text, tuple(tool.call(each) for each in arguments), tuple(words))


def _multiple(scene: Scene, rng: random.Random, domains: Sequence[Domain]) -> _Request | None:
    """Calls of different tools, now and then one of them twice."""
    if len(scene.tools) < 2:
        return None
    count = min(rng.choice([2, 2, 2, 3, 3, 4, 5]), MOST_CALLS, len(scene.tools))
    plans = [tool.plan for tool in rng.sample(scene.tools, count)]
    if count < MOST_CALLS and rng.random() < 0.15:
        plans.append(plans[0])
    asks = [ask(plan, rng) for plan in plans]
    calls = tuple(scene.calling(plan, asked) for plan, asked in zip(plans, asks, strict=True))
    if any(call in calls[:n] for n, call in enumerate(calls)):
        return None
    return _Request(_linked(asks, rng), calls, _all_said(asks))


def _missing(scene: Scene, rng: random.Random, domains: Sequence[Domain]) -> _Request | None:
    """A request that lacks what a tool requires."""
    tool = rng.choice(scene.tools)
    asked = ask_vaguely(tool.plan, rng)
    if asked is None:
        return None
    lost = [
        tool.params[name]
        for name, param in tool.plan.params.items()
        if param.required and name not in asked.arguments
    ]
    reply = rng.choice(MISSING).format(tool=tool.spec.name, what=joined(lost))
    return _Request(asked.text, (), tuple(asked.said.values()), reply)


def _unserved(scene: Scene, rng: random.Random, domains: Sequence[Domain]) -> _Request | None:
    """A request that no tool on offer serves: an everyday one, or one for a tool elsewhere."""
    offered = [tool.plan for tool in scene.tools]
    if rng.random() < EVERYDAY_SHARE:
        text, said = ask_everyday(scene.homes, rng)
        return _Request(text, (), said, rng.choice(UNSERVED))
    home = scene.domain if rng.random() < 0.5 else rng.choice(domains)
    plan = rng.choice(home.plans)
    near = {name for each in offered for name in (each.name, *each.like)}
    if plan.name in near or any(each.name in plan.like for each in offered):
        return None
    asked = ask(plan, rng)
    return _Request(asked.text, (), tuple(asked.said.values()), rng.choice(UNSERVED))


_MAKERS: Mapping[str, Callable[[Scene, random.Random, Sequence[Domain]], _Request | None]] = {
    "single": _single,
    "parallel": _parallel,
    "multiple": _multiple,
    "missing": _missing,
    "unserved": _unserved,
}


# --- how it is put together


def _linked(asks: Sequence[Asked], rng: random.Random) -> str:
    """Requests one after the other, with words between them or without."""
    texts = [asks[0].text]
    bare = rng.random() < 0.3
    for asked in asks[1:]:
        if bare or asked.text.split()[0] not in _PLAIN_STARTS:
            texts.append(asked.text)
        else:
            texts.append(rng.choice(LINKS) + asked.text[:1].lower() + asked.text[1:])
    return tidy(" ".join(texts))


def _all_said(asks: Sequence[Asked]) -> tuple[str, ...]:
    return tuple(words for asked in asks for words in asked.said.values())


def _embellished(request: _Request, rng: random.Random) -> _Request:
    text = request.text
    if rng.random() < 0.12:
        text = rng.choice(OPENERS) + text
    if rng.random() < 0.08:
        text += rng.choice(CLOSERS)
    return replace(request, text=text)


def _row(id: str, scene: Scene, kind: str, request: _Request) -> Row:
    specs = tuple(tool.spec for tool in scene.tools)
    for call in request.calls:
        if wrong := call_errors(call, specs):
            raise ValueError(f"{id}: gold {call.name}: {wrong[0]}")
    return Row(
        id,
        specs,
        (Message("user", request.text),),
        request.calls,
        request.reply,
        source="generated",
        meta={
            "kind": kind,
            "domain": scene.domain.name,
            "scene": scene.id,
            "said": list(request.said),
        },
    )
