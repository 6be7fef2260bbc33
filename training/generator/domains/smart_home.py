"""A smart home: light, warmth, locks, appliances and routines."""

from __future__ import annotations

from training.generator.kinds import (
    Choice,
    Code,
    Date,
    Flag,
    Int,
    ListOf,
    Num,
    OneOf,
    Percent,
    Quoted,
    Record,
    Said,
    Time,
)
from training.generator.plan import Domain, Plan, need, opt
from training.generator.vocabulary import FIRST_NAME

ROOMS = (
    "kitchen", "living room", "bedroom", "hallway", "bathroom", "study", "nursery", "attic",
    "guest room", "dining room", "basement", "garage", "conservatory", "laundry room",
)  # fmt: skip
ROOM = OneOf(*ROOMS)
WEEKDAY = Choice(
    mon="Mondays", tue="Tuesdays", wed="Wednesdays", thu="Thursdays", fri="Fridays",
    sat="Saturdays", sun="Sundays",
)  # fmt: skip
DOOR = Choice(front="front door", back="back door", garage="garage door", cellar="cellar door",
              garden="garden gate")  # fmt: skip


def _duration(minutes: str) -> str:
    """Minutes as people say them: 60 is an hour."""
    whole = int(minutes) // 60
    return "an hour" if whole == 1 else f"{whole} hours"


ROUTINES = Quoted(
    "Good morning", "Wind down", "Away", "Movie time", "Dinner", "Bedtime story", "Back from work",
    "Weekend",
)  # fmt: skip
GADGETS = OneOf(
    "hall lamp", "radio", "heater", "fan", "coffee machine", "porch light", "humidifier",
    "television",
)  # fmt: skip
METERED = OneOf(
    "fridge", "freezer", "dishwasher", "heat pump", "television", "wallbox", "oven", "aquarium",
    "computer", "washing machine", "boiler",
)  # fmt: skip

