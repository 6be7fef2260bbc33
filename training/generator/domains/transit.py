"""Trains, buses and metro: connections, tickets and what goes wrong on the way."""

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
    Quoted,
    Record,
    Said,
    Time,
    Words,
)
from training.generator.plan import Domain, Plan, need, opt
from training.generator.vocabulary import EMAIL

FROM_STATION = OneOf(
    "Hamburg Hauptbahnhof", "Lyon Part-Dieu", "Zurich HB", "Wien Westbahnhof", "Milano Centrale",
    "Leeds", "Rotterdam Centraal", "Porto Campanhã", "Gothenburg Central", "Kraków Główny",
    "Basel SBB", "York",
)  # fmt: skip
TO_STATION = OneOf(
    "Köln Messe/Deutz", "Marseille Saint-Charles", "Bern", "Salzburg", "Bologna Centrale",
    "Edinburgh Waverley", "Antwerpen-Centraal", "Lisboa Oriente", "Malmö Central",
    "Gdańsk Wrzeszcz", "Innsbruck", "Newcastle",
)  # fmt: skip
FROM_STOP = OneOf(
    "Harbour Street", "University North", "Old Town Hall", "Botanical Garden", "Mill Bridge",
    "Jefferson Avenue", "St. Anne's Hospital", "Rose Square", "Fifth and Pine", "Technology Park",
)  # fmt: skip
TO_STOP = OneOf(
    "Central Library", "Stadium East", "Kings Crossing", "Airport Terminal 2", "Lakeview",
    "Museum Quarter", "Foundry Lane", "Cedar Heights", "Exhibition Grounds", "Ferry Landing",
)  # fmt: skip
ADDRESS = Words(
    "{} {}",
    [str(number) for number in range(3, 190, 11)],
    (
        "Maple Street",
        "Chestnut Road",
        "Station Lane",
        "Victoria Terrace",
        "Elm Grove",
        "Quay Street",
    ),
)
BUS_LINE = OneOf("14", "27", "103", "X5", "N8", "62A", "9", "41", "230", "M15", "7B", "88")
LINE = Words(
    "{} line", ("Green", "Red", "Circle", "Harbour", "Airport", "Northern", "Blue", "Purple")
)
SOON = Date((2025, 2027))

