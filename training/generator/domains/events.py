"""Events: concerts, conferences, festivals and their tickets."""

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
    Record,
    Time,
)
from training.generator.plan import Domain, Plan, need, opt
from training.generator.vocabulary import CITY, EMAIL, PERSON

SHOW = OneOf(
    "Velvet Comets live", "The Paper Lanterns tour", "Midnight Brass", "Sinfonia Nova",
    "Harbour Lights Gala", "Improv Marathon", "Nora Flint unplugged", "Circus Aurora",
    "Tango Noir", "Drums of the North", "The Winter Ball", "Laugh Factory Night",
    "Opera in the Park", "Skyline Orchestra",
)  # fmt: skip
CONFERENCE = OneOf(
    "DataWorks Summit", "Green Building Forum", "Nordic Design Days", "OpenChip Conference",
    "Future of Nursing", "RoboFarm Expo", "Civic Tech Week", "Ocean Policy Congress",
    "Type and Print Symposium", "Cloud Builders Meeting", "Museum Futures",
)  # fmt: skip
FESTIVAL = OneOf(
    "Riverbend Festival", "Sonic Meadow", "Lantern Fest", "Polar Beats", "Folk on the Hill",
    "Desert Echo", "Jazz Quay", "Summer Static", "Barn Fest", "Electric Orchard",
)  # fmt: skip
VENUE = OneOf(
    "Kulturhaus Nord", "Old Brewery Hall", "Palace Theatre", "Dockside Arena", "Blue Note Cellar",
    "Assembly Rooms", "Glass Pavilion", "Town Hall Gardens", "Foundry Stage", "St. Luke's Church",
)  # fmt: skip
EMPLOYER = OneOf(
    "Acme Tools", "Northwind Energy", "Lumen College", "Harbor Software", "Brightfield Clinic",
    "Kestrel Labs", "Foxglove Studio", "Tidewater University", "Granite Bank", "Redwood Press",
)  # fmt: skip
ORDER = Code("ORD-######")
TICKET = Code("TK@@####")
SOON = Date((2025, 2027))
GENRES = OneOf(
    "jazz", "folk", "metal", "classical", "hip-hop", "punk rock", "salsa", "techno", "blues",
    "choral",
)  # fmt: skip
TALK_TITLES = Quoted(
    "Soil sensors on a budget", "Why queues lie", "Teaching old maps new tricks",
    "Ten years of open data", "Heat pumps in old houses", "Small chips, big plans",
    "Letters that breathe", "What nurses know", "Robots among cows",
)  # fmt: skip
KEYWORDS = OneOf(
    "sustainability", "hardware", "education", "policy", "health", "design", "statistics",
)  # fmt: skip
NOTES = Quoted(
    "have fun tonight", "you owe me one", "happy birthday", "save me a seat", "enjoy the show",
)  # fmt: skip
EVENT_NAMES = Quoted(
    "Chess in the park", "Book swap", "Repair café", "Vinyl night", "Kite day",
    "Soup kitchen benefit", "Poetry slam", "Neighbours' brunch", "Robot derby",
)  # fmt: skip