DOMAIN = Domain(
    "smart_home",
    Plan(
        "dim_lights",
        "Set the brightness of the lights in a room.",
        {
            "room": need(ROOM, "Name of the room."),
            "brightness": need(Percent(5, 95, digits=0), "In percent: 0 is off, 100 full light."),
            "warmth": opt(
                Choice(warm="warm", neutral="neutral", cold="cold"), "Tone of the white light."
            ),
            "fade_seconds": opt(Int(2, 30), "How slowly it changes, in seconds.", default=0),
        },
        say=[
            "[Set|Turn] the lights in the {room} to {brightness}<, with a {warmth} tone><, fading "
            "over {fade_seconds} seconds>.",
            "It is too bright in here. [Dim|Bring] the {room} lights to {brightness}<, {warmth} "
            "white><, over {fade_seconds} seconds>.",
            "Could the {room} be lit at {brightness}<, in a {warmth} white><, changing within "
            "{fade_seconds} seconds>?",
            "Lights, {room}: {brightness}<, {warmth}>.",
            "I am about to read in the {room} and would like {brightness} light there<, {warmth} "
            "please>.",
        ],
        vague=[
            "[Dim|Change] the lights in the {room}.",
            "Set the lights to {brightness}<, {warmth} white>.",
        ],
        like=["color_lights"],
    ),
    Plan(
        "color_lights",
        "Give the lamps of a room a colour.",
        {
            "room": need(ROOM, "Name of the room."),
            "rgb": need(
                Record(
                    "red {r}, green {g}, blue {b}",
                    {"r": Int(0, 255, 5), "g": Int(0, 255, 5), "b": Int(0, 255, 5)},
                    {"r": "Red, 0 to 255.", "g": "Green, 0 to 255.", "b": "Blue, 0 to 255."},
                ),
                "The colour.",
            ),
            "effect": opt(
                Choice(steady="steady", pulse="pulsing", rainbow_cycle="cycling through a rainbow"),
                "How the light behaves.",
                default="steady",
            ),
        },
        say=[
            "[Make|Turn] the {room} lamps this colour: {rgb}<; keep them {effect}>.",
            "Movie night! Give the {room} a light of {rgb}<, {effect}>.",
            "I want coloured light in the {room}, namely {rgb}<, and it should be {effect}>.",
            "[Change|Set] the lamp colour to {rgb} in the {room}<, {effect}>.",
        ],
        vague=[
            "Give the {room} some coloured light.",
            "[Change|Set] the lamp colour to {rgb}<, {effect}>.",
        ],
    ),
    Plan(
        "set_room_temperature",
        "Set the target temperature of the heating or cooling in a room.",
        {
            "room": need(ROOM, "Name of the room."),
            "celsius": need(Num(16, 26), "Target in degrees Celsius."),
            "mode": opt(
                Choice(heat="heating", cool="cooling", auto="automatic"),
                "What may run.",
                default="auto",
            ),
            "until": opt(Time(), "HH:MM, 24-hour clock; lasting where it is left out."),
        },
        say=[
            "[Set|Put] the {room} to {celsius} degrees Celsius<, {mode} mode><, until {until}>.",
            "I am freezing here. Bring the {room} to {celsius} °C<, and keep it so until "
            "{until}><, in {mode} mode>.",
            "Can you make it {celsius} degrees Celsius in the {room}<, until {until}>?",
            "Thermostat {room}: {celsius} °C<, {mode}><, till {until}>.",
        ],
        vague=[
            "I am freezing in the {room}. Change the temperature.",
            "[Set|Put] the heating to {celsius} degrees<, until {until}>.",
        ],
    ),
    Plan(
        "set_door_lock",
        "Lock or unlock a door.",
        {
            "door": need(DOOR, "Which door."),
            "state": need(Choice(locked="locked", unlocked="unlocked"), "State it shall have."),
            "notify": opt(
                Flag("let me know when it is done", "no need to tell me when it is done"),
                "Whether a message comes when the bolt has moved.",
                default=False,
            ),
        },
        say=[
            "I want the {door} to be {state}<; {notify}>.",
            "[Make sure|Please see to it] that the {door} is {state}<; {notify}>.",
            "Change the {door} to {state}<, and {notify}>.",
            "The plumber is at the house. I need the {door} {state} right away<; {notify}>.",
        ],
        vague=[
            "Do something about the lock: I want it {state}.",
            "I want one of the doors {state}<; {notify}>.",
        ],
    ),
    Plan(
        "create_door_code",
        "Make a code with which a guest can open a door.",
        {
            "guest": need(FIRST_NAME, "Name of the guest."),
            "code": need(Code("####"), "Four digits, as text."),
            "door": opt(DOOR, "Which door.", default="front"),
            "expires": opt(Date((2025, 2027)), "Last day it works, YYYY-MM-DD."),
        },
        say=[
            "[Make|Create] door code {code} for {guest}<, {door}><, valid until {expires}>.",
            "{guest} will water our plants and needs to get in. Let {guest} use the code {code}<, "
            "at the {door}><, up to {expires}>.",
            "I would like {guest} to have {code} as an entry code<, for the {door} only><, "
            "expiring on {expires}>.",
            "New entry code {code}, guest {guest}<, {door}><, until {expires}>.",
        ],
        vague=[
            "{guest} needs an entry code for our house.",
            "[Make|Create] door code {code}<, {door}>.",
        ],
    ),
    Plan(
        "start_appliance",
        "Start a household appliance, at once or with a delay.",
        {
            "appliance": need(
                Choice(
                    washer="washing machine",
                    dryer="tumble dryer",
                    dishwasher="dishwasher",
                ),
                "Which appliance.",
            ),
            "program": opt(
                Choice(eco="eco", quick="quick", intensive="intensive", gentle="gentle"),
                "Program to run.",
            ),
            "delay_minutes": opt(
                Said(Int(60, 480, 60), _duration), "Start so many minutes from now.", default=0
            ),
        },
        say=[
            "[Start|Turn on|Run] the {appliance}< on the {program} program>< in {delay_minutes}>.",
            "Everything is loaded. The {appliance} can go<, {program} program><, {delay_minutes} "
            "from now>.",
            "Could you set off the {appliance}<, {program} program><, after {delay_minutes}>?",
            "I would like the {appliance} to run<, with the {program} program><, starting in "
            "{delay_minutes}>.",
        ],
        vague=["Everything is loaded, start the machine<, {program} program>."],
    ),
    Plan(
        "send_vacuum",
        "Send the robot vacuum to clean rooms.",
        {
            "rooms": need(ListOf(ROOM, 1, 3), "Names of the rooms, in the order of cleaning."),
            "suction": opt(
                Choice(quiet="quietly", normal="normally", max="at full power"),
                "Power of suction; max is full power.",
                default="normal",
            ),
            "mop": opt(
                Flag("mop the floor too", "do not mop"), "Whether it also mops.", default=False
            ),
        },
        say=[
            "[Vacuum|Have the robot vacuum] the {rooms}<, {suction}><, and {mop}>.",
            "Guests come in an hour and the floor is full of crumbs. Send the robot through the "
            "{rooms}<; it should work {suction}><. Please {mop}>.",
            "Let the vacuum robot do the {rooms}<, running {suction}><; {mop}>.",
            "Robot, clean up: {rooms}<, {suction}><; {mop}>.",
        ],
        vague=["Send the robot vacuum out<, running {suction}>."],
    ),
    Plan(
        "create_routine",
        "Create a routine that sets devices at a certain time.",
        {
            "name": need(
                ROUTINES,
                "Name of the routine.",
            ),
            "at": need(Time(), "HH:MM, 24-hour clock."),
            "actions": need(
                ListOf(
                    Record(
                        "the {device} goes {state}",
                        {
                            "device": GADGETS,
                            "state": Choice("on", "off"),
                        },
                        {"device": "Name of the device.", "state": "on or off."},
                    ),
                    1,
                    3,
                ),
                "What the routine does, in order.",
            ),
            "days": opt(
                ListOf(WEEKDAY, 1, 3),
                "Weekdays as three small letters, mon to sun; every day where it is left out.",
            ),
        },
        say=[
            "[Create|Set up] a routine called {name}: at {at}< on {days}> {actions}.",
            "I want a home routine {name} that starts at {at}<, only on {days}>. In it, {actions}.",
            "Every evening I do the same by hand. From now on, when it is {at}<, on {days},> "
            "{actions}. Call that routine {name}.",
            "New routine {name}, {at}<, {days}>: {actions}.",
        ],
        vague=[
            "[Create|Set up] a home routine called {name}.",
            "Set up a routine that starts at {at}<, only on {days}>.",
        ],
    ),
    Plan(
        "device_energy_use",
        "Report how much electricity a device has used.",
        {
            "device": need(
                METERED,
                "Name of the device.",
            ),
            "period": opt(
                Choice(today="today", week="this week", month="this month", year="this year"),
                "Time to report on.",
                default="today",
            ),
            "as_cost": opt(
                Flag("in euros", "in kilowatt hours"),
                "true gives the cost in euros, false the energy in kWh.",
                default=False,
            ),
        },
        say=[
            "How much electricity has the {device} used< {period}>?< I want it {as_cost}.>",
            "The power bill shocked me. [Show|Tell] me what the {device} [takes|consumes]<, for "
            "{period}><, {as_cost}>.",
            "Power use of the {device}<, {period}><, {as_cost}>, please.",
            "[Check|Look up] the consumption of the {device}< for {period}><, expressed "
            "{as_cost}>.",
        ],
        vague=["How much electricity did it use< {period}>?"],
    ),
    Plan(
        "move_blinds",
        "Open or close the blinds of a room to some degree.",
        {
            "room": need(ROOM, "Name of the room."),
            "open_share": need(
                Percent(10, 90, fraction=True, digits=0),
                "How far they are open, from 0 (closed) to 1 (open): 0.4 for 40 percent.",
            ),
            "tilt_degrees": opt(Int(10, 80, 5), "Angle of the slats in degrees."),
        },
        say=[
            "[Open|Set] the blinds in the {room} to {open_share}<, with the slats at "
            "{tilt_degrees} degrees>.",
            "The sun blinds me. I want the {room} blinds {open_share} open<, slats tilted by "
            "{tilt_degrees} degrees>.",
            "Could the blinds of the {room} be {open_share} open<, tilted {tilt_degrees} degrees>?",
            "Blinds, {room}, {open_share} open<, slats {tilt_degrees} degrees>.",
        ],
        vague=[
            "Do something about the blinds in the {room}.",
            "I want the blinds {open_share} open.",
        ],
    ),
    Plan(
        "arm_alarm",
        "Switch on the burglar alarm.",
        {
            "mode": need(
                Choice(
                    home="while we are at home", away="while nobody is in", night="for the night"
                ),
                "home watches doors only, away watches everything, night the ground floor.",
            ),
            "pin": need(Code("######"), "Six-digit PIN of the user, as text."),
            "exit_seconds": opt(
                Int(20, 90, 10), "Time to leave the house, in seconds.", default=30
            ),
        },
        say=[
            "[Arm|Switch on] the burglar alarm {mode}, my PIN is {pin}<, with {exit_seconds} "
            "seconds to get out>.",
            "With the PIN {pin}, put the alarm on {mode}<, and leave {exit_seconds} seconds to "
            "get out>.",
            "There were break-ins on our street, so let the alarm system watch the house {mode}<, "
            "starting after {exit_seconds} seconds>. PIN: {pin}.",
            "Alarm on {mode}, {pin} is the PIN<, exit time {exit_seconds} seconds>.",
        ],
        vague=[
            "[Arm|Switch on] the burglar alarm {mode}.",
            "Switch on the alarm, my PIN is {pin}.",
        ],
    ),
    Plan(
        "read_sensor",
        "Read what a sensor in a room measures now.",
        {
            "room": need(ROOM, "Name of the room."),
            "quantity": need(
                Choice(
                    temperature="temperature",
                    humidity="humidity",
                    co2="carbon dioxide level",
                    noise="noise level",
                    light="light level",
                ),
                "What to read.",
            ),
        },
        say=[
            "What is the {quantity} in the {room} right now?",
            "[Read|Check] the {quantity} sensor of the {room}.",
            "I am not at home. [Tell|Show] me the {quantity} for the {room}.",
            "The baby sleeps in the {room}. What does the sensor there say about the {quantity}?",
        ],
        vague=["What is the {quantity} right now?", "[Read|Check] the sensor in the {room}."],
    ),
)
