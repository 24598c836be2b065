"""What a run would publish, foretold from what was looked at: networks, months, segmentations, marts without rows.

Only the beginning of each file was read, so it says what there is at least. Must not live here: how files are
looked at (ingestion/preview.py), how the outcome looks (commands/).
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from orchestration.configuration.words_that_count import has_customers
from warehouse.mart_register import marts
from warehouse.settings import Settings

if TYPE_CHECKING:
    from ingestion.preview import SourcePreview
    from ingestion.seen_rows import Seen

# What of a network is observed, by the table that tells it.
_OBSERVED_BY = {
    "profiles": "profiles",
    "posts": "posts and answers",
    "reads": "reads and views",
    "activity_counters": "likes and shares",
    "connections": "who follows whom",
}
_OF_ACTIVITIES = (
    "segment_active_hours",
    "segment_active_hours_quarter",
    "segment_content_formats",
    "timeline",
)
_OF_NETWORKS = ("segment_presence", "role_sensitivity", "segment_profiles", "link_candidates")


@dataclass(frozen=True)
class NetworkForecast:
    """A network with what is observed of it, and the first and last day that was seen."""

    network: str
    observed: tuple[str, ...]
    not_observed: tuple[str, ...]
    first_on: dt.date | None
    last_on: dt.date | None


@dataclass(frozen=True)
class SegmentationForecast:
    """A segmentation; `lacks` says why it would be empty."""

    name: str
    lacks: str = ""


@dataclass(frozen=True)
class Forecast:
    """What a run would publish. `empty_marts` says why a mart would hold no figure."""

    months: int
    until: dt.date | None
    until_is_fixed: bool
    networks: tuple[NetworkForecast, ...]
    segmentations: tuple[SegmentationForecast, ...]
    empty_marts: dict[str, str]


def foretell(settings: Settings, previews: Sequence[SourcePreview]) -> Forecast:
    """Return what a run would publish of what was looked at."""
    seen = [each for preview in previews for each in preview.seen]
    tables = {each.table for each in seen}
    networks = sorted({each.network for each in seen if each.network})
    last = [each.last_on for each in seen if each.last_on is not None]
    return Forecast(
        months=settings.months,
        until=settings.as_of or max(last, default=None),
        until_is_fixed=settings.as_of is not None,
        networks=tuple(_network(name, [each for each in seen if each.network == name]) for name in networks),
        segmentations=tuple(_segmentations(settings, previews, tables)),
        empty_marts=_empty_marts(settings, previews, tables, has_networks=bool(networks)),
    )


def _network(name: str, seen: Sequence[Seen]) -> NetworkForecast:
    told = {each.table for each in seen}
    told |= {"posts" for each in seen if each.has_posts} | {"reads" for each in seen if each.has_reads}
    first = [each.first_on for each in seen if each.first_on is not None]
    last = [each.last_on for each in seen if each.last_on is not None]
    return NetworkForecast(
        name,
        tuple(words for table, words in _OBSERVED_BY.items() if table in told),
        tuple(words for table, words in _OBSERVED_BY.items() if table not in told),
        min(first, default=None),
        max(last, default=None),
    )


def _segmentations(
    settings: Settings, previews: Sequence[SourcePreview], tables: set[str]
) -> Iterable[SegmentationForecast]:
    yield SegmentationForecast("all")
    yield SegmentationForecast(
        "value", "" if "orders" in tables else "no order was seen: everybody is 'inactive'"
    )
    assigned = {word for each in previews for word in each.words.get("segment_assignments.segmentation", ())}
    for segmentation in settings.segmentations:
        is_seen = segmentation.name in assigned
        yield SegmentationForecast(
            segmentation.name, "" if is_seen else "no row of segment_assignments names it"
        )


def _empty_marts(
    settings: Settings, previews: Sequence[SourcePreview], tables: set[str], *, has_networks: bool
) -> dict[str, str]:
    """Say of each mart that would hold no figure why, the first reason that holds."""
    empty: dict[str, str] = {}
    if not tables & {"contacts", "orders"}:
        nobody = "no source tells of contacts, so there are no customers"
    elif not has_customers(settings, previews):
        nobody = "nobody has a stage of crm.customer_stages or a counted order, so there are no customers"
    else:
        nobody = ""
    if nobody:
        empty |= {mart.name: nobody for mart in marts().values() if mart.counts_customers}
    if "activities" not in tables:
        empty = {**dict.fromkeys(_OF_ACTIVITIES, "no activity was seen"), **empty}
    if not has_networks:
        empty = {**dict.fromkeys(_OF_NETWORKS, "no network is observed"), **empty}
    if "accounts" not in tables and "profiles" not in tables and "contacts" not in tables:
        empty["organizations"] = "no source names an organisation"
    return dict(sorted(empty.items()))
