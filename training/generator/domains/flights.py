"""Flights, seats, bags and airports."""

from __future__ import annotations

from training.generator.kinds import (
    Choice,
    Code,
    Date,
    Flag,
    Int,
    OneOf,
    Said,
    Time,
    Words,
)
from training.generator.plan import Domain, Plan, need, opt
from training.generator.vocabulary import LAST_NAMES, PERSON

_WEST = {
    "YUL": "Montreal",
    "SEA": "Seattle",
    "DEN": "Denver",
    "LIM": "Lima",
    "BOG": "Bogota",
    "LIS": "Lisbon",
    "DUB": "Dublin",
    "KEF": "Reykjavik",
    "AUS": "Austin",
    "SCL": "Santiago",
    "EDI": "Edinburgh",
    "OPO": "Porto",
    "BNA": "Nashville",
    "YVR": "Vancouver",
}
_EAST = {
    "VIE": "Vienna",
    "ATH": "Athens",
    "WAW": "Warsaw",
    "HEL": "Helsinki",
    "ICN": "Seoul",
    "KIX": "Osaka",
    "BKK": "Bangkok",
    "HAN": "Hanoi",
    "NBO": "Nairobi",
    "DXB": "Dubai",
    "BOM": "Mumbai",
    "AKL": "Auckland",
    "TPE": "Taipei",
    "MEL": "Melbourne",
}
WEST = OneOf(*_WEST)
EAST = OneOf(*_EAST)
WEST_NAMED = Said(WEST, lambda code: f"{_WEST[code]} ({code})")
EAST_NAMED = Said(EAST, lambda code: f"{_EAST[code]} ({code})")
FLIGHT = Words(
    "{}{}",
    ("LH", "SK", "AY", "TP", "OS", "EI", "AC", "NZ", "TG", "KQ", "LO", "AV"),
    [str(number) for number in range(104, 1990, 37)],
)
BOOKING = Code("@#@@#@")
SURNAME = OneOf(*LAST_NAMES)
CABIN = Choice("economy", "business", "first", premium_economy="premium economy")
SOON = Date((2025, 2027))

