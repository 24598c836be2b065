"""What dbt needs of the configuration and the ledger, as small Parquet files of the build.

`input_tables` is pure: settings, ledger entries and the facts of the run in, Arrow tables out;
`write_inputs` puts them into `<build>/inputs/`. The columns are those of dbt's source `inputs`. Must not live
here: what a model makes of them, and what a format always lists (the caller tells, see `SourceFacts`).
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Container, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from warehouse.builds.file_names import kind_of_file, mask_in_sentence, mask_name
from warehouse.lake import file_beside
from warehouse.ledger import Entry
from warehouse.settings import Settings

_TEXT, _COUNT, _FLAG, _NUMBER = pa.string(), pa.int64(), pa.bool_(), pa.float64()
_INSTANT = pa.timestamp("us", tz="UTC")

SCHEMAS: dict[str, pa.Schema] = {
    "parameters": pa.schema(
        {
            "brand_name": _TEXT,
            "currency": _TEXT,
            "as_of": pa.date32(),
            "months": _COUNT,
            "min_cell": _COUNT,
            "join_threshold": _NUMBER,
            "keep_threshold": _NUMBER,
            "review_threshold": _NUMBER,
            "max_accounts_per_network": _COUNT,
            "linking_basis": _TEXT,
            "linking_purpose": _TEXT,
            "stage_since": _TEXT,
            "code_version": _TEXT,
            "config_fingerprint": _TEXT,
            "run_id": _TEXT,
            "run_at": _INSTANT,
        }
    ),
    "configured_accounts": pa.schema(
        {"owner_kind": _TEXT, "owner_name": _TEXT, "network": _TEXT, "account": _TEXT}
    ),
    "configured_sources": pa.schema(
        {
            "source": _TEXT,
            "format": _TEXT,
            "network": _TEXT,
            "observes_views": _FLAG,
            "observes_counters": _FLAG,
            "observes_connections": _FLAG,
            "observes_reshares": _FLAG,
            "deletions_by": _TEXT,
            "tables": pa.list_(_TEXT),
        }
    ),
    "configured_words": pa.schema({"kind": _TEXT, "value": _TEXT}),
    "configured_segmentations": pa.schema({"segmentation": _TEXT, "description": _TEXT}),
    "avatars": pa.schema({"network": _TEXT, "profile_id": _TEXT, "avatar_hash": pa.uint64()}),
    "files": pa.schema(
        {
            "source": _TEXT,
            "file_name": _TEXT,  # masked (file_names.py): marts, manifest and reports are made of this
            "file_kind": _TEXT,
            "source_file_sha256": _TEXT,
            "bytes": _COUNT,
            "records_read": _COUNT,
            "records_accepted": _COUNT,
            "records_duplicate": _COUNT,
            "records_rejected": _COUNT,
            "rejected_by_reason": pa.map_(_TEXT, _COUNT),
            "rows_landed": _COUNT,
            "outcome": _TEXT,
            "reason_code": _TEXT,
            "reason": _TEXT,
            "file_observed_at": _INSTANT,
            "file_observed_by": _TEXT,  # observed_on, file_name, or, for want of both, file_clock
            "landed_at": _INSTANT,
            "withdrawn_at": _INSTANT,
        }
    ),
    # records that the checks of what landed leave out of this build (quality/containment.py fills it)
    "set_apart": pa.schema(
        {
            "source": _TEXT,
            "source_file_sha256": _TEXT,
            "source_record": _TEXT,
            "relation": _TEXT,
            "check_name": _TEXT,
            "row_count": _COUNT,
        }
    ),
}


@dataclass(frozen=True)
class Run:
    """The run that the inputs are of. `run_at` has a time zone."""

    run_id: str
    run_at: dt.datetime
    code_version: str


@dataclass(frozen=True)
class SourceFacts:
    """What a source's format says of it: what holds where the source is silent, what it always lists (the rest it
    observes once it has landed), and what it can fill."""

    network: str | None = None
    deletions_by: str = "platform"
    views: bool = False
    counters: bool = False
    connections: bool = False
    reshares: bool = False
    tables: tuple[str, ...] = ()


def input_tables(
    settings: Settings,
    file_entries: Iterable[Entry],
    facts: Mapping[str, SourceFacts],
    run: Run,
    avatars: pa.Table | None = None,
) -> dict[str, pa.Table]:
    """Return the tables by name, each of its schema in `SCHEMAS`.

    `file_entries` are the ledger's entries of kind 'file', in order: of each content of a configured source
    the last one counts, and entries emptied by an erasure are passed over. `facts` is by source name; a
    source without facts raises KeyError. `avatars` is what avatars.hash_avatars gives; none without it.
    """
    rows: dict[str, list[dict[str, Any]]] = {
        "parameters": [_parameters(settings, run)],
        "configured_accounts": _accounts(settings),
        "configured_sources": _sources(settings, facts),
        "configured_words": _words(settings),
        "configured_segmentations": [
            {"segmentation": s.name, "description": s.description} for s in settings.segmentations
        ],
        "files": _files(file_entries, {source.name for source in settings.sources}),
    }
    tables = {name: pa.Table.from_pylist(rows.get(name, []), schema) for name, schema in SCHEMAS.items()}
    return tables if avatars is None else tables | {"avatars": avatars}


def write_inputs(build: Path, tables: Mapping[str, pa.Table]) -> Path:
    """Write each table to `<build>/inputs/<name>.parquet`, whole or not at all. Returns the folder."""
    folder = build / "inputs"
    for name, table in tables.items():
        with file_beside(folder / f"{name}.parquet") as beside:
            pq.write_table(table, beside)
    return folder


def _parameters(settings: Settings, run: Run) -> dict[str, Any]:
    identity, linking = settings.identity, settings.privacy.linking
    return {
        "brand_name": settings.brand.name,
        "currency": settings.currency,
        "as_of": settings.as_of,
        "months": settings.months,
        "min_cell": settings.privacy.min_cell,
        "join_threshold": identity.join,
        "keep_threshold": identity.keep,
        "review_threshold": identity.review,
        "max_accounts_per_network": identity.max_accounts_per_network,
        "linking_basis": linking.basis,
        "linking_purpose": linking.purpose,
        "stage_since": settings.crm.stage_since,
        "code_version": run.code_version,
        "config_fingerprint": settings.fingerprint,
        "run_id": run.run_id,
        "run_at": run.run_at,
    }


def _accounts(settings: Settings) -> list[dict[str, Any]]:
    """One row an account, as handles compare: lower case, without @."""
    brand = settings.brand
    owners = [("brand", brand.name, brand.accounts), ("staff", brand.name, brand.staff_accounts)]
    owners += [("competitor", c.name, c.accounts) for c in settings.competitors]
    return [
        {"owner_kind": kind, "owner_name": name, "network": network, "account": account.lstrip("@").lower()}
        for kind, name, networks in owners
        for network, accounts in networks.items()
        for account in accounts
    ]


def _sources(settings: Settings, facts: Mapping[str, SourceFacts]) -> list[dict[str, Any]]:
    return [
        {
            "source": source.name,
            "format": source.format,
            "network": source.network or facts[source.name].network,
            "observes_views": facts[source.name].views,
            "observes_counters": facts[source.name].counters,
            "observes_connections": facts[source.name].connections,
            "observes_reshares": facts[source.name].reshares,
            "deletions_by": source.deletions_by or facts[source.name].deletions_by,
            "tables": list(facts[source.name].tables),
        }
        for source in settings.sources
    ]


def _words(settings: Settings) -> list[dict[str, Any]]:
    """The company's own words; domains in lower case, as addresses compare."""
    words = {
        "customer_stage": settings.crm.customer_stages,
        "counted_order_status": settings.crm.counted_order_statuses,
        "brand_domain": tuple(domain.lower() for domain in settings.brand.domains),
        "staff_email_domain": tuple(domain.lower() for domain in settings.crm.staff_email_domains),
    }
    return [{"kind": kind, "value": value} for kind, values in words.items() for value in values]


