"""The sample company itself: its name, products, networks, calendar and the places it sells in.

Lives here: constants that are no rates (those are in noise.py). Must not live here: anything drawn.
Every domain is under `.example`, which nobody can own.
"""

from __future__ import annotations

import datetime as dt
import itertools
from dataclasses import dataclass

BRAND = "Halvenwire"
DOMAIN = "halvenwire.example"
CURRENCY = "EUR"
COMPETITORS = ("Domelink", "Castarel")

X, FORUM, FEDIVERSE, BLOGS = "x", "forum", "fediverse", "blogs"
NETWORKS = (X, FORUM, FEDIVERSE, BLOGS)
FEDIVERSE_HOST = "social.quietlane.example"
FORUM_HOST = "community.halvenwire.example"

FIRST_MONTH = dt.date(2025, 7, 1)
MONTHS = 12
LAST_MONTH = dt.date(2026, 6, 1)
AS_OF = dt.date(2026, 7, 5)  # last day in the data, some days into the month after the last complete one
HISTORY_FROM = dt.date(2023, 7, 1)  # orders and accounts reach back this far, for month-end windows of a year
# An export's date is the day it was made: it holds what was published until the end of the day before.
EXPORT_DATES = (dt.date(2025, 10, 6), dt.date(2026, 1, 5), dt.date(2026, 4, 6), dt.date(2026, 7, 6))
OVERLAP_DAYS = 7

VALUE_CLASSES = ("top", "high", "medium", "low", "inactive")
CUSTOMER_TYPES = ("household", "small_business", "enterprise")
LANGUAGES = ("en", "de", "fr", "es", "pl", "pt", "sv")


def microseconds(day: dt.date) -> int:
    """Instant of 00:00 UTC of a day, in microseconds since 1970."""
    return (day - dt.date(1970, 1, 1)).days * 86_400_000_000


