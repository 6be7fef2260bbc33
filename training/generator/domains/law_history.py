"""Courts, laws, historical events and museums."""

from __future__ import annotations

from training.generator.kinds import (
    Choice,
    Date,
    Flag,
    Int,
    ListOf,
    Money,
    OneOf,
    Percent,
    Time,
    Words,
)
from training.generator.plan import Domain, Plan, need, opt
from training.generator.vocabulary import CITY, COUNTRY, LAST_NAMES, PERSON

TOPICS = (
    "trademark infringement; wrongful dismissal; data protection; tenant eviction; "
    "water rights; medical negligence; defamation; breach of warranty; patent licences; "
    "noise complaints; child custody; unpaid overtime; insider trading; zoning permits"
).split("; ")
COMPANIES = (
    "Acme Mills; Northwind Traders; Lumen Energy; Harbor Freight Lines; Kestrel Foods; "
    "Orchard Bank; Polar Telecom; Summit Airways; Tidewater Steel; Juniper Labs"
).split("; ")
COURTS = (
    "Supreme Court; Court of Appeal; High Court; Federal District Court; Labour Court; "
    "Commercial Court; Administrative Court; County Court"
).split("; ")
EVENTS = (
    "Battle of Hastings; Congress of Vienna; Great Fire of London; Treaty of Westphalia; "
    "Fall of Constantinople; Boston Tea Party; Meiji Restoration; Defenestration of Prague; "
    "Haitian Revolution; Suez Crisis; Storming of the Bastille; Battle of Lepanto"
).split("; ")
MUSEUMS = (
    "Rijksmuseum; Prado; British Museum; Uffizi; Museo del Oro; Acropolis Museum; "
    "Pergamon Museum; National Maritime Museum; Egyptian Museum; Vasa Museum; Tate Modern"
).split("; ")
MUSEUM = OneOf(*MUSEUMS)
EVENT = OneOf(*EVENTS)

