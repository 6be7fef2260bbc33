"""Tasks over two of the simulated APIs at once: what one brings, the other needs."""

from __future__ import annotations

from eval.bfcl.generated.draft import Draft
from eval.bfcl.generated.file_system import draw_disk
from eval.bfcl.generated.messages import draw_team
from eval.bfcl.generated.postings import draw_site
from eval.bfcl.generated.tickets import draw_desk
from eval.bfcl.generated.trading import draw_depot
from eval.bfcl.generated.travel import draw_flight, draw_traveller
from eval.bfcl.generated.vehicle import draw_car


def forward(d: Draft) -> None:
    """The last line of a file goes out as a message."""
    disk, team = draw_disk(d), draw_team(d)
    d.open(
        GorillaFileSystem=disk.scenario(team.me.lower()),
        MessageAPI=team.scenario(d.rng.randrange(10**6)),
    )
    name, friend = d.pick(sorted(disk.here)), d.pick([n for n in team.ids if n != team.me])
    d.ask(f"[What is the last line of {name}?|Show me the last line of {name}.]")
    line = d.look("tail", file_name=name, lines=1)["last_lines"]
    d.reply(f"It says: {line}")
    d.ask(f"[Send exactly that line to|Write that line, as it is, to] {friend}.")
    receiver = d.call("get_user_id", user=friend)["user_id"]
    d.call("send_message", receiver_id=receiver, message=line)
    d.ask(f"[Now delete {name}|You may delete {name} now].")
    d.call("rm", file_name=name)


def average(d: Draft) -> None:
    """The mean of the numbers in a file."""
    disk = draw_disk(d)
    numbers = d.some(range(5, 500), d.rng.randrange(3, 6))
    name = f"{d.pick(d.words.things).replace(' ', '_')}_{d.rng.randrange(10, 99)}.csv"
    disk.here[name] = "\n".join(map(str, numbers))
    d.open(GorillaFileSystem=disk.scenario(d.pick(d.words.people).lower()), MathAPI={})
    d.ask(
        f"[What is the mean of the numbers in {name}?|Give me the mean of the numbers in {name}.]"
    )
    d.call("cat", file_name=name)
    mean = d.look("mean", numbers=numbers)["result"]
    d.reply(f"The mean is {mean}.")


def quote(d: Draft) -> None:
    """A stock's price is posted."""
    depot, site = draw_depot(d), draw_site(d)
    d.open(TradingBot=depot.scenario(d.rng.randrange(10**6)), TwitterAPI=site.scenario())
    symbol = d.pick([symbol for symbol in depot.stocks if symbol not in depot.watched])
    tag = d.pick(d.words.tags)
    d.ask(f"[What is the price of {symbol}?|Look up the price of {symbol}.]")
    price = d.look("get_stock_info", symbol=symbol)["price"]
    d.reply(f"{symbol} is at {price}.")
    d.ask(
        f"[Post|Tweet] '{symbol} is at X' with the price in place of X, "
        f"[tagged|and with the tag] {tag}."
    )
    posted = d.call("post_tweet", content=f"{symbol} is at {price}", tags=[tag])
    d.ask(
        f"[Put {symbol} on my watchlist|Add {symbol} to my watchlist] and "
        "[add the comment 'Not advice.' to the tweet|comment 'Not advice.' on the tweet]."
    )
    d.call("add_to_watchlist", stock=symbol)
    d.call("comment", tweet_id=posted["id"], comment_content="Not advice.")


def portfolio(d: Draft) -> None:
    """What two stocks cost together."""
    depot = draw_depot(d)
    d.open(TradingBot=depot.scenario(d.rng.randrange(10**6)), MathAPI={})
    first, second = d.some(sorted(depot.stocks), 2)
    d.ask(
        f"[What do one share of {first} and one of {second} cost together?|"
        f"How much are one {first} and one {second} share?] Add up their prices."
    )
    prices = [d.call("get_stock_info", symbol=symbol)["price"] for symbol in (first, second)]
    total = d.look("add", a=prices[0], b=prices[1])["result"]
    d.reply(f"Together they cost {total}.")


def complain(d: Draft) -> None:
    """The tires are checked and a ticket is opened."""
    desk = draw_desk(d)
    d.open(VehicleControlAPI=draw_car(d), TicketAPI=desk.scenario())
    street, level = d.pick(d.words.streets), d.rng.randrange(2, 6)
    d.ask(f"[The car at|My car at] {street} pulls to the left. Check the tire pressure.")
    healthy = d.look("check_tire_pressure")["healthy_tire_pressure"]
    d.reply("The tire pressure is fine." if healthy else "The tire pressure is not healthy.")
    d.ask(f"[Open|Create] a ticket 'Car pulls to the left' with priority {level}.")
    number = d.call("create_ticket", title="Car pulls to the left", priority=level)["id"]
    place = f"{street}, Rivermist, CA"
    d.ask(f"[And navigate|Then take me] to {place}")
    d.call("set_navigation", destination=place)
    d.ask("[It was only the wind. Close the ticket.|All is well again, close that ticket.]")
    d.call("close_ticket", ticket_id=number)


def itinerary(d: Draft) -> None:
    """A flight is booked and a colleague told its number."""
    traveller, flight, team = draw_traveller(d), draw_flight(d), draw_team(d)
    d.open(
        TravelAPI=traveller.scenario(d.rng.randrange(10**6)),
        MessageAPI=team.scenario(d.rng.randrange(10**6)),
    )
    token, card, codes = traveller.token, d.pick(sorted(traveller.cards)), flight.arguments()
    friend = d.pick([name for name in team.ids if name != team.me])
    d.ask(
        f"Book a flight from {codes['travel_from']} to {codes['travel_to']} on {flight.date} in "
        f"{flight.level} class, [with|and pay with] {card}. My access token is {token}."
    )
    booked = d.call("book_flight", access_token=token, card_id=card, **codes)["booking_id"]
    d.reply(f"The booking has the number {booked}.")
    d.ask(
        f"[Write {friend} just the booking number|Send {friend} the booking number, nothing else]."
    )
    receiver = d.call("get_user_id", user=friend)["user_id"]
    d.call("send_message", receiver_id=receiver, message=booked)


def escalate(d: Draft) -> None:
    """A ticket's title is posted, the ticket becomes urgent."""
    desk, site = draw_desk(d), draw_site(d)
    d.open(TicketAPI=desk.scenario(), TwitterAPI=site.scenario())
    chosen = d.pick(desk.mine)
    d.ask(f"[What is the title of ticket {chosen['id']}|How is ticket {chosen['id']} called]?")
    title = d.look("get_ticket", ticket_id=chosen["id"])["title"]
    d.reply(f"It is called '{title}'.")
    d.ask("[Post|Tweet] [exactly that title|that title and nothing else].")
    d.call("post_tweet", content=title)
    d.ask("[Set the priority of the ticket to 5|Give that ticket the priority 5].")
    d.call("edit_ticket", ticket_id=chosen["id"], updates={"priority": 5})


KINDS = (forward, average, quote, portfolio, complain, itinerary, escalate)
