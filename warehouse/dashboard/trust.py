"""What is known of the figures' truth: checks, links, records, the publication itself.

Must not live here: markup (report.py), what a check is (quality/).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from warehouse.dashboard import figures
from warehouse.dashboard.published import Marts

_BASES = {"audit_sample": "by the audit", "truth": "by the sample company's truth"}


@dataclass(frozen=True)
class Fact:
    """A figure of the publication, and what it means. `is_lead` puts it into the line at the top."""

    name: str
    strong: str
    rest: str
    meaning: str
    is_lead: bool = False


def facts(marts: Marts, manifest: Mapping[str, Any]) -> list[Fact]:
    """What the page says of its own truth, most important first."""
    found = [
        _checks(manifest["checks"]),
        *_links(marts),
        *_records(marts),
        _cells(manifest),
        *_time(marts, manifest),
    ]
    versions = f"code {manifest['code_version']}, linkage model {manifest['model_version']}"
    found.append(Fact("Made by", "", versions, "What to cite when a figure is asked about."))
    return found


def _checks(checks: Mapping[str, Any]) -> Fact:
    warned = checks["warnings"]
    names = f": {', '.join(each['name'] for each in warned)}" if warned else ""
    apart = sum(each["contained"] for each in checks.get("contained", ()))
    said = f" of {checks['run']:,} checks passed, {len(warned):,} {'warning' if len(warned) == 1 else 'warnings'}"
    return Fact(
        "Checks",
        f"{checks['passed']:,}",
        said + (f", {apart:,} findings set apart" if apart else ""),
        f"A critical check that fails keeps a publication from being served{names and f'. Warned{names}'}.",
        True,
    )


def _links(marts: Marts) -> list[Fact]:
    if not marts.holds("link_quality"):
        return []
    rows = marts.ask("link_quality").to_pylist()
    audited = next((row["value"] or 0 for row in rows if row["measure"] == "calibrated_on"), 0)
    said = [
        Fact("Audit", *_audited(audited), "Only links that a person reviewed, blind, prove the rest.", True)
    ]
    for measure, meaning in (
        ("precision", "Share of accepted links that are right."),
        ("recall", "Share of true links that are accepted, among the pairs that were compared."),
        ("blocking_loss", "Share of true links that were never compared."),
    ):
        known = [row for row in rows if row["measure"] == measure and row["basis"] in _BASES]
        for row in sorted(known, key=lambda row: list(_BASES).index(row["basis"]))[:1]:
            doubt = f" ({figures.span(row['low'], row['high'])})" if row["low"] is not None else ""
            name = f"Link {measure}" if measure != "blocking_loss" else "Blocking loss"
            said.append(Fact(name, figures.percent(row["value"]), f"{doubt} {_BASES[row['basis']]}", meaning))
    return said


def _audited(pairs: float) -> tuple[str, str]:
    return (f"{pairs:,.0f}", " links audited") if pairs else ("No links audited", "")


def _records(marts: Marts) -> list[Fact]:
    if not marts.holds("records"):
        return []
    by_stage = {row["stage"]: row for row in marts.ask("records").to_pylist()}
    said = []
    if landed := by_stage.get("landing"):
        rest = f" of {landed['read']:,} records rejected"
        meaning = "Records that broke a rule; each is named with its reason in marts.reconciliation."
        said.append(Fact("Records", f"{landed['rejected']:,}", rest, meaning, True))
    if (orders := by_stage.get("order_owner")) and orders["read"]:
        share = figures.percent(orders["rejected"] / orders["read"])
        meaning = "Counted orders that belong to no known person; in no segment."
        said.append(Fact("Orders", share, " of orders without an owner", meaning, True))
    return said


def _cells(manifest: Mapping[str, Any]) -> Fact:
    meaning = "A figure over fewer people is hidden, and a second one where a sum would give it back."
    lowered = ", lowered by configuration" if manifest.get("min_cell_is_lowered") else ""
    return Fact(
        "Smallest cell", f"Fewer than {manifest['min_cell']}", f" people: hidden{lowered}", meaning, True
    )


def _time(marts: Marts, manifest: Mapping[str, Any]) -> list[Fact]:
    said = [
        Fact(
            "Data to",
            str(manifest["as_of"] or "none"),
            "",
            "The last day for which the facts are whole (UTC).",
        )
    ]
    for row in marts.ask("months").to_pylist() if marts.holds("months") else ():
        if row["months"]:
            rest = f", {row['first_month']:%Y-%m} to {row['last_month']:%Y-%m}"
            said.append(
                Fact("Months", f"{row['months']}", rest, "Complete months; the page shows the last one.")
            )
    return said