DOMAIN = Domain(
    "transit",
    Plan(
        "find_train_connections",
        "Find train connections between two railway stations on a day.",
        {
            "from_station": need(FROM_STATION, "Station of departure, by its full name."),
            "to_station": need(TO_STATION, "Station of arrival, by its full name."),
            "date": need(SOON, "Day of travel as YYYY-MM-DD."),
            "depart_after": opt(Time(), "Earliest departure, HH:MM, 24-hour clock."),
            "max_changes": opt(Int(2, 4), "Most changes of train on the way."),
        },
        say=[
            "What trains run from {from_station} to {to_station} on {date}<, leaving after "
            "{depart_after}><, with no more than {max_changes} [changes|transfers]>?",
            "[Find|Look up] train connections for {date}, {from_station} to {to_station}<, "
            "departing {depart_after} or later>.",
            "I have a meeting near {to_station} on {date} and start at {from_station}. Which "
            "trains can I take<, not before {depart_after}><, changing {max_changes} times at "
            "most>?",
            "Trains to {to_station} from {from_station}, {date}<, after {depart_after}>.",
        ],
        vague=[
            "[Find|Look up] train connections to {to_station}.",
            "Which trains can I take on {date}<, not before {depart_after}>?",
        ],
    ),
    Plan(
        "next_departures",
        "List the next buses or trams that leave from a stop.",
        {
            "stop": need(FROM_STOP, "Name of the stop."),
            "line": opt(BUS_LINE, "Only this line, by its number, as text."),
            "limit": opt(Int(2, 12), "How many departures to list.", default=5),
        },
        say=[
            "When is the next bus< on line {line}> from {stop}?< Give me {limit} departures.>",
            "[List|Show] the next< {limit}> departures at {stop}<, line {line} only>.",
            "I am standing at {stop} in the rain. What comes next<, on line {line}>?< Show me "
            "{limit} departures.>",
            "{stop}: upcoming departures, please<, only line {line}><, {limit} of them>.",
        ],
        vague=[
            "When does the next bus< on line {line}> come?",
            "[List|Show] me the next {limit} departures.",
        ],
    ),
    Plan(
        "metro_route",
        "Find the way through the metro network from one station to another.",
        {
            "start": need(FROM_STOP, "Metro station where the ride starts."),
            "end": need(TO_STOP, "Metro station where the ride ends."),
            "step_free": opt(
                Flag("without any stairs", "stairs are no problem"),
                "true uses only stations with lifts or ramps.",
                default=False,
            ),
        },
        say=[
            "How do I get from {start} to {end} by metro<, {step_free}>?",
            "[Which metro do I take|Which metro should I take] to {end} if I get on at {start}<, "
            "{step_free}>?",
            "I am new in town and live by {start}. Explain the metro ride to {end}, please<; "
            "{step_free}>.",
            "Metro from {start} to {end}<, {step_free}>.",
        ],
        vague=[
            "How do I get to {end} by metro<, {step_free}>?",
            "Which metro do I take from {start}?",
        ],
        like=["plan_door_to_door"],
    ),
    Plan(
        "plan_door_to_door",
        "Plan a trip by public transport between two street addresses.",
        {
            "origin": need(ADDRESS, "House number and street where the trip starts."),
            "destination": need(
                Words(
                    "{}, {}",
                    ("2 Park Row", "51 High Street", "8 Canal Walk", "77 Bridge Road"),
                    ("Southgate", "Westfield", "Eastbrook", "Northwick"),
                ),
                "House number, street and quarter where it ends.",
            ),
            "arrive_by": opt(Time(), "Latest arrival, HH:MM, 24-hour clock."),
            "modes": opt(
                ListOf(
                    Choice("tram", "metro", "ferry", bus="bus", suburban_rail="suburban train"),
                    1,
                    3,
                ),
                "Means of transport that may be used; all where it is left out.",
            ),
        },
        say=[
            "How do I get from {origin} to {destination} by public transport<, arriving by "
            "{arrive_by}><, using only {modes}>?",
            "[Plan|Work out] a trip from {origin} to {destination}<. I have to be there at "
            "{arrive_by}><. It should use {modes} only>.",
            "I was asked to dinner at {destination} and set off from {origin}. How do I go there "
            "without a car<, by {modes} only><, so that I arrive no later than {arrive_by}>?",
            "Public transport, {origin} to {destination}<, there by {arrive_by}><, {modes} only>.",
        ],
        vague=[
            "How do I get to {destination} by public transport?",
            "Plan me a trip by {modes}<, arriving by {arrive_by}>.",
        ],
        like=["metro_route"],
    ),
    Plan(
        "nearest_stops",
        "Find stops of public transport around a point on the map.",
        {
            "position": need(
                Record(
                    "latitude {lat}, longitude {lon}",
                    {"lat": Num(-40, 60, 3), "lon": Num(-110, 140, 3)},
                    {"lat": "Latitude in decimal degrees.", "lon": "Longitude in decimal degrees."},
                ),
                "The point on the map.",
            ),
            "radius_m": opt(Int(200, 2000, 100), "Search radius in metres.", default=500),
            "kind": opt(
                Choice(bus_stop="bus stops", metro_station="metro stations", pier="ferry piers"),
                "Only stops of this kind.",
            ),
        },
        say=[
            "Which stops are [near|close to] {position}<, within {radius_m} metres>?< I only need "
            "{kind}.>",
            "I am at {position}. [Where can I board|Where is] the nearest public transport<, no "
            "more than {radius_m} m away><, looking at {kind} only>?",
            "[Find|List] the stops around {position}<, {kind} only><, up to {radius_m} metres "
            "away>.",
            "My phone says I am at {position}. What is there to ride on<, within {radius_m} "
            "metres><, just {kind}>?",
        ],
        vague=[
            "Which stops are near me<, within {radius_m} metres>?",
            "[Find|List] {kind} close by.",
        ],
    ),
    Plan(
        "buy_transit_pass",
        "Buy a pass for buses, trams and metro.",
        {
            "zones": need(
                ListOf(Int(1, 9), 2, 3, brackets=True), "Numbers of the fare zones it is valid in."
            ),
            "duration": need(
                Choice(day="a day", week="a week", month="a month", year="a year"),
                "How long it is valid.",
            ),
            "rider": opt(
                Choice(adult="an adult", student="a student", senior="a senior", child="a child"),
                "Who rides with it.",
                default="adult",
            ),
        },
        say=[
            "[Buy|Get] me a transit pass for {duration}, zones {zones}<; it is for {rider}>.",
            "I need a pass that lasts {duration} and covers zones {zones}<. It is for {rider}>.",
            "My office moved, so I now ride through zones {zones}. Can I have a pass that is good "
            "for {duration}<, one for {rider}>?",
            "Transit pass, please: zones {zones}, good for {duration}<, to be used by {rider}>.",
        ],
        vague=[
            "I need a transit pass for {duration}.",
            "[Buy|Get] me a pass for zones {zones}<, one for {rider}>.",
        ],
    ),
    Plan(
        "top_up_travel_card",
        "Load money on a prepaid travel card.",
        {
            "card_number": need(Code("####-####-####"), "Twelve digits in groups of four."),
            "amount": need(Money(5, 95), "Amount in dollars."),
            "auto_reload": opt(
                Flag("reload it by itself whenever it runs low", "do not reload it by itself"),
                "Whether the card is topped up again when it is nearly empty.",
                default=False,
            ),
        },
        say=[
            "[Put|Load] {amount} on travel card {card_number}<, and {auto_reload}>.",
            "My travel card {card_number} is nearly empty. Top it up with {amount}<. Please "
            "{auto_reload}>.",
            "Could you add {amount} to the transit card with the number {card_number}?< And "
            "{auto_reload}.>",
            "Top up {card_number} by {amount}<; {auto_reload}>.",
        ],
        vague=["Top up my travel card {card_number}.", "[Put|Load] {amount} on my travel card."],
    ),
    Plan(
        "reserve_train_seat",
        "Reserve a seat on a long-distance train.",
        {
            "train": need(
                Words(
                    "{} {}", ("ICE", "TGV", "IC", "EC", "RJ"), [str(n) for n in range(61, 990, 47)]
                ),
                "Kind and number of the train, such as ICE 614.",
            ),
            "date": need(SOON, "Day of travel as YYYY-MM-DD."),
            "travel_class": opt(Choice(**{"1": "first", "2": "second"}), "1 or 2.", default="2"),
            "area": opt(
                Choice(quiet="the quiet car", family="the family area", table="a seat at a table"),
                "Where to sit.",
            ),
        },
        say=[
            "Reserve a seat on {train} on {date}<, {travel_class} class><. I would like {area}>.",
            "I do not want to stand for four hours. [Get|Book] me a seat on the {train} of "
            "{date}<, in {travel_class} class><, if possible {area}>.",
            "On {date} I take the {train}. Please reserve a seat there<, {travel_class} class><, "
            "ideally {area}>.",
            "Seat reservation: {train}, {date}<, {travel_class} class><, {area}>.",
        ],
        vague=[
            "Reserve me a seat on {train}.",
            "I want to reserve a train seat for {date}<, {travel_class} class>.",
        ],
    ),
    Plan(
        "line_disruptions",
        "Report works, closures and delays on a metro or tram line.",
        {
            "line": need(LINE, "Name of the line, such as Green line."),
            "on_date": opt(SOON, "Day as YYYY-MM-DD; now where it is left out."),
            "minor_too": opt(
                Flag("including minor delays", "leaving out minor delays"),
                "Whether delays under ten minutes are reported.",
                default=False,
            ),
        },
        say=[
            "Is anything wrong on the {line}< on {on_date}><, {minor_too}>?",
            "[Are there|Do you know of] disruptions on the {line}< for {on_date}>?",
            "People say the {line} is a mess. [List|Show] its closures and delays< of "
            "{on_date}><, {minor_too}>.",
            "Service problems on the {line}<, {on_date}><, {minor_too}>, please.",
        ],
        vague=["Are there any disruptions on my line< on {on_date}>?"],
    ),
    Plan(
        "report_lost_property",
        "File a report about something left on a bus, tram or train.",
        {
            "item": need(
                Quoted(
                    "black umbrella with a wooden handle",
                    "blue school bag",
                    "silver laptop in a grey sleeve",
                    "child's red scooter",
                    "brown leather wallet",
                    "violin case",
                    "green knitted scarf",
                    "reading glasses in a tin box",
                ),
                "Description of the thing.",
            ),
            "line": need(BUS_LINE, "Line where it was lost, as text."),
            "lost_on": need(Date((2024, 2025)), "Day of the loss as YYYY-MM-DD."),
            "email": need(EMAIL, "Where to send word if it is found."),
        },
        say=[
            "I left something on line {line} on {lost_on}: {item}. [Report it|File a report], my "
            "address is {email}.",
            "[File|Make] a lost property report for {item}, lost on {lost_on} on line {line}. "
            "Write to {email} if it turns up.",
            "Lost on line {line}: {item}. It happened on {lost_on}. You can reach me at {email}.",
            "How silly of me: on {lost_on} I got off line {line} without this: {item}. Please "
            "file the loss and put {email} as the contact.",
        ],
        vague=[
            "I left something on the bus, {item}. Please report it.",
            "I lost my bag on line {line}.",
        ],
    ),
    Plan(
        "delay_refund",
        "Claim money back for a late train.",
        {
            "ticket_number": need(Code("T##-######"), "Number on the ticket, such as T12-345678."),
            "delay_minutes": need(
                Said(Int(120, 420, 60), lambda n: f"{int(n) // 60} hours"), "Delay in minutes."
            ),
            "pay_out": opt(
                Choice(voucher="as a voucher", bank="to my bank account"),
                "How the money is paid.",
                default="voucher",
            ),
        },
        say=[
            "My train was {delay_minutes} late. [Claim|Get] a refund for ticket {ticket_number}<, "
            "paid {pay_out}>.",
            "[File|Send in] a delay claim for {ticket_number}: we arrived {delay_minutes} late<. "
            "Pay it {pay_out}>.",
            "Ticket {ticket_number}, delay of {delay_minutes}. I want compensation<, paid "
            "{pay_out}>.",
            "I sat on the track for ages and came in {delay_minutes} behind schedule. What do I "
            "get back on ticket {ticket_number}? Please claim it<, to be paid {pay_out}>.",
        ],
        vague=[
            "My train was {delay_minutes} late and I want a refund.",
            "Claim a refund for the delay on {ticket_number}.",
        ],
    ),
)
