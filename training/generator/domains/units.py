"""Changing measures from one unit to another, a tool for each kind of measure."""

from __future__ import annotations

import random
from dataclasses import dataclass

from training.generator.domains.arithmetic import Digits, Series
from training.generator.kinds import Choice, Drawn, Flag, Int, Num, OneOf, Said
from training.generator.plan import Domain, Plan, need, opt


@dataclass(frozen=True)
class Among(Choice):
    """An enum of which only some values are drawn, so that two of them never coincide."""

    drawn: tuple[str, ...] = ()

    def __init__(self, whole: Choice, *drawn: str) -> None:
        object.__setattr__(self, "said", whole.said)
        object.__setattr__(self, "drawn", drawn)

    def draw(self, rng: random.Random) -> Drawn:
        """One of the values that may be drawn."""
        value = rng.choice(self.drawn)
        return Drawn(value, self.said[value])


LENGTH = Choice(
    mm="millimetres",
    cm="centimetres",
    m="metres",
    km="kilometres",
    inch="inches",
    ft="feet",
    yd="yards",
    mi="miles",
)
MASS = Choice("grams", "kilograms", "tonnes", "ounces", "pounds", "stone")
HEAT = Choice(C="Celsius", F="Fahrenheit", K="Kelvin")
VOLUME = Choice(
    ml="millilitres",
    l="litres",
    m3="cubic metres",
    us_gal="US gallons",
    imp_gal="imperial gallons",
    us_pt="US pints",
)
LAND = Choice(
    sqm="square metres",
    ha="hectares",
    km2="square kilometres",
    sqft="square feet",
    acre="acres",
    sqmi="square miles",
)
PACE = Choice(kmh="km/h", ms="m/s", mph="miles per hour", kn="knots")
FORCE = Choice("bar", "kPa", "psi", "atm", "mmHg")
DATA = Choice(
    KB="kilobytes",
    MB="megabytes",
    GB="gigabytes",
    TB="terabytes",
    KiB="kibibytes",
    MiB="mebibytes",
    GiB="gibibytes",
)
INGREDIENT = OneOf(
    *(
        "plain flour, sugar, butter, rice, cocoa powder, honey, rolled oats, ground almonds, brown "
        "sugar, icing sugar, cornstarch, milk, olive oil, yogurt"
    ).split(", ")
)
AMOUNT = Num(2, 900, 2)

