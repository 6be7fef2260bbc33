"""Stocks and hotel rooms."""

from __future__ import annotations

from envs.types import JSON, ToolError
from eval.api_bank.tools.base import ToolSet, api
from eval.api_bank.tools.checks import compare, strict, uppered
from eval.api_bank.tools.times import DATE, normal, read, same_date


class MarketTools(ToolSet):
    """What can be looked up and booked for money."""

    @api("QueryStock", compare(stock_code=uppered, date=same_date))
    def query_stock(self, stock_code: str, date: str) -> JSON:
        """Return the price of a stock on a day.

        Args:
            stock_code: Code of the stock, such as AAPL.
            date: The day, as %Y-%m-%d.
        """
        code = uppered(stock_code)
        if not code:
            raise ToolError("The stock code cannot be empty.")
        day = normal(date, DATE)
        prices = self.data("Stock").get(code)
        if prices is None:
            raise ToolError("The stock code does not exist.")
        if day not in prices:
            raise ToolError("The stock price of this date is not maintained.")
        return prices[day]

    @api("BookHotel", strict)
    def book_hotel(
        self,
        hotel_name: str,
        check_in_time: str,
        check_out_time: str,
        room_count: int,
        adult_count: int,
        child_count: int,
    ) -> JSON:
        """Book hotel rooms and return the ID of the order. Three adults need two rooms.

        Args:
            hotel_name: Name of the hotel.
            check_in_time: Day of arrival, as %Y-%m-%d.
            check_out_time: Day of departure, as %Y-%m-%d.
            room_count: How many rooms.
            adult_count: How many adults.
            child_count: How many children.
        """
        start, end = read(check_in_time, DATE), read(check_out_time, DATE)
        if adult_count > 2 and room_count == 1:
            raise ToolError("The number of adults is greater than 2. Two rooms are ordered.")
        orders = self.data("Hotel")
        for order in orders.values():
            if order["hotel_name"] != hotel_name:
                continue
            taken = read(order["check_in_time"], DATE), read(order["check_out_time"], DATE)
            # A stay that encloses an order is not noticed: so in the official code.
            if taken[0] <= start < taken[1] or taken[0] < end <= taken[1]:
                raise ToolError("The room is not available.")
        id = str(len(orders) + 1)
        orders[id] = {
            "hotel_name": hotel_name,
            "check_in_time": check_in_time,
            "check_out_time": check_out_time,
            "room_count": room_count,
            "adult_count": adult_count,
            "child_count": child_count,
        }
        return id
