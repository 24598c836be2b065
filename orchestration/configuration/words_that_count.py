"""Which words of the files would count for nothing as scrm.yml stands, foretold from what was looked at.

Must not live here: which words a company may use (warehouse/settings/), and how files are looked at
(ingestion/preview.py).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from ingestion.formats.registry import format_of
from warehouse.settings import Settings

if TYPE_CHECKING:
    from ingestion.preview import SourcePreview


def words_that_count_for_nothing(settings: Settings, previews: Sequence[SourcePreview]) -> list[str]:
    """Return a sentence for each source whose orders, segments or consents would count for nothing, and one if
    nobody would be a customer."""
    said = [sentence for each in previews for sentence in _of_orders(settings, each)]
    said += [sentence for each in previews for sentence in _of_segments_and_consents(settings, each)]
    if without_customers := _of_contacts(settings, previews):
        said.append(without_customers)
    return said


def _of_orders(settings: Settings, seen: SourcePreview) -> list[str]:
    said = []
    counted = settings.crm.counted_order_statuses
    statuses = seen.words.get("orders.status", ())
    if statuses and not _any_of(statuses, counted):
        said.append(
            f"Source {seen.source!r}: no order that was looked at has a status of crm.counted_order_statuses "
            f"({', '.join(counted)}), so none would count; they have {_quoted(statuses)}. Name there those that "
            f"are sales{_constant(seen, 'or give all orders of the source one', '{status: Paid}')}."
        )
    filled = {
        rows.table for source in settings.sources for kind in format_of(source).kinds for rows in kind.rows
    }
    foreign = set(filter(None, seen.words.get("orders.currency", ()))) - {settings.currency}
    if foreign and "exchange_rates" not in filled:
        said.append(
            f"Source {seen.source!r}: orders are in {_quoted(foreign)}, and 'currency' is {settings.currency}; "
            "their amounts do not count without a source that fills exchange_rates."
        )
    return said


def _of_segments_and_consents(settings: Settings, seen: SourcePreview) -> list[str]:
    said = []
    known = [segmentation.name for segmentation in settings.segmentations]
    strange = set(filter(None, seen.words.get("segment_assignments.segmentation", ()))).difference(known)
    if strange:
        said.append(
            f"Source {seen.source!r}: assignments to {_quoted(strange)} count for nothing: scrm.yml names "
            f"{_quoted(known) or 'no segmentation'} under 'segmentations'. Add a name there, or correct it."
        )
    purposes, linking = seen.words.get("consents.purpose", ()), settings.privacy.linking.purpose
    if purposes and linking not in purposes:
        said.append(
            f"Source {seen.source!r}: no consent or objection that was looked at is of the purpose {linking!r}, "
            f"which privacy.linking.purpose names, but of {_quoted(purposes)}: nobody's word on linking would be "
            "heard."
        )
    return said


def has_customers(settings: Settings, previews: Sequence[SourcePreview]) -> bool:
    """Whether any contact that was looked at has a stage of customers, or any order a status that counts."""
    stages = {stage for each in previews for stage in each.words.get("contacts.stage", ())}
    orders = {status for each in previews for status in each.words.get("orders.status", ())}
    return _any_of(stages, settings.crm.customer_stages) or _any_of(
        orders, settings.crm.counted_order_statuses
    )


def _of_contacts(settings: Settings, previews: Sequence[SourcePreview]) -> str | None:
    customers = settings.crm.customer_stages
    stages = {stage for each in previews for stage in each.words.get("contacts.stage", ())}
    if not stages or has_customers(settings, previews):
        return None
    seen = next(each for each in previews if each.words.get("contacts.stage"))
    return (
        f"No contact that was looked at has a stage of crm.customer_stages ({', '.join(customers)}), and no order "
        f"counts, so there would be no customers; contacts have {_quoted(stages)}. Name there the stages of "
        "customers, or map a column of the file to 'stage'"
        f"{_constant(seen, 'or give all contacts one', '{stage: Customer}')}."
    )


def _constant(seen: SourcePreview, advice: str, example: str) -> str:
    return f", {advice}: constants: {example}" if seen.format == "table" else ""


def _any_of(words: Iterable[str | None], counted: Iterable[str]) -> bool:
    known = {word.strip().lower() for word in counted}
    return any(word is not None and word.strip().lower() in known for word in words)


def _quoted(words: Iterable[str | None]) -> str:
    return ", ".join("none at all" if word is None else repr(word) for word in sorted(words, key=str))