def months() -> list[tuple[dt.date, dt.date]]:
    """The complete months: (first day, first day of the next)."""
    firsts = [
        dt.date(FIRST_MONTH.year + (FIRST_MONTH.month - 1 + i) // 12, (FIRST_MONTH.month - 1 + i) % 12 + 1, 1)
        for i in range(MONTHS + 1)
    ]
    return list(itertools.pairwise(firsts))


@dataclass(frozen=True)
class Product:
    """What is sold: `weight` is how often, `price` and `cost` are in the company's currency."""

    name: str
    synonym: str
    family: str
    price: int
    cost: int
    weight: float


PRODUCTS = (
    Product("Halven Hub", "the hub", "Devices", 129, 71, 0.14),
    Product("Halven Cam", "the camera", "Devices", 89, 48, 0.16),
    Product("Halven Bell", "the doorbell", "Devices", 149, 83, 0.10),
    Product("Halven Glow", "the bulbs", "Devices", 24, 9, 0.22),
    Product("Halven Therm", "the thermostat", "Devices", 179, 96, 0.08),
    Product("Halven Mesh", "the router", "Devices", 199, 112, 0.10),
    Product("Halven Sense", "the sensors", "Devices", 39, 17, 0.12),
    Product("Halvenwire Fibre", "the broadband", "Broadband", 59, 31, 0.06),
    Product("Halvenwire Fibre Pro", "the business line", "Broadband", 119, 55, 0.02),
)


@dataclass(frozen=True)
class City:
    """A place: `postal` is a pattern in which # stands for a digit."""

    name: str
    region: str
    postal: str
    time_zone: str


@dataclass(frozen=True)
class Country:
    """A market. `locale` names the list of personal names, `spellings` how the CRM writes the country."""

    code: str
    spellings: tuple[str, ...]
    weight: float
    locale: str
    language: str
    dial: str
    mobile: str
    mail_domains: tuple[str, ...]
    cities: tuple[City, ...]


def _cities(time_zone: str, *rows: str) -> tuple[City, ...]:
    parts = (row.split("|") for row in rows)
    return tuple(City(name, region, postal, time_zone) for name, region, postal in parts)


COUNTRIES = (
    Country(
        "US", ("United States", "USA", "US"), 0.22, "en_US", "en", "1", "212555####|312555####|415555####"
        "|303555####|617555####|206555####|713555####|404555####|602555####",
        ("postbox.example", "inboxly.example", "mailway.example"),
        (
            *_cities("America/New_York", "Boston|MA|021##", "Atlanta|GA|303##", "New York|NY|100##"),
            *_cities("America/Chicago", "Chicago|IL|606##", "Houston|TX|770##"),
            *_cities("America/Denver", "Denver|CO|802##"),
            *_cities("America/Phoenix", "Phoenix|AZ|850##"),
            *_cities("America/Los_Angeles", "Seattle|WA|981##", "San Diego|CA|921##"),
        ),
    ),
    Country(
        "GB", ("United Kingdom", "UK", "GB"), 0.14, "en_GB", "en", "44", "7700######|7911######",
        ("postbox.example", "royalpost.example"),
        _cities("Europe/London", "Leeds||LS# #AB", "Bristol||BS# #QT", "London||SE# #HN", "Cardiff||CF# #XY"),
    ),
    Country(
        "DE", ("Germany", "Deutschland", "DE"), 0.16, "de_DE", "de", "49", "151########|1701######",
        ("brieffach.example", "postbox.example", "netzpost.example"),
        _cities("Europe/Berlin", "Berlin||10###", "Köln||50###", "München||80###", "Leipzig||04###"),
    ),
    Country(
        "FR", ("France", "FR"), 0.09, "fr_FR", "fr", "33", "61#######|67#######",
        ("laboite.example", "postbox.example"),
        _cities("Europe/Paris", "Lyon||690##", "Nantes||440##", "Paris||750##", "Orléans||450##"),
    ),
    Country(
        "ES", ("Spain", "España", "ES"), 0.07, "es_ES", "es", "34", "61#######|65#######",
        ("correoya.example", "postbox.example"),
        (
            *_cities("Europe/Madrid", "Madrid||280##", "Sevilla||410##", "Málaga||290##"),
            *_cities("Atlantic/Canary", "Las Palmas||350##"),
        ),
    ),
    Country(
        "PL", ("Poland", "Polska", "PL"), 0.06, "pl_PL", "pl", "48", "60#######|51#######",
        ("skrzynka.example", "postbox.example"),
        _cities("Europe/Warsaw", "Kraków||30-###", "Łódź||90-###", "Gdańsk||80-###"),
    ),
    Country(
        "SE", ("Sweden", "Sverige", "SE"), 0.04, "sv_SE", "sv", "46", "70#######|73#######",
        ("brevlada.example", "postbox.example"),
        _cities("Europe/Stockholm", "Malmö||211 ##", "Göteborg||411 ##", "Umeå||903 ##"),
    ),
    Country(
        "CZ", ("Czech Republic", "Česko", "CZ"), 0.02, "cs_CZ", "en", "420", "60#######|77#######",
        ("schranka.example", "postbox.example"), _cities("Europe/Prague", "Brno||602 ##", "Praha||110 ##"),
    ),
    Country(
        "BR", ("Brazil", "Brasil", "BR"), 0.06, "pt_BR", "pt", "55", "119########|929########",
        ("caixa.example", "inboxly.example"),
        (
            *_cities("America/Sao_Paulo", "São Paulo|SP|01###-0##", "Curitiba|PR|80###-0##"),
            *_cities("America/Manaus", "Manaus|AM|69###-0##"),
        ),
    ),
    Country(
        "AU", ("Australia", "AU"), 0.05, "en_GB", "en", "61", "41#######|42#######",
        ("mailway.example", "postbox.example"),
        (
            *_cities("Australia/Sydney", "Sydney|NSW|20##", "Newcastle|NSW|230#"),
            *_cities("Australia/Brisbane", "Brisbane|QLD|40##"),
            *_cities("Australia/Perth", "Perth|WA|60##"),
        ),
    ),
    Country(
        "CA", ("Canada", "CA"), 0.03, "en_US", "en", "1", "416555####|604555####",
        ("inboxly.example", "mailway.example"),
        (
            *_cities("America/Toronto", "Toronto|ON|M#B #K#"),
            *_cities("America/Vancouver", "Vancouver|BC|V#B #K#"),
        ),
    ),
    Country(
        "GR", ("Greece", "Ελλάδα", "GR"), 0.03, "el_GR", "en", "30", "694#######|697#######",
        ("grammata.example", "postbox.example"),
        _cities("Europe/Athens", "Αθήνα||10# ##", "Πάτρα||26# ##"),
    ),
    Country(
        "UA", ("Ukraine", "Україна", "UA"), 0.02, "uk_UA", "en", "380", "67#######|50#######",
        ("skrynka.example", "postbox.example"), _cities("Europe/Kyiv", "Київ||01###", "Львів||79###"),
    ),
    Country(
        "BG", ("Bulgaria", "България", "BG"), 0.02, "bg_BG", "en", "359", "87#######|88#######",
        ("poshta.example", "postbox.example"), _cities("Europe/Sofia", "София||1###", "Варна||9###"),
    ),
    Country(
        "JP", ("Japan", "日本", "JP"), 0.02, "ja_JP", "en", "81", "90########|80########",
        ("yuubin.example", "inboxly.example"), _cities("Asia/Tokyo", "大阪市||530-00##", "東京||100-00##"),
    ),
    Country(
        "TW", ("Taiwan", "TW"), 0.01, "zh_TW", "en", "886", "91#######|98#######",
        ("xinxiang.example", "inboxly.example"), _cities("Asia/Taipei", "台北市||10#", "高雄市||80#"),
    ),
    Country(
        "AE", ("United Arab Emirates", "UAE", "AE"), 0.01, "ar_AE", "en", "971", "50#######|55#######",
        ("barid.example", "inboxly.example"), _cities("Asia/Dubai", "Dubai||", "Sharjah||"),
    ),
)  # fmt: skip
