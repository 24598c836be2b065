"""When people are online: days and hours by person and value class, in the time of where they live.

`draw_times` gives instants; `local_offsets` the UTC offset of a time zone at an instant (IANA rules). Must
not live here: how much anybody posts (activities.py).
"""

from __future__ import annotations

import datetime as dt
from functools import lru_cache
from zoneinfo import ZoneInfo

import numpy as np

from ingestion.sample import company
from ingestion.sample.streams import Floats, Ints

HOUR = 3_600_000_000
DAY = 24 * HOUR
START = company.microseconds(company.FIRST_MONTH)
END = company.microseconds(company.AS_OF) + DAY


@lru_cache(maxsize=64)
def _transitions(time_zone: str) -> tuple[Ints, Ints]:
    """(instants, offsets in microseconds from each on) of the zone over the period of the sample."""
    zone = ZoneInfo(time_zone)

    def offset(hour: int) -> int:
        at = dt.datetime.fromtimestamp(hour * 3600, zone)
        return int((at.utcoffset() or dt.timedelta()).total_seconds()) * 1_000_000

    first = (START - 30 * DAY) // HOUR
    found = [(first, offset(first))]
    for day in range(first, END // HOUR + 24, 24):
        if offset(day + 24) != found[-1][1]:
            hour = next(h for h in range(day, day + 25) if offset(h) != found[-1][1])
            found.append((hour, offset(hour)))
    return np.array([hour * HOUR for hour, _ in found]), np.array([value for _, value in found])


def local_offsets(at_us: Ints, zone: Ints, zones: list[str]) -> Ints:
    """UTC offsets in microseconds at the instants; `zone` is the index in `zones` of each."""
    offsets = np.zeros(len(at_us), dtype=np.int64)
    for number, name in enumerate(zones):
        rows = np.flatnonzero(zone == number)
        instants, values = _transitions(name)
        offsets[rows] = values[np.maximum(np.searchsorted(instants, at_us[rows], side="right") - 1, 0)]
    return offsets


def draw_times(
    rng: np.random.Generator,
    begin: Ints,
    end: Ints,
    peak: Floats,
    weekend: Floats,
    zone: Ints,
    zones: list[str],
) -> Ints:
    """One instant for each row, between `begin` and `end` (microseconds), around the person's hour of day.

    `peak` is the local hour (0–24) of the main peak, `weekend` the activity of a day of the weekend where a
    weekday has 1.
    """
    size = len(begin)
    day = (begin + rng.random(size) * (end - begin)).astype(np.int64) // DAY
    day = _weekends(rng, day, weekend, begin // DAY, end // DAY)
    at = hours_of_day(rng, day, peak, zone, zones)
    at += np.where(at < begin, 7 * DAY, 0) - np.where(at >= end, 7 * DAY, 0)
    inside = begin + (rng.random(size) * (end - begin)).astype(np.int64)
    return np.where((at >= begin) & (at < end), at, inside)


def hours_of_day(rng: np.random.Generator, day: Ints, peak: Floats, zone: Ints, zones: list[str]) -> Ints:
    """Instants on the local days (counted from 1970), around the local hour `peak` (0–24).

    Six in ten fall to the peak, two to a second one nine hours later (before and after work), two to any hour.
    """
    which = rng.random(len(day))
    hour = np.where(
        which < 0.62,
        rng.normal(peak, 1.2),
        np.where(which < 0.8, rng.normal(peak + 9.0, 1.5), rng.uniform(7, 23, len(day))),
    )
    local = day * DAY + (np.mod(hour, 24.0) * HOUR).astype(np.int64)
    return local - local_offsets(local, zone, zones)


def _weekends(rng: np.random.Generator, day: Ints, weekend: Floats, first: Ints, last: Ints) -> Ints:
    """Move some days to or from the weekend of the same week, so that the ratio of a day's activity holds."""
    weekday = (day + 3) % 7  # 1970-01-01 was a Thursday; 0 is Monday
    is_weekend = weekday >= 5
    leave = np.where(weekend < 1, (1 - weekend) / (1 + 0.4 * weekend), 0.0)
    enter = np.where(weekend > 1, (weekend - 1) / (weekend + 2.5), 0.0)
    die = rng.random(len(day))
    to_weekday = is_weekend & (die < leave)
    to_weekend = ~is_weekend & (die < enter)
    moved = day - weekday + np.where(to_weekday, rng.integers(0, 5, len(day)), rng.integers(5, 7, len(day)))
    moved = np.where(to_weekday | to_weekend, moved, day)
    return np.where((moved >= first) & (moved <= last), moved, day)
