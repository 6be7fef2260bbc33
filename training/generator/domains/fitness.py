"""Fitness: workouts, energy, pace, training plans and sleep."""

from __future__ import annotations

from training.generator.kinds import (
    Choice,
    Date,
    Flag,
    Int,
    ListOf,
    Num,
    OneOf,
    Said,
    Time,
)
from training.generator.plan import Domain, Plan, need, opt

ACTIVITY = OneOf(
    "swimming", "rowing", "cycling", "running", "yoga", "climbing", "skating", "hiking",
    "boxing", "pilates", "skiing", "dancing", "tennis", "spinning", "walking",
)  # fmt: skip
WEEKDAY = Choice(
    mon="Monday", tue="Tuesday", wed="Wednesday", thu="Thursday", fri="Friday", sat="Saturday",
    sun="Sunday",
)  # fmt: skip
LEVEL = Choice(
    beginner="I am a beginner", intermediate="I have some experience", advanced="I am advanced"
)
PAST = Date((2024, 2025))


def _duration(minutes: str) -> str:
    """Minutes as people say them: 90 is an hour and a half."""
    words = {"60": "an hour", "90": "an hour and a half", "120": "two hours", "30": "half an hour"}
    return words.get(minutes, f"{minutes} minutes")


NOTES = OneOf(
    "bad dreams", "late coffee", "noisy street", "new mattress", "snoring", "full moon", "jet lag",
)  # fmt: skip