DOMAIN = Domain(
    "flights",
    Plan(
        "list_flight_offers",
        "Search for flights that can be bought between two airports on a day.",
        {
            "origin": need(WEST_NAMED, "Three-letter code of the airport of departure."),
            "destination": need(EAST_NAMED, "Three-letter code of the airport of arrival."),
            "departure_date": need(SOON, "Day of departure as YYYY-MM-DD."),
            "cabin": opt(CABIN, "Cabin class.", default="economy"),
            "adults": opt(Int(2, 6), "Number of adult travellers.", default=1),
            "nonstop": opt(
                Flag("nonstop only", "stops are fine"),
                "true leaves out flights with a stop.",
                default=False,
            ),
        },
        say=[
            "[Find|Search] flights from {origin} to {destination} on {departure_date}< for "
            "{adults} adults>< in {cabin} class><; {nonstop}>.",
            "We have a wedding to get to. What flights leave {origin} for {destination} on "
            "{departure_date}<, with {adults} adults><, {cabin} class>?",
            "I need to be in {destination} soon. What is on offer from {origin} on "
            "{departure_date}<, {cabin} class><, {nonstop}>?",
            "Flights on {departure_date}, {origin} to {destination}<, {adults} adults><, {cabin} "
            "class><, {nonstop}>.",
            "I was wondering [what it takes|what my options are] to fly to {destination} from "
            "{origin} on {departure_date}<, {nonstop}>.",
        ],
        vague=[
            "[Find|Search] me a flight to {destination}.",
            "What flights are there on {departure_date}< for {adults} adults>?",
            "I need to fly out of {origin} [soon|next month]. What is on offer?",
        ],
    ),
    Plan(
        "flight_status",
        "Tell whether a flight is on time, delayed or cancelled, and its gate.",
        {
            "flight_number": need(FLIGHT, "Airline code and number without a space, like LH404."),
            "date": opt(SOON, "Day of departure as YYYY-MM-DD; today where it is left out."),
        },
        say=[
            "Is {flight_number} on time<, the one of {date}>?",
            "My sister arrives on flight {flight_number}< on {date}>. [Is it delayed|Has it been "
            "held up|Is it running late]?",
            "[Check|Look up] the status of flight {flight_number}< for {date}>.",
            "[Which gate does|From which gate does] {flight_number} leave< on {date}>, and is it "
            "still on schedule?",
        ],
        vague=[
            "Is my flight [delayed|on time]?",
            "[Check|Look up] whether the plane on {date} is late.",
        ],
    ),
    Plan(
        "online_check_in",
        "Check a passenger in for a booked flight and issue the boarding pass.",
        {
            "booking_code": need(BOOKING, "Six letters and digits from the ticket."),
            "last_name": need(SURNAME, "Family name of the passenger."),
            "seat_wish": opt(
                Choice(
                    window="a window seat", aisle="an aisle seat", front="a seat near the front"
                ),
                "Kind of seat to assign; any seat where it is left out.",
            ),
        },
        say=[
            "[Check me in|Do the online check-in] for booking {booking_code}, last name "
            "{last_name}<, with {seat_wish} if there is one>.",
            "The name is {last_name} and the booking code is {booking_code}. Please check me in<; "
            "I would like {seat_wish}>.",
            "My flight leaves tomorrow and I still have no boarding pass. Code {booking_code}, "
            "family name {last_name}. [Get me checked in|Please check me in]<, ideally with "
            "{seat_wish}>.",
            "Can you check in {last_name} on {booking_code}<, preferably in {seat_wish}>?",
        ],
        vague=[
            "[Check me in for my flight|Get me my boarding pass], please.",
            "Please check me in, the booking is {booking_code}.",
        ],
    ),
    Plan(
        "reserve_plane_seat",
        "Reserve one particular seat on a booked flight.",
        {
            "booking_code": need(BOOKING, "Six letters and digits from the ticket."),
            "seat": need(
                Words("{}{}", [str(row) for row in range(4, 39)], "ABCDEF"),
                "Row and letter, such as 14C.",
            ),
            "passenger": opt(PERSON, "Full name, where the booking has several travellers."),
        },
        say=[
            "[Put me|I want to sit] in seat {seat}, my booking is {booking_code}.",
            "[Reserve|Pick] seat {seat} under booking {booking_code}< for {passenger}>.",
            "On booking {booking_code}, could you take seat {seat}< for {passenger}>?",
            "The seat map shows {seat} as free. [Grab|Take] it for me, please: booking code "
            "{booking_code}<, passenger {passenger}>.",
        ],
        vague=[
            "I would like another seat on booking {booking_code}.",
            "[Put me|I want to sit] in seat {seat}.",
        ],
        like=["online_check_in"],
    ),
    Plan(
        "add_checked_bags",
        "Add checked bags to a flight booking.",
        {
            "booking": need(BOOKING, "Booking code of six letters and digits."),
            "bags": need(Int(2, 5), "How many bags to add."),
            "kg_each": opt(
                Choice("20", "23", "32"), "Weight limit of each bag in kilograms.", default="23"
            ),
        },
        say=[
            "Add {bags} checked bags to booking {booking}<, {kg_each} kg each>.",
            "We packed more than we thought. [Put|Add] {bags} more suitcases of luggage on "
            "{booking}<, up to {kg_each} kilos each>.",
            "Booking {booking}: {bags} extra bags to check<, {kg_each} kg each>.",
            "How do I get {bags} additional checked bags< of {kg_each} kg each> onto reservation "
            "{booking}? Please [just add|add] them.",
        ],
        vague=[
            "Add some checked bags to booking {booking}.",
            "[I need to|We have to] check {bags} more bags.",
        ],
    ),
    Plan(
        "cancel_flight_booking",
        "Cancel a booked flight and start the refund.",
        {
            "booking_code": need(BOOKING, "Six letters and digits from the ticket."),
            "refund_as": need(
                Choice(card="money back on my card", voucher="a voucher", miles="my miles back"),
                "How the refund is paid: back to the card, as a voucher or as miles.",
            ),
            "reason": opt(
                Choice(
                    illness="illness",
                    plans_changed="a change of plans",
                    visa_refused="a refused visa",
                    bereavement="a death in the family",
                ),
                "Why the trip does not take place.",
            ),
        },
        say=[
            "[Cancel|Please cancel] flight booking {booking_code}< because of {reason}>. I want "
            "{refund_as}.",
            "We cannot fly after all<, due to {reason}>. Call off {booking_code} and give me "
            "{refund_as}.",
            "I would prefer {refund_as} for {booking_code}, which has to be cancelled< because of "
            "{reason}>.",
            "[Can|Could] you cancel the flight under {booking_code} and arrange {refund_as}?< The "
            "reason is {reason}.>",
        ],
        vague=[
            "I have to cancel my flight< because of {reason}>.",
            "Cancel my flight booking, I want {refund_as}.",
        ],
    ),
    Plan(
        "move_flight_to_day",
        "Change the travel day of a flight booking.",
        {
            "booking_code": need(BOOKING, "Six letters and digits from the ticket."),
            "new_date": need(SOON, "New day of departure as YYYY-MM-DD."),
            "earliest": opt(Time(), "Earliest departure on that day, HH:MM, 24-hour clock."),
            "max_surcharge": opt(Int(20, 300, 10), "Most that the change may cost, in euros."),
        },
        say=[
            "[Move|Change] booking {booking_code} to {new_date}<, leaving no earlier than "
            "{earliest}><, for {max_surcharge} euros extra at most>.",
            "The meeting got pushed. I need the flight on {booking_code} to go on {new_date} "
            "instead<, not before {earliest}>.",
            "Can I fly on {new_date} in place of the day I booked? The code is {booking_code}<; I "
            "would pay up to {max_surcharge} euros>.",
            "Change {booking_code}: new day {new_date}<, {earliest} or later><, surcharge up to "
            "{max_surcharge} euros>.",
        ],
        vague=[
            "I need to fly on another day, the code is {booking_code}.",
            "Move my flight to {new_date}.",
        ],
    ),
    Plan(
        "baggage_rules",
        "Look up what luggage an airline lets passengers take along.",
        {
            "airline": need(
                OneOf(
                    "Finnair",
                    "Lufthansa",
                    "Air Canada",
                    "Aer Lingus",
                    "TAP",
                    "Kenya Airways",
                    "Avianca",
                    "LOT",
                    "Thai Airways",
                    "Icelandair",
                    "Norwegian",
                    "Air New Zealand",
                ),
                "Name of the airline.",
            ),
            "fare_class": opt(CABIN, "Cabin class.", default="economy"),
            "item": opt(
                OneOf("skis", "golf clubs", "diving gear", "fishing rods", "cycling gear"),
                "A special piece of luggage to ask about.",
            ),
        },
        say=[
            "What luggage may I take on {airline}< in {fare_class} class>?< I also want to bring "
            "{item}.>",
            "[Look up|Tell me] the baggage rules of {airline}<, {fare_class} class><, for {item}>.",
            "I fly with {airline} for the first time. How much can I bring< in {fare_class} "
            "class><, and do they accept {item}>?",
            "How heavy may my bags be with {airline}<, flying {fare_class} class>?",
        ],
        vague=["How much luggage can I take along< in {fare_class} class>?"],
    ),
    Plan(
        "security_wait",
        "Estimate the waiting time at an airport's security check.",
        {
            "airport": need(EAST, "Three-letter code of the airport."),
            "terminal": opt(
                OneOf("1", "2", "3", "4", "A", "B", "C"), "Terminal, as its sign says."
            ),
            "at": opt(Time(), "Time of day as HH:MM, 24-hour clock; now where it is left out."),
        },
        say=[
            "How long is the line at security at {airport}<, terminal {terminal}><, around {at}>?",
            "I am running late for {airport}. [How bad is|What is] the wait at the security "
            "check< in terminal {terminal}>< at {at}>?",
            "[Estimate|Give me] the security waiting time at {airport}< for {at}><, terminal "
            "{terminal}>.",
            "Security queue {airport}<, terminal {terminal}><, {at}>?",
        ],
        vague=["How long does security take< in terminal {terminal}>< at {at}>?"],
    ),
    Plan(
        "air_distance",
        "Distance between two airports along the great circle.",
        {
            "from_airport": need(WEST, "Three-letter code of the first airport."),
            "to_airport": need(EAST, "Three-letter code of the second airport."),
            "unit": opt(
                Choice(km="kilometres", mi="miles", nmi="nautical miles"),
                "km, mi (miles) or nmi (nautical miles).",
                default="km",
            ),
        },
        say=[
            "How far is it by air from {from_airport} to {to_airport}<, in {unit}>?",
            "[Compute|Work out] the flight distance between {from_airport} and {to_airport}< in "
            "{unit}>.",
            "For my logbook: the distance as the crow flies, {from_airport} to {to_airport}<, in "
            "{unit}>.",
            "I was wondering how far apart the airports {from_airport} and {to_airport} are<, in "
            "{unit}>.",
        ],
        vague=["How far do I fly from {from_airport}?"],
    ),
    Plan(
        "redeem_miles",
        "Spend miles of a frequent flyer account on a reward.",
        {
            "member_number": need(Code("FF######"), "Number on the membership card."),
            "miles": need(Int(5000, 90000, 2500), "How many miles to spend."),
            "reward": need(
                Choice(
                    upgrade="an upgrade",
                    lounge_pass="a lounge pass",
                    gift_card="a gift card",
                    donation="a donation",
                ),
                "What the miles are spent on.",
            ),
        },
        say=[
            "[Use|Spend] {miles} miles from account {member_number} on {reward}.",
            "I would like {reward} for {miles} of my miles. My member number is {member_number}.",
            "Frequent flyer number {member_number}: [turn|please turn] {miles} miles into "
            "{reward}.",
            "My miles expire soon, so take {miles} of them off {member_number} and get me "
            "{reward}.",
        ],
        vague=[
            "[Use|Spend] my miles on {reward}.",
            "I want to spend {miles} miles from {member_number}.",
        ],
    ),
)
