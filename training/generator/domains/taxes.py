"""Taxes of people and small firms."""

from __future__ import annotations

from training.generator.kinds import (
    Choice,
    Code,
    Date,
    Flag,
    Int,
    ListOf,
    Money,
    OneOf,
    Percent,
    Quoted,
    Record,
    Said,
)
from training.generator.plan import Domain, Plan, need, opt
from training.generator.vocabulary import COUNTRY

STATES = {
    "CA": "California",
    "TX": "Texas",
    "NY": "New York",
    "FL": "Florida",
    "OH": "Ohio",
    "WA": "Washington",
    "GA": "Georgia",
    "MI": "Michigan",
    "NJ": "New Jersey",
    "CO": "Colorado",
    "OR": "Oregon",
    "MN": "Minnesota",
}
STATE = Said(OneOf(*STATES), lambda code: STATES[code])
YEAR = Int(2019, 2025)
FILING = Choice(
    single="single",
    married_joint="married filing jointly",
    married_separate="married filing separately",
    head_of_household="head of household",
)
TAX_ID = Code("##-#######")

DOMAIN = Domain(
    "taxes",
    Plan(
        "estimate_income_tax",
        "Estimate the federal tax on a yearly income.",
        {
            "gross_income": need(
                Money(20000, 250000), "Income of the year before tax, in dollars."
            ),
            "filing_status": need(
                FILING,
                "single; married_joint: married, one return together; married_separate: married, "
                "a return each; head_of_household.",
            ),
            "deductions": opt(
                Money(500, 15000), "Deductions on top of the standard one, in dollars.", default=0
            ),
            "dependents": opt(Int(2, 5), "Number of dependents.", default=0),
        },
        say=[
            "I make {gross_income} a year and am {filing_status}. [How much income tax will I "
            "owe|What income tax do I have to expect]<, with {deductions} in extra deductions>< "
            "and {dependents} dependents>?",
            "Estimate the income tax on {gross_income}. I am {filing_status}<, with {dependents} "
            "dependents><; extra deductions come to {deductions}>.",
            "As somebody who is {filing_status}, what would I pay in income tax on "
            "{gross_income}< if I can deduct another {deductions}>?",
            "Income of {gross_income}, {filing_status}<, {dependents} dependents><, {deductions} "
            "of deductions>: [roughly what is the tax|how much tax is that]?",
        ],
        vague=[
            "How much income tax will I owe this year<, with {dependents} dependents>?",
            "I make {gross_income} a year. [What will I owe in income tax|How high is the income "
            "tax]?",
        ],
    ),
    Plan(
        "sales_tax_on_purchase",
        "Work out the sales tax on a purchase in a US state.",
        {
            "price": need(Money(10, 2500, cents=True), "Price before tax in dollars."),
            "state": need(STATE, "Two-letter code of the state, TX for Texas."),
            "category": opt(
                Choice("groceries", "clothing", "electronics", "furniture", "medicine"),
                "Kind of goods, where a special rate may hold.",
            ),
        },
        say=[
            "How much sales tax do I pay in {state} on a purchase of {price}<, which is "
            "{category}>?",
            "[Work out|Figure out] the sales tax for {price} spent in {state}<; it is {category}>.",
            "In {state} the tag says {price}<, category {category}>. [What is the sales tax on "
            "top|How much tax comes on top]?",
            "Sales tax {state}, {price}<, {category}>: how much?",
        ],
        vague=[
            "How much sales tax is there on {price}?",
            "What is the sales tax on {category} in {state}?",
        ],
    ),
    Plan(
        "split_vat",
        "Split a price that includes value added tax into the net price and the tax.",
        {
            "gross_price": need(
                Money(20, 4000, cents=True, sign="€"), "Price including the tax, in euros."
            ),
            "vat_rate": need(
                Percent(5, 25, fraction=True), "Rate of the tax as a fraction, 0.19 for 19%."
            ),
        },
        say=[
            "The bill is {gross_price} including {vat_rate} VAT. [What is the net price|How much "
            "of it is tax]?",
            "[Take|Split] the {vat_rate} VAT out of {gross_price}.",
            "How much VAT is contained in {gross_price} at a rate of {vat_rate}?",
            "For the books I need net and VAT separately. Gross {gross_price}, rate {vat_rate}.",
        ],
        vague=[
            "How much VAT is contained in {gross_price}?",
            "[Take|Split] the VAT out of the bill.",
        ],
    ),
    Plan(
        "tax_filing_deadline",
        "Tell until when a tax return has to be handed in.",
        {
            "country": need(COUNTRY, "Country that taxes are paid in."),
            "tax_year": need(YEAR, "Year that the return is about, as YYYY."),
            "with_adviser": opt(
                Flag("with a tax adviser", "without a tax adviser"),
                "Whether a tax adviser files it, which often gives more time.",
                default=False,
            ),
        },
        say=[
            "Until when do I have to hand in my tax return for {tax_year} in {country}<, filing "
            "{with_adviser}>?",
            "I pay taxes in {country}. [When is the deadline|What is the last day] for the "
            "{tax_year} return<, filing {with_adviser}>?",
            "[Look up|Tell me] the filing deadline in {country}, tax year {tax_year}<, "
            "{with_adviser}>.",
            "My papers for {tax_year} are still a mess. How long does {country} give me to file "
            "my taxes<, {with_adviser}>?",
        ],
        vague=[
            "Until when do I have to hand in my tax return<, filing {with_adviser}>?",
            "What is the filing deadline for {tax_year}?",
        ],
    ),
    Plan(
        "capital_gains_tax",
        "Work out the tax on the profit from selling an asset.",
        {
            "bought_for": need(Money(1000, 50000), "Purchase price in dollars."),
            "sold_for": need(Money(52000, 160000), "Selling price in dollars."),
            "holding_months": need(Int(14, 120), "Months between purchase and sale."),
            "asset_type": opt(
                Choice(
                    stock="shares", property="a property", crypto="crypto coins", art="a painting"
                ),
                "What was sold: stock for shares, property, crypto, art for paintings and the "
                "like.",
                default="stock",
            ),
        },
        say=[
            "I bought for {bought_for} and sold for {sold_for} after {holding_months} months<; it "
            "was {asset_type}>. [How much tax is due on the gain|What tax do I owe on the profit]?",
            "[Compute|Work out] the capital gains tax: purchase {bought_for}, sale {sold_for}, "
            "held {holding_months} months<, {asset_type}>.",
            "After {holding_months} months I let it go for {sold_for}, having paid {bought_for}<. "
            "We are talking about {asset_type}>. How much of the profit goes to the tax office?",
            "What would the taxman take of my gain if I sell at {sold_for} what once cost "
            "{bought_for}<, namely {asset_type}>, [held for|after] {holding_months} months?",
        ],
        vague=[
            "I sold for {sold_for}. How much tax is due on the gain?",
            "How much tax do I pay on the profit if I held it for {holding_months} months?",
        ],
    ),
    Plan(
        "mileage_deduction",
        "Work out how much can be deducted for driving with one's own car.",
        {
            "miles": need(Int(120, 12000), "Miles driven in the year."),
            "purpose": need(
                Choice("business", "medical", charity="charitable", moving="military moving"),
                "What the driving was for: business, medical, charity, or moving for a military "
                "move.",
            ),
            "year": opt(YEAR, "Tax year as YYYY; the last one where it is left out."),
        },
        say=[
            "I drove {miles} miles for {purpose} purposes< in {year}>. [What can I deduct|How "
            "much can I write off]?",
            "[Work out|Get me] the mileage deduction for {miles} {purpose} miles<, tax year "
            "{year}>.",
            "My own car did {miles} miles< in {year}>, all of it {purpose} driving. What does "
            "that bring as a [deduction|tax deduction]?",
            "Deduction for {miles} miles of {purpose} driving<, {year}>, please.",
        ],
        vague=[
            "What can I deduct for {purpose} driving with my own car< in {year}>?",
            "I drove {miles} miles with my own car. How much can I write off?",
        ],
    ),
    Plan(
        "depreciation_table",
        "List how the value of a business asset is written off year by year.",
        {
            "cost": need(Money(1000, 80000), "Purchase price in dollars."),
            "useful_life": need(Int(3, 20), "Useful life in years."),
            "method": opt(
                Choice(
                    straight_line="straight line",
                    declining_balance="declining balance",
                    sum_of_years="sum of the years' digits",
                ),
                "Way of writing off.",
                default="straight_line",
            ),
            "salvage_value": opt(Money(100, 900), "Worth at the end in dollars.", default=0),
        },
        say=[
            "We bought a machine for {cost} that will last {useful_life} years<, after which it "
            "is worth {salvage_value}>. [How is it written off|What is the write-off year by "
            "year]<, "
            "method {method}>?",
            "[Draw up|Make] a depreciation table for an asset of {cost} over {useful_life} "
            "years<, {method} method><, salvage value {salvage_value}>.",
            "Depreciate {cost} over {useful_life} years<, using {method}><, down to "
            "{salvage_value}>.",
            "My shop has a new van for {cost}. With a useful life of {useful_life} years, [what "
            "can I write off|what is the write-off] each year<, {salvage_value} being left at the "
            "end><, by the {method} method>?",
        ],
        vague=[
            "[Draw up|Make] a depreciation table for a machine of {cost}.",
            "How do I write off our new van< by the {method} method>?",
        ],
    ),
    Plan(
        "refund_status",
        "Look up how far a tax refund has come.",
        {
            "taxpayer_id": need(TAX_ID, "Tax number, such as 12-3456789."),
            "tax_year": need(YEAR, "Year of the return as YYYY."),
            "expected_refund": opt(
                Money(100, 4000), "Refund that was asked for, in whole dollars."
            ),
        },
        say=[
            "Where is my tax refund for {tax_year}? My tax number is {taxpayer_id}<, and I expect "
            "{expected_refund}>.",
            "[Check|Look up] the refund of tax year {tax_year} for {taxpayer_id}<, expected "
            "amount {expected_refund}>.",
            "I filed my {tax_year} return ages ago and nothing came yet< of the {expected_refund} "
            "I should get>. [Has the refund been sent|How far is the refund]? Tax number "
            "{taxpayer_id}.",
            "Refund status, {taxpayer_id}, {tax_year}<, {expected_refund} claimed>, please.",
        ],
        vague=[
            "Where is my tax refund for {tax_year}?",
            "[Check|Look up] my tax refund, I expect {expected_refund}.",
        ],
    ),
    Plan(
        "file_extension",
        "Ask the tax office for more time to file a return.",
        {
            "taxpayer_id": need(TAX_ID, "Tax number, such as 12-3456789."),
            "new_date": need(
                Date((2026, 2027)), "Day until which more time is asked for, as YYYY-MM-DD."
            ),
            "justification": opt(
                Quoted(
                    "documents still missing",
                    "long illness",
                    "living abroad",
                    "flooded office",
                    "adviser retired",
                    "birth of a child",
                ),
                "Why more time is needed, in the taxpayer's words.",
            ),
        },
        say=[
            "I will not manage my tax return in time. Ask for an extension until {new_date}, tax "
            "number {taxpayer_id}<, giving {justification} as the reason>.",
            "[Request|Apply for] more time to file for {taxpayer_id}, up to {new_date}<; reason: "
            "{justification}>.",
            "Could the tax office give {taxpayer_id} until {new_date} to file?< You may state "
            "{justification}.> [Please put in the request|Please ask them].",
            "Tax number {taxpayer_id}: extension to {new_date}, please<, because of "
            "{justification}>.",
        ],
        vague=[
            "I will not manage my tax return in time. [Ask for an extension|Get me more time].",
            "Ask the tax office for more time until {new_date}.",
        ],
    ),
    Plan(
        "record_expense_receipt",
        "Book a business expense for the next tax return.",
        {
            "vendor": need(
                OneOf(
                    "Paperworks",
                    "CloudNine Hosting",
                    "Metro Rail",
                    "Office Barn",
                    "Lumen Software",
                    "Hotel Kestrel",
                    "Desk & Chair",
                    "PrintFast",
                    "Harbor Telecom",
                    "Kern Tools",
                ),
                "Who was paid.",
            ),
            "amount": need(Money(8, 900, cents=True), "Amount in dollars, tax included."),
            "date": need(Date((2024, 2025)), "Day of the receipt as YYYY-MM-DD."),
            "category": need(
                Choice(
                    "travel",
                    "software",
                    "telephone",
                    office="office supplies",
                    meals="business meals",
                ),
                "Kind of expense: travel, software, telephone, office for office supplies, meals.",
            ),
            "deductible_percent": opt(
                Int(50, 90, 10), "Percent that counts as business use.", default=100
            ),
        },
        say=[
            "Book a receipt from {vendor} over {amount}, dated {date}, as {category}<, "
            "{deductible_percent} percent deductible>.",
            "I paid {vendor} {amount} on {date}. [Enter|Record] it under {category} for my "
            "taxes<; {deductible_percent} percent is business use>.",
            "Another one for the tax folder: {category}, {vendor}, {date}, {amount}<, of which "
            "{deductible_percent} percent counts>.",
            "On {date} there was {amount} to {vendor}, which falls under {category}<, "
            "{deductible_percent} percent of it for business>. [Please book the expense|Book the "
            "expense].",
        ],
        vague=[
            "Book a receipt from {vendor} for my tax return.",
            "I paid {amount} on {date}. [Enter|Record] it as a business expense.",
        ],
    ),
    Plan(
        "payroll_withholding",
        "Work out how much tax is withheld from a pay cheque.",
        {
            "pay": need(Money(900, 9000), "Gross pay of the cheque in dollars."),
            "pay_period": need(
                Choice("weekly", biweekly="every two weeks", monthly="monthly"),
                "How often pay comes.",
            ),
            "bonuses": opt(
                ListOf(Money(100, 2000), 1, 3), "Bonuses in the same cheque, in dollars."
            ),
            "form": opt(
                Record(
                    "{allowances} allowances and {extra} extra withholding",
                    {"allowances": Int(2, 6), "extra": Money(10, 200)},
                    {
                        "allowances": "Number of allowances claimed.",
                        "extra": "Extra amount to withhold each time, in dollars.",
                    },
                ),
                "What the employee stated on the withholding form.",
            ),
        },
        say=[
            "I get {pay} gross, paid {pay_period}<, plus bonuses of {bonuses} this time>. [How "
            "much tax is held back|What is withheld for taxes]?< My form says {form}.>",
            "[Work out|Compute] the tax withholding on a cheque of {pay}, paid {pay_period}<, "
            "with {form}>.",
            "My first cheque is {pay} and they pay {pay_period}<; I claimed {form}>. How much of "
            "it goes to withholding tax?",
            "Withholding, please: {pay} gross<, bonuses {bonuses}>, paid {pay_period}<, form with "
            "{form}>.",
        ],
        vague=[
            "How much tax is held back from my pay cheque of {pay}?",
            "How much will be withheld if I am paid {pay_period}?",
        ],
        like=["estimate_income_tax"],
    ),
)
