"""Circuits, parts and batteries."""

from __future__ import annotations

from training.generator.domains.arithmetic import Series
from training.generator.kinds import (
    Choice,
    Code,
    Flag,
    Int,
    Money,
    Num,
    OneOf,
    Percent,
    Record,
    Said,
)
from training.generator.plan import Domain, Plan, need, opt

VOLTS = Said(Int(15, 48), str)
BAND = Choice(
    "black", "brown", "red", "orange", "yellow", "green", "blue", "violet", "grey", "white"
)
PART = OneOf(
    *(
        "ceramic capacitor, electrolytic capacitor, Schottky diode, N-channel MOSFET, op amp, "
        "voltage regulator, crystal oscillator, microcontroller, rotary encoder, relay, "
        "optocoupler, temperature sensor, film resistor, stepper driver, ferrite bead"
    ).split(", ")
)
BOARD = OneOf(
    *(
        "motor controller, weather node, guitar preamp, LED dimmer, battery monitor, sensor hub, "
        "power supply, robot brain, relay card, audio mixer"
    ).split(", ")
)

DOMAIN = Domain(
    "electronics",
    Plan(
        "led_resistor",
        "Find the series resistor that an LED needs.",
        {
            "supply_voltage": need(VOLTS, "Supply voltage in volts."),
            "forward_voltage": need(
                Said(Num(1.6, 3.6, 1), str), "Voltage across the LED in volts."
            ),
            "current_ma": need(Int(5, 30), "Current through the LED in milliamperes."),
            "leds_in_series": opt(Int(2, 4), "How many LEDs sit one after the other.", default=1),
        },
        say=[
            "Which resistor does an LED with {forward_voltage} V and {current_ma} mA need on a "
            "{supply_voltage} V supply<, with {leds_in_series} of them in series>?",
            "I want to run an LED from {supply_voltage} volts<, {leds_in_series} in a chain>. The "
            "data sheet says forward voltage {forward_voltage} V, current {current_ma} mA. [What "
            "resistor goes in front|Which series resistor do I take]?",
            "[Compute|Find] the series resistor: {supply_voltage} V supply, LED drop "
            "{forward_voltage} V, {current_ma} mA<, {leds_in_series} LEDs in series>.",
            "At {current_ma} mA my LED drops {forward_voltage} V. The battery gives "
            "{supply_voltage} V. [What do I put in series|How many ohms do I need]?",
        ],
        vague=[
            "Which resistor does my LED need on a {supply_voltage} V supply?",
            "The LED drops {forward_voltage} V at {current_ma} mA. What resistor goes in front?",
        ],
    ),
    Plan(
        "combine_resistors",
        "Compute the total resistance of several resistors.",
        {
            "resistances": need(Series(Int(15, 990, 5), 2, 5), "Resistances in ohms."),
            "arrangement": need(
                Choice(series="in series", parallel="in parallel"), "How they are connected."
            ),
        },
        say=[
            "What is the total resistance of {resistances} ohms {arrangement}?",
            "I connect resistors of {resistances} ohms {arrangement}. [What do I measure|How much "
            "is that together]?",
            "[Compute|Find] the combined resistance {arrangement} of these, in ohms: "
            "{resistances}.",
            "Resistors {arrangement}, values in ohms {resistances}: [what is the total|what do "
            "they add up to]?",
        ],
        vague=[
            "What is the total resistance of {resistances} ohms put together?",
            "How much do my resistors make {arrangement}?",
        ],
    ),
    Plan(
        "decode_resistor_bands",
        "Read the value of a resistor from its colour bands.",
        {
            "bands": need(
                Series(BAND, 3, 5),
                "Colours of the bands for digits and multiplier, in reading order.",
            ),
            "tolerance_band": opt(
                Choice("gold", "silver", "none"), "Colour of the tolerance band; none for no band."
            ),
        },
        say=[
            "What value has a resistor with the bands {bands}?< Its tolerance band: "
            "{tolerance_band}.>",
            "I found a resistor, bands {bands}. [How many ohms is it|What is it]?< Tolerance band: "
            "{tolerance_band}.>",
            "[Decode|Read] the colour code {bands}<, tolerance {tolerance_band}>.",
            "The stripes go {bands}, from the left<; tolerance stripe {tolerance_band}>. [Which "
            "resistor is that|What resistance is that]?",
        ],
        vague=[
            "What value has the resistor that I found?",
            "Read the colour code of a resistor<; its tolerance band is {tolerance_band}>.",
        ],
    ),
    Plan(
        "rc_time_constant",
        "Compute how fast a capacitor charges through a resistor.",
        {
            "resistance_kohm": need(Num(1, 900, 1), "Resistance in kilohms."),
            "capacitance_uf": need(Num(1, 470, 1), "Capacitance in microfarads."),
            "charge_to": opt(
                Percent(50, 99, fraction=True),
                "Also return the time to reach this share of the full voltage, as a fraction: 0.9 "
                "for 90%.",
            ),
        },
        say=[
            "What is the time constant of {resistance_kohm} kilohms and {capacitance_uf} "
            "microfarads<, and when is it charged to {charge_to}>?",
            "A capacitor of {capacitance_uf} µF charges through {resistance_kohm} kΩ. [How fast "
            "does that go|What is tau]?< I also want the time until {charge_to} of the voltage.>",
            "[Compute|Find] the RC constant for R = {resistance_kohm} kΩ and C = {capacitance_uf} "
            "µF<, with the time to reach {charge_to}>.",
            "For a delay I use {resistance_kohm} kilohms with {capacitance_uf} microfarads. [How "
            "long is the time constant|What time constant results]<, and how long until "
            "{charge_to}>?",
        ],
        vague=[
            "What is the time constant with {resistance_kohm} kilohms?",
            "How fast does my capacitor charge<, up to {charge_to}>?",
        ],
    ),
    Plan(
        "voltage_divider",
        "Compute the output of a divider made of two resistors.",
        {
            "input_voltage": need(VOLTS, "Voltage over both resistors in volts."),
            "r1": need(Said(Int(100, 9900, 100), str), "Upper resistor in ohms."),
            "r2": need(
                Said(Int(100, 9900, 100), str),
                "Lower resistor in ohms; the output is taken across it.",
            ),
            "load": opt(Int(1000, 90_000, 500), "Resistance in ohms that hangs on the output."),
        },
        say=[
            "What comes out of a voltage divider with {input_voltage} V in, an upper resistor of "
            "{r1} ohms and a lower one of {r2} ohms<, loaded with {load} ohms>?",
            "[Compute|Find] the output of a divider: Vin = {input_voltage} V, R1 = {r1} Ω, R2 = "
            "{r2} Ω<, load {load} Ω>.",
            "My sensor cannot take {input_voltage} volts, so I divide them: {r1} ohms on top, {r2} "
            "ohms below<; the sensor itself has {load} ohms>. [What does it see|Which voltage does "
            "it get]?",
            "Divider: R2 is {r2} ohms, R1 is {r1} ohms, the input {input_voltage} V<, load of "
            "{load} ohms>. [How many volts are at the tap|What is the output]?",
        ],
        vague=[
            "What comes out of a voltage divider with {input_voltage} V in?",
            "I have a divider of {r1} and {r2} ohms. How many volts does it give?",
        ],
    ),
    Plan(
        "resonant_frequency",
        "Compute the frequency at which a coil and a capacitor resonate.",
        {
            "inductance_uh": need(Num(1, 470, 1), "Inductance in microhenries."),
            "capacitance_pf": need(Int(10, 990, 10), "Capacitance in picofarads."),
        },
        say=[
            "At what frequency do {inductance_uh} microhenries and {capacitance_pf} picofarads "
            "resonate?",
            "[Compute|Find] the resonance of an LC circuit, L = {inductance_uh} µH, C = "
            "{capacitance_pf} pF.",
            "I am winding a coil of {inductance_uh} µH for my crystal radio and have a capacitor "
            "of {capacitance_pf} pF. [Where does it tune|What frequency will it receive]?",
            "With {capacitance_pf} pF across a coil of {inductance_uh} µH, [what is the resonant "
            "frequency|where is the resonance]?",
        ],
        vague=[
            "At what frequency does a coil of {inductance_uh} microhenries resonate?",
            "Which frequency does my crystal radio tune to?",
        ],
    ),
    Plan(
        "battery_runtime",
        "Estimate how long a battery runs a device.",
        {
            "capacity_mah": need(Int(200, 9000, 100), "Capacity of the battery in mAh."),
            "draw_ma": need(Num(2, 400, 1), "Current that the device draws in mA."),
            "usable": opt(
                Percent(60, 98, fraction=True),
                "Share of the capacity that can be used, as a fraction: 0.8 for 80%.",
                default=1,
            ),
            "duty_cycle": opt(
                Said(Percent(1, 50, fraction=True), str),
                "Share of the time that the device is on, as a fraction.",
                default=1,
            ),
        },
        say=[
            "How long does a battery of {capacity_mah} mAh last at {draw_ma} mA<, if {usable} of "
            "it can be used><, with the device on {duty_cycle} of the time>?",
            "[Estimate|Compute] the run time: {draw_ma} mA out of {capacity_mah} mAh<, usable "
            "share {usable}><, duty cycle {duty_cycle}>.",
            "My trail camera draws {draw_ma} mA and has a {capacity_mah} mAh pack. [When do I have "
            "to swap it|How many hours will it run]?< It is switched on {duty_cycle} of the time.>",
            "The tracker takes {draw_ma} mA<, but only {duty_cycle} of the time>. Its battery "
            "holds {capacity_mah} mAh. [Work out|Find] the run time<, counting on {usable} of the "
            "capacity>.",
        ],
        vague=[
            "How long does a battery of {capacity_mah} mAh last?",
            "My camera draws {draw_ma} mA. When do I have to swap the battery?",
        ],
    ),
    Plan(
        "ohms_law",
        "Find the current through a resistor and the power that it turns to heat.",
        {
            "voltage": need(VOLTS, "Voltage in volts."),
            "resistance": need(Int(10, 5000, 10), "Resistance in ohms."),
        },
        say=[
            "What current flows through {resistance} ohms at {voltage} volts?",
            "I put {voltage} V across a resistor of {resistance} Ω. [How much current flows|What "
            "current do I get], and what power is lost?",
            "[Compute|Find] current and power for R = {resistance} ohms and U = {voltage} V.",
            "A heater wire has {resistance} ohms. [How many amps does it draw|How much current "
            "does it take] at {voltage} V?",
        ],
        vague=[
            "What current flows at {voltage} volts?",
            "How many amps does a heater wire of {resistance} ohms draw?",
        ],
    ),
    Plan(
        "trace_width",
        "Find how wide a copper trace of a circuit board has to be for a current.",
        {
            "current": need(Num(1, 20, 1), "Current in amperes."),
            "temperature_rise": need(
                Int(5, 40, 5), "Allowed rise of temperature in degrees Celsius."
            ),
            "copper_oz": opt(
                Choice(**{"0.5": "half-ounce", "1": "one-ounce", "2": "two-ounce"}),
                "Thickness of the copper in ounces per square foot.",
                default="1",
            ),
            "layer": opt(
                Choice(outer="an outer layer", inner="an inner layer"),
                "Layer that the trace is on.",
                default="outer",
            ),
        },
        say=[
            "How wide must a trace be for {current} A and a temperature rise of {temperature_rise} "
            "°C<, on {layer}><, in {copper_oz} copper>?",
            "[Compute|Find] the trace width for {current} amps<, {copper_oz} copper><, {layer}>, "
            "allowing {temperature_rise} degrees Celsius of heating.",
            "My board has to carry {current} A to the motor. It may warm up by {temperature_rise} "
            "°C at most<, and the trace runs on {layer}>. [What width do I draw|How wide does the "
            "copper have to be]?",
            "For a rise of no more than {temperature_rise} °C at {current} A, [what trace width is "
            "enough|how broad a trace do I need]<, with {copper_oz} copper>?",
        ],
        vague=[
            "How wide must a trace be for {current} A?",
            "What width do I draw for the trace to the motor<, on {layer}>?",
        ],
    ),
    Plan(
        "search_parts",
        "Search a distributor for electronic parts.",
        {
            "query": need(PART, "Kind of part."),
            "max_price": opt(Money(2, 20, cents=True), "Highest price of one piece in dollars."),
            "package": opt(
                OneOf("SOT-23", "TO-220", "SOIC-8", "0805", "DIP-8", "QFN-16", "TO-92"),
                "Package of the part.",
            ),
            "quantity": opt(Int(10, 500, 10), "Pieces that have to be in stock."),
            "rohs_only": opt(
                Flag("lead-free only", "leaded ones are fine"),
                "Whether parts have to be free of lead.",
                default=True,
            ),
        },
        say=[
            "Search for this part: {query}<, package {package}><, at most {max_price} each><, with "
            "{quantity} pieces in stock>.",
            "I need something of the kind {query}<, in a {package} package><; {rohs_only}>. [What "
            "do the distributors have|What is on offer]<, below {max_price} apiece>?",
            "[Look for|Search] {query}<, {quantity} pieces><, {rohs_only}><, up to {max_price}>.",
            "We are short of one part for the next run: {query}<, {package}>. [Check the "
            "distributor|See what is available]<; I need {quantity} of them>.",
        ],
        vague=[
            "Search the distributor for a part<, package {package}><, {quantity} pieces>.",
            "I need an electronic part<, below {max_price} apiece>. What is on offer?",
        ],
    ),
    Plan(
        "logic_gate",
        "Evaluate a logic gate.",
        {
            "gate": need(
                Choice(
                    AND="an AND gate",
                    OR="an OR gate",
                    NAND="a NAND gate",
                    NOR="a NOR gate",
                    XOR="an XOR gate",
                ),
                "Kind of gate.",
            ),
            "inputs": need(
                Series(Flag("1", "0"), 2, 5),
                "Inputs in order: true for 1 (high), false for 0 (low).",
            ),
        },
        say=[
            "What does {gate} put out for the inputs {inputs}?",
            "I feed {inputs} into {gate}. [Is the output high|What is the output]?",
            "[Evaluate|Compute] {gate} with the inputs {inputs}.",
            "In my circuit {gate} sees these levels: {inputs}. [What follows|What is at its "
            "output]?",
        ],
        vague=["What does {gate} put out?", "Evaluate a gate with the inputs {inputs}."],
    ),
    Plan(
        "order_circuit_board",
        "Order printed circuit boards from uploaded design files.",
        {
            "design_id": need(Code("PCB-####"), "Number of the uploaded design, such as PCB-1234."),
            "copies": need(Int(5, 100, 5), "Number of boards."),
            "size": need(
                Record(
                    "{width_mm} x {height_mm} mm",
                    {"width_mm": Int(20, 200), "height_mm": Int(20, 150)},
                    {"width_mm": "Width in mm.", "height_mm": "Height in mm."},
                ),
                "Outline of the board.",
            ),
            "layers": opt(Int(2, 8, 2), "Number of copper layers.", default=2),
            "mask_color": opt(
                Choice("green", "black", "white", "blue", "red", "purple"),
                "Colour of the solder mask.",
                default="green",
            ),
            "project": opt(Said(BOARD, str), "What the board is for, printed on the invoice."),
            "express": opt(
                Flag("as an express order", "with normal delivery"),
                "Whether to pay for express.",
                default=False,
            ),
        },
        say=[
            "Order {copies} boards of {design_id}, {size}<, {layers} layers><, solder mask "
            "{mask_color}><, {express}>.",
            "The design {design_id} is ready. [Have|Get] {copies} boards made, each {size}<. It "
            "needs {layers} layers><. Make the mask {mask_color}><. Put the project {project} on "
            "the invoice>.",
            "[Send|Give] {design_id} to the board house: outline {size}, {copies} pieces<, "
            "{mask_color} mask><, {express}>.",
            "I want {copies} circuit boards, size {size}, from design {design_id}<, with {layers} "
            "copper layers><; the project is {project}>.",
        ],
        vague=[
            "Order some boards of {design_id}<, solder mask {mask_color}>.",
            "I want {copies} circuit boards made<, {express}>.",
        ],
    ),
)
