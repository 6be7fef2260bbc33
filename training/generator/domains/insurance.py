"""Insurance: quotes, policies and claims."""

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
    Words,
)
from training.generator.plan import Domain, Plan, need, opt
from training.generator.vocabulary import CITY, COUNTRY, PERSON

POLICY = Code("POL-@####")
CLAIM = Code("CL-######")
CAR = Words(
    "{} {}",
    ("Toyota", "Ford", "Honda", "Volvo", "Skoda", "Mazda", "Kia", "Renault"),
    ("wagon", "hatchback", "sedan", "van", "pickup"),
)
DAY = Date((2026, 2027))

DOMAIN = Domain(
    "insurance",
    Plan(
        "quote_car_insurance",
        "Quote the yearly premium of a car insurance.",
        {
            "car": need(CAR, "Make and type of the car."),
            "model_year": need(Int(2006, 2025), "Year the car was built."),
            "driver_age": need(Int(18, 82), "Age of the main driver."),
            "yearly_km": opt(Int(4000, 40000, 1000), "Kilometres driven a year.", default=12000),
            "coverage": opt(
                Choice(liability="liability cover", partial="partial cover", full="full cover"),
                "What is covered.",
                default="liability",
            ),
        },
        say=[
            "What would insurance cost for a {car} built in {model_year}? The driver is "
            "{driver_age} years old<, drives {yearly_km} km a year>< and wants {coverage}>.",
            "[Quote|Price] me a car insurance<, {coverage}>: {car}, model year {model_year}, "
            "driver aged {driver_age}<, {yearly_km} kilometres a year>.",
            "I am {driver_age} and about to buy a {car} from {model_year}. [How high is the "
            "premium|What is the premium]<, with {coverage}><, at {yearly_km} km per year>?",
            "Car insurance quote: {car}, {model_year}, driver {driver_age}<, {coverage}><, "
            "{yearly_km} km yearly>.",
        ],
        vague=[
            "What would insurance for my {car} cost?",
            "I am {driver_age} and about to buy a car. [How high is the insurance premium|What is "
            "the insurance premium]?",
        ],
    ),
    Plan(
        "file_insurance_claim",
        "Report a damage to the insurer.",
        {
            "policy_number": need(POLICY, "POL-, a letter and four digits."),
            "incident_date": need(Date((2024, 2025)), "Day it happened, as YYYY-MM-DD."),
            "incident_type": need(
                Choice(
                    "fire",
                    "theft",
                    water="water damage",
                    storm="storm damage",
                    collision="a traffic accident",
                    glass="broken glass",
                ),
                "What happened: collision is a traffic accident, glass is broken glass.",
            ),
            "estimated_loss": need(Money(100, 15000), "Loss in dollars."),
            "description": opt(
                Quoted(
                    "nobody was hurt",
                    "the police came",
                    "neighbours saw it",
                    "it happened overnight",
                    "photos are ready",
                    "we were on holiday",
                    "it could have been worse",
                    "repair has begun",
                ),
                "Remark of the customer.",
            ),
        },
        say=[
            "I have to report {incident_type} on {incident_date}. Policy {policy_number}, loss "
            "about {estimated_loss}<, remark: {description}>.",
            "[File|Open] a claim under {policy_number} for {incident_type} on {incident_date}, "
            "estimated at {estimated_loss}<, with the remark {description}>.",
            "What a mess. There was {incident_type} here on {incident_date} and it will cost "
            "{estimated_loss}<. My remark: {description}>. My policy is {policy_number}; [please "
            "report it|report it for me].",
            "Damage report, {policy_number}: {incident_type}, {incident_date}, {estimated_loss}<, "
            "{description}>.",
        ],
        vague=[
            "I have to report {incident_type} to my insurance.",
            "[File|Open] a claim under {policy_number}.",
            "There was {incident_type} here on {incident_date}. Report it to the insurer.",
        ],
    ),
    Plan(
        "claim_progress",
        "Tell how far an insurance claim has come.",
        {"claim_number": need(CLAIM, "CL- and six digits.")},
        say=[
            "How far is my claim {claim_number}?",
            "[Check|Look up] the state of insurance claim {claim_number}.",
            "It has been two months since the flood and I have not seen a cent. What is going on "
            "with {claim_number}?",
            "Has {claim_number} been [approved|paid out|decided] yet?",
        ],
        vague=["How far is my insurance claim?", "Has my claim been [approved|paid out] yet?"],
    ),
    Plan(
        "cancel_policy",
        "End an insurance policy.",
        {
            "policy_number": need(POLICY, "POL-, a letter and four digits."),
            "end_date": need(DAY, "Last day of cover as YYYY-MM-DD."),
            "cause": opt(
                Choice(
                    sold="I sold the thing",
                    price="it is too expensive",
                    moved="I am moving abroad",
                    switched="I found another insurer",
                ),
                "Why it ends: sold, price for too expensive, moved for moving abroad, switched "
                "for another insurer.",
            ),
        },
        say=[
            "[Cancel|End] policy {policy_number} as of {end_date}<; {cause}>.",
            "I no longer need {policy_number}<, since {cause}>. The last day should be "
            "{end_date}. [Cancel it|Please cancel it].",
            "Could you end my insurance {policy_number} on {end_date}<, because {cause}>?",
            "Cancellation of {policy_number}, effective {end_date}<, as {cause}>, please.",
        ],
        vague=[
            "[Cancel|End] my insurance policy<, {cause}>.",
            "Cancel {policy_number}<, since {cause}>.",
        ],
    ),
    Plan(
        "add_insured_driver",
        "Add a person who may drive an insured car.",
        {
            "policy": need(POLICY, "POL-, a letter and four digits."),
            "driver_name": need(PERSON, "First and last name."),
            "birth_date": need(Date((1950, 1982)), "Day of birth as YYYY-MM-DD."),
            "license_years": opt(Int(2, 22), "Years since the driving test."),
            "main_driver": opt(
                Flag("as the main driver", "as a second driver"),
                "Whether this person drives the most.",
                default=False,
            ),
        },
        say=[
            "[Add|Assign] {driver_name}, born on {birth_date}, to my car policy {policy}<, "
            "{main_driver}><, licensed for {license_years} years>.",
            "My partner moved in and will use the car too. That is {driver_name}, date of birth "
            "{birth_date}<, {license_years} years with a licence>. The policy is {policy}. "
            "[Please add the driver|Add the driver]<, {main_driver}>.",
            "For policy {policy}: new driver {driver_name}, {birth_date}<, {main_driver}><, "
            "licence for {license_years} years>.",
            "Could {driver_name} (born {birth_date}) be insured to drive under {policy}<, "
            "{main_driver}>?",
        ],
        vague=[
            "Add {driver_name} to my car policy.",
            "My partner should be insured to drive under {policy}<, {main_driver}>.",
        ],
    ),
    Plan(
        "quote_travel_insurance",
        "Quote an insurance for a trip abroad.",
        {
            "country": need(COUNTRY, "Country the trip goes to."),
            "departure": need(DAY, "First day as YYYY-MM-DD."),
            "days": need(Int(3, 60), "Length of the trip in days."),
            "ages": need(ListOf(Int(18, 79), 2, 4), "Age of each traveller."),
            "extras": opt(
                ListOf(
                    Choice(
                        "luggage",
                        "cancellation",
                        rental_car="rental car",
                        winter_sports="winter sports",
                    ),
                    1,
                    3,
                ),
                "What is covered beside medical costs.",
            ),
        },
        say=[
            "We travel to {country} on {departure} for {days} days. What does a travel insurance "
            "cost for travellers aged {ages}<, with cover for {extras}>?",
            "[Quote|Price] travel cover: {country}, {days} days from {departure}, ages {ages}<, "
            "plus {extras}>.",
            "Our trip to {country} lasts {days} days and starts on {departure}. Ages on board: "
            "{ages}. [How much is the insurance|What does insurance cost]<, including {extras}>?",
            "Ages {ages}, {country}, leaving {departure}, {days} days<, extra cover for "
            "{extras}>: what would you charge for travel insurance?",
        ],
        vague=[
            "What does a travel insurance for {country} cost?",
            "How much is a travel insurance for {days} days<, including {extras}>?",
        ],
    ),
    Plan(
        "term_life_premium",
        "Work out the monthly premium of a term life insurance.",
        {
            "age": need(Int(20, 60), "Age of the insured person."),
            "sum_insured": need(Money(50000, 900000), "Sum paid out at death, in dollars."),
            "years": need(Int(5, 30, 5), "Length of the cover in years."),
            "smoker": opt(
                Flag("a smoker", "a non-smoker"), "Whether the person smokes.", default=False
            ),
        },
        say=[
            "I am {age}<, {smoker},> and want my family to get {sum_insured} if I die in the next "
            "{years} years. [What would that cost a month|What is the monthly premium]?",
            "[Work out|Compute] the premium of a life insurance over {sum_insured} for {years} "
            "years, age {age}<, {smoker}>.",
            "Life cover of {sum_insured}, {years} years, for somebody aged {age}<, {smoker}>: "
            "what is it per month?",
            "We have a baby on the way, so life insurance is a topic. Say {sum_insured} over "
            "{years} years for a person of {age} years<, {smoker}>. Monthly price?",
        ],
        vague=[
            "I am {age} and want a life insurance. [What would that cost a month|What is the "
            "monthly premium]?",
            "What is the premium of a life insurance over {sum_insured}?",
        ],
    ),
    Plan(
        "change_beneficiaries",
        "Name who gets the money of a life insurance.",
        {
            "policy_number": need(POLICY, "POL-, a letter and four digits."),
            "beneficiaries": need(
                ListOf(
                    Record(
                        "{name} with {share}",
                        {"name": PERSON, "share": Percent(10, 50, digits=0)},
                        {
                            "name": "First and last name.",
                            "share": "Share of the sum in percent, 40 for 40%.",
                        },
                    ),
                    1,
                    2,
                ),
                "All who get a part; what is left goes to the estate.",
            ),
        },
        say=[
            "The money of my life policy {policy_number} should go to {beneficiaries}.",
            "[Change|Set] the beneficiaries of {policy_number} to {beneficiaries}.",
            "I got divorced. [From now on|As of today] I want {beneficiaries} to benefit from "
            "policy {policy_number}.",
            "Policy {policy_number}, new beneficiaries: {beneficiaries}. Please note that down.",
        ],
        vague=[
            "I got divorced. Change the beneficiaries of {policy_number}.",
            "The money of my life policy should go to {beneficiaries}.",
        ],
    ),
    Plan(
        "is_it_covered",
        "Tell whether a policy pays in a certain case.",
        {
            "policy_number": need(POLICY, "POL-, a letter and four digits."),
            "case": need(
                OneOf(
                    "a phone dropped in the lake",
                    "a broken tooth",
                    "hail on the greenhouse",
                    "a stolen e-bike",
                    "mould in the bathroom",
                    "a lost suitcase",
                    "a dog bite",
                    "a fallen garden wall",
                    "a hacked bank account",
                    "a missed flight",
                    "frozen pipes",
                    "damage by martens",
                ),
                "The case in a few words.",
            ),
            "country": opt(COUNTRY, "Where it happens, if abroad."),
        },
        say=[
            "Does my policy {policy_number} pay for {case}<, if that happens in {country}>?",
            "[Check|Look up] if {case} is covered by {policy_number}<, also in {country}>.",
            "I read the small print and understood nothing. Under {policy_number}, would {case} "
            "be [paid|covered]<, say in {country}>?",
            "Am I insured against {case}<, even in {country}>? The policy is {policy_number}.",
        ],
        vague=[
            "Am I insured against {case}?",
            "Does my policy {policy_number} pay in such a case?",
        ],
        like=["file_insurance_claim"],
    ),
    Plan(
        "payout_after_deductible",
        "Work out what the insurer pays of a loss.",
        {
            "loss": need(Money(2000, 40000), "Loss in dollars."),
            "deductible": need(Money(100, 1500), "Part the customer bears, in dollars."),
            "coinsurance": opt(
                Percent(5, 30, fraction=True, digits=0),
                "Share of the rest that the customer bears too, as a fraction, 0.2 for 20%.",
                default=0,
            ),
            "cap": opt(Money(10000, 60000), "Most the insurer ever pays, in dollars."),
        },
        say=[
            "The damage is {loss} and my deductible {deductible}<, with {coinsurance} "
            "coinsurance><, capped at {cap}>. [What do I get|How much will they pay]?",
            "[Compute|Work out] the payout for a loss of {loss} with a deductible of "
            "{deductible}<, coinsurance {coinsurance}><, limit {cap}>.",
            "With {deductible} to bear myself<, and {coinsurance} of the rest>, what does the "
            "insurer pay of {loss}<, the limit being {cap}>?",
            "The storm did damage of {loss}.< My contract says {coinsurance} coinsurance.>< It "
            "never pays more than {cap}.> How much comes back to me after a deductible of "
            "{deductible}?",
        ],
        vague=[
            "The damage is {loss}. How much will my insurer pay?",
            "What do I get from the insurer with a deductible of {deductible}?",
        ],
    ),
    Plan(
        "find_insurance_agent",
        "Find an agent of the insurer who serves a city.",
        {
            "city": need(CITY, "Name of the city."),
            "specialty": opt(
                Choice(
                    home="home insurance",
                    car="car insurance",
                    life="life insurance",
                    health="health insurance",
                    business="insurance of firms",
                ),
                "Field of the agent: home, car, life, health, or business for insurance of firms.",
            ),
        },
        say=[
            "Who is the insurance agent in {city}<, for {specialty}>?",
            "[Find|Name] me an insurance agent near {city}<; I need one for {specialty}>.",
            "We just moved to {city} and want to talk to a person about our insurance<, mainly "
            "about {specialty}>. [Who do we call|Who is there]?",
            "Insurance agents in {city}<, specialised in {specialty}>, please.",
        ],
        vague=["Who is the insurance agent here?"],
    ),
)
