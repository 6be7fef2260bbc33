"""Pets, house plants and the garden."""

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
    Quoted,
    Record,
    Time,
)
from training.generator.plan import Domain, Plan, need, opt

PET = OneOf(
    "Biscuit", "Mochi", "Rufus", "Pepper", "Luna", "Hazel", "Waffles", "Simba", "Nugget", "Olive",
    "Ziggy", "Clover", "Tofu", "Pickles", "Maple", "Gizmo",
)  # fmt: skip
SPECIES = Choice("dog", "cat", "rabbit", "hamster", "parrot", "tortoise", guinea_pig="guinea pig")
PLANTS = OneOf(
    "monstera", "peace lily", "basil plant", "moth orchid", "lemon tree", "boxwood", "hydrangea",
    "rubber plant", "lavender", "bonsai", "snake plant", "rose bush", "fern", "camellia", "cactus",
)  # fmt: skip
CROP = OneOf(
    "tomatoes", "carrots", "runner beans", "kale", "pumpkins", "garlic", "beetroot", "lettuce",
    "sweetcorn", "peas", "chard", "leeks", "radishes", "potatoes", "cucumbers",
)  # fmt: skip
BED = OneOf(
    "rose bed", "vegetable patch", "front lawn", "herb spiral", "greenhouse", "back hedge",
    "strawberry bed", "balcony boxes", "raised bed", "orchard",
)  # fmt: skip
WEEKDAY = Choice(mon="Mondays", wed="Wednesdays", fri="Fridays", sun="Sundays")
SOON = Date((2025, 2027))
LOOKS = Quoted(
    "grey with white paws", "black, limps a little", "ginger, very shy", "brown with a red collar",
    "white, one blue eye", "spotted, long ears", "green feathers, talks",
)  # fmt: skip
SPOTS = OneOf(
    "Willow Park", "Harbour Street", "Quarry Road", "Birch Lane", "Mill Pond", "Station Square",
    "Chapel Hill", "Orchard Road",
)  # fmt: skip

