"""Bank accounts, transfers and cards."""

from __future__ import annotations

from training.generator.kinds import (
    MONTHS,
    Choice,
    Code,
    Date,
    Flag,
    Int,
    Money,
    OneOf,
    Quoted,
    Said,
    Words,
)
from training.generator.plan import Domain, Plan, need, opt
from training.generator.vocabulary import PERSON

ACCOUNT = Code("########")
LAST_FOUR = Code("####")
IBAN = Code("DE##50010517##########")
MERCHANTS = (
    "Brightmart",
    "Cafe Luna",
    "Skyline Cabs",
    "Petrol Nord",
    "StreamBox",
    "Oak & Iron",
    "Fit Factory",
    "Pixel Arcade",
    "Hotel Aurora",
    "Green Grocer",
)
MONTH = Said(
    Words("{}-{}", ("2024", "2025", "2026"), [f"{n:02d}" for n in range(1, 13)]),
    lambda month: f"{MONTHS[int(month[5:]) - 1]} {month[:4]}",
)

DOMAIN = Domain(
    "banking",
    Plan(
        "account_statement",
        "Make the statement of a bank account for one month.",
        {
            "account_number": need(ACCOUNT, "Eight digits of the account."),
            "month": need(MONTH, "The month as YYYY-MM, 2025-03 for March 2025."),
            "format": opt(
                Choice(pdf="a PDF", csv="a CSV file", xlsx="an Excel sheet"),
                "Kind of file.",
                default="pdf",
            ),
        },
        say=[
            "I need the statement of account {account_number} for {month}<, as {format}>.",
            "My accountant asks for {month}. [Get|Download] the bank statement of account "
            "{account_number}<, as {format}>.",
            "Could I have the {month} statement for {account_number}<, in the form of {format}>?",
            "Account {account_number}, statement for {month}<, as {format}>, [please|if you can].",
        ],
        vague=[
            "I need my bank statement for {month}.",
            "Could I have a statement of account {account_number}<, as {format}>?",
        ],
    ),
    Plan(
        "move_between_accounts",
        "Move money between two accounts of the same customer.",
        {
            "source": need(
                Choice("checking", "savings", "joint", holiday="holiday"),
                "Account that the money leaves: checking, savings, joint, or holiday for the "
                "holiday fund.",
            ),
            "target": need(
                Choice("brokerage", "deposit", kids="children's", house="house"),
                "Account that the money goes to: brokerage, deposit, kids for the children's "
                "account, house for the house account.",
            ),
            "amount": need(Money(20, 3000, cents=True), "Amount in dollars."),
        },
        say=[
            "Move {amount} from my {source} account to the {target} account.",
            "[Shift|Put] {amount} into my {target} account, taken from the {source} one.",
            "There is too much on my {source} account. I would like {amount} of it to go to the "
            "{target} account.",
            "Can you [take|use] {amount} out of my {source} account to top up my {target} account?",
        ],
        vague=[
            "Move {amount} to my {target} account.",
            "[Shift|Move] some money from my {source} account to the {target} account.",
        ],
        like=["wire_to_payee"],
    ),
    Plan(
        "wire_to_payee",
        "Pay a person or firm at another bank.",
        {
            "payee_name": need(PERSON, "Name of who is paid."),
            "iban": need(IBAN, "IBAN of who is paid, without spaces."),
            "amount": need(Money(10, 2500, cents=True, sign="€"), "Amount in euros."),
            "reference": opt(
                Quoted(
                    "Invoice 2041",
                    "Rent May",
                    "Club fee",
                    "Piano lessons",
                    "Dentist",
                    "Used bicycle",
                    "Garden work",
                    "Deposit flat 4B",
                ),
                "Text that the receiver sees.",
            ),
            "instant": opt(
                Flag("as an instant payment", "as an ordinary payment"),
                "true pays within seconds for a fee.",
                default=False,
            ),
        },
        say=[
            "Pay {payee_name} {amount}<, {instant}>. The IBAN is {iban}<, reference {reference}>.",
            "I have to send {amount} to {payee_name}, IBAN {iban}<, with the text {reference}><, "
            "{instant}>.",
            "[Transfer|Wire] {amount} to the account {iban} of {payee_name}<. Put {reference} as "
            "the reference>.",
            "The bill from {payee_name} is due: {amount} to {iban}<, stating {reference}>. "
            "[Would you pay it|Can you pay that]<, {instant}>?",
        ],
        vague=[
            "Pay {payee_name} {amount}.",
            "[Transfer|Wire] money to the account {iban}.",
            "The bill from {payee_name} is due. Please pay it.",
        ],
    ),
    Plan(
        "create_standing_order",
        "Set up a payment that is repeated by itself.",
        {
            "payee": need(PERSON, "Name of who is paid."),
            "amount": need(Money(20, 1500), "Amount of each payment in dollars."),
            "frequency": need(
                Choice(
                    weekly="every week",
                    monthly="every month",
                    quarterly="every quarter",
                    yearly="every year",
                ),
                "How often it is paid.",
            ),
            "first_payment": need(Date((2026, 2027)), "Day of the first payment as YYYY-MM-DD."),
            "number_of_payments": opt(
                Int(4, 36), "How often in all; until further notice where it is left out."
            ),
        },
        say=[
            "Send {payee} {amount} {frequency}, starting on {first_payment}<, "
            "{number_of_payments} times in all>.",
            "I promised {payee} {amount} {frequency}. [Set up|Arrange] a standing order from "
            "{first_payment} on<, for {number_of_payments} payments>.",
            "Standing order: {payee}, {amount}, {frequency}, first time {first_payment}<, "
            "{number_of_payments} payments>.",
            "From {first_payment} on, please pay {payee} {amount} {frequency} [by "
            "itself|automatically]<, and stop after {number_of_payments} payments>.",
        ],
        vague=[
            "[Set up|Arrange] a standing order for {payee}.",
            "Pay {amount} {frequency} from {first_payment} on.",
        ],
    ),
    Plan(
        "freeze_card",
        "Block a bank card so that nobody can pay with it; it can be released later.",
        {
            "card_last_four": need(LAST_FOUR, "Last four digits of the card."),
            "reason": opt(
                Choice(
                    lost="I lost it",
                    stolen="it was stolen",
                    suspicious="I see payments I do not know",
                    travel="I am travelling without it",
                ),
                "Why the card is blocked: suspicious means payments that the owner does not know.",
            ),
        },
        say=[
            "[Block|Freeze] my card ending in {card_last_four} at once<; {reason}>.",
            "Something is wrong with the card that ends in {card_last_four}<: {reason}>. Please "
            "[block|freeze] it.",
            "Nobody should be able to pay with my card for now, last digits {card_last_four}<, as "
            "{reason}>.",
            "I need you to stop all payments with the card {card_last_four} (last digits)<, "
            "because {reason}>.",
        ],
        vague=[
            "[Block|Freeze] my card<, {reason}>!",
            "Nobody should be able to pay with my card for now.",
        ],
    ),
    Plan(
        "request_replacement_card",
        "Order a new bank card in place of a damaged or outdated one.",
        {
            "old_card_last_four": need(LAST_FOUR, "Last four digits of the card that is replaced."),
            "design": opt(Choice("black", "silver", "ocean", "forest"), "Look of the card."),
            "express": opt(
                Flag("by express mail", "by ordinary mail"),
                "Whether it is sent by express mail for a fee.",
                default=False,
            ),
        },
        say=[
            "The chip of my card ending in {old_card_last_four} is broken. [Send me a new one|I "
            "need a new one]<, in {design}><, {express}>.",
            "[Order|Request] a replacement for card {old_card_last_four} (last four digits)<, "
            "{design} design><, {express}>.",
            "My dog chewed up the card that ends in {old_card_last_four}, can I get another<, "
            "{express}>?< The {design} one would be nice.>",
            "New card please to replace the one ending {old_card_last_four}<, design {design}><, "
            "{express}>.",
        ],
        vague=[
            "My bank card is broken. [Send me a new one|I need a new one]<, {express}>.",
            "Can I get a replacement card< in {design}>?",
        ],
        like=["freeze_card"],
    ),
    Plan(
        "set_card_limit",
        "Change how much can be spent with a card.",
        {
            "card": need(LAST_FOUR, "Last four digits of the card."),
            "limit": need(Money(200, 6000), "New limit in dollars."),
            "period": need(
                Choice(day="a day", week="a week", month="a month"),
                "Period that the limit holds for.",
            ),
            "channel": opt(
                Choice(
                    online="online shopping",
                    atm="cash withdrawals",
                    contactless="contactless payments",
                ),
                "Only this use: online is online shopping, atm cash withdrawals; every use where "
                "it is left out.",
            ),
        },
        say=[
            "[Set|Change] the limit of my card ending in {card} to {limit} {period}< for "
            "{channel}>.",
            "I want to spend no more than {limit} {period}< on {channel}> with the card {card} "
            "(last four digits).",
            "My son uses the card ending in {card}. Make sure that no more than {limit} {period} "
            "can go out<, for {channel} alone>.",
            "Card {card}: new limit {limit} {period}<, only for {channel}>, [please|thanks].",
        ],
        vague=[
            "[Raise|Lower] the limit of my card ending in {card}.",
            "I want a limit of {limit} {period}< for {channel}>.",
        ],
    ),
    Plan(
        "dispute_charge",
        "Contest a card payment and ask for the money back.",
        {
            "merchant": need(
                OneOf(*MERCHANTS),
                "Shop or firm that took the money, as it stands on the statement.",
            ),
            "amount": need(Money(5, 600, cents=True), "Amount in dollars."),
            "booked_on": need(Date((2024, 2025)), "Day of the payment as YYYY-MM-DD."),
            "grounds": need(
                Choice(
                    unknown="I never paid there",
                    duplicate="I was charged twice",
                    not_received="the goods never came",
                    wrong_amount="the amount is wrong",
                ),
                "unknown: never paid there; duplicate: charged twice; not_received: goods never "
                "came; wrong_amount: the amount is wrong.",
            ),
        },
        say=[
            "I see {amount} from {merchant} on {booked_on}, but {grounds}. [I want my money "
            "back|Please contest it].",
            "[Dispute|Contest] the payment of {amount} to {merchant} booked on {booked_on}: "
            "{grounds}.",
            "On {booked_on} the firm {merchant} took {amount} from my card. However, {grounds}, "
            "and I would like to dispute that.",
            "There is a charge I do not accept. It was {merchant}, {booked_on}, {amount}; "
            "{grounds}. [Get it back|Please get it refunded].",
        ],
        vague=[
            "I want to dispute a charge from {merchant}.",
            "There is a card payment I do not accept: {grounds}.",
        ],
    ),
    Plan(
        "card_transactions",
        "List the latest payments made with a card.",
        {
            "card_ending": need(LAST_FOUR, "Last four digits of the card."),
            "count": opt(Int(5, 50, 5), "How many payments, the newest first.", default=20),
            "category": opt(
                Choice("groceries", "travel", "fuel", "restaurants", "entertainment", "health"),
                "Only payments of this category.",
            ),
            "min_amount": opt(Money(10, 300), "Only payments of at least so many dollars."),
        },
        say=[
            "What have I paid with the card ending in {card_ending} lately?< Show only "
            "{category}.>< Nothing below {min_amount}.>",
            "[List|Show] the last< {count}> payments of my card ending in {card_ending}<, of "
            "{min_amount} or more>.",
            "I am going over my spending. Give me the payments of card {card_ending} (last four "
            "digits)<, {category} only><, from {min_amount} up>.",
            "Latest payments for the card that ends in {card_ending}<, category {category}><, "
            "{count} of them>, please.",
        ],
        vague=[
            "What have I paid by card lately<, {category} only>?",
            "List the last {count} payments of my card.",
        ],
    ),
    Plan(
        "request_overdraft",
        "Ask the bank to let an account go below zero up to a limit.",
        {
            "account": need(ACCOUNT, "Eight digits of the account."),
            "limit": need(Money(200, 5000), "How far below zero the account may go, in dollars."),
            "months": opt(Int(2, 12), "For how many months; for good where it is left out."),
        },
        say=[
            "Money will be tight. I would like an overdraft of {limit} on account {account}<, for "
            "{months} months>.",
            "[Ask for|Apply for] an overdraft on {account}, limit {limit}<, for {months} months>.",
            "Can account {account} be allowed to go {limit} into the red<, for {months} months>?",
            "I was wondering if the bank would grant me {limit} of overdraft< over {months} "
            "months>; my account is {account}. [Please apply|Please put the request in].",
        ],
        vague=[
            "I would like an overdraft< for {months} months>.",
            "Can my account {account} be allowed to go into the red?",
        ],
    ),
    Plan(
        "nearest_cash_machine",
        "Find cash machines close to an address.",
        {
            "address": need(
                Words(
                    "{} {}",
                    [str(n) for n in range(3, 120, 13)],
                    (
                        "Harbour Street",
                        "Mill Lane",
                        "King's Road",
                        "Elm Avenue",
                        "Station Square",
                        "Bridge Street",
                    ),
                ),
                "Street and number.",
            ),
            "radius_m": opt(Int(200, 2000, 100), "How far away at most, in metres.", default=1000),
            "takes_deposits": opt(
                Flag("it has to take deposits", "it need not take deposits"),
                "true finds only machines where money can be paid in.",
                default=False,
            ),
        },
        say=[
            "Where can I get cash near {address}<, no more than {radius_m} metres away>?< Note "
            "that {takes_deposits}.>",
            "[Find|Look for] cash machines around {address}<, within {radius_m} metres><; "
            "{takes_deposits}>.",
            "I am standing at {address} without a coin in my pocket. [Is there a cash machine "
            "close by|Where is the next cash machine]< within {radius_m} m>?",
            "Cash machine near {address}<, at most {radius_m} m to walk><; {takes_deposits}>, "
            "please.",
        ],
        vague=["Where is the next cash machine<, at most {radius_m} metres away>?"],
    ),
)
