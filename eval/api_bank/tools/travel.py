"""Level 3: places, weather, flights and hotels. What these tools know are small tables."""

from __future__ import annotations

from typing import Any

from envs.types import JSON, ToolError
from eval.api_bank.tools.base import CheckCrash, Escape, Result, ToolSet, api
from eval.api_bank.tools.checks import strict
from eval.api_bank.tools.named import same_name, table
from eval.api_bank.tools.times import DATE, read

PLACES = {
    "New York City": (40.7128, 74.006),
    "San Francisco": (37.7749, 122.4194),
    "London": (51.5074, 0.1278),
    "Paris": (48.8566, 2.3522),
    "Tokyo": (35.6762, 139.6503),
}
WEATHER = {
    PLACES["New York City"]: (10, 0.5, "Clear"),
    PLACES["San Francisco"]: (20, 0.8, "Cloudy"),
    PLACES["London"]: (5, 0.9, "Rainy"),
    PLACES["Paris"]: (15, 0.7, "Sunny"),
    PLACES["Tokyo"]: (25, 0.6, "Rainy"),
}
CLOTHES = (
    (10, ("Warm coat", "Hat", "Gloves")),
    (20, ("Light jacket", "Long-sleeved shirt")),
    (30, ("T-shirt", "Shorts")),
    (float("inf"), ("Sun hat", "Sunglasses", "Loose-fitting clothes")),
)
"""Below a temperature, what to wear."""
RESTAURANTS = tuple(
    {"coordinates": list(PLACES[place]), "name": f"Restaurant {letter}"}
    for letter, place in zip("ABCD", ("New York City", "San Francisco") * 2, strict=True)
)
ROUTES = (
    ("New York", "San Francisco"),
    ("Los Angeles", "San Francisco"),
    ("London", "San Francisco"),
    ("New York", "London"),
    ("New York", "Los Angeles"),
)
"""One flight a day from 2022-01-01, at noon, of three hours."""


def initial_flights() -> list[dict[str, Any]]:
    """The flights; ``told`` once a search has returned one."""
    return [
        {"source": source, "destination": destination, "day": f"2022-01-0{n}", "told": False}
        for n, (source, destination) in enumerate(ROUTES, 1)
    ]


def initial_stays() -> list[dict[str, Any]]:
    """The free hotel rooms, one night each; ``told`` once a search has returned one."""
    return [
        {
            "destination": "San Francisco",
            "check_in_date": f"2022-01-0{n}",
            "check_out_date": f"2022-01-0{n + 1}",
            "told": False,
        }
        for n in range(1, 6)
    ]


def _same_hotels(response: Result, truth: Result) -> bool:
    if not (same_name(response, truth) and response["input"] == truth["input"]):
        return False
    if not (isinstance(response["output"], dict) and isinstance(truth["output"], dict)):
        raise CheckCrash("it looks for hotels in an answer that has none")
    return bool(response["output"]["hotels"] == truth["output"]["hotels"])


def _same_restaurants(response: Result, truth: Result) -> bool:
    return same_name(response, truth) and bool(response["input"] == truth["input"])


class TravelTools(ToolSet):
    """Getting about."""

    @api("Geocoding", table)
    def geocoding(self, address: str) -> JSON:
        """Return the coordinates of a place.

        Args:
            address: Name of the place.
        """
        if address not in PLACES:
            raise ToolError(repr(address))
        latitude, longitude = PLACES[address]
        return {"latitude": latitude, "longitude": longitude}

    @api("GetWeatherForCoordinates", strict)
    def get_weather_for_coordinates(self, latitude: float, longitude: float) -> JSON:
        """Return the present weather at a place.

        Args:
            latitude: Latitude of the place.
            longitude: Longitude of the place.
        """
        if (latitude, longitude) not in WEATHER:
            raise Escape("TypeError", "'NoneType' object is not subscriptable")
        temperature, humidity, description = WEATHER[latitude, longitude]
        return {"temperature": temperature, "humidity": humidity, "description": description}

    @api("ClothingRecommendation", table)
    def clothing_recommendation(
        self, temperature: float, humidity: float, weather_conditions: str
    ) -> JSON:
        """Say what to wear in some weather.

        Args:
            temperature: In degrees Celsius.
            humidity: In per cent.
            weather_conditions: A few words about the weather.
        """
        fitting = (clothes for below, clothes in CLOTHES if temperature < below)
        worn = list(next(fitting, CLOTHES[-1][1]))
        if humidity > 70:
            worn += ["Umbrella", "Waterproof shoes"]
        if "rain" in weather_conditions.lower():
            worn += ["Raincoat"]
        return {"clothing_options": worn}

    @api("NearbyRestaurants", _same_restaurants)
    def nearby_restaurants(self, latitude: float, longitude: float, distance: int) -> JSON:
        """Return restaurants near a place.

        Args:
            latitude: Latitude of the place.
            longitude: Longitude of the place.
            distance: How far they may be, in metres.
        """
        return {"restaurants": list(RESTAURANTS)}

    @api("FlightSearch", table)
    def flight_search(self, source: str, destination: str, travel_dates: str) -> JSON:
        """Return flights on a day.

        Args:
            source: Where the journey starts.
            destination: Where it goes.
            travel_dates: The day, as %Y-%m-%d.
        """
        day = read(travel_dates, DATE).date().isoformat()
        found = []
        for flight in self.data("Flights"):
            if (flight["source"], flight["destination"]) != (source, destination):
                continue
            if flight["told"]:  # the official code has overwritten its dates by texts
                raise ToolError("'str' object has no attribute 'date'")
            if flight["day"] == day:
                flight["told"] = True
                found.append(
                    {
                        "source": source,
                        "destination": destination,
                        "departure_date": f"{day} 12:00:00",
                        "arrival_date": f"{day} 15:00:00",
                    }
                )
        return {"flights": found}

    @api("HotelAvailability", _same_hotels)
    def hotel_availability(self, destination: str, check_in_date: str, check_out_date: str) -> JSON:
        """Return hotels with a free room.

        Args:
            destination: Where the hotel is.
            check_in_date: Day of arrival, as %Y-%m-%d.
            check_out_date: Day of departure, as %Y-%m-%d.
        """
        start, end = read(check_in_date, DATE), read(check_out_date, DATE)
        found = []
        for stay in self.data("Stays"):
            inside = (
                stay["destination"] == destination
                and read(stay["check_in_date"], DATE) <= start
                and end <= read(stay["check_out_date"], DATE)
            )
            if inside and stay["told"]:  # as with flights
                raise ToolError("'str' object has no attribute 'strftime'")
            if inside:
                stay["told"] = True
                found.append({name: stay[name] for name in stay if name != "told"})
        return {"hotels": found}
