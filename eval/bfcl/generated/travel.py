"""Tasks over the simulated travel agency."""

from __future__ import annotations

from dataclasses import dataclass

from envs.types import JSON
from eval.bfcl.generated.draft import Draft, call
from eval.bfcl.generated.simulator import Scenario

AIRPORTS = {
    "Rivermist": "RMS",
    "Stonebrook": "SBK",
    "Maplecrest": "MPC",
    "Silverpine": "SVP",
    "Shadowridge": "SHD",
    "Sunset Valley": "SSV",
    "Oakendale": "OKD",
    "Willowbend": "WLB",
    "Crescent Hollow": "CRH",
    "Autumnville": "ATV",
    "Pinehaven": "PHV",
    "Greenfield": "GFD",
}
"""City -> airport, as the API has them; there is a flight from each to all that come later."""
CLASSES = ("economy", "business", "first")


@dataclass(frozen=True)
class Traveller:
    """Somebody with two cards and two bookings."""

    first_name: str
    last_name: str
    token: str
    cards: dict[str, dict[str, JSON]]
    bookings: dict[str, dict[str, JSON]]

    def scenario(self, seed: int) -> Scenario:
        """The agency as its class loads it."""
        return {
            "random_seed": seed,
            "credit_card_list": self.cards,
            "booking_record": self.bookings,
            "access_token": self.token,
            "token_type": "Bearer",
            "token_expires_in": 1800,
            "token_scope": "read_write",
            "user_first_name": self.first_name,
            "user_last_name": self.last_name,
            "budget_limit": None,
        }


@dataclass(frozen=True)
class Flight:
    """A flight that exists."""

    start: str
    end: str
    date: str
    level: str

    def arguments(self) -> dict[str, str]:
        """As the API takes it."""
        return {
            "travel_from": AIRPORTS[self.start],
            "travel_to": AIRPORTS[self.end],
            "travel_date": self.date,
            "travel_class": self.level,
        }


def draw_flight(d: Draft) -> Flight:
    """A flight between two cities."""
    cities = list(AIRPORTS)
    first, second = sorted(d.some(range(len(cities)), 2))
    date = f"20{d.rng.randrange(27, 30)}-{d.rng.randrange(1, 13):02}-{d.rng.randrange(1, 28):02}"
    return Flight(cities[first], cities[second], date, d.pick(CLASSES))


def draw_traveller(d: Draft) -> Traveller:
    """Somebody who can pay for any flight."""
    name, surname = d.pick(d.words.people), d.pick(d.words.surnames)
    cards = {
        f"card-{number}": {
            "card_number": f"5100 2200 {d.rng.randrange(1000, 9999)} {number}",
            "expiration_date": f"{d.rng.randrange(1, 13):02}/2031",
            "cardholder_name": f"{name} {surname}",
            "card_verification_number": d.rng.randrange(100, 1000),
            "balance": d.rng.randrange(20_000, 60_000),
        }
        for number in d.some(range(1000, 10_000), 2)
    }
    bookings: dict[str, dict[str, JSON]] = {}
    while len(bookings) < 2:
        flight = draw_flight(d)
        if all(flight.arguments()["travel_to"] != b["travel_to"] for b in bookings.values()):
            bookings[str(d.rng.randrange(10**6, 10**7))] = {
                "card_id": d.pick(sorted(cards)),
                **flight.arguments(),
                "travel_cost": float(d.rng.randrange(100, 2000)),
                "transaction_id": str(d.rng.randrange(10**7, 10**8)),
            }
    return Traveller(name, surname, f"tok-{d.rng.randrange(10**5, 10**6)}", cards, bookings)


def _start(d: Draft) -> Traveller:
    traveller = draw_traveller(d)
    d.open(TravelAPI=traveller.scenario(d.rng.randrange(10**6)))
    return traveller


def airport(d: Draft) -> None:
    """The airport of a city."""
    name, city = _start(d).first_name, d.pick(sorted(AIRPORTS))
    d.ask(f"[{name} here. Which|My name is {name}. Which] airport is [nearest|closest] to {city}?")
    found = d.look("get_nearest_airport_by_city", location=city)["nearest_airport"]
    d.reply(f"The nearest airport to {city} is {found}.")


def exchange(d: Draft) -> None:
    """Dollars in another currency."""
    _start(d)
    amount, currency = d.rng.randrange(20, 4000), d.pick(("EUR", "GBP", "JPY", "CAD", "MXN"))
    d.ask(f"[How much are {amount} USD in {currency}?|Convert {amount} USD to {currency}.]")
    made = {"base_currency": "USD", "target_currency": currency, "value": amount}
    found = d.look("compute_exchange_rate", **made)["exchanged_value"]
    d.reply(f"{amount} USD are {found} {currency}.")


def limit(d: Draft) -> None:
    """A budget."""
    token, amount = _start(d).token, d.rng.randrange(10, 90) * 100
    d.ask(
        f"[Set my budget limit to|Limit my budget to] {amount} dollars. My access token is {token}."
    )
    d.call("set_budget_limit", access_token=token, budget_limit=amount)


def cost(d: Draft) -> None:
    """The price of a flight between two cities."""
    _start(d)
    flight = draw_flight(d)
    d.ask(
        f"[How much is a flight|What is the price of a flight] from {flight.start} to "
        f"{flight.end} on {flight.date} in {flight.level} class?"
    )
    cities = (flight.start, flight.end)
    d.calls(*(call("get_nearest_airport_by_city", location=city) for city in cities))
    (found,) = d.look("get_flight_cost", **flight.arguments())["travel_cost_list"]
    d.reply(f"It costs {found} dollars.")


