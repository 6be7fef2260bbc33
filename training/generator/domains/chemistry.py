"""Formulas, reactions, solutions, gases and lab work."""

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
    Said,
)
from training.generator.plan import Domain, Plan, need, opt
from training.generator.vocabulary import LAST_NAMES

FORMULA = OneOf(
    *(
        "H2SO4, NaCl, C6H12O6, CaCO3, KMnO4, NH4NO3, C2H5OH, Fe2O3, Na2CO3, HNO3, CuSO4, MgCl2, "
        "AgNO3, C8H10N4O2, K2Cr2O7, Al2(SO4)3, Ca(OH)2, NaHCO3, ZnCl2, C12H22O11"
    ).split(", ")
)
SALT = OneOf(
    *(
        "NaCl, CaCO3, KMnO4, NH4NO3, Na2CO3, CuSO4, MgCl2, AgNO3, NaHCO3, ZnCl2, KBr, KI, LiCl, "
        "NaOH, C6H12O6"
    ).split(", ")
)
REACTION = OneOf(
    *(
        "H2 + O2 -> H2O; Fe + O2 -> Fe2O3; C3H8 + O2 -> CO2 + H2O; Al + HCl -> AlCl3 + H2; N2 + H2 "
        "-> NH3; KClO3 -> KCl + O2; Na + H2O -> NaOH + H2; CH4 + O2 -> CO2 + H2O; P4 + O2 -> P2O5; "
        "Mg + N2 -> Mg3N2; C6H12O6 + O2 -> CO2 + H2O; Zn + HCl -> ZnCl2 + H2; SO2 + O2 -> SO3; Ca "
        "+ H2O -> Ca(OH)2 + H2"
    ).split("; ")
)
ELEMENT = OneOf(
    *(
        "sodium, copper, iron, iodine, zinc, argon, carbon, silicon, lithium, gold, radon, "
        "titanium, mercury, bromine, tungsten, helium, cobalt, tin, nickel, uranium"
    ).split(", ")
)
SUBSTANCE = OneOf(
    *(
        "acetone, methanol, sodium hydroxide, hydrochloric acid, toluene, ethyl acetate, silica "
        "gel, potassium iodide, hexane, sulfuric acid, magnesium sulfate, benzaldehyde, aniline, "
        "hydrogen peroxide, copper sulfate, citric acid"
    ).split(", ")
)
MOLECULE = OneOf(
    *(
        "caffeine, aspirin, vanillin, menthol, ibuprofen, glycerol, urea, nicotine, limonene, "
        "citric acid, dopamine, camphor, lactic acid, benzoic acid, paracetamol"
    ).split(", ")
)

