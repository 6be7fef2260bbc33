"""Describing samples, comparing them and fitting lines."""

from __future__ import annotations

from training.generator.domains.arithmetic import Digits, Rows, Series
from training.generator.kinds import Choice, Flag, Int, Num, OneOf, Percent, Said
from training.generator.plan import Domain, Plan, need, opt

SCORES = Series(Digits(40, 100), 5, 9)
MEASURES = Series(Num(2, 30, 1), 5, 8)
FIVE = Series(Num(1, 60, 1), 5, 5)
LEVEL = Percent(80, 99, fraction=True)
COLUMN = OneOf(
    *(
        "income, height_cm, reaction_time, age, commute_minutes, exam_score, blood_pressure, "
        "rainfall, sleep_hours, rent, weight_kg, steps_per_day, page_views, tip_amount, "
        "screen_time, heart_rate"
    ).split(", ")
)
TABLE = OneOf(
    "survey_2024",
    "patients",
    "trial_b",
    "households",
    "site_visits",
    "students",
    "deliveries",
    "panel_wave3",
    "orders",
    "field_plots",
)

DOMAIN = Domain(
    "statistics",
    Plan(
        "average_of",
        "Average a list of numbers.",
        {
            "values": need(SCORES, "The numbers."),
            "kind": opt(
                Choice(
                    arithmetic="the arithmetic mean",
                    geometric="the geometric mean",
                    harmonic="the harmonic mean",
                ),
                "Which mean to take.",
                default="arithmetic",
            ),
        },
        say=[
            "What is the average of {values}<, taking {kind}>?",
            "My marks this term were {values}. What [do they average to|is my average]<, going by "
            "{kind}>?",
            "[Work out|Give me] the average of these numbers: {values}<. Use {kind}>.",
            "I have measured {values} and would like to know the average<, {kind} to be precise>.",
        ],
        vague=["What do my marks average to?", "Give me the average of the numbers<. Use {kind}>."],
    ),
    Plan(
        "percentile_of",
        "Find the value below which a given percentage of a sample lies.",
        {
            "sample": need(MEASURES, "The sample, in any order."),
            "percent": need(
                Said(Digits(5, 95, 5), str), "Percentage from 0 to 100; 50 is the median."
            ),
            "interpolation": opt(
                Choice("linear", "lower", "higher", "nearest"),
                "What to do between two values.",
                default="linear",
            ),
        },
        say=[
            "What is the value at the {percent}th percentile of {sample}<, with {interpolation} "
            "interpolation>?",
            "[Find|Compute] the percentile {percent} for the sample {sample}<; interpolation: "
            "{interpolation}>.",
            "Response times in seconds were {sample}. Below which time do {percent} percent of "
            "them lie<, with the interpolation set to {interpolation}>?",
            "I need the {percent}% quantile of this data<, {interpolation} interpolation>: "
            "{sample}.",
        ],
        vague=[
            "What is the value at the {percent}th percentile?",
            "Compute a certain percentile of {sample} for me.",
        ],
        like=["median_of"],
    ),
    Plan(
        "median_of",
        "Find the middle value of a list of numbers.",
        {"numbers": need(Series(Digits(420, 1900, 10), 5, 9), "The numbers, in any order.")},
        say=[
            "What is the median of {numbers}?",
            "The flats in our street rent for {numbers} euros. [What is the median rent|Which rent "
            "is right in the middle]?",
            "[Find|Give me] the middle value of this list: {numbers}.",
            "I do not want the mean but the median of these: {numbers}.",
        ],
        vague=["What is the median rent in our street?", "Find the median, please."],
    ),
    Plan(
        "standard_deviation",
        "Measure how much the values of a list scatter around their mean.",
        {
            "data": need(MEASURES, "The values."),
            "population": opt(
                Flag("treat them as the whole population", "treat them as a sample"),
                "true divides by n, false by n - 1.",
                default=False,
            ),
        },
        say=[
            "What is the standard deviation of {data}?< Please {population}.>",
            "[Compute|Calculate] the standard deviation for these values: {data}<, and "
            "{population}>.",
            "The bags of flour weigh, in hundreds of grams, {data}. How much do they "
            "[scatter|vary] around the mean? I mean the standard deviation<, and please "
            "{population}>.",
            "Std dev of {data}<; {population}>?",
        ],
        vague=[
            "What is the standard deviation of my data?< Please {population}.>",
            "How much do the weights vary around their mean?",
        ],
    ),
    Plan(
        "fit_line",
        "Fit a straight line to pairs of values by least squares.",
        {
            "x": need(FIVE, "Values of the explaining variable."),
            "y": need(FIVE, "Values of the explained variable, one for each x."),
            "through_origin": opt(
                Flag("force it through the origin", "do not force it through the origin"),
                "Whether the line has to pass through (0, 0).",
                default=False,
            ),
            "predict_at": opt(Digits(61, 99), "Also predict y for this x."),
        },
        say=[
            "Fit a straight line to x = {x} and y = {y}<; {through_origin}><, then predict y at x "
            "= {predict_at}>.",
            "[Run|Do] a simple linear regression: the x values are {x}, the y values {y}<. Please "
            "{through_origin}><. Predict y for x = {predict_at} as well>.",
            "Hours of study were {x} and the points in the test {y}, in the same order. [Which "
            "line fits best|Find the best line through them]<, and what does it say for "
            "{predict_at} hours>?",
            "Least squares line for these y values, {y}, against these x values, {x}<. You should "
            "{through_origin}>.",
        ],
        vague=[
            "Fit a straight line to my measurements<; {through_origin}>.",
            "My x values are {x}. Run a linear regression.",
        ],
    ),
    Plan(
        "correlation_coefficient",
        "Measure how strongly two lists of paired values go together.",
        {
            "first": need(FIVE, "Values of the first variable."),
            "second": need(FIVE, "Values of the second variable, in the same order."),
            "method": opt(
                Choice(pearson="Pearson's", spearman="Spearman's rank", kendall="Kendall's tau"),
                "Which coefficient.",
                default="pearson",
            ),
        },
        say=[
            "How strongly are two variables correlated if the first took the values {first}, and "
            "the second these: {second}?< I want {method} coefficient.>",
            "[Compute|Find] the correlation between a first variable, {first}, and a second one, "
            "{second}<, using {method} coefficient>.",
            "Ice cream sales on five days were {first}, the drownings {second}. [Do they go "
            "together|How well do they correlate]?< Take {method} coefficient.>",
            "Correlation, please<, {method} version>. Second series: {second}. First series: "
            "{first}.",
        ],
        vague=[
            "How strongly are my two variables correlated?",
            "How well do my sales correlate with {first}?",
        ],
        like=["fit_line"],
    ),
    Plan(
        "two_sample_t_test",
        "Test whether the means of two independent groups differ.",
        {
            "group_a": need(MEASURES, "Measurements of the first group."),
            "group_b": need(MEASURES, "Measurements of the second group."),
            "equal_variances": opt(
                Flag("assume equal variances", "do not assume equal variances"),
                "false runs Welch's test.",
                default=False,
            ),
            "alternative": opt(
                Choice(
                    two_sided="two-sided",
                    greater="one-sided, for a larger mean of the first group",
                    less="one-sided, for a smaller mean of the first group",
                ),
                "greater and less speak of the first group's mean.",
                default="two_sided",
            ),
        },
        say=[
            "Is there a significant difference between group A, {group_a}, and group B, "
            "{group_b}?< Please {equal_variances}.>< Make the test {alternative}.>",
            "Run a t-test of {group_a} against {group_b}<, {alternative}>.< You should "
            "{equal_variances}.>",
            "Plants with fertilizer grew {group_a} cm; those without grew {group_b} cm. [Test "
            "whether the means differ|Use a t-test to see if that is more than chance]<; "
            "{equal_variances}>.",
            "We timed the old site, in seconds, at {group_a} and the new one at {group_b}. "
            "[Compare the means with a t-test|Do a t-test on that], old site first<, "
            "{alternative}>.",
        ],
        vague=[
            "Do the means of my two groups differ? Run a t-test.",
            "Compare {group_a} with the other group in a t-test<; {equal_variances}>.",
        ],
    ),
    Plan(
        "mean_confidence_interval",
        "Give the confidence interval of a mean from summary figures of a sample.",
        {
            "mean": need(Num(20, 200, 1), "Mean of the sample."),
            "std_dev": need(Num(2, 19, 1), "Standard deviation of the sample."),
            "n": need(Digits(15, 900), "Size of the sample."),
            "confidence": opt(LEVEL, "Confidence level as a fraction: 0.95 for 95%.", default=0.95),
        },
        say=[
            "A sample of {n} people has a mean of {mean} and a standard deviation of {std_dev}. "
            "What is the< {confidence}> confidence interval of the mean?",
            "[Give|Get] me the confidence interval for a mean of {mean} with standard deviation "
            "{std_dev} and {n} observations<, at a level of {confidence}>.",
            "We weighed {n} apples: on average {mean} g, standard deviation {std_dev} g. [How sure "
            "can we be of the mean|Between which bounds does the true mean lie]<, with "
            "{confidence} confidence>?",
            "Mean {mean}, SD {std_dev}, n = {n}: confidence interval<, {confidence}>, please.",
        ],
        vague=[
            "What is the confidence interval for a mean of {mean}<, with {confidence} confidence>?",
            "We weighed {n} apples. Between which bounds does the true mean weight lie?",
        ],
    ),
    Plan(
        "chi_square_independence",
        "Test whether the rows and columns of a table of counts are independent.",
        {
            "observed": need(
                Rows(Digits(4, 90), 2, 3, width=3), "Counts, a list per row of the table."
            ),
            "yates_correction": opt(
                Flag("apply Yates' correction", "do not apply Yates' correction"),
                "Whether to correct for continuity.",
                default=False,
            ),
        },
        say=[
            "Are rows and columns independent in the table of counts {observed}?< Please "
            "{yates_correction}.>",
            "[Run|Do] a chi-square test on the contingency table {observed}<, and "
            "{yates_correction}>.",
            "We asked people of different ages for their favourite drink and counted {observed}, "
            "one row per age group. [Does age matter|Is there a link]? Test it with chi-square<, "
            "and {yates_correction}>.",
            "Chi-square, please, for these counts: {observed}<. You should {yates_correction}>.",
        ],
        vague=[
            "Does age matter for the favourite drink? Run a chi-square test on our counts.",
            "Run a chi-square test<, and {yates_correction}>.",
        ],
    ),
    Plan(
        "z_score",
        "Say how many standard deviations a value lies from the mean.",
        {
            "value": need(Digits(62, 150), "The value."),
            "mean": need(Num(70, 130, 1), "Mean of the distribution."),
            "std_dev": need(Num(3, 18, 1), "Standard deviation of the distribution, positive."),
        },
        say=[
            "What is the z-score of {value} when the mean is {mean} and the standard deviation "
            "{std_dev}?",
            "I scored {value} points. The class averaged {mean} with a standard deviation of "
            "{std_dev}. [How many standard deviations from the mean am I|Where does that put me in "
            "z-scores]?",
            "With mean {mean} and standard deviation {std_dev}, [standardize|turn into a z-score] "
            "the value {value}.",
            "[Compute|Find] z for x = {value}, mu = {mean}, sigma = {std_dev}.",
        ],
        vague=[
            "What is the z-score of {value}?",
            "I scored above the class mean of {mean}. By how many standard deviations?",
        ],
    ),
    Plan(
        "survey_sample_size",
        "Find how many people a survey has to ask for a wanted margin of error.",
        {
            "margin_of_error": need(
                Percent(1, 8, fraction=True), "Margin of error as a fraction: 0.03 for 3%."
            ),
            "confidence_level": opt(
                LEVEL, "Confidence level as a fraction: 0.95 for 95%.", default=0.95
            ),
            "population_size": opt(
                Digits(500, 90_000, 100),
                "Number of people in the population; unlimited where it is left out.",
            ),
        },
        say=[
            "How many people do I have to ask for a margin of error of {margin_of_error}<, at "
            "{confidence_level} confidence>< in a town of {population_size} people>?",
            "We are planning a poll< among {population_size} members>. It should be accurate to "
            "within {margin_of_error}<, with a confidence level of {confidence_level}>. [How large "
            "must the sample be|What sample size do we need]?",
            "Sample size for a survey, please: margin of error {margin_of_error}<, confidence "
            "{confidence_level}><, population {population_size}>.",
            "I do not want my survey to be off by more than {margin_of_error}< with "
            "{confidence_level} confidence>. [How many answers do I need|How many people should "
            "fill it in]?",
        ],
        vague=[
            "How many people do I have to ask in my survey<, at {confidence_level} confidence>?",
            "What sample size does our poll< among {population_size} members> need?",
        ],
    ),
    Plan(
        "moving_average",
        "Smooth a series of numbers by averaging over a sliding window.",
        {
            "series": need(Series(Digits(5, 140), 6, 10), "The numbers in order of time."),
            "window": need(Int(2, 5), "How many neighbouring values to average."),
            "centered": opt(
                Flag("center the window on each value", "let the window end at each value"),
                "Where the window lies.",
                default=False,
            ),
        },
        say=[
            "Smooth {series} with a moving average over {window} values<, and {centered}>.",
            "Daily visitors were {series}. What is the {window}-day moving average?< Please "
            "{centered}.>",
            "[Compute|Give me] the running mean, window of {window}, of these figures: {series}<. "
            "You should {centered}>.",
            "My sensor readings jump about: {series}. [Average|Take the mean of] every {window} "
            "neighbours so that they get smoother<; {centered}>.",
        ],
        vague=[
            "Smooth {series} with a moving average.",
            "What is the {window}-day moving average of our visitors?",
        ],
    ),
    Plan(
        "describe_column",
        "Report count, mean, spread and extremes of one column of a stored table.",
        {
            "table": need(TABLE, "Name of the table."),
            "column": need(COLUMN, "Name of the column."),
            "group_by": opt(
                OneOf("region", "gender", "cohort", "year", "store", "treatment"),
                "Column whose values split the report into groups.",
            ),
            "drop_missing": opt(
                Flag("drop missing values", "count missing values too"),
                "Whether missing values are left out.",
                default=True,
            ),
        },
        say=[
            "Summarize the column {column} of the table {table}<, grouped by {group_by}><, and "
            "{drop_missing}>.",
            "In {table}, what does the column {column} look like?< Split it by {group_by}.>",
            "I need [the basic figures|a statistical summary] for {column} from {table}<, "
            "separately for each {group_by}>.< Please {drop_missing}.>",
            "Let me have mean, spread and extremes of {column}; the data is in the table {table}<. "
            "Group by {group_by}>.",
        ],
        vague=[
            "Summarize the column {column} for me.",
            "Give me a statistical summary of {table}<, grouped by {group_by}>.",
        ],
    ),
)
