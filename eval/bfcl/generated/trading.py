"""Tasks over the simulated stock trading."""

from __future__ import annotations

from dataclasses import dataclass

from envs.types import JSON
from eval.bfcl.generated.draft import Draft
from eval.bfcl.generated.simulator import Scenario


@dataclass(frozen=True)
class Depot:
    """Stocks, money and orders. Prices are quarters of a dollar, so that sums are exact."""

    stocks: dict[str, dict[str, float]]
    balance: float
    watched: list[str]
    orders: dict[int, dict[str, JSON]]
    """One of them is open, for a stock that no other order is for."""

    def scenario(self, seed: int, *, logged_in: bool = True) -> Scenario:
        """The account as its class loads it."""
        return {
            "random_seed": seed,
            "orders": {str(number): order for number, order in self.orders.items()},
            "account_info": {
                "account_id": 70_000 + seed % 9_000,
                "balance": self.balance,
                "binding_card": 5_000_000_000_000_000 + seed * 7919,
            },
            "authenticated": logged_in,
            "market_status": "Open",
            "order_counter": max(self.orders) + 1,
            "stocks": self.stocks,
            "watch_list": list(self.watched),
            "transaction_history": [],
        }


def draw_depot(d: Draft) -> Depot:
    """Five stocks, two of them watched, and three orders."""
    symbols = d.some(d.words.symbols, 5)
    stocks = {
        symbol: {
            "price": d.rng.randrange(80, 2000) / 4,
            "percent_change": d.rng.randrange(-200, 200) / 100,
            "volume": d.rng.randrange(300, 5000) / 1000,
            "MA(5)": d.rng.randrange(80, 2000) / 4,
            "MA(20)": d.rng.randrange(80, 2000) / 4,
        }
        for symbol in symbols
    }
    first = d.rng.randrange(30_000, 90_000)
    states = d.some(("Open", "Completed", "Completed"), 3)
    orders = {
        first + index: {
            "id": first + index,
            "order_type": d.pick(("Buy", "Sell")),
            "symbol": symbol,
            "price": stocks[symbol]["price"],
            "amount": d.rng.randrange(1, 40),
            "status": state,
        }
        for index, (symbol, state) in enumerate(zip(symbols[:3], states, strict=True))
    }
    balance = d.rng.randrange(100_000, 200_000) / 4
    return Depot(stocks, balance, d.some(symbols, 2), orders)


def _start(d: Draft, *, logged_in: bool = True) -> Depot:
    depot = draw_depot(d)
    d.open(TradingBot=depot.scenario(d.rng.randrange(10**6), logged_in=logged_in))
    return depot


def _new(d: Draft, depot: Depot) -> str:
    return str(d.pick([symbol for symbol in depot.stocks if symbol not in depot.watched]))


def price(d: Draft) -> None:
    """The price of a stock, or what else is known of it."""
    depot = _start(d)
    symbol = d.pick(sorted(depot.stocks))
    change = d.pick(("price", "volume", "percent change"))
    d.ask(
        f"[What is the current {change} of the stock {symbol}?|Look up the {change} of {symbol}.]"
    )
    found = d.look("get_stock_info", symbol=symbol)[change.replace(" ", "_")]
    d.reply(f"The {change} of {symbol} is {found}.")


def watch(d: Draft) -> None:
    """A stock joins the watchlist, or leaves it."""
    depot = _start(d)
    if d.pick((True, False)):
        symbol = _new(d, depot)
        d.ask(f"[Add {symbol} to|Put {symbol} on] my watchlist[.|, please.]")
        d.call("add_to_watchlist", stock=symbol)
    else:
        symbol = d.pick(depot.watched)
        d.ask(f"[Remove {symbol} from|Take {symbol} off] my watchlist[.|, please.]")
        d.call("remove_stock_from_watchlist", symbol=symbol)


def pay(d: Draft) -> None:
    """Money into the account, or out of it."""
    _start(d)
    amount = d.rng.randrange(200, 9000)
    if d.pick((True, False)):
        d.ask(f"[Deposit|Pay in|Fund my account with] {amount} dollars.")
        d.call("fund_account", amount=amount)
    else:
        d.ask(f"[Withdraw|Pay out|Please withdraw] {amount} dollars.")
        d.call("withdraw_funds", amount=amount)


