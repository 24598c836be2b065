"""How the cells of a column are written that were not read as its kind, and which option would read them.

Only to say it in a sentence: digits are shown as 9 and letters as a, so that no value is told. Must not live
here: reading of cells (cell_values.py).
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence

_DAY = re.compile(
    r"^(\d{1,2})([/.-])(\d{1,2})\2(\d{4}|\d{2})(?:([ T])(\d{1,2}):\d\d(:\d\d)?( ?[AaPp][Mm])?)?$"
)
_MONTH_NAMED = re.compile(r"^\d{1,2}([ -])[A-Za-z]{3}\1(\d{4}|\d{2})$")
_EPOCH = re.compile(r"^\d{10}(\d{3})?(\.\d+)?$")
_SERIAL = re.compile(r"^\d{5}(\.\d+)?$")
# Excel's numbers of the days from 1927 to 2099.
_FIRST_SERIAL, _LAST_SERIAL = 10_000, 73_050
_LONGEST_SHAPE = 32


def layout_of(cells: Sequence[str], *, are_times: bool) -> str | None:
    """Say how most of the cells are written, and which option reads such; None where there is no cell."""
    if not cells:
        return None
    shape = Counter(map(_shape, cells)).most_common(1)[0][0]
    written = f"written as {shape}" + (" and otherwise" if len(set(map(_shape, cells))) > 1 else "")
    alike = [cell.strip() for cell in cells if _shape(cell) == shape]
    advice = _time_advice(alike) if are_times else _number_advice(alike)
    return f"{written}: {advice}" if advice else written


def _shape(cell: str) -> str:
    shape = re.sub(r"\d", "9", re.sub(r"[^\W\d_]", "a", cell.strip()))
    return shape if len(shape) <= _LONGEST_SHAPE else f"{shape[:_LONGEST_SHAPE]}…"


def _time_advice(cells: Sequence[str]) -> str | None:
    days = [found for cell in cells if (found := _DAY.match(cell))]
    if days:
        firsts, seconds = ({int(found[i]) for found in days} for i in (1, 3))
        fitting = [
            _format(days[0], order) for order, other in (("dm", seconds), ("md", firsts)) if max(other) <= 12
        ]
        if len(fitting) == 2:
            either = f"{fitting[0]!r} or {fitting[1]!r}"
            return f"day and month cannot be told apart; set options.timestamp_format to {either}"
        return f"set options.timestamp_format: {fitting[0]!r}" if fitting else None
    if named := next((found for cell in cells if (found := _MONTH_NAMED.match(cell))), None):
        year = "%Y" if len(named[2]) == 4 else "%y"
        return f"set options.timestamp_format: '%d{named[1]}%b{named[1]}{year}'"
    if epoch := next((found for cell in cells if (found := _EPOCH.match(cell))), None):
        return f"set options.timestamps: epoch_{'milli' if epoch[1] else ''}seconds"
    serials = [cell for cell in cells if _SERIAL.match(cell) and _FIRST_SERIAL <= float(cell) <= _LAST_SERIAL]
    if serials:
        return (
            "it looks like Excel's number of a day, which counts from 1900; give those cells a date format there, "
            "such as yyyy-mm-dd, and save the CSV again"
        )
    return None


def _format(day: re.Match[str], order: str) -> str:
    """The strptime format of a day that _DAY matched, with the order of day and month."""
    sign, year = day[2], "%Y" if len(day[4]) == 4 else "%y"
    text = f"%{order[0]}{sign}%{order[1]}{sign}{year}"
    if day[5]:
        text += (
            f"{day[5]}{'%I' if day[8] else '%H'}:%M{':%S' if day[7] else ''}{' ' * (day[8] or '').count(' ')}"
        )
        text += "%p" if day[8] else ""
    return text


def _number_advice(cells: Sequence[str]) -> str | None:
    """Say which signs the numbers have: the decimal one stands once, and last, and not before three digits."""
    if not any(map(str.isdigit, cells[0])):
        return None
    options = []
    if currency := re.match(r"[+-]?([^\w\s.,+-]+)|.*?([^\W\d]+|[^\w\s.,+-]+)$", cells[0]):
        options.append(f"options.currency_sign: {currency[1] or currency[2]!r}")
    digits = re.sub(r"[^\d.,' ]", "", cells[0]).strip()
    signs = re.findall(r"[.,' ]", digits)
    last = re.search(r"([.,])(\d+)$", digits)
    decimal = last[1] if last and signs.count(last[1]) == 1 and len(last[2]) != 3 else None
    if decimal == ",":
        options.append("options.decimal_separator: ','")
    if thousands := next((sign for sign in signs if sign != decimal), None):
        either = (
            f" (or options.decimal_separator: {thousands!r}, if it is that)"
            if len(signs) == 1 and last
            else ""
        )
        options.append(f"options.thousands_separator: {thousands!r}{either}")
    return f"set {' and '.join(options)}" if options else None
