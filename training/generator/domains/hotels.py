"""Hotels: finding a room, booking it, and what guests ask for."""

from __future__ import annotations

from training.generator.kinds import (
    Choice,
    Code,
    Date,
    Flag,
    Int,
    ListOf,
    Money,
    OneOf,
    Percent,
    Quoted,
    Said,
    Time,
    Words,
)
from training.generator.plan import Domain, Plan, need, opt
from training.generator.vocabulary import CITY, LANGUAGE, PERSON

HOTEL = Words(
    "{} {}",
    (
        "Harbour View",
        "Linden",
        "Old Mill",
        "Grand Meridian",
        "Blue Heron",
        "Stonegate",
        "Alpenrose",
        "Casa Verde",
        "Lakeside",
        "Royal Oak",
        "Pinecrest",
        "Seabright",
        "Maple Court",
    ),
    ("Hotel", "Inn", "Lodge", "Suites"),
)
ROOM = OneOf(*(str(floor * 100 + door) for floor in range(1, 9) for door in (2, 5, 8, 11, 14, 17)))
STAY = Code("HT-#####")
DISH = OneOf(
    "club sandwich", "black coffee", "tomato soup", "cheese plate", "glass of red wine",
    "fruit salad", "margherita pizza", "bottle of sparkling water", "chocolate muffin",
    "green tea", "beef burger", "mushroom risotto",
)  # fmt: skip
SOON = Date((2025, 2027))
NOON = Said(
    OneOf("12:30", "13:00", "13:30", "14:00", "14:30", "15:00", "15:30", "16:00", "17:00", "18:00"),
    lambda at: at if at == "12:30" else f"{int(at[:2]) - 12}:{at[3:]} pm".replace(":00", ""),
)

