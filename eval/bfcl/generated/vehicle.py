"""Tasks over the simulated car."""

from __future__ import annotations

from eval.bfcl.generated.draft import Draft, call
from eval.bfcl.generated.simulator import Scenario

DOORS = {
    "driver": "the driver's door",
    "passenger": "the passenger's door",
    "rear_left": "the rear left door",
    "rear_right": "the rear right door",
}
ZIP_CODES = {
    ("Rivermist", "83214"): ("Stonebrook", "74532"),
    ("Maplecrest", "56108"): ("Silverpine", "62947"),
    ("Shadowridge", "71354"): ("Sunset Valley", "83462"),
    ("Oakendale", "47329"): ("Willowbend", "52013"),
    ("Crescent Hollow", "69238"): ("Autumnville", "51479"),
}
"""City and zip code -> those of a city whose distance the API knows."""


def draw_car(d: Draft) -> Scenario:
    """A car as its class loads it: stopped, its doors open in part, all levels drawn."""
    rng = d.rng
    return {
        "random_seed": rng.randrange(10**6),
        "fuelLevel": rng.randrange(16, 100) / 4,
        "batteryVoltage": rng.randrange(118, 134) / 10,
        "engineState": "stopped",
        "doorStatus": {door: rng.choice(("locked", "unlocked")) for door in DOORS},
        "acTemperature": rng.randrange(32, 56) / 2,
        "fanSpeed": rng.randrange(10, 90),
        "acMode": "auto",
        "humidityLevel": float(rng.randrange(30, 70)),
        "headLightStatus": "off",
        "parkingBrakeStatus": "released",
        "parkingBrakeForce": 0.0,
        "slopeAngle": 0.0,
        "brakePedalStatus": "released",
        "brakePedalForce": 0.0,
        "distanceToNextVehicle": float(rng.randrange(20, 90)),
        "cruiseStatus": "inactive",
        "destination": "None",
        "frontLeftTirePressure": rng.randrange(116, 144) / 4,
        "frontRightTirePressure": rng.randrange(116, 144) / 4,
        "rearLeftTirePressure": rng.randrange(116, 144) / 4,
        "rearRightTirePressure": rng.randrange(116, 144) / 4,
    }


def _start(d: Draft, **changed: object) -> Scenario:
    car = {**draw_car(d), **changed}
    d.open(VehicleControlAPI=car)
    return car


def _all(state: str) -> dict[str, str]:
    return dict.fromkeys(DOORS, state)


def doors(d: Draft) -> None:
    """Some doors are locked, or unlocked."""
    unlock = d.pick((True, False))
    _start(d, doorStatus=_all("locked" if unlock else "unlocked"))
    chosen = sorted(d.some(sorted(DOORS), d.rng.randrange(1, 4)))
    listed = " and ".join(DOORS[door] for door in chosen)
    verb = "unlock" if unlock else "lock"
    d.ask(f"[Please {verb}|{verb.capitalize()}|I want you to {verb}] {listed}.")
    d.call("lockDoors", unlock=unlock, door=chosen)


def climate(d: Draft) -> None:
    """Another temperature."""
    _start(d)
    degrees, fan = d.rng.randrange(16, 29), d.rng.randrange(2, 10) * 10
    mode = d.pick(("cool", "heat", "defrost"))
    d.ask(
        f"[Set the climate control to|Make it] {degrees} degrees Celsius, fan speed {fan}, "
        f"mode {mode}[.|, please.]"
    )
    d.call("adjustClimateControl", temperature=degrees, fanSpeed=fan, mode=mode)


def fuel(d: Draft) -> None:
    """Some gallons of fuel."""
    _start(d)
    gallons = d.rng.randrange(8, 80) / 4
    d.ask(f"[Fill|Put] {gallons} gallons of fuel into the tank.")
    d.call("fillFuelTank", fuelAmount=gallons)


def navigate(d: Draft) -> None:
    """Where to go."""
    _start(d)
    place = f"{d.pick(d.words.streets)}, {d.pick(sorted(ZIP_CODES))[0]}, CA"
    d.ask(f"[Navigate to|Set the navigation to|Take me to] {place}")
    d.call("set_navigation", destination=place)


def pressure(d: Draft) -> None:
    """The pressure of the tires."""
    _start(d)
    street = d.pick(d.words.streets)
    d.ask(f"I am [parked|standing] at {street}. [Are my tires|Is the tire pressure] all right?")
    healthy = d.look("check_tire_pressure")["healthy_tire_pressure"]
    d.reply("Yes, the tires are fine." if healthy else "No, the tire pressure is not healthy.")


