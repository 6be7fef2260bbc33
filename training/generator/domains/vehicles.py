"""Cars and rides: hailing, renting, fuel, charging, parking and repairs."""

from __future__ import annotations

from training.generator.kinds import (
    Choice,
    Code,
    Date,
    Flag,
    Int,
    ListOf,
    Money,
    Num,
    OneOf,
    Record,
    Said,
    Time,
    Words,
)
from training.generator.plan import Domain, Plan, need, opt
from training.generator.vocabulary import CITY

PICKUP = Words(
    "{} {}",
    [str(number) for number in range(12, 480, 23)],
    ("Birch Street", "Lincoln Avenue", "Ocean Drive", "Market Street", "Hill Road", "Garden Lane"),
)
DROPOFF = OneOf(
    "Orpheum Theatre", "Union Station", "Terminal B", "St. Mary's Hospital", "Riverside Mall",
    "Eastside Market", "Pier 17", "City Hall", "Greenwood Library", "Lakeside Campus",
    "Westgate Arena", "Memorial Park",
)  # fmt: skip
PLATE = Code("@@@-####")
MODELS = (
    ("Toyota", "Corolla"),
    ("Volvo", "V60"),
    ("Subaru", "Outback"),
    ("Skoda", "Octavia"),
    ("Mazda", "CX-5"),
    ("Ford", "Focus"),
    ("Kia", "Niro"),
    ("Honda", "Jazz"),
    ("Renault", "Clio"),
    ("Hyundai", "Tucson"),
)
FUEL = Choice(regular="regular", premium="premium", diesel="diesel", e85="E85 ethanol")
SOON = Date((2025, 2027))


def _hours(minutes: str) -> str:
    """Minutes as people say them: 90 is an hour and a half."""
    whole, half = divmod(int(minutes), 60)
    if not whole:
        return "half an hour"
    if whole == 1:
        return "an hour and a half" if half else "an hour"
    return f"{whole} and a half hours" if half else f"{whole} hours"


