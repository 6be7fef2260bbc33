"""Chances, counting and random draws."""

from __future__ import annotations

from training.generator.domains.arithmetic import Digits
from training.generator.kinds import (
    Choice,
    Flag,
    Int,
    ListOf,
    Money,
    Num,
    OneOf,
    Percent,
    Record,
    Said,
)
from training.generator.plan import Domain, Plan, need, opt
from training.generator.vocabulary import FIRST_NAME

CHANCE = Said(Percent(3, 95, fraction=True), str)
FEW = Said(Int(2, 7), str)
GAMES = OneOf(
    "coin toss",
    "wheel of fortune",
    "dice duel",
    "lottery draw",
    "card cut",
    "marble draw",
    "raffle",
    "ring toss",
    "slot spin",
    "scratch card",
)

DOMAIN = Domain(
    "probability",
    Plan(
        "binomial_probability",
        "Give the probability of a number of successes in independent trials.",
        {
            "trials": need(Said(Int(8, 40), str), "Number of trials."),
            "successes": need(FEW, "Number of successes."),
            "chance": need(CHANCE, "Chance of success in one trial as a fraction: 0.25 for 25%."),
            "count_as": opt(
                Choice(
                    exactly="exactly that many",
                    at_least="that many or more",
                    at_most="that many or fewer",
                ),
                "How successes is meant.",
                default="exactly",
            ),
        },
        say=[
            "A player hits {chance} of her free throws. How likely are {successes} hits in "
            "{trials} throws<, {count_as}>?",
            "With a success rate of {chance} and {trials} attempts, what is the probability of "
            "{successes} successes<, meaning {count_as}>?",
            "We plant {trials} seeds and each sprouts with a chance of {chance}. [How probable is "
            "it|What are the odds] that {successes} sprout<, {count_as}>?",
            "[Compute|Give me] the binomial probability for n = {trials}, k = {successes}, p = "
            "{chance}<, counting {count_as}>.",
        ],
        vague=[
            "How likely are {successes} hits in {trials} throws?",
            "Each seed sprouts with a chance of {chance}. How probable is it that {successes} "
            "sprout<, {count_as}>?",
        ],
    ),
    Plan(
        "poisson_probability",
        "Give the probability of a number of events when their average number is known.",
        {
            "average": need(Num(1, 14, 1), "Average number of events in the period."),
            "events": need(Digits(0, 15), "Number of events asked about."),
            "cumulative": opt(
                Flag("or fewer", "and no other number"),
                "true asks for at most so many events, false for exactly so many.",
                default=False,
            ),
        },
        say=[
            "A shop has {average} customers an hour on average. How likely is it that {events}< "
            "{cumulative}> will [turn up|walk in] in one hour?",
            "If a server fails {average} times a year on average, what is the probability of "
            "seeing {events}< {cumulative}> in a year?",
            "[Compute|Find] the Poisson probability of {events} events< {cumulative}> for a mean "
            "of {average}.",
            "Typos turn up {average} to a page on average. [How probable is|What are the chances "
            "of] a page with {events}< {cumulative}>?",
        ],
        vague=[
            "A shop has {average} customers an hour on average. How likely is a busy hour?",
            "What is the probability of {events} failures in a year?",
        ],
    ),
    Plan(
        "normal_between",
        "Give the share of a normal distribution that lies between two values.",
        {
            "mu": need(Said(Num(80, 120, 1), str), "Mean."),
            "sigma": need(Said(Num(4, 20, 1), str), "Standard deviation."),
            "lower": need(Said(Digits(40, 98), str), "Lower bound."),
            "upper": need(Said(Digits(100, 170), str), "Upper bound."),
        },
        say=[
            "Sizes follow a normal distribution with mean {mu} and standard deviation {sigma}. "
            "What share lies between {lower} and {upper}?",
            "[What is the probability|How likely is it] that a normal variable falls between "
            "{lower} and {upper}, given mu = {mu} and sigma = {sigma}?",
            "Our bags weigh {mu} g on average with a standard deviation of {sigma} g, normally "
            "distributed. We only sell bags from {lower} g to {upper} g. [Which fraction is "
            "that|What proportion can we sell]?",
            "Normal curve, mean {mu}, SD {sigma}: area from {lower} up to {upper}, please.",
        ],
        vague=[
            "What share of a normal distribution lies between {lower} and {upper}?",
            "Our bags weigh {mu} g on average. Which fraction is heavier than {lower} g and "
            "lighter than {upper} g?",
        ],
    ),
    Plan(
        "count_combinations",
        "Count the ways to choose some of a set of things when order does not matter.",
        {
            "total": need(Said(Int(8, 60), str), "How many things there are."),
            "chosen": need(FEW, "How many are chosen."),
            "repetition": opt(
                Flag("the same one may be taken again", "none may be taken twice"),
                "Whether a thing may be chosen more than once.",
                default=False,
            ),
        },
        say=[
            "In how many ways can I choose {chosen} out of {total}, regardless of order<, if "
            "{repetition}>?",
            "An ice cream parlour has {total} flavours. How many different cups of {chosen} scoops "
            "are there<, where {repetition}>? Order does not matter.",
            "[Compute|Give me] {total} choose {chosen}<; {repetition}>.",
            "From a club of {total} members we pick a committee of {chosen}. [How many committees "
            "are possible|How many choices do we have]?",
        ],
        vague=[
            "How many different committees of {chosen} are possible in our club?",
            "In how many ways can I choose some of {total} books, if order does not matter?",
        ],
    ),
    Plan(
        "count_arrangements",
        "Count the ways to put things in order, all of them or only some.",
        {
            "items": need(Said(Int(5, 30), str), "How many things there are."),
            "positions": opt(
                Said(Int(2, 4), str),
                "How many places are filled; as many as there are things where it is left out.",
            ),
        },
        say=[
            "In how many orders can {items} people line up<, if there is room for only {positions} "
            "of them>?",
            "How many [different orders|arrangements] are there for {items} paintings in a row< of "
            "only {positions} hooks>?",
            "A race has {items} runners. I wonder how many finishing orders are possible<, looking "
            "at the first {positions} places only>.",
            "Count the permutations of {items} things<, taken {positions} at a time>.",
        ],
        vague=[
            "In how many orders can the guests line up?",
            "How many finishing orders are possible in our race<, looking at the first {positions} "
            "places only>?",
        ],
        like=["count_combinations"],
    ),
    Plan(
        "bayes_update",
        "Give the probability that a condition holds after a positive test.",
        {
            "prior": need(
                Said(Percent(1, 20, fraction=True), str),
                "Share that has the condition before testing, as a fraction between 0 and 1.",
            ),
            "sensitivity": need(
                Said(Percent(70, 99, fraction=True), str),
                "Share of true cases that test positive, as a fraction between 0 and 1.",
            ),
            "false_positive_rate": need(
                Said(Percent(1, 15, fraction=True), str),
                "Share of healthy cases that test positive all the same, as a fraction between 0 "
                "and 1.",
            ),
        },
        say=[
            "About {prior} of people have a disease. A test finds {sensitivity} of the sick but "
            "also flags {false_positive_rate} of the healthy. [Mine was positive, how likely am I "
            "ill|How likely is illness after a positive result]?",
            "A spam filter catches {sensitivity} of all spam and wrongly flags "
            "{false_positive_rate} of good mail. If {prior} of my mail is spam, [how sure can I "
            "be|what is the probability] that a flagged mail really is spam?",
            "Apply Bayes: prior {prior}, sensitivity {sensitivity}, false positive rate "
            "{false_positive_rate}. What is the posterior?",
            "The alarm goes off wrongly on {false_positive_rate} of quiet nights and rings in "
            "{sensitivity} of all break-ins. Break-ins happen on {prior} of nights. It is ringing "
            "now: [what is the chance of a real burglar|how likely is a break-in]?",
        ],
        vague=[
            "A test finds {sensitivity} of the sick. Mine was positive, how likely am I ill?",
            "About {prior} of people have a disease and my test was positive. How likely am I ill?",
        ],
    ),
    Plan(
        "expected_payoff",
        "Give the mean payoff of a game from its outcomes and how often each comes up.",
        {
            "outcomes": need(
                ListOf(
                    Record(
                        "{payoff} with a chance of {chance}",
                        {"payoff": Money(5, 200), "chance": Percent(2, 30, fraction=True)},
                        {
                            "payoff": "What is won, in dollars.",
                            "chance": "Its chance as a fraction: 0.05 for 5%.",
                        },
                    ),
                    2,
                    3,
                ),
                "Outcomes that pay something; with the rest of the chances nothing is won.",
            ),
            "stake": opt(
                Said(Money(2, 15), str),
                "Price of one game in dollars, taken off the mean.",
                default=0,
            ),
        },
        say=[
            "A game pays {outcomes}, otherwise nothing. What does a player win on average<, after "
            "paying {stake} to play>?",
            "[Is this raffle worth it|Should I buy a ticket]? The prizes: {outcomes}.< A ticket "
            "costs {stake}.> Work out the expected value.",
            "[Compute|Find] the expected payoff of a bet that returns {outcomes}<; the stake is "
            "{stake}>.",
            "My uncle offers me a bet: I get {outcomes}, and nothing in all other cases< but have "
            "to put in {stake} each time>. What can I expect to get out of one round?",
        ],
        vague=[
            "What does a player of the raffle win on average<, after paying {stake} to play>?",
            "Work out the expected payoff of my uncle's bet.",
        ],
    ),
    Plan(
        "hypergeometric_probability",
        "Give the probability of drawing a number of marked things from a lot without putting any "
        "back.",
        {
            "lot_size": need(Said(Int(30, 200), str), "Number of things in the lot."),
            "marked": need(Said(Int(8, 25), str), "How many of them are marked."),
            "drawn": need(Said(Int(5, 7), str), "How many are drawn."),
            "wanted": need(Said(Int(1, 4), str), "How many of the drawn ones are to be marked."),
        },
        say=[
            "A box holds {lot_size} bulbs, {marked} of them broken. I take {drawn} without looking "
            "and without putting any back. How likely is it that [exactly|precisely] {wanted} of "
            "mine are broken?",
            "From {lot_size} balls of which {marked} are red, {drawn} are drawn without "
            "replacement. [What is the probability|How probable is it] that the number of red ones "
            "is {wanted}?",
            "What are my chances of getting {wanted} land cards in a hand of {drawn}, when "
            "{marked} of the {lot_size} cards in the deck are lands?",
            "Hypergeometric: population {lot_size}, successes in it {marked}, sample {drawn}, "
            "wanted successes {wanted}. [How probable|What comes out]?",
        ],
        vague=[
            "A box holds {lot_size} bulbs and I take {drawn} without putting any back. How likely "
            "is it that {wanted} are broken?",
            "From {lot_size} balls I draw {drawn} without replacement. What is the probability of "
            "{wanted} red ones?",
        ],
        like=["binomial_probability"],
    ),
    Plan(
        "shared_birthday_chance",
        "Give the probability that at least two people of a group have their birthday on the same "
        "day.",
        {
            "people": need(Int(5, 80), "Size of the group."),
            "days_in_year": opt(
                Said(Int(200, 700, 7), str), "Number of days in a year.", default=365
            ),
        },
        say=[
            "How likely is it that two of {people} people share a birthday<, on a planet with "
            "{days_in_year} days in a year>?",
            "There are {people} kids in my class. [What are the odds|What is the chance] that at "
            "least two were born on the same day of the year<, if a year had {days_in_year} days>?",
            "Our party has {people} guests. I would bet on two with the same birthday: how "
            "probable is that?",
            "Birthday problem with {people} persons<, in a calendar of {days_in_year} days>, "
            "please.",
        ],
        vague=[
            "How likely is it that two people in our office share a birthday?",
            "What is the chance of a shared birthday in my class?",
        ],
    ),
    Plan(
        "wait_time_probability",
        "Give the probability that a random event with a known mean waiting time happens within a "
        "given time.",
        {
            "mean_wait": need(Num(4, 45, 1), "Mean waiting time in minutes."),
            "within": need(Int(3, 60), "Time allowed in minutes."),
        },
        say=[
            "Taxis pass here every {mean_wait} minutes on average, at random. How likely is it "
            "that one comes within {within} minutes?",
            "[Calls|Orders] come in at random with {mean_wait} minutes between them on average. "
            "What is the probability that I wait no longer than {within} minutes for the next one?",
            "I can stay {within} minutes at most, and on average it takes {mean_wait} minutes "
            "until a bird shows up. [What are my chances|How good are my chances] of seeing one?",
            "Exponential waiting time: mean {mean_wait} min, limit {within} min. "
            "[Probability|Chance], please?",
        ],
        vague=[
            "How likely is it that a taxi comes within {within} minutes?",
            "Calls come in every {mean_wait} minutes on average. Will I have to wait long? Give me "
            "the probability.",
        ],
    ),
    Plan(
        "draw_random_integers",
        "Draw random whole numbers from a range.",
        {
            "how_many": need(Said(Int(3, 50), str), "How many numbers to draw."),
            "minimum": need(Said(Digits(0, 20), str), "Lowest number that may come."),
            "maximum": need(Said(Digits(60, 999), str), "Highest number that may come."),
            "distinct": opt(
                Flag("no number may come twice", "repeats are fine"),
                "true draws no number twice.",
                default=False,
            ),
            "seed": opt(Digits(1, 9999), "Seed that makes the draw repeatable."),
        },
        say=[
            "Draw {how_many} random numbers between {minimum} and {maximum}<; {distinct}><, with "
            "the seed {seed}>.",
            "I need {how_many} random integers from {minimum} to {maximum}< where {distinct}>.< "
            "Use {seed} as the seed.>",
            "We are raffling off prizes. The tickets are numbered {minimum} to {maximum}; "
            "[pick|draw] {how_many} winners at random<, and {distinct}>.",
            "Random whole numbers, please: lowest {minimum}, highest {maximum}, {how_many} in "
            "all<, seed {seed}><, {distinct}>.",
        ],
        vague=[
            "Draw {how_many} random numbers for me<; {distinct}>.",
            "I need random integers from {minimum} to {maximum}.",
        ],
    ),
    Plan(
        "simulate_game",
        "Play a named game of chance many times at random and report how often a player wins.",
        {
            "game": need(GAMES, "Name of the game."),
            "rounds": need(Int(1000, 90_000, 1000), "How many rounds to play."),
            "player": opt(
                FIRST_NAME, "Player whose wins are counted; the bank where it is left out."
            ),
            "return_history": opt(
                Flag("keep the result of every round", "only report the totals"),
                "Whether every single result is returned.",
                default=False,
            ),
        },
        say=[
            "Simulate {rounds} rounds of the {game}<, counting wins for {player}>.< Please "
            "{return_history}.>",
            "How often would one win in the {game}? [Play|Run] {rounds} rounds at random<; the "
            "player "
            "is {player}><, and {return_history}>.",
            "I do not trust the {game} at the fair. [Play it|Run it] {rounds} times in a "
            "simulation<, {return_history}>.",
            "Monte Carlo on the {game}, please, {rounds} rounds<, with {player} as the player>.",
        ],
        vague=[
            "Simulate some rounds of the {game}<, counting wins for {player}>.",
            "Run {rounds} rounds of the game in a simulation.",
        ],
    ),
)
