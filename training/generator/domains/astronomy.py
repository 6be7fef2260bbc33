"""The sky, planets, stars and telescopes."""

from __future__ import annotations

from training.generator.kinds import (
    Choice,
    Code,
    Date,
    Flag,
    Int,
    ListOf,
    Num,
    OneOf,
    Record,
    Time,
)
from training.generator.plan import Domain, Plan, need, opt
from training.generator.vocabulary import CITY_COUNTRY, PERSON

STAR = OneOf(
    *(
        "Vega, Sirius, Arcturus, Betelgeuse, Rigel, Altair, Deneb, Antares, Spica, Capella, "
        "Aldebaran, Polaris, Procyon, Fomalhaut, Regulus, Pollux"
    ).split(", ")
)
TARGET = OneOf(
    *(
        "M31, M42, M13, M51, M57, M81, M101, NGC 7000, NGC 869, NGC 253, NGC 6960, IC 434, IC "
        "1805, M27, M8, M45, NGC 4565, M104"
    ).split(", ")
)
TELESCOPE = OneOf(
    *(
        "North Ridge 80 cm, Atacama Twin, Valley Schmidt, Sierra 1.2 m, Dune Astrograph, Island "
        "Remote 60, Hilltop Ritchey, Southern Cross 50"
    ).split(", ")
)
HOST = OneOf(
    *(
        "Kepler-90, TRAPPIST-1, WASP-12, HD 209458, TOI-700, 55 Cancri, GJ 1214, Kepler-452, "
        "HAT-P-7, K2-18, WASP-43, Tau Ceti"
    ).split(", ")
)
SITE = Record(
    "{latitude} north, {longitude} east",
    {"latitude": Num(35, 66, 2), "longitude": Num(2, 40, 2)},
    {"latitude": "Degrees north.", "longitude": "Degrees east."},
)
DOMAIN = Domain(
    "astronomy",
    Plan(
        "moon_phase",
        "Get the phase of the moon on a day.",
        {
            "date": need(Date((2020, 2030)), "The day as YYYY-MM-DD."),
            "hemisphere": opt(
                Choice(north="northern", south="southern"),
                "Hemisphere, for the side that is lit.",
                default="north",
            ),
        },
        say=[
            "What phase is the moon in on {date}<, seen from the {hemisphere} hemisphere>?",
            "[Look up|Tell me] the phase of the moon for {date}<; I live in the {hemisphere} "
            "hemisphere>.",
            "We want to camp under dark skies on {date}. [How full is the moon then|Will there be "
            "a full moon]<, from the {hemisphere} half of the globe>?",
            "What about the phase of the moon, {date}<, {hemisphere} hemisphere>?",
        ],
        vague=[
            "What phase is the moon in on the day of our trip?",
            "How full will the moon be<, seen from the {hemisphere} hemisphere>?",
        ],
    ),
    Plan(
        "visible_planets",
        "List the planets that stand above the horizon at a place and time.",
        {
            "place": need(CITY_COUNTRY, "City and country, such as Oslo, Norway."),
            "date": need(Date((2024, 2028)), "The day as YYYY-MM-DD."),
            "time": need(Time(), "Local time as HH:MM, 24-hour clock."),
            "naked_eye_only": opt(
                Flag(
                    "only those that I can see without a telescope",
                    "including the ones that need a telescope",
                ),
                "Whether faint planets are left out.",
                default=True,
            ),
        },
        say=[
            "Which planets are up in {place} on {date} at {time}<, {naked_eye_only}>?",
            "I will be in {place} on {date} and look at the sky at {time}. [Which planets will be "
            "out|What planets can I spot]<, {naked_eye_only}>?",
            "[List|Name] the planets above the horizon at {time} on {date} for {place}<; "
            "{naked_eye_only}>.",
            "A question about the planets in the sky. The place is {place}, the date {date}, the "
            "time {time}. [Which are up|Which ones are there]?",
        ],
        vague=[
            "Which planets are up in {place} tonight?",
            "Which planets can I see on {date} at {time}<, {naked_eye_only}>?",
        ],
    ),
    Plan(
        "twilight_times",
        "Get when dawn begins and dusk ends at a place.",
        {
            "location": need(SITE, "Coordinates of the place."),
            "date": need(Date((2024, 2027)), "The day as YYYY-MM-DD."),
            "kind": opt(
                Choice("civil", "nautical", "astronomical"),
                "How far the sun has to be below the horizon.",
                default="civil",
            ),
        },
        say=[
            "When does< {kind}> twilight begin and end on {date} at {location}?",
            "[Get|Look up] the times of dawn and dusk for {location} on {date}<, {kind} twilight>.",
            "We set up the telescopes at {location} on {date}. [From when on is it dark|When is it "
            "dark enough]<, by the {kind} definition>?",
            "Twilight on {date}: the site is at {location}<, and I need the {kind} one>.",
        ],
        vague=[
            "When does< {kind}> twilight end?",
            "When is it dark at {location}<, by the {kind} definition>?",
        ],
    ),
    Plan(
        "distance_from_parallax",
        "Compute the distance of a star from its parallax.",
        {
            "parallax_mas": need(Num(2, 300, 2), "Parallax in milliarcseconds."),
            "unit": opt(
                Choice(pc="parsecs", ly="light years"),
                "Unit of the distance: pc or ly.",
                default="pc",
            ),
            "star": opt(STAR, "Name of the star, for the report."),
        },
        say=[
            "How far away is a star with a parallax of {parallax_mas} milliarcseconds<, in "
            "{unit}>?< It is {star}.>",
            "[Compute|Work out]< in {unit}> the distance that belongs to a parallax of "
            "{parallax_mas} mas<; call the star {star}>.",
            "I measured {parallax_mas} mas of parallax< for {star}>. [What distance is that|How "
            "distant is it]<, in {unit}>?",
            "Parallax {parallax_mas} milliarcseconds<, star {star}>: distance<, in {unit}>, "
            "please.",
        ],
        vague=[
            "How far away is a star whose parallax I measured<, in {unit}>?",
            "Compute the distance of {star} from the parallax.",
        ],
    ),
    Plan(
        "light_travel_time",
        "Compute how long light takes to cover a distance.",
        {
            "distance": need(Num(1, 90, 2), "The distance."),
            "distance_unit": need(
                Choice(au="astronomical units", Gm="million kilometres", pc="parsecs"),
                "Unit: au for astronomical units, Gm for million kilometres, pc for parsecs.",
            ),
        },
        say=[
            "How long does light take to travel {distance} {distance_unit}?",
            "A probe is {distance} {distance_unit} away. [How long do its radio signals take to "
            "reach us|How old are its signals when we get them]?",
            "[Compute|Find] the light travel time over {distance} {distance_unit}.",
            "If something {distance} {distance_unit} from here lit up now, after what time [would "
            "we see it|would its light arrive]?",
        ],
        vague=[
            "How long do the radio signals of the probe take to reach us?",
            "How long does light take for a few {distance_unit}?",
        ],
    ),
    Plan(
        "search_exoplanets",
        "Search known planets of other stars.",
        {
            "host_star": opt(HOST, "Only planets of this star."),
            "discovery_method": opt(
                Choice(
                    transit="transits",
                    radial_velocity="radial velocity",
                    imaging="direct imaging",
                    microlensing="microlensing",
                ),
                "Only planets found in this way.",
            ),
            "min_radius": opt(Num(1, 9, 1), "Smallest radius in Earth radii."),
            "max_period_days": opt(Int(20, 400, 5), "Longest orbital period in days."),
            "discovered_since": opt(Int(2009, 2024), "Only planets found in this year or later."),
            "limit": opt(Int(3, 50), "Most planets to return.", default=20),
        },
        say=[
            "Which exoplanets do we know<, found by {discovery_method}><, discovered in "
            "{discovered_since} or later><, with a period of at most {max_period_days} days>?",
            "[List|Find] exoplanets< of the star {host_star}><, at least {min_radius} Earth radii "
            "large><; return no more than {limit}>.",
            "I am writing about planets of other stars.< The star is {host_star}.>< They should "
            "have been found through {discovery_method}.> [What does the catalogue list|Which ones "
            "are known]<, up to {limit} entries>?",
            "Search the exoplanet catalogue<: radius from {min_radius} times the Earth's><, period "
            "up to {max_period_days} days><, since {discovered_since}><, {limit} hits at most>.",
        ],
    ),
    Plan(
        "schwarzschild_radius",
        "Compute how small a mass has to be squeezed to become a black hole.",
        {
            "mass": need(Num(1, 900, 1), "The mass."),
            "mass_unit": need(
                Choice(solar="solar masses", earth="Earth masses", jupiter="Jupiter masses"),
                "What the mass is counted in.",
            ),
        },
        say=[
            "What is the Schwarzschild radius of {mass} {mass_unit}?",
            "How small would I have to squeeze {mass} {mass_unit} to [get|make] a black hole?",
            "[Compute|Find] the event horizon radius of a black hole with {mass} {mass_unit}.",
            "Two stars merged, leaving a black hole of {mass} {mass_unit}. [How big is its "
            "horizon|What is its radius]?",
        ],
        vague=[
            "What is the Schwarzschild radius of the black hole?",
            "How large is the horizon of a black hole of {mass}, whatever the unit?",
        ],
    ),
    Plan(
        "orbital_period",
        "Compute how long a body takes for one orbit around a star.",
        {
            "semi_major_axis_au": need(Num(1, 60, 2), "Semi-major axis in astronomical units."),
            "star_mass": opt(Num(0.5, 8, 1), "Mass of the star in solar masses.", default=1),
        },
        say=[
            "How long is the year of a planet with a semi-major axis of {semi_major_axis_au} AU<, "
            "around a star of {star_mass} solar masses>?",
            "[Compute|Find] the orbital period for a semi-major axis of {semi_major_axis_au} AU<; "
            "the star has {star_mass} solar masses>.",
            "A comet's orbit has a semi-major axis of {semi_major_axis_au} astronomical units<, "
            "and its sun weighs {star_mass} solar masses>. [When does it come back|How many years "
            "does one round take]?",
            "Kepler's third law, please: a = {semi_major_axis_au} AU<, M = {star_mass} solar "
            "masses>.",
        ],
        vague=[
            "How long is the year of the planet<, around a star of {star_mass} solar masses>?",
            "When will the comet be back? Compute its period.",
        ],
    ),
    Plan(
        "next_eclipse",
        "Find the next eclipse that can be seen from a place.",
        {
            "body": need(Choice(sun="solar", moon="lunar"), "Which body is eclipsed, sun or moon."),
            "place": need(CITY_COUNTRY, "City and country, such as Oslo, Norway."),
            "after": opt(
                Date((2024, 2035)),
                "Search from this day on, YYYY-MM-DD; today where it is left out.",
            ),
            "total_only": opt(
                Flag("only total ones count", "partial ones count too"),
                "Whether partial eclipses are skipped.",
                default=False,
            ),
        },
        say=[
            "When is the next {body} eclipse in {place}< after {after}>?< For me {total_only}.>",
            "[Find|Look up] the next {body} eclipse to be seen from {place}<, {total_only}><, "
            "searching from {after} on>.",
            "I have never seen a {body} eclipse. [How long must I wait|When is the next one] in "
            "{place}<, counting from {after}>?",
            "Next eclipse for {place}, please: {body}<, {total_only}><, not before {after}>.",
        ],
        vague=[
            "When is the next {body} eclipse?",
            "When can I see the next eclipse in {place}<, {total_only}>?",
        ],
    ),
    Plan(
        "satellite_passes",
        "List when a satellite passes over a place.",
        {
            "norad_id": need(Code("#####"), "Catalogue number of the satellite, five digits."),
            "observer": need(SITE, "Coordinates of the observer."),
            "days": opt(Int(2, 10), "How many days ahead.", default=1),
            "min_elevation": opt(
                Int(15, 60, 5),
                "Lowest height above the horizon in degrees at the peak.",
                default=10,
            ),
        },
        say=[
            "When does satellite {norad_id} pass over {observer}< in the next {days} days><, at "
            "least {min_elevation} degrees high>?",
            "[List|Show] the passes of the satellite with catalogue number {norad_id} for an "
            "observer at {observer}<, {days} days ahead>.",
            "My antenna stands at {observer}. I want to catch satellite {norad_id}. [When does it "
            "come by|What are its passes]<, looking {days} days ahead><, peaking above "
            "{min_elevation} degrees>?",
            "Passes of {norad_id} at {observer}<, minimum elevation {min_elevation}°><, for {days} "
            "days>.",
        ],
        vague=[
            "When does satellite {norad_id} pass over my house?",
            "Which satellite passes are there at {observer}<, at least {min_elevation} degrees "
            "high>?",
        ],
    ),
    Plan(
        "telescope_magnification",
        "Compute the magnification of a telescope with an eyepiece.",
        {
            "telescope_focal_mm": need(
                Int(400, 3000, 50), "Focal length of the telescope in millimetres."
            ),
            "eyepiece_focal_mm": need(
                Num(4, 40, 1), "Focal length of the eyepiece in millimetres."
            ),
            "barlow": opt(Num(2, 5, 1), "Factor of a Barlow lens.", default=1),
        },
        say=[
            "What magnification does a {telescope_focal_mm} mm telescope give with an eyepiece of "
            "{eyepiece_focal_mm} mm<, through a Barlow lens of factor {barlow}>?",
            "I put an eyepiece of {eyepiece_focal_mm} mm into a scope with a focal length of "
            "{telescope_focal_mm} mm<, with a {barlow}x Barlow in between>. [How much does it "
            "magnify|What power do I get]?",
            "[Compute|Find] the magnification: telescope {telescope_focal_mm} mm, eyepiece "
            "{eyepiece_focal_mm} mm<, Barlow {barlow}x>.",
            "The scope has {telescope_focal_mm} mm of focal length. How many times larger does "
            "Saturn look [with|through] my eyepiece of {eyepiece_focal_mm} mm?",
        ],
        vague=[
            "What magnification does my telescope give with an eyepiece of {eyepiece_focal_mm} mm?",
            "How much does a telescope of {telescope_focal_mm} mm magnify<, with a {barlow}x "
            "Barlow>?",
        ],
    ),
    Plan(
        "book_observation",
        "Reserve time on a remote telescope to photograph an object.",
        {
            "telescope": need(TELESCOPE, "Name of the telescope."),
            "target": need(TARGET, "Catalogue name of the object."),
            "night": need(Date((2025, 2026)), "Date of the evening, YYYY-MM-DD."),
            "exposure_seconds": need(Int(30, 600, 30), "Length of one exposure in seconds."),
            "exposures": opt(Int(5, 60), "Number of exposures.", default=10),
            "filters": opt(
                ListOf(
                    Choice(
                        L="luminance",
                        R="red",
                        G="green",
                        B="blue",
                        Ha="hydrogen alpha",
                        OIII="oxygen",
                    ),
                    1,
                    3,
                ),
                "Filters to use: L luminance, R red, G green, B blue, Ha hydrogen alpha, OIII "
                "oxygen.",
            ),
            "observer": opt(PERSON, "Name the time is booked under."),
        },
        say=[
            "Book {telescope} on {night} for {target} with exposures of {exposure_seconds} "
            "seconds<, {exposures} of them><. Filters: {filters}><. The observer is {observer}>.",
            "I would like to photograph {target} with the telescope {telescope} on the night of "
            "{night}, {exposure_seconds} s per exposure<, through these filters: {filters}>.",
            "[Reserve|Get me] time on {telescope}: object {target}, night {night}<, {exposures} "
            "exposures> at {exposure_seconds} seconds each<, in the name of {observer}>.",
            "We still need images of {target}. On {night} please use {telescope}, exposing for "
            "{exposure_seconds} seconds each time<, {exposures} times><, filters {filters}>.",
        ],
        vague=[
            "Book a telescope for {target} on {night}.",
            "Reserve time on {telescope}<, in the name of {observer}>.",
        ],
    ),
)