DOMAIN = Domain(
    "chemistry",
    Plan(
        "molar_mass",
        "Compute the mass of one mole of a compound from its formula.",
        {
            "formula": need(FORMULA, "Chemical formula such as H2O or Ca(OH)2."),
            "decimals": opt(Int(2, 5), "Digits behind the decimal point.", default=2),
        },
        say=[
            "What is the molar mass of {formula}<, to {decimals} decimals>?",
            "How many grams does one mole of {formula} weigh<, with {decimals} digits behind the "
            "point>?",
            "[Compute|Look up|Give me] the molecular weight of {formula}<, {decimals} decimal "
            "places>.",
            "I am weighing out {formula} and forgot its molar mass. [Can you work it out|What is "
            "it]<, to {decimals} decimals>?",
        ],
        vague=[
            "What is the molar mass of my compound<, to {decimals} decimals>?",
            "How many grams does one mole weigh?",
        ],
    ),
    Plan(
        "balance_reaction",
        "Balance a chemical equation with the smallest whole coefficients.",
        {
            "equation": need(
                REACTION, "The unbalanced equation, reactants -> products, such as H2 + O2 -> H2O."
            )
        },
        say=[
            "Balance this equation: {equation}.",
            "[How do I balance|Which coefficients go into] {equation}?",
            "My homework has the reaction {equation} and the atoms do not add up. [Please balance "
            "it|Fix the coefficients].",
            "I need {equation} with the right coefficients.",
        ],
        vague=["Balance my reaction equation.", "Which coefficients does the reaction need?"],
    ),
    Plan(
        "dilution_volume",
        "Find how much stock solution has to be diluted to get a weaker solution.",
        {
            "stock_molarity": need(
                Said(Num(4, 18, 1), str), "Concentration of the stock in mol/l."
            ),
            "target_molarity": need(Said(Num(0.1, 3, 2), str), "Concentration wanted in mol/l."),
            "final_volume": need(Int(50, 2000, 50), "Volume wanted, in millilitres."),
        },
        say=[
            "How much of a {stock_molarity} mol/l stock do I need for {final_volume} ml of a "
            "{target_molarity} mol/l solution?",
            "I have acid at {stock_molarity} mol/l and want {final_volume} ml at {target_molarity} "
            "mol/l. [How many millilitres of the stock do I take|How do I dilute it]?",
            "[Compute|Work out] a dilution: from {stock_molarity} mol/l down to {target_molarity} "
            "mol/l, final volume {final_volume} ml.",
            "We need {final_volume} ml of buffer with {target_molarity} mol/l tomorrow, and the "
            "bottle on the shelf has {stock_molarity} mol/l. How much of it [goes in|do we "
            "pipette]?",
        ],
        vague=[
            "How much stock do I need for {final_volume} ml of a {target_molarity} mol/l solution?",
            "I have acid at {stock_molarity} mol/l. How do I dilute it to what I need?",
        ],
    ),
    Plan(
        "buffer_ph",
        "Compute the pH of a buffer from the amounts of a weak acid and its salt.",
        {
            "pka": need(Num(3, 10, 2), "pKa of the acid."),
            "acid": need(Said(Num(0.1, 3, 2), str), "Concentration of the acid in mol/l."),
            "base": need(
                Said(Num(0.1, 3, 2), str),
                "Concentration of its salt (the conjugate base) in mol/l.",
            ),
        },
        say=[
            "What is the pH of a buffer with a pKa of {pka}, {acid} mol/l of the acid and {base} "
            "mol/l of its salt?",
            "[Use|Apply] Henderson-Hasselbalch: pKa {pka}, acid {acid} mol/l, base {base} mol/l.",
            "I mixed a buffer that has {base} mol/l of the conjugate base and {acid} mol/l of the "
            "weak acid, pKa {pka}. [What pH should the meter show|Which pH do I get]?",
            "A weak acid with pKa {pka} is present at {acid} mol/l, its salt at {base} mol/l. [How "
            "acidic is the mix|What is the pH]?",
        ],
        vague=[
            "What is the pH of a buffer with a pKa of {pka}?",
            "My buffer has {acid} mol/l of the acid and {base} mol/l of its salt. What is its pH?",
        ],
    ),
    Plan(
        "ideal_gas_pressure",
        "Compute the pressure of an ideal gas.",
        {
            "moles": need(Num(0.2, 20, 2), "Amount of gas in moles."),
            "temperature_c": need(Int(-50, 300, 5), "Temperature in degrees Celsius."),
            "volume_l": need(Num(1, 90, 1), "Volume in litres."),
            "unit": opt(Choice("bar", "kPa", "atm"), "Unit of the pressure.", default="kPa"),
        },
        say=[
            "What is the pressure of {moles} moles of gas in {volume_l} litres at {temperature_c} "
            "°C<, in {unit}>?",
            "A cylinder of {volume_l} l contains {moles} mol of nitrogen at {temperature_c} "
            "degrees Celsius. [How high is the pressure|What does the gauge show]<, in {unit}>?",
            "[Compute|Find]< in {unit}> the pressure of an ideal gas with n = {moles} mol, V = "
            "{volume_l} l and a temperature of {temperature_c} °C.",
            "At {temperature_c} °C I squeeze {moles} mol of helium into a vessel of {volume_l} "
            "litres. [What pressure results|How high does the pressure get]<, in {unit}>?",
        ],
        vague=[
            "What is the pressure of {moles} moles of gas at {temperature_c} °C?",
            "How high is the pressure in a cylinder of {volume_l} l<, in {unit}>?",
        ],
    ),
    Plan(
        "get_element",
        "Look up properties of a chemical element.",
        {
            "element": need(ELEMENT, "English name of the element, such as sodium."),
            "properties": opt(
                ListOf(
                    Choice(
                        "density",
                        melting_point="melting point",
                        boiling_point="boiling point",
                        electronegativity="electronegativity",
                        atomic_radius="atomic radius",
                        discovery="discovery",
                    ),
                    1,
                    3,
                ),
                "Which properties; all where it is left out.",
            ),
        },
        say=[
            "What do we know about the element {element}?< I only need its {properties}.>",
            "[Look up|Show me] the data of {element}<: {properties}>.",
            "I am making flash cards about the elements. What goes on the card for {element}<, "
            "limited to {properties}>?",
            "Element data for {element}, please<. Just {properties}>.",
        ],
        vague=[
            "Look up the {properties} of the element.",
            "Show me the data of a chemical element.",
        ],
    ),
    Plan(
        "percent_yield",
        "Compute the yield of a reaction in percent.",
        {
            "actual": need(Said(Num(1, 24, 2), str), "Mass obtained in grams."),
            "theoretical": need(Said(Num(25, 60, 2), str), "Mass that was possible, in grams."),
        },
        say=[
            "I got {actual} g of product out of a possible {theoretical} g. What is the yield in "
            "percent?",
            "[Compute|Calculate] the percent yield: theoretical {theoretical} g, actual {actual} "
            "g.",
            "The reaction should have given {theoretical} grams, but only {actual} grams are in my "
            "flask. [How high was the yield|What was the yield in percent]?",
            "Given an actual mass of {actual} g and a theoretical one of {theoretical} g, what "
            "percentage [did we get|came out]?",
        ],
        vague=[
            "I got {actual} g of product. What is the yield in percent?",
            "What was the yield of my reaction?",
        ],
    ),
    Plan(
        "decay_remaining",
        "Find how much of a radioactive sample is left after some time.",
        {
            "initial_amount": need(Num(1, 500, 1), "Amount at the start, in any unit."),
            "half_life": need(
                Said(Num(2, 90, 1), str), "Half-life, in the same unit of time as elapsed."
            ),
            "elapsed": need(Said(Num(1, 300, 1), str), "Time that has passed."),
        },
        say=[
            "How much is left of {initial_amount} mg after {elapsed} days with a half-life of "
            "{half_life} days?",
            "We received {initial_amount} g of an isotope that halves every {half_life} hours. "
            "[What remains|How much remains] after {elapsed} hours?",
            "[Compute|Find] the remaining activity: {initial_amount} Bq at the start, half-life "
            "{half_life} years, {elapsed} years later.",
            "The tracer has a half-life of {half_life} minutes and was made {elapsed} minutes ago, "
            "{initial_amount} micrograms of it. [How much is there now|What is left]?",
        ],
        vague=[
            "How much is left of {initial_amount} mg after {elapsed} days?",
            "An isotope halves every {half_life} hours. What remains of my sample?",
        ],
    ),
    Plan(
        "find_compound",
        "Search a database of compounds by name.",
        {
            "name": need(MOLECULE, "Common name of the compound."),
            "identifiers": opt(
                ListOf(
                    Choice(smiles="SMILES", inchi="InChI", cas="CAS number", iupac="IUPAC name"),
                    1,
                    3,
                ),
                "Which identifiers to return: smiles, inchi, cas, iupac; smiles where it is left "
                "out.",
            ),
            "with_image": opt(
                Flag("add a drawing of the structure", "leave out the drawing"),
                "Whether a drawing of the structure is returned.",
                default=False,
            ),
        },
        say=[
            "[Find|Look up] {name} in the compound database<. I need these identifiers: "
            "{identifiers}><. Please {with_image}>.",
            "What does the database have on {name}?< I want its {identifiers}.>< And "
            "{with_image}.>",
            "I am filling in an order form for {name}. [Search it|Look it up] among the "
            "compounds<, and return {identifiers}>.",
            "Search compounds for {name}<: {identifiers}><, and {with_image}>.",
        ],
        vague=[
            "Look up a compound in the database<; {with_image}>.",
            "Which {identifiers} does my compound have?",
        ],
    ),
    Plan(
        "mix_solutions",
        "Find the concentration after mixing several solutions of one substance.",
        {
            "portions": need(
                ListOf(
                    Record(
                        "{volume_ml} ml of {molarity} mol/l",
                        {"volume_ml": Int(20, 500, 10), "molarity": Num(0.1, 6, 2)},
                        {
                            "volume_ml": "Volume in millilitres.",
                            "molarity": "Concentration in mol/l.",
                        },
                    ),
                    2,
                    4,
                ),
                "What is poured together.",
            ),
            "extra_water_ml": opt(
                Int(15, 400, 5), "Water that is added on top, in millilitres.", default=0
            ),
        },
        say=[
            "I pour together {portions}<, and add {extra_water_ml} ml of water>. What is the "
            "concentration?",
            "[Compute|Find] the final molarity when mixing {portions}<, topped with "
            "{extra_water_ml} ml of water>.",
            "There are leftovers of the same salt solution: {portions}. If I combine them< with "
            "another {extra_water_ml} ml of water>, [how strong is the mix|what molarity do I "
            "get]?",
            "What strength do I end up with after combining {portions}<, diluted with "
            "{extra_water_ml} ml of water>?",
        ],
        vague=[
            "I pour two solutions together. What is the concentration?",
            "How strong is the mix of my leftovers?",
        ],
        like=["dilution_volume"],
    ),
    Plan(
        "order_reagent",
        "Order a chemical for the lab.",
        {
            "substance": need(SUBSTANCE, "Name of the chemical."),
            "quantity": need(Int(2, 20), "Number of bottles."),
            "purity": opt(Percent(90, 99, digits=1), "Lowest purity in percent, 99.5 for 99.5%."),
            "needed_by": opt(Date((2025, 2026)), "Day by which it has to arrive, YYYY-MM-DD."),
            "cost_center": opt(Code("CC-####"), "Cost centre that pays, such as CC-1234."),
            "requested_by": opt(
                OneOf(*(f"Dr. {name}" for name in LAST_NAMES[:18])), "Who asked for it, with title."
            ),
        },
        say=[
            "Order {quantity} bottles of {substance}<, at least {purity} pure><, to arrive by "
            "{needed_by}><, on cost centre {cost_center}>.",
            "We are running out of {substance}. [Please order|Get us] {quantity} bottles<; "
            "{requested_by} asked for them><. We need them by {needed_by}>.",
            "I need {quantity} bottles of {substance} for the lab<, purity {purity} or better><, "
            "charged to {cost_center}>.",
            "New order: {substance}, {quantity} bottles<, requested by {requested_by}><, purity "
            "from {purity}><, needed by {needed_by}>.",
        ],
        vague=[
            "Order some more {substance}<, to arrive by {needed_by}>.",
            "We need {quantity} bottles of a chemical<, at least {purity} pure>. Please order.",
        ],
    ),
    Plan(
        "mass_for_solution",
        "Find how many grams of a solid make a solution of a given strength.",
        {
            "solute": need(SALT, "Formula of the solid."),
            "molarity": need(Num(0.1, 4, 2), "Concentration wanted in mol/l."),
            "volume_ml": need(Int(50, 3000, 50), "Volume wanted in millilitres."),
            "purity": opt(
                Percent(80, 99, fraction=True),
                "Purity of the solid as a fraction: 0.98 for 98%.",
                default=1,
            ),
        },
        say=[
            "How many grams of {solute} do I need for {volume_ml} ml of a {molarity} mol/l "
            "solution<, if the solid is {purity} pure>?",
            "I have to prepare {volume_ml} ml of {molarity} mol/l {solute}. [What do I weigh "
            "in|How much do I weigh out]?< My batch is {purity} pure.>",
            "[Compute|Find] the mass of {solute} in {volume_ml} ml at {molarity} mol/l<, with a "
            "purity of {purity}>.",
            "Making up a solution of {solute}: the strength shall be {molarity} mol/l, the flask "
            "holds {volume_ml} ml<, the powder is only {purity} pure>. How much powder [goes in|do "
            "I need]?",
        ],
        vague=[
            "How many grams of {solute} do I need for my solution?",
            "What do I weigh in for {volume_ml} ml at {molarity} mol/l?",
        ],
    ),
)
