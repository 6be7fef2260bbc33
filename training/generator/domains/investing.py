"""Stocks, funds and portfolios."""

from __future__ import annotations

from training.generator.kinds import (
    Choice,
    Code,
    Date,
    Flag,
    Int,
    ListOf,
    Money,
    Num,
    OneOf,
    Percent,
    Record,
    Said,
    Words,
)
from training.generator.plan import Domain, Plan, need, opt

TICKERS = OneOf(
    *"AAPL MSFT NVDA TSLA AMZN KO PEP JNJ DIS NFLX INTC AMD ORCL IBM CSCO NKE SBUX".split(),
    *"CAT BA GE XOM CVX PFE MRK WMT COST HD MCD UNH ADBE".split(),
)
FUND = Words(
    "{} {} Fund",
    ("Halden", "Northgate", "Bluewater", "Silverbirch", "Meridian", "Copperfield", "Aldgate"),
    ("World Equity", "Green Energy", "Dividend", "Small Cap", "Bond Income", "Emerging Markets"),
)
DEPOT = Code("INV-####")


def _quarter(code: str) -> str:
    ordinals = {"1": "first", "2": "second", "3": "third", "4": "fourth"}
    return f"the {ordinals[code[-1]]} quarter of {code[:4]}"


QUARTER = Said(Words("{}-Q{}", ("2022", "2023", "2024", "2025"), "1234"), _quarter)

