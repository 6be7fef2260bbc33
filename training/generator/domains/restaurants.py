"""Restaurants: finding them, tables, menus, delivery and the bill."""

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
    Words,
)
from training.generator.plan import Domain, Plan, need, opt
from training.generator.vocabulary import CITY, LAST_NAMES, PERSON

RESTAURANT = OneOf(
    "Trattoria Bellini", "Spice Route", "Juniper & Rye", "Sakura Garden", "El Molino",
    "Blue Lantern", "Osteria Nonna", "Fig Tree Kitchen", "Taverna Kyma", "Bistro Lavande",
    "Hop Street Grill", "Lotus Bowl", "Cedar Table", "Nordlys",
)  # fmt: skip
DISH = OneOf(
    "lasagne", "pad thai", "chicken tikka masala", "mushroom risotto", "beef ramen",
    "falafel wrap", "pumpkin ravioli", "fish tacos", "margherita pizza", "vegetable dumplings",
    "lamb kofta", "seafood paella", "bibimbap", "onion soup", "caesar salad", "spring rolls",
    "tiramisu", "mango sticky rice", "pulled pork burger", "pho",
)  # fmt: skip
ADDRESS = Words(
    "{} {}",
    [str(number) for number in range(4, 300, 17)],
    (
        "Alder Street",
        "Crescent Road",
        "Mill Lane",
        "Sunset Boulevard",
        "Orchard Way",
        "Dock Street",
    ),
)
SOON = Date((2025, 2027))

