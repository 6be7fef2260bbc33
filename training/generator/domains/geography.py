"""Maps, distances, countries and population."""

from __future__ import annotations

from training.generator.kinds import (
    Choice,
    Code,
    Flag,
    Int,
    ListOf,
    Num,
    OneOf,
    Quoted,
    Record,
    Words,
)
from training.generator.plan import Domain, Plan, need, opt
from training.generator.vocabulary import CITIES, CITY, COUNTRY

REGIONS = (
    "Tuscany; Bavaria; Patagonia; Hokkaido; Queensland; Catalonia; Bohemia; Kerala; Normandy; "
    "Yukon; Transylvania; Andalusia; Oaxaca; Lapland; Sichuan"
).split("; ")
RIVERS = (
    "Danube; Niger; Orinoco; Mekong; Loire; Zambezi; Vistula; Murray; Rhine; Volga; "
    "Tagus; Ganges; Paraná"
).split("; ")
PEAKS = (
    "Mount Elbrus; Aconcagua; Mont Blanc; Denali; Kilimanjaro; Mount Fuji; Galdhøpiggen; "
    "Ben Nevis; Matterhorn; Mount Cook; Popocatépetl; Table Mountain"
).split("; ")
STREETS = "Mill Lane; Harbor Road; Station Street; Elm Avenue; Church Hill; Queen Street".split(
    "; "
)
POINT = Record(
    "latitude {lat}, longitude {lon}",
    {"lat": Num(-60, 70, 3), "lon": Num(-170, 175, 3)},
    {
        "lat": "Latitude in degrees, south is negative.",
        "lon": "Longitude in degrees, west is negative.",
    },
)