def buy(d: Draft) -> None:
    """An order at the current price: that has to be looked up."""
    depot, amount = _start(d), d.rng.randrange(2, 12)
    symbol = d.pick(sorted(depot.stocks))
    d.ask(f"[Buy|Place an order to buy] {amount} shares of {symbol} at the current price.")
    found = d.call("get_stock_info", symbol=symbol)["price"]
    d.call("place_order", order_type="Buy", symbol=symbol, price=found, amount=amount)


def limit(d: Draft) -> None:
    """An order at a price that the user names."""
    depot, amount = _start(d), d.rng.randrange(2, 12)
    symbol, kind = d.pick(sorted(depot.stocks)), d.pick(("Buy", "Sell"))
    asked = d.rng.randrange(80, 2000) / 4
    d.ask(f"[{kind}|Place an order: {kind}] {amount} shares of {symbol} at {asked} dollars each.")
    d.call("place_order", order_type=kind, symbol=symbol, price=asked, amount=amount)


def top_up(d: Draft) -> None:
    """As much money as is missing."""
    goal = _start(d).balance + d.rng.randrange(50, 9000)
    d.ask(
        f"[Pay in as much as my balance lacks to be|Fund my account so that my balance is] {goal}."
    )
    balance = d.call("get_account_info")["balance"]
    d.call("fund_account", amount=goal - balance)


def log_in(d: Draft) -> None:
    """Nobody is logged in yet."""
    _start(d, logged_in=False)
    name, amount = d.pick(d.words.people), d.rng.randrange(200, 9000)
    password = f"{d.pick(d.words.folders)}{d.rng.randrange(10, 99)}"
    d.ask(
        f"Log in as {name} [with the password {password}|(password {password})] and "
        f"[deposit|pay in] {amount} dollars."
    )
    d.call("trading_login", username=name, password=password)
    d.call("fund_account", amount=amount)


def cancel(d: Draft) -> None:
    """The order for a stock is cancelled: it has to be found."""
    depot = _start(d)
    numbers = list(depot.orders)
    number = next(n for n, order in depot.orders.items() if order["status"] == "Open")
    symbol = depot.orders[number]["symbol"]
    d.ask(f"[Cancel|Please cancel|Call off] my open order for {symbol}.")
    d.call("get_order_history")
    for each in numbers[: numbers.index(number) + 1]:
        d.call("get_order_details", order_id=each)
    d.call("cancel_order", order_id=number)


def invest(d: Draft) -> None:
    """A watched stock is bought; then the order is shown and called off."""
    depot, amount = _start(d), d.rng.randrange(2, 12)
    d.ask(
        f"I have {depot.balance} dollars to invest. "
        "[What is on my watchlist?|Which stocks are on my watchlist?]"
    )
    symbol = d.look("get_watchlist")["watchlist"][-1]
    d.reply(f"The last one is {symbol}.")
    d.ask(f"Buy {amount} shares of the last one [at its current price|at the price of the moment].")
    found = d.call("get_stock_info", symbol=symbol)["price"]
    made = {"order_type": "Buy", "symbol": symbol, "price": found, "amount": amount}
    number = d.call("place_order", **made)["order_id"]
    d.ask("[Show me the details of that order.|What are the details of that order?]")
    shown = d.look("get_order_details", order_id=number)
    d.reply(f"{amount} shares of {symbol} at {found}; the order is {shown['status'].lower()}.")
    d.ask("[I have changed my mind, cancel it|On second thoughts, cancel it].")
    d.call("cancel_order", order_id=number)


def how_many(d: Draft) -> None:
    """How many shares, the user says only when asked."""
    depot, amount = _start(d), d.rng.randrange(2, 12)
    symbol = d.pick(sorted(depot.stocks))
    asked = depot.stocks[symbol]["price"]
    d.ask(f"[Buy some|I want to buy] shares of {symbol} at {asked} dollars each.")
    d.ask_back(f"How many shares of {symbol} shall I buy?")
    d.ask(f"[{amount} of them.|Let us say {amount}.]")
    d.call("place_order", order_type="Buy", symbol=symbol, price=asked, amount=amount)


def unsellable(d: Draft) -> None:
    """Nothing on offer places orders."""
    depot, amount = _start(d), d.rng.randrange(2, 12)
    symbol = d.pick(sorted(depot.stocks))
    d.ask(f"[Sell|Please sell] {amount} shares of {symbol} [at the market price|right now].")
    d.refuse("I am sorry, I have no tool to place orders.", "place_order")


KINDS = (
    *(price, watch, pay, buy, limit, top_up, log_in, cancel, invest),
    *(how_many, unsellable),
)
