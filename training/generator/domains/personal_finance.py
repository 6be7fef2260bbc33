"""Loans, savings and budgets of a household."""

from __future__ import annotations

from training.generator.kinds import (
    Choice,
    Flag,
    Int,
    ListOf,
    Money,
    Percent,
    Record,
    Said,
)
from training.generator.plan import Domain, Plan, need, opt


def _years(months: str) -> str:
    return f"{int(months) // 12} years"


TERM = Said(Int(24, 144, 12), _years)
"""Months, said in years."""
RATE = Percent(2, 11, digits=2)

DOMAIN = Domain(
    "personal_finance",
    Plan(
        "loan_instalment",
        "Work out the equal monthly payment that pays off a consumer loan.",
        {
            "principal": need(Money(2000, 60000), "Amount borrowed, in dollars."),
            "annual_rate": need(RATE, "Yearly interest rate in percent, 5 for 5%."),
            "term_months": need(TERM, "Time to pay back in months; a year counts 12."),
            "balloon": opt(
                Money(500, 4000), "Amount left to pay in one sum at the end, in dollars.", default=0
            ),
        },
        say=[
            "How much [would I pay|do I have to pay] each month on a loan of {principal} at "
            "{annual_rate} over {term_months}<, with {balloon} left as a final lump sum>?",
            "I want to borrow {principal} for a used car. The bank asks {annual_rate} a year and "
            "gives me {term_months}<, and {balloon} would fall due at the very end>. [Tell me the "
            "monthly payment|Work out the monthly payment, please].",
            "Loan of {principal}, {term_months}, {annual_rate} interest<, balloon of {balloon}>: "
            "[what is the monthly payment|monthly payment]?",
            "Say I took {term_months} to pay off {principal} at {annual_rate}<, keeping {balloon} "
            "for the last day>. I wonder what that [costs|comes to] per month.",
        ],
        vague=[
            "What would I pay each month on a loan of {principal}?",
            "I want to take out a loan over {term_months}. [What is the monthly payment|How much "
            "is that a month]?",
            "How much is the monthly payment at {annual_rate}?",
        ],
        like=["amortization_table"],
    ),
    Plan(
        "deposit_growth",
        "Tell what a single deposit is worth after some years of compound interest.",
        {
            "deposit": need(Money(500, 50000), "Money paid in at the start, in dollars."),
            "rate": need(
                Percent(1, 8, fraction=True), "Yearly interest as a fraction, 0.05 for 5%."
            ),
            "years": need(Int(2, 30), "Number of years."),
            "compounding": opt(
                Choice(
                    "monthly",
                    "quarterly",
                    "daily",
                    annually="once a year",
                    semiannually="twice a year",
                ),
                "How often interest is added.",
                default="annually",
            ),
        },
        say=[
            "If I put {deposit} aside at {rate} interest, [what will it be|how much will it have "
            "grown to] in {years} years<, compounded {compounding}>?",
            "My aunt left me {deposit} and I will not touch it for {years} years. The account "
            "pays {rate}<, compounded {compounding}>. [What do I end up with|How much will be "
            "there in the end]?",
            "[Compute|Calculate] the future worth of {deposit} after {years} years at {rate}<, "
            "with interest added {compounding}>.",
            "For {years} years at {rate}<, compounded {compounding}>, what does a one-off deposit "
            "of {deposit} turn into?",
        ],
        vague=[
            "What will {deposit} be worth if I leave it in the bank?",
            "How much will my deposit have grown to after {years} years?",
        ],
    ),
    Plan(
        "monthly_saving_for_goal",
        "Work out how much to save every month to reach a goal in time.",
        {
            "goal": need(Money(1000, 80000), "Amount to reach, in dollars."),
            "months": need(Int(6, 60), "Months until the money is needed."),
            "already_saved": opt(
                Money(200, 5000), "Money that is there today, in dollars.", default=0
            ),
            "annual_yield": opt(
                Percent(1, 6), "Yearly yield of the savings in percent, 3 for 3%.", default=0
            ),
        },
        say=[
            "I need {goal} in {months} months. How much [should|do] I have to put away each "
            "month<, given that I already have {already_saved}><, if the savings yield "
            "{annual_yield} a year>?",
            "We dream of a new kitchen for {goal} and have {months} months to save for it.< There "
            "is {already_saved} in the jar already.>< The account pays {annual_yield} a year.> "
            "What must we [save|set aside] per month?",
            "[Work out|Tell me] the monthly saving for a goal of {goal} within {months} months<, "
            "starting from {already_saved}><, with a yield of {annual_yield}>.",
            "Savings goal {goal}, time left {months} months<, saved so far {already_saved}><, "
            "yearly yield {annual_yield}>. How much a month?",
        ],
        vague=[
            "How much do I have to save each month to reach {goal}?",
            "I have {months} months to save for a boat. How much must I [put away|set aside] each "
            "month?",
        ],
    ),
    Plan(
        "max_affordable_mortgage",
        "Estimate the largest mortgage a household can carry from its income.",
        {
            "yearly_income": need(
                Money(40000, 180000), "Income of the household before tax, in dollars a year."
            ),
            "mortgage_rate": need(RATE, "Yearly interest rate in percent, 5 for 5%."),
            "monthly_debts": opt(
                Money(100, 1500), "Other debt payments a month, in dollars.", default=0
            ),
            "term_years": opt(Int(15, 30, 5), "Length of the mortgage in years.", default=30),
        },
        say=[
            "We earn {yearly_income} a year before tax. How big a mortgage [could|can] we afford "
            "at {mortgage_rate}< over {term_years} years><, with {monthly_debts} a month going to "
            "other debts>?",
            "[Estimate|Tell me] the largest mortgage for a yearly income of {yearly_income} at a "
            "rate of {mortgage_rate}<, other debts {monthly_debts} a month><, term {term_years} "
            "years>.",
            "I was wondering how much the bank would lend us for a house. Our income is "
            "{yearly_income} per year and mortgages go for {mortgage_rate} now<; we also pay off "
            "{monthly_debts} a month on the car>.",
            "With mortgage rates at {mortgage_rate}, what loan can a household on {yearly_income} "
            "a year [carry|handle]<, paying it off in {term_years} years>?",
        ],
        vague=[
            "How big a mortgage can we afford?",
            "We earn {yearly_income} a year. What mortgage could we [carry|get]?",
        ],
    ),
    Plan(
        "amortization_table",
        "List for every month of a loan how much goes to interest, how much to the debt, and what "
        "is left.",
        {
            "balance": need(Money(10000, 400000), "Debt at the start, in dollars."),
            "interest": need(
                Percent(2, 9, fraction=True), "Yearly interest as a fraction, 0.04 for 4%."
            ),
            "years": need(Int(3, 30), "Years to pay back."),
            "extra_payment": opt(
                Money(50, 500), "Amount paid on top each month, in dollars.", default=0
            ),
        },
        say=[
            "Show me month by month how a debt of {balance} shrinks at {interest} over {years} "
            "years<, if I pay {extra_payment} extra each month>.",
            "I would like to [see|have] the full repayment table for {balance} at {interest}, "
            "paid back in {years} years<, with {extra_payment} on top every month>.",
            "We owe {balance} on the house, the rate is {interest} and we have {years} years to "
            "go.< We can pay {extra_payment} more each month.> [Lay out|List] interest, repayment "
            "and rest for each month.",
            "Repayment schedule please: {years} years, {interest} interest, {balance} owed<, "
            "{extra_payment} extra a month>.",
        ],
        vague=[
            "Show me month by month how my debt of {balance} shrinks.",
            "Can I see the repayment table of my loan?",
        ],
        like=["loan_instalment"],
    ),
    Plan(
        "compare_loan_offers",
        "Compare offers for the same loan by what they cost in all.",
        {
            "amount": need(Money(5000, 50000), "Amount to borrow, in dollars."),
            "years": need(Int(2, 10), "Years to pay back, the same for every offer."),
            "offers": need(
                ListOf(
                    Record(
                        "{rate} with a fee of {fee}",
                        {"rate": Percent(2, 9), "fee": Money(50, 900)},
                        {
                            "rate": "Yearly interest in percent, 5 for 5%.",
                            "fee": "One-time fee in dollars.",
                        },
                    ),
                    2,
                    3,
                ),
                "The offers, in the order they are given.",
            ),
        },
        say=[
            "Which is the [cheaper|better] offer for borrowing {amount} over {years} years: "
            "{offers}?",
            "I got several offers for a loan of {amount} that I would pay back in {years} years: "
            "{offers}. [Compare them|Put them side by side], please.",
            "Compare these for a {years}-year loan of {amount}: {offers}.",
            "The banks want to lend me {amount}. On the table are {offers}. Over {years} years, "
            "which one [costs|will cost] me least?",
        ],
        vague=[
            "Which of my loan offers is the [cheaper|better] one over {years} years?",
            "Compare the offers I got for a loan of {amount}.",
        ],
    ),
    Plan(
        "debt_payoff_order",
        "Plan in which order several debts are paid off and how long it takes.",
        {
            "debts": need(ListOf(Money(300, 9000), 2, 4), "What is owed on each debt, in dollars."),
            "monthly_budget": need(
                Money(200, 1500), "Money for all debts together each month, in dollars."
            ),
            "method": opt(
                Choice(snowball="smallest debt first", avalanche="highest interest first"),
                "snowball pays the smallest debt first, avalanche the one with the highest "
                "interest.",
                default="avalanche",
            ),
        },
        say=[
            "I owe {debts} on different cards and can spend {monthly_budget} a month on them. "
            "[What is the best plan|How do I get out of debt]<, {method}>?",
            "Plan how to pay off debts of {debts} with {monthly_budget} per month<, {method}>.",
            "With {monthly_budget} a month to spare, [how long|how many months] until debts of "
            "{debts} are gone<, going {method}>?",
            "My debts are {debts}. It is time to get rid of them! My budget is {monthly_budget} "
            "monthly<, and I want to go {method}>.",
        ],
        vague=[
            "Make me a plan to pay off my debts< {method}>.",
            "I can spend {monthly_budget} a month on my debts. How long will it take?",
        ],
    ),
    Plan(
        "calc_net_worth",
        "Add up what somebody owns and subtract what they owe.",
        {
            "assets": need(
                ListOf(Money(1000, 300000), 2, 4), "Worth of each thing owned, in dollars."
            ),
            "liabilities": opt(ListOf(Money(500, 150000), 1, 3), "Each debt, in dollars."),
        },
        say=[
            "What am I worth if I own things worth {assets}< and owe {liabilities}>?",
            "House, car and savings come to {assets}.< Debts: {liabilities}.> [What is|Work out] "
            "my net worth?",
            "[Sum up|Compute] my net worth from assets of {assets}< and liabilities of "
            "{liabilities}>.",
            "For the divorce papers I need my net worth. On the plus side there is {assets}<; I "
            "still owe {liabilities}>.",
        ],
        vague=["What is my net worth?", "What is my net worth if I owe {liabilities}?"],
    ),
    Plan(
        "emergency_fund_size",
        "Recommend how large the reserve for bad times should be.",
        {
            "monthly_spending": need(Money(1200, 7000), "Usual spending a month, in dollars."),
            "months_covered": opt(
                Int(3, 12), "How many months the reserve has to last.", default=4
            ),
            "self_employed": opt(
                Flag("I am self-employed", "I have a regular job"),
                "true for people who work for themselves.",
                default=False,
            ),
        },
        say=[
            "How big should my rainy-day reserve be if I spend {monthly_spending} a month<, so "
            "that it lasts {months_covered} months>?< {self_employed}, if that matters.>",
            "I spend about {monthly_spending} each month<, and {self_employed}>. [How much|What] "
            "should I keep as an emergency fund<, enough for {months_covered} months>?",
            "Recommend an emergency reserve for spending of {monthly_spending} per month< that "
            "covers {months_covered} months>.",
            "After the layoffs at work I got nervous. My household costs {monthly_spending} "
            "monthly<; {self_employed}>. What [cushion|reserve] would be wise< for "
            "{months_covered} months>?",
        ],
        vague=["How much should I keep as an emergency fund< to cover {months_covered} months>?"],
    ),
    Plan(
        "divide_budget",
        "Divide take-home pay over needs, wants and savings.",
        {
            "take_home_pay": need(Money(2500, 9000), "Pay after tax a month, in dollars."),
            "fixed_costs": opt(
                Record(
                    "{rent} for rent, {transport} for transport and {utilities} for utilities",
                    {
                        "rent": Money(500, 1500),
                        "transport": Money(50, 300),
                        "utilities": Money(60, 350),
                    },
                    {
                        "rent": "Rent a month in dollars.",
                        "transport": "Fares, petrol and the like a month in dollars.",
                        "utilities": "Power, water and heating a month in dollars.",
                    },
                ),
                "What has to be paid whatever happens; guessed from the pay where it is left out.",
            ),
        },
        say=[
            "I bring home {take_home_pay} a month. How should I [divide|split] it<, given fixed "
            "costs of {fixed_costs}>?",
            "[Draw up|Make] a budget for a monthly take-home pay of {take_home_pay}<, with "
            "{fixed_costs}>.",
            "Help me with my budget. After tax I get {take_home_pay} every month<, and each month "
            "there goes {fixed_costs}>.",
            "Budget for {take_home_pay} net a month<, fixed costs {fixed_costs}>, please.",
        ],
        vague=[
            "Draw up a monthly budget for me<, with {fixed_costs}>.",
            "How should I [divide|split] my pay over the month?",
        ],
    ),
)