def book(d: Draft) -> None:
    """A flight between two airports."""
    traveller, flight = _start(d), draw_flight(d)
    card, codes = d.pick(sorted(traveller.cards)), flight.arguments()
    d.ask(
        f"[Book|Please book] a {flight.level} class flight from {codes['travel_from']} to "
        f"{codes['travel_to']} on {flight.date}. Use {card}; my access token is {traveller.token}."
    )
    d.call("book_flight", access_token=traveller.token, card_id=card, **codes)


def cancel(d: Draft) -> None:
    """The booking to a place is cancelled: it has to be found."""
    traveller = _start(d)
    number = d.pick(sorted(traveller.bookings))
    city = next(
        c for c, code in AIRPORTS.items() if code == traveller.bookings[number]["travel_to"]
    )
    d.ask(
        f"[Cancel|Please cancel] my flight to {city} ({AIRPORTS[city]}). "
        f"My access token is {traveller.token}."
    )
    d.call("get_booking_history", access_token=traveller.token)
    d.call("cancel_booking", access_token=traveller.token, booking_id=number)


def trip(d: Draft) -> None:
    """A flight is priced, booked and insured."""
    traveller, flight = _start(d), draw_flight(d)
    token, card, codes = traveller.token, d.pick(sorted(traveller.cards)), flight.arguments()
    d.ask(
        f"[What does it cost to fly|How much is it to fly] from {codes['travel_from']} to "
        f"{codes['travel_to']} in {flight.level} class on {flight.date}?"
    )
    (found,) = d.look("get_flight_cost", **codes)["travel_cost_list"]
    d.reply(f"That costs {found} dollars.")
    d.ask(f"[Good, book it|Then book it] with {card}. My access token is {token}.")
    booked = d.call("book_flight", access_token=token, card_id=card, **codes)["booking_id"]
    amount, kind = d.rng.randrange(20, 200), d.pick(("baggage", "cancellation", "health"))
    d.ask(f"[Add|I also want] a {kind} insurance for {amount} dollars, [with|on] the same card.")
    d.call(
        "purchase_insurance",
        access_token=token,
        insurance_type=kind,
        booking_id=booked,
        insurance_cost=amount,
        card_id=card,
    )
    d.ask("[Show me the invoice of the booking|And the invoice of the flight], please.")
    shown = d.look("retrieve_invoice", access_token=token, booking_id=booked)["invoice"]
    d.reply(f"Booking {booked} costs {shown['travel_cost']} dollars.")


def new_card(d: Draft) -> None:
    """A new card pays for the flight."""
    traveller, flight = _start(d), draw_flight(d)
    token, holder = traveller.token, f"{traveller.first_name} {traveller.last_name}"
    number = f"5100 2200 {d.rng.randrange(1000, 9999)} {d.rng.randrange(1000, 9999)}"
    secret = d.rng.randrange(100, 1000)
    d.ask(
        f"[Register|Add] my new card {number}, valid to 09/2032, verification number {secret}, "
        f"in the name of {holder}. My access token is {token}."
    )
    card = d.call(
        "register_credit_card",
        access_token=token,
        card_number=number,
        expiration_date="09/2032",
        cardholder_name=holder,
        card_verification_number=secret,
    )["card_id"]
    flight = Flight(flight.start, flight.end, flight.date, "economy")
    d.ask(
        f"[Use it to book|Book with it] a flight from {flight.start} to {flight.end} on "
        f"{flight.date}, economy class."
    )
    cities = (flight.start, flight.end)
    d.calls(*(call("get_nearest_airport_by_city", location=city) for city in cities))
    d.call("book_flight", access_token=token, card_id=card, **flight.arguments())
    d.ask("[How much is left on|What is the balance of] the new card?")
    left = d.look("get_credit_card_balance", access_token=token, card_id=card)["card_balance"]
    d.reply(f"There are {left} dollars left on it.")


def when(d: Draft) -> None:
    """When to fly, the user says only when asked."""
    traveller, flight = _start(d), draw_flight(d)
    card, codes = d.pick(sorted(traveller.cards)), flight.arguments()
    d.ask(
        f"[Book|I need] a flight from {codes['travel_from']} to {codes['travel_to']}, "
        f"{flight.level} class. Use {card} and my access token {traveller.token}."
    )
    d.ask_back("On which day do you want to fly?")
    d.ask(f"[On|It has to be] {flight.date}.")
    d.call("book_flight", access_token=traveller.token, card_id=card, **codes)


def later(d: Draft) -> None:
    """The tool to cancel comes only with the next turn."""
    traveller = _start(d)
    token, number = traveller.token, d.pick(sorted(traveller.bookings))
    d.ask(f"[Cancel|Please cancel] my booking {number} (access token {token}).")
    d.refuse("I am sorry, I have no tool to cancel bookings.", "cancel_booking")
    d.ask("[I have added `cancel_booking`.|There is `cancel_booking` now.] [Go on.|Try again.]")
    d.call("cancel_booking", access_token=token, booking_id=number)


KINDS = (
    *(airport, exchange, limit, cost, book, cancel, trip, new_card),
    *(when, later),
)
