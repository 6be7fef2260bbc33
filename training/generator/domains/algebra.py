"""Equations, matrices and calculus."""

from __future__ import annotations

from training.generator.domains.arithmetic import Digits, Rows, Series
from training.generator.kinds import Choice, Flag, Int, Num, OneOf, Said, Words
from training.generator.plan import Domain, Plan, need, opt

SMALL = Said(Digits(-9, 9), str)
TERMS = Words(
    "{}*x**{} {} {}*x {} {}",
    [str(n) for n in range(2, 10)],
    ("2", "3", "4", "5"),
    ("+", "-"),
    [str(n) for n in range(2, 13)],
    ("+", "-"),
    [str(n) for n in range(1, 20)],
)
CURVES = OneOf(
    *(
        "x**3 - 2*x - 5, exp(x) - 3*x, cos(x) - x, x**2 - 7, log(x) - 1/x, x*exp(x) - 2, tan(x) - "
        "2*x, x**5 + x - 1, sin(x) - x/2, sqrt(x) - 3/x, x**4 - 10, 2**x - 5*x + 1"
    ).split(", ")
)
AREAS = OneOf(
    *(
        "x**2 + 3*x, sin(x), exp(-x), 1/(1 + x**2), sqrt(x + 4), x*cos(x), x**3 - x + 2, log(x + "
        "5), exp(-x**2), 4*x - x**2, (x + 1)**3, x*exp(x)"
    ).split(", ")
)
LIMITS = OneOf(
    *(
        "sin(x)/x, (x**2 - 4)/(x - 2), (1 - cos(x))/x**2, (exp(x) - 1)/x, x*log(x), (sqrt(x + 9) - "
        "3)/x, abs(x)/x, tan(3*x)/x, (x**3 - 1)/(x - 1), 1/(x - 1)"
    ).split(", ")
)
NAMED = OneOf(
    *(
        "sin(x), cos(x), exp(x), log(1 + x), sqrt(1 + x), 1/(1 - x), tan(x), atan(x), sinh(x), "
        "exp(x)*cos(x)"
    ).split(", ")
)
RULE = "Powers are written with **, products with *"


def _caret(text: str) -> str:
    return text.replace("**", "^")


def _by_hand(text: str) -> str:
    return text.replace("**", "^").replace("*", "")