DOMAIN = Domain(
    "pets_garden",
    Plan(
        "book_vet_visit",
        "Make an appointment for an animal at the vet's.",
        {
            "pet_name": need(PET, "Name of the animal."),
            "species": need(SPECIES, "Kind of animal."),
            "date": need(SOON, "Day as YYYY-MM-DD."),
            "reason": need(
                Choice(
                    checkup="a checkup",
                    vaccination="a vaccination",
                    limping="a limp",
                    teeth="bad teeth",
                    not_eating="a lack of appetite",
                    claws="overgrown claws",
                ),
                "What it is about; not_eating is a lack of appetite, limping a limp.",
            ),
            "house_call": opt(
                Flag("the vet should come to us", "we will come to the practice"),
                "true if the vet visits at home.",
                default=False,
            ),
        },
        say=[
            "[Book|Make] a vet appointment for my {species} {pet_name} on {date} because of "
            "{reason}<; {house_call}>.",
            "{pet_name}, our {species}, has to be seen by the vet for {reason}. Is {date} "
            "possible?< By the way, {house_call}.>",
            "On {date} I would like the vet to look at {pet_name} (a {species}): {reason}<; "
            "{house_call}>.",
            "Vet, {date}: {species} named {pet_name}, {reason}<; {house_call}>.",
        ],
        vague=[
            "{pet_name}, our {species}, has to be seen by the vet.",
            "[Book|Make] a vet appointment on {date} because of {reason}.",
        ],
    ),
    Plan(
        "pet_food_portion",
        "Work out how much food an animal needs in a day.",
        {
            "species": need(Choice("dog", "cat", "rabbit", "ferret"), "Kind of animal."),
            "weight_kg": need(Num(2, 9), "Weight in kilograms."),
            "food_type": need(
                Choice(dry="dry food", wet="wet food", raw="raw food"), "Kind of food."
            ),
            "meals": opt(Int(2, 5), "Number of meals the amount is divided into.", default=2),
            "neutered": opt(
                Flag("the animal is neutered", "the animal is not neutered"),
                "Whether it is neutered.",
            ),
        },
        say=[
            "How much {food_type} does a {species} of {weight_kg} kg need in a day<, over {meals} "
            "meals>?< Note that {neutered}.>",
            "[Work out|Calculate] the daily amount of {food_type} for my {species} who weighs "
            "{weight_kg} kilos<, in {meals} meals><; {neutered}>.",
            "My {species} begs all day and weighs {weight_kg} kg by now. How many grams of "
            "{food_type} should I feed<, divided into {meals} meals>?< For the record, "
            "{neutered}.>",
            "Daily portion for a {species}, {weight_kg} kg, {food_type}<, {meals} meals><; "
            "{neutered}>.",
        ],
        vague=[
            "How much should I feed my {species}<, over {meals} meals>?",
            "How much {food_type} does an animal of {weight_kg} kg need?",
        ],
    ),
    Plan(
        "find_adoptable_pets",
        "Find animals in shelters that look for a home.",
        {
            "species": need(SPECIES, "Kind of animal."),
            "zip_code": need(Code("#####"), "Five-digit ZIP code, as text."),
            "max_age_years": opt(Int(2, 10), "Greatest age in years."),
            "good_with": opt(
                ListOf(Choice("cats", "dogs", children="children", seniors="elderly people"), 1, 2),
                "With whom it has to get along; seniors are elderly people.",
            ),
        },
        say=[
            "Is there a {species} up for adoption around ZIP {zip_code}<, at most {max_age_years} "
            "years old><, that gets along with {good_with}>?",
            "Our house feels empty, so we want to adopt a {species}. We live in {zip_code}<. It "
            "should be no older than {max_age_years} years><. It must be good with {good_with}>.",
            "[Find|Show] shelter animals near {zip_code}: {species}<, up to {max_age_years} "
            "years><, fine with {good_with}>.",
            "I am looking to give a home to a {species} from a shelter close to {zip_code}<, good "
            "with {good_with}>.",
        ],
        vague=[
            "We want to adopt a {species}<, no older than {max_age_years} years>.",
            "[Find|Show] shelter animals near {zip_code}.",
        ],
    ),
    Plan(
        "register_microchip",
        "Enter an animal's chip and its keeper in the pet register.",
        {
            "chip_number": need(Code("985############"), "The 15 digits of the chip, as text."),
            "animal": need(
                Record(
                    "{name}, a {species} born in {born}",
                    {"name": PET, "species": SPECIES, "born": Int(2012, 2025)},
                    {"name": "Its name.", "species": "Kind of animal.", "born": "Year of birth."},
                ),
                "The animal.",
            ),
            "phone": need(Code("555-###-####"), "Number to call when it is found."),
        },
        say=[
            "[Register|Enter] chip {chip_number} for {animal}. My phone number is {phone}.",
            "The vet chipped our new companion: {animal}. The chip is {chip_number} and I can be "
            "reached at {phone}. [Put that in the register|Register it].",
            "Pet register: {animal}; chip {chip_number}; phone {phone}.",
            "Please call {phone} if anyone finds {animal}. Register this under the chip number "
            "{chip_number}.",
        ],
        vague=[
            "[Register|Enter] chip {chip_number} for my pet.",
            "The vet chipped {animal}. Put that in the pet register.",
        ],
    ),
    Plan(
        "book_pet_sitter",
        "Book somebody who looks after an animal.",
        {
            "pet_name": need(PET, "Name of the animal."),
            "start_date": need(SOON, "First day as YYYY-MM-DD."),
            "days": need(Int(2, 21), "Number of days."),
            "visits_per_day": opt(Int(2, 4), "How often the sitter comes each day.", default=1),
            "tasks": opt(
                ListOf(
                    Choice(
                        feed="feeding",
                        walk="walks",
                        litter="cleaning the litter box",
                        play="playing",
                        medicine="giving medicine",
                    ),
                    1,
                    3,
                ),
                "What the sitter does; litter is cleaning the litter box.",
            ),
        },
        say=[
            "[Book|Find] a sitter for {pet_name} from {start_date} for {days} days<, "
            "{visits_per_day} visits a day><. The tasks are {tasks}>.",
            "We go on holiday on {start_date} for {days} days and somebody has to look after "
            "{pet_name}<, {visits_per_day} times a day><: {tasks}>. [Book a sitter|Get us a "
            "sitter].",
            "Pet sitter for {pet_name}, {days} days, beginning {start_date}<, {visits_per_day} "
            "visits daily><, for {tasks}>.",
            "Could a pet sitter take care of {pet_name} for {days} days as of {start_date}<, "
            "coming {visits_per_day} times a day>?< It is about {tasks}.>",
        ],
        vague=[
            "Somebody has to look after {pet_name}<: {tasks}>. Book a sitter.",
            "[Book|Find] a pet sitter from {start_date}.",
        ],
    ),
    Plan(
        "report_lost_pet",
        "Publish a notice about an animal that ran away.",
        {
            "pet_name": need(PET, "Name of the animal."),
            "description": need(
                LOOKS,
                "What it looks like.",
            ),
            "last_seen_at": need(
                SPOTS,
                "Where it was last seen.",
            ),
            "phone": need(Code("555-###-####"), "Number to call."),
            "reward": opt(Int(50, 500, 50), "Reward in dollars."),
        },
        say=[
            "{pet_name} ran away! Last seen at {last_seen_at}, {description}. [Put out|Publish] a "
            "notice with my number, {phone}<, and a reward of {reward} dollars>.",
            "[Post|Publish] a lost pet notice: {pet_name}, {description}, last seen at "
            "{last_seen_at}, call {phone}<, reward {reward} dollars>.",
            "The last time anyone saw our {pet_name} was at {last_seen_at}. The looks: "
            "{description}. Please publish that, with {phone} as the number<, offering {reward} "
            "dollars>.",
            "Lost: {pet_name} ({description}) near {last_seen_at}<. Reward: {reward} dollars>. "
            "People can ring {phone}. Put that notice up.",
        ],
        vague=[
            "{pet_name} ran away! Publish a notice.",
            "Publish a lost pet notice: {description}, last seen at {last_seen_at}.",
        ],
    ),
    Plan(
        "schedule_watering",
        "Set the garden sprinklers to water a part of the garden.",
        {
            "bed": need(BED, "Part of the garden."),
            "start": need(Time(), "HH:MM, 24-hour clock."),
            "litres": need(Int(10, 200, 10), "Amount of water each time, in litres."),
            "days": opt(
                ListOf(WEEKDAY, 1, 3),
                "Weekdays as three small letters, such as mon; every day where it is left out.",
            ),
            "skip_if_rain": opt(
                Flag("skip it when it rains", "water even when it rains"),
                "Whether a rainy day is left out.",
                default=True,
            ),
        },
        say=[
            "Water the {bed} at {start} with {litres} litres<, on {days}><; {skip_if_rain}>.",
            "[Set|Program] the sprinklers of the {bed} to {litres} litres at {start}<, only on "
            "{days}><, and {skip_if_rain}>.",
            "We are away all summer. From now on the {bed} should get {litres} litres of water at "
            "{start}<, on {days}><. Please {skip_if_rain}>.",
            "Sprinkler plan: {bed}, {start}, {litres} litres<, {days}><; {skip_if_rain}>.",
        ],
        vague=[
            "Water the {bed} while we are away<; {skip_if_rain}>.",
            "[Set|Program] the sprinklers to {litres} litres<, only on {days}>.",
        ],
    ),
    Plan(
        "diagnose_plant",
        "Tell what may be wrong with a plant that looks ill.",
        {
            "plant": need(PLANTS, "Name of the plant."),
            "signs": need(
                ListOf(
                    Choice(
                        yellow_leaves="yellow leaves",
                        brown_tips="brown tips",
                        white_powder="a white powder",
                        sticky_leaves="sticky leaves",
                        drooping="drooping stems",
                        holes="holes in the leaves",
                        mould_on_soil="mould on the soil",
                    ),
                    1,
                    3,
                ),
                "What can be seen.",
            ),
            "place": opt(
                Choice(
                    indoors="it stands indoors",
                    balcony="it lives on a balcony",
                    garden="it grows in the garden",
                ),
                "Where the plant is.",
            ),
        },
        say=[
            "My {plant} has {signs}<; {place}>. What is wrong with it?",
            "What could cause {signs} on a {plant}?< In case that matters, {place}.>",
            "I inherited a {plant} from my aunt and now I see {signs}<, and {place}>. [What is "
            "wrong with it|What does it suffer from]?",
            "[Diagnose|Identify] a plant problem: {plant}, {signs}<; {place}>.",
        ],
        vague=[
            "My {plant} looks ill<; {place}>. What is wrong with it?",
            "What could cause {signs} on my plant?",
        ],
    ),
    Plan(
        "planting_dates",
        "Tell when to sow and harvest a vegetable in a climate zone.",
        {
            "crop": need(CROP, "Name of the vegetable, in the plural where it has one."),
            "zone": need(
                OneOf("5a", "5b", "6a", "6b", "7a", "7b", "8a", "8b", "9a", "9b"),
                "Hardiness zone: a number and a letter, such as 7b.",
            ),
            "method": opt(
                Choice(
                    indoors="on the window sill first",
                    outdoors="straight in the ground",
                    greenhouse="in a greenhouse",
                ),
                "How it is sown; indoors is on a window sill.",
                default="outdoors",
            ),
        },
        say=[
            "When do I sow {crop} in zone {zone}<, {method}>?",
            "I live in hardiness zone {zone} and want to grow {crop}<, {method}>. [What are the "
            "dates|Which dates should I keep]?",
            "[Look up|Give me] the planting calendar of {crop}, zone {zone}<, sown {method}>.",
            "It is my first vegetable patch. Tell me when to sow {crop}<, {method},> if the zone "
            "is {zone}.",
        ],
        vague=[
            "When do I sow {crop}<, {method}>?",
            "What can be sown when in zone {zone}? I have one vegetable in mind.",
        ],
    ),
    Plan(
        "soil_volume",
        "Work out how much soil fills a raised bed.",
        {
            "length_cm": need(Int(80, 300, 10), "Inner length in centimetres."),
            "width_cm": need(Int(40, 75, 5), "Inner width in centimetres."),
            "depth_cm": need(Int(15, 38), "Depth of the filling in centimetres."),
            "bag_litres": opt(Int(20, 70, 10), "Size of a bag of soil, to count bags."),
        },
        say=[
            "How much soil goes into a raised bed {length_cm} cm long, {width_cm} cm wide and "
            "{depth_cm} cm deep?< Bags hold {bag_litres} litres.>",
            "[Work out|Calculate] the soil for a planter: length {length_cm} cm, width {width_cm} "
            "cm, depth {depth_cm} cm<, bought in {bag_litres}-litre bags>.",
            "I built a bed with {width_cm} cm of width and {length_cm} cm of length and will fill "
            "it {depth_cm} cm high. How much earth do I need<, if a bag has {bag_litres} litres>?",
            "Soil for a bed, {depth_cm} cm deep, {length_cm} cm long, {width_cm} cm wide<, in "
            "bags of {bag_litres} litres>.",
        ],
        vague=[
            "How much soil goes into a raised bed {length_cm} cm long?",
            "How many bags of {bag_litres} litres do I need to fill my raised bed?",
        ],
    ),
    Plan(
        "companion_plants",
        "List what grows well, or badly, next to a vegetable.",
        {
            "crop": need(CROP, "Name of the vegetable."),
            "relation": opt(
                Choice(good="good", bad="bad"),
                "Whether neighbours that help or harm are listed.",
                default="good",
            ),
            "only_herbs": opt(
                Flag("list only herbs", "do not stop at herbs"),
                "Whether only herbs are listed.",
                default=False,
            ),
        },
        say=[
            "What are< {relation}> neighbours for {crop} in a garden bed?< Please {only_herbs}.>",
            "[Name|List]< {relation}> companion plants for {crop}<; {only_herbs}>.",
            "I have a row of {crop} and some space beside it. Which plants are< {relation}> "
            "company for that crop?< Please {only_herbs}.>",
            "Companion planting: {crop}<, {relation} neighbours><; {only_herbs}>.",
        ],
        vague=["Name< {relation}> companion plants for what I grow."],
    ),
)
