"""What people ask that has nothing to do with the tools at hand: questions, small talk, scraps.

A policy that has only seen requests for tools calls whatever is on offer. Each group names the
domains whose tools might serve it after all; it is never asked where one of those is offered.
"""

from __future__ import annotations

import random
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field

from training.generator.kinds import Int, Kind, OneOf
from training.generator.phrase import filled, wording
from training.generator.plan import SLOT
from training.generator.vocabulary import CITY, COUNTRY, FIRST_NAME, LANGUAGE


@dataclass(frozen=True)
class Everyday:
    """Requests of one sort, written as the ``say`` of a plan."""

    say: Sequence[str]
    slots: Mapping[str, Kind] = field(default_factory=dict)
    served_by: Collection[str] = ()
    """Domains with a tool that might serve such a request."""


def ask_everyday(domains: Collection[str], rng: random.Random) -> tuple[str, tuple[str, ...]]:
    """A request that the tools of these domains do not serve, and the words drawn for it."""
    free = [each for each in EVERYDAY if not set(each.served_by) & set(domains)]
    chosen = rng.choice(free)
    frame = wording(chosen.say, rng, 0.5)
    drawn = {name: chosen.slots[name].draw(rng).said for name in SLOT.findall(frame)}
    return filled(frame, drawn), tuple(drawn.values())


_THINGS = OneOf(
    *(
        "the printing press; the telephone; penicillin; the steam engine; the light bulb; the "
        "bicycle; dynamite; the zip fastener; the microscope; the barometer; the sewing machine; "
        "the ballpoint pen; the wheel; paper money; the elevator; the revolving door"
    ).split("; ")
)
_WORKS = OneOf(
    *(
        "the Mona Lisa; The Starry Night; the Ninth Symphony; The Magic Flute; The Night Watch; "
        "Guernica; Swan Lake; The Four Seasons; The Scream; the Sistine ceiling; Carmen; "
        "The Great Wave; Bolero; The Kiss; Water Lilies; The Rite of Spring"
    ).split("; ")
)
_ANIMALS = OneOf(
    *(
        "octopus; hummingbird; blue whale; honey bee; giraffe; cheetah; penguin; sloth; bat; "
        "tortoise; eagle; seahorse; elephant; platypus; camel; jellyfish"
    ).split("; ")
)
_CONCEPTS = OneOf(
    *(
        "photosynthesis; inflation; gravity; blockchain; evolution; democracy; entropy; recursion; "
        "magnetism; natural selection; relativity; machine learning; compound interest; "
        "plate tectonics; the greenhouse effect; supply and demand; quantum entanglement; osmosis; "
        "a black hole; object-oriented programming"
    ).split("; ")
)
_OCCASIONS = OneOf(
    *(
        "my sister's wedding; a birthday; our anniversary; a job interview; a farewell party; "
        "the first day of school; a housewarming; retirement; a funeral; New Year's Eve"
    ).split("; ")
)
_MATTERS = OneOf(
    *(
        "the sea; autumn; friendship; a lost key; an old bridge; coffee; a lighthouse; the moon; "
        "a talking cat; winter mornings; time travel; two brothers; a robot; a train station"
    ).split("; ")
)
_SKILLS = OneOf(
    *(
        "juggling; speed reading; touch typing; public speaking; drawing portraits; whistling; "
        "making friends; waking up early; negotiating; knitting; remembering names; learning Latin"
    ).split("; ")
)
_OBJECTS = OneOf(
    *(
        "washing machine; laptop; wooden table; bicycle chain; leather shoes; window; carpet; "
        "kettle; umbrella; tent; backpack; pair of glasses; garden chair; sofa"
    ).split("; ")
)
_PROBLEMS = OneOf(
    *(
        "it makes a strange noise; it smells; it will not switch on; there is a stain on it; it "
        "is stuck; it squeaks; it broke in two; it got wet; it rusts; one part is missing"
    ).split("; ")
)
_EVENTS = OneOf(
    *(
        "the Battle of Hastings; the French Revolution; the fall of Constantinople; the moon "
        "landing; the Black Death; the gold rush; the fall of the Berlin Wall; the Peasants' War; "
        "the Great Fire of London; the Congress of Vienna; the Boston Tea Party"
    ).split("; ")
)
_GAMES = OneOf(
    *(
        "Tetris; Pac-Man; Snake; Pong; Space Invaders; Solitaire; Minesweeper; Asteroids; Frogger; "
        "Donkey Kong; Breakout"
    ).split("; ")
)
_TROPHIES = OneOf(
    *(
        "the Olympic marathon; the Davis Cup; Wimbledon; the Tour de France; the Six Nations; the "
        "Stanley Cup; the Ryder Cup; the Copa América; the Boston Marathon; the Super Bowl"
    ).split("; ")
)
_PARTS = OneOf(
    *(
        "heart; liver; lungs; spine; inner ear; retina; kidneys; thyroid; spleen; pancreas; "
        "knee joint; skull"
    ).split("; ")
)
_JOBS = OneOf(
    *(
        "a notary; an actuary; a midwife; a blacksmith; an air traffic controller; a sommelier; "
        "a beekeeper; a court interpreter; a lighthouse keeper; a stage manager"
    ).split("; ")
)
_YEAR = Int(1900, 2024)