DOMAIN = Domain(
    "restaurants",
    Plan(
        "find_restaurants",
        "Find restaurants in a city.",
        {
            "city": need(CITY, "Name of the city."),
            "cuisine": opt(
                OneOf(
                    "Italian",
                    "Thai",
                    "Ethiopian",
                    "Mexican",
                    "Greek",
                    "Korean",
                    "Lebanese",
                    "Peruvian",
                    "Vietnamese",
                    "Georgian",
                ),
                "Kind of cooking, such as Italian.",
            ),
            "price": opt(
                Choice(**{"$": "cheap", "$$": "mid-priced", "$$$": "fancy"}),
                "$ is cheap, $$ mid-priced, $$$ fancy.",
            ),
            "open_at": opt(Time(), "Only those open at this time, HH:MM, 24-hour clock."),
        },
        say=[
            "Where can I eat in {city}?< Show me only {cuisine} places.>< I want a {price} one.>",
            "We just got to {city} and are hungry. [Find|Suggest] some< {price}>< {cuisine}> "
            "restaurants< that are open at {open_at}>.",
            "[Find|List]< {price}>< {cuisine}> restaurants in {city}<, open at {open_at}>.",
            "What< {cuisine}> restaurants are there in {city}<, {price} ones only><, serving at "
            "{open_at}>?",
        ],
        vague=[
            "Where can I eat something< {cuisine}>?",
            "[Find|Suggest] me a< {price}> place for dinner.",
        ],
    ),
    Plan(
        "reserve_table",
        "Reserve a table in a restaurant.",
        {
            "restaurant": need(RESTAURANT, "Name of the restaurant."),
            "date": need(SOON, "Day as YYYY-MM-DD."),
            "time": need(Time(), "HH:MM, 24-hour clock."),
            "party_size": need(Int(2, 12), "Number of people."),
            "name": opt(PERSON, "Name for the reservation; the account's name by default."),
            "seating": opt(
                Choice(
                    terrace="on the terrace",
                    bar="at the bar",
                    booth="in a booth",
                    window="by the window",
                ),
                "Where to sit.",
            ),
            "occasion": opt(
                OneOf("birthday", "wedding", "graduation", "farewell", "promotion", "reunion"),
                "What is celebrated, one word.",
            ),
        },
        say=[
            "[Reserve|Book] a table at {restaurant} for {party_size} people on {date} at {time}<, "
            "{seating}><, under the name {name}>.",
            "We are {party_size} and want to eat at {restaurant} on {date}. Get us a table at "
            "{time}<, {seating} if you can><; it is for a {occasion}>.",
            "Table for {party_size}, {restaurant}, {date}, {time}<, {seating}><, name {name}>.",
            "My parents are coming to town. Could you get us in at {restaurant} on {date}, "
            "{time}? There will be {party_size} of us<, {seating} please><, and you may book it "
            "as {name}>.",
        ],
        vague=[
            "[Reserve|Book] a table at {restaurant}.",
            "[Reserve|Book] a table for {party_size} people<, {seating}>.",
            "We would like to eat at {restaurant} on {date}. Get us a table.",
        ],
    ),
    Plan(
        "cancel_table",
        "Cancel a table reservation.",
        {
            "reservation_id": need(
                Code("R-@@####"), "Number from the confirmation, such as R-AB1234."
            ),
            "message": opt(
                Quoted(
                    "sorry, we are ill",
                    "our train is stuck",
                    "see you another time",
                    "our plans changed",
                ),
                "A line for the restaurant.",
            ),
        },
        say=[
            "[Cancel|Call off] table reservation {reservation_id}<. Tell them {message}>.",
            "We cannot make dinner tonight, please cancel {reservation_id}<. The message for the "
            "restaurant is {message}>.",
            "Could you call off our table, number {reservation_id}<, with the words {message}>?",
            "Table {reservation_id} is no longer needed<; send along {message}>. [Take it "
            "off|Cancel it].",
        ],
        vague=[
            "We cannot make dinner tonight. [Cancel|Call off] our table.",
            "[Cancel|Call off] our table and tell them {message}.",
        ],
    ),
    Plan(
        "get_menu",
        "Get the menu of a restaurant with prices.",
        {
            "restaurant": need(RESTAURANT, "Name of the restaurant."),
            "section": opt(
                Choice(
                    "starters",
                    "desserts",
                    "drinks",
                    mains="main courses",
                    kids="dishes for children",
                ),
                "Only this part of the menu.",
            ),
            "diet": opt(
                Choice("vegetarian", "vegan", gluten_free="gluten-free", halal="halal"),
                "Only what fits this diet.",
            ),
        },
        say=[
            "What is on the menu at {restaurant}?< I only want to see {section}.>< It has to be "
            "{diet}.>",
            "[Show|Get] me the menu of {restaurant}<, just the {section}><, {diet} only>.",
            "A friend< who eats {diet} food> joins us at {restaurant} tonight. What do they "
            "serve<, looking at {section}>?",
            "Menu of {restaurant}<, {section}><, {diet}>, please.",
        ],
        vague=["What is on the menu<, looking at {section}>?"],
    ),
    Plan(
        "order_delivery",
        "Order food from a restaurant and have it brought to an address.",
        {
            "restaurant": need(RESTAURANT, "Name of the restaurant."),
            "items": need(
                ListOf(
                    Record(
                        "{quantity} portions of {dish}",
                        {"dish": DISH, "quantity": Int(2, 5)},
                        {"dish": "Name of the dish.", "quantity": "How many portions."},
                    ),
                    1,
                    3,
                ),
                "The dishes with their quantities.",
            ),
            "address": need(ADDRESS, "House number and street."),
            "tip": opt(Money(2, 12), "Tip for the courier in dollars.", default=0),
        },
        say=[
            "Order from {restaurant}: {items}. Bring it to {address}<, with a tip of {tip}>.",
            "Nobody feels like cooking at {address} tonight. [Get|Order] us {items} from "
            "{restaurant}<, and tip {tip}>.",
            "I would like {items} delivered from {restaurant} to {address}<. Give the courier "
            "{tip}>.",
            "Delivery to {address}: {items}, all from {restaurant}<, tip {tip}>.",
        ],
        vague=[
            "[Get|Order] me something from {restaurant}.",
            "I would like {items} delivered.",
            "[Order|Get] {items} from {restaurant}, delivered.",
        ],
    ),
    Plan(
        "track_food_order",
        "Tell where an ordered meal is and when it will be there.",
        {"order_number": need(Code("F####-##"), "Number of the order, such as F1234-56.")},
        say=[
            "Where is my food? The order is {order_number}.",
            "We have been waiting for an hour. [When will|How long until] meal order "
            "{order_number} gets here?",
            "[Track|Check on] delivery {order_number}, dinner should have come by now.",
            "How far away is the courier with the food of order {order_number}?",
        ],
        vague=["Where is my food?", "How far away is the courier with our dinner?"],
    ),
    Plan(
        "split_restaurant_bill",
        "Work out what each guest pays when everybody pays their own dishes plus tip.",
        {
            "amounts": need(
                ListOf(Money(8, 60, cents=True), 2, 5), "What each guest ate, in dollars, in order."
            ),
            "tip_rate": opt(
                Percent(8, 25, fraction=True), "Tip as a fraction, 0.15 for 15 percent.", default=0
            ),
        },
        say=[
            "We ate for {amounts}. What does each of us owe<, with {tip_rate} tip>?",
            "[Split|Divide] the restaurant bill by what everyone had: {amounts}<. Add {tip_rate} "
            "for the tip>.",
            "Dinner came to {amounts} for the people at the table<, and we want to tip "
            "{tip_rate}>. How much does each pay?",
            "Everyone pays for themselves<, plus {tip_rate} tip>. The dishes were {amounts}. Who "
            "pays what?",
        ],
        vague=["What does each of us owe for dinner<, with {tip_rate} tip>?"],
    ),
    Plan(
        "join_waitlist",
        "Put guests on the waiting list of a restaurant that is full.",
        {
            "restaurant": need(RESTAURANT, "Name of the restaurant."),
            "guests": need(Int(2, 9), "Number of people."),
            "phone": need(Code("555-###-####"), "Number that gets a text when a table is free."),
            "surname": opt(OneOf(*LAST_NAMES), "Family name to call out."),
        },
        say=[
            "[Put us|We want to go] on the waiting list of {restaurant}: {guests} people<, name "
            "{surname}>, phone {phone}.",
            "{restaurant} is packed. Add us to its waitlist, we are {guests}<, the name is "
            "{surname}>, and text me at {phone}.",
            "Can you get {guests} of us on the list at {restaurant} for when a table frees up? "
            "[Reach me at|My number is] {phone}<, family name {surname}>.",
            "Waitlist at {restaurant}, party of {guests}<, {surname}>, {phone}.",
        ],
        vague=[
            "[Put us|We want to go] on the waiting list of {restaurant}.",
            "Put {guests} people on the waitlist.",
        ],
    ),
    Plan(
        "check_dish_allergens",
        "Tell whether a dish of a restaurant contains certain allergens.",
        {
            "restaurant": need(RESTAURANT, "Name of the restaurant."),
            "dish": need(DISH, "Name of the dish."),
            "allergens": need(
                ListOf(
                    Choice(
                        "gluten",
                        "peanuts",
                        "soy",
                        "sesame",
                        "celery",
                        "mustard",
                        milk="dairy",
                        egg="eggs",
                        tree_nuts="tree nuts",
                        crustaceans="shellfish",
                    ),
                    1,
                    3,
                ),
                "The allergens to look for; milk stands for all dairy.",
            ),
        },
        say=[
            "Does the {dish} at {restaurant} contain {allergens}?",
            "I must not eat {allergens}. [Can I order|Is it safe to order] the {dish} at "
            "{restaurant}?",
            "[Check|Find out] whether {restaurant} makes its {dish} with {allergens}.",
            "My son cannot have {allergens} and he would love the {dish} from {restaurant}. Can "
            "he have it?",
        ],
        vague=[
            "Does the {dish} contain {allergens}?",
            "I must not eat {allergens}. What about that dish at {restaurant}?",
        ],
    ),
    Plan(
        "review_restaurant",
        "Publish a review of a restaurant.",
        {
            "restaurant": need(RESTAURANT, "Name of the restaurant."),
            "stars": need(Int(1, 5), "From 1 (worst) to 5 (best)."),
            "text": opt(
                Quoted(
                    "best noodles in town",
                    "slow but friendly service",
                    "cold soup, warm welcome",
                    "we will be back",
                    "far too loud",
                    "tiny portions",
                    "a lovely terrace",
                ),
                "The review in words.",
            ),
            "anonymous": opt(
                Flag("leave my name out", "show my name"),
                "true hides the writer's name.",
                default=False,
            ),
        },
        say=[
            "[Give|Rate] {restaurant} {stars} out of 5 stars<. Write {text}><. Please "
            "{anonymous}>.",
            "We ate at {restaurant} yesterday. I want to rate it with {stars} of 5 stars<, and "
            "say {text}><; {anonymous}>.",
            "My rating for {restaurant}: {stars} of 5<, {text}><. And {anonymous}>.",
            "Post a restaurant review< that says {text}>: {restaurant}, {stars} out of five<; "
            "{anonymous}>.",
        ],
        vague=["I want to rate {restaurant}.", "Post a review of the restaurant that says {text}."],
    ),
    Plan(
        "catering_quote",
        "Ask for the price of food for a party.",
        {
            "guests": need(Int(20, 180, 5), "Number of people."),
            "style": need(
                Choice(
                    buffet="a buffet",
                    plated="a served dinner",
                    finger_food="finger food",
                    barbecue="a barbecue",
                ),
                "How the food is served.",
            ),
            "date": need(SOON, "Day of the party as YYYY-MM-DD."),
            "budget_per_person": opt(Money(15, 90), "Most to spend on each guest, in dollars."),
        },
        say=[
            "What would {style} for {guests} guests on {date} cost<, if we spend "
            "{budget_per_person} a head at most>?",
            "We are turning the barn into a party room on {date}. [Get|Request] a catering quote "
            "for {style} and {guests} people<, up to {budget_per_person} each>.",
            "I need a price for catering: {style}, {guests} people, {date}<, no more than "
            "{budget_per_person} per person>.",
            "There will be {guests} of us on {date} and we think of {style}<, with "
            "{budget_per_person} a person as the limit>. What does a caterer charge?",
        ],
        vague=[
            "What would {style} for our party cost?",
            "I need a catering quote for {guests} people.",
        ],
    ),
)
