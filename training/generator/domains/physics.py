"""Motion, forces, heat, waves and light."""

from __future__ import annotations

from training.generator.domains.arithmetic import Decimals, Digits
from training.generator.kinds import Choice, Flag, Int, ListOf, Num, Quoted, Record, Said
from training.generator.plan import Domain, Plan, need, opt

GRAVITY = Num(1, 25, 2)
CARGO = Quoted(
    "crate",
    "sledge",
    "piano",
    "box of books",
    "wardrobe",
    "stone block",
    "fridge",
    "trunk",
    "sack of grain",
    "oven",
)
BODY = Record(
    "{mass} kg at {velocity} m/s",
    {"mass": Num(1, 90, 1), "velocity": Digits(-15, 25)},
    {"mass": "Mass in kg.", "velocity": "Velocity in m/s, negative when moving to the left."},
)
MATTER = Choice("water", "copper", "iron", "glass", "aluminium", "lead", "ethanol", "granite")

DOMAIN = Domain(
    "physics",
    Plan(
        "free_fall_time",
        "Find how long a body that is dropped takes to reach the ground, without air.",
        {
            "height": need(Num(2, 400, 1), "Height of the drop in metres."),
            "gravity": opt(GRAVITY, "Acceleration of gravity in m/s^2.", default=9.81),
        },
        say=[
            "How long does a stone take to fall {height} metres<, with gravity at {gravity} m/s²>?",
            "I drop a coin from a bridge {height} m above the water. [When does it hit the "
            "water|How many seconds until the splash]?< Take g = {gravity} m/s².>",
            "[Compute|Find] the time of a free fall from {height} m<, where gravity is {gravity} "
            "m/s^2>.",
            "An astronaut lets go of a hammer {height} m above the ground<; gravity there is "
            "{gravity} m/s²>. [How long does it fall|After what time does it land]?",
        ],
        vague=[
            "How long does a stone take to fall from the tower?",
            "When does the coin that I dropped hit the water<, with gravity at {gravity} m/s²>?",
        ],
    ),
    Plan(
        "projectile_motion",
        "Find how far and how high a thrown body flies, without air.",
        {
            "speed": need(Num(5, 80, 1), "Speed of the throw in m/s."),
            "launch_angle": need(Int(10, 80, 5), "Angle above the ground in degrees."),
            "start_height": opt(
                Num(1, 40, 1), "Height in metres from which it is thrown.", default=0
            ),
            "gravity": opt(GRAVITY, "Acceleration of gravity in m/s^2.", default=9.81),
        },
        say=[
            "A ball is thrown at {speed} m/s and an angle of {launch_angle} degrees< from a height "
            "of {start_height} m>. How far does it fly?< Gravity is {gravity} m/s².>",
            "How far and how high does a shell go that leaves the barrel {launch_angle}° above the "
            "horizon at {speed} m/s<, {start_height} m above the ground>?",
            "A catapult releases the stone< {start_height} m up> at {speed} m/s, {launch_angle} "
            "degrees upwards. [Where does it land|What is the range]?< Use {gravity} m/s² for "
            "gravity.>",
            "[Work out|Compute] the flight of a water jet: it leaves the hose with {speed} m/s at "
            "{launch_angle} degrees to the ground<, {start_height} metres up>.",
        ],
        vague=[
            "A ball is thrown at {speed} m/s. How far does it fly?",
            "How far does a ball fly that is thrown at {launch_angle} degrees<, from a height of "
            "{start_height} m>?",
        ],
    ),
    Plan(
        "accelerated_motion",
        "Find speed and distance of a body after a time of constant acceleration.",
        {
            "initial_speed": need(
                Said(Num(1, 40, 1), str), "Speed at the start in m/s, 0 from rest."
            ),
            "acceleration": need(
                Said(Digits(-3, 12), str), "Acceleration in m/s^2, negative when braking."
            ),
            "duration": need(Said(Int(3, 45), str), "Time in seconds."),
            "result": opt(
                Choice(
                    speed="the final speed",
                    distance="the distance covered",
                    both="both speed and distance",
                ),
                "What to return.",
                default="both",
            ),
        },
        say=[
            "A car going {initial_speed} m/s accelerates at {acceleration} m/s² for {duration} "
            "seconds. Where does that lead?< Report {result}.>",
            "[How does a train move|What happens to a train] that starts with {initial_speed} m/s "
            "and has an acceleration of {acceleration} m/s^2 over {duration} s?< Give me "
            "{result}.>",
            "[Compute|Work out] the motion of a sled: {duration} seconds at {acceleration} m/s², "
            "starting from {initial_speed} m/s.",
            "Constant acceleration {acceleration} m/s², initial speed {initial_speed} m/s, time "
            "{duration} s<. I need {result}>.",
        ],
        vague=[
            "A car going {initial_speed} m/s speeds up for {duration} seconds. How fast is it "
            "then?",
            "How far does a train get at an acceleration of {acceleration} m/s²?",
        ],
    ),
    Plan(
        "kinetic_energy",
        "Compute the energy of motion of a body.",
        {
            "mass": need(Num(1, 2000, 1), "Mass in kilograms."),
            "velocity": need(Num(1, 60, 1), "Speed in metres per second."),
        },
        say=[
            "What is the kinetic energy of {mass} kg moving at {velocity} m/s?",
            "A motorbike of {mass} kg rides at {velocity} m/s. How much energy [do the brakes have "
            "to take up|is in its motion]?",
            "[Compute|Calculate] the energy of motion for a speed of {velocity} m/s and a mass of "
            "{mass} kg.",
            "A boulder with a mass of {mass} kg comes rolling down at {velocity} metres per "
            "second. [How much kinetic energy does it carry|With what energy does it hit]?",
        ],
        vague=[
            "What is the kinetic energy at {velocity} m/s?",
            "How much kinetic energy does a body of {mass} kg have?",
        ],
    ),
    Plan(
        "gravitational_attraction",
        "Compute the force with which two masses attract each other.",
        {
            "mass_1": need(Said(Digits(50, 9000, 10), str), "First mass in kilograms."),
            "mass_2": need(Said(Digits(50, 9000, 10), str), "Second mass in kilograms."),
            "distance": need(Num(1, 90, 1), "Distance between their centres in metres."),
        },
        say=[
            "With what force do masses of {mass_1} kg and {mass_2} kg attract each other at a "
            "distance of {distance} m?",
            "Two satellites, the first of {mass_1} kg and the second of {mass_2} kg, float "
            "{distance} metres apart. [How strong is the pull between them|What is the "
            "gravitational force]?",
            "[Compute|Find] the gravity between a first body of {mass_1} kg and another of "
            "{mass_2} kg whose centres are {distance} m apart.",
            "Newton's law of gravitation, please: m1 = {mass_1} kg, m2 = {mass_2} kg, r = "
            "{distance} m.",
        ],
        vague=[
            "With what force do masses of {mass_1} kg and {mass_2} kg attract each other?",
            "How strong is the pull between two satellites {distance} metres apart?",
        ],
    ),
    Plan(
        "spring_extension",
        "Find how far a spring stretches under a load.",
        {
            "load": need(Num(1, 300, 1), "Force on the spring in newtons."),
            "spring_constant": need(Int(20, 900, 10), "Stiffness of the spring in N/m."),
            "springs_in_parallel": opt(
                Int(2, 8), "How many such springs share the load.", default=1
            ),
        },
        say=[
            "How far does a spring of {spring_constant} N/m stretch under {load} N<, if "
            "{springs_in_parallel} of them share the load>?",
            "I hang a load of {load} newtons on a spring with a stiffness of {spring_constant} "
            "N/m. [By how much does it get longer|How much does it give]?",
            "[Compute|Find] the extension at a force of {load} N and a spring constant of "
            "{spring_constant} N/m<, with {springs_in_parallel} springs in parallel>.",
            "The seat rests on a spring of {spring_constant} N/m< (in fact on "
            "{springs_in_parallel} of them side by side)> and takes {load} N. [How far does it "
            "sink|How deep does it go down]?",
        ],
        vague=[
            "How far does a spring stretch under {load} N?",
            "I hang a weight on a spring of {spring_constant} N/m. How much longer does it get?",
        ],
    ),
    Plan(
        "thin_lens_image",
        "Find where a thin lens puts the image of an object, and its size.",
        {
            "focal_length": need(Said(Num(4, 30, 1), str), "Focal length in centimetres."),
            "object_distance": need(
                Num(35, 300, 1), "Distance of the object from the lens in centimetres."
            ),
            "object_height": opt(
                Num(1, 40, 1),
                "Height of the object in centimetres, to get the height of the image too.",
            ),
            "diverging": opt(
                Flag("the lens is diverging", "the lens is converging"),
                "true for a lens that spreads light.",
                default=False,
            ),
        },
        say=[
            "Where is the image of an object {object_distance} cm in front of a lens with a focal "
            "length of {focal_length} cm?< Note that {diverging}.>< The object is {object_height} "
            "cm tall.>",
            "A candle< {object_height} cm high> stands {object_distance} cm from a lens of "
            "{focal_length} cm focal length. [Where do I put the screen|How far behind the lens is "
            "the picture]?",
            "[Compute|Find] the image distance for f = {focal_length} cm and an object distance of "
            "{object_distance} cm<; {diverging}>.",
            "My lens focuses parallel light at {focal_length} cm. I look at something "
            "{object_distance} cm away<, {object_height} cm tall>. [Where does the image form|At "
            "what distance is the image]?",
        ],
        vague=[
            "A candle stands {object_distance} cm from a lens. Where do I put the screen?",
            "Where does a lens with a focal length of {focal_length} cm put the image?",
        ],
    ),
    Plan(
        "refraction_angle",
        "Find the angle at which light goes on when it passes from one medium into another.",
        {
            "incidence": need(
                Said(Int(5, 40), str), "Angle to the normal in degrees at which the light arrives."
            ),
            "n_from": need(
                Said(Decimals(1.05, 1.33, 2), str), "Refractive index of the first medium."
            ),
            "n_to": need(
                Said(Decimals(1.35, 1.95, 2), str), "Refractive index of the second medium."
            ),
        },
        say=[
            "Light hits a surface at {incidence} degrees, coming from a medium with index {n_from} "
            "into one with index {n_to}. At what angle does it go on?",
            "[Apply|Use] Snell's law: n1 = {n_from}, n2 = {n_to}, angle of incidence {incidence}°.",
            "A laser beam enters a liquid of refractive index {n_to} from one of {n_from}, at "
            "{incidence} degrees to the normal. [How is it bent|What is its angle inside]?",
            "The second medium has an index of {n_to}, the first {n_from}. If a ray comes in at "
            "{incidence}°, [where does it go|what is the angle of refraction]?",
        ],
        vague=[
            "A laser beam enters a liquid at {incidence} degrees to the normal. What is its angle "
            "inside?",
            "Light passes from index {n_from} to index {n_to}. At what angle does it go on?",
        ],
    ),
    Plan(
        "doppler_shift",
        "Find the pitch that a listener at rest hears from a moving source of sound.",
        {
            "source_frequency": need(Int(200, 2000, 10), "Frequency of the source in hertz."),
            "source_speed": need(Num(3, 90, 1), "Speed of the source in m/s."),
            "approaching": need(
                Flag("towards me", "away from me"),
                "true when the source comes nearer, false when it moves off.",
            ),
            "sound_speed": opt(Int(320, 350), "Speed of sound in m/s.", default=343),
        },
        say=[
            "A siren of {source_frequency} Hz moves {approaching} at {source_speed} m/s. What "
            "frequency do I hear<, if sound travels at {sound_speed} m/s>?",
            "The train drives {approaching} with {source_speed} m/s and blows its horn at "
            "{source_frequency} hertz. [At what pitch do I hear it|Which tone reaches me]?",
            "[Compute|Find] the Doppler shift: source {source_frequency} Hz, {source_speed} m/s "
            "{approaching}<, speed of sound {sound_speed} m/s>.",
            "I stand at the kerb while a car speeds {approaching} at {source_speed} m/s, its horn "
            "giving {source_frequency} Hz. [What do I hear|Which frequency arrives]?< Take "
            "{sound_speed} m/s for sound.>",
        ],
        vague=[
            "A siren of {source_frequency} Hz moves {approaching}. What frequency do I hear?",
            "A train passes me at {source_speed} m/s and blows its horn. At what pitch do I hear "
            "it?",
        ],
    ),
    Plan(
        "heat_needed",
        "Find the heat that it takes to warm a substance.",
        {
            "substance": need(MATTER, "What is warmed."),
            "mass_kg": need(Num(1, 60, 2), "Mass in kilograms."),
            "start_temperature": need(
                Said(Digits(-60, 20), str), "Temperature at the start in degrees Celsius."
            ),
            "end_temperature": need(
                Said(Digits(25, 95), str), "Temperature at the end in degrees Celsius."
            ),
        },
        say=[
            "How much heat does it take to warm {mass_kg} kg of {substance} from "
            "{start_temperature} to {end_temperature} degrees Celsius?",
            "I want {mass_kg} kg of {substance} at {end_temperature} °C. It is at "
            "{start_temperature} °C now. [What energy does that cost|How much heat do I have to "
            "put in]?",
            "[Compute|Find] the heat needed: {substance}, {mass_kg} kg, {start_temperature} °C up "
            "to {end_temperature} °C.",
            "Starting at {start_temperature} °C, {substance} is heated until it is "
            "{end_temperature} °C warm. There are {mass_kg} kg of it. How many joules [go in|are "
            "needed]?",
        ],
        vague=[
            "How much heat does it take to warm {mass_kg} kg of {substance}?",
            "How many joules does it take to heat {substance} from {start_temperature} to "
            "{end_temperature} degrees Celsius?",
        ],
    ),
    Plan(
        "inelastic_collision",
        "Find the common velocity of two bodies on a line after they collide and stick together.",
        {
            "bodies": need(ListOf(BODY, 2, 2), "The two bodies before they collide."),
            "report_energy_loss": opt(
                Flag("tell me the lost energy too", "skip the lost energy"),
                "Whether the lost kinetic energy is reported.",
                default=False,
            ),
        },
        say=[
            "Two carts collide and stick together: {bodies}. How fast do they move on?< Please "
            "{report_energy_loss}.>",
            "What is the common velocity after a fully inelastic collision of {bodies}?< And "
            "{report_energy_loss}.>",
            "Before they couple, two wagons are moving like this (minus is to the left): {bodies}. "
            "[How fast is the pair|What is their speed afterwards]?< Also, {report_energy_loss}.>",
            "[Compute|Find] the final speed when these lumps of clay hit and merge: {bodies}<; "
            "{report_energy_loss}>.",
        ],
        vague=[
            "Two carts collide and stick together. How fast do they move on?",
            "What is the common velocity of two wagons after they couple?",
        ],
    ),
    Plan(
        "friction_force",
        "Find the force that is needed to push a load over a floor, level or sloping.",
        {
            "item": opt(CARGO, "Label of the load, for the report."),
            "mass": need(Num(5, 300, 1), "Mass of the load in kilograms."),
            "coefficient": need(Num(0.05, 1.0, 2), "Coefficient of friction."),
            "slope": opt(Int(2, 30), "Slope of the floor in degrees, uphill.", default=0),
        },
        say=[
            "What force does it take to push {mass} kg over a floor with a friction coefficient of "
            "{coefficient}<, up a slope of {slope} degrees>?",
            "We have to move a load of {mass} kg<, labelled {item}>; the coefficient of friction "
            "is "
            "{coefficient}<, the ramp rises by {slope} degrees>. [How hard must we push|How much "
            "force is that]?",
            "[Compute|Find] the push that overcomes friction for m = {mass} kg and mu = "
            "{coefficient}<; slope {slope}°>.",
            "With a friction coefficient of {coefficient} under it, how hard do I have to pull "
            "something of {mass} kg< uphill at {slope} degrees>?",
        ],
        vague=[
            "What force does it take to push a load of {mass} kg over the floor?",
            "The coefficient of friction is {coefficient}. How hard must we push the piano?",
        ],
    ),
    Plan(
        "pendulum_period",
        "Find how long a pendulum takes for one full swing.",
        {
            "length": need(Num(0.1, 12, 2), "Length of the pendulum in metres."),
            "gravity": opt(GRAVITY, "Acceleration of gravity in m/s^2.", default=9.81),
        },
        say=[
            "What is the period of a pendulum {length} m long<, with g = {gravity} m/s²>?",
            "A lamp hangs on a cord of {length} metres and swings gently. [How long does one swing "
            "take|How many seconds is one full swing]<, where gravity is {gravity} m/s²>?",
            "[Compute|Find] the swing time for a pendulum length of {length} m<, under a gravity "
            "of {gravity} m/s^2>.",
            "For my grandfather clock I consider a pendulum of {length} m. [What would its period "
            "be|How slow would it swing]?",
        ],
        vague=[
            "What is the period of my pendulum<, with g = {gravity} m/s²>?",
            "How long does one swing of the lamp take?",
        ],
    ),
)
