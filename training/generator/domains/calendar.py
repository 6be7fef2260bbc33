"""Meetings, reminders and to-dos."""

from __future__ import annotations

from training.generator.kinds import Choice, Code, Date, Flag, Int, ListOf, OneOf, Quoted, Time
from training.generator.plan import Domain, Plan, need, opt
from training.generator.vocabulary import EMAIL, FIRST_NAMES

MEETINGS = (
    "Budget review; Sprint planning; Kick-off with Acme; Design critique; Hiring sync; "
    "Quarterly outlook; Safety briefing; Vendor demo; Retrospective; Roadmap talk; "
    "Onboarding session; Press rehearsal"
).split("; ")
CHORES = (
    "water the ferns; renew the passport; call the plumber; pick up the parcel; "
    "back up the laptop; pay the gardener; book the dentist; return the ladder; "
    "order printer paper; take out the recycling; feed the sourdough; buy stamps"
).split("; ")
ROOMS = "Aurora; Boardroom 2; Cedar; Fishbowl; Library Room; Room 4B; Terrace; Yellow Room".split(
    "; "
)
ZONES = (
    "Europe/Oslo America/New_York Asia/Tokyo America/Chicago Europe/London Asia/Kolkata "
    "Australia/Sydney America/Sao_Paulo"
).split()
DAYS = "Monday Tuesday Wednesday Thursday Friday Saturday Sunday".split()
NAMES = ListOf(OneOf(*FIRST_NAMES), 2, 3)
STARTS = "06:30 07:00 07:30 08:00 08:30 09:00 09:30 10:00 10:30".split()
ENDS = "13:00 14:00 15:00 15:30 16:00 16:30 17:00 17:30 18:00 19:00".split()
EVENT = Code("EV-####")

