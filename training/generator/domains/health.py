"""Health: appointments, medicines, measurements and body measures."""

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
    Time,
    Words,
)
from training.generator.plan import Domain, Plan, need, opt
from training.generator.vocabulary import LAST_NAMES, PERSON

SPECIALTY = Choice(
    dermatology="a dermatologist",
    cardiology="a cardiologist",
    pediatrics="a pediatrician",
    orthopedics="an orthopedist",
    ophthalmology="an eye doctor",
    ent="an ear, nose and throat doctor",
    dentistry="a dentist",
    general="a general practitioner",
)
MEDICINES = (
    "ibuprofen", "metformin", "lisinopril", "warfarin", "amoxicillin", "levothyroxine",
    "sertraline", "omeprazole", "atorvastatin", "cetirizine", "prednisone", "naproxen",
    "fluoxetine", "simvastatin", "aspirin", "clarithromycin",
)  # fmt: skip
MEDICINE = OneOf(*MEDICINES)
DOSE = OneOf(
    "200 mg", "half a tablet", "one tablet", "5 ml", "two capsules", "10 drops", "50 mg",
    "one sachet", "two puffs",
)  # fmt: skip
DOCTOR = Words("Dr. {}", LAST_NAMES)
SOON = Date((2025, 2027))
REASONS = Quoted(
    "yearly check", "pain for two weeks", "lab results", "sick note", "follow-up after surgery",
    "second opinion", "new prescription",
)  # fmt: skip
PHARMACIES = OneOf(
    "Linden Pharmacy", "Corner Drugs", "Harbor Apothecary", "Greenleaf Pharmacy",
    "Main Street Drugs", "Sunrise Pharmacy", "Old Town Apothecary",
)  # fmt: skip
SYMPTOMS = OneOf(
    "headaches", "dizziness", "back pain", "chills", "nausea", "stomach cramps", "night sweats",
    "blurred vision", "shortness of breath", "heartburn", "joint pain",
)  # fmt: skip
VACCINES = OneOf(
    "tetanus", "hepatitis B", "measles", "influenza", "yellow fever", "rabies", "shingles",
    "polio", "typhoid", "whooping cough",
)  # fmt: skip