def status(d: Draft) -> None:
    """What the car says about itself."""
    _start(d)
    name = d.pick(d.words.people)
    option, key, words = d.pick(
        (
            ("fuel", "fuelLevel", "fuel level"),
            ("battery", "batteryVoltage", "battery voltage"),
            ("climate", "humidityLevel", "humidity"),
        )
    )
    d.ask(f"{name} here. [What is the {words} of my car?|Show me the {words} of my car.]")
    d.reply(f"The {words} is {d.look('displayCarStatus', option=option)[key]}.")


def full(d: Draft) -> None:
    """As much fuel as fits: the level has to be looked up."""
    _start(d)
    street = d.pick(d.words.streets)
    d.ask(
        f"I am at the pump at {street}. Fill the tank up [to the brim|completely], "
        "50 gallons in all."
    )
    level = d.call("displayCarStatus", option="fuel")["fuelLevel"]
    d.call("fillFuelTank", fuelAmount=50 - level)


def litres(d: Draft) -> None:
    """Fuel in litres: it has to be converted."""
    _start(d)
    amount = d.rng.randrange(10, 80)
    d.ask(
        f"[Convert {amount} litres to gallons and fill that much fuel into the tank.|"
        f"Fill {amount} litres of fuel into the tank; it wants gallons, so convert them.]"
    )
    gallons = d.call("liter_to_gallon", liter=amount)["gallon"]
    d.call("fillFuelTank", fuelAmount=gallons)


def start(d: Draft) -> None:
    """Doors, brake pedal, engine: in this order."""
    _start(d, doorStatus=_all("unlocked"))
    street = d.pick(d.words.streets)
    d.ask(
        f"I am leaving {street}. [Lock all doors|Lock every door], press the brake fully and "
        "start the engine."
    )
    d.call("lockDoors", unlock=False, door=list(DOORS))
    d.call("pressBrakePedal", pedalPosition=1)
    d.call("startEngine", ignitionMode="START")


def drive(d: Draft) -> None:
    """How far is it, is there enough fuel, and off."""
    car = _start(d, doorStatus=_all("unlocked"))
    (start, _), (end, _) = d.pick(sorted(ZIP_CODES.items()))
    name = d.pick(d.words.people)
    d.ask(f"{name} here. [How far is it|What is the distance] from {start} to {end}?")
    here, there = d.calls(*(call("get_zipcode_based_on_city", city=city) for city in (start, end)))
    distance = d.look("estimate_distance", cityA=here["zipcode"], cityB=there["zipcode"])
    d.reply(f"It is {distance['distance']} km.")
    gallons = d.rng.randrange(8, int(4 * (50 - car["fuelLevel"]))) / 4
    d.ask(
        f"[Put {gallons} gallons in|Fill in {gallons} gallons]. "
        "[Is that|Will it be] enough for 600 miles?"
    )
    d.call("fillFuelTank", fuelAmount=gallons)
    enough = d.look("estimate_drive_feasibility_by_mileage", distance=600)["canDrive"]
    d.reply("Yes, that is enough." if enough else "No, that is not enough.")
    d.ask(
        "[Lock all doors, press the brake fully and start the engine.|"
        "Now lock every door, press the brake fully and start the engine, please.]"
    )
    d.call("lockDoors", unlock=False, door=list(DOORS))
    d.call("pressBrakePedal", pedalPosition=1)
    d.call("startEngine", ignitionMode="START")
    place = f"{d.pick(d.words.streets)}, {end}, CA"
    d.ask(f"[Navigate to|Set the navigation to] {place}")
    d.call("set_navigation", destination=place)


def how_warm(d: Draft) -> None:
    """How warm, the user says only when asked."""
    _start(d)
    street, degrees = d.pick(d.words.streets), d.rng.randrange(16, 29)
    fan = d.rng.randrange(2, 10) * 10
    d.ask(f"[On my way to|Near] {street}. Change the temperature in the car, with fan speed {fan}.")
    d.ask_back("To which temperature?")
    d.ask(f"[{degrees} degrees Celsius.|I would like {degrees} degrees Celsius.]")
    d.call("adjustClimateControl", temperature=degrees, fanSpeed=fan)


def lightless(d: Draft) -> None:
    """Nothing on offer switches the lights."""
    _start(d)
    gallons = d.rng.randrange(8, 80) / 4
    d.ask(f"[Tank|Fill in] {gallons} gallons of fuel.")
    d.call("fillFuelTank", fuelAmount=gallons)
    d.ask("[Turn the headlights on.|Now switch on the headlights, please.]")
    d.refuse("I am sorry, I have no tool for the headlights.", "setHeadlights")


KINDS = (
    *(doors, climate, fuel, navigate, pressure, status, full, litres, start, drive),
    *(how_warm, lightless),
)