DOMAIN = Domain(
    "algebra",
    Plan(
        "solve_quadratic",
        "Solve a*x^2 + b*x + c = 0.",
        {
            "a": need(Said(Digits(1, 9), str), "Coefficient of x squared, not 0."),
            "b": need(SMALL, "Coefficient of x."),
            "c": need(SMALL, "Constant term."),
            "complex_roots": opt(
                Flag("include complex solutions", "leave complex solutions out"),
                "Whether complex solutions are reported as well.",
                default=False,
            ),
        },
        say=[
            "Solve the quadratic equation with a = {a}, b = {b} and c = {c}<, and "
            "{complex_roots}>.",
            "[What are the roots|Where are the zeros] of {a}x^2 + ({b})x + ({c})?< Please "
            "{complex_roots}.>",
            "I have a parabola whose x squared coefficient is {a}, whose x coefficient is {b} and "
            "whose constant is {c}. [Where does it cross|Find where it crosses] the x axis<; "
            "{complex_roots}>.",
            "Quadratic formula, please: a is {a}, b is {b}, c is {c}<. Also, {complex_roots}>.",
            "The constant term of my quadratic is {c}; x squared has the factor {a} and x the "
            "factor {b}. For which x is it zero?< You should {complex_roots}.>",
        ],
        vague=["Solve my quadratic equation.", "Solve the quadratic with a = {a} and b = {b}."],
    ),
    Plan(
        "polynomial_roots",
        "Find all roots of a polynomial of degree three or more numerically.",
        {
            "coefficients": need(
                Series(Digits(-9, 12), 4, 6), "Coefficients, highest power first, constant last."
            ),
            "precision": opt(Int(3, 12), "Digits behind the decimal point.", default=6),
        },
        say=[
            "What are the roots of the polynomial with coefficients {coefficients} (highest power "
            "first)<, to {precision} decimals>?",
            "[Find|Compute] all zeros of a polynomial. From the highest power down its "
            "coefficients are {coefficients}<; I need {precision} decimal places>.",
            "My filter design ends in a polynomial with these coefficients, leading one first: "
            "{coefficients}. [Get me its roots|Where does it vanish]<, with {precision} digits "
            "behind the point>?",
            "Roots needed. Coefficients from the leading term to the constant: {coefficients}<. "
            "Decimals: {precision}>.",
        ],
        vague=[
            "Find all roots of my polynomial<, with {precision} decimals>.",
            "Where does the polynomial vanish?",
        ],
        like=["solve_quadratic"],
    ),
    Plan(
        "matrix_determinant",
        "Compute the determinant of a square matrix.",
        {"matrix": need(Rows(Digits(-6, 12), 2, 3), "Rows of the matrix, each a list of numbers.")},
        say=[
            "What is the determinant of {matrix}?",
            "[Compute|Calculate|Work out] the determinant of the matrix {matrix}.",
            "Is the matrix {matrix} singular? [Its determinant will tell|Get its determinant so "
            "that I can see].",
            "I need det(A) for A = {matrix}.",
        ],
        vague=["What is the determinant of my matrix?", "Compute a determinant for me, please."],
    ),
    Plan(
        "multiply_matrices",
        "Multiply two matrices, left times right.",
        {
            "left": need(Said(Rows(Digits(-5, 9), 2, 2, width=2), str), "Rows of the left matrix."),
            "right": need(
                Said(Rows(Digits(-5, 9), 2, 2, width=2), str), "Rows of the right matrix."
            ),
        },
        say=[
            "Multiply {left} by {right}, in this order.",
            "What is the matrix product of {left} and {right}?",
            "[Let|Suppose] A = {left} and B = {right}. What is AB?",
            "My graphics code turns two transformations into one product, with {left} on the left "
            "and {right} on the right. [What comes out|What is the result]?",
        ],
        vague=["Multiply {left} by my other matrix.", "Multiply two matrices for me."],
    ),
    Plan(
        "solve_linear_system",
        "Solve a system of linear equations A x = b.",
        {
            "coefficients": need(
                Rows(Digits(-5, 9), 3, 3), "The matrix A, a list of coefficients per equation."
            ),
            "constants": need(
                Series(Digits(-20, 30), 3, 3), "The right-hand side b, one number per equation."
            ),
            "exact": opt(
                Flag("give me exact fractions", "decimals are fine"),
                "true returns fractions, false decimals.",
                default=False,
            ),
        },
        say=[
            "Solve Ax = b for A = {coefficients} and b = {constants}<; {exact}>.",
            "[Find|Determine] the unknowns of a linear system with the coefficient matrix "
            "{coefficients} and these right-hand sides: {constants}<. Please note: {exact}>.",
            "Three equations, three unknowns. The right-hand sides are {constants}, the "
            "coefficients row by row {coefficients}. [What is the solution|How does it come out]?< "
            "And {exact}.>",
            "I set up a system with the matrix {coefficients}; the vector on the right is "
            "{constants}. [Solve it|Please solve that]<, {exact}>.",
        ],
        vague=[
            "Solve the linear system with the matrix {coefficients}.",
            "I have three equations with three unknowns. Solve them.",
        ],
    ),
    Plan(
        "eigenvalues",
        "Compute the eigenvalues of a square matrix, and its eigenvectors on request.",
        {
            "matrix": need(Rows(Num(1, 9, 1), 2, 3), "Rows of the matrix, each a list of numbers."),
            "with_vectors": opt(
                Flag("I want the eigenvectors too", "I do not need the eigenvectors"),
                "Whether eigenvectors are returned.",
                default=False,
            ),
        },
        say=[
            "What are the eigenvalues of {matrix}?< By the way, {with_vectors}.>",
            "[Compute|Find] the eigenvalues of the matrix {matrix}<; {with_vectors}>.",
            "To see if my model is stable I need the eigenvalues of its matrix {matrix}<, and "
            "{with_vectors}>.",
            "Eigenvalues for M = {matrix}, please<. Note that {with_vectors}>.",
        ],
        vague=[
            "What are the eigenvalues of my matrix?< Also, {with_vectors}.>",
            "Is my matrix stable? Check its eigenvalues.",
        ],
    ),
    Plan(
        "differentiate",
        "Find the derivative of a function as a formula.",
        {
            "expression": need(Said(TERMS, _caret), f"The function. {RULE}: 3*x**2."),
            "order": opt(Int(2, 4), "How many times to differentiate.", default=1),
            "at": opt(Digits(-5, 9), "Also evaluate the derivative at this x."),
        },
        say=[
            "What is the derivative of {expression} with respect to x<, taken {order} times><, "
            "evaluated at x = {at}>?",
            "Differentiate< {order} times> the function f(x) = {expression}<. I need its value at "
            "x = {at} as "
            "well>.",
            "The height of a track is given by y = {expression}. [How steep is it|Find the slope "
            "as a formula]<, and what is it at x = {at}>?",
            "I keep getting a wrong result when I derive< {order} times> the function "
            "{expression}. [Can you do "
            "it|What is right]<, also at x = {at}>?",
        ],
        vague=[
            "What is the derivative of my function<, taken {order} times>?",
            "Differentiate it for me.",
        ],
    ),
    Plan(
        "definite_integral",
        "Integrate a function of x between two bounds numerically.",
        {
            "integrand": need(AREAS, f"The function of x. {RULE}: x**2 + 3*x."),
            "lower": need(Said(Digits(-3, 2), str), "Lower bound."),
            "upper": need(Said(Digits(3, 10), str), "Upper bound."),
            "method": opt(
                Choice(
                    trapezoid="the trapezoid rule",
                    simpson="Simpson's rule",
                    gauss="Gaussian quadrature",
                ),
                "Rule of integration.",
                default="simpson",
            ),
            "intervals": opt(Int(20, 1000, 20), "Number of subintervals."),
        },
        say=[
            "What is the integral of {integrand} from {lower} to {upper}<, by {method}>< with "
            "{intervals} subintervals>?",
            "Integrate {integrand} over x between {lower} and {upper}<. Use {method}><. Take "
            "{intervals} intervals>.",
            "[Find|Compute] the area under the curve y = {integrand} between x = {lower} and x = "
            "{upper}<, using {method}>.",
            "With bounds {lower} and {upper}, what does {integrand} integrate to?< Please apply "
            "{method}.>",
        ],
        vague=[
            "What is the integral of {integrand}?",
            "Find the area under the curve between {lower} and {upper}.",
        ],
    ),
    Plan(
        "newton_root",
        "Find a zero of a function of x by Newton's method from a starting point.",
        {
            "function": need(CURVES, f"The function of x whose zero is sought. {RULE}."),
            "start": need(Num(1, 6, 1), "Starting value of x."),
            "stable_digits": opt(
                Int(3, 10), "Stop when so many digits behind the point no longer change.", default=6
            ),
            "max_steps": opt(Int(5, 100, 5), "Most steps to take.", default=50),
        },
        say=[
            "Use Newton's method on {function}, starting at x = {start}<, until {stable_digits} "
            "decimals no longer change><, at most {max_steps} steps>.",
            "Where near x = {start} does {function} become zero? [Newton's method should do|Try "
            "Newton's method]<, no more than {max_steps} steps>.",
            "I want to solve {function} = 0 with Newton iterations that begin at {start}<, "
            "stopping after {max_steps} steps at the latest>.",
            "Starting from {start}, find a zero of f(x) = {function} by Newton<; stop once "
            "{stable_digits} decimals stay the same>.",
        ],
        vague=[
            "Use Newton's method to find a zero of {function}.",
            "Find a root by Newton's method from x = {start}.",
        ],
        like=["polynomial_roots", "solve_quadratic"],
    ),
    Plan(
        "limit_at",
        "Find the limit of an expression in x at a point.",
        {
            "expression": need(LIMITS, f"The expression in x. {RULE}."),
            "point": need(Digits(0, 4), "The value that x approaches."),
            "side": opt(
                Choice(left="from the left", right="from the right", both="from both sides"),
                "Side from which x approaches.",
                default="both",
            ),
        },
        say=[
            "What is the limit of {expression} as x approaches {point}< {side}>?",
            "[Find|Determine] the limit of {expression} for x going to {point}<, {side}>.",
            "As x gets closer and closer to {point}< {side}>, what does {expression} tend to?",
            "I am stuck on a limit: {expression}, with x going to {point}< {side}>. [What does it "
            "come to|What is it]?",
        ],
        vague=[
            "What is the limit of {expression}?",
            "What does my expression tend to as x approaches {point}?",
        ],
    ),
    Plan(
        "arithmetic_series_sum",
        "Add up a number of terms that grow by a constant step.",
        {
            "first_term": need(Int(2, 60), "The first term."),
            "step": need(Int(2, 25), "What each term adds to the one before."),
            "count": need(Int(6, 60), "How many terms to add."),
        },
        say=[
            "What is the sum of {count} terms that start at {first_term} and go up by {step} each "
            "time?",
            "[Add up|Sum] an arithmetic series: first term {first_term}, common difference {step}, "
            "{count} terms.",
            "A theatre has {first_term} seats in the front row and every row has {step} seats more "
            "than the one before. There are {count} rows. [How many seats is that|How many seats "
            "are there in total]?",
            "I put {first_term} euros aside in week one and {step} euros more each week than the "
            "week before. How much have I saved after {count} weeks?",
        ],
        vague=[
            "A theatre has {first_term} seats in the front row and {count} rows. How many seats "
            "are there in all?",
            "Sum an arithmetic series with the common difference {step}.",
        ],
    ),
    Plan(
        "taylor_polynomial",
        "Expand a function of x into a Taylor polynomial.",
        {
            "function": need(NAMED, f"The function of x. {RULE}."),
            "degree": need(Int(2, 9), "Highest power that is kept."),
            "center": opt(Digits(1, 4), "Point around which to expand.", default=0),
        },
        say=[
            "Expand {function} into a Taylor polynomial of degree {degree}< around x = {center}>.",
            "What is the Taylor series of {function}< about {center}> up to the power {degree}?",
            "[Approximate|Replace] {function} by a polynomial of degree {degree} in the manner of "
            "Taylor<, centred at {center}>.",
            "I need {function} as a power series; stop at degree {degree}<. The centre is "
            "{center}>.",
        ],
        vague=[
            "Expand {function} into a Taylor polynomial.",
            "Give me a Taylor polynomial of degree {degree}.",
        ],
    ),
)
