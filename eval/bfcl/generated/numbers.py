"""Tasks over the simulated calculator: all of them questions."""

from __future__ import annotations

from eval.bfcl.generated.draft import Draft


def _numbers(d: Draft) -> list[int]:
    return d.some(range(3, 400), d.rng.randrange(3, 7))


def _listed(numbers: list[int]) -> str:
    return f"{', '.join(map(str, numbers[:-1]))} and {numbers[-1]}"


def one_of(d: Draft) -> None:
    """One number about several."""
    d.open(MathAPI={})
    numbers = _numbers(d)
    tool, words = d.pick(
        (
            ("mean", "mean"),
            ("sum_values", "sum"),
            ("max_value", "largest"),
            ("min_value", "smallest"),
            ("standard_deviation", "standard deviation"),
        )
    )
    d.ask(f"[Tell me|Work out|I need] the {words} of {_listed(numbers)}.")
    result = d.look(tool, numbers=numbers)["result"]
    d.reply(f"The result is {result}.")


def convert(d: Draft) -> None:
    """A length or weight in another unit."""
    d.open(MathAPI={})
    value = d.rng.randrange(2, 500)
    unit_in, unit_out, words = d.pick(
        (
            ("km", "miles", "kilometres (km) in miles"),
            ("miles", "km", "miles in kilometres (km)"),
            ("kg", "lb", "kilograms (kg) in pounds (lb)"),
            ("lb", "kg", "pounds (lb) in kilograms (kg)"),
            ("ft", "m", "feet (ft) in metres (m)"),
            ("in", "cm", "inches (in) in centimetres (cm)"),
        )
    )
    d.ask(f"[How much are|What are] {value} {words}?")
    made = {"value": value, "unit_in": unit_in, "unit_out": unit_out}
    result = d.look("imperial_si_conversion", **made)["result"]
    d.reply(f"{value} {unit_in} are {result} {unit_out}.")


def share(d: Draft) -> None:
    """A part in percent."""
    d.open(MathAPI={})
    whole = d.rng.randrange(50, 900)
    part = d.rng.randrange(3, whole)
    d.ask(f"{part} of our {whole} members [came|voted|paid]. What percentage is that?")
    result = d.look("percentage", part=part, whole=whole)["result"]
    d.reply(f"That is {result} percent.")


def rounded(d: Draft) -> None:
    """The mean, to a few places."""
    d.open(MathAPI={})
    numbers, places = _numbers(d), d.rng.randrange(2, 5)
    while sum(numbers) * 10**places % len(numbers) == 0:  # nothing to be rounded
        numbers = _numbers(d)
    d.ask(
        f"[Work out|Give me] the mean of {_listed(numbers)}, rounded to {places} decimals "
        "with your tools."
    )
    mean = d.call("mean", numbers=numbers)["result"]
    result = d.look("round_number", number=mean, decimal_places=places)["result"]
    d.reply(f"Rounded, the mean is {result}.")


def budget(d: Draft) -> None:
    """A sum, what is left of a budget, and the share of it."""
    d.open(MathAPI={})
    costs, budget = _numbers(d), d.rng.randrange(3000, 9000)
    thing = d.pick(d.words.things)
    d.ask(
        f"The parts of the {thing} cost {_listed(costs)}. "
        "[How much is that|What do they cost] together?"
    )
    total = d.look("sum_values", numbers=costs)["result"]
    d.reply(f"Together they cost {total}.")
    d.ask(f"We have {budget}. [How much is|What would be] left after that?")
    left = d.look("subtract", a=budget, b=total)["result"]
    d.reply(f"There would be {left} left.")
    d.ask(f"And which percentage of the {budget} is that rest?")
    percent = d.look("percentage", part=left, whole=budget)["result"]
    if round(percent, 2) != percent:
        d.reply(f"It is {percent} percent.")
        d.ask("[Round that|Please round it] to two decimal places with your tools.")
        percent = d.look("round_number", number=percent, decimal_places=2)["result"]
    d.reply(f"It is {percent} percent.")


def unitless(d: Draft) -> None:
    """From which unit, the user says only when asked."""
    d.open(MathAPI={})
    value = d.rng.randrange(2, 500)
    unit, words = d.pick((("in", "inches (in)"), ("m", "metres (m)"), ("ft", "feet (ft)")))
    target = {"in": "cm", "m": "yd", "ft": "m"}[unit]
    d.ask(f"[Please convert|Convert] {value} to {target}[.| for me.]")
    d.ask_back(f"From which unit shall I convert {value}?")
    d.ask(f"[It is|The number is] in {words}.")
    made = {"value": value, "unit_in": unit, "unit_out": target}
    result = d.look("imperial_si_conversion", **made)["result"]
    d.reply(f"That is {result} {target}.")


def later(d: Draft) -> None:
    """The tool for a question comes only with the next turn."""
    d.open(MathAPI={})
    base, exponent = d.rng.randrange(3, 30), d.rng.randrange(3, 9)
    d.ask(f"What is {base} to the power of {exponent}[?|, exactly?]")
    d.refuse("I have no tool for powers.", "power", "multiply")
    d.ask("[You can use `power` now.|Now there is a tool `power`.] Please answer with it.")
    result = d.look("power", base=base, exponent=exponent)["result"]
    d.reply(f"{base} to the power of {exponent} is {result}.")


KINDS = (one_of, convert, share, rounded, budget, unitless, later)
