"""Published marts written by hand, with the columns that the contracts declare: what the report is drawn from.

Two segments of a segmentation and all customers, two networks; every kind of silence occurs. Must not live here:
what is asserted of the page.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa

from warehouse.mart_register import marts

MONTH = dt.date(2026, 6, 1)
MANIFEST: dict[str, Any] = {
    "publication_id": "0123456789",
    "published_at": "2026-07-06T08:00:00.000000+00:00",
    "as_of": "2026-07-05",
    "currency": "EUR",
    "min_cell": 10,
    "min_cell_is_lowered": False,
    "code_version": "1.0",
    "model_version": "standard-1",
    "checks": {
        "run": 12,
        "passed": 11,
        "warnings": [{"name": "marts.drift", "observed": "1 row"}],
        "contained": [],
    },
}
Row = Mapping[str, Any]


def write_report_marts(
    folder: Path, *, segment: str = "top", without: Iterable[str] = (), regions: int = 0
) -> Path:
    """Write `marts.duckdb` to a folder; `segment` names the first segment, `without` leaves marts out,
    `regions` adds a segmentation of so many segments."""
    folder.mkdir(parents=True, exist_ok=True)
    tables = {
        "segment_presence": list(_presence([*_segments(segment), *_regions(regions)])),
        "segment_content_formats": list(_formats(segment)),
        "segment_active_hours": list(_hours(segment)),
        "identity_quality": [],
        "reconciliation": [],
    }
    with duckdb.connect(str(folder / "marts.duckdb")) as connection:
        for name, rows in tables.items():
            if name not in without:
                write_mart(connection, name, rows)
    return folder


def write_mart(connection: duckdb.DuckDBPyConnection, name: str, rows: list[Row]) -> None:
    columns = marts()[name].columns
    connection.execute(f"create table {name} ({', '.join(f'{c} {kind}' for c, kind in columns.items())})")
    if rows:
        given = pa.Table.from_pylist([{column: row.get(column) for column in columns} for row in rows])
        connection.register("given", given)
        connection.execute(f"insert into {name} by name from given")
        connection.unregister("given")


def _segments(segment: str) -> list[tuple[str, str, int, float]]:
    return [
        ("all", "all customers", 1000, 0.25),
        ("value", segment, 400, 0.40),
        ("value", "low", 600, 0.15),
    ]


def _regions(number: int) -> list[tuple[str, str, int, float]]:
    return [("region", f"region {place:02d}", 1000 - place, 0.2) for place in range(number)]


def _presence(segments: list[tuple[str, str, int, float]]) -> Iterable[Row]:
    for segmentation, name, customers, rate in segments:
        base = {
            "period_month": MONTH,
            "segmentation": segmentation,
            "segment": name,
            "is_observed": True,
            "passive_observed": False,
            "is_suppressed": False,
            "status": "shown",
            "customers": customers,
            "link_recall": 0.9,
            "link_recall_method": "model",
            "link_recall_is_upper_bound": True,
        }
        measures = {
            "presence_rate": rate - 0.02,
            "presence_rate_expected": rate,
            "presence_rate_expected_low": rate - 0.01,
            "presence_rate_expected_high": rate + 0.01,
            "customers_active": 60,
            "active_per_week": rate,
            "active_per_week_low": rate - 0.05,
            "active_per_week_high": rate + 0.05,
            "active_per_week_index_vs_all": 400 * rate,
        }
        for network in ("all", "x"):
            yield {**base, **measures, "network": network}
        if name == "low":
            yield {**base, "network": "forum", "status": "hidden", "is_suppressed": True, "customers": None}
        else:
            yield {**base, "network": "forum", "status": "not_observed", "is_observed": False}


def _formats(segment: str) -> Iterable[Row]:
    # top: 60 % of 200 posts are photos, 50–70 %; everybody's share is 30 %
    for segmentation, name, _, rate in _segments(segment):
        share = {0.40: 0.6, 0.15: 0.2}.get(rate, 0.3)
        for network in ("all", "x"):
            for kind, of in (("photo", share), ("text", 1 - share)):
                yield {
                    "period_month": MONTH,
                    "segmentation": segmentation,
                    "segment": name,
                    "network": network,
                    "format": kind,
                    "status": "shown",
                    "is_observed": True,
                    "is_suppressed": False,
                    "contributors": 60,
                    "activities": round(200 * of),
                    "activity_share": of,
                    "activity_share_low": of - 0.1,
                    "activity_share_high": of + 0.1,
                    "index_vs_all": 100 * of / (0.3 if kind == "photo" else 0.7),
                }


def _hours(segment: str) -> Iterable[Row]:
    # top acts at 06–09 h alone, 25 in each of 21 hours: 525; low 4 in each of them: 84, too few for a picture
    each = {segment: 25, "low": 4, "all customers": 29}
    for segmentation, name, _, _ in _segments(segment):
        for mode in ("active", "passive"):
            status = "shown" if mode == "active" else "not_observed"
            for day in range(1, 8):
                for hour in range(24):
                    yield {
                        "period_month": MONTH,
                        "segmentation": segmentation,
                        "segment": name,
                        "network": "all",
                        "mode": mode,
                        "iso_weekday": day,
                        "hour_local": hour,
                        "status": status,
                        "is_observed": mode == "active",
                        "is_suppressed": False,
                        "contributors": 60,
                        "activities": each[name] * (6 <= hour < 9) if mode == "active" else None,
                    }
