"""Names that many domains share."""

from __future__ import annotations

from training.generator.kinds import OneOf, Words

FIRST_NAMES = (
    "Amara Benedikt Chiara Dmitri Elif Farid Greta Hiroshi Ines Jonas Keiko Lars Mireille "
    "Nadia Omar Priya Quentin Rosa Stefan Tomas Ulrike Viktor Wanda Yusuf Zainab Anders "
    "Bianca Carlos Daphne Emil Fatima Gareth Helena Ivan Jamila Kofi Leila Marek Noor "
    "Oscar"
).split()
LAST_NAMES = (
    "Abbott Bergström Castellano Dvorak Eriksen Fontaine Grabowski Haddad Ivanova Jansen "
    "Kowalski Lindqvist Moreau Nakamura Okafor Petrov Quintero Rossi Sørensen Tanaka "
    "Usman Varga Whitfield Xu Yamamoto Zielinski Almeida Brandt Costa Delgado"
).split()
CITIES = (
    "Oslo Lisbon Vienna Prague Helsinki Dublin Athens Warsaw Budapest Zurich Seattle "
    "Denver Austin Portland Nashville Montreal Toronto Vancouver Lima Bogota Santiago "
    "Nairobi Accra Cairo Dubai Mumbai Bangkok Hanoi Seoul Osaka Taipei Melbourne Auckland "
    "Singapore Istanbul Krakow Valencia Lyon Hamburg Rotterdam Bergen Porto Naples "
    "Edinburgh Antwerp"
).split()
PLACES = (
    ("Oslo", "Norway"),
    ("Lisbon", "Portugal"),
    ("Vienna", "Austria"),
    ("Prague", "Czech Republic"),
    ("Dublin", "Ireland"),
    ("Athens", "Greece"),
    ("Osaka", "Japan"),
    ("Hanoi", "Vietnam"),
    ("Lima", "Peru"),
    ("Nairobi", "Kenya"),
    ("Lyon", "France"),
    ("Hamburg", "Germany"),
    ("Naples", "Italy"),
    ("Valencia", "Spain"),
    ("Auckland", "New Zealand"),
    ("Montreal", "Canada"),
    ("Cairo", "Egypt"),
    ("Seoul", "South Korea"),
)
US_PLACES = (
    "Seattle, WA",
    "Denver, CO",
    "Austin, TX",
    "Portland, OR",
    "Nashville, TN",
    "Tucson, AZ",
    "Madison, WI",
    "Boise, ID",
    "Savannah, GA",
    "Albany, NY",
    "Fresno, CA",
    "Tampa, FL",
)
COUNTRIES = (
    "Norway Portugal Austria Ireland Greece Japan Vietnam Peru Kenya France Germany Italy "
    "Spain Canada Egypt Brazil Mexico India Chile Ghana Poland Sweden Turkey Thailand "
    "Iceland Morocco"
).split()
LANGUAGES = (
    "English Spanish French German Italian Portuguese Dutch Polish Turkish Arabic Hindi "
    "Japanese Korean Swahili Greek Czech"
).split()

FIRST_NAME = OneOf(*FIRST_NAMES)
PERSON = Words("{} {}", FIRST_NAMES, LAST_NAMES)
CITY = OneOf(*CITIES)
CITY_COUNTRY = OneOf(*(f"{city}, {country}" for city, country in PLACES))
US_CITY = OneOf(*US_PLACES)
COUNTRY = OneOf(*COUNTRIES)
LANGUAGE = OneOf(*LANGUAGES)
EMAIL = Words(
    "{}.{}@{}",
    [name.lower() for name in FIRST_NAMES if name.isascii()],
    [name.lower() for name in LAST_NAMES if name.isascii()],
    ("northwind.example", "acme.example", "lumen.example", "harbor.example"),
)
