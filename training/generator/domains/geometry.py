"""Lengths, areas, volumes, angles and points."""

from __future__ import annotations

from training.generator.domains.arithmetic import Digits, Rows, Series
from training.generator.kinds import Choice, Flag, Int, ListOf, Num, Record, Said
from training.generator.plan import Domain, Plan, need, opt


def _point(text: str) -> str:
    return f"({text.replace(' and', ',')})"


SPOT = Said(ListOf(Digits(-20, 20), 2, 2), _point)
SPOT_3D = Said(
    Series(Digits(-9, 15), 3, 3), lambda text: f"({text.strip('[]').replace(' and', ',')})"
)
XY = Record(
    "x = {x} and y = {y}",
    {"x": Digits(-12, 12), "y": Digits(-12, 12)},
    {"x": "Horizontal coordinate.", "y": "Vertical coordinate."},
)
SIDE = Said(Num(8, 14, 1), str)

DOMAIN = Domain(
    "geometry",
    Plan(
        "sector_area",
        "Compute the area of a slice of a circle.",
        {
            "radius": need(Num(2, 40, 1), "Radius of the circle, in any unit of length."),
            "angle": need(Int(15, 345, 5), "Angle of the slice in degrees."),
        },
        say=[
            "What is the area of a circular sector with radius {radius} and an angle of {angle} "
            "degrees?",
            "A sprinkler reaches {radius} metres and turns through {angle} degrees. [How large is "
            "the patch that it waters|What area gets wet]?",
            "[Compute|Calculate] the area of a pizza slice: the angle at the tip is {angle} "
            "degrees, the radius {radius} cm.",
            "A sector of {angle} degrees is cut out of a disc of radius {radius}. How big is [its "
            "area|the piece]?",
        ],
        vague=[
            "A sprinkler turns through {angle} degrees. What area does it water?",
            "What is the area of my slice of pizza?",
        ],
        like=["arc_length"],
    ),
    Plan(
        "arc_length",
        "Compute the length of an arc of a circle.",
        {
            "radius": need(Num(1, 90, 1), "Radius of the circle, in any unit of length."),
            "central_angle": need(Int(10, 350, 5), "Angle that the arc spans, in degrees."),
        },
        say=[
            "How long is the arc that spans {central_angle} degrees on a circle of radius "
            "{radius}?",
            "A tram track bends with a radius of {radius} m through {central_angle} degrees. [How "
            "long is the curve|What is the length of the bend]?",
            "[Find|Compute] the arc length for radius {radius} and central angle {central_angle}°.",
            "The tip of a pendulum {radius} cm long sweeps through {central_angle} degrees. How "
            "far does the tip travel along its [arc|curve]?",
        ],
        vague=[
            "How long is the arc on a circle of radius {radius}?",
            "How far does the tip of the pendulum travel?",
        ],
    ),
    Plan(
        "triangle_area_from_sides",
        "Compute the area of a triangle from the lengths of its three sides.",
        {
            "side_a": need(SIDE, "First side."),
            "side_b": need(SIDE, "Second side."),
            "side_c": need(SIDE, "Third side."),
        },
        say=[
            "What is the area of a triangle with sides {side_a}, {side_b} and {side_c}?",
            "[Compute|Work out] the area of a triangle. Its first side measures {side_a} cm, the "
            "second {side_b} cm and the third {side_c} cm.",
            "My flower bed is a triangle with edges of {side_a} m, {side_b} m and {side_c} m. How "
            "much ground [does it cover|is that]?",
            "Heron's formula for a = {side_a}, b = {side_b}, c = {side_c}: [what area comes "
            "out|what is the area]?",
        ],
        vague=[
            "Two sides of my triangle are {side_a} and {side_b}. What is its area?",
            "How much ground does a triangular flower bed cover?",
        ],
    ),
    Plan(
        "hypotenuse",
        "Find the longest side of a right triangle from the two sides at the right angle.",
        {
            "leg_a": need(Said(Num(2, 30, 1), str), "One side at the right angle."),
            "leg_b": need(Said(Num(2, 30, 1), str), "The other side at the right angle."),
        },
        say=[
            "A right triangle has legs of {leg_a} and {leg_b}. How long is the [hypotenuse|longest "
            "side]?",
            "[Find|Compute] the hypotenuse for the legs {leg_a} and {leg_b}.",
            "The foot of a ladder stands {leg_a} m from the wall and its top touches the wall "
            "{leg_b} m up. [How long is the ladder|What length does the ladder have]?",
            "I walk {leg_a} km due east and then {leg_b} km due north. How far [am I|have I ended "
            "up] from my start as the crow flies?",
        ],
        vague=[
            "One leg of a right triangle is {leg_a}. How long is the hypotenuse?",
            "How long is the ladder that leans against my wall?",
        ],
    ),
    Plan(
        "distance_between_points",
        "Measure the distance between two points of the plane.",
        {
            "start": need(SPOT, "First point as [x, y]."),
            "end": need(SPOT, "Second point as [x, y]."),
            "metric": opt(
                Choice(
                    euclidean="in a straight line",
                    manhattan="along the grid lines",
                    chebyshev="as the larger of the two differences",
                ),
                "How distance is measured: manhattan adds the steps along both axes, chebyshev "
                "takes the larger one.",
                default="euclidean",
            ),
        },
        say=[
            "How far is {start} from {end}<, measured {metric}>?",
            "[Compute|Give me] the distance between the points {start} and {end}<, {metric}>.",
            "A robot stands at {start} and has to get to {end}. [What is the distance|How far is "
            "it]<, {metric}>?",
            "Distance from point {start} to point {end}<, taken {metric}>, please.",
        ],
        vague=[
            "How far is my robot from {end}?",
            "What is the distance between the two points<, {metric}>?",
        ],
    ),
    Plan(
        "polygon_area",
        "Compute the area of a polygon from its corners, taken in order around it.",
        {
            "vertices": need(
                Rows(Digits(-10, 30), 3, 6, width=2, points=True),
                "Corners in order, each as [x, y].",
            ),
            "signed": opt(
                Flag("keep the sign of the orientation", "ignore the orientation"),
                "true makes the area of a clockwise polygon negative.",
                default=False,
            ),
        },
        say=[
            "What is the area of the polygon with the corners {vertices}?< Please {signed}.>",
            "[Compute|Find] the area that is enclosed when I join {vertices} in this order<, and "
            "{signed}>.",
            "The surveyor put the corner posts of our plot at {vertices}, going round. [How large "
            "is it|How big is the plot]?< You should {signed}.>",
            "A shape on my canvas runs through {vertices} and back to its start. I need its area<; "
            "{signed}>.",
        ],
        vague=[
            "How large is the plot that the surveyor measured?",
            "What is the area of my polygon?< Please {signed}.>",
        ],
    ),
    Plan(
        "cylinder_volume",
        "Compute the volume of an upright cylinder.",
        {
            "radius": need(Num(2, 60, 1), "Radius of the base in centimetres."),
            "height": need(Num(5, 200, 1), "Height in centimetres."),
            "output_unit": opt(
                Choice(cm3="cubic centimetres", l="litres", m3="cubic metres"),
                "Unit of the result: cm3, l for litres, or m3.",
                default="cm3",
            ),
        },
        say=[
            "What is the volume of a cylinder {height} cm high with a radius of {radius} cm<, in "
            "{output_unit}>?",
            "A round pot has a radius of {radius} cm and stands {height} cm tall. How much [fits "
            "in|does it hold]<, in {output_unit}>?",
            "[Compute|Work out]< in {output_unit}> how much space a cylinder takes up: radius "
            "{radius} cm, height {height} cm.",
            "We are pouring a concrete column, {height} cm high and {radius} cm in radius. [What "
            "volume do we need|How much concrete is that]<, in {output_unit}>?",
        ],
        vague=[
            "How much fits into a round pot that is {height} cm tall?",
            "What is the volume of my water tank<, in {output_unit}>?",
        ],
    ),
    Plan(
        "cone_surface",
        "Compute the surface of a cone, with or without its base.",
        {
            "base_radius": need(Num(2, 30, 1), "Radius of the base."),
            "cone_height": need(Num(4, 50, 1), "Height from the base to the tip."),
            "include_base": opt(
                Flag("count the base as well", "leave the base out"),
                "Whether the base belongs to the surface.",
                default=True,
            ),
        },
        say=[
            "What is the surface area of a cone with a base radius of {base_radius} and a height "
            "of {cone_height}?< Please {include_base}.>",
            "We are sewing a teepee: {cone_height} dm high, {base_radius} dm in radius at the "
            "bottom. [How much cloth does it take|What area of cloth is that]?< For this, "
            "{include_base}.>",
            "[Calculate|Find] the surface of a cone that is {cone_height} cm tall and has a radius "
            "of {base_radius} cm<, and {include_base}>.",
            "Party hats! Each is a cone, radius {base_radius} cm, height {cone_height} cm. How "
            "much paper does one need?< Do {include_base}.>",
        ],
        vague=[
            "How much cloth does a teepee with a radius of {base_radius} dm take?",
            "What is the surface of a cone {cone_height} cm tall?",
        ],
    ),
    Plan(
        "rotate_point",
        "Turn a point of the plane around a centre.",
        {
            "point": need(XY, "The point to turn."),
            "degrees": need(Int(15, 345, 15), "Angle in degrees, always positive."),
            "clockwise": opt(
                Flag("clockwise", "counterclockwise"), "Direction of the turn.", default=False
            ),
            "center": opt(
                Record(
                    "({x}, {y})",
                    {"x": Digits(-5, 5), "y": Digits(-5, 5)},
                    {"x": "Horizontal coordinate.", "y": "Vertical coordinate."},
                ),
                "Point to turn around; the origin where it is left out.",
            ),
        },
        say=[
            "Rotate the point with {point} by {degrees} degrees< {clockwise}>< around {center}>.",
            "Where does the point at {point} end up after a turn of {degrees} degrees< "
            "{clockwise}>< about {center}>?",
            "A sprite sits at {point}. [Turn it|Rotate it]< {clockwise}> through {degrees} "
            "degrees<, with {center} as the centre>.",
            "I need to turn a point {degrees} degrees< {clockwise}><, using {center} as pivot>. "
            "The point is at {point}.",
        ],
        vague=[
            "Rotate the point with {point}.",
            "Where does my point end up after a turn of {degrees} degrees< {clockwise}>?",
        ],
    ),
    Plan(
        "regular_polygon_angles",
        "Give the interior, exterior and central angle of a regular polygon.",
        {"sides": need(Int(5, 24), "Number of sides.")},
        say=[
            "What are the angles of a regular polygon with {sides} sides?",
            "I am building a gazebo with {sides} equal walls. [At what angle do they meet|Which "
            "angles do I have to cut]?",
            "[Give|Tell] me the inner and outer angles of a regular {sides}-sided polygon.",
            "How large is every interior angle when a polygon has {sides} equal sides and equal "
            "corners?",
        ],
        vague=[
            "How large are the angles of a regular polygon?",
            "My gazebo has equal walls. At what angle do they meet?",
        ],
    ),
    Plan(
        "line_through_points",
        "Give the equation of the straight line through two points.",
        {
            "first_point": need(SPOT, "A point on the line as [x, y]."),
            "second_point": need(SPOT, "Another point on the line as [x, y]."),
            "form": opt(
                Choice(
                    slope_intercept="slope and intercept",
                    general="the general form",
                    parametric="parametric form",
                ),
                "How the equation is written.",
                default="slope_intercept",
            ),
        },
        say=[
            "What is the equation of the line through {first_point} and {second_point}<, expressed "
            "by {form}>?",
            "[Find|Give me] the straight line that passes through {first_point} and "
            "{second_point}<. I would like {form}>.",
            "A ramp goes from {first_point} to {second_point} on my drawing. [Which line is "
            "that|What is the line's equation]?< Use {form}.>",
            "Given the points {first_point} and {second_point}, write down the line that joins "
            "them<, using {form}>.",
        ],
        vague=[
            "What is the equation of the line through {first_point}?",
            "Give me the equation of the line on my drawing<, using {form}>.",
        ],
    ),
    Plan(
        "angle_between_vectors",
        "Measure the angle between two vectors in space.",
        {
            "u": need(SPOT_3D, "First vector as [x, y, z]."),
            "v": need(SPOT_3D, "Second vector as [x, y, z]."),
            "in_degrees": opt(
                Flag("in degrees", "in radians"),
                "true for degrees, false for radians.",
                default=True,
            ),
        },
        say=[
            "What is the angle between the vectors {u} and {v}<, {in_degrees}>?",
            "[Compute|Find]< {in_degrees}> the angle that {u} and {v} enclose.",
            "Two struts point along {u} and {v}. [At what angle do they meet|Which angle is "
            "between them]<, {in_degrees}>?",
            "Angle between u = {u} and v = {v}<, {in_degrees}>?",
        ],
        vague=[
            "What angle does {u} enclose with the other vector?",
            "At what angle do the two struts meet<, {in_degrees}>?",
        ],
    ),
    Plan(
        "box_diagonal",
        "Find the longest straight line that fits in a rectangular box.",
        {
            "box": need(
                Record(
                    "{length} cm long, {width} cm wide and {height} cm high",
                    {"length": Int(20, 120), "width": Int(15, 90), "height": Int(10, 80)},
                    {"length": "Length in cm.", "width": "Width in cm.", "height": "Height in cm."},
                ),
                "Inner measures of the box.",
            )
        },
        say=[
            "A parcel is {box}. How long a rod [fits in|can I put in], corner to corner?",
            "What is the space diagonal of a box that is {box}?",
            "My fishing rod does not come apart. The suitcase is {box} inside. [What is the "
            "longest rod that fits|How long may the rod be]?",
            "[Compute|Find] the distance between opposite corners of a crate {box}.",
        ],
        vague=["How long a rod fits into my suitcase?", "What is the diagonal of the crate?"],
    ),
)
