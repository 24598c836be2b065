"""Hours of the sample company: IANA rules on both hemispheres, peaks, weekends."""

import datetime as dt
from zoneinfo import ZoneInfo

import numpy as np
import pytest

from ingestion.sample.activity import rhythm
from ingestion.sample.streams import stream


def micros(text: str) -> int:
    return int(dt.datetime.fromisoformat(text).replace(tzinfo=dt.UTC).timestamp()) * 1_000_000


@pytest.mark.parametrize(
    ("zone", "at", "hours"),
    [
        ("Europe/Berlin", "2025-10-26T00:59:59", 2),  # the last second of summer time
        ("Europe/Berlin", "2025-10-26T01:00:00", 1),
        ("America/New_York", "2026-03-08T06:59:59", -5),
        ("America/New_York", "2026-03-08T07:00:00", -4),
        ("Australia/Sydney", "2025-10-04T15:59:59", 10),  # summer begins in October
        ("Australia/Sydney", "2025-10-04T16:00:00", 11),
        ("America/Phoenix", "2026-07-01T00:00:00", -7),  # no summer time
    ],
)
def test_offset_at_the_change_of_the_clock(zone: str, at: str, hours: int) -> None:
    offset = rhythm.local_offsets(np.array([micros(at)]), np.array([0]), [zone])
    assert offset[0] == hours * rhythm.HOUR


@pytest.mark.parametrize("zone", ["Europe/London", "Australia/Perth", "America/Sao_Paulo", "Atlantic/Canary"])
def test_offsets_agree_with_the_zone_database_every_week(zone: str) -> None:
    at = np.arange(rhythm.START, rhythm.END, 7 * rhythm.DAY + rhythm.HOUR)
    expected = [dt.datetime.fromtimestamp(t / 1e6, ZoneInfo(zone)).utcoffset() for t in at]
    found = rhythm.local_offsets(at, np.zeros(len(at), dtype=np.int64), [zone])
    assert [dt.timedelta(microseconds=int(o)) for o in found] == expected


@pytest.mark.parametrize(("peak", "weekend"), [(7.5, 0.5), (20.5, 1.5), (23.5, 1.0)])
def test_times_keep_peak_weekend_and_bounds(peak: float, weekend: float) -> None:
    size = 40_000
    begin, end = np.full(size, rhythm.START), np.full(size, rhythm.END)
    zone = np.zeros(size, dtype=np.int64)
    at = rhythm.draw_times(
        stream(1, "test"), begin, end, np.full(size, peak), np.full(size, weekend), zone, ["America/Chicago"]
    )
    assert at.min() >= rhythm.START
    assert at.max() < rhythm.END
    local = at + rhythm.local_offsets(at, zone, ["America/Chicago"])
    hours = np.bincount(local // rhythm.HOUR % 24, minlength=24)
    window = hours + np.roll(hours, -1) + np.roll(hours, -2)
    assert abs((window.argmax() + 1.5 - peak + 12) % 24 - 12) <= 1.0
    weekday = (local // rhythm.DAY + 3) % 7
    ratio = ((weekday >= 5).sum() / 2) / ((weekday < 5).sum() / 5)
    assert ratio == pytest.approx(weekend, rel=0.08)
