"""Homes to buy and to let."""

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
    Time,
    Words,
)
from training.generator.plan import Domain, Plan, need, opt
from training.generator.vocabulary import PERSON, US_CITY

LISTING = Code("LST-#####")
STREETS = (
    "Willow Lane",
    "Juniper Road",
    "Chestnut Street",
    "Lakeview Drive",
    "Prospect Avenue",
    "Orchard Way",
    "Canal Street",
    "Hillcrest Road",
)
ADDRESS = Words("{} {}", [str(n) for n in range(4, 400, 19)], STREETS)
KIND = Choice("apartment", "house", "townhouse", "studio", "loft")
SOON = Date((2026, 2027))

DOMAIN = Domain(
    "real_estate",
    Plan(
        "search_home_listings",
        "Search homes that are for sale or to let in a city.",
        {
            "city": need(US_CITY, "City and state, such as Denver, CO."),
            "offer": need(
                Choice(sale="to buy", rent="to rent"),
                "sale for homes to buy, rent for homes to let.",
            ),
            "home_type": opt(KIND, "Kind of home."),
            "min_bedrooms": opt(Int(2, 5), "Fewest bedrooms."),
            "features": opt(
                ListOf(
                    Choice(
                        garden="a garden",
                        balcony="a balcony",
                        garage="a garage",
                        fireplace="a fireplace",
                        pool="a pool",
                        elevator="an elevator",
                    ),
                    1,
                    3,
                ),
                "What the home must have.",
            ),
        },
        say=[
            "I am looking for something {offer} in {city}<, with at least {min_bedrooms} "
            "bedrooms>. [Please see what there is|Show me what there is]<; it must have "
            "{features}>.",
            "[Find|Search for] homes {offer} in {city}<, home type {home_type}><, with "
            "{features}>.",
            "We are moving to {city} for my new job and want a home {offer}<, {min_bedrooms} "
            "bedrooms or more><, type {home_type}>.",
            "Homes {offer}, {city}<, {home_type}><, at least {min_bedrooms} bedrooms><, "
            "{features} a must>, please.",
            "[Is there|Do you have] any home {offer} in {city}< with {features}>?",
        ],
        vague=[
            "I am looking for a home {offer}.",
            "Find me a home with {features}.",
            "[Find|Search for] a home in {city}.",
        ],
    ),
    Plan(
        "listing_details",
        "Show all that is known about one home on offer.",
        {
            "listing_id": need(LISTING, "Number of the listing, such as LST-12345."),
            "with_photos": opt(
                Flag("with photos", "without photos"), "Whether photos are added.", default=True
            ),
        },
        say=[
            "[Show|Tell] me everything about listing {listing_id}<, {with_photos}>.",
            "What do you know about the home with the number {listing_id}?< Send it "
            "{with_photos}.>",
            "A friend pointed me to {listing_id}. Can I [see|get] the details of that home<, "
            "{with_photos}>?",
            "Details of home listing {listing_id}<, {with_photos}>, please.",
        ],
        vague=[
            "Show me the details of that home<, {with_photos}>.",
            "What do you know about the home my friend pointed me to?",
        ],
    ),
    Plan(
        "book_house_viewing",
        "Arrange a visit to a home on offer.",
        {
            "listing": need(LISTING, "Number of the listing, such as LST-12345."),
            "date": need(SOON, "Day of the visit as YYYY-MM-DD."),
            "time": need(Time(), "Time of day as HH:MM, 24-hour clock."),
            "visitor": opt(PERSON, "Who comes, where it is not the user."),
            "virtual": opt(
                Flag("by video call", "in person"), "true for a visit by video.", default=False
            ),
        },
        say=[
            "I want to [see|view] the home {listing} on {date} at {time}<, {virtual}>.",
            "[Arrange|Book] a viewing of {listing} for {date}, {time}<, {virtual}><; the visitor "
            "is {visitor}>.",
            "We fell in love with {listing}! On {date} at {time} we could [come by|have a look]<, "
            "{virtual}>. Please set it up.",
            "Can I have a look at {listing}<, {virtual}>, say at {time} on {date}?< It will be "
            "{visitor} who comes.>",
        ],
        vague=[
            "I want to [see|view] the home {listing}<, {virtual}>.",
            "Can I have a look at the home on {date} at {time}?",
        ],
    ),
    Plan(
        "estimate_home_value",
        "Estimate what a home would sell for today.",
        {
            "address": need(ADDRESS, "Street and number."),
            "city": need(US_CITY, "City and state, such as Denver, CO."),
            "living_area": need(Int(45, 320), "Living area in square metres."),
            "year_built": opt(Int(1920, 2022), "Year it was built."),
            "condition": opt(
                Choice("new", "good", "fair", "poor"), "State the home is in.", default="good"
            ),
        },
        say=[
            "What could I get for my home at {address}, {city}? It has {living_area} square "
            "metres<, was built in {year_built}>< and is in {condition} condition>.",
            "[Estimate|Appraise] the home at {address} in {city}: {living_area} square metres<, "
            "built in {year_built}><, {condition} condition>.",
            "My parents left me {living_area} m² at {address}, {city}<, dating from "
            "{year_built}>. I wonder what it would [sell for|bring]<; the condition is "
            "{condition}>.",
            "Home value please: {address}, {city}, {living_area} m²<, year {year_built}><, "
            "condition {condition}>.",
        ],
        vague=[
            "What could I get for my home of {living_area} square metres?",
            "[Estimate|Appraise] my home in {city}<, built in {year_built}>.",
        ],
    ),
    Plan(
        "rental_yield",
        "Work out the yearly yield of a home that is let.",
        {
            "purchase_price": need(Money(90000, 800000), "Price of the home in dollars."),
            "monthly_rent": need(Money(700, 4500), "Rent a month in dollars."),
            "yearly_costs": opt(Money(500, 9000), "Running costs a year in dollars.", default=0),
            "vacancy_rate": opt(
                Percent(2, 15, fraction=True),
                "Share of the year that the home stands empty, as a fraction, 0.05 for 5%.",
                default=0,
            ),
        },
        say=[
            "I could buy a flat for {purchase_price} and let it for {monthly_rent} a month<, with "
            "costs of {yearly_costs} a year>. [What is the yield|What yield would that be]<, if "
            "it stands empty {vacancy_rate} of the time>?",
            "[Compute|Calculate] the rental yield for a price of {purchase_price} and a monthly "
            "rent of {monthly_rent}<, {yearly_costs} yearly costs><, {vacancy_rate} vacancy>.",
            "The tenants pay {monthly_rent} a month; the place cost {purchase_price}<, and upkeep "
            "is {yearly_costs} per year>. What does it yield?",
            "At a rent of {monthly_rent} a month, does a home for {purchase_price} [pay off|make "
            "sense]? Tell me the yield<, assuming {vacancy_rate} vacancy><, with {yearly_costs} "
            "of costs per year>.",
        ],
        vague=[
            "What is the yield of a flat that is let for {monthly_rent} a month?",
            "I could buy a flat for {purchase_price} and let it. What is the yield?",
        ],
    ),
    Plan(
        "publish_listing",
        "Put a home of the user's on the market.",
        {
            "address": need(ADDRESS, "Street and number."),
            "home_type": need(KIND, "Kind of home."),
            "asking_price": need(Money(100000, 900000), "Price asked for in dollars."),
            "rooms": need(
                Record(
                    "{bedrooms} bedrooms and {bathrooms} bathrooms",
                    {"bedrooms": Int(2, 6), "bathrooms": Int(2, 4)},
                    {"bedrooms": "Number of bedrooms.", "bathrooms": "Number of bathrooms."},
                ),
                "How many rooms there are.",
            ),
            "headline": opt(
                Quoted(
                    "Sunny corner home",
                    "Walk to the lake",
                    "Quiet and central",
                    "Room for the whole family",
                    "Freshly renovated",
                    "Views over the valley",
                ),
                "Headline of the advertisement.",
            ),
        },
        say=[
            "Put my home at {address} on the market for {asking_price}: type {home_type}, "
            "{rooms}<, headline {headline}>.",
            "I want to sell my home. It is at {address}, home type {home_type}, with {rooms}, and "
            "I ask "
            "{asking_price}<. The headline should be {headline}>.",
            "[Advertise|List] {address} for sale at {asking_price}; {home_type}, {rooms}<, titled "
            "{headline}>.",
            "After twenty years we are leaving {address}. Please [advertise|offer] it for "
            "{asking_price}. Kind of home: {home_type}; it has {rooms}<, and {headline} would be "
            "a nice headline>.",
        ],
        vague=[
            "Put my home at {address} on the market.",
            "I want to sell my home with {rooms}.",
            "[Advertise|List] my home for {asking_price}.",
        ],
    ),
    Plan(
        "submit_purchase_offer",
        "Make an offer for a home that is for sale.",
        {
            "listing_id": need(LISTING, "Number of the listing, such as LST-12345."),
            "bid": need(Money(120000, 950000), "Sum offered in dollars."),
            "expires_on": opt(SOON, "Day the offer ends, as YYYY-MM-DD."),
            "financing": opt(
                Choice("cash", mortgage="a mortgage", seller="credit from the seller"),
                "How it is paid: cash, mortgage, or seller for credit from the seller.",
            ),
        },
        say=[
            "[Offer|Bid] {bid} for the home {listing_id}<, paid by {financing}><, open until "
            "{expires_on}>.",
            "We want it! Please make an offer of {bid} for {listing_id}<, good until "
            "{expires_on}><, financed by {financing}>.",
            "For listing {listing_id} my offer is {bid}<, with {financing}><; it ends on "
            "{expires_on}>. [Hand it in|Submit it], please.",
            "Could you put in {bid} as our bid on {listing_id}<, by way of {financing}><, valid "
            "up to {expires_on}>?",
        ],
        vague=[
            "[Make|Hand in] an offer for the home {listing_id}<, paid by {financing}>.",
            "Offer {bid} for the home we saw.",
        ],
    ),
    Plan(
        "neighbourhood_profile",
        "Describe life in a part of a city: prices, schools, safety, transport.",
        {
            "neighbourhood": need(
                OneOf(
                    "Ballard",
                    "Capitol Hill",
                    "Five Points",
                    "Hyde Park",
                    "Alberta Arts",
                    "Germantown",
                    "East End",
                    "Old Town",
                    "Riverside",
                    "Warehouse District",
                    "Northside",
                    "Mission Hill",
                ),
                "Name of the part of the city.",
            ),
            "city": need(US_CITY, "City and state, such as Denver, CO."),
            "topics": opt(
                ListOf(Choice("schools", "safety", "transport", "noise", "shops", "parks"), 1, 3),
                "What to report on; everything where it is left out.",
            ),
        },
        say=[
            "What is it like to live in {neighbourhood}, a part of {city}?< I care about "
            "{topics}.>",
            "[Tell me about|Describe] the neighbourhood {neighbourhood} in {city}<, mostly "
            "{topics}>.",
            "We found a flat in {neighbourhood} ({city}) but have never been there. [Is it a nice "
            "area|What is the area like]< when it comes to {topics}>?",
            "Neighbourhood report: {neighbourhood}, {city}<, only {topics}>, please.",
        ],
        vague=[
            "What is the neighbourhood like< when it comes to {topics}>?",
            "[Tell me about|Describe] a neighbourhood in {city}.",
        ],
    ),
    Plan(
        "give_lease_notice",
        "Send the landlord the notice that a lease ends.",
        {
            "address": need(ADDRESS, "Street and number of the rented home."),
            "tenant": need(PERSON, "Name of the tenant."),
            "move_out": need(SOON, "Last day of the lease as YYYY-MM-DD."),
            "forwarding_address": opt(ADDRESS, "Where letters go afterwards."),
        },
        say=[
            "My lease at {address} should end on {move_out}. [Send|Give] notice to the landlord "
            "in the name of {tenant}<; my mail can go to {forwarding_address}>.",
            "[Give notice|Write the notice] for tenant {tenant}, home {address}, moving out "
            "{move_out}<, new address {forwarding_address}>.",
            "I found a bigger place. Tell the landlord that {tenant} leaves {address} by "
            "{move_out}<. From then on mail goes to {forwarding_address}>.",
            "As of {move_out}, {tenant} will no longer rent {address}<; letters should follow to "
            "{forwarding_address}>. [Please send the notice|Send the notice].",
        ],
        vague=[
            "[Send|Give] notice to my landlord: I leave on {move_out}.",
            "Tell the landlord that {tenant} is moving out.",
        ],
    ),
    Plan(
        "price_per_area",
        "Work out the price of a home for each unit of its area.",
        {
            "price": need(Money(80000, 900000), "Price of the home in dollars."),
            "area": need(Num(30, 260), "Area of the home."),
            "unit": opt(
                Choice(m2="square metres", ft2="square feet"),
                "Unit of the area: m2 for square metres, ft2 for square feet.",
                default="m2",
            ),
        },
        say=[
            "A flat costs {price} and has an area of {area}<, counted in {unit}>. [What is that "
            "per unit of area|What does each unit of area cost]?",
            "[Work out|Tell me] the price per unit of area for a home of {price} and an area of "
            "{area}<, in {unit}>.",
            "I want to compare homes by size. This one: price {price}, area {area}<, in {unit}>. "
            "How much for each unit of area?",
            "With {area} of living area<, measured in {unit},> and a price of {price}, how much "
            "is one unit of it?",
        ],
        vague=[
            "What is the price per unit of area for a home of {price}?",
            "A flat has an area of {area}. What does each unit of area cost?",
        ],
    ),
)
