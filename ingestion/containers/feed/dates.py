"""Dates of feeds, read whole or not at all: RFC 822 (RSS), RFC 3339 and W3CDTF (Atom, Dublin Core), 2024/3/1.

feedparser's own reader guesses: it takes the month of today for one that it cannot read, and UTC for a zone
that it does not know. Must not live here: what is done with a date.
"""

from __future__ import annotations

import datetime as dt
import re

_MONTHS = {
    name: number
    for number, names in enumerate(
        (
            *("jan january", "feb february", "mar march", "apr april", "may", "jun june", "jul july"),
            *("aug august", "sep sept september", "oct october", "nov november", "dec december"),
        ),
        start=1,
    )
    for name in names.split()
}
# Hours east of UTC: those of RFC 822, and European ones. BST, IST and their like name several zones.
_ZONES = {
    **dict.fromkeys(("z", "ut", "utc", "gmt", "wet"), 0),
    **{"est": -5, "edt": -4, "cst": -6, "cdt": -5, "mst": -7, "mdt": -6, "pst": -8, "pdt": -7},
    **{"west": 1, "cet": 1, "mez": 1, "cest": 2, "mesz": 2, "eet": 2, "eest": 3},
}
_CLOCK = r"(?P<hour>\d{1,2}):(?P<minute>\d\d)(?::(?P<second>\d\d)(?:[.,]\d+)?)?"
_ZONE = r"\s*(?P<zone>[A-Za-z]{1,5}(?:[+-]\d\d:?\d\d)?|[+-]\d\d(?::?\d\d)?)?"
_RFC_822 = re.compile(
    rf"(?:[^\W\d]+\.?,?\s+)?(?P<day>\d{{1,2}})\s+(?P<month>[A-Za-z]+)\.?\s+(?P<year>\d{{4}}|\d\d)\s+{_CLOCK}{_ZONE}"
)
_YEAR_FIRST = re.compile(
    rf"(?P<year>\d{{4}})(?P<sign>[-/])(?P<month>\d{{1,2}})(?P=sign)(?P<day>\d{{1,2}})(?:[Tt\s]\s*{_CLOCK}{_ZONE})?"
)
_OFFSET = re.compile(r"(?P<name>[a-z]*)(?:(?P<sign>[+-])(?P<hours>\d\d):?(?P<minutes>\d\d)?)?")


def instant_of(text: str) -> str | None:
    """Give a date in UTC, such as 2024-07-01T08:00:00Z; None where it cannot be read whole.

    A date without a zone is in UTC, one without a time at its midnight. None: an unknown or ambiguous zone, a
    month of 13, an order that could be read in two ways (03/04/2024), a year alone.
    """
    found = _RFC_822.fullmatch(text.strip()) or _YEAR_FIRST.fullmatch(text.strip())
    if found is None:
        return None
    part = found.groupdict()
    east = _minutes_east((part["zone"] or "").lower())
    month = _MONTHS.get(part["month"].lower(), 0) if part["month"].isalpha() else int(part["month"])
    if east is None:
        return None
    try:
        clock = dt.time(int(part["hour"] or 0), int(part["minute"] or 0), int(part["second"] or 0))
        local = dt.datetime.combine(dt.date(_year(part["year"]), month, int(part["day"])), clock)
        return (local - dt.timedelta(minutes=east)).strftime("%Y-%m-%dT%H:%M:%SZ")
    except (ValueError, OverflowError):  # a month of 13, an hour of 25, a year beyond all
        return None


def _year(text: str) -> int:
    """Read two digits as RFC 2822 (4.3) does: below 50 they are of this century."""
    return int(text) + (0 if len(text) == 4 else 2000 if int(text) < 50 else 1900)


def _minutes_east(zone: str) -> int | None:
    found = _OFFSET.fullmatch(zone)
    if found is None or (found["name"] and found["name"] not in _ZONES):
        return None
    if not found["sign"]:
        return _ZONES[found["name"]] * 60 if found["name"] else 0
    if found["name"] and _ZONES[found["name"]]:  # 'CET+0200' says two things
        return None
    minutes = int(found["hours"]) * 60 + int(found["minutes"] or 0)
    return minutes if found["sign"] == "+" else -minutes
