"""Employees, their leave, hours and pay."""

from __future__ import annotations

from training.generator.kinds import (
    MONTHS,
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
    Said,
    Time,
    Words,
)
from training.generator.plan import Domain, Plan, need, opt
from training.generator.vocabulary import CITY, PERSON

STAFF = Code("E####")
DEPARTMENT = OneOf(
    "Finance",
    "Logistics",
    "Legal",
    "Design",
    "Research",
    "Procurement",
    "Customer Care",
    "Quality",
    "Facilities",
    "Sales",
)
JOB = OneOf(
    "data analyst",
    "warehouse clerk",
    "UX designer",
    "payroll specialist",
    "lab technician",
    "team assistant",
    "backend developer",
    "fleet manager",
    "welder",
    "recruiter",
)
DAY = Date((2026, 2027))
MONTH = Said(
    Words("{}-{}", ("2024", "2025"), [f"{n:02d}" for n in range(1, 13)]),
    lambda month: f"{MONTHS[int(month[5:]) - 1]} {month[:4]}",
)

DOMAIN = Domain(
    "hr",
    Plan(
        "request_leave",
        "Ask for days off for an employee.",
        {
            "employee_id": need(STAFF, "Number of the employee, such as E1234."),
            "kind": need(
                Choice(
                    "unpaid",
                    vacation="annual",
                    parental="parental",
                    study="educational",
                    bereavement="compassionate",
                ),
                "Kind of leave: vacation is annual leave, study is educational leave, bereavement "
                "is compassionate leave.",
            ),
            "first_day": need(DAY, "First day off as YYYY-MM-DD."),
            "days": need(Int(2, 20), "Number of working days."),
            "substitute": opt(PERSON, "Who stands in."),
        },
        say=[
            "I would like {days} days of {kind} leave from {first_day} on, my number is "
            "{employee_id}<. {substitute} stands in for me>.",
            "[Enter|Request] {kind} leave for employee {employee_id}: {days} days starting "
            "{first_day}<, substitute {substitute}>.",
            "Finally some time off! Starting {first_day} I want {days} days, {kind} leave. "
            "Personnel number {employee_id}<, covered by {substitute}>.",
            "Can {employee_id} take {days} working days of {kind} leave beginning on "
            "{first_day}<, with {substitute} taking over>?",
        ],
        vague=[
            "I would like some {kind} leave.",
            "[Enter|Request] leave for employee {employee_id}.",
            "Can I take {days} days off?",
        ],
    ),
    Plan(
        "leave_days_left",
        "Tell how many days of leave an employee still has.",
        {
            "employee_id": need(STAFF, "Number of the employee, such as E1234."),
            "year": opt(Int(2023, 2027), "Calendar year; the running one where it is left out."),
        },
        say=[
            "How many days off does {employee_id} have left< in {year}>?",
            "I am planning a long trip. [How much leave do I still have|What is left of my "
            "leave]<, for {year}>? I am employee {employee_id}.",
            "[Check|Look up] the remaining leave of {employee_id}< for {year}>.",
            "Leave left for {employee_id}<, {year}>, please.",
        ],
        vague=[
            "How many days off do I have left< in {year}>?",
            "Check the remaining leave of my colleague.",
        ],
    ),
    Plan(
        "onboard_employee",
        "Enter a new employee and start what has to be done before the first day.",
        {
            "full_name": need(PERSON, "First and last name."),
            "position": need(JOB, "Job title."),
            "department": need(DEPARTMENT, "Name of the department."),
            "start_date": need(DAY, "First working day as YYYY-MM-DD."),
            "equipment": opt(
                ListOf(Choice("laptop", "phone", "monitor", "headset", badge="access badge"), 1, 3),
                "What has to be ready.",
            ),
            "remote": opt(
                Flag("works from home", "works on site"),
                "Whether the work is done from home.",
                default=False,
            ),
        },
        say=[
            "We hired {full_name} as {position}, department {department}, from {start_date}<, who "
            "{remote}>. [Start the onboarding|Please set everything up]<; we need: {equipment}>.",
            "[Enter|Onboard] the new colleague {full_name}: {position}, {department}, first day "
            "{start_date}<, {remote}><, equipment: {equipment}>.",
            "On {start_date} somebody new joins {department}, namely {full_name}, {position}. "
            "Please [prepare|get ready for] the first day<, with {equipment}>.",
            "New hire: {full_name}; {department}; {position}; {start_date}<; {remote}><; needs "
            "{equipment}>.",
        ],
        vague=[
            "We hired {full_name}. Start the onboarding.",
            "[Enter|Onboard] a new {position}.",
            "Somebody new joins {department} on {start_date}. Please enter them.",
        ],
    ),
    Plan(
        "get_payslip",
        "Fetch the payslip of an employee for one month.",
        {
            "employee": need(STAFF, "Number of the employee, such as E1234."),
            "month": need(MONTH, "The month as YYYY-MM, 2025-03 for March 2025."),
        },
        say=[
            "I need my payslip for {month}, employee number {employee}.",
            "[Fetch|Get] the payslip of {employee} for {month}.",
            "My landlord wants to see what I earned in {month}. Can I [have|get] the payslip? I "
            "am employee {employee}.",
            "Payslip {month} for employee {employee}, please.",
        ],
        vague=["I need my payslip for {month}.", "[Fetch|Get] a payslip of employee {employee}."],
    ),
    Plan(
        "raise_salary",
        "Raise the salary of an employee by a percentage.",
        {
            "employee_id": need(STAFF, "Number of the employee, such as E1234."),
            "increase": need(
                Percent(1, 12, fraction=True), "Raise as a fraction of the old salary, 0.03 for 3%."
            ),
            "effective_from": need(DAY, "Day from which it holds, as YYYY-MM-DD."),
            "reason": opt(
                Choice(
                    "promotion",
                    tenure="long service",
                    performance="good performance",
                    market="market adjustment",
                ),
                "Why: promotion, tenure is long service, performance is good performance, market "
                "is a market adjustment.",
            ),
        },
        say=[
            "[Raise|Increase] the salary of {employee_id} by {increase} from {effective_from}<, "
            "reason: {reason}>.",
            "From {effective_from} on, {employee_id} gets {increase} more pay<, on grounds of "
            "{reason}>. Please [enter|book] that.",
            "We talked it over and agreed on {increase} more for employee {employee_id}, effective "
            "{effective_from}<, because of {reason}>. Put the raise through.",
            "Could you put through a pay rise of {increase} for {employee_id} as of "
            "{effective_from}<, marked as {reason}>?",
        ],
        vague=[
            "[Raise|Increase] the salary of {employee_id}.",
            "We agreed on {increase} more pay from {effective_from} on. Please enter it.",
        ],
    ),
    Plan(
        "record_work_hours",
        "Enter the hours that an employee worked on a day.",
        {
            "employee_id": need(STAFF, "Number of the employee, such as E1234."),
            "date": need(Date((2025, 2026)), "The day, as YYYY-MM-DD."),
            "hours": need(Num(2, 10, 2), "Hours worked, without breaks."),
            "project": opt(
                OneOf(
                    "Apollo", "Relaunch", "Warehouse 7", "Audit", "Merger", "Green Roof", "Helpdesk"
                ),
                "Project that the hours are booked on.",
            ),
        },
        say=[
            "I worked {hours} hours on {date}<, for the project {project}>. Number {employee_id}. "
            "[Enter that|Write it down], please.",
            "[Book|Enter] {hours} hours for {employee_id} on {date}<, project {project}>.",
            "Sorry, I forgot my time sheet: employee {employee_id}, {date}, {hours} hours<, all "
            "on {project}>.",
            "Time sheet entry for {date}: {employee_id}, {hours} hours<, on {project}>.",
        ],
        vague=[
            "I worked {hours} hours< for the project {project}>. Enter that.",
            "[Book|Enter] my hours of {date}.",
        ],
    ),
    Plan(
        "schedule_performance_review",
        "Arrange the yearly talk between an employee and the boss.",
        {
            "employee_name": need(PERSON, "Employee the talk is about."),
            "date": need(DAY, "Day as YYYY-MM-DD."),
            "time": need(Time(), "Start as HH:MM, 24-hour clock."),
            "minutes": opt(Int(30, 90, 15), "Length in minutes.", default=60),
            "topics": opt(
                ListOf(
                    OneOf("goals", "training", "teamwork", "workload", "career plans", "feedback"),
                    1,
                    3,
                ),
                "What to talk about.",
            ),
        },
        say=[
            "[Arrange|Schedule] the yearly review of {employee_name} for {date} at {time}<, "
            "{minutes} minutes><, about {topics}>.",
            "It is that time of the year. The performance review of {employee_name} should be at "
            "{time} on {date}<, lasting {minutes} minutes><; topics: {topics}>.",
            "On {date}, {time}, I want to hold the review with {employee_name}<. We will discuss "
            "{topics}>. [Please set it up|Put it down]<, for {minutes} minutes>.",
            "Performance review: {employee_name}, {date}, {time}<, {minutes} min><, {topics}>.",
        ],
        vague=[
            "[Arrange|Schedule] the yearly review of {employee_name}.",
            "I want to hold a performance review on {date} at {time}.",
        ],
    ),
    Plan(
        "post_job_opening",
        "Advertise an open position.",
        {
            "title": need(JOB, "Job title."),
            "location": need(CITY, "City of the workplace."),
            "salary_range": opt(
                Record(
                    "{low} to {high} a year",
                    {"low": Money(30000, 55000), "high": Money(60000, 110000)},
                    {
                        "low": "Lowest yearly salary in dollars.",
                        "high": "Highest yearly salary in dollars.",
                    },
                ),
                "Yearly pay that is offered.",
            ),
            "contract": opt(
                Choice(
                    full_time="full time",
                    part_time="part time",
                    temporary="for a limited time",
                    internship="as an internship",
                ),
                "Kind of contract: temporary is for a limited time.",
                default="full_time",
            ),
            "closes_on": opt(DAY, "Last day to apply, as YYYY-MM-DD."),
        },
        say=[
            "We are looking for a new {title} in {location}<, {contract}><, paying "
            "{salary_range}>. [Advertise the job|Publish the opening]<; people may apply until "
            "{closes_on}>.",
            "[Post|Publish] a job opening: {title}, {location}<, {contract}><, salary "
            "{salary_range}><, open until {closes_on}>.",
            "Our team in {location} is overworked. Put out an advert for the job of {title}<, "
            "{contract}><, with pay of {salary_range}>.",
            "Job advert for {location}, please: {title}<, {contract}><, {salary_range}><, "
            "applications up to {closes_on}>.",
        ],
        vague=[
            "We are looking for new people in {location}. Advertise the job.",
            "[Post|Publish] a job opening< for {salary_range}>.",
        ],
    ),
    Plan(
        "overtime_pay",
        "Work out the pay for hours beyond the regular ones.",
        {
            "hourly_wage": need(Num(14, 65, 2), "Regular pay an hour in dollars."),
            "overtime_hours": need(Num(2, 25), "Hours of overtime."),
            "multiplier": opt(Num(1.2, 2.5), "Times the regular pay.", default=1.5),
        },
        say=[
            "I did {overtime_hours} hours of overtime at ${hourly_wage} an hour<, paid at "
            "{multiplier} times the wage>. [How much do I get for it|What will I be paid for "
            "that]?",
            "[Compute|Work out] the overtime pay: {overtime_hours} hours, wage {hourly_wage} "
            "dollars an hour<, multiplier {multiplier}>.",
            "The wage is {hourly_wage} dollars an hour<, overtime counts {multiplier} times>. "
            "What does somebody get for {overtime_hours} extra hours?",
            "What is {overtime_hours} hours of overtime worth< at {multiplier} times the usual "
            "pay>, [with a wage of|when the wage is] ${hourly_wage} an hour?",
        ],
        vague=[
            "How much do I get for {overtime_hours} hours of overtime?",
            "I did some overtime at ${hourly_wage} an hour. What will I be paid for that?",
        ],
    ),
    Plan(
        "claim_work_expense",
        "Ask the employer to pay back what an employee spent for work.",
        {
            "employee_id": need(STAFF, "Number of the employee, such as E1234."),
            "amount": need(Money(8, 900, cents=True), "Amount in dollars."),
            "type": need(
                Choice("taxi", "train", "meals", "hotel", "training", supplies="office supplies"),
                "What the money was spent on.",
            ),
            "note": opt(
                Quoted(
                    "visit to the client",
                    "team day",
                    "trade fair",
                    "missed the last train",
                    "new whiteboard",
                    "course fee",
                ),
                "Note for the accountants.",
            ),
        },
        say=[
            "I paid {amount} for work out of my own pocket ({type}) and want it back. My number "
            "is {employee_id}<; note {note}>.",
            "[File|Hand in] an expense claim for {employee_id}: {type}, {amount}<, note {note}>.",
            "Employee {employee_id} spent {amount}. Type of expense: {type}<, with the note "
            "{note}>. [Please pay it back|Reimburse it].",
            "Expense claim over {amount}, type {type}, for {employee_id}<. Add the note {note}>.",
        ],
        vague=[
            "I paid for something out of my own pocket ({type}) and want it back from my employer.",
            "[File|Hand in] an expense claim for {employee_id}<, note {note}>.",
        ],
    ),
)