DOMAIN = Domain(
    "health",
    Plan(
        "book_doctor_visit",
        "Make an appointment with a doctor.",
        {
            "specialty": need(SPECIALTY, "Field of the doctor; ent is ear, nose and throat."),
            "date": need(SOON, "Day as YYYY-MM-DD."),
            "time": opt(Time(), "HH:MM, 24-hour clock; any time where it is left out."),
            "doctor": opt(DOCTOR, "A certain doctor, such as Dr. Rossi."),
            "reason": opt(
                REASONS,
                "What it is about, in the patient's words.",
            ),
        },
        say=[
            "I need to see {specialty} on {date}<, at {time} if possible><, preferably "
            "{doctor}>.< The reason: {reason}.>",
            "[Make|Book] an appointment with {specialty} on {date}< at {time}><, ideally with "
            "{doctor}><, for {reason}>.",
            "It has been bothering me for weeks. Get me in with {specialty} on {date}<, {time}><, "
            "and note {reason}>.",
            "Could I come and see {specialty} on {date}<, around {time}>?< I would like "
            "{doctor}.>< It is about {reason}.>",
            "Doctor's appointment, {date}<, {time}>: {specialty}<, {doctor}><, reason {reason}>.",
        ],
        vague=[
            "I need to see {specialty}.",
            "[Make|Book] me a doctor's appointment on {date}< at {time}>.",
        ],
    ),
    Plan(
        "reschedule_doctor_visit",
        "Move an appointment with a doctor to another day and time.",
        {
            "appointment_id": need(
                Code("AP######"), "Number of the appointment, such as AP123456."
            ),
            "new_date": need(SOON, "New day as YYYY-MM-DD."),
            "new_time": need(Time(), "New time as HH:MM, 24-hour clock."),
        },
        say=[
            "[Move|Shift] my doctor's appointment {appointment_id} to {new_date} at {new_time}.",
            "Something came up at work. Can {appointment_id} be changed to {new_time} on "
            "{new_date}?",
            "I cannot make it to the doctor under {appointment_id}; please give me {new_date}, "
            "{new_time} instead.",
            "Reschedule visit {appointment_id}: {new_date}, {new_time}.",
        ],
        vague=[
            "I cannot make it to my doctor's appointment {appointment_id}. Move it, please.",
            "[Move|Shift] my doctor's appointment to {new_date}.",
        ],
    ),
    Plan(
        "refill_prescription",
        "Order a prescription again.",
        {
            "prescription_number": need(Code("RX-#######"), "Number on the label, RX and digits."),
            "pharmacy": opt(
                PHARMACIES,
                "Where to fill it; the usual one where it is left out.",
            ),
            "deliver": opt(
                Flag("bring it to my home", "I will pick it up"),
                "true has it delivered.",
                default=False,
            ),
        },
        say=[
            "[Refill|Renew] prescription {prescription_number}< at {pharmacy}><; {deliver}>.",
            "I am down to my last pills. The label says {prescription_number}, please order "
            "more<, from {pharmacy}><; {deliver}>.",
            "Could {prescription_number} be filled again< by {pharmacy}>?< For the rest: "
            "{deliver}.>",
            "Prescription {prescription_number} has run out, so order it once more<, {pharmacy} "
            "as the pharmacy><. And {deliver}>.",
        ],
        vague=[
            "I am down to my last pills. [Refill|Renew] my prescription<; {deliver}>.",
            "Refill my prescription at {pharmacy}.",
        ],
    ),
    Plan(
        "drug_interactions",
        "Check whether medicines can be taken together.",
        {
            "medicines": need(ListOf(MEDICINE, 2, 4), "Names of the medicines."),
            "with_alcohol": opt(
                Flag("I also drink alcohol", "I never drink alcohol"),
                "Whether alcohol is considered.",
                default=False,
            ),
        },
        say=[
            "Can I take {medicines} together?< For your information, {with_alcohol}.>",
            "[Check|Look up] whether {medicines} interact<; {with_alcohol}>.",
            "I was just prescribed something new and now I am on {medicines}. [Is that a "
            "problem|Do they get along]?< Note that {with_alcohol}.>",
            "Drug interactions between {medicines}, please<; {with_alcohol}>.",
        ],
        vague=["Can I take my pills together?"],
    ),
    Plan(
        "add_to_medication_plan",
        "Enter a medicine in the patient's medication plan.",
        {
            "medicine": need(MEDICINE, "Name of the medicine."),
            "dose": need(DOSE, "How much to take each time, as text, such as 5 ml."),
            "times": need(ListOf(Time(), 1, 3), "Times of day, each as HH:MM, 24-hour clock."),
            "days": opt(Int(3, 30), "For how many days; without end where it is left out."),
        },
        say=[
            "Put {medicine} in my medication plan: {dose} at {times}<, for {days} days>.",
            "The doctor put me on {medicine}, {dose} at {times}<, over {days} days>. [Enter|Note] "
            "that in the medication plan.",
            "From now on I take {dose} of {medicine} each day at {times}<, for the next {days} "
            "days>. My medication plan should say so.",
            "Medication plan, new entry: {medicine}, {dose}, daily at {times}<, {days} days long>.",
        ],
        vague=[
            "Put {medicine} in my medication plan.",
            "The doctor put me on {medicine}, {dose} each time. Add that to my medication plan.",
        ],
    ),
    Plan(
        "weight_for_height_index",
        "Compute the index of body weight over squared height.",
        {
            "weight_kg": need(Num(45, 120), "Body weight in kilograms."),
            "height_cm": need(Int(148, 202), "Height in centimetres."),
        },
        say=[
            "What is my body mass index if I weigh {weight_kg} kg and am {height_cm} cm tall?",
            "[Compute|Work out] the BMI for {height_cm} centimetres and {weight_kg} kilos.",
            "At {weight_kg} kilograms and a height of {height_cm} centimetres, is my weight in "
            "proportion? I mean the index.",
            "I stand {height_cm} cm tall and the scales show {weight_kg} kg. Give me my "
            "weight-to-height index.",
        ],
        vague=[
            "What is my body mass index if I weigh {weight_kg} kg?",
            "Is my weight in proportion at a height of {height_cm} centimetres?",
        ],
    ),
    Plan(
        "waist_ratio",
        "Compute the ratio of the waist to the body height, with what it says about risk.",
        {
            "waist_cm": need(Num(62, 120), "Girth of the waist in centimetres."),
            "height_cm": need(Int(150, 202), "Body height in centimetres."),
            "sex": opt(Choice(female="woman", male="man"), "The limits differ between the sexes."),
        },
        say=[
            "I am< a {sex} and> {height_cm} cm tall with a waist of {waist_cm} cm. What is the "
            "ratio, and is it healthy?",
            "[Compute|Work out] my waist-to-height ratio: {waist_cm} cm around the middle, height "
            "{height_cm} cm<, {sex}>.",
            "I measured {waist_cm} cm around the waist, and I stand {height_cm} cm tall. [Is my "
            "belly too big|What does the ratio say]?< As a {sex}, I mean.>",
            "With a height of {height_cm} cm, is a waist of {waist_cm} cm too much< for a {sex}>?",
        ],
        vague=[
            "Is a waist of {waist_cm} cm too much< for a {sex}>?",
            "What is my waist-to-height ratio?",
        ],
    ),
    Plan(
        "log_blood_pressure",
        "Store a blood pressure measurement.",
        {
            "systolic": need(Int(98, 175), "Upper value in mmHg."),
            "diastolic": need(Int(58, 97), "Lower value in mmHg."),
            "pulse": opt(Int(48, 110), "Heart rate in beats a minute."),
            "measured_at": opt(Time(), "HH:MM, 24-hour clock; now where it is left out."),
            "arm": opt(Choice(left="left arm", right="right arm"), "Which arm."),
        },
        say=[
            "My blood pressure was {systolic} over {diastolic}<, pulse {pulse}><, taken at "
            "{measured_at}><, {arm}>. [Save|Store] it.",
            "[Log|Note] {systolic}/{diastolic} as my blood pressure<; the pulse was {pulse}><; "
            "measured on the {arm}>.",
            "The cuff showed {systolic} over {diastolic}< at {measured_at}><, with a pulse of "
            "{pulse}>. Keep that for my doctor.",
            "Blood pressure entry: {systolic}/{diastolic}<, {pulse} bpm><, {measured_at}><, "
            "{arm}>.",
        ],
        vague=[
            "[Log|Note] my blood pressure<, taken at {measured_at}>.",
            "The upper value of my blood pressure is {systolic}. Save the reading.",
        ],
    ),
    Plan(
        "pharmacy_on_duty",
        "Find pharmacies that are open, by night and on holidays too.",
        {
            "postcode": need(Code("#####"), "Five-digit postcode, as text."),
            "at": opt(Time(), "HH:MM, 24-hour clock; now where it is left out."),
            "vaccinates": opt(
                Flag("it must give vaccinations", "it need not give vaccinations"),
                "true finds only pharmacies that vaccinate.",
            ),
        },
        say=[
            "Which pharmacy is open near postcode {postcode}< at {at}>?< One thing: {vaccinates}.>",
            "My son has a fever and I need a pharmacy around {postcode}< that is open at {at}><; "
            "{vaccinates}>.",
            "[Find|Look for] an open pharmacy, postcode {postcode}<, open at {at}><; "
            "{vaccinates}>.",
            "I was wondering whether any pharmacy in {postcode} is on duty< at {at}>.",
        ],
        vague=["Which pharmacy is open< at {at}>?", "I need a pharmacy<; {vaccinates}>."],
    ),
    Plan(
        "assess_symptoms",
        "Say how urgent symptoms are and whether to see a doctor.",
        {
            "symptoms": need(
                ListOf(SYMPTOMS, 1, 4),
                "The symptoms, one text each.",
            ),
            "age": need(Int(18, 46), "Age of the patient in years."),
            "days": opt(Int(2, 14), "Since how many days."),
            "pregnant": opt(Flag("I am pregnant", "I am not pregnant"), "Whether she is pregnant."),
        },
        say=[
            "I have {symptoms}<, for {days} days now>. I am {age} years old<, and {pregnant}>. "
            "[Should I see a doctor|How urgent is that]?",
            "[Judge|Assess] these symptoms: {symptoms}<, lasting {days} days>; age {age}<; "
            "{pregnant}>.",
            "For a patient aged {age} with {symptoms}<, going on for {days} days>: is it urgent?",
            "At {age} I should know my own body. Now I have {symptoms}<, for {days} days "
            "already><; {pregnant}>. Is this something to have checked at once?",
        ],
        vague=[
            "I do not feel well, and I am {age} years old. How urgent is that?",
            "Should I see a doctor<, given that {pregnant}>?",
        ],
    ),
    Plan(
        "estimate_hba1c",
        "Estimate the long-term blood sugar value HbA1c from single readings.",
        {
            "readings": need(
                ListOf(Int(78, 210), 3, 6, brackets=True), "Blood sugar in mg/dL, in order."
            ),
            "days": opt(Int(5, 60), "Number of days over which they were taken."),
            "fasting": opt(
                Flag("all taken before breakfast", "taken after meals"),
                "Whether the readings were taken on an empty stomach.",
            ),
        },
        say=[
            "My blood sugar readings were {readings} mg/dL<, {fasting}><, over {days} days>. "
            "Which HbA1c does that suggest?",
            "[Estimate|Work out] the HbA1c from these glucose values: {readings} mg/dL<, "
            "{fasting}><, a record of {days} days>.",
            "For my diabetes check I noted blood sugar of {readings} mg/dL<, {fasting}>. Where "
            "will my HbA1c be, roughly?",
            "Glucose: {readings} mg/dL<; {fasting}><; {days} days>. I would like the HbA1c that "
            "goes with it.",
        ],
        vague=["Which HbA1c do my blood sugar readings suggest<, {fasting}>?"],
    ),
    Plan(
        "add_vaccination",
        "Enter a vaccination in a person's record.",
        {
            "person": need(PERSON, "Full name of the person."),
            "vaccine": need(
                VACCINES,
                "What it protects against.",
            ),
            "given_on": need(Date((2021, 2025)), "Day as YYYY-MM-DD."),
            "lot": opt(Code("@@##-###"), "Lot number of the vaccine."),
            "dose_number": opt(Int(1, 4), "Which shot of the series it was, 1 for the first."),
        },
        say=[
            "{person} got the {vaccine} shot on {given_on}<, lot {lot}><, dose number "
            "{dose_number}>. [Enter it|Put it in the record].",
            "[Add|Enter] a vaccination against {vaccine} for {person}, given on {given_on}<, lot "
            "number {lot}><, dose {dose_number} of the series>.",
            "On {given_on} the nurse gave {person} a jab against {vaccine}<; the lot is {lot}>. "
            "Please update the vaccination record.",
            "Vaccination record of {person}: {vaccine}, {given_on}<, dose {dose_number}><, lot "
            "{lot}>.",
        ],
        vague=[
            "Put the {vaccine} shot of {person} in the vaccination record.",
            "[Add|Enter] a vaccination for {person}.",
        ],
    ),
)