DOMAIN = Domain(
    "vehicles",
    Plan(
        "request_ride",
        "Order a car with a driver from one place to another.",
        {
            "pickup": need(PICKUP, "House number and street where the driver comes."),
            "dropoff": need(DROPOFF, "Where the ride ends, as the rider names it."),
            "ride_type": opt(
                Choice(
                    standard="a standard car",
                    van="a van",
                    pool="a shared ride",
                    luxury="a limousine",
                ),
                "Kind of ride: pool is shared with strangers.",
                default="standard",
            ),
            "passengers": opt(Int(2, 6), "How many people ride along.", default=1),
        },
        say=[
            "[Order|Get|Call] me a ride from {pickup} to {dropoff}<; {ride_type} would be best><; "
            "there are {passengers} of us>.",
            "I need to get to {dropoff}, pick me up at {pickup}<. We are {passengers} people><. "
            "Make it {ride_type}>.",
            "We are stuck at {pickup}. Please send a driver who takes us to {dropoff}<, "
            "{passengers} passengers><, {ride_type}>.",
            "Ride: {pickup} to {dropoff}<, {passengers} people><, {ride_type}>.",
        ],
        vague=[
            "[Order|Get] me a ride to {dropoff}.",
            "Please send a driver to {pickup}.",
            "I need a ride< for {passengers} people>.",
        ],
    ),
    Plan(
        "ride_price_estimate",
        "Estimate what a ride with a driver would cost, without ordering it.",
        {
            "start": need(PICKUP, "House number and street where the ride starts."),
            "end": need(DROPOFF, "Where it ends, as the rider names it."),
            "leave_at": opt(Time(), "HH:MM, 24-hour clock; now where it is left out."),
        },
        say=[
            "What would a ride from {start} to {end} cost< at {leave_at}>?",
            "I am comparing prices and do not want to order yet. How much is a ride from {start} "
            "to {end}<, leaving at {leave_at}>?",
            "[Estimate|Quote me] the fare between {start} and {end}< for {leave_at}>.",
            "About how much will they charge to take me to {end}<, {leave_at},> if I get in at "
            "{start}?",
        ],
        vague=[
            "What would a ride to {end} cost< at {leave_at}>?",
            "How much is a ride from {start}?",
        ],
        like=["request_ride"],
    ),
    Plan(
        "reserve_rental_car",
        "Reserve a car from a rental company.",
        {
            "city": need(CITY, "City where the car is picked up."),
            "pickup_date": need(SOON, "First day as YYYY-MM-DD."),
            "days": need(Int(2, 21), "Number of days."),
            "car_class": opt(
                Choice(
                    compact="a compact",
                    estate="an estate car",
                    suv="an SUV",
                    convertible="a convertible",
                ),
                "Size and kind of the car.",
                default="compact",
            ),
            "automatic": opt(
                Flag("with an automatic gearbox", "with a manual gearbox"),
                "true for automatic, false for manual.",
            ),
            "extras": opt(
                ListOf(
                    Choice(
                        child_seat="a child seat",
                        roof_box="a roof box",
                        gps="a navigation system",
                        snow_chains="snow chains",
                    ),
                    1,
                    2,
                ),
                "Things that come with the car.",
            ),
        },
        say=[
            "[Rent|Reserve] a car in {city} for {days} days from {pickup_date}<: {car_class}><, "
            "{automatic}><. Add {extras}>.",
            "We are touring around {city} and need a rental car on {pickup_date} for {days} "
            "days<, {car_class} if they have one><, {automatic}>.",
            "Can I get a hire car in {city}, starting {pickup_date}, {days} days<, {automatic}>?< "
            "We also need {extras}.>",
            "Rental car: {city}, {pickup_date}, {days} days<, {car_class}><, plus {extras}>.",
        ],
        vague=[
            "[Rent|Reserve] me a car in {city}.",
            "I need a rental car for {days} days<, {automatic}>.",
        ],
    ),
    Plan(
        "trip_fuel_cost",
        "Work out what the fuel for a drive costs.",
        {
            "distance_km": need(Int(40, 1500, 5), "Length of the drive in kilometres."),
            "litres_per_100km": need(Num(4, 13), "Consumption in litres per 100 km."),
            "price_per_litre": need(Num(1.1, 2.3, 2), "Price of a litre in euros."),
            "people": opt(Int(2, 5), "How many people share the cost.", default=1),
        },
        say=[
            "What does the fuel for {distance_km} km cost if the car takes {litres_per_100km} "
            "litres per 100 km and a litre is {price_per_litre} euros<, shared by {people} "
            "people>?",
            "[Calculate|Work out] fuel money: {distance_km} kilometres, {litres_per_100km} l/100 "
            "km, {price_per_litre} euros a litre<, split between {people} people>.",
            "Petrol stands at {price_per_litre} euros a litre and my van drinks "
            "{litres_per_100km} litres on 100 km. How much will {distance_km} km set me back<, "
            "divided by the {people} of us>?",
            "We drive {distance_km} km. With {price_per_litre} euros per litre and "
            "{litres_per_100km} litres per 100 km, what do we pay for fuel<, each of {people} "
            "people>?",
        ],
        vague=[
            "What will the fuel for {distance_km} km cost me?",
            "How much do I pay for fuel if my car takes {litres_per_100km} litres per 100 km?",
        ],
    ),
    Plan(
        "cheapest_fuel_nearby",
        "Find the gas stations with the lowest prices around a ZIP code.",
        {
            "zip_code": need(Code("#####"), "Five-digit ZIP code, as text."),
            "fuel": opt(FUEL, "Kind of fuel.", default="regular"),
            "radius_miles": opt(Int(3, 30), "Search radius in miles.", default=10),
        },
        say=[
            "Where is gas cheapest around ZIP code {zip_code}<, within {radius_miles} miles>?< "
            "The car runs on {fuel}.>",
            "The tank is nearly empty and I am in {zip_code}. [Find|Show] me a cheap gas "
            "station<, at most {radius_miles} miles away><; I need {fuel}>.",
            "[Find|List] the lowest fuel prices near {zip_code}< for {fuel}><, up to "
            "{radius_miles} miles out>.",
            "Cheap gas, ZIP {zip_code}<, {fuel}><, {radius_miles} miles around>.",
        ],
        vague=[
            "Where is gas cheapest<, within {radius_miles} miles>?",
            "[Find|Show] me a cheap gas station with {fuel}.",
        ],
    ),
    Plan(
        "start_parking_session",
        "Pay for parking on the street by phone.",
        {
            "zone": need(Code("#####"), "Number on the parking sign, as text."),
            "plate": need(PLATE, "Licence plate, such as ABC-1234."),
            "minutes": need(Said(Int(30, 240, 30), _hours), "How long to park, in minutes."),
        },
        say=[
            "[Start|Pay for] parking in zone {zone} for {minutes}, plate {plate}.",
            "I just parked {plate} in zone {zone}. Pay for {minutes}, please.",
            "My car is {plate} and I will be gone for {minutes}. The sign says zone {zone}. "
            "[Start the parking|Pay the meter].",
            "Parking: {plate}, {minutes}, zone {zone}.",
        ],
        vague=[
            "[Start|Pay for] parking for {plate}.",
            "Pay for {minutes} of parking, please.",
            "I just parked in zone {zone}. Start the parking, please.",
        ],
    ),
    Plan(
        "find_parking_garage",
        "Find garages with free spaces near a place.",
        {
            "near": need(DROPOFF, "Name of the place, as the driver says it."),
            "max_hourly": opt(Money(2, 15), "Highest price of an hour in dollars."),
            "min_height_cm": opt(Int(190, 260, 5), "Headroom the vehicle needs, in centimetres."),
            "ev_charging": opt(
                Flag("it must have chargers", "chargers are not needed"),
                "true finds only garages where electric cars can charge.",
            ),
        },
        say=[
            "Where can I park near {near}<, for no more than {max_hourly} an hour>?< A hint: "
            "{ev_charging}.>",
            "[Find|Look for] a parking garage close to {near}<, at most {max_hourly} per hour><; "
            "{ev_charging}><. My van needs {min_height_cm} cm of headroom>.",
            "We have tickets for tonight and drive to {near}. Is there a garage with free "
            "spaces<, {min_height_cm} cm high or more><, under {max_hourly} an hour>?",
            "Garage near {near}<; {ev_charging}><; headroom {min_height_cm} cm>.",
        ],
        vague=["Where can I park<, for no more than {max_hourly} an hour>?"],
    ),
    Plan(
        "book_workshop_visit",
        "Make an appointment for a car at a repair shop.",
        {
            "car": need(
                Record(
                    "{year} {model}",
                    {
                        "model": OneOf(*(f"{make} {model}" for make, model in MODELS)),
                        "year": Int(2005, 2024),
                    },
                    {"model": "Make and model, such as Ford Focus.", "year": "Year it was built."},
                ),
                "The car.",
            ),
            "jobs": need(
                ListOf(
                    Choice(
                        oil_change="an oil change",
                        brakes="new brakes",
                        tire_swap="winter tires",
                        wheel_alignment="a wheel alignment",
                        battery="a new battery",
                        air_conditioning="air conditioning service",
                        inspection="a yearly inspection",
                    ),
                    1,
                    3,
                ),
                "What is to be done.",
            ),
            "date": need(SOON, "Day as YYYY-MM-DD."),
            "loaner": opt(
                Flag("I need a loan car meanwhile", "I do not need a loan car"),
                "Whether the customer gets another car for the day.",
                default=False,
            ),
        },
        say=[
            "[Book|Make] a workshop appointment on {date} for my {car}: {jobs}<; {loaner}>.",
            "My {car} needs {jobs}. Can the shop take it on {date}?< Note that {loaner}.>",
            "On {date} I would like to bring in the {car} for {jobs}<. By the way, {loaner}>. "
            "[Please book it|Please make the appointment].",
            "Workshop, {date}: {car}, {jobs}<; {loaner}>.",
        ],
        vague=[
            "My {car} needs {jobs}. Book me an appointment.",
            "Book a workshop appointment on {date}.",
        ],
    ),
    Plan(
        "explain_fault_code",
        "Explain a trouble code that a car's diagnosis plug gives.",
        {
            "code": need(Code("P0###"), "The code: a letter and four digits."),
            "make": opt(OneOf(*(make for make, _ in MODELS)), "Maker of the car."),
        },
        say=[
            "What does the car's trouble code {code} mean<, on a {make}>?",
            "The engine light of my< {make}> car came on and the reader shows {code}. [What is "
            "wrong|What does that mean]?",
            "[Explain|Look up] fault code {code}<, the car is a {make}>.",
            "{code} - is it safe to keep driving with that trouble code< in a {make}>?",
        ],
        vague=["The engine light of my car came on. What does the code mean?"],
    ),
    Plan(
        "log_mileage",
        "Write a drive into the mileage log of a car.",
        {
            "plate": need(PLATE, "Licence plate, such as ABC-1234."),
            "odometer_km": need(Int(8000, 240000, 13), "Reading after the drive in kilometres."),
            "purpose": need(
                Choice(business="a business trip", commute="my commute", private="a private trip"),
                "What the drive was for.",
            ),
            "date": opt(Date((2024, 2025)), "Day as YYYY-MM-DD; today where it is left out."),
        },
        say=[
            "[Log|Write down] {purpose} for {plate}: the odometer shows {odometer_km} km<, on "
            "{date}>.",
            "Put {purpose} into the mileage log of {plate}< for {date}>. The reading is "
            "{odometer_km} kilometres now.",
            "The odometer of {plate} stands at {odometer_km} km after {purpose}<, driven on "
            "{date}>. Add that to the log.",
            "Mileage entry, {plate}, {odometer_km} km, {purpose}<, {date}>.",
        ],
        vague=[
            "[Log|Write down] {purpose} for {plate}.",
            "The odometer shows {odometer_km} km. Put that into the mileage log.",
        ],
    ),
    Plan(
        "ev_charging_time",
        "Work out how long an electric car takes to charge.",
        {
            "battery_kwh": need(Int(38, 110), "Capacity of the battery in kWh."),
            "charger_kw": need(Num(3.7, 150), "Power of the charger in kW."),
            "from_percent": opt(Int(5, 45, 5), "Charge at the start in percent.", default=0),
            "to_percent": opt(Int(60, 95, 5), "Charge at the end in percent.", default=100),
        },
        say=[
            "How long does a battery of {battery_kwh} kWh take to charge at {charger_kw} kW<, "
            "starting from {from_percent} percent><, up to {to_percent} percent>?",
            "[Calculate|Work out] the charging time: charger {charger_kw} kW, battery "
            "{battery_kwh} kWh<, from {from_percent}%><, to {to_percent}%>.",
            "My electric car holds {battery_kwh} kWh< and is at {from_percent} percent>. When "
            "will it be done< with {to_percent} percent> on a charger of {charger_kw} kW?",
            "With a wallbox of {charger_kw} kW, how many hours until my car and its {battery_kwh} "
            "kWh are ready<, charging to {to_percent}%><, with {from_percent}% left in it>?",
        ],
        vague=[
            "How long will my electric car take to charge at {charger_kw} kW?",
            "How long does it take to fill a battery of {battery_kwh} kWh?",
        ],
    ),
)