def failed_files(entries: Iterable[Entry], sources: Container[str]) -> list[dict[str, Any]]:
    """Give the ledger's last word on each file that does not count: not readable, set aside, lost.

    The names are the real ones.
    """
    return [payload for payload in _last_words(entries, sources) if payload["outcome"] in ("failed", "lost")]


def _files(entries: Iterable[Entry], sources: Container[str]) -> list[dict[str, Any]]:
    return [_file(payload) for payload in _last_words(entries, sources)]


def _file(payload: dict[str, Any]) -> dict[str, Any]:
    """Give a file's row: counts as the ledger has them, its name only masked."""
    name, reason, seen_at = payload["file_name"], payload.get("reason"), payload.get("observed_at")
    mask = mask_name(name, payload["source_file_sha256"])
    is_withdrawn = payload["outcome"] == "withdrawn"
    return {column: payload.get(column) for column in SCHEMAS["files"].names} | {
        "file_name": mask,
        "file_kind": kind_of_file(payload["source"], name),
        "rejected_by_reason": sorted((payload.get("rejected_by_reason") or {}).items()),
        "rows_landed": sum((payload.get("rows") or {}).values()),
        "reason": mask_in_sentence(reason, name, mask) if reason else None,
        "file_observed_at": dt.datetime.fromisoformat(seen_at) if seen_at else None,
        "file_observed_by": payload.get("observed_by", "file_clock") if seen_at else None,
        "landed_at": dt.datetime.fromisoformat(payload["landed_at"]),
        "withdrawn_at": dt.datetime.fromisoformat(payload["withdrawn_at"]) if is_withdrawn else None,
    }


def _last_words(entries: Iterable[Entry], sources: Container[str]) -> list[dict[str, Any]]:
    """One entry a content; a failure goes once a later entry says how its file, by its name, fared since.

    An entry of a zip's member, 'a.zip!member', says that the zip 'a.zip' could be read; one with the outcome
    'gone', that the file was deleted; with 'restored', that one withdrawn may land again.
    """
    last: dict[tuple[str, str], dict[str, Any]] = {}
    failed: dict[tuple[str, str], tuple[str, str]] = {}
    for entry in entries:
        if entry.payload is not None and entry.payload["source"] in sources:
            payload = entry.payload
            source, name = payload["source"], payload["file_name"]
            for named in {(source, name), (source, name.partition("!")[0])} & failed.keys():
                last.pop(failed.pop(named), None)
            content = (source, payload["source_file_sha256"] or name)
            if payload["outcome"] in ("gone", "restored"):
                last.pop(content, None)
                continue
            last[content] = payload
            if payload["outcome"] == "failed":
                failed[source, name] = content
    return list(last.values())
