"""Weather, air and tides."""

from __future__ import annotations

from training.generator.kinds import Choice, Date, Flag, Int, ListOf, Num, OneOf, Percent, Time
from training.generator.plan import Domain, Plan, need, opt
from training.generator.vocabulary import CITY, CITY_COUNTRY, US_CITY

HARBOURS = OneOf(
    "Saint-Malo", "Bar Harbor", "Whitby", "Galway", "Darwin", "Cuxhaven", "Ilfracombe", "Halifax",
    "Monterey", "Tromsø", "Cádiz", "Dunedin",
)  # fmt: skip
POLLEN = Choice(
    "birch", "hazel", "alder", "ash", "oak", "ragweed", "mugwort", "olive", grasses="grass"
)

DOMAIN = Domain(
    "weather",
    Plan(
        "get_forecast",
        "Get the weather forecast for a city for the coming days.",
        {
            "city": need(CITY_COUNTRY, "City and country, such as Oslo, Norway."),
            "days": opt(Int(2, 10), "How many days ahead.", default=3),
            "units": opt(
                Choice("metric", "imperial"), "Units of the temperatures.", default="metric"
            ),
        },
        say=[
            "What will the weather be like in {city}< over the next {days} days>< in {units} "
            "units>?",
            "[Give|Show|Get] me the< {days}-day> forecast for {city}<, {units} units please>.",
            "We have to decide what to pack for {city}. Sun or rain<, over {days} days>?< I think "
            "in {units} units.>",
            "I am off to {city} [soon|tomorrow]. [How|What] does the forecast look like< for the "
            "next {days} days>< in {units} units>?",
        ],
        vague=["What will the weather be like?", "[Give|Show] me the {days}-day forecast."],
    ),
    Plan(
        "historical_weather",
        "Look up the weather that was measured at a place on a past day.",
        {
            "location": need(US_CITY, "City and state, such as Denver, CO."),
            "date": need(Date((2010, 2022)), "The day, as YYYY-MM-DD."),
            "measures": opt(
                ListOf(Choice("temperature", "rainfall", "wind", "humidity", "pressure"), 1, 3),
                "What to report; everything where it is left out.",
            ),
        },
        say=[
            "What was the weather in {location} on {date}?< I only need {measures}.>",
            "Look up the weather record of {date} for {location}<: just {measures}>.",
            "I need to know how the weather was on {date} in {location}<, {measures} only>.",
            "The insurance asks for the weather of {date}. It happened in {location}<; they want "
            "{measures} and nothing else>. [Look it up|Find it for me].",
        ],
        vague=["How was the weather in {location} that day?"],
    ),
    Plan(
        "wind_chill",
        "Work out how cold it feels from the air temperature and the wind.",
        {
            "temperature": need(Num(-30, 9), "Air temperature in degrees Celsius."),
            "wind_speed": need(Int(6, 90), "Wind speed in km/h."),
        },
        say=[
            "How cold does {temperature} degrees Celsius feel with a wind of {wind_speed} km/h?",
            "[Compute|Work out|Calculate] the wind chill for {temperature} °C and a wind speed of "
            "{wind_speed} km/h.",
            "With {wind_speed} km/h of wind, what temperature would {temperature} °C feel like on "
            "the skin?",
            "It is {temperature} degrees Celsius here and the wind blows at {wind_speed} km/h. "
            "[What is the wind chill|How cold does that feel]?",
        ],
        vague=["How cold does it feel with a wind of {wind_speed} km/h?"],
    ),
    Plan(
        "subscribe_storm_alerts",
        "Turn on storm alerts for a city.",
        {
            "city": need(CITY, "Name of the city."),
            "min_category": need(Int(1, 5), "Lowest storm category that is reported, 1 to 5."),
            "by_sms": opt(
                Flag("send them by text message", "do not send text messages"),
                "Whether alerts also come by text message.",
                default=False,
            ),
        },
        say=[
            "[Turn on|Set up] storm alerts for {city} from category {min_category} up<; {by_sms}>.",
            "My boat lies in {city}, so I want to hear about storms there once they reach "
            "category {min_category}<; {by_sms}>.",
            "Warn me of storms of category {min_category} or higher in {city}<, and {by_sms}>.",
            "I want to be alerted when a storm of at least category {min_category} nears {city}<. "
            "Please {by_sms}>.",
        ],
        vague=["[Turn on|Set up] storm alerts for {city}.", "I would like to get storm alerts."],
    ),
    Plan(
        "hourly_rain_chance",
        "Get the chance of rain in a city at one hour of today.",
        {
            "city": need(CITY, "Name of the city."),
            "at": need(Time(), "Time of day as HH:MM, 24-hour clock."),
        },
        say=[
            "How likely is rain in {city} at {at}?",
            "I want to hang the laundry out at {at}. [What is the chance of rain|How likely is it "
            "to rain] in {city} then?",
            "Chance of rain today, {city}, {at}?",
            "[Will it be dry|Can I leave the umbrella at home] in {city} at {at} today? Give me "
            "the probability of rain.",
        ],
        vague=["How likely is it to rain in {city} later?", "What is the chance of rain at {at}?"],
        like=["get_forecast"],
    ),
    Plan(
        "air_quality",
        "Get how clean or polluted the air of a city is right now.",
        {
            "city": need(CITY, "Name of the city."),
            "pollutant": opt(
                Choice(
                    "ozone",
                    pm25="fine dust",
                    pm10="coarse dust",
                    no2="nitrogen dioxide",
                    so2="sulphur dioxide",
                ),
                "One pollutant, where only that is wanted: pm25 is fine dust, pm10 coarse dust.",
            ),
            "scale": opt(
                Choice(us="the US scale", eu="the European scale"),
                "Scale of the index.",
                default="us",
            ),
        },
        say=[
            "How is the air in {city} right now<, on {scale}>?< I only care about {pollutant}.>",
            "Is the air in {city} [clean|good] enough to go jogging now<, judged by {pollutant} "
            "alone><, on {scale}>?",
            "[Show|Give] me the current air quality for {city}<, {pollutant} only><, on {scale}>.",
            "My asthma is acting up. [Look up|Check] how bad the air in {city} is at the moment<, "
            "and only look at {pollutant}>.",
        ],
        vague=["How is the air right now?", "Is the level of {pollutant} too high at the moment?"],
    ),
    Plan(
        "tide_table",
        "List the times and heights of high and low water at a harbour on one day.",
        {
            "harbour": need(HARBOURS, "Name of the harbour."),
            "date": need(Date(), "The day, as YYYY-MM-DD."),
            "unit": opt(
                Choice(m="metres", ft="feet"), "Unit of the heights: m or ft.", default="m"
            ),
        },
        say=[
            "When are high and low tide in {harbour} on {date}?< Heights in {unit}, please.>",
            "We are taking the kayaks out at {harbour} on {date}. [Look up|Get me] the tides<, in "
            "{unit}>.",
            "[Pull up|Show me] the tide table of {harbour} for {date}<, with heights in {unit}>.",
            "On {date} I want to walk the beach at {harbour}, so I need the times of high and low "
            "water<, in {unit}>.",
        ],
        vague=["When is high tide on {date}?", "When is low tide in {harbour}?"],
    ),
    Plan(
        "uv_index_at",
        "Get today's ultraviolet index at a point on the map.",
        {
            "latitude": need(Num(-54, 68, 2), "Latitude in decimal degrees, south is negative."),
            "longitude": need(Num(-120, 150, 2), "Longitude in decimal degrees, west is negative."),
            "time": opt(
                Time(), "Time of day as HH:MM, 24-hour clock; the day's peak where it is left out."
            ),
        },
        say=[
            "How strong is the sun at latitude {latitude} and longitude {longitude}< at {time}>? "
            "I mean the UV index.",
            "[Get|Fetch] the UV index for the coordinates {latitude}, {longitude} (latitude, "
            "longitude)< at {time}>.",
            "We are camping at latitude {latitude}, longitude {longitude}. Do we need sunscreen<, "
            "say at {time}>? [Check|Look up] the UV index.",
            "Sun check: UV index today for lat {latitude}, lon {longitude}<, at {time}>, please.",
        ],
        vague=["Do I need sunscreen today?", "What is the UV index at latitude {latitude}?"],
    ),
    Plan(
        "pollen_report",
        "Report the pollen count of a city for today and tomorrow.",
        {
            "city": need(US_CITY, "City and state, such as Denver, CO."),
            "plants": opt(
                ListOf(POLLEN, 1, 3), "Only the pollen of these plants; all where it is left out."
            ),
        },
        say=[
            "How bad is the pollen in {city}<, just {plants}>?",
            "I have hay fever. [What is the pollen count|How much pollen is there] in {city}<, "
            "only {plants}>?",
            "[Get|Show] me the pollen report for {city}<, limited to {plants}>.",
            "My eyes itch and I suspect pollen< from {plants}>. [Check|Look up] the count for "
            "{city}.",
        ],
        vague=["How bad is the pollen today?", "Is there much pollen from {plants} in the air?"],
    ),
    Plan(
        "dew_point",
        "Work out the temperature at which dew forms.",
        {
            "air_temperature": need(Num(2, 38), "Air temperature in degrees Celsius."),
            "relative_humidity": need(Percent(20, 98), "Relative humidity in percent, 0 to 100."),
        },
        say=[
            "At what temperature does dew form when the air has {air_temperature} degrees Celsius "
            "and {relative_humidity} humidity?",
            "[Calculate|Work out] the dew point for {air_temperature} °C and {relative_humidity} "
            "relative humidity.",
            "The greenhouse shows {relative_humidity} humidity at {air_temperature} °C. [What is "
            "the dew point|Where does the dew point lie]?",
            "Dew point, please: humidity {relative_humidity}, air {air_temperature} °C.",
        ],
        vague=["What is the dew point at {relative_humidity} humidity?"],
    ),
    Plan(
        "heating_degree_days",
        "Sum up how far daily mean temperatures lie below a base temperature.",
        {
            "daily_means": need(
                ListOf(Num(1, 17), 3, 7, brackets=True),
                "Mean temperature of each day in degrees Celsius, in order.",
            ),
            "base": opt(Int(15, 21), "Base temperature in degrees Celsius.", default=18),
        },
        say=[
            "The mean temperatures of the last days were {daily_means} °C. How many heating "
            "degree days is that<, with a base of {base} degrees>?",
            "[Compute|Sum up] the heating degree days for daily means of {daily_means} degrees "
            "Celsius< and a base temperature of {base}>.",
            "For the heating bill I need the degree days of these daily averages in Celsius: "
            "{daily_means}.< The base is {base} degrees.>",
            "How many heating degree days [do|would] daily means of {daily_means} °C add up to<, "
            "measured from {base} degrees>?",
        ],
        vague=["How many heating degree days did we have?"],
    ),
)
