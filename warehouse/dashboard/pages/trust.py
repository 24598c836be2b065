"""How far the figures can be trusted: checks with their reasons, links, records, what was published before."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import pyarrow as pa

from warehouse.dashboard import trust
from warehouse.dashboard.figures import count
from warehouse.dashboard.pages.page import Asked, Page, Section, View, view_of_sections
from warehouse.dashboard.pages.shown import table_of

_CHECKS = pa.schema([(name, pa.string()) for name in ("result", "check", "found", "why_it_matters")])
_FACTS = pa.schema([(name, pa.string()) for name in ("what", "found", "what_it_means")])
_FILES = pa.schema(
    [("source", pa.string()), ("outcome", pa.string()), ("files", pa.int64()), ("bytes", pa.int64())]
)
_REFUSED = pa.schema([("refused_at", pa.string()), ("run", pa.string()), ("why", pa.string())])
_DOCUMENTS = (
    ("data_docs/index.html", "Data Docs: every check with its rows"),
    ("dbt_docs/index.html", "dbt docs: every table and column"),
    ("report/index.html", "Report of this publication"),
    ("manifest.json", "Manifest: hashes of inputs and outputs"),
)


def show(asked: Asked) -> View:
    """What was checked, measured and counted of the publication that serves."""
    manifest = asked.at_hand.manifest
    checks = manifest["checks"]
    said = f"**{checks['passed']:,}** of {checks['run']:,} checks passed"
    more = [f"{len(checks['warnings']):,} warned"] if checks["warnings"] else []
    more += (
        [f"{len(checks.get('contained', ())):,} set rows or people apart"] if checks.get("contained") else []
    )
    more += [f"{len(checks.get('accepted', ())):,} accepted by somebody"] if checks.get("accepted") else []
    nothing = f"{checks.get('not_applicable', 0):,} had nothing to look at"
    sections = [
        Section(
            "At a glance",
            table=table_of(
                _facts(asked),
                "What is known of the figures' truth",
                headings={"what_it_means": "What it means"},
                download="/trust/facts.csv",
            ),
        ),
        Section(
            "Checks",
            f"{', '.join([said, *more])}; {nothing}.",
            table=table_of(
                _checks(checks),
                "Checks that found something",
                headings={"why_it_matters": "Why it matters"},
                download="/trust/checks.csv",
                empty="No check found anything.",
            ),
            links=_documents(asked),
        ),
        *_links(asked),
        *_records(asked),
        _sources(manifest),
        *_history(asked),
    ]
    return view_of_sections("Trust", *sections)


def table(asked: Asked, name: str) -> pa.Table | None:
    """What a download of this page holds."""
    marts, manifest = asked.at_hand.marts, asked.at_hand.manifest
    if name in ("identity_quality", "reconciliation"):
        return marts.ask(name) if marts.holds(name) else None
    made = {
        "facts": lambda: _facts(asked),
        "checks": lambda: _checks(manifest["checks"]),
        "files": lambda: _files(manifest),
        "refused_runs": lambda: _refused(manifest),
    }
    return made[name]() if name in made else None


def _facts(asked: Asked) -> pa.Table:
    found = trust.facts(asked.at_hand.marts, asked.at_hand.manifest)
    rows = [{"what": f.name, "found": f"{f.strong}{f.rest}", "what_it_means": f.meaning} for f in found]
    return pa.Table.from_pylist(rows, _FACTS)


def _checks(checks: Mapping[str, Any]) -> pa.Table:
    """Every check that found something, with what it costs; manifests of before do not say why it matters."""

    def row(result: str, check: Mapping[str, Any]) -> dict[str, str | None]:
        return {
            "result": result,
            "check": check["name"],
            "found": check["observed"],
            "why_it_matters": check.get("why"),
        }

    rows = [
        row(f"{each['contained']:,} {each['what']}s set apart", each) for each in checks.get("contained", ())
    ]
    rows += [row(f"accepted by {each['by']}: {each['reason']}", each) for each in checks.get("accepted", ())]
    rows += [row("warning", each) for each in checks["warnings"]]
    return pa.Table.from_pylist(rows, _CHECKS)


def _documents(asked: Asked) -> tuple[tuple[str, str], ...]:
    return tuple(
        (name, f"/published/{file}") for file, name in _DOCUMENTS if (asked.at_hand.path / file).exists()
    )


def _links(asked: Asked) -> Iterator[Section]:
    marts = asked.at_hand.marts
    if not marts.holds("identity_quality"):
        return
    rows = marts.ask("identity_quality")
    audited = sum(row["value"] or 0 for row in rows.to_pylist() if row["measure"] == "calibrated_on")
    said = (
        f"Probabilities are calibrated on **{count(audited)}** audited pairs."
        if audited
        else "**No link is audited**: probabilities are the model's own. Answer the audit under Review."
    )
    shown = table_of(
        rows,
        "Quality of the links",
        mart="identity_quality",
        definitions=asked.definitions,
        download="/trust/identity_quality.csv",
        behind="/rows/identity_quality",
        empty="Nothing was measured of the links.",
    )
    yield Section("Links", said, table=shown)


def _records(asked: Asked) -> Iterator[Section]:
    """Every record that was read has one outcome; whether the sums say so is said."""
    marts = asked.at_hand.marts
    if not marts.holds("reconciliation"):
        return
    rows = marts.ask("reconciliation")
    off = [r for r in rows.to_pylist() if r["read"] != r["accepted"] + r["duplicate"] + r["rejected"]]
    said = (
        f"**{len(off)} rows do not add up**: read is not accepted, duplicate and rejected together."
        if off
        else "Read is accepted, duplicate and rejected together, in every row."
    )
    shown = table_of(
        rows,
        "Reconciliation",
        mart="reconciliation",
        definitions=asked.definitions,
        download="/trust/reconciliation.csv",
        behind="/rows/reconciliation",
    )
    yield Section("Records", said, table=shown)


def _sources(manifest: Mapping[str, Any]) -> Section:
    shown = table_of(
        _files(manifest),
        "Source files",
        download="/trust/files.csv",
        empty="The manifest names no source file.",
    )
    return Section("Files", "What was read; the manifest holds the SHA-256 of each.", table=shown)


def _files(manifest: Mapping[str, Any]) -> pa.Table:
    """Source files and their bytes, by source and outcome."""
    held: dict[tuple[str, str], list[int]] = {}
    for file in manifest.get("inputs", {}).get("source_files", ()):
        held.setdefault((file["source"], file["outcome"]), []).append(file["bytes"] or 0)
    rows = [
        {"source": source, "outcome": outcome, "files": len(sizes), "bytes": sum(sizes)}
        for (source, outcome), sizes in sorted(held.items())
    ]
    return pa.Table.from_pylist(rows, _FILES)


def _refused(manifest: Mapping[str, Any]) -> pa.Table:
    """Runs that were not published since the publication before."""
    refused = [
        {
            "refused_at": each["refused_at"],
            "run": each["run_id"],
            "why": "; ".join(f"{name}: {found}" for name, found in each["checks"]),
        }
        for each in manifest.get("run", {}).get("refused_since_last_publication", ())
    ]
    return pa.Table.from_pylist(refused, _REFUSED)


def _history(asked: Asked) -> Iterator[Section]:
    """What became of earlier figures and runs."""
    marts = asked.at_hand.marts
    if "restatements" in marts.tables:
        found = marts.count_of("restatements", {})
        said = (
            f"**{found:,}** figures differ from those published before; the mart says why."
            if found
            else "No figure published before has changed."
        )
        yield Section("Restatements", said, links=(("The figures that changed", "/rows/restatements"),))
    shown = table_of(
        _refused(asked.at_hand.manifest),
        "Runs refused",
        download="/trust/refused_runs.csv",
        empty="No run was refused between the publication before and this one.",
    )
    yield Section("Refused runs", table=shown)


PAGE = Page("trust", "Trust", 70, show, table=table)