DOMAIN = Domain(
    "calendar",
    Plan(
        "schedule_meeting",
        "Put a meeting with other people on the calendar.",
        {
            "title": need(Quoted(*MEETINGS), "Title of the meeting."),
            "date": need(Date((2025, 2026)), "Day, as YYYY-MM-DD."),
            "start_time": need(Time(), "Start, as HH:MM in 24 hours."),
            "attendees": need(ListOf(EMAIL, 1, 3), "E-mail addresses of those invited."),
            "duration_minutes": opt(Int(15, 120, 15), "Length in minutes.", default=30),
            "room": opt(OneOf(*ROOMS), "Room that is reserved; none by default."),
            "video_link": opt(
                Flag("add a video link", "no video link"),
                "Whether a link for a video call is added.",
                default=False,
            ),
        },
        say=[
            "[Schedule|Set up] a meeting called {title} on {date} at {start_time} with {attendees}"
            "<, {duration_minutes} minutes long><, in {room}><; {video_link}>.",
            "I need {attendees} in a meeting on {date}, {start_time}. The title is {title}"
            "<; it takes {duration_minutes} minutes><; {video_link}>.",
            "We keep postponing it, so let's fix it now: {title}, {date}, {start_time}"
            "<, in {room}>. [Invite|Bring in] {attendees}< and plan {duration_minutes} minutes>.",
            "Meeting: {title} / {date} / {start_time}< / {duration_minutes} minutes>< / {room}> "
            "/ with {attendees}.",
        ],
        vague=[
            "[Schedule|Set up] a meeting called {title}.",
            "I need a meeting with {attendees}<, {duration_minutes} minutes long>.",
        ],
        like=["block_focus_time"],
    ),
    Plan(
        "block_focus_time",
        "Block hours of one's own calendar, so that nobody can book meetings in them.",
        {
            "date": need(Date((2025, 2026)), "Day, as YYYY-MM-DD."),
            "start_time": need(Time(), "Start, as HH:MM in 24 hours."),
            "hours": need(Int(2, 5), "How many hours."),
            "decline_existing": opt(
                Flag("decline what is already there", "leave what is already there"),
                "Whether meetings that overlap are declined.",
                default=False,
            ),
        },
        say=[
            "[Block|Keep free] {hours} hours for focused work on {date}, starting at {start_time}"
            "<, and {decline_existing}>.",
            "I don't want any meetings for {hours} hours from {start_time} on {date}"
            "<; {decline_existing}>.",
            "The report will never get done like this. Can you [block|close] my calendar on {date} "
            "from {start_time}, for {hours} hours< and {decline_existing}>?",
            "Focus time: {date}, {start_time}, {hours} hours<, {decline_existing}>.",
        ],
        vague=[
            "[Block|Keep free] {hours} hours for focused work.",
            "I don't want any meetings on {date}, block some time.",
        ],
        like=["schedule_meeting"],
    ),
    Plan(
        "set_reminder",
        "Remind the user of something at a given time.",
        {
            "text": need(OneOf(*CHORES), "What to be reminded of, as an order such as buy milk."),
            "date": need(Date((2025, 2026)), "Day, as YYYY-MM-DD."),
            "time": need(Time(), "Time of day, as HH:MM in 24 hours."),
            "repeat": opt(
                Choice(
                    daily="every day",
                    weekly="every week",
                    monthly="every month",
                    yearly="every year",
                ),
                "How it repeats; once by default.",
            ),
        },
        say=[
            "Remind me to {text} on {date} at {time}<, and from then on {repeat}>.",
            "[Set|Create] a reminder for {date}, {time}: {text}<, repeated {repeat}>.",
            "I always forget these things. On {date} at {time}, please [remind|nudge] me to {text}"
            "<. After that do so {repeat}>.",
            "I need to {text}, so send me a reminder at {time} on {date}<, repeating {repeat}>.",
        ],
        vague=["Remind me to {text}.", "[Set|Create] a reminder for {date}<, repeated {repeat}>."],
        like=["add_todo"],
    ),
    Plan(
        "add_todo",
        "Add a task to a to-do list.",
        {
            "task": need(OneOf(*CHORES), "What has to be done."),
            "list_name": opt(
                Choice("home", "work", "errands", "someday"), "List it goes on.", default="home"
            ),
            "priority": opt(
                Choice(p1="high", p2="medium", p3="low"), "Priority: p1 is high, p2 medium, p3 low."
            ),
            "due": opt(Date((2025, 2026)), "Day by which it must be done, YYYY-MM-DD."),
        },
        say=[
            "[Add|Put] an item on my to-do list<, the {list_name} one>: {task}"
            "<, {priority} priority><, due {due}>.",
            "I have to {task}< by {due}>. [Add|Note] that as a to-do<, {priority} priority>"
            "< on the {list_name} list>.",
            "To do: {task}<, by {due}><, priority {priority}><, list {list_name}>.",
            "Could you [add|save] a new task for me? It is to {task}<, due {due}>"
            "<, with {priority} priority>.",
        ],
        vague=[
            "[Add|Put] an item on my to-do list<, {priority} priority>.",
            "I want a new task< on the {list_name} list>.",
        ],
        like=["set_reminder"],
    ),
    Plan(
        "complete_todos",
        "Tick off tasks by their numbers.",
        {
            "task_ids": need(ListOf(Int(13, 220), 2, 4, brackets=True), "Numbers of the tasks."),
        },
        say=[
            "[Tick off|Check off] the to-dos {task_ids}.",
            "I am done with {task_ids} on my task list. [Mark them as finished|Tick them off].",
            "What a productive day! Mark as completed from my to-dos: {task_ids}.",
            "Tasks numbered {task_ids} can be marked complete.",
        ],
        vague=[
            "[Tick off|Check off] some of my to-dos.",
            "I finished a task, mark it as completed.",
        ],
    ),
    Plan(
        "find_free_slot",
        "Find a time in a range of days at which several people are free.",
        {
            "people": need(NAMES, "First names of the people."),
            "from_date": need(Date((2025, 2025)), "First day, as YYYY-MM-DD."),
            "to_date": need(Date((2026, 2026)), "Last day, as YYYY-MM-DD."),
            "minutes": need(Int(15, 120, 15), "Length of the slot in minutes."),
            "earliest": opt(Time(), "Earliest start in a day, as HH:MM in 24 hours."),
        },
        say=[
            "When are {people} free for {minutes} minutes between {from_date} and "
            "{to_date}?< Not before {earliest}.>",
            "[Find|Look for] a slot of {minutes} minutes that suits {people}, no earlier than "
            "{from_date} and no later than {to_date}<, from {earliest} at the earliest>.",
            "Everybody's schedule is a mess. In the period from {from_date} to {to_date}, where do "
            "{people} have {minutes} minutes to spare<, not before {earliest} in the day>?",
            "Free slot wanted: {people}; {minutes} min; {from_date} to {to_date}"
            "<; starting {earliest} or later>.",
        ],
        vague=[
            "When are {people} free?",
            "[Find|Look for] a slot of {minutes} minutes<, from {earliest} at the earliest>.",
        ],
        like=["list_agenda"],
    ),
    Plan(
        "list_agenda",
        "Show what the user's own calendar holds on a day.",
        {
            "date": need(Date((2025, 2026)), "Day, as YYYY-MM-DD."),
            "days": opt(Int(2, 14), "How many days are shown from there.", default=1),
            "include_declined": opt(
                Flag("with the meetings I declined", "without declined meetings"),
                "Whether declined meetings are shown.",
                default=False,
            ),
        },
        say=[
            "What do I have on {date}<, and show {days} days from there><, {include_declined}>?",
            "[Show|Read] me my agenda for {date}<, covering {days} days><, {include_declined}>.",
            "I'm trying to plan a trip around work. What is on my calendar on {date}"
            "<, {include_declined}>?",
            "My appointments from {date} on<, {days} days><, {include_declined}>, please.",
        ],
        vague=[
            "What is on my calendar that day?",
            "[Show|Read] me my agenda<, {include_declined}>.",
        ],
        like=["find_free_slot"],
    ),
    Plan(
        "reschedule_event",
        "Move an event of the calendar to another time.",
        {
            "event_id": need(EVENT, "Identifier, such as EV-2041."),
            "new_date": need(Date((2025, 2026)), "New day, as YYYY-MM-DD."),
            "new_time": opt(Time(), "New start, HH:MM in 24 hours; unchanged by default."),
            "reason": opt(
                Quoted(
                    *"I am travelling; The room is taken; A client called; Train strike; "
                    "Too few people; We need more data; Sick child; Holiday".split("; ")
                ),
                "Reason that the guests are told.",
            ),
        },
        say=[
            "[Move|Shift] event {event_id} to {new_date}< at {new_time}><, giving {reason} as the "
            "reason>.",
            "I would prefer {new_date} for {event_id}. [Reschedule it|Move it over]"
            "<, starting at {new_time}><; tell the guests {reason}>.",
            "Something came up and I can't make {event_id}. Could we push it to {new_date}"
            "<, {new_time}><, with the note {reason}>?",
            "Please [reschedule|postpone] {event_id}: {new_date}<, {new_time}><, reason {reason}>.",
        ],
        vague=["[Move|Shift] event {event_id}.", "I need to move an appointment to {new_date}."],
    ),
    Plan(
        "respond_invitation",
        "Answer an invitation to an event.",
        {
            "event_id": need(EVENT, "Identifier, such as EV-2041."),
            "answer": need(
                Choice(accepted="yes, I will come", declined="no, I can't come", tentative="maybe"),
                "The answer.",
            ),
        },
        say=[
            "My answer to the invitation {event_id}: {answer}.",
            "[Reply|Respond] to invite {event_id} for me: {answer}.",
            "They have been waiting for days to hear from me about {event_id}. Tell them: {answer}"
            ".",
            "RSVP {event_id}, {answer}.",
        ],
        vague=[
            "[Reply|Respond] to invite {event_id} for me.",
            "Answer an invitation for me.",
        ],
    ),
    Plan(
        "working_hours",
        "Set the hours in which the user can be booked.",
        {
            "days": need(ListOf(Choice(*DAYS), 1, 4), "Days of the week, in English."),
            "start": need(OneOf(*STARTS), "Start of the working day, as HH:MM in 24 hours."),
            "end": need(OneOf(*ENDS), "End of the working day, as HH:MM in 24 hours."),
        },
        say=[
            "My working hours on {days} are {start} to {end}. [Save that|Set them in my calendar].",
            "[Set|Change] it so that people can book me on {days} between {start} and {end}.",
            "My new contract has started. From now on I work from {start} until {end} on {days}"
            ", please [update|adjust] my bookable hours.",
            "I was wondering if you could make {start}-{end} my office hours on {days}?",
        ],
        vague=[
            "[Set|Change] my working hours on {days}.",
            "I start at {start} from now on, adjust my bookable hours.",
        ],
    ),
)