DOMAIN = Domain(
    "geography",
    Plan(
        "straight_line_distance",
        "Distance between two cities as the crow flies.",
        {
            "city_a": need(OneOf(*CITIES[:22]), "First city."),
            "city_b": need(OneOf(*CITIES[22:]), "Second city."),
            "unit": opt(
                Choice(km="kilometres", mi="miles", nmi="nautical miles"),
                "Unit of the distance.",
                default="km",
            ),
        },
        say=[
            "How far is it from {city_a} to {city_b} in a straight line<, in {unit}>?",
            "[Tell|Give] me the distance between {city_a} and {city_b} as the crow flies"
            "<, measured in {unit}>.",
            "My pen friend in {city_b} asked how far apart we live. I'm in {city_a}. What is the "
            "air-line distance<, {unit} please>?",
            "From {city_a} to {city_b}, straight line<, {unit}>?",
        ],
        vague=[
            "How far is it to {city_b} in a straight line<, in {unit}>?",
            "[Tell|Give] me the distance as the crow flies.",
        ],
        like=["haversine_points"],
    ),
    Plan(
        "haversine_points",
        "Great-circle distance in kilometres between two points given by coordinates.",
        {
            "start": need(POINT, "First point."),
            "end": need(POINT, "Second point."),
        },
        say=[
            "How many kilometres are there between {start} and {end}?",
            "[Compute|Work out] the great-circle distance from {start} to {end}.",
            "A buoy drifted off last week. It was set out at {start} and found at {end}. "
            "[What|Which] distance is that along the globe?",
            "First point: {start}. Second point: {end}. How far apart are they?",
        ],
        vague=[
            "How many kilometres is it to {end}?",
            "[Compute|Work out] the great-circle distance between two points.",
        ],
        like=["straight_line_distance"],
    ),
    Plan(
        "country_profile",
        "Basic facts about a country.",
        {
            "country": need(COUNTRY, "English name of the country."),
            "facts": need(
                ListOf(
                    Choice(
                        "capital",
                        "anthem",
                        "languages",
                        area="surface area",
                        neighbours="neighbouring countries",
                        flag="flag",
                        calling_code="dialling code",
                    ),
                    1,
                    4,
                ),
                "Which facts are returned.",
            ),
        },
        say=[
            "I need the {facts} of {country}.",
            "[Look up|Get] {facts} for the country {country}.",
            "We are preparing a quiz night and {country} came up. Could you [find|check] its "
            "{facts}?",
            "Country: {country}. Wanted: {facts}.",
        ],
        vague=["[Look up|Get] the {facts} of a country.", "I need some facts about {country}."],
    ),
    Plan(
        "population_of",
        "Population of a country in a year, counted or projected.",
        {
            "country": need(COUNTRY, "English name of the country."),
            "year": opt(Int(1960, 2050), "The year; the latest count by default."),
            "group": opt(
                Choice(
                    urban="in cities",
                    rural="in the countryside",
                    female="women only",
                    under_15="children under 15",
                    over_65="people over 65",
                ),
                "Only this part of the people.",
            ),
        },
        say=[
            "How many people live in {country}< as of {year}><, {group}>?",
            "[Give|Tell] me the population of {country}< for the year {year}><, {group}>.",
            "I have to draw a chart about {country} for school. What is its population"
            "< in {year}><, {group}>?",
            "Inhabitants of {country}<, {year}><, {group}>.",
        ],
        vague=[
            "How many people lived there< in {year}>?",
            "[Give|Tell] me the population< for the year {year}>.",
        ],
        like=["rank_countries"],
    ),
    Plan(
        "rank_countries",
        "Rank the countries of a continent by a figure.",
        {
            "continent": need(
                Choice(
                    "Africa",
                    "Asia",
                    "Europe",
                    "Oceania",
                    north_america="North America",
                    south_america="South America",
                ),
                "The continent.",
            ),
            "figure": need(
                Choice(
                    "population",
                    area="surface area",
                    density="population density",
                    gdp="gross domestic product",
                    coast="length of the coast",
                ),
                "What they are ranked by.",
            ),
            "top": need(Int(3, 15), "How many countries are returned."),
            "smallest_first": opt(
                Flag("starting with the smallest", "starting with the largest"),
                "Whether the lowest figure comes first.",
                default=False,
            ),
        },
        say=[
            "[List|Name] the top {top} countries of {continent} by {figure}<, {smallest_first}>.",
            "Rank the countries in {continent} by {figure} and show me {top}<, {smallest_first}>.",
            "I bet with my brother about {figure}. Could you give me {top} countries of "
            "{continent} "
            "ranked by that<, {smallest_first}>?",
            "Ranking by {figure}: {continent}, {top} countries<, {smallest_first}>.",
        ],
        vague=[
            "Rank the countries in {continent}<, {smallest_first}>.",
            "Which are the top {top} countries by {figure}?",
        ],
        like=["population_of"],
    ),
    Plan(
        "geocode_address",
        "Find the coordinates of a street address.",
        {
            "address": need(
                Words("{} {}", [str(n) for n in range(3, 140, 7)], STREETS),
                "House number and street, such as 12 Mill Lane.",
            ),
            "city": need(CITY, "City."),
        },
        say=[
            "What are the coordinates of {address} in {city}?",
            "[Find|Get] latitude and longitude for {address}, {city}.",
            "The courier in {city} wants a pin on the map. I need the exact coordinates of "
            "{address}.",
            "I was wondering at which latitude and longitude {address} in {city} lies.",
        ],
        vague=[
            "What are the coordinates of {address}?",
            "[Find|Get] the latitude and longitude of my house in {city}.",
        ],
        like=["reverse_geocode"],
    ),
    Plan(
        "reverse_geocode",
        "Find the place that lies at given coordinates.",
        {
            "latitude": need(Num(-60, 70, 3), "Latitude in degrees, south is negative."),
            "longitude": need(Num(-170, 175, 3), "Longitude in degrees, west is negative."),
            "detail": opt(
                Choice(street="the street", city="the city", country="the country"),
                "How exact the answer is.",
                default="city",
            ),
        },
        say=[
            "[What|Which place] lies at latitude {latitude} and longitude {longitude}"
            "?< I want {detail}.>",
            "Name the place at {latitude} degrees latitude, {longitude} degrees longitude"
            "<; {detail} is enough>.",
            "An old photo of mine carries the position latitude {latitude}, longitude {longitude}. "
            "[Where|In which place] was it taken<, {detail} will do>?",
            "Longitude {longitude}, latitude {latitude}: what is there<, {detail} only>?",
        ],
        vague=[
            "[What|Which place] lies at latitude {latitude}?",
            "Where was my photo taken, going by its coordinates<, {detail} only>?",
        ],
        like=["geocode_address"],
    ),
    Plan(
        "river_facts",
        "Length, source and mouth of a river.",
        {"river": need(OneOf(*RIVERS), "Name of the river, without the word river.")},
        say=[
            "How long is the {river} and where does it rise?",
            "[Look up|Get] the facts on the river {river}.",
            "We are paddling down the {river} this summer. What should I know about that river: "
            "its source, its length, its mouth?",
            "I'd like to know where the {river} [begins|starts] and which sea it runs into.",
        ],
        vague=["How long is the river and where does it rise?", "Get the facts on a river."],
    ),
    Plan(
        "peak_elevation",
        "Height of a mountain.",
        {
            "mountain": need(OneOf(*PEAKS), "Name of the mountain."),
            "in_feet": need(Flag("in feet", "in metres"), "True for feet, false for metres."),
        },
        say=[
            "How high is {mountain} {in_feet}?",
            "[Give|Tell] me the height of {mountain}, {in_feet} please.",
            "After three days in the hut we finally saw {mountain}. What is its elevation "
            "{in_feet}?",
            "Elevation {in_feet}: {mountain}.",
        ],
        vague=["How high is the mountain {in_feet}?", "I want to know the height of a peak."],
    ),
    Plan(
        "drop_map_pins",
        "Mark places on a saved map.",
        {
            "map_id": need(Code("MAP-####"), "Identifier of the map, such as MAP-2041."),
            "pins": need(
                ListOf(
                    Record(
                        "{label} in {city}",
                        {
                            "label": Quoted(
                                *"Best ramen; Aunt Lia; Camp; Old bridge; Depot; "
                                "Meeting point; Bakery; Viewpoint".split("; ")
                            ),
                            "city": CITY,
                        },
                        {"label": "Text of the pin.", "city": "City that is marked."},
                    ),
                    1,
                    3,
                ),
                "The pins.",
            ),
            "color": opt(
                Choice("red", "blue", "green", "yellow", "purple"),
                "Colour of the pins.",
                default="red",
            ),
        },
        say=[
            "[Drop|Set] pins on {map_id}: {pins}<, all of them {color}>.",
            "On my map {map_id}, please mark {pins}<, using {color} pins>.",
            "I'm putting our travels together on {map_id}. Could you add {pins}"
            "< as {color} markers>?",
            "Map {map_id}, new pins {pins}<, colour {color}>.",
        ],
        vague=[
            "[Drop|Set] some pins on {map_id}<, all of them {color}>.",
            "Please mark {pins} for me.",
        ],
    ),
    Plan(
        "list_region_towns",
        "List the towns of a region above a number of inhabitants.",
        {
            "region": need(OneOf(*REGIONS), "Name of the region."),
            "min_population": need(Int(5000, 200000, 5000), "Fewest inhabitants."),
        },
        say=[
            "Which towns in {region} have at least {min_population} inhabitants?",
            "[List|Name] towns of {min_population} people or more in {region}.",
            "We plan to open shops in {region}, but only where {min_population} people "
            "or more live. Which towns [qualify|are worth a look]?",
            "Towns: region {region}, population from {min_population} up.",
        ],
        vague=[
            "Which towns are there in {region}?",
            "[List|Name] towns of {min_population} people or more.",
        ],
    ),
)
