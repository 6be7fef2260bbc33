"""Exchange of money, travel cash and crypto coins."""

from __future__ import annotations

from training.generator.kinds import (
    Choice,
    Code,
    Date,
    Flag,
    Int,
    Num,
    OneOf,
    Percent,
    Said,
)
from training.generator.plan import Domain, Plan, need, opt
from training.generator.vocabulary import CITY, COUNTRY

CODES = (
    "EUR JPY GBP USD CHF INR SEK KRW NOK TRY DKK MXN PLN THB CZK BRL HUF ZAR AUD SGD CAD NZD"
).split()
CODE = OneOf(*CODES)
ODD, EVEN = OneOf(*CODES[::2]), OneOf(*CODES[1::2])
"""Two halves of the codes, so that no pair is of one currency."""
NAMES = {
    "EUR": "euros",
    "USD": "US dollars",
    "GBP": "British pounds",
    "JPY": "Japanese yen",
    "CHF": "Swiss francs",
    "SEK": "Swedish kronor",
    "PLN": "Polish zloty",
    "INR": "Indian rupees",
    "AUD": "Australian dollars",
    "CAD": "Canadian dollars",
    "MXN": "Mexican pesos",
    "KRW": "South Korean won",
    "ZAR": "South African rand",
    "THB": "Thai baht",
}
NAMED = Said(OneOf(*list(NAMES)[::2]), lambda code: NAMES[code])
OTHER = Said(OneOf(*list(NAMES)[1::2]), lambda code: NAMES[code])
"""Codes, said as the name of the money."""
COINS = (
    "Bitcoin Ethereum Solana Litecoin Cardano Polkadot Dogecoin Monero Avalanche Chainlink "
    "Stellar Tezos Cosmos Algorand"
).split()
COIN = OneOf(*COINS)
SOLD, BOUGHT = OneOf(*COINS[::2]), OneOf(*COINS[1::2])
WALLET = Code("wal-%%##%#")