DOMAIN = Domain(
    "events",
    Plan(
        "find_concerts",
        "Find concerts in a city.",
        {
            "city": need(CITY, "Name of the city."),
            "genre": opt(
                GENRES,
                "Kind of music, in small letters.",
            ),
            "from_date": opt(SOON, "First day to look at, YYYY-MM-DD; today by default."),
            "max_price": opt(Money(15, 150), "Highest price of a ticket in dollars."),
        },
        say=[
            "[Which|What]< {genre}> concerts are there in {city}<, from {from_date} on><, for no "
            "more than {max_price}>?",
            "I have not heard live music in ages. [Find|Look for]< {genre}> concerts in {city}<, "
            "tickets up to {max_price}><, starting {from_date}>.",
            "[List|Show]< {genre}> concerts, {city}<, not before {from_date}><, {max_price} or "
            "less>.",
            "We will be in {city}< from {from_date}> and would love to go to a< {genre}> "
            "concert<, if tickets are at most {max_price}>. What is on?",
        ],
        vague=[
            "I would love to go to a< {genre}> concert. What is on?",
            "[Which|What] concerts are there< from {from_date} on>?",
        ],
    ),
    Plan(
        "buy_event_tickets",
        "Buy tickets for a show.",
        {
            "event": need(SHOW, "Name of the show."),
            "quantity": need(Int(2, 8), "Number of tickets."),
            "category": opt(
                Choice(
                    stalls="in the stalls",
                    balcony="on the balcony",
                    standing="standing",
                    vip="in the VIP area",
                ),
                "Part of the house.",
            ),
            "insurance": opt(
                Flag("with ticket insurance", "without ticket insurance"),
                "Whether the tickets are insured.",
                default=False,
            ),
            "promo_code": opt(Code("@@@@##"), "Code for a discount."),
        },
        say=[
            "[Buy|Get] {quantity} tickets for {event}<, {category}><, {insurance}><, using promo "
            "code {promo_code}>.",
            "It is my wife's birthday, so we want to see {event}. [Get|Order] {quantity} "
            "tickets<, {category}><, {insurance}><; the promo code is {promo_code}>.",
            "Tickets: {event}, {quantity} pieces<, {category}><, {insurance}>.",
            "Could you order tickets to {event} for {quantity} people<, {category}><, with the "
            "code {promo_code}>?",
        ],
        vague=[
            "[Buy|Get] me tickets for {event}<, {category}>.",
            "[Buy|Get] {quantity} tickets<, {insurance}>.",
        ],
    ),
    Plan(
        "seat_availability",
        "Tell which seats of a show are still free.",
        {
            "event": need(SHOW, "Name of the show."),
            "date": need(SOON, "Day of the show as YYYY-MM-DD."),
            "together": opt(Int(2, 6), "How many free seats side by side are needed."),
            "row_limit": opt(Int(5, 20), "Only rows up to this one, counted from the stage."),
        },
        say=[
            "Are there seats left for {event} on {date}<, {together} side by side><, no further "
            "back than row {row_limit}>?",
            "[Check|See] which seats are free at {event} on {date}<; we need {together} next to "
            "each other><; row {row_limit} at the furthest>.",
            "How full is {event} on {date}?< We would sit {together} together.>< Row {row_limit} "
            "is as far back as we go.>",
            "Before we decide: free seats, {event}, {date}<, {together} in a row><, up to row "
            "{row_limit}>.",
        ],
        vague=[
            "Are there seats left for {event}<, {together} side by side>?",
            "Which seats are still free on {date}?",
        ],
    ),
    Plan(
        "register_for_conference",
        "Register a person for a conference.",
        {
            "conference": need(CONFERENCE, "Name of the conference."),
            "attendee": need(
                Record(
                    "{name} of {employer}",
                    {"name": PERSON, "employer": EMPLOYER},
                    {"name": "Full name.", "employer": "Company or school."},
                ),
                "Who takes part.",
            ),
            "pass_type": opt(
                Choice(
                    full="a full pass",
                    day="a day pass",
                    student="a student pass",
                    online="online access",
                ),
                "Kind of admission.",
                default="full",
            ),
            "meals": opt(
                Choice("vegetarian", "vegan", "kosher", "halal"), "Special meals, where needed."
            ),
        },
        say=[
            "Register {attendee} for {conference}<, with {pass_type}><, {meals} meals>.",
            "[Sign|Please sign] up {attendee} for {conference}<; {pass_type} will do><; the meals "
            "should be {meals}>.",
            "Our team sends somebody to {conference}: {attendee}. [Do|Handle] the registration<, "
            "{pass_type}><, {meals} food>.",
            "Conference registration, {conference}: {attendee}<, {pass_type}><, {meals} meals>.",
        ],
        vague=[
            "[Sign|Please sign] somebody up for {conference}<, {meals} meals>.",
            "Register {attendee} for the conference.",
        ],
    ),
    Plan(
        "submit_talk",
        "Hand in a proposal for a talk at a conference.",
        {
            "conference": need(CONFERENCE, "Name of the conference."),
            "title": need(
                TALK_TITLES,
                "Title of the talk.",
            ),
            "format": need(
                Choice(
                    talk="a talk",
                    poster="a poster",
                    workshop="a workshop",
                    lightning="a lightning talk",
                ),
                "How it is presented.",
            ),
            "speakers": need(ListOf(PERSON, 1, 3), "Full names of all speakers."),
            "keywords": opt(
                ListOf(KEYWORDS, 1, 3),
                "Words that describe it.",
            ),
        },
        say=[
            "[Submit|Hand in] {title} to {conference} as {format} by {speakers}<, keywords "
            "{keywords}>.",
            "The deadline of {conference} is tonight! Please propose {title}, {format}, presented "
            "by {speakers}<. Keywords: {keywords}>.",
            "I would like {format} at {conference} for {speakers}, under the title {title}<, "
            "tagged {keywords}>. Send the proposal in.",
            "Proposal for {conference}: {title}, {format}; speakers: {speakers}<; keywords: "
            "{keywords}>.",
        ],
        vague=[
            "[Submit|Hand in] a proposal to {conference}<, keywords {keywords}>.",
            "The deadline is tonight! Hand in {title} as {format}.",
        ],
    ),
    Plan(
        "transfer_ticket",
        "Pass a ticket on to another person.",
        {
            "ticket": need(TICKET, "Code of the ticket, such as TKAB1234."),
            "to_email": need(EMAIL, "Email address of the new owner."),
            "note": opt(
                NOTES,
                "A line to send along.",
            ),
        },
        say=[
            "[Send|Transfer|Pass on] my ticket {ticket} to {to_email}<, with the note {note}>.",
            "I cannot go to the show, so {to_email} shall have ticket {ticket}<. Write {note}>.",
            "Make {to_email} the owner of {ticket}, the ticket I bought<, and add {note}>.",
            "Could ticket {ticket} be handed over to {to_email}<, along with the line {note}>?",
        ],
        vague=[
            "I cannot go to the show. Pass on my ticket {ticket}.",
            "[Send|Transfer] my ticket to {to_email}<, with the note {note}>.",
        ],
    ),
    Plan(
        "resell_ticket",
        "Offer a ticket for sale to other fans.",
        {
            "ticket": need(TICKET, "Code of the ticket, such as TKAB1234."),
            "price": need(Money(20, 240), "Asking price in dollars."),
            "end_date": opt(SOON, "Last day of the offer, YYYY-MM-DD."),
            "lowest": opt(Money(5, 18), "Lowest offer to accept, in dollars."),
        },
        say=[
            "Put ticket {ticket} up for sale at {price}<, until {end_date}><, accepting offers "
            "from {lowest}>.",
            "I have the flu and want my money back: [sell|please sell] ticket {ticket} for "
            "{price}<, no lower than {lowest}><, by {end_date}>.",
            "For {price} somebody else may have my ticket {ticket}. [Offer|List] it<, up to "
            "{end_date}><, with {lowest} as the lowest bid>.",
            "Ticket for sale: {ticket}, {price}<, until {end_date}>.",
        ],
        vague=[
            "Put my ticket up for sale at {price}.",
            "I want to sell ticket {ticket}<, by {end_date}>.",
        ],
    ),
    Plan(
        "festival_lineup",
        "List who plays at a festival, and when.",
        {
            "festival": need(FESTIVAL, "Name of the festival."),
            "day": opt(Choice(fri="Friday", sat="Saturday", sun="Sunday"), "fri, sat or sun."),
            "stage": opt(
                OneOf("Main Stage", "Forest Stage", "Tent Stage", "Riverside Stage", "Club Stage"),
                "Only this stage.",
            ),
        },
        say=[
            "Who plays at {festival}< on {day}><, on the {stage}>?",
            "[Show|Give] me the lineup of {festival}<, {day} only><, for the {stage}>.",
            "We have passes for {festival} at last! [Which|What] acts can we see< on {day}>< at "
            "the {stage}>?",
            "Lineup {festival}<, {day}><, {stage}>, please.",
        ],
        vague=["Who plays at the festival< on {day}>< at the {stage}>?"],
    ),
    Plan(
        "create_event_page",
        "Publish a page for an event of one's own.",
        {
            "title": need(
                EVENT_NAMES,
                "Title of the event.",
            ),
            "venue": need(VENUE, "Where it takes place."),
            "date": need(SOON, "Day as YYYY-MM-DD."),
            "starts": need(Time(), "HH:MM, 24-hour clock."),
            "capacity": opt(Int(20, 400, 10), "Most guests."),
            "public": opt(
                Flag("everybody may come", "it is only for invited guests"),
                "true if the page can be found by all.",
                default=True,
            ),
        },
        say=[
            "[Create|Publish] an event page: {title}, {date} at {starts}, {venue}<, up to "
            "{capacity} guests><; {public}>.",
            "Our club hosts {title} at {venue} on {date}, from {starts}. [Make|Set up] a page for "
            "it<, limited to {capacity} people><. Mind that {public}>.",
            "I need an event page for {title}. It is on {date} in {venue} and begins at "
            "{starts}<; {capacity} people fit in><; {public}>.",
            "New event at {venue}, {starts} on {date}: {title}<, {capacity} places><; {public}>.",
        ],
        vague=[
            "I need an event page for {title}<; {public}>.",
            "[Create|Publish] an event page for {date}, at {venue}.",
        ],
    ),
    Plan(
        "refund_event_order",
        "Ask for the money of a ticket order back.",
        {
            "order": need(ORDER, "Number of the order, such as ORD-123456."),
            "cause": need(
                Choice(
                    cancelled="the show was cancelled",
                    moved="the date was moved",
                    ill="I am ill",
                    wrong_seats="the seats were wrong",
                    twice="I paid twice",
                ),
                "Why: cancelled or moved by the organiser, ill, wrong_seats, or twice (paid "
                "twice).",
            ),
        },
        say=[
            "I want my money back for ticket order {order}, because {cause}.",
            "[Request|Claim] a refund of {order}: {cause}.",
            "It is a pity, but {cause}. Please get me a refund for the tickets of {order}.",
            "Since {cause}, could you have order {order} refunded?",
        ],
        vague=[
            "I want my money back for the tickets, because {cause}.",
            "Claim a refund for ticket order {order}.",
        ],
    ),
    Plan(
        "group_ticket_total",
        "Work out the price of tickets for a group.",
        {
            "price": need(Money(12, 90), "Price of one ticket in dollars."),
            "people": need(Int(8, 60), "Size of the group."),
            "discount": opt(
                Percent(5, 40, fraction=True),
                "Discount for groups as a fraction, 0.2 for 20 percent.",
                default=0,
            ),
            "booking_fee": opt(Money(3, 15), "Fee for the whole order in dollars.", default=0),
        },
        say=[
            "What do tickets for {people} people come to at {price} each<, with {discount} off "
            "for groups><, plus a fee of {booking_fee}>?",
            "[Work out|Calculate] the group price: {people} tickets, {price} apiece<, {discount} "
            "discount><, {booking_fee} booking fee>.",
            "We take the whole school class to the theatre, {people} people. A ticket is "
            "{price}<; groups get {discount} off><; the order costs {booking_fee} on top>. How "
            "much is that in total?",
            "At {price} per ticket<, less {discount}>, how much do {people} of us pay all "
            "together<, with {booking_fee} in fees>?",
        ],
        vague=[
            "What do tickets for {people} people come to<, with {discount} off>?",
            "How much does our group pay in total if one ticket is {price}?",
        ],
    ),
)
