"""Customers, leads and deals of a sales team."""

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
from training.generator.vocabulary import CITY, EMAIL, PERSON

COMPANY = Words(
    "{} {}",
    (
        "Bluefin",
        "Quarry",
        "Tallgrass",
        "Ironbridge",
        "Larkspur",
        "Monarch",
        "Silverline",
        "Cobalt",
        "Redwood",
        "Foxglove",
        "Granite",
        "Waypoint",
    ),
    ("Logistics", "Foods", "Dental", "Software", "Interiors", "Energy", "Textiles", "Robotics"),
)
DEAL = Code("D-####")
LEAD = Code("L-####")
STAGE = Choice(
    "prospecting", "qualification", "proposal", "negotiation", closed_won="won", closed_lost="lost"
)

DOMAIN = Domain(
    "crm",
    Plan(
        "create_customer_contact",
        "Add a person to the customer database.",
        {
            "full_name": need(PERSON, "First and last name."),
            "company": need(COMPANY, "Company the person works for."),
            "email": opt(EMAIL, "Email address."),
            "job_title": opt(
                OneOf(
                    "head of purchasing",
                    "office manager",
                    "CFO",
                    "plant director",
                    "IT lead",
                    "founder",
                    "store manager",
                    "procurement officer",
                ),
                "Job in the company.",
            ),
            "newsletter": opt(
                Flag("wants the newsletter", "does not want the newsletter"),
                "Whether the person gets the newsletter.",
                default=False,
            ),
        },
        say=[
            "Add {full_name} of {company} to our contacts<, email {email}><. The job is "
            "{job_title}>.",
            "I met {full_name} from {company} at the fair<, job title {job_title}>. [Create a "
            "contact|Save the contact], please<; the person {newsletter}>.",
            "New contact: {full_name}, {company}<, {job_title}><, {email}><, {newsletter}>.",
            "There is someone new at {company}: {full_name}. Please [enter|put] that in the "
            "customer database<, with the address {email}><, as a contact who {newsletter}>.",
        ],
        vague=[
            "Add {full_name} to our customer contacts.",
            "I met someone from {company} at the fair. Create a contact, please.",
        ],
    ),
    Plan(
        "log_customer_call",
        "Note that somebody talked to a customer on the phone.",
        {
            "company": need(COMPANY, "The customer."),
            "minutes": need(Int(3, 75), "Length of the call in minutes."),
            "outcome": need(
                Choice(
                    interested="they are interested",
                    not_interested="they are not interested",
                    call_back="they want to be called back",
                    no_answer="nobody had time to talk",
                ),
                "interested; not_interested; call_back: wants to be called back; no_answer: "
                "nobody had time.",
            ),
            "notes": opt(
                Quoted(
                    "needs a quote by Friday",
                    "unhappy with their supplier",
                    "budget frozen until spring",
                    "wants a demo for the board",
                    "asked about discounts",
                    "new owner since May",
                ),
                "What was said.",
            ),
        },
        say=[
            "I [talked|was on the phone] with {company} for {minutes} minutes; {outcome}<. Note: "
            "{notes}>. Log it.",
            "Log a call to {company}: {minutes} minutes, {outcome}<, notes {notes}>.",
            "Just hung up with {company} after {minutes} minutes. [Result|Upshot]: {outcome}<. "
            "Write down {notes}>. Please log the call.",
            "Please record that my {minutes}-minute call with {company} is done and that "
            "{outcome}<, adding {notes}>.",
        ],
        vague=[
            "Log my call with {company}.",
            "I was on the phone with a customer for {minutes} minutes; {outcome}. Log it.",
        ],
    ),
    Plan(
        "update_deal_stage",
        "Move a deal to another stage of the sale.",
        {
            "deal_id": need(DEAL, "Number of the deal, such as D-1234."),
            "stage": need(
                STAGE,
                "New stage; closed_won for a deal that is won, closed_lost for one that is lost.",
            ),
            "comment": opt(
                Quoted(
                    "contract signed",
                    "price too high",
                    "board has approved",
                    "waiting for legal",
                    "competitor was faster",
                    "second meeting went well",
                ),
                "Why it moves.",
            ),
        },
        say=[
            "[Move|Set] deal {deal_id} to {stage}<, with the comment {comment}>.",
            "News on {deal_id}: its stage is now {stage}<. Comment: {comment}>. [Please update "
            "it|Update it].",
            "Deal {deal_id} should be marked as {stage}<; the reason is {comment}>.",
            "Could you change the stage of {deal_id} to {stage}<, noting {comment}>?",
        ],
        vague=[
            "[Move|Set] the deal to {stage}.",
            "Change the stage of deal {deal_id}<, with the comment {comment}>.",
        ],
    ),
    Plan(
        "list_open_deals",
        "List deals that are neither won nor lost.",
        {
            "owner": opt(PERSON, "Only deals of this salesperson."),
            "min_value": opt(Money(5000, 60000), "Only deals worth at least so many dollars."),
            "closing_before": opt(
                Date((2026, 2027)), "Only deals that should close before this day, YYYY-MM-DD."
            ),
            "limit": opt(Int(5, 40, 5), "How many at most.", default=20),
        },
        say=[
            "Which deals are still open<, owned by {owner}><, worth {min_value} or more>?",
            "[List|Show me] our open deals<, those of {owner} only><, due to close before "
            "{closing_before}><, {limit} at most>.",
            "I have the sales meeting in an hour. [What is still open|Which deals are open]<, "
            "worth {min_value} or more><, closing before {closing_before}>?",
            "Open deals<, owner {owner}><, from {min_value} up><, up to {limit} of them>, please.",
        ],
    ),
    Plan(
        "assign_lead",
        "Give a lead to a salesperson.",
        {
            "lead_id": need(LEAD, "Number of the lead, such as L-1234."),
            "salesperson": need(PERSON, "Who takes care of it."),
            "priority": opt(
                Choice("low", "medium", "high"), "How soon it is to be handled.", default="medium"
            ),
            "notify": opt(
                Flag("let them know by email", "do not send them an email"),
                "Whether the salesperson gets an email.",
                default=True,
            ),
        },
        say=[
            "[Give|Hand] lead {lead_id} to {salesperson}<, with {priority} priority><, and "
            "{notify}>.",
            "From now on {salesperson} looks after {lead_id}<, priority {priority}><; {notify}>. "
            "[Please assign it|Please change that].",
            "We got {lead_id} through the website. {salesperson} should [take|handle] it<, at "
            "{priority} priority>.",
            "Could {salesperson} be made responsible for the lead {lead_id}<, priority "
            "{priority}>?< Also, {notify}.>",
        ],
        vague=[
            "Assign lead {lead_id} to somebody<, with {priority} priority>.",
            "{salesperson} should take over a lead from me.",
        ],
    ),
    Plan(
        "schedule_follow_up",
        "Remind a salesperson to get back to a customer.",
        {
            "customer": need(COMPANY, "The customer."),
            "date": need(Date((2026, 2027)), "Day as YYYY-MM-DD."),
            "time": opt(Time(), "Time of day as HH:MM, 24-hour clock."),
            "channel": opt(
                Choice(
                    phone="by phone", email="by email", visit="with a visit", video="by video call"
                ),
                "How the customer is contacted: phone, email, visit, video.",
                default="phone",
            ),
        },
        say=[
            "I should get back to {customer} on {date}< at {time}><, {channel}>. [Make a note of "
            "it|Remind me].",
            "[Plan|Schedule] a follow-up with {customer} for {date}<, {time}><, {channel}>.",
            "They asked for time to think at {customer}. Let us follow up on {date}<, "
            "{channel}><, around {time}>.",
            "Follow-up {customer}, {date}<, {time}><, {channel}>.",
        ],
        vague=[
            "[Plan|Schedule] a follow-up with {customer}<, {channel}>.",
            "Remind me to get back to the customer on {date}.",
        ],
    ),
    Plan(
        "merge_duplicate_contacts",
        "Join contacts that stand for the same person into one.",
        {
            "keep_id": need(Code("C-####"), "Number of the contact that stays."),
            "duplicate_ids": need(
                ListOf(Code("C-####"), 1, 3), "Numbers of the contacts that go into it."
            ),
        },
        say=[
            "[Merge|Fold] {duplicate_ids} into contact {keep_id}.",
            "We have somebody in the database more than once. Keep {keep_id} and [merge|fold] "
            "{duplicate_ids} into it.",
            "Contact {keep_id} is the right one; {duplicate_ids} should be merged into it.",
            "Can you clean up for me? What is in {duplicate_ids} [belongs|goes] into {keep_id}.",
        ],
        vague=[
            "We have somebody in the database more than once. [Merge the contacts|Please clean "
            "up].",
            "Merge the duplicates into contact {keep_id}.",
        ],
    ),
    Plan(
        "score_sales_lead",
        "Rate how likely a lead is to buy.",
        {
            "employees": need(Int(5, 900), "Number of employees of the company."),
            "budget": need(Money(2000, 90000), "Budget in dollars."),
            "signals": need(
                Record(
                    "{visits} visits to our site and {downloads} downloads",
                    {"visits": Int(2, 40), "downloads": Int(2, 9)},
                    {"visits": "Visits to the website.", "downloads": "Documents downloaded."},
                ),
                "What the lead did so far.",
            ),
            "source": opt(
                Choice(
                    "referral", "advertisement", "website", fair="trade fair", cold_call="cold call"
                ),
                "Where the lead came from.",
            ),
        },
        say=[
            "How [hot|promising] is a lead with {employees} employees, a budget of {budget} and "
            "{signals}<, source {source}>?",
            "[Score|Rate] this lead: {employees} employees, {budget} to spend, {signals}<, came "
            "in through: {source}>.",
            "A firm with {employees} people got in touch, after {signals}. They can spend "
            "{budget}<. Source of the lead: {source}>. What is the lead score?",
            "Lead score, please. Budget {budget}; staff {employees}; so far {signals}<; source "
            "{source}>.",
        ],
        vague=[
            "How [hot|promising] is a lead with {employees} employees?",
            "[Score|Rate] a lead that has a budget of {budget}<, source {source}>.",
        ],
    ),
    Plan(
        "export_customer_segment",
        "Write a list of customers that meet conditions to a file.",
        {
            "city": need(CITY, "City the customers are in."),
            "file_name": need(
                Words(
                    "{}_{}.csv",
                    ("customers", "segment", "mailing", "accounts", "export"),
                    ("q1", "q2", "spring", "draft", "final", "north"),
                ),
                "Name of the file.",
            ),
            "min_yearly_revenue": opt(
                Money(1000, 50000),
                "Only customers with at least so much revenue a year, in dollars.",
            ),
            "fields": opt(
                ListOf(Choice("name", "email", "phone", "owner", "industry"), 1, 4),
                "Columns of the file; all where it is left out.",
            ),
        },
        say=[
            "Write our customers in {city} to {file_name}<, only those with {min_yearly_revenue} "
            "or more a year><, columns {fields}>.",
            "[Export|Save] all customers from {city} as {file_name}<; I need {fields} only><; "
            "revenue of at least {min_yearly_revenue} a year>.",
            "For the mailing I need {file_name} with the customers in {city}<, with a yearly "
            "revenue from {min_yearly_revenue} up><, and just the fields {fields}>.",
            "Could I get a file called {file_name} that lists who our {city} customers are<, with "
            "{fields}>?",
        ],
        vague=[
            "[Export|Save] all customers from {city} to a file<, with {fields}>.",
            "Write some of our customers to {file_name}.",
        ],
    ),
    Plan(
        "forecast_sales_pipeline",
        "Forecast the revenue from deals out of their values and their chances.",
        {
            "values": need(
                ListOf(Money(2000, 50000), 2, 4), "Worth of each deal in dollars, in order."
            ),
            "win_rate": need(
                Percent(15, 80, fraction=True, digits=0),
                "Chance of winning each deal, as a fraction, 0.3 for 30%.",
            ),
            "sales_cycle_days": opt(Int(20, 120, 5), "Days until a deal closes.", default=60),
        },
        say=[
            "There are deals of {values} in the pipeline and we win {win_rate} of them<, taking "
            "{sales_cycle_days} days each>. [What revenue can we expect|How much will come in]?",
            "[Forecast|Project] the revenue for open deals of {values} at a win rate of "
            "{win_rate}<, closing in {sales_cycle_days} days>.",
            "My boss wants a forecast. We are working on deals worth {values}; usually {win_rate} "
            "work out<, after {sales_cycle_days} days>.",
            "With a win rate of {win_rate}, what [will|should] deals of {values} bring in<, if "
            "closing takes {sales_cycle_days} days>?",
        ],
        vague=[
            "What revenue can we expect from our deals at a win rate of {win_rate}?",
            "Forecast the revenue for open deals of {values}.",
        ],
    ),
)
