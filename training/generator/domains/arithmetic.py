"""Whole numbers: divisors, primes, remainders, bases and sequences.

The kinds of numbers that sums are written in stand here too; other mathematical domains use them.
"""

from __future__ import annotations

import random
from dataclasses import dataclass

from training.generator.kinds import Choice, Drawn, Flag, Int, ListOf, Num, Said, joined
from training.generator.plan import Domain, Plan, need, opt


@dataclass(frozen=True)
class Digits(Int):
    """A whole number, always in digits."""

    def draw(self, rng: random.Random) -> Drawn:
        """A multiple of the step above the low end."""
        value = rng.randrange(self.low, self.high + 1, self.step)
        return Drawn(value, str(value))


@dataclass(frozen=True)
class Decimals(Num):
    """A number that is never whole."""

    def draw(self, rng: random.Random) -> Drawn:
        """A number with digits behind the point."""
        value = 0.0
        while value == int(value):
            value = round(rng.uniform(self.low, self.high), self.digits)
        return Drawn(value, f"{value:.{self.digits}f}".rstrip("0"))


@dataclass(frozen=True)
class Series(ListOf):
    """Values in order, where one may come twice."""

    def draw(self, rng: random.Random) -> Drawn:
        """So many values, in brackets or with commas."""
        drawn = [self.kind.draw(rng) for _ in range(rng.randint(self.low, self.high))]
        said = [each.said for each in drawn]
        text = rng.choice([joined(said), ", ".join(said), f"[{', '.join(said)}]"])
        return Drawn([each.value for each in drawn], text)


@dataclass(frozen=True)
class Rows(ListOf):
    """A matrix or a list of points: rows of the same width."""

    width: int = 0
    """Values in a row; as many as there are rows where it is 0."""
    points: bool = False
    """Said as (1, 2), (3, 4) rather than as a matrix in brackets."""

    def schema(self) -> dict[str, object]:
        """An array of arrays."""
        return {"type": "array", "items": {"type": "array", "items": self.kind.schema()}}

    def draw(self, rng: random.Random) -> Drawn:
        """So many rows."""
        height = rng.randint(self.low, self.high)
        width = self.width or height
        drawn = [[self.kind.draw(rng) for _ in range(width)] for _ in range(height)]
        rows = [", ".join(each.said for each in row) for row in drawn]
        if self.points:
            text = joined([f"({row})" for row in rows])
        else:
            text = f"[{', '.join(f'[{row}]' for row in rows)}]"
        return Drawn([[each.value for each in row] for row in drawn], text)