DOMAIN = Domain(
    "investing",
    Plan(
        "latest_share_price",
        "Get the most recent trading price of a share.",
        {
            "ticker": need(TICKERS, "Ticker symbol of the share."),
            "extended_hours": opt(
                Flag("including trading after hours", "regular trading hours only"),
                "Whether trades before and after the regular session count.",
                default=False,
            ),
        },
        say=[
            "What is {ticker} trading at [right now|at the moment]<, {extended_hours}>?",
            "[Pull up|Show me] the current share price of {ticker}<, {extended_hours}>.",
            "My colleague says {ticker} went through the roof today. [Where does it stand|What "
            "does a share cost now]<, {extended_hours}>?",
            "Price of {ticker}<, {extended_hours}>, please.",
        ],
        vague=[
            "What are the shares trading at right now?",
            "[Show|Tell] me the current share price.",
        ],
    ),
    Plan(
        "share_price_history",
        "List past prices of a share between two days.",
        {
            "symbol": need(TICKERS, "Ticker symbol of the share."),
            "start_date": need(Date((2021, 2022)), "First day as YYYY-MM-DD."),
            "end_date": need(Date((2023, 2024)), "Last day as YYYY-MM-DD."),
            "interval": opt(
                Choice(**{"1d": "daily", "1wk": "weekly", "1mo": "monthly"}),
                "Spacing of the prices: 1d is daily, 1wk weekly, 1mo monthly.",
                default="1d",
            ),
        },
        say=[
            "How did the price of {symbol} [develop|move] from {start_date} to {end_date}?< I "
            "would like {interval} figures.>",
            "[Get|Fetch] me the< {interval}> prices of {symbol} between {start_date} and "
            "{end_date}.",
            "For a chart I need {symbol}, starting {start_date} and ending {end_date}<, with "
            "{interval} prices>.",
            "I sold on {end_date} what I had bought on {start_date}: show me what {symbol} did in "
            "that time<, with {interval} prices>.",
        ],
        vague=[
            "How did {symbol} develop over time?",
            "Show me the< {interval}> prices from {start_date} on.",
        ],
    ),
    Plan(
        "place_share_order",
        "Send an order to buy or sell shares to the exchange.",
        {
            "side": need(Choice("buy", "sell"), "Whether to buy or to sell."),
            "ticker": need(TICKERS, "Ticker symbol of the share."),
            "quantity": need(Int(5, 400, 5), "Number of shares."),
            "limit_price": opt(
                Num(20, 480, 2),
                "Worst price accepted for a share, in dollars; at market where it is left out.",
            ),
            "valid_until": opt(Date((2026, 2027)), "Last day the order stands, as YYYY-MM-DD."),
        },
        say=[
            "Please {side} {quantity} shares of {ticker} for me<, with a limit of {limit_price} "
            "dollars><, good until {valid_until}>.",
            "I [want|would like] to {side} {quantity} {ticker} shares<. My limit is {limit_price} "
            "dollars><; let the order stand until {valid_until}>.",
            "Time to act on {ticker}: {side} {quantity} shares<, limit {limit_price} dollars><, "
            "valid until {valid_until}>.",
            "[Put in|Enter] an order to {side} {quantity} shares, ticker {ticker}<, price limit "
            "${limit_price}>.",
        ],
        vague=[
            "Please {side} some shares for me.",
            "I want to {side} {ticker} shares.",
            "Put in an order for {quantity} shares of {ticker}.",
        ],
    ),
    Plan(
        "upcoming_dividends",
        "List the dividends that shares will pay in the coming weeks.",
        {
            "tickers": need(ListOf(TICKERS, 1, 4), "Ticker symbols."),
            "weeks_ahead": opt(Int(2, 16), "How many weeks to look ahead.", default=4),
        },
        say=[
            "Which dividends can I expect from {tickers}< in the next {weeks_ahead} weeks>?",
            "I hold {tickers}. [When do they pay next|Is any payout coming up]<, looking "
            "{weeks_ahead} weeks ahead>? I mean dividends.",
            "[List|Show] the coming dividends of {tickers}< for the next {weeks_ahead} weeks>.",
            "Dividend dates for {tickers}<, {weeks_ahead} weeks ahead>, please.",
        ],
        vague=["Which dividends are due< in the next {weeks_ahead} weeks>?"],
    ),
    Plan(
        "portfolio_expected_return",
        "Work out the return a portfolio as a whole should bring, from what its parts should "
        "bring.",
        {
            "amounts": need(
                ListOf(Money(1000, 30000), 3, 3), "Dollars in each part of the portfolio, in order."
            ),
            "returns": need(
                ListOf(Num(1, 14), 3, 3, brackets=True),
                "Expected yearly return of each part in percent, in the same order.",
            ),
        },
        say=[
            "My portfolio holds {amounts} in three funds that should return {returns} percent. "
            "[What can I expect overall|What return should I expect overall]?",
            "[Compute|Calculate] the expected return of a portfolio of {amounts}, where the parts "
            "bring {returns} percent.",
            "If the three parts yield {returns} percent a year and hold {amounts}, what does the "
            "whole portfolio [yield|return]?",
            "Expected portfolio return, please. Amounts: {amounts}. Returns in percent: {returns}.",
        ],
        vague=["What return should I expect from a portfolio that holds {amounts} in three funds?"],
    ),
    Plan(
        "fund_cost_over_time",
        "Estimate what the yearly charge of a fund takes away over the years.",
        {
            "invested": need(Money(1000, 90000), "Amount invested, in dollars."),
            "expense_ratio": need(
                Percent(0.1, 2, fraction=True, digits=2),
                "Yearly charge as a fraction of the amount, 0.01 for 1%.",
            ),
            "years": need(Int(5, 35), "Years invested."),
            "growth": opt(
                Percent(3, 9, fraction=True),
                "Yearly growth before charges as a fraction, 0.05 for 5%.",
                default=0.05,
            ),
        },
        say=[
            "How much would fees of {expense_ratio} a year eat up if I leave {invested} in a fund "
            "for {years} years<, with growth of {growth} a year>?",
            "I have put {invested} into a fund that charges {expense_ratio} annually. [What does "
            "that cost me|How much do I lose to it] over {years} years<, if it grows by {growth} "
            "a year>?",
            "[Estimate|Work out] what an expense ratio of {expense_ratio} costs on {invested} "
            "over {years} years<, at {growth} growth>.",
            "Over {years} years, what do fund charges of {expense_ratio} [come to|add up to] on "
            "an investment of {invested}<, assuming it grows {growth} a year>?",
        ],
        vague=[
            "How much do the fees of my fund cost me over {years} years?",
            "What does an expense ratio of {expense_ratio} cost me?",
        ],
    ),
    Plan(
        "screen_shares",
        "Find listed companies that meet conditions.",
        {
            "sector": need(
                Choice(
                    "technology",
                    "energy",
                    "utilities",
                    "industrials",
                    "materials",
                    healthcare="health care",
                    financials="banking and finance",
                    staples="everyday consumer goods",
                ),
                "Sector: healthcare is health care, financials banking and finance, staples "
                "everyday consumer goods.",
            ),
            "max_pe": opt(Int(8, 30), "Highest price-earnings ratio."),
            "min_dividend_yield": opt(Percent(1, 6), "Lowest dividend yield in percent, 3 for 3%."),
            "cap_size": opt(
                Choice("small", "mid", "large"), "Size of the company by market value."
            ),
        },
        say=[
            "Which companies in {sector} are worth a look< with a price-earnings ratio of at most "
            "{max_pe}>< and a dividend yield of {min_dividend_yield} or more>?",
            "[Find|Search for] listed companies in the {sector} sector<, {cap_size} cap only><, "
            "paying at least {min_dividend_yield} in dividends><, P/E no higher than {max_pe}>.",
            "I have some cash to invest and like {sector}. [What is out there|Show me shares]<, "
            "{cap_size} caps><, P/E up to {max_pe}><, yield from {min_dividend_yield} up>.",
            "Stock screen: sector {sector}<, maximum P/E {max_pe}><, minimum dividend yield "
            "{min_dividend_yield}><, {cap_size} cap>.",
        ],
        vague=["[Find|Show] me listed companies with a price-earnings ratio of at most {max_pe}."],
    ),
    Plan(
        "create_price_alert",
        "Send a message when a share rises above or falls below a price.",
        {
            "ticker": need(TICKERS, "Ticker symbol of the share."),
            "direction": need(
                Choice(above="rises above", below="falls below"),
                "above: when the share rises over the price; below: when it falls under it.",
            ),
            "price": need(Num(15, 600, 2), "Price in dollars."),
            "repeat": opt(
                Flag("every time", "only the first time"),
                "true alerts every time, false once.",
                default=False,
            ),
        },
        say=[
            "[Let me know|Tell me]< {repeat}> when {ticker} {direction} {price} dollars.",
            "If {ticker} {direction} ${price}, [ping|message] me<, {repeat} that happens>.",
            "I do not want to stare at the screen all day. Alert me< {repeat}> once {ticker} "
            "{direction} {price} dollars.",
            "Set up an alert for the case that a share of {ticker} {direction} ${price}<, "
            "{repeat}>.",
        ],
        vague=[
            "[Let me know|Alert me] when {ticker} {direction} my price.",
            "Set up a price alert for {ticker}.",
        ],
    ),
    Plan(
        "rebalance_depot",
        "Trade the holdings of a depot until they match target shares.",
        {
            "depot_id": need(DEPOT, "Number of the depot, such as INV-1234."),
            "targets": need(
                Record(
                    "{stocks} stocks and {bonds} bonds",
                    {"stocks": Percent(40, 70, digits=0), "bonds": Percent(10, 30, digits=0)},
                    {"stocks": "Percent in stocks.", "bonds": "Percent in bonds."},
                ),
                "Wanted shares in percent, 60 for 60%; the rest is kept in cash.",
            ),
            "dry_run": opt(
                Flag("just as a simulation", "for real"),
                "true only shows the trades.",
                default=False,
            ),
        },
        say=[
            "[Rebalance|Bring] depot {depot_id} to {targets}<, {dry_run}>.",
            "My depot {depot_id} has drifted. I want it back at {targets}<, {dry_run}>.",
            "Could you shift {depot_id} to a mix of {targets}<, {dry_run}>?",
            "New target for depot {depot_id} is {targets}. [Please trade accordingly|Make the "
            "trades]<, {dry_run}>.",
        ],
        vague=[
            "[Rebalance|Put right] depot {depot_id}<, {dry_run}>.",
            "Shift my depot to {targets}.",
        ],
    ),
    Plan(
        "earnings_report",
        "Look up revenue and profit that a listed company reported for a quarter.",
        {
            "ticker": need(TICKERS, "Ticker symbol of the company."),
            "quarter": need(
                QUARTER, "Year and quarter as YYYY-Qn, 2024-Q3 for the third quarter of 2024."
            ),
            "compare_year_ago": opt(
                Flag("next to the year before", "without the year before"),
                "Whether figures of the same quarter a year earlier are added.",
                default=False,
            ),
        },
        say=[
            "What did {ticker} earn in {quarter}?< Show it {compare_year_ago}.>",
            "[Look up|Find] the earnings of {ticker} for {quarter}<, {compare_year_ago}>.",
            "I missed the news: how did {ticker} [do|fare] in {quarter}?< I would like the "
            "figures {compare_year_ago}.>",
            "Quarterly figures of {ticker}, {quarter}<, {compare_year_ago}>, please.",
        ],
        vague=[
            "How much did {ticker} earn that quarter?",
            "What were the company's figures for {quarter}?",
        ],
    ),
    Plan(
        "annualized_growth",
        "Work out the mean yearly growth between a first and a last value of an investment.",
        {
            "start_value": need(Money(1000, 40000), "Value at the start, in dollars."),
            "end_value": need(Money(42000, 120000), "Value at the end, in dollars."),
            "years": need(Num(2, 15), "Years between the two; fractions are allowed."),
        },
        say=[
            "My shares went from {start_value} to {end_value} in {years} years. [What is that per "
            "year|How much growth is that a year]?",
            "[Compute|Work out] the average annual growth of an investment that was {start_value} "
            "at first and {end_value} after {years} years.",
            "It took {years} years for the portfolio to reach {end_value}; I had started with "
            "{start_value}. Yearly growth rate?",
            "From {start_value} up to {end_value} over {years} years: which [annual|yearly] "
            "growth rate is that for my investment?",
        ],
        vague=["My shares are worth {end_value} now. What is the growth per year?"],
    ),
)
