"""A home with a hand-made publication: the report's marts, and a few people with pairs that wait.

Ann Smith, a customer, is contact 1 and forum 10. Whose x 11 (Ann Smyth) and x 12 are nobody knows: both wait in
the queue, and x 13 was drawn for the audit. Must not live here: what is asserted of the pages.
"""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Callable, Iterable, Mapping
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq
from starlette.testclient import TestClient

from tests.integration.report_marts import MANIFEST, write_mart, write_report_marts
from tests.serving import nobody_else
from warehouse.dashboard.app import build_app
from warehouse.dashboard.guard import Keys
from warehouse.lake import Home

HOST = "http://127.0.0.1:8600"
KEYS = Keys("entry-key", "form-key")
ANN, FORUM, SMYTH, OTHER, DRAWN = (
    "contact:1",
    "profile:forum:10",
    "profile:x:11",
    "profile:x:12",
    "profile:x:13",
)
_AT = dt.datetime(2026, 6, 1, 8, 30, tzinfo=dt.UTC)
_PERSONAS = (
    (ANN, "person_a", "contact", "crm", "Ann Smith", None, "a…@mail.example"),
    (FORUM, "person_a", "profile", "forum", "Ann Smith", "annsmith", None),
    (SMYTH, "person_b", "profile", "x", "Ann Smyth", "asmyth", None),
    (OTHER, "person_c", "profile", "x", "=HYPERLINK(1)", "other", None),
    (DRAWN, "person_d", "profile", "x", "Drawn <b>Person</b>", "drawn", None),
)
_EMPTY_FILES = ("violations", "person_id_history")


def write_publication(
    home: Home,
    publication_id: str,
    *,
    without: Iterable[str] = (),
    people: bool = True,
    segment: str = "top",
    manifest: Mapping[str, Any] | None = None,
) -> Path:
    """Write a publication and let it serve; `without` leaves marts out, `people` false all of people."""
    left_out = set(without)
    folder = write_report_marts(home.published / publication_id, segment=segment, without=left_out)
    with duckdb.connect(str(folder / "marts.duckdb")) as connection:
        for name, rows in _more_marts().items():
            if name not in left_out:
                connection.execute(f"drop table if exists {name}")
                write_mart(connection, name, rows)
    if people:
        with duckdb.connect(str(folder / "people.duckdb")) as connection:
            for name, rows in _people().items():
                if name not in left_out:
                    write_mart(connection, name, rows)
    _write_identity(folder / "identity")
    needed = {"run_id": publication_id, "run_fingerprint": "f", "tables": [], "outputs": []}
    said = {**MANIFEST, **needed, "publication_id": publication_id, **(manifest or {})}
    (folder / "manifest.json").write_text(json.dumps(said), encoding="utf-8")
    (folder / "data_docs").mkdir()
    (folder / "data_docs" / "index.html").write_text("<p>every check</p>", encoding="utf-8")
    beside = home.published / ".next"
    beside.symlink_to(publication_id)
    beside.replace(home.current)
    return folder


def draw_for_audit(home: Home) -> None:
    """Let ann and x 13 be a pair of the audit, as if it had been drawn."""
    from warehouse.engine import connect
    from warehouse.identity.measure.audit_sample import read_audit_sample, write_audit_sample

    with connect(threads=1) as connection:
        read_audit_sample(connection, home.identity)
        connection.execute(
            "insert into audit_sample by name select ? as left_persona_id, ? as right_persona_id",
            [ANN, DRAWN],
        )
        write_audit_sample(connection, home.identity)


def client_of(
    home: Home, alone: Callable[[], AbstractContextManager[None]] = nobody_else, *, comes_in: bool = True
) -> TestClient:
    """A browser at the dashboard of a home, let in unless `comes_in` is false."""
    client = TestClient(build_app(home, "Hearthlight", alone, KEYS), HOST, raise_server_exceptions=False)
    if comes_in:
        assert client.get("/", params={"key": KEYS.entry}).status_code == 200
    return client