DOMAIN = Domain(
    "arithmetic",
    Plan(
        "greatest_common_divisor",
        "Find the largest whole number that divides all the given numbers.",
        {
            "numbers": need(
                Series(Digits(12, 960, 6), 2, 4),
                "Two or more positive integers, in the order given.",
            )
        },
        say=[
            "What is the [greatest common divisor|highest common factor] of {numbers}?",
            "[Find|Work out|Give me] the largest number that divides all of these: {numbers}.",
            "I am cutting ribbons of these lengths in cm into equal pieces with nothing left over: "
            "{numbers}. How long can a piece be at most?",
            "Which is the biggest integer that goes into each of {numbers} without a remainder?",
        ],
        vague=[
            "What is the greatest common divisor of my numbers?",
            "Find the highest common factor, please.",
        ],
    ),
    Plan(
        "lowest_common_multiple",
        "Find the smallest positive number that is a multiple of every given number.",
        {"values": need(Series(Digits(4, 90), 2, 4), "Positive integers, in the order given.")},
        say=[
            "What is the [lowest|least|smallest] common multiple of {values}?",
            "Bells ring every so many seconds, each at its own pace: {values}. They have just rung "
            "together. After how many seconds will they do so again?",
            "[Compute|Find] the LCM of these for me: {values}.",
            "I need the smallest number that all of {values} divide evenly.",
        ],
        vague=[
            "When will the bells ring together again?",
            "I need the least common multiple of a few numbers.",
        ],
    ),
    Plan(
        "prime_factorization",
        "Split a whole number into its prime factors.",
        {
            "number": need(Digits(60, 99_999), "The integer to split, at least 2."),
            "as_powers": opt(
                Flag("write repeated factors as powers", "do not write repeated factors as powers"),
                "true returns pairs of prime and exponent, false lists each factor as often as it "
                "occurs.",
                default=False,
            ),
        },
        say=[
            "What are the prime factors of {number}?< Please {as_powers}.>",
            "[Split|Break down|Decompose] {number} into primes<, and {as_powers}>.",
            "My homework says to write {number} as a product of primes. [Can you do it|How does "
            "that go]?< But {as_powers}.>",
            "Prime factorization of {number}, please<; {as_powers}>.",
        ],
        vague=["Split my number into prime factors.", "What are the prime factors?"],
    ),
    Plan(
        "list_primes_between",
        "List the prime numbers of a range, smallest first.",
        {
            "start": need(Said(Digits(2, 400), str), "Lower end of the range, included."),
            "end": need(Said(Digits(420, 2000), str), "Upper end of the range, included."),
            "limit": opt(Int(3, 40), "Stop after so many primes; all where it is left out."),
        },
        say=[
            "Which [primes|prime numbers] lie between {start} and {end}?< I only need the first "
            "{limit}.>",
            "List< up to {limit} of> the prime numbers from {start} to {end}.",
            "Give me every prime that is at least {start} and at most {end}<, but stop after "
            "{limit} of them>.",
            "I need test data: primes in the range {start} to {end}<, no more than {limit}>.",
        ],
        vague=[
            "List all primes that are larger than {start}.",
            "Which prime numbers are in the range?",
        ],
    ),
    Plan(
        "is_prime",
        "Test whether a whole number is prime.",
        {"candidate": need(Digits(11, 99_991, 2), "The integer to test.")},
        say=[
            "Is {candidate} a prime number?",
            "[Check|Test] [whether|if] {candidate} is prime.",
            "My brother bets that {candidate} has no divisors except 1 and itself. [Is he "
            "right|Does he win]?",
            "I was wondering [if|whether] {candidate} is prime or not.",
        ],
        vague=["Is it a prime number?", "Check whether my number is prime."],
        like=["list_primes_between", "prime_factorization"],
    ),
    Plan(
        "factorial",
        "Multiply all whole numbers from 1 up to n.",
        {"n": need(Int(3, 60), "A non-negative integer.")},
        say=[
            "What is the factorial of {n}?",
            "[Compute|Calculate|Work out] {n} factorial.",
            "Multiply all the whole numbers from 1 to {n} together[ for me|, please].",
            "In how many orders can {n} different books stand on a shelf? That is the factorial of "
            "{n}, so just [give me that|work it out].",
        ],
        vague=[
            "Compute the factorial.",
            "What do I get if I multiply all whole numbers from 1 up?",
        ],
    ),
    Plan(
        "modular_power",
        "Raise an integer to a power and take the remainder of a division.",
        {
            "base": need(Digits(2, 99), "The integer that is raised."),
            "exponent": need(Digits(3, 500), "The non-negative exponent."),
            "modulus": need(Digits(5, 997), "The positive integer to divide by."),
        },
        say=[
            "What is {base} to the power of {exponent} modulo {modulus}?",
            "[Compute|Calculate] {base}^{exponent} mod {modulus}.",
            "If I raise {base} to the power {exponent} and divide by {modulus}, [what is left "
            "over|what remains]?",
            "For a toy RSA example I need the remainder on division by {modulus} of {base} raised "
            "to the power {exponent}.",
        ],
        vague=[
            "What is {base} to the power of {exponent} modulo my modulus?",
            "Compute {base} raised to a power modulo {modulus}.",
        ],
    ),
    Plan(
        "to_number_base",
        "Write a decimal whole number in another base.",
        {
            "decimal": need(Digits(10, 65_535), "The number in base 10."),
            "base": need(Int(2, 16), "The base to write it in, 2 to 16."),
            "min_digits": opt(Int(6, 24), "Pad with leading zeros to at least so many digits."),
            "uppercase": opt(
                Flag(
                    "use capital letters for digits above 9", "use small letters for digits above 9"
                ),
                "Case of the digits above 9.",
                default=True,
            ),
        },
        say=[
            "How do I write the decimal number {decimal} in base {base}<, padded to {min_digits} "
            "digits>?< Please {uppercase}.>",
            "[Convert|Translate|Change] {decimal} from base 10 to base {base}<. Pad it to at least "
            "{min_digits} digits>.",
            "I have the decimal {decimal} and need it in the number system with base {base}<; "
            "{uppercase}><, and fill up with zeros to {min_digits} digits>.",
            "What does {decimal} look like in base {base}<, with no fewer than {min_digits} "
            "digits>?",
        ],
        vague=[
            "How do I write {decimal} in another base?",
            "Convert my decimal number to base {base}.",
        ],
    ),
    Plan(
        "fibonacci_like",
        "List the terms of a sequence in which each term is the sum of the two before it.",
        {
            "terms": need(Int(5, 40), "How many terms to list."),
            "first": opt(Said(Digits(1, 9), str), "First term.", default=0),
            "second": opt(Said(Digits(2, 14), str), "Second term.", default=1),
        },
        say=[
            "Give me {terms} terms of the Fibonacci sequence<, but start with {first} and "
            "{second}>.",
            "[List|Show me|Write out] {terms} Fibonacci numbers<; let the first term be {first}><; "
            "the second term is {second}>.",
            "I want a sequence in which every term is the sum of the two before it, {terms} terms "
            "in all<. Begin with {first} and then {second}>.",
            "Fibonacci, please: {terms} terms<, first term {first}><, second term {second}>.",
        ],
        vague=[
            "List some terms of the Fibonacci sequence, I will tell you how many.",
            "Show me the Fibonacci numbers up to the term that I need.",
        ],
    ),
    Plan(
        "round_number",
        "Round a number to so many places behind the decimal point.",
        {
            "value": need(Decimals(1, 500, 6), "The number to round."),
            "places": need(
                Int(0, 4), "Digits kept behind the decimal point, 0 for a whole number."
            ),
            "mode": opt(
                Choice(
                    half_up="halves going up",
                    half_even="halves going to the even digit",
                    down="always rounding down",
                    up="always rounding up",
                ),
                "How to round: half_even sends halves to the even neighbour.",
                default="half_up",
            ),
        },
        say=[
            "Round {value} to {places} decimal places<, {mode}>.",
            "What is {value} with {places} digits behind the point<, {mode}>?",
            "The scale shows {value}, but the form takes exactly {places} decimals. [Round it for "
            "me|How do I round that]<, {mode}>?",
            "I need {value} rounded to {places} places<, {mode}>.",
        ],
        vague=[
            "Round {value} for me[ so that it looks tidy| a bit].",
            "Round my number to {places} decimal places.",
        ],
    ),
    Plan(
        "divide_with_remainder",
        "Divide one whole number by another and give quotient and remainder.",
        {
            "dividend": need(Digits(50, 5000), "The number that is divided."),
            "divisor": need(Int(3, 48), "The number to divide by."),
        },
        say=[
            "How often does {divisor} go into {dividend}, and [what is left|what remains]?",
            "[Divide|Do the division of] {dividend} by {divisor} with remainder.",
            "I have {dividend} apples and crates that hold {divisor} each. How many crates can I "
            "fill and how many apples [are left over|stay behind]?",
            "A farm packs eggs {divisor} to a box. With {dividend} eggs, how many full boxes are "
            "there and how many eggs remain?",
        ],
        vague=[
            "How many crates can I fill with {dividend} apples?",
            "How often does {divisor} go into my number?",
        ],
    ),
    Plan(
        "to_roman_numeral",
        "Write a whole number as a Roman numeral.",
        {"number": need(Digits(4, 3999), "Integer from 1 to 3999.")},
        say=[
            "How is {number} written in Roman numerals?",
            "[Write|Spell] {number} as a Roman numeral.",
            "We are carving the year {number} into a stone [in Roman numerals|in Roman letters]. "
            "What has to be on it?",
            "Roman numeral for {number}?",
        ],
        vague=[
            "How would my year of birth be written in Roman numerals?",
            "Write a number as a Roman numeral for me.",
        ],
    ),
)