DOMAIN = Domain(
    "law_history",
    Plan(
        "search_case_law",
        "Search court decisions on a legal topic.",
        {
            "topic": need(OneOf(*TOPICS), "Legal topic, in a few words."),
            "court": opt(OneOf(*COURTS), "Only decisions of this court."),
            "decided_after": opt(Int(1975, 2022), "Only decisions after this year."),
            "outcome": opt(
                Choice(
                    plaintiff="won by the plaintiff",
                    defendant="won by the defendant",
                    settled="that ended in a settlement",
                ),
                "How the cases ended.",
            ),
        },
        say=[
            "[Find|Search] court decisions on {topic}<, cases {outcome}><, from the {court}>"
            "<, decided after {decided_after}>.",
            "Is there case law about {topic}< by the {court}>< later than {decided_after}>?",
            "A client came in today and it looks like {topic} to me. Which rulings are there"
            "<, only those {outcome}><, newer than {decided_after}>?",
            "Precedents: {topic}<, {court}><, after {decided_after}><, {outcome}>.",
        ],
        vague=[
            "[Find|Search] court decisions< from the {court}>.",
            "Is there case law< later than {decided_after}>?",
        ],
        like=["find_lawsuits"],
    ),
    Plan(
        "find_lawsuits",
        "List the lawsuits that a company is a party to.",
        {
            "company": need(OneOf(*COMPANIES), "Name of the company."),
            "role": opt(
                Choice(plaintiff="as the plaintiff", defendant="as the defendant"),
                "The side it is on; both by default.",
            ),
            "filed_from": opt(Date((2005, 2013)), "First day of filing, YYYY-MM-DD."),
            "filed_to": opt(Date((2014, 2024)), "Last day of filing, YYYY-MM-DD."),
            "pending_only": opt(
                Flag("open cases only", "closed cases as well"),
                "Whether closed cases are left out.",
                default=False,
            ),
        },
        say=[
            "[List|Show] the lawsuits of {company}< {role}><, filed between {filed_from} and "
            "{filed_to}><, {pending_only}>.",
            "Which suits has {company} been in<, {role}><, {pending_only}>?",
            "Before we sign with {company} I'd like to know about their lawsuits"
            "< since {filed_from}><, {pending_only}>.",
            "Litigation of {company}<, {role}><, filed until {filed_to}><, {pending_only}>.",
        ],
        vague=[
            "[List|Show] the lawsuits of the company< {role}>.",
            "Which suits have they been in<, {pending_only}>?",
        ],
        like=["search_case_law"],
    ),
    Plan(
        "get_statute",
        "Fetch the text of a section of a law.",
        {
            "law": need(
                Words(
                    "{} {}",
                    "Consumer Maritime Tenancy Copyright Insolvency Aviation".split(),
                    ["Act", "Code"],
                ),
                "Name of the law.",
            ),
            "section": need(Int(13, 340), "Number of the section."),
            "country": need(COUNTRY, "Country of the law."),
            "as_of": opt(
                Date((1995, 2024)), "Day whose wording counts, as YYYY-MM-DD; today's by default."
            ),
        },
        say=[
            "What does section {section} of the {law} of {country} say<, as it stood on {as_of}>?",
            "[Fetch|Quote] me the {law} ({country}), section {section}<, in the wording of "
            "{as_of}>.",
            "Our neighbour keeps waving the {law} at us. We live in {country}. Please show the "
            "text of section {section}<, as of {as_of}>.",
            "Law text: {country}, {law}, section {section}<, version of {as_of}>.",
        ],
        vague=[
            "What does section {section} say<, as it stood on {as_of}>?",
            "[Fetch|Quote] me the {law} of {country}.",
        ],
    ),
    Plan(
        "file_small_claim",
        "File a claim over a small sum of money with a court.",
        {
            "claimant": need(PERSON, "Full name of the person who claims."),
            "respondent": need(OneOf(*COMPANIES), "Who is to pay."),
            "amount": need(Money(50, 4800, cents=True, sign="€"), "Sum in euros."),
            "interest_rate": opt(
                Percent(2, 9), "Yearly interest that is claimed, in percent, 5 for 5%.", default=0
            ),
            "hearing": opt(
                Choice(written="in writing", in_person="in person", video="by video"),
                "How the case is heard.",
                default="written",
            ),
        },
        say=[
            "[File|Submit] a small claim for {claimant} against {respondent} over {amount}"
            "<, with {interest_rate} interest a year><, heard {hearing}>.",
            "The company {respondent} owes {claimant} {amount}. Take it to the small claims "
            "court<, hearing {hearing}>"
            "<, interest {interest_rate}>.",
            "My name is {claimant} and after nine letters I have had enough. I want to claim "
            "{amount} in court from {respondent}<, plus {interest_rate} a year>.",
            "Small claim: {claimant} v. {respondent}, {amount}<, {interest_rate} interest>"
            "<, {hearing}>.",
        ],
        vague=[
            "[File|Submit] a small claim against {respondent}.",
            "I want to claim {amount} in court<, heard {hearing}>.",
        ],
    ),
    Plan(
        "court_fee",
        "Compute the fee of a court from the value of the dispute.",
        {
            "dispute_value": need(Money(1000, 90000), "Value in dispute, in dollars."),
            "court": need(
                Choice(county="county court", regional="regional court", appeal="court of appeal"),
                "Kind of court.",
            ),
        },
        say=[
            "What does the {court} charge for a dispute worth {dispute_value}?",
            "[Compute|Work out] the fee of the {court} at a dispute value of {dispute_value}.",
            "We argue over {dispute_value} and it may end up before the {court}. How much would "
            "the court fee be?",
            "Fee: {court}, {dispute_value} in dispute.",
        ],
        vague=[
            "How much would the fee of the {court} be?",
            "[Compute|Work out] the court fee.",
        ],
    ),
    Plan(
        "historical_event_info",
        "Facts about an event of history: date, place, people and outcome.",
        {
            "event": need(EVENT, "Name of the event."),
            "details": opt(
                ListOf(
                    Choice(
                        date="the date",
                        place="the place",
                        people="who took part",
                        causes="the causes",
                        outcome="the outcome",
                    ),
                    1,
                    3,
                ),
                "What to return; everything by default.",
            ),
        },
        say=[
            "[Tell me about|Give me facts on] the {event}<: {details}>.",
            "What happened at the {event}?< I need {details}.>",
            "My son has a history test tomorrow on the {event}. What [should|must] he know"
            "<, as to {details}>?",
            "Key facts, {event}<, only {details}>.",
        ],
        vague=[
            "Tell me about the event in my history book<: {details}>.",
            "Give me facts on a battle<, only {details}>.",
        ],
        like=["events_in_year"],
    ),
    Plan(
        "events_in_year",
        "List what happened in the world in a year of the past.",
        {
            "year": need(Int(1100, 1990), "Year of the common era."),
            "country": opt(COUNTRY, "Only events in this country of today."),
            "field": opt(
                Choice("politics", "science", "war", arts="the arts", trade="trade"),
                "Only events of this field.",
            ),
            "limit": opt(Int(3, 15), "Most events.", default=10),
        },
        say=[
            "What happened in the year {year}< in {country}><, in the field of {field}>"
            "?< Name {limit} events.>",
            "[List|Name] events of {year}<, {limit} at most><, only from {country}>"
            "<, field: {field}>.",
            "We are putting a time line on the classroom wall and {year} is still empty. What "
            "took place then<, as regards {field}>< in {country}>?",
            "History of {year}<: {country}><, {field}><, {limit} entries>.",
        ],
        vague=[
            "[List|Name] historical events<, {limit} at most>.",
            "What happened back then< in {country}>?",
        ],
        like=["historical_event_info"],
    ),
    Plan(
        "museum_hours",
        "Opening hours of a museum on a day.",
        {
            "museum": need(MUSEUM, "Name of the museum."),
            "date": need(Date((2025, 2026)), "Day of the visit, as YYYY-MM-DD."),
        },
        say=[
            "When is the {museum} open on {date}?",
            "[Check|Get] the opening hours of the {museum} for {date}.",
            "We have only one day in town, {date}, and my aunt insists on the {museum}. "
            "At what times is it open?",
            "Hours, {museum}, {date}.",
        ],
        vague=[
            "When is the {museum} open?",
            "[Check|Get] the opening hours of the museum for {date}.",
        ],
        like=["book_museum_tickets"],
    ),
    Plan(
        "book_museum_tickets",
        "Buy timed tickets for a museum.",
        {
            "museum": need(MUSEUM, "Name of the museum."),
            "date": need(Date((2025, 2026)), "Day of the visit, as YYYY-MM-DD."),
            "entry_time": need(Time(), "Time of entry, as HH:MM in 24 hours."),
            "adults": need(Int(2, 8), "Number of adults."),
            "children": opt(Int(2, 9), "Number of children.", default=0),
            "audio_guide": opt(
                Flag("with audio guides", "without audio guides"),
                "Whether each visitor gets an audio guide.",
                default=False,
            ),
        },
        say=[
            "[Book|Buy] tickets for the {museum} on {date} at {entry_time}: {adults} adults"
            "< and {children} children><, {audio_guide}>.",
            "We are {adults} adults< and {children} children> and want into the {museum} on "
            "{date}, entry at "
            "{entry_time}. Please get the tickets<, {audio_guide}>.",
            "My grandmother turns ninety and wants to see the {museum} once more. Could you get "
            "tickets for {adults} adults< plus {children} children>, {date}, {entry_time}"
            "<, {audio_guide}>?",
            "Tickets {museum}, {date}, {entry_time}, {adults} adults<, {children} children>"
            "<, {audio_guide}>.",
        ],
        vague=[
            "[Book|Buy] tickets for the {museum}<, {audio_guide}>.",
            "We are {adults} adults and want into a museum on {date}.",
        ],
        like=["museum_hours"],
    ),
    Plan(
        "find_lawyer",
        "Find a lawyer in a city by field of law.",
        {
            "city": need(CITY, "City."),
            "field": need(
                Choice(
                    family="family law",
                    tax="tax law",
                    labour="labour law",
                    criminal="criminal law",
                    inheritance="inheritance law",
                ),
                "Field of law.",
            ),
            "surname": opt(OneOf(*LAST_NAMES), "Only people of this family name."),
            "max_hourly_rate": opt(Money(90, 480), "Highest fee per hour in dollars."),
        },
        say=[
            "[Find|Recommend] a lawyer for {field} in {city}<, at no more than {max_hourly_rate} "
            "an hour><, by the name of {surname}>.",
            "I need legal help with {field}. Who practises in {city}<, charging {max_hourly_rate} "
            "per hour at most>?",
            "Things got ugly at home and I'm in {city}. [Which|What] attorneys do {field} here"
            "<, up to {max_hourly_rate} an hour>?",
            "Lawyer, {city}, {field}<, name {surname}><, max {max_hourly_rate} hourly>.",
        ],
        vague=[
            "[Find|Recommend] a lawyer in {city}.",
            "I need a lawyer<, at no more than {max_hourly_rate} an hour>.",
        ],
    ),
)