DOMAIN = Domain(
    "hotels",
    Plan(
        "search_hotels",
        "Find hotels with free rooms in a city.",
        {
            "city": need(CITY, "Name of the city."),
            "check_in": need(SOON, "Day of arrival as YYYY-MM-DD."),
            "nights": need(Int(2, 14), "Length of the stay in nights."),
            "guests": opt(Int(2, 6), "Number of guests.", default=2),
            "max_price": opt(Money(60, 400), "Highest price of a night in dollars."),
            "min_stars": opt(Int(3, 5), "Fewest stars, 1 to 5."),
            "pets": opt(
                Flag("pets must be allowed", "pets need not be allowed"),
                "true finds only hotels that take pets.",
            ),
        },
        say=[
            "Find a hotel in {city} for {nights} nights from {check_in}< for {guests} guests><, "
            "at most {max_price} a night><; {pets}>.",
            "I need somewhere to stay in {city}. We arrive on {check_in} and stay {nights} "
            "nights<; there are {guests} of us>.< It should have at least {min_stars} stars.>",
            "[Which|What] hotels in {city} have rooms on {check_in} for {nights} nights<, under "
            "{max_price} a night><, {min_stars} stars or more>?",
            "Hotel {city}, arriving {check_in}, {nights} nights<, {guests} people><, {min_stars} "
            "stars or better><, {pets}>.",
            "We are planning {nights} nights in {city} starting {check_in} and have no place to "
            "sleep yet. [Where is something free|What is free]<, up to {max_price} per night>?",
        ],
        vague=[
            "Find me a hotel in {city}.",
            "I need a hotel for {nights} nights.",
            "[Which|What] hotels have rooms on {check_in}< for {guests} people>?",
        ],
    ),
    Plan(
        "book_hotel_room",
        "Book a room in a particular hotel.",
        {
            "hotel": need(HOTEL, "Name of the hotel."),
            "room_type": need(
                Choice(
                    single="a single room",
                    double="a double room",
                    twin="a twin room",
                    family="a family room",
                    suite="a suite",
                ),
                "Kind of room.",
            ),
            "arrival": need(SOON, "Day of arrival as YYYY-MM-DD."),
            "nights": need(Int(2, 10), "Number of nights."),
            "guest_name": need(PERSON, "Name the booking is made under."),
            "breakfast": opt(
                Flag("with breakfast", "without breakfast"),
                "Whether breakfast is included.",
                default=False,
            ),
        },
        say=[
            "Book {room_type} at the {hotel} for {nights} nights from {arrival}<, {breakfast}>. "
            "The name is {guest_name}.",
            "I would like {room_type} in the {hotel}, arriving {arrival}, {nights} nights<, "
            "{breakfast}>, in the name of {guest_name}.",
            "[Please reserve|Reserve] for {guest_name}: {hotel}, {room_type}<, {breakfast}>, "
            "{arrival}, {nights} nights.",
            "My boss {guest_name} gets in on {arrival} and needs {room_type} at the {hotel} for "
            "{nights} nights<, {breakfast}>. [Can you book that|Please book it]?",
        ],
        vague=[
            "Book {room_type} at the {hotel}.",
            "Book me into the {hotel} from {arrival}. The name is {guest_name}.",
        ],
    ),
    Plan(
        "cancel_hotel_stay",
        "Cancel a hotel booking.",
        {
            "confirmation": need(STAY, "Confirmation number of the booking, such as HT-12345."),
            "reason": opt(
                Quoted("trip called off", "found a closer place", "flight cancelled", "too ill"),
                "Reason in the guest's own words.",
            ),
        },
        say=[
            "[Cancel|Call off] my hotel booking {confirmation}<. Put down {reason} as the reason>.",
            "We will not need the room after all, the confirmation number is {confirmation}. "
            "[Please cancel it|Cancel it]<, reason: {reason}>.",
            "Can you cancel {confirmation} at the hotel?< You may note {reason}.>",
            "The stay under {confirmation} has to go<; write {reason} as the reason>. Please "
            "cancel it.",
        ],
        vague=["[Cancel|Call off] my hotel booking.", "We will not need the room after all."],
    ),
    Plan(
        "extend_hotel_stay",
        "Add nights to a hotel booking that exists.",
        {
            "confirmation": need(STAY, "Confirmation number of the booking, such as HT-12345."),
            "extra_nights": need(Int(2, 7), "How many nights to add."),
            "keep_room": opt(
                Flag("in the same room", "in any room"),
                "true if the guest wants to stay in the same room.",
                default=True,
            ),
        },
        say=[
            "We love it here. [Can|Could] you add {extra_nights} more nights to booking "
            "{confirmation}<, {keep_room}>?",
            "[Extend|Lengthen] the stay under {confirmation} by {extra_nights} nights<, "
            "{keep_room}>.",
            "My flight home was moved, so I need {extra_nights} extra nights on {confirmation}<, "
            "{keep_room}>.",
            "Booking {confirmation}: {extra_nights} nights longer<, {keep_room}>, please.",
        ],
        vague=["I want to stay at the hotel longer.", "Extend my booking {confirmation}, please."],
    ),
    Plan(
        "order_room_service",
        "Send food or drinks to a hotel room.",
        {
            "room": need(ROOM, "Room number, as text."),
            "items": need(
                ListOf(
                    Said(DISH, lambda dish: f"a {dish}"),
                    1,
                    3,
                ),
                "What is ordered, one text for each thing, without an article.",
            ),
            "deliver_at": opt(Time(), "HH:MM, 24-hour clock; at once where it is left out."),
        },
        say=[
            "[Send|Bring] {items} to room {room}<, at {deliver_at}>, please.",
            "This is room {room}. [Could we|Can we] get {items} brought up< at {deliver_at}>?",
            "Room service for {room}: {items}<, {deliver_at}>.",
            "I am starving up here in room {room}. I would like {items}< at {deliver_at}>.",
        ],
        vague=[
            "Could you send {items} up to my room?",
            "I would like some room service in {room}.",
        ],
    ),
    Plan(
        "set_wake_up_call",
        "Have the front desk ring a hotel room in the morning or at any other time.",
        {
            "room": need(ROOM, "Room number, as text."),
            "time": need(Time(), "HH:MM, 24-hour clock."),
            "every_day": opt(
                Flag("every day of my stay", "just this once"),
                "true repeats the call on each day of the stay.",
                default=False,
            ),
        },
        say=[
            "Have the front desk wake me in room {room} at {time}<, {every_day}>.",
            "I sleep through every alarm. [Have reception ring|Please let reception ring] room "
            "{room} at {time}<, {every_day}>.",
            "Wake-up call for room {room}, {time}<, {every_day}>.",
            "At {time} someone should call room {room} to wake us<, {every_day}>.",
        ],
        vague=["Have the front desk wake me in room {room}.", "I need a wake-up call at {time}."],
    ),
    Plan(
        "request_late_checkout",
        "Ask for a room to be kept past the usual checkout time.",
        {
            "room_number": need(ROOM, "Room number, as text."),
            "until": need(NOON, "When the guest leaves, HH:MM, 24-hour clock."),
        },
        say=[
            "Can we keep room {room_number} until {until} on our last day?",
            "Our train leaves late, so we would like to check out of {room_number} at {until} "
            "instead of the usual time.",
            "[Ask for|Arrange|Request] late checkout for room {room_number} until {until}.",
            "Room {room_number} would like to leave as late as {until}. [Is that possible|Can you "
            "set that up]?",
        ],
        vague=[
            "Can we have a late checkout?",
            "I would like to check out of {room_number} a bit later.",
        ],
    ),
    Plan(
        "read_hotel_reviews",
        "Read what guests wrote about a hotel.",
        {
            "hotel": need(HOTEL, "Name of the hotel."),
            "order": opt(
                Choice(newest="the newest", best="the best", worst="the worst"),
                "Which reviews come first.",
                default="newest",
            ),
            "count": opt(Int(3, 25), "How many reviews to return.", default=10),
            "language": opt(LANGUAGE, "Only reviews in this language, by its English name."),
        },
        say=[
            "What do guests say about the {hotel}?< Start with {order}.>< I do not need more than "
            "{count} reviews.>",
            "[Show|Read] me< {count}> reviews of the {hotel}< in {language}><, {order} first>.",
            "Before I book the {hotel}, I want to see reviews of it<, {order} first><, only those "
            "in {language}>.",
            "Is the {hotel} any good? [Fetch|Get] guest reviews<, {count} at most><, written in "
            "{language}>.",
        ],
        vague=["[Show|Read] me the reviews of that hotel<, {order} first>."],
    ),
    Plan(
        "check_hotel_amenities",
        "Tell which of several amenities a hotel has.",
        {
            "hotel": need(HOTEL, "Name of the hotel."),
            "amenities": need(
                ListOf(
                    Choice(
                        sauna="a sauna",
                        elevator="an elevator",
                        pool="a swimming pool",
                        gym="a gym",
                        parking="a car park",
                        ev_charger="chargers for electric cars",
                        crib="cribs for babies",
                        laundry="a laundry service",
                        wifi="wireless internet",
                    ),
                    1,
                    4,
                ),
                "The amenities to check.",
            ),
        },
        say=[
            "Does the {hotel} have {amenities}?",
            "We are a picky family. [Check|Find out] whether the {hotel} offers {amenities}.",
            "I was wondering whether guests of the {hotel} get {amenities}.",
            "{hotel}: do they have {amenities}?",
            "To be happy I need {amenities}. [Would|Does] the {hotel} have that?",
        ],
        vague=["Does the hotel have {amenities}?"],
    ),
    Plan(
        "hotel_bill_total",
        "Work out what a hotel stay costs with tax and discount.",
        {
            "nightly_rate": need(Money(70, 380), "Price of one night in dollars."),
            "nights": need(Int(2, 14), "Number of nights."),
            "city_tax": opt(Money(2, 9, cents=True), "Tax for each night in dollars.", default=0),
            "discount": opt(
                Percent(5, 30, fraction=True),
                "Discount on the rate as a fraction, 0.1 for ten percent.",
                default=0,
            ),
        },
        say=[
            "What do {nights} nights at {nightly_rate} a night come to<, with a city tax of "
            "{city_tax} per night><, {discount} off the rate>?",
            "[Add up|Total] my hotel bill: {nights} nights, {nightly_rate} each<, {city_tax} city "
            "tax a night><, {discount} discount>.",
            "The room is {nightly_rate} per night. We stay {nights} nights<; the city tax is "
            "{city_tax} for each><; members get {discount} off>. How much is it all together?",
            "If a hotel charges {nightly_rate} a night< less {discount}>, what would I pay for "
            "{nights} nights<, with {city_tax} tax on every night>?",
        ],
        vague=["What will {nights} nights at the hotel come to?"],
    ),
    Plan(
        "report_room_problem",
        "Tell the hotel's staff that something in a room is broken or missing.",
        {
            "room": need(ROOM, "Room number, as text."),
            "problem": need(
                Quoted(
                    "the shower drips all night",
                    "no hot water",
                    "TV remote is missing",
                    "the heating does not work",
                    "noisy air conditioner",
                    "the safe will not open",
                    "bathroom light is out",
                    "window does not close",
                ),
                "What is wrong, in the guest's words.",
            ),
            "urgent": opt(
                Flag("this is urgent", "there is no hurry"),
                "true sends someone at once.",
                default=False,
            ),
        },
        say=[
            "[Report|Pass on] a problem in room {room}: {problem}<; {urgent}>.",
            "Something is wrong in room {room}, please tell the staff {problem}<. Mind that "
            "{urgent}>.",
            "{problem} - that is what the guest of room {room} wants fixed<, and {urgent}>.",
            "Could the front desk have a look at {room}? [The complaint is|Write down] "
            "{problem}<; {urgent}>.",
        ],
        vague=[
            "Something in room {room} is broken.",
            "I would like to report {problem} in my room.",
        ],
    ),
)
