"""Courses, grades and quizzes."""

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
    Percent,
    Record,
    Time,
    Words,
)
from training.generator.plan import Domain, Plan, need, opt
from training.generator.vocabulary import FIRST_NAME, PERSON

COURSES = (
    "Organic Chemistry; Linear Algebra; World Literature; Macroeconomics; Art History; "
    "Intro to Programming; Marine Biology; Ethics; Statistics I; Medieval Philosophy; "
    "Data Structures; Music Theory; Thermodynamics; Creative Writing; Astronomy"
).split("; ")
TOPICS = (
    "photosynthesis; fractions; Napoleonic wars; irregular verbs; plate tectonics; "
    "Shakespeare's sonnets; organic acids; supply and demand; cell division; prime numbers; "
    "black holes; World War I; punctuation; probability"
).split("; ")
SCHOOLS = (
    "Ridgeview High; Lakeside Academy; Saint Brigid School; Northgate College; Elm Park School; "
    "Harbor University; Western Institute; Oakridge University"
).split("; ")
STUDENT = Code("S-#####")
COURSE = OneOf(*COURSES)
TOPIC = OneOf(*TOPICS)
TERM = Words("{} {}", "spring summer autumn winter".split(), ["2024", "2025", "2026"])

DOMAIN = Domain(
    "education",
    Plan(
        "enroll_student",
        "Enrol a student in a course for a term.",
        {
            "student_id": need(STUDENT, "Identifier of the student, such as S-20418."),
            "course": need(COURSE, "Title of the course."),
            "term": need(TERM, "Season and year, such as autumn 2025."),
        },
        say=[
            "[Enrol|Register] student {student_id} in {course} for {term}.",
            "I'm {student_id} and want to take {course} in {term}. [Sign me up|Enrol me], please.",
            "The waiting list finally moved. {student_id} can join {course}, the {term} term"
            ", so please enter that.",
            "Enrolment: {course}, {term}, student {student_id}.",
        ],
        vague=[
            "[Enrol|Register] student {student_id} in {course}.",
            "I want to take a course in {term}.",
        ],
    ),
    Plan(
        "search_courses",
        "Search online courses that can be joined by anyone.",
        {
            "subject": need(TOPIC, "What the course is about."),
            "level": opt(
                Choice(intro="introductory", mid="intermediate", adv="advanced"),
                "How hard the course is.",
            ),
            "max_weeks": opt(Int(3, 12), "Longest duration in weeks."),
            "free_only": opt(
                Flag("free ones only", "paid ones are fine"),
                "Whether courses that cost something are left out.",
                default=False,
            ),
            "starts_after": opt(Date((2025, 2026)), "Earliest start, as YYYY-MM-DD."),
        },
        say=[
            "[Find|Look for] online courses on {subject}<, {level} level>"
            "<, no longer than {max_weeks} weeks><, {free_only}>.",
            "Which courses on {subject} can I take online<, starting after {starts_after}>"
            "<, {free_only}>?",
            "I never understood {subject} at school and would like to give it another go. "
            "What online classes are there<, at {level} level><, {max_weeks} weeks at most>?",
            "Online course: {subject}<; {level}><; up to {max_weeks} weeks><; {free_only}>.",
        ],
        vague=[
            "[Find|Look for] online courses<, {level} level>.",
            "I'd like to learn something online<, {free_only}>.",
        ],
    ),
    Plan(
        "record_grade",
        "Enter the grade of a student's work.",
        {
            "student": need(PERSON, "Full name of the student."),
            "assignment": need(
                Words(
                    "{} {}",
                    "essay lab quiz midterm project presentation".split(),
                    [str(n) for n in range(1, 8)],
                ),
                "Kind and number of the work, such as essay 3.",
            ),
            "points": need(Int(20, 100), "Points, out of 100."),
            "late": opt(
                Flag("it was handed in late", "it was handed in on time"),
                "Whether it came after the deadline.",
                default=False,
            ),
            "comment": opt(
                OneOf(
                    *"clear and well argued; check the units; good sources; too short; "
                    "show your work; much improved; see me after class".split("; ")
                ),
                "Comment that the student sees.",
            ),
        },
        say=[
            "[Record|Enter] {points} points for {student} on {assignment}<; {late}>"
            "<; comment: {comment}>.",
            "My student {student} got {points} out "
            "of 100 on {assignment}. Please put that in the grade book<; {late}>.",
            "I marked all weekend. For {assignment}, give {student} {points} points"
            "<, with the remark: {comment}>.",
            "Grade book: {student}, {assignment}, {points}/100<, {late}><, comment {comment}>.",
        ],
        vague=[
            "[Record|Enter] the points of {student} on {assignment}.",
            "Put {points} points in the grade book<; {late}>.",
        ],
    ),
    Plan(
        "compute_gpa",
        "Compute the grade point average from grades and credits.",
        {
            "grades": need(
                ListOf(Num(1.7, 4, 1), 3, 6, brackets=True), "Grade points of the courses, 0 to 4."
            ),
            "credits": opt(Int(2, 6), "Credits of each course, the same for all.", default=3),
            "digits": opt(Int(2, 4), "Digits behind the point.", default=2),
        },
        say=[
            "[Compute|Calculate] the GPA for the grades {grades}<, at {credits} credits each>"
            "<, to {digits} decimals>.",
            "My grade points this term are {grades}. What is my GPA<, rounded to {digits} digits>?",
            "The scholarship needs a 3.2 and I'm nervous. My courses came out at {grades}"
            "<, {credits} credits each>; what grade point average is that?",
            "GPA of {grades}<, {credits} credits per course><, {digits} decimals>?",
        ],
        vague=[
            "[Compute|Calculate] my GPA<, to {digits} decimals>.",
            "What is the grade point average of my term?",
        ],
        like=["needed_exam_score"],
    ),
    Plan(
        "needed_exam_score",
        "Compute the score in the final exam that is needed to end a course with a given grade.",
        {
            "current": need(Percent(55, 95), "Score so far in percent, 80 for 80%."),
            "target": need(Percent(60, 95), "Score wanted in the end, in percent, 80 for 80%."),
            "exam_weight": need(
                Percent(20, 60, fraction=True, digits=0),
                "Share of the exam in the course, as a fraction, 0.3 for 30 percent.",
            ),
        },
        say=[
            "I have {current} in my course and the final counts {exam_weight}. What do I need in "
            "it "
            "to [finish|end up] with {target}?",
            "[Compute|Work out] the exam score I need: target {target}, current {current}, exam "
            "weight {exam_weight}.",
            "Mum promised me a bike if I end the year with {target}. I stand at {current} now and "
            "the exam is worth {exam_weight}. How well must I do in it?",
            "How many percent in the final, weighted {exam_weight}, take me from {current} to "
            "{target} overall?",
        ],
        vague=[
            "I have {current} in my course. What do I need in the final?",
            "What exam score do I need to end up with {target}?",
        ],
        like=["compute_gpa"],
    ),
    Plan(
        "create_quiz",
        "Make up a quiz on a topic.",
        {
            "topic": need(TOPIC, "What is asked about."),
            "questions": need(Int(4, 30), "Number of questions."),
            "kind": opt(
                Choice(
                    multiple_choice="multiple choice",
                    true_false="true or false",
                    open="open questions",
                    gap="fill in the gap",
                ),
                "Kind of questions.",
                default="multiple_choice",
            ),
            "grade_level": opt(Int(3, 12), "School year it is made for, 1 to 12."),
            "minutes": opt(Int(13, 60), "Time limit in minutes; none by default."),
        },
        say=[
            "[Make|Create] a quiz of {questions} questions on {topic}<, {kind}>"
            "<, for grade {grade_level}><, to be done in {minutes} minutes>.",
            "Could I have {questions} test questions about {topic}< for school year {grade_level}>"
            "?< The type is {kind}.>",
            "My class was asleep today, so tomorrow they get tested on {topic}. Prepare "
            "{questions} "
            "questions<, {kind}><, {minutes} minutes of time>.",
            "Quiz: {topic}, {questions} questions<, {kind}><, grade {grade_level}>"
            "<, {minutes} minutes>.",
        ],
        vague=[
            "[Make|Create] a quiz< for grade {grade_level}>.",
            "I want to test my class on {topic}.",
        ],
    ),
    Plan(
        "plan_revision",
        "Lay out a timetable for studying towards several exams.",
        {
            "exams": need(
                ListOf(
                    Record(
                        "{course} on {date}",
                        {"course": COURSE, "date": Date((2025, 2026))},
                        {"course": "Title of the course.", "date": "Day as YYYY-MM-DD."},
                    ),
                    2,
                    3,
                ),
                "The exams.",
            ),
            "hours_per_week": need(Int(4, 30), "Hours of study a week."),
            "free_day": opt(
                Choice("Friday", "Saturday", "Sunday", "Monday"), "Day of the week without study."
            ),
        },
        say=[
            "[Plan|Lay out] my revision for {exams}, {hours_per_week} hours a week"
            "<, with {free_day} off>.",
            "I can study {hours_per_week} hours per week and have these exams: {exams}. "
            "[Make|Draw up] a timetable<, leaving {free_day} free>.",
            "Panic is setting in. My exams are {exams}, and I manage {hours_per_week} hours of "
            "learning a week<, never on {free_day}>. How should I spread the work?",
            "Revision plan, {hours_per_week} h/week: {exams}<; {free_day} off>.",
        ],
        vague=[
            "[Plan|Lay out] my revision for {exams}.",
            "I can study {hours_per_week} hours per week, make me a timetable for my exams.",
        ],
    ),
    Plan(
        "book_tutor",
        "Book a lesson with a tutor.",
        {
            "subject": need(COURSE, "Course that help is needed with."),
            "date": need(Date((2025, 2026)), "Day, as YYYY-MM-DD."),
            "time": need(Time(), "Start, as HH:MM in 24 hours."),
            "online": need(
                Flag("over video", "in the library"),
                "True for a video lesson, false for one in the library.",
            ),
            "tutor": opt(FIRST_NAME, "First name of the tutor; anyone by default."),
        },
        say=[
            "[Book|Get] me a tutor for {subject} on {date} at {time}, {online}<, {tutor} if "
            "possible>.",
            "I need help with {subject}. A tutoring session {online} on {date}, {time}, would be "
            "fine<, with {tutor}>.",
            "Midterms are close and I don't get {subject} at all. Could a tutor meet me {online} "
            "at {time} on {date}<, ideally {tutor}>?",
            "Tutor: {subject}, {date}, {time}, {online}<, {tutor}>.",
        ],
        vague=[
            "[Book|Get] me a tutor for {subject}<, {tutor} if possible>.",
            "I need a tutoring session on {date} at {time}.",
        ],
    ),
    Plan(
        "school_profile",
        "Figures of a school or university: size, fees, rank, staff.",
        {
            "school": need(OneOf(*SCHOOLS), "Name of the school."),
            "figures": need(
                ListOf(
                    Choice(
                        students="number of students",
                        fees="yearly fees",
                        rank="ranking",
                        admission="admission rate",
                        staff="number of teachers",
                    ),
                    1,
                    3,
                ),
                "Which figures.",
            ),
        },
        say=[
            "What [do you have|is known] about {school} as to {figures}?",
            "[Get|Look up] {figures} for {school}.",
            "Our twins apply in spring and {school} is on the list. I need the {figures}.",
            "Facts on {school}: {figures}, please.",
        ],
        vague=[
            "What is known about {school}?",
            "[Get|Look up] the {figures} of a school.",
        ],
    ),
    Plan(
        "report_absence",
        "Tell a school that a pupil stays away.",
        {
            "pupil": need(PERSON, "Full name of the pupil."),
            "class_name": need(
                Words("{}{}", "5 6 7 8 9 10".split(), "A B C D".split()), "Class, such as 7B."
            ),
            "from_date": need(Date((2025, 2025)), "First day, as YYYY-MM-DD."),
            "days": need(Int(2, 9), "How many school days."),
            "reason": need(
                Choice(
                    "illness",
                    family="family matters",
                    appointment="a medical appointment",
                    competition="a competition",
                ),
                "Why.",
            ),
        },
        say=[
            "Let the school know: {pupil} of class {class_name} is absent for {days} days from "
            "{from_date} because of {reason}"
            ".",
            "[Report|Excuse] {pupil}, class {class_name}, as absent for {days} school days "
            "starting "
            "{from_date}. The reason is {reason}.",
            "We had a rough night over here. My child {pupil} from {class_name} won't come to "
            "school "
            "from {from_date} on, {days} days in all, owing to {reason}.",
            "Absence note: {pupil}, {class_name}, {from_date}, {days} days, {reason}.",
        ],
        vague=[
            "[Report|Excuse] {pupil} of class {class_name} as absent.",
            "My child won't come to school because of {reason}.",
        ],
    ),
)