EVERYDAY: tuple[Everyday, ...] = (
    Everyday(
        [
            "Who [invented|came up with|is credited with inventing] {thing}?",
            "When was {thing} invented?",
            "How did people live before {thing}?",
        ],
        {"thing": _THINGS},
        ("law_history",),
    ),
    Everyday(
        [
            "Who [made|created|is behind] {work}?",
            "[Why is|What makes] {work} [so famous|special]?",
            "Where can I see {work}?",
            "Which year is {work} from?",
        ],
        {"work": _WORKS},
        ("law_history", "music", "events", "images"),
    ),
    Everyday(
        [
            "How [long|old] does [a|the average] {animal} [live|get]?",
            "What does a {animal} eat?",
            "How many hearts does a {animal} have?",
            "Are there any {animal} species that can swim?",
            "What is the [largest|smallest|fastest] {animal} ever seen?",
        ],
        {"animal": _ANIMALS},
        ("biology", "pets_garden"),
    ),
    Everyday(
        [
            "[What is|Explain|Tell me about|Describe] {concept}.",
            "[Explain|What is] {concept} in simple words?",
            "Can you explain {concept} to a [child|ten-year-old|beginner]?",
            "Why does {concept} matter?",
        ],
        {"concept": _CONCEPTS},
    ),
    Everyday(
        [
            "Write [a short poem|a haiku|a story|a limerick|a song] about {matter}.",
            "[Compose|Make up] [a rhyme|a tale|a riddle] about {matter}.",
            "[Give me|I need] a title for a story about {matter}.",
        ],
        {"matter": _MATTERS},
        ("text_tools", "music"),
    ),
    Everyday(
        [
            "What [should I wear|can I say|do people usually bring] to {occasion}?",
            "Help me with a speech for {occasion}.",
            "I am nervous about {occasion}. Any advice?",
            "[Suggest|Give me ideas for] a gift for {occasion}.",
        ],
        {"occasion": _OCCASIONS},
        ("shopping", "calendar", "events", "messaging", "restaurants"),
    ),
    Everyday(
        [
            "How do I get better at {skill}?",
            "[What is the best way to|How can I] [practise|start with] {skill}?",
            "Is {skill} hard to learn?",
            "How long does it take to master {skill}?",
        ],
        {"skill": _SKILLS},
        ("education", "fitness"),
    ),
    Everyday(
        [
            "My {object} has a problem: {problem}. What can I do?",
            "How do I [clean|repair|take care of|get rid of] a {object}?",
            "[When|Why] was the {object} invented?",
            "What is a {object} made of?",
        ],
        {"object": _OBJECTS, "problem": _PROBLEMS},
        ("shopping", "smart_home", "vehicles", "insurance"),
    ),
    Everyday(
        [
            "[What caused|How did people see|What were the results of] {event}?",
            "How many people [took part in|died in|lived through] {event}?",
            "Who was on the losing side in {event}?",
        ],
        {"event": _EVENTS},
        ("law_history",),
    ),
    Everyday(
        [
            "[What is the highest score|Who holds the record|What is the goal] in {game}?",
            "How do I win at {game}?",
            "Who designed {game}?",
            "Make [a level|a puzzle|a map] for {game}.",
        ],
        {"game": _GAMES},
        ("logic_games",),
    ),
    Everyday(
        [
            "Who won {trophy} in {year}?",
            "Who is the favourite for {trophy} this year?",
            "How many times has the same team won {trophy}?",
            "Who is the best player in the history of {trophy}?",
        ],
        {"trophy": _TROPHIES, "year": _YEAR},
        ("sports", "fitness"),
    ),
    Everyday(
        [
            "What does the {part} do?",
            "How big is [a|the] human {part}?",
            "Which exercises are good for the {part}?",
            "What happens when the {part} stops working?",
        ],
        {"part": _PARTS},
        ("health", "fitness", "biology"),
    ),
    Everyday(
        [
            "What does {job} do all day?",
            "How does one become {job}?",
            "How much does {job} earn?",
            "Is it worth becoming {job} nowadays?",
        ],
        {"job": _JOBS},
        ("hr", "education"),
    ),
    Everyday(
        [
            "What is the capital of {country}?",
            "Who is the [president|prime minister|head of state] of {country}?",
            "Which [languages|religions|national holidays] are there in {country}?",
            "When did {country} get its constitution?",
            "What is the national dish of {country}?",
        ],
        {"country": COUNTRY},
        ("geography", "law_history", "cooking", "currency"),
    ),
    Everyday(
        [
            "What is there to see in {city}?",
            "Is {city} a good place to live?",
            "Who is the mayor of {city}?",
            "Tell me a fun fact about {city}.",
            "Recommend a neighbourhood in {city} for [students|families|artists].",
        ],
        {"city": CITY},
        ("geography", "real_estate", "hotels", "events", "law_history", "restaurants"),
    ),
    Everyday(
        [
            "Hello!",
            "Hi, how are you?",
            "Good morning",
            "Are you a [robot|human|real person]?",
            "What can you do?",
            "Who are you?",
            "Thanks, that is all.",
            "Tell me a joke.",
            "I am bored.",
            "My name is {name}. What is yours?",
            "What is your favourite [colour|food|book]?",
            "Do you know {name}?",
            "{name} says hello.",
            "Can we talk about something else?",
            "Never mind.",
        ],
        {"name": FIRST_NAME},
    ),
    Everyday(
        [
            "asdf",
            "[hm|hmm|uh|huh|eh]",
            "[help|test|testing|time|more|next|why|ok|yes|again|stop]",
            "{name}",
            "{number}",
            "???",
            "the [other|first|last] one",
            "{name} {number}",
        ],
        {"name": FIRST_NAME, "number": Int(1, 9999)},
    ),
    Everyday(
        [
            "[Wie geht es dir?|Kannst du mir helfen?|Guten Tag, ist da jemand?|Danke schön!]",
            "[¿Cómo te llamas?|Hola, necesito ayuda.|¿Qué puedes hacer?|Muchas gracias.]",
            "[Bonjour, ça va ?|Qui êtes-vous ?|Merci beaucoup.|Je m'ennuie aujourd'hui.]",
            "[Ciao, come stai?|Che cosa sai fare?|Grazie mille.]",
            "[Olá, tudo bem?|Quem é você?|Bom dia!]",
        ],
    ),
    Everyday(
        [
            "How do you say good luck in {language}?",
            "Is {language} harder than {other}?",
            "How many people speak {language}?",
            "Teach me some {language} words.",
        ],
        {"language": LANGUAGE, "other": LANGUAGE},
        ("text_tools", "education"),
    ),
    Everyday(
        [
            "Look at the [picture|photo|drawing] I sent you and tell me what is in it.",
            "Draw [a dragon|a map of a treasure island|my dog|a sunset].",
            "[Edit|Improve|Brighten] my [photo|selfie].",
        ],
        {},
        ("images",),
    ),
    Everyday(
        [
            "I forgot my password. What is it?",
            "How do I [delete|change|recover] my account?",
            "Log me out everywhere.",
            "Why was my account closed?",
            "My [phone|computer] is slow. What should I do?",
        ],
        {},
        ("cloud", "databases", "messaging"),
    ),
    Everyday(
        [
            "What is on television [tonight|tomorrow]?",
            "What is in the news today?",
            "Who is the richest person in the world?",
            "What day is it?",
            "What time is it in {city}?",
            "Which [song|film|book] is the most popular right now?",
        ],
        {"city": CITY},
        ("movies", "music", "books", "calendar", "geography", "astronomy"),
    ),
    Everyday(
        [
            "How many seconds are there in {number} days?",
            "What is {number} plus {other}?",
            "Is {number} a lucky number?",
            "Count from {other} to {number}.",
            "What comes next: {other}, {number}, ...?",
            "Give me the square root of {number}.",
        ],
        {"number": Int(10, 900), "other": Int(2, 60)},
        (
            "algebra",
            "arithmetic",
            "geometry",
            "statistics",
            "probability",
            "units",
            "physics",
            "text_tools",
            "logic_games",
            "personal_finance",
        ),
    ),
    Everyday(
        [
            "Write a [function|script|program] that [sorts names|reverses a text|counts words].",
            "What is wrong with my code?",
            "Which programming language should I learn first?",
            "How do I exit vim?",
            "Show me an example of a [loop|regular expression|unit test].",
        ],
        {},
        ("cloud", "databases", "files", "text_tools"),
    ),
    Everyday(
        [
            "Should I [move to the countryside|get a dog|change my job|go back to university]?",
            "I had a terrible [day|week|year].",
            "How can I [sleep better|worry less|stop procrastinating|be happier]?",
            "My [boss|neighbour|flatmate] is always rude. What should I do?",
            "What is the meaning of life?",
        ],
        {},
        ("health", "hr", "fitness", "pets_garden", "education", "real_estate"),
    ),
)
"""All sorts."""