DOMAIN = Domain(
    "currency",
    Plan(
        "convert_money",
        "Convert an amount from one currency to another at today's rate.",
        {
            "amount": need(Num(15, 9000, 2), "Amount to convert."),
            "from_currency": need(
                NAMED, "Currency of the amount as a three-letter ISO 4217 code, EUR for euros."
            ),
            "to_currency": need(OTHER, "Currency wanted as a three-letter ISO 4217 code."),
        },
        say=[
            "How much is {amount} {from_currency} in {to_currency}?",
            "[Convert|Change] {amount} {from_currency} to {to_currency}.",
            "A shop abroad wants {amount} {from_currency} for the jacket. [What is that in|How "
            "much would that be in] {to_currency}?",
            "I think in {to_currency}, so what do {amount} {from_currency} [come to|make] today?",
        ],
        vague=[
            "How much is {amount} {from_currency} in my own money?",
            "[Convert|Change] my {from_currency} to {to_currency}.",
        ],
    ),
    Plan(
        "exchange_rate_on_day",
        "Look up the official exchange rate between two currencies on a past day.",
        {
            "base": need(EVEN, "Three-letter code of the currency that counts as one unit."),
            "quote": need(ODD, "Three-letter code of the currency that the rate is told in."),
            "date": need(Date((2012, 2024)), "The day, as YYYY-MM-DD."),
            "source": opt(
                Choice(
                    ecb="the European Central Bank",
                    imf="the International Monetary Fund",
                    fed="the US Federal Reserve",
                ),
                "Who published the rate: ecb is the European Central Bank, imf the International "
                "Monetary Fund, fed the US Federal Reserve.",
                default="ecb",
            ),
        },
        say=[
            "What was one {base} worth in {quote} on {date}<, according to {source}>?",
            "For my tax papers I need the rate of {date} from {base} to {quote}<, as published by "
            "{source}>. [Could you look it up|Can you find it]?",
            "[Look up|Find] the {base} to {quote} exchange rate of {date}<, going by {source}>.",
            "On {date}, how many {quote} [did you get|were paid] for one {base}<, by the figures "
            "of {source}>?",
        ],
        vague=[
            "What was one {base} worth in {quote} back then?",
            "What was the exchange rate on {date}?",
        ],
    ),
    Plan(
        "exchange_rate_extremes",
        "Tell the highest and the lowest rate between two currencies over the last months.",
        {
            "pair": need(
                Said(
                    OneOf(
                        "EUR/USD",
                        "GBP/USD",
                        "USD/JPY",
                        "EUR/CHF",
                        "EUR/GBP",
                        "AUD/USD",
                        "USD/CAD",
                        "EUR/SEK",
                        "EUR/NOK",
                        "USD/MXN",
                        "GBP/JPY",
                        "USD/INR",
                    ),
                    lambda pair: pair.replace("/", " to "),
                ),
                "Two three-letter codes with a slash between them, such as EUR/USD.",
            ),
            "months": opt(Int(2, 24), "How many months to look back.", default=12),
        },
        say=[
            "What were the best and the worst rate of {pair}< in the last {months} months>?",
            "[Give|Show] me the high and the low of {pair}<, {months} months back>.",
            "I wonder whether now is a good time to exchange. How high and how low has {pair} "
            "been< over the past {months} months>?",
            "High and low for {pair}<, last {months} months>, please.",
        ],
        vague=["What were the best and the worst exchange rate< in the last {months} months>?"],
    ),
    Plan(
        "crypto_spot_price",
        "Get the current price of a crypto coin.",
        {
            "coin": need(COIN, "Name of the coin, such as Bitcoin."),
            "currency": opt(CODE, "Three-letter code of the currency of the price.", default="USD"),
            "exchange": opt(
                OneOf("Kraken", "Bitstamp", "Coinbase", "Gemini", "Bitfinex", "OKX"),
                "Trading place; a mean over all where it is left out.",
            ),
        },
        say=[
            "What does one {coin} cost right now<, in {currency}>< on {exchange}>?",
            "[Check|Get] the current {coin} price< in {currency}><, at {exchange}>.",
            "My brother put all his money in {coin}. [How is it doing today|What is it at now]<, "
            "told in {currency}>< and as traded on {exchange}>?",
            "Spot price of {coin}<, {currency}><, from {exchange}>, please.",
        ],
        vague=[
            "What does the coin cost right now< in {currency}>?",
            "[Check|Get] me the current crypto price< on {exchange}>.",
        ],
    ),
    Plan(
        "watch_exchange_rate",
        "Send a notice as soon as an exchange rate reaches a level.",
        {
            "base": need(EVEN, "Three-letter code of the currency that counts as one unit."),
            "quote": need(ODD, "Three-letter code of the other currency."),
            "level": need(
                Num(0.4, 24, 3),
                "Rate at which the notice is sent: units of the other currency for one of the "
                "base.",
            ),
            "expires_in_days": opt(Int(5, 90), "Days until the watch ends.", default=30),
        },
        say=[
            "Tell me when one {base} is worth {level} {quote}<, and stop watching after "
            "{expires_in_days} days>.",
            "I am waiting for a better rate. [Notify|Alert] me when {base} to {quote} hits "
            "{level}<; give up in {expires_in_days} days>.",
            "[Keep an eye on|Watch] the rate of {base} against {quote} and message me at "
            "{level}<, for {expires_in_days} days at most>.",
            "At {level} {quote} for one {base} I want to hear from you<, if it happens within "
            "{expires_in_days} days>.",
        ],
        vague=[
            "[Tell|Notify] me when the rate of {base} to {quote} is good.",
            "Watch the exchange rate for me< for {expires_in_days} days>.",
        ],
    ),
    Plan(
        "order_travel_cash",
        "Order foreign banknotes to be picked up at an exchange office.",
        {
            "currency": need(NAMED, "Currency of the notes as a three-letter ISO 4217 code."),
            "amount": need(Int(100, 3000, 50), "Amount in that currency."),
            "pickup_city": need(CITY, "City of the office."),
            "pickup_date": need(Date((2026, 2027)), "Day of the pick-up as YYYY-MM-DD."),
            "small_notes": opt(
                Flag("in small notes", "in large notes"), "true for small banknotes.", default=False
            ),
        },
        say=[
            "I need {amount} {currency} in cash<, {small_notes},> for my trip. I can pick them up "
            "in {pickup_city} on {pickup_date}.",
            "[Order|Please order] {amount} {currency} for pick-up on {pickup_date} in "
            "{pickup_city}<, {small_notes}>.",
            "We fly out of {pickup_city} on {pickup_date} and would like to collect {amount} "
            "{currency} that day<, {small_notes}>. [Can you order them|Could you order the notes]?",
            "Travel money: {amount} {currency}<, {small_notes}>, office in {pickup_city}, date "
            "{pickup_date}.",
        ],
        vague=[
            "[Order|Please order] {amount} {currency} in cash for my trip.",
            "I want to pick up foreign banknotes in {pickup_city} on {pickup_date}.",
        ],
    ),
    Plan(
        "swap_coins",
        "Exchange one crypto coin for another inside a wallet.",
        {
            "wallet_id": need(WALLET, "Identifier of the wallet."),
            "sell": need(SOLD, "Coin that is given."),
            "buy": need(BOUGHT, "Coin that is wanted."),
            "quantity": need(Num(0.1, 20, 2), "How much of the given coin."),
            "max_slippage": opt(
                Percent(0.2, 3, fraction=True),
                "Largest move of the price accepted, as a fraction, 0.01 for 1%.",
                default=0.005,
            ),
        },
        say=[
            "Swap {quantity} {sell} for {buy} in wallet {wallet_id}<, with at most {max_slippage} "
            "slippage>.",
            "In my wallet {wallet_id} I want to [turn|change] {quantity} {sell} into {buy}<; do "
            "not accept more than {max_slippage} slippage>.",
            "I have lost faith in {sell}. [Trade|Exchange] {quantity} of it for {buy}, wallet "
            "{wallet_id}<, slippage up to {max_slippage}>.",
            "Could you get me {buy} by giving up {quantity} {sell} from {wallet_id}<, slippage no "
            "more than {max_slippage}>?",
        ],
        vague=[
            "Swap {quantity} {sell} for another coin.",
            "In wallet {wallet_id} I want to change {sell} into {buy}.",
        ],
    ),
    Plan(
        "send_coins",
        "Send crypto coins from a wallet to an address.",
        {
            "wallet": need(WALLET, "Identifier of the wallet that pays."),
            "address": need(Code("0x#@##@@#@"), "Address that receives the coins."),
            "coin": need(COIN, "Name of the coin."),
            "amount": need(Num(0.1, 5, 3), "How many coins."),
            "memo": opt(
                OneOf(
                    "rent",
                    "birthday gift",
                    "invoice 88",
                    "thanks for dinner",
                    "my share of the trip",
                    "refund",
                    "book money",
                    "tickets",
                ),
                "Text for the receiver.",
            ),
        },
        say=[
            "Send {amount} {coin} from {wallet} to {address}<. Memo: {memo}>.",
            "I owe somebody {amount} {coin}. [The address is|It goes to] {address}, take it out "
            "of wallet {wallet}<, with the memo {memo}>.",
            "From wallet {wallet}, please [transfer|pay] {amount} {coin} to the address "
            "{address}<, marked {memo}>.",
            "To {address}: {amount} {coin}, paid by {wallet}<, memo {memo}>.",
        ],
        vague=[
            "Send {amount} {coin} to my friend.",
            "[Transfer|Pay] {coin} from wallet {wallet} to {address}.",
        ],
    ),
    Plan(
        "network_fee_estimate",
        "Estimate what a transaction on a blockchain costs at present.",
        {
            "network": need(
                Choice("ethereum", "bitcoin", "polygon", "arbitrum", "solana", "tron"),
                "The blockchain.",
            ),
            "speed": opt(
                Choice("fast", slow="slow and cheap", normal="at normal speed"),
                "How soon it has to be confirmed.",
                default="normal",
            ),
        },
        say=[
            "What are the fees on {network} [right now|at the moment]<, {speed}>?",
            "[Estimate|Check] the fee of a transaction on the {network} network<, {speed}>.",
            "Before I move my coins: how much will the {network} network charge me<, {speed}>?",
            "Gas check for {network}<, {speed}>, please. What would one transaction cost?",
        ],
        vague=["What will the network charge me for a transaction< that is {speed}>?"],
    ),
    Plan(
        "money_used_in",
        "Tell which currency a country uses, and in which notes and coins it comes.",
        {
            "country": need(COUNTRY, "Name of the country."),
            "list_notes": opt(
                Flag("with a list of the banknotes", "without the list of banknotes"),
                "Whether notes and coins are listed.",
                default=False,
            ),
        },
        say=[
            "Which currency do they use in {country}?< Answer {list_notes}.>",
            "We are going to {country} for our honeymoon. [What money do they have there|What do "
            "people pay with]?< I would like it {list_notes}.>",
            "[Tell me|Look up] the currency of {country}<, {list_notes}>.",
            "What is the money of {country} called<, {list_notes}>?",
        ],
        vague=["Which currency do they use there?"],
    ),
    Plan(
        "card_abroad_fee",
        "Work out what paying by card in a foreign currency costs in fees.",
        {
            "purchase": need(Num(10, 2000, 2), "Price paid, in the foreign currency."),
            "currency": need(CODE, "Three-letter code of the foreign currency."),
            "fee_rate": need(Percent(0.5, 4), "Foreign fee of the card in percent, 1.5 for 1.5%."),
            "fixed_fee": opt(Num(0.3, 5, 2), "Fee for each payment in dollars.", default=0),
        },
        say=[
            "I paid {purchase} {currency} with a card that takes {fee_rate} abroad<, plus "
            "{fixed_fee} dollars each time>. [What were the fees|How much went to fees]?",
            "[Work out|Tell me] the card fees for a purchase of {purchase} {currency} at a "
            "foreign fee of {fee_rate}<, with {fixed_fee} dollars a payment on top>.",
            "My card charges {fee_rate} on foreign payments<, and {fixed_fee} dollars flat>. How "
            "much extra do I pay on {purchase} {currency}?",
            "Card fee abroad: {purchase} {currency}, {fee_rate}<, {fixed_fee} dollars flat>. [How "
            "much is it|What is the sum]?",
        ],
        vague=["How much is the card fee for a purchase of {purchase} {currency} abroad?"],
        like=["convert_money"],
    ),
)