DOMAIN = Domain(
    "units",
    Plan(
        "convert_length",
        "Convert a length or distance.",
        {
            "value": need(AMOUNT, "The length."),
            "from_unit": need(
                Among(LENGTH, "mm", "cm", "m", "km"),
                "Unit of the value: inch for inches, ft for feet, mi for miles.",
            ),
            "to_unit": need(
                Among(LENGTH, "inch", "ft", "yd", "mi"),
                "Unit wanted: inch for inches, ft for feet, mi for miles.",
            ),
        },
        say=[
            "How many {to_unit} are {value} {from_unit}?",
            "[Convert|Change] {value} {from_unit} to {to_unit}.",
            "My American friend asked how far {value} {from_unit} is in {to_unit}. [What do I "
            "say|What should I answer]?",
            "The plan gives a length of {value} {from_unit}, but my tape [shows|only has] "
            "{to_unit}. What do I measure out?",
        ],
        vague=["How many {to_unit} is that?", "Convert {value} {from_unit} to another unit."],
    ),
    Plan(
        "convert_mass",
        "Convert a mass or weight.",
        {
            "amount": need(Num(2, 90, 2), "The mass."),
            "source": need(Among(MASS, "ounces", "pounds", "stone"), "Unit of the amount."),
            "target": need(Among(MASS, "grams", "kilograms", "tonnes"), "Unit wanted."),
            "decimals": opt(Int(2, 6), "Digits behind the decimal point.", default=3),
        },
        say=[
            "What are {amount} {source} in {target}<, to {decimals} decimals>?",
            "[Convert|Turn] {amount} {source} into {target}<, with {decimals} decimal places>.",
            "The parcel weighs {amount} {source}, and the post office wants {target}<, {decimals} "
            "decimals>. [How much is that|What do I write down]?",
            "I would like to have {amount} {source} expressed in {target}<; {decimals} digits "
            "behind the point>.",
        ],
        vague=[
            "What does my parcel weigh in {target}?",
            "Convert {amount} {source} into a metric unit.",
        ],
    ),
    Plan(
        "convert_temperature",
        "Convert a temperature.",
        {
            "degrees": need(Digits(-40, 450), "The temperature."),
            "scale": need(Among(HEAT, "F"), "Scale of the temperature: C, F or K."),
            "to_scale": need(Among(HEAT, "C", "K"), "Scale wanted: C, F or K."),
        },
        say=[
            "What is {degrees} degrees {scale} in {to_scale}?",
            "[Convert|Change] a temperature of {degrees} on the {scale} scale to {to_scale}.",
            "The manual says {degrees} degrees {scale}, and my thermometer only knows {to_scale}. "
            "[What do I look for|Which value is that]?",
            "It says {degrees} degrees {scale} here. I grew up with {to_scale}: [how much is "
            "that|what would that be]?",
        ],
        vague=[
            "How hot is {degrees} degrees on the other scale?",
            "What is the temperature of my oven in {to_scale}?",
        ],
    ),
    Plan(
        "convert_volume",
        "Convert a volume of liquid or space.",
        {
            "volume": need(Num(1, 400, 1), "The volume."),
            "unit_in": need(
                Among(VOLUME, "us_gal", "imp_gal", "us_pt"),
                "Unit of the volume: us_gal and imp_gal are US and imperial gallons, us_pt US "
                "pints.",
            ),
            "unit_out": need(
                Among(VOLUME, "ml", "l", "m3"),
                "Unit wanted: ml, l, m3 or one of the gallons and pints.",
            ),
        },
        say=[
            "How much is {volume} {unit_in} in {unit_out}?",
            "My fish tank holds {volume} {unit_in}. The dosing chart is written in {unit_out}, so "
            "what is that?",
            "[Convert|Change] {volume} {unit_in} to {unit_out}.",
            "I have to order liquid measured in {unit_out} but the spec says {volume} {unit_in}. "
            "[How much do I order|What does that come to]?",
        ],
        vague=[
            "How many {unit_out} does my fish tank hold?",
            "Express {volume} {unit_in} in a different unit.",
        ],
    ),
    Plan(
        "convert_area",
        "Convert the size of a surface or a piece of land.",
        {
            "area": need(AMOUNT, "The area."),
            "unit": need(
                Among(LAND, "sqft", "acre", "sqmi"),
                "Unit of the area: sqft, acre and sqmi are square feet, acres and square miles.",
            ),
            "into": need(
                Among(LAND, "sqm", "ha", "km2"),
                "Unit wanted: sqm, ha and km2 are square metres, hectares and square kilometres.",
            ),
        },
        say=[
            "How large are {area} {unit} in {into}?",
            "An advert offers land of {area} {unit}. [How much is that|What is that] in {into}?",
            "Give me an area of {area} {unit} in {into}.",
            "For the form I need our {area} {unit} stated in {into}. [What goes in|What number is "
            "that]?",
        ],
        vague=[
            "How large is our land in {into}?",
            "What are {area} {unit} for someone who thinks in another unit?",
        ],
    ),
    Plan(
        "convert_speed",
        "Convert a speed.",
        {
            "speed": need(Num(3, 300, 1), "The speed."),
            "given_in": need(
                Among(PACE, "mph", "kn"),
                "Unit of the speed: mph for miles per hour, kn for knots, ms for m/s, kmh for "
                "km/h.",
            ),
            "wanted_in": need(Among(PACE, "kmh", "ms"), "Unit wanted, from the same list."),
        },
        say=[
            "How fast is {speed} {given_in} in {wanted_in}?",
            "The wind blows at {speed} {given_in}. What is that in {wanted_in}?",
            "[Convert|Change] {speed} {given_in} to {wanted_in}.",
            "My rental car shows {speed} {given_in} on the dial, and I only understand "
            "{wanted_in}. [How fast am I going|What is my speed then]?",
        ],
        vague=[
            "How fast is the wind in {wanted_in}?",
            "Convert {speed} {given_in} into another unit of speed.",
        ],
    ),
    Plan(
        "convert_pressure",
        "Convert a pressure.",
        {
            "pressure": need(Num(1, 90, 1), "The pressure."),
            "from": need(Among(FORCE, "bar", "atm", "kPa"), "Unit of the pressure."),
            "to": need(Among(FORCE, "psi", "mmHg"), "Unit wanted."),
        },
        say=[
            "How much is {pressure} {from} in {to}?",
            "My boiler needs {pressure} {from}. The gauge on the pump reads {to}. How far do I "
            "pump?",
            "[Convert|Change] a pressure of {pressure} {from} to {to}.",
            "The data sheet allows {pressure} {from} at most; [what would|what does] that read on "
            "a {to} gauge?",
        ],
        vague=[
            "How far do I pump my tyres, in {to}?",
            "How much is {pressure} {from} in other units of pressure?",
        ],
    ),
    Plan(
        "convert_data_size",
        "Convert a size of data between decimal and binary units.",
        {
            "size": need(Num(2, 950, 2), "The size."),
            "size_unit": need(
                Among(DATA, "MB", "GB", "TB"),
                "Unit of the size: MB counts in thousands, MiB in 1024s.",
            ),
            "new_unit": need(
                Among(DATA, "KB", "KiB", "MiB", "GiB"),
                "Unit wanted: MB counts in thousands, MiB in 1024s.",
            ),
            "round_up": opt(
                Flag("round up to a whole number", "do not round"),
                "Whether the result is rounded up to a whole number.",
                default=False,
            ),
        },
        say=[
            "How many {new_unit} are {size} {size_unit}?< Please {round_up}.>",
            "The disk says {size} {size_unit}, and my system counts in {new_unit}. [What will it "
            "show|How large will it look]?< You should {round_up}.>",
            "[Convert|Change] {size} {size_unit} to {new_unit}<, and {round_up}>.",
            "I need a quota of {size} {size_unit} written in {new_unit}<; {round_up}>.",
        ],
        vague=[
            "How many {new_unit} does my disk have?",
            "Write {size} {size_unit} in another unit<, and {round_up}>.",
        ],
    ),
    Plan(
        "cups_to_grams",
        "Convert cups of a cooking ingredient to grams.",
        {
            "ingredient": need(INGREDIENT, "Name of the ingredient."),
            "cups": need(Num(2, 8, 1), "Number of cups; 0.5 for half a cup."),
            "cup": opt(
                Choice(us="US cups", metric="metric cups", japanese="Japanese cups"),
                "Which cup is meant.",
                default="us",
            ),
        },
        say=[
            "How many grams are {cups} cups of {ingredient}<, taking {cup}>?",
            "An American blog wants {cups} cups of {ingredient}<, by which it means {cup}>. [I "
            "only have a scale, how many grams is that|How many grams do I weigh]?",
            "[Convert|Translate] {cups} cups of {ingredient} to grams<; they are {cup}>.",
            "I am baking and need the weight in grams of {ingredient}, {cups} cups of it<, {cup}>.",
        ],
        vague=[
            "How many grams is a few cups of {ingredient}?",
            "How many grams are {cups} cups<, taking {cup}>?",
        ],
    ),
    Plan(
        "fuel_economy",
        "Convert miles per gallon to litres per 100 km.",
        {
            "mpg": need(Num(12, 70, 1), "Miles per gallon."),
            "gallon": opt(
                Choice(us="US gallons", imperial="imperial gallons"),
                "Which gallon is meant.",
                default="us",
            ),
        },
        say=[
            "How many litres per 100 km are {mpg} miles per gallon<, in {gallon}>?",
            "The car is said to do {mpg} mpg<, measured in {gallon}>. [What is that|How thirsty is "
            "it] in litres per 100 kilometres?",
            "[Convert|Change] {mpg} mpg to l/100 km<, based on {gallon}>.",
            "A cousin boasts of {mpg} miles to the gallon<, and those are {gallon}>. What would we "
            "say here, in litres per hundred kilometres?",
        ],
        vague=[
            "How many litres per 100 km does my car use?",
            "Convert the mileage of the car to l/100 km<, based on {gallon}>.",
        ],
    ),
    Plan(
        "degrees_to_radians",
        "Convert a list of angles in degrees to radians.",
        {
            "angles": need(Series(Digits(5, 355, 5), 2, 6), "Angles in degrees."),
            "as_multiple_of_pi": opt(
                Flag("write them as multiples of pi", "write them as decimals"),
                "Whether results are written as multiples of pi.",
                default=False,
            ),
        },
        say=[
            "What are {angles} degrees in radians?< Please {as_multiple_of_pi}.>",
            "[Convert|Turn] these angles from degrees to radians: {angles}<. You should "
            "{as_multiple_of_pi}>.",
            "My program takes radians, and I have the angles {angles} in degrees. [Can you convert "
            "them|What are they then]?",
            "I need {angles} (all degrees) in radians<, and please {as_multiple_of_pi}>.",
        ],
        vague=[
            "What are my angles in radians?< Please {as_multiple_of_pi}.>",
            "Turn a few angles from degrees into radians.",
        ],
    ),
    Plan(
        "feet_inches_to_metric",
        "Convert a body height in feet and inches to centimetres.",
        {
            "feet": need(Said(Int(4, 7), str), "Whole feet."),
            "inches": need(Said(Digits(1, 11), str), "Inches on top of the feet."),
        },
        say=[
            "How tall is someone of {feet} feet {inches} inches in centimetres?",
            "[Convert|Change] a height of {feet} ft {inches} in to cm.",
            "The visa form asks for my height in centimetres. I am {feet} foot {inches}. [What do "
            "I enter|What is that]?",
            "A basketball player is listed at {feet} feet and {inches} inches. [How many "
            "centimetres is he|What is his height in cm]?",
        ],
        vague=[
            "What is my height in centimetres?",
            "How many centimetres is someone a bit over {feet} feet?",
        ],
        like=["convert_length"],
    ),
    Plan(
        "seconds_to_duration",
        "Write a number of seconds as days, hours, minutes and seconds.",
        {
            "seconds": need(Int(4_000, 900_000), "Number of seconds."),
            "largest": opt(
                Choice("days", "hours", "minutes"), "Largest unit to use.", default="days"
            ),
            "short": opt(
                Flag("use abbreviations", "spell the units out"),
                "true writes 2h 5m, false 2 hours 5 minutes.",
                default=False,
            ),
        },
        say=[
            "How long are {seconds} seconds in plain words<, using nothing larger than "
            "{largest}>?< Please {short}.>",
            "The log says the job ran for {seconds} seconds. [Make that readable|What is that in "
            "human terms]<, with {largest} as the largest unit><, and {short}>.",
            "[Write|Break down] {seconds} seconds as a duration<; the largest unit is {largest}><; "
            "{short}>.",
            "I have an uptime of {seconds} seconds and want it [nicely written|as a readable "
            "duration]<, in {largest} and smaller units>.",
        ],
        vague=[
            "Make the run time of my job readable<, and {short}>.",
            "How long is that number of seconds in plain words?",
        ],
    ),
)