DOMAIN = Domain(
    "fitness",
    Plan(
        "log_workout",
        "Add a workout to the training diary.",
        {
            "activity": need(ACTIVITY, "Kind of sport, one word, such as rowing."),
            "minutes": need(Said(Int(20, 120, 10), _duration), "Duration in minutes."),
            "date": opt(PAST, "Day as YYYY-MM-DD; today where it is left out."),
            "effort": opt(
                Choice(easy="easy", moderate="moderate", hard="hard", maximal="all-out"),
                "How hard it was; maximal is all-out.",
            ),
        },
        say=[
            "[Log|Record] {minutes} of {activity}<, done on {date}><, effort {effort}>.",
            "I did {activity} for {minutes}< on {date}><; it felt {effort}>. Put it in my "
            "training diary.",
            "Training diary: {activity}, {minutes}<, {date}><, {effort}>.",
            "Please note that I trained {activity} for {minutes}<. The day was {date}><. The "
            "effort was {effort}>.",
            "Finally made it back to {activity}! That was {minutes}<, {effort} effort><, on "
            "{date}>. [Save|Write down] the workout.",
        ],
        vague=[
            "Put my {activity} in the training diary.",
            "[Log|Record] a workout of {minutes}.",
            "[Log|Record] my workout<; it felt {effort}>.",
        ],
    ),
    Plan(
        "energy_burned",
        "Estimate the energy a person burns by doing sports.",
        {
            "activity": need(ACTIVITY, "Kind of sport, one word, such as rowing."),
            "weight_kg": need(Int(48, 110), "Body weight in kilograms."),
            "minutes": need(Said(Int(20, 120, 10), _duration), "Duration in minutes."),
        },
        say=[
            "How many calories do I burn in {minutes} of {activity} if I weigh {weight_kg} kg?",
            "I weigh {weight_kg} kilos. [Estimate|Tell me] the energy that {minutes} of "
            "{activity} [takes|uses up].",
            "After {minutes} of {activity}, how much energy has somebody of {weight_kg} kg burned?",
            "Calories for {activity}, {minutes}, {weight_kg} kg body weight?",
        ],
        vague=[
            "How many calories do I burn by {activity}?",
            "I weigh {weight_kg} kilos. How much energy do I burn in {minutes}?",
        ],
    ),
    Plan(
        "predict_race_time",
        "Predict the time of a race from a race that was run before.",
        {
            "known_km": need(Num(3, 8), "Length of the race that was run, in kilometres."),
            "known_minutes": need(Num(19, 48), "Time of that race in minutes."),
            "target": need(
                Choice(**{"10k": "10 kilometres", "half": "a half marathon", "full": "a marathon"}),
                "The race to predict: half is a half marathon, full a marathon.",
            ),
        },
        say=[
            "I ran {known_km} km in {known_minutes} minutes. [What can I expect over|How long "
            "would I take for] {target}?",
            "[Predict|Estimate] my time for {target}, given {known_minutes} minutes over "
            "{known_km} kilometres.",
            "My last race took me {known_minutes} minutes for {known_km} km and next up is "
            "{target}. Which finish time is realistic?",
            "If {known_km} km take {known_minutes} minutes, what does that mean for {target}? I "
            "want the predicted time.",
        ],
        vague=[
            "Which finish time can I expect over {target}?",
            "I ran {known_km} km the other day. Predict my time for {target}.",
        ],
    ),
    Plan(
        "make_training_plan",
        "Make a training plan of several weeks towards a goal.",
        {
            "goal": need(
                Choice(
                    first_5k="run my first 5 kilometres",
                    marathon="run a marathon",
                    triathlon="do a triathlon",
                    lose_weight="lose weight",
                    build_muscle="build muscle",
                    flexibility="become more flexible",
                ),
                "What the plan leads to.",
            ),
            "weeks": need(Int(4, 24), "Length of the plan in weeks."),
            "level": opt(LEVEL, "Experience so far.", default="beginner"),
            "days": opt(
                ListOf(WEEKDAY, 2, 4), "Weekdays for training, as three small letters: mon, tue ..."
            ),
        },
        say=[
            "I want to {goal} and have {weeks} weeks for it. Make me a training plan<; {level}><. "
            "I can train on {days}>.",
            "[Draw up|Make] a plan of {weeks} weeks that helps me {goal}<. {level}><. Training "
            "days are {days}>.",
            "How should I train for {weeks} weeks to {goal}?< {level}.>< I am free on {days}.>",
            "My doctor says I should move more, so I decided to {goal}. Give me a plan for "
            "{weeks} weeks<, with sessions on {days}><. Mind that {level}>.",
        ],
        vague=[
            "I want to {goal}. Make me a training plan<; {level}>.",
            "Make me a training plan for {weeks} weeks<; {level}>.",
        ],
    ),
    Plan(
        "one_rep_max",
        "Estimate the heaviest weight somebody can lift once.",
        {
            "weight": need(Num(30, 160), "Weight that was lifted."),
            "reps": need(Int(2, 12), "How often it was lifted in a row."),
            "unit": opt(Choice(kg="kilos", lb="pounds"), "Unit of the weight.", default="kg"),
            "formula": opt(
                Choice(epley="Epley", brzycki="Brzycki", lombardi="Lombardi"),
                "Formula to use.",
                default="epley",
            ),
        },
        say=[
            "I lifted a bar of {weight}, and did so {reps} times in a row<; the weight is in "
            "{unit}>. What is my one-rep max<, by the {formula} formula>?",
            "[Estimate|Work out] the one-repetition maximum for {reps} reps with {weight}< (in "
            "{unit})><, using {formula}>.",
            "At the gym I managed {reps} reps at a weight of {weight}<, counted in {unit}>. How "
            "much could I lift just once<, going by {formula}>?",
            "One-rep max for {weight} x {reps} reps<, {unit}><, {formula} formula>.",
        ],
        vague=[
            "I lifted {weight} at the gym. What is my one-rep max?",
            "What is my one-rep max<, by the {formula} formula>?",
        ],
    ),
    Plan(
        "heart_rate_zones",
        "Work out the heart rates of the training zones.",
        {
            "age": need(Int(18, 75), "Age in years."),
            "resting_bpm": opt(Int(42, 75), "Heart rate at rest, in beats a minute."),
            "zones": opt(Int(3, 7), "Number of zones.", default=5),
        },
        say=[
            "I am {age} years old<, with a resting pulse of {resting_bpm}>. What are my heart "
            "rate zones<, split into {zones}>?",
            "[Work out|Calculate]< {zones}> heart rate zones for somebody aged {age}< whose pulse "
            "at rest is {resting_bpm}>.",
            "My new watch asks for training zones. I turned {age} this year<, and at rest my "
            "heart does {resting_bpm} beats a minute>. Which zones do I enter<, if it wants "
            "{zones} of them>?",
            "Heart rate zones<, {zones} of them>: age {age}<, resting rate {resting_bpm}>.",
        ],
        vague=["What are my heart rate zones<, split into {zones}>?"],
    ),
    Plan(
        "record_sleep",
        "Write a night's sleep into the sleep diary.",
        {
            "night_of": need(PAST, "Day on which the night began, as YYYY-MM-DD."),
            "hours": need(Num(4, 10), "Hours slept."),
            "quality": opt(Int(1, 10), "From 1 (awful) to 10 (perfect)."),
            "notes": opt(
                NOTES,
                "What may explain it.",
            ),
        },
        say=[
            "I slept {hours} hours in the night of {night_of}<, quality {quality} out of 10>. "
            "[Write it down|Put it in my sleep diary]<, with the note: {notes}>.",
            "Sleep diary, night of {night_of}: {hours} hours<, quality {quality} of 10><, "
            "{notes}>.",
            "[Record|Log] {hours} hours of sleep for {night_of}<. I rate it {quality} of 10><. "
            "Add this note: {notes}>.",
            "The night of {night_of} brought me {hours} hours of sleep<, which I would give "
            "{quality} points of 10><. Reason: {notes}>. Please record that.",
        ],
        vague=[
            "Put my sleep of last night in the diary.",
            "[Record|Log] my sleep for the night of {night_of}.",
        ],
    ),
    Plan(
        "sleep_report",
        "Summarise how the user has been sleeping.",
        {
            "period": need(
                Choice(
                    week="the past week", month="the past month", quarter="the past three months"
                ),
                "Time to look back on; quarter is three months.",
            ),
            "measure": opt(
                Choice(
                    duration="how long I slept",
                    deep_share="how much of it was deep sleep",
                    wakeups="how often I woke up",
                    bedtime="when I went to bed",
                ),
                "One measure, where only that is wanted.",
            ),
            "chart": opt(
                Flag("with a chart", "without a chart"), "Whether a chart is drawn.", default=False
            ),
        },
        say=[
            "How did I sleep over {period}<, {chart}>?< I only want to see {measure}.>",
            "[Show|Give] me a sleep summary for {period}<: {measure}><, {chart}>.",
            "I have been tired for ages. Look at {period} and tell me about my sleep<, in "
            "particular {measure}><, {chart}>.",
            "Sleep report of {period}<, {chart}><, limited to {measure}>.",
        ],
        vague=["[Show|Give] me a sleep summary<: {measure}>."],
    ),
    Plan(
        "find_exercises",
        "Find exercises for a part of the body.",
        {
            "muscle": need(
                Choice(
                    "chest",
                    "shoulders",
                    "calves",
                    "glutes",
                    "biceps",
                    back="upper back",
                    core="belly",
                    quads="thighs",
                ),
                "Muscles to train: core is the belly, quads the thighs, back the upper back.",
            ),
            "equipment": opt(
                ListOf(
                    Choice(
                        "dumbbells",
                        "kettlebell",
                        band="rubber band",
                        bench="bench",
                        bar="pull-up bar",
                        mat="mat",
                    ),
                    1,
                    2,
                ),
                "What there is to train with; nothing where it is left out.",
            ),
            "count": opt(Int(3, 10), "How many exercises.", default=5),
        },
        say=[
            "[Which|What] exercises are good for the {muscle}<, if all I have is this: "
            "{equipment}>?< Name {count}.>",
            "[Find|Suggest]< {count}> exercises for my {muscle}<, equipment: {equipment}>.",
            "I sit at a desk all day and want to strengthen my {muscle}. What can I do<, with "
            "{equipment} at hand>?< {count} exercises will do.>",
            "Exercises for the {muscle}<, {count} of them><, using {equipment}>.",
        ],
        vague=["[Find|Suggest]< {count}> exercises for me."],
    ),
    Plan(
        "daily_energy_need",
        "Estimate how many kilocalories a person needs in a day.",
        {
            "sex": need(Choice(female="woman", male="man"), "Sex."),
            "age": need(Int(18, 80), "Age in years."),
            "height_cm": need(Int(150, 200), "Height in centimetres."),
            "weight_kg": need(Int(48, 115), "Body weight in kilograms."),
            "lifestyle": opt(
                Choice(
                    sitting="sit most of the day",
                    active="am on my feet a lot",
                    athletic="train hard every day",
                ),
                "How active the days are.",
                default="sitting",
            ),
        },
        say=[
            "I am a {sex} of {age} years, {height_cm} cm tall, and weigh {weight_kg} kg<. I "
            "{lifestyle}>. How many calories do I need in a day?",
            "[Estimate|Work out] the daily energy need: {sex}, {age} years old, {weight_kg} kg, "
            "{height_cm} cm<. I {lifestyle}>.",
            "How much energy does a {sex} aged {age} with {weight_kg} kg at {height_cm} cm use up "
            "per day?< My own lifestyle: I {lifestyle}.>",
            "I want to stop guessing how much to eat per day. Height {height_cm} cm, weight "
            "{weight_kg} kg, {sex}, age {age}<; I {lifestyle}>. What is my daily need in calories?",
        ],
        vague=[
            "How many calories do I need in a day?",
            "I am a {sex} of {age} years. What is my daily energy need?",
        ],
    ),
    Plan(
        "interval_timer",
        "Start a timer that beeps for rounds of work and rest.",
        {
            "work_seconds": need(Int(15, 60, 5), "Length of each effort in seconds."),
            "rest_seconds": need(Int(5, 45, 5), "Length of each pause in seconds."),
            "rounds": need(Int(3, 20), "Number of rounds."),
            "start_at": opt(Time(), "HH:MM, 24-hour clock; at once where it is left out."),
        },
        say=[
            "[Start|Set] an interval timer: {rounds} rounds, {work_seconds} seconds on, "
            "{rest_seconds} seconds off<, beginning at {start_at}>.",
            "I want to do {rounds} rounds of {work_seconds} seconds of burpees with "
            "{rest_seconds} seconds of rest. [Beep|Time it] for me<, from {start_at}>.",
            "{work_seconds} seconds work, {rest_seconds} seconds pause, {rounds} times. "
            "[Run|Start] that workout timer<, at {start_at}>.",
            "Could you time my circuit training<, starting {start_at}>? It has {rounds} rounds; "
            "each is {work_seconds} seconds of effort and {rest_seconds} seconds of rest.",
        ],
        vague=[
            "Start an interval timer with {rounds} rounds.",
            "Time my circuit training, {work_seconds} seconds of effort each.",
        ],
    ),
    Plan(
        "training_load",
        "Compute the training load of a week from its sessions.",
        {
            "minutes": need(
                ListOf(Int(20, 110, 5), 3, 3, brackets=True),
                "Length of each session in minutes, in order.",
            ),
            "efforts": need(
                ListOf(Int(2, 10), 3, 3, brackets=True),
                "Perceived effort of each session, 1 to 10, in the same order.",
            ),
        },
        say=[
            "My three sessions this week took {minutes} minutes, with efforts of {efforts} out of "
            "ten. What is my training load?",
            "[Compute|Work out] the training load: session minutes {minutes}, efforts {efforts}.",
            "Efforts on the scale to ten were {efforts}, durations {minutes} minutes. How big was "
            "the load of my week?",
            "Coach wants my weekly load. I trained {minutes} minutes and rated the sessions "
            "{efforts}, in this order.",
        ],
        vague=[
            "What was my training load this week?",
            "My sessions took {minutes} minutes. What is the training load?",
        ],
    ),
)
