"""Parcels and freight."""

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
    Percent,
    Quoted,
    Record,
    Words,
)
from training.generator.plan import Domain, Plan, need, opt
from training.generator.vocabulary import CITIES, COUNTRY, PERSON

TRACKING = Code("PX#########")
ORIGIN, DESTINATION = OneOf(*CITIES[::2]), OneOf(*CITIES[1::2])
BOX = Record(
    "{length} by {width} by {height} cm",
    {"length": Int(20, 120), "width": Int(15, 80), "height": Int(13, 60)},
    {
        "length": "Length in centimetres.",
        "width": "Width in centimetres.",
        "height": "Height in centimetres.",
    },
)
ADDRESS = Words(
    "{} {}, {}",
    [str(n) for n in range(2, 160, 11)],
    ("Dock Road", "Linden Street", "Market Square", "Quarry Lane", "Bay Avenue"),
    CITIES,
)
SHOP = Words(
    "{} {}",
    ("Corner", "Station", "Riverside", "Old Town", "Campus", "Plaza"),
    ("Kiosk", "Bakery", "Pharmacy", "Bookshop", "Petrol Station"),
)

DOMAIN = Domain(
    "shipping",
    Plan(
        "parcel_rate_quote",
        "Quote the price of sending a parcel between two cities.",
        {
            "origin": need(ORIGIN, "City the parcel is sent from."),
            "destination": need(DESTINATION, "City the parcel goes to."),
            "weight_kg": need(Num(0.3, 30), "Weight in kilograms."),
            "dimensions": opt(BOX, "Size of the box."),
            "service": opt(
                Choice("economy", "standard", "express", "overnight"),
                "How fast it goes.",
                default="standard",
            ),
        },
        say=[
            "What does it cost to send a parcel of {weight_kg} kg from {origin} to "
            "{destination}<, {service} service><, box of {dimensions}>?",
            "[Quote|Get] me the price for {weight_kg} kilograms going from {origin} to "
            "{destination}<, measuring {dimensions}><, by {service} delivery>.",
            "My sister moved to {destination} and left a box here in {origin}. It weighs "
            "{weight_kg} kg<, the size is {dimensions}>. [How much is the postage|What would the "
            "postage be]<, with {service} service>?",
            "Parcel price {origin} to {destination}, {weight_kg} kg<, {dimensions}><, {service}>, "
            "please.",
        ],
        vague=[
            "What does it cost to send a parcel to {destination}?",
            "How much is the postage for {weight_kg} kg?",
        ],
    ),
    Plan(
        "create_shipping_label",
        "Make the label for a parcel.",
        {
            "recipient": need(PERSON, "Name of the receiver."),
            "address": need(ADDRESS, "Street, number and city, as in 24 Bay Avenue, Porto."),
            "weight_grams": need(Int(150, 9000, 50), "Weight in grams."),
            "insured_value": opt(
                Money(50, 2000), "Value that the parcel is insured for, in dollars."
            ),
            "signature_required": opt(
                Flag("with signature on delivery", "no signature needed"),
                "Whether the receiver has to sign.",
                default=False,
            ),
        },
        say=[
            "[Make|Print] a label for {recipient}, {address}, {weight_grams} g<, insured for "
            "{insured_value}><, {signature_required}>.",
            "I have a package of {weight_grams} grams for {recipient} at this address: "
            "{address}<, {signature_required}>. [I need a label|Please make a label]<; insure it "
            "for {insured_value}>.",
            "Label please: {address}; {recipient}; {weight_grams} grams<; {signature_required}><; "
            "cover {insured_value}>.",
            "The vase I sold has to go to {recipient}, who lives at {address}. It weighs "
            "{weight_grams} grams packed up. [Create the parcel label|Get the parcel label "
            "ready]<, {signature_required}><, insurance {insured_value}>.",
        ],
        vague=[
            "[Make|Print] a parcel label for {recipient}.",
            "I have a package of {weight_grams} grams. I need a label.",
        ],
    ),
    Plan(
        "track_parcel",
        "Tell where a parcel is.",
        {
            "tracking_number": need(TRACKING, "PX and nine digits."),
            "history": opt(
                Flag("with all the stops so far", "without the earlier stops"),
                "true lists all stops so far.",
                default=False,
            ),
        },
        say=[
            "Where is my parcel {tracking_number}<, {history}>?",
            "[Track|Trace] {tracking_number}<, {history}>.",
            "I have been at home all day and nobody rang. What happened to the parcel with the "
            "number {tracking_number}?< Please answer {history}.>",
            "[Could you look up|Can you check] how far {tracking_number} has come<, {history}>?",
        ],
        vague=[
            "Where is my parcel<, {history}>?",
            "I have been at home all day and nobody rang. [Where is my parcel|What happened to my "
            "parcel]?",
        ],
        like=["report_lost_parcel"],
    ),
    Plan(
        "schedule_parcel_pickup",
        "Have a driver collect parcels at an address.",
        {
            "address": need(ADDRESS, "Street, number and city, as in 24 Bay Avenue, Porto."),
            "date": need(Date((2026, 2027)), "Day as YYYY-MM-DD."),
            "parcel_count": need(Int(2, 25), "How many parcels."),
            "window": opt(
                Choice(
                    morning="in the morning", afternoon="in the afternoon", evening="in the evening"
                ),
                "Part of the day.",
            ),
            "instructions": opt(
                Quoted(
                    "ring twice",
                    "side entrance",
                    "ask for the janitor",
                    "gate code 4410",
                    "beware of the dog",
                    "third floor",
                ),
                "Hint for the driver.",
            ),
        },
        say=[
            "[Send|We need] a driver to {address} on {date}<, {window},> for {parcel_count} "
            "parcels<. Tell the driver: {instructions}>.",
            "There are {parcel_count} parcels to be picked up at {address} on {date}<, "
            "{window}><; note {instructions}>.",
            "Our shop has {parcel_count} parcels ready. [Have them collected|Arrange the "
            "collection] on {date}<, {window}>. We are at {address}<, hint for the driver: "
            "{instructions}>.",
            "Pick-up {date}<, {window}>: {address}, {parcel_count} parcels<, {instructions}>.",
        ],
        vague=[
            "[Send|We need] a driver for {parcel_count} parcels.",
            "There are parcels to be picked up at {address}.",
        ],
    ),
    Plan(
        "volumetric_weight",
        "Work out the weight that a carrier charges for a bulky parcel from its size.",
        {
            "size": need(BOX, "Size of the box."),
            "divisor": opt(
                Int(4000, 6000, 500), "Cubic centimetres that count as a kilogram.", default=5000
            ),
        },
        say=[
            "What is the volumetric weight of a box of {size}<, with a divisor of {divisor}>?",
            "[Work out|Compute] the dimensional weight for {size}<; the carrier uses {divisor}>.",
            "The carton is light but huge: {size}. Which weight will the carrier [charge|bill]<, "
            "dividing by {divisor}>?",
            "Volumetric weight for {size}<, divisor {divisor}>, please.",
        ],
        vague=["What is the volumetric weight of my box<, with a divisor of {divisor}>?"],
    ),
    Plan(
        "customs_duty_estimate",
        "Estimate the duty on goods that enter a country.",
        {
            "country": need(COUNTRY, "Country the goods are sent to."),
            "goods_value": need(Money(40, 5000), "Value of the goods in dollars."),
            "hs_code": need(
                Code("####.##"), "Code of the goods in the Harmonized System, such as 6403.91."
            ),
            "freight_cost": opt(Money(10, 400), "Cost of transport in dollars.", default=0),
        },
        say=[
            "How much duty is due in {country} on goods worth {goods_value}, HS code {hs_code}<, "
            "with freight of {freight_cost}>?",
            "[Estimate|Work out] the customs duty: {country}, code {hs_code}, value "
            "{goods_value}<, transport {freight_cost}>.",
            "I am sending goods for {goods_value} to a client in {country}. They fall under "
            "{hs_code}<, and the transport costs {freight_cost}>. [What will customs want|How "
            "much will customs charge]?",
            "Under the tariff number {hs_code}, what would {country} charge at the border for "
            "{goods_value} of goods<, freight being {freight_cost}>?",
        ],
        vague=[
            "How much customs duty is due on goods worth {goods_value}?",
            "What will customs in {country} charge me for my goods?",
        ],
    ),
    Plan(
        "redirect_parcel",
        "Send a parcel that is on its way to a pick-up shop.",
        {
            "tracking_number": need(TRACKING, "PX and nine digits."),
            "shop": need(SHOP, "Name of the pick-up shop."),
            "hold_days": opt(Int(3, 14), "How many days the shop keeps it.", default=7),
        },
        say=[
            "I will not be at home. [Send|Redirect] {tracking_number} to the {shop}<, to be kept "
            "for {hold_days} days>.",
            "[Reroute|Redirect] parcel {tracking_number} to the pick-up point {shop}<, held for "
            "{hold_days} days>.",
            "Could {tracking_number} go to the {shop} instead<, and stay there for {hold_days} "
            "days>?",
            "I would rather fetch it myself at the {shop}. The parcel is {tracking_number}<, and "
            "they should keep it for {hold_days} days>. [Please change the delivery|Change the "
            "delivery].",
        ],
        vague=[
            "I will not be at home. [Send|Redirect] my parcel to the {shop}.",
            "Redirect {tracking_number} to a pick-up shop<, held for {hold_days} days>.",
        ],
    ),
    Plan(
        "report_lost_parcel",
        "Open a search for a parcel that never came.",
        {
            "tracking_number": need(TRACKING, "PX and nine digits."),
            "contents": need(
                OneOf(
                    "two novels",
                    "a winter coat",
                    "a set of knives",
                    "car parts",
                    "a wedding dress",
                    "toys",
                    "a tea set",
                    "running shoes",
                    "a violin bow",
                    "seeds and bulbs",
                ),
                "What is inside.",
            ),
            "declared_value": need(Money(20, 900), "Worth in dollars."),
            "last_seen": opt(Date((2024, 2025)), "Day of the last news, as YYYY-MM-DD."),
        },
        say=[
            "My parcel {tracking_number} with {contents} never came. It was worth "
            "{declared_value}<, and the last news was on {last_seen}>. [Start a search|Report it "
            "as lost].",
            "[Report|Declare] {tracking_number} as lost: {contents}, {declared_value}<, last seen "
            "{last_seen}>.",
            "I have given up waiting. Contents of parcel {tracking_number}: {contents}, worth "
            "{declared_value}<; it was last scanned on {last_seen}>. Please open a search.",
            "Lost parcel: number {tracking_number}, worth {declared_value}, contents {contents}<, "
            "no news since {last_seen}>.",
        ],
        vague=[
            "[Report|Declare] {tracking_number} as lost.",
            "My parcel with {contents} never came. Start a search.",
        ],
    ),
    Plan(
        "find_drop_off_points",
        "List the places near a postcode where parcels can be handed in.",
        {
            "postcode": need(Code("#####"), "Five digits."),
            "open_late": opt(
                Flag("open in the evening", "with any opening hours"),
                "true for places that are open after 20:00.",
            ),
            "max_km": opt(Num(1, 15), "How far away at most, in kilometres.", default=5),
        },
        say=[
            "Where near {postcode} can I hand in a parcel<, no further than {max_km} km away>?< I "
            "need a place {open_late}.>",
            "[Find|List] drop-off points for parcels around the postcode {postcode}<, "
            "{open_late}><, within {max_km} km>.",
            "I have to get rid of a return parcel and live in {postcode}. [Which shops take "
            "it|Where can I leave it]<, at most {max_km} km from here>?",
            "Parcel shops near {postcode}<, {open_late}><, {max_km} km at most>, please.",
        ],
        vague=["Where can I hand in a parcel<, no further than {max_km} km away>?"],
    ),
    Plan(
        "book_freight",
        "Book space for cargo on a ship, train, truck or plane.",
        {
            "mode": need(
                Choice(sea="by ship", rail="by train", road="by truck", air="by plane"),
                "sea for ship, rail for train, road for truck, air for plane.",
            ),
            "from_city": need(ORIGIN, "City where the cargo starts."),
            "to_city": need(DESTINATION, "City where it goes."),
            "pallets": need(Int(2, 30), "Number of pallets."),
            "ready_date": need(Date((2026, 2027)), "Day the cargo is ready, as YYYY-MM-DD."),
            "hazard_classes": opt(
                ListOf(Int(1, 9), 1, 3), "Hazard classes of dangerous goods on board, 1 to 9."
            ),
            "load_factor": opt(
                Percent(50, 95, fraction=True, digits=0),
                "How full the pallets are, as a fraction, 0.8 for 80%.",
            ),
        },
        say=[
            "We have to move {pallets} pallets from {from_city} to {to_city} {mode}. They are "
            "ready on {ready_date}<, {load_factor} full><, with dangerous goods of class "
            "{hazard_classes}>. [Book the space|Please book it].",
            "[Book|Reserve] cargo space {mode}, {from_city} to {to_city}, {pallets} pallets, "
            "ready {ready_date}<, hazard class {hazard_classes}>.",
            "From {ready_date} on there are {pallets} pallets waiting in {from_city}<, each "
            "filled to {load_factor}>. Please get them to {to_city} {mode}.",
            "Freight booking {mode}: {pallets} pallets, start {from_city}, end {to_city}, date "
            "{ready_date}<, filled to {load_factor}><, hazard class {hazard_classes}>.",
        ],
        vague=[
            "We have to move {pallets} pallets {mode}. Book the space.",
            "[Book|Reserve] cargo space from {from_city} to {to_city}.",
        ],
    ),
)
