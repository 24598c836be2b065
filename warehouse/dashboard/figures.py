"""How figures are written: percentages, counts, indices, hours, names of networks.

Must not live here: what a figure means, or markup.
"""

from __future__ import annotations

from decimal import Decimal

from babel.numbers import get_currency_symbol

ALL = "all"
NARROW = "\u202f"  # a space that neither widens nor breaks, between a number and its unit
_NAMES = {ALL: "any network", "x": "X", "forum": "the forum", "fediverse": "the fediverse", "blogs": "blogs"}
_LABELS = {ALL: "All networks"}
_DAYS = ("Mondays", "Tuesdays", "Wednesdays", "Thursdays", "Fridays", "Saturdays", "Sundays")


def percent(share: float | None) -> str:
    """A share in per cent: two digits that count, so 0.012 is 1.2 % and 0.4683 is 47 %."""
    if share is None:
        return ""
    whole = 100 * share
    if whole == 0 or whole >= 9.95:
        return f"{whole:.0f}{NARROW}%"
    return f"{whole:.1f}{NARROW}%" if whole >= 0.05 else f"< 0.1{NARROW}%"


def count(number: float | None) -> str:
    """A whole number with thousands apart."""
    return "" if number is None else f"{number:,.0f}"


def amount(value: Decimal | float | None, currency: str) -> str:
    """Money in three digits, short: €3.85m, €182k, CHF 950."""
    if value is None:
        return ""
    symbol = get_currency_symbol(currency, "en")
    before = symbol if len(symbol) == 1 else f"{symbol}{NARROW}"
    number = float(value)
    for size, unit in ((1e9, "bn"), (1e6, "m"), (1e3, "k")):
        if abs(number) >= size:
            return f"{before}{number / size:.3g}{unit}"
    return f"{before}{number:.0f}"


def rate(number: float | None) -> str:
    """Times a week: two decimals under ten."""
    if number is None:
        return ""
    return f"{number:.2f}" if number < 10 else f"{number:.0f}"


def index(number: float | None) -> str:
    """An index against 100."""
    return "" if number is None else f"{number:.0f}"


def times(index_vs_all: float) -> str:
    """How many times the average, in words; within 10 % of it is as average."""
    if 90 <= index_vs_all <= 110:
        return "as average"
    return f"{index_vs_all / 100:.1f} times average"


def span(low: float, high: float) -> str:
    """An interval of shares in per cent, without the sign: 46–48."""
    digits = 1 if 100 * high < 9.95 else 0
    ends = [f"{100 * end:.{digits}f}" for end in (low, high)]
    return ends[0] if ends[0] == ends[1] else "–".join(ends)


def hours(start: int, length: int = 3) -> str:
    """A window of hours of the day: 06–09 h, 23–02 h."""
    return f"{start:02d}–{(start + length) % 24:02d}{NARROW}h"


def weekdays(iso_weekday: int) -> str:
    """The name of a weekday, in the plural."""
    return _DAYS[iso_weekday - 1]


def label(name: str) -> str:
    """A name from data, as it heads a row or a column."""
    if name in _LABELS:
        return _LABELS[name]
    spoken = name.replace("_", " ")
    return spoken[:1].upper() + spoken[1:]


def in_sentence(network: str) -> str:
    """A network as it stands within a sentence."""
    return _NAMES.get(network, label(network))