def decisions(home: Home) -> list[tuple[str, ...]]:
    """What the decisions file holds: pair, verdict, reviewer, reason, origin."""
    path = home.identity / "decisions.parquet"
    names = ("left_persona_id", "right_persona_id", "decision", "reviewer", "reason", "origin")
    return [tuple(row[n] for n in names) for row in pq.read_table(path).to_pylist()] if path.exists() else []


def _more_marts() -> dict[str, list[Mapping[str, Any]]]:
    metric = {
        "mart": "segment_presence",
        "metric": "presence_rate_expected",
        "formula_version": 1,
        "definition": "Presence that linkage expects",
        "formula": "Σ q / customers",
        "unit": "rate",
    }
    landed = {
        "source": "x",
        "source_file_sha256": "ab",
        "file_name": "a.jsonl",
        "stage": "landing",
        "outcome": "landed",
        "read": 10,
        "accepted": 7,
        "duplicate": 2,
        "rejected": 1,
    }
    return {"metric_catalog": [metric], "reconciliation": [landed]}


def _people() -> dict[str, list[Mapping[str, Any]]]:
    names = ("persona_id", "person_id", "persona_type", "network", "name", "handle", "masked_email")
    personas = [
        {
            **dict(zip(names, row, strict=True)),
            "native_id": row[0].rpartition(":")[2],
            "probability": 0.99,
            "link_status": "accepted",
            "decided_by": "model",
            "created_at": _AT,
        }
        for row in _PERSONAS
    ]
    person = {
        "person_id": "person_a",
        "name": "Ann Smith",
        "account_role": "person",
        "is_customer": True,
        "personas": 2,
        "networks": 1,
        "weakest_link_probability": 0.99,
        "is_held_back": False,
    }
    queue = [_waiting(right, rank) for rank, right in ((1, SMYTH), (2, OTHER), (3, DRAWN))]
    evidence = [
        {
            "comparison": "prior",
            "meaning": "starting weight",
            "label": "before anything is compared",
            "weight": -18.0,
        },
        {
            "comparison": "name",
            "meaning": "full name against full name",
            "label": "both sound alike",
            "weight": 20.0,
        },
    ]
    events = [
        {
            "person_id": "person_a",
            "event_number": number,
            "happened_at": _AT - dt.timedelta(days=9 * (120 - number)),
            "is_time_observed": True,
            "event_kind": "post",
            "channel": "forum" if number % 2 else "commerce",
            "event_id": f"e{number}",
            "detail": "=1+1",
            "link_probability": 0.99,
        }
        for number in range(1, 121)
    ]
    return {
        "persons": [person],
        "persona_details": personas,
        "customers": [
            {"person_id": "person_a", "value_segment": "top", "segments": "value: top", "frequency": 3}
        ],
        "organizations": [{"person_id": "person_a", "organization_name": "Acme", "persona_id": ANN}],
        "timeline": events,
        "review_queue": queue,
        "link_evidence": [
            {**each, "left_persona_id": ANN, "right_persona_id": right}
            for each in evidence
            for right in (FORUM, SMYTH, OTHER, DRAWN)
        ],
        "link_candidates": [],
    }


def _waiting(right: str, rank: int) -> Mapping[str, Any]:
    return {
        "left_persona_id": ANN,
        "right_persona_id": right,
        "reason": "doubtful",
        "pair_probability": 0.8,
        "probability": 0.6543,
        "evidence": "For: full name against full name: both sound alike (+20.0 bits).",
        "uncertainty": 0.9,
        "queue_rank": rank,
    }


def _write_identity(folder: Path) -> None:
    folder.mkdir()
    pairs = [(ANN, right) for right in (FORUM, SMYTH, OTHER, DRAWN)]
    scored = {
        "left_persona_id": [left for left, _ in pairs],
        "right_persona_id": [right for _, right in pairs],
        "match_weight": [5.0] * 4,
        "pair_probability": [0.99, 0.8, 0.7, 0.6],
        "stands_for": pa.array([None] * 4, pa.int32()),
    }
    pq.write_table(pa.table(scored), folder / "scored_pairs.parquet")
    for name in _EMPTY_FILES:
        pq.write_table(pa.table({"left_persona_id": pa.array([], pa.string())}), folder / f"{name}.parquet")
