"""Truth from outside: office holders as contacts, their bare handles on five networks as profiles.

Nothing here is ever tuned on: the set is for evaluation only. Lives here: reading the two JSON files, the
simple rules to beat. Must not live here: matching, measures, layout.

contacts.json: a list of {id, first, middle, last, nickname, official_full, birthday, phone, url …};
handles.json: a list of {id, network, handle}; `id` is the true key.
"""

from __future__ import annotations

import datetime as dt
import json
import tempfile
from dataclasses import dataclass
from pathlib import Path

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq

from warehouse.engine import connect, quote_text
from warehouse.identity.evaluation.sample import THRESHOLDS
from warehouse.identity.measure.link_quality import PairQuality, Share
from warehouse.identity.personas.build import build_personas
from warehouse.identity.run import link_personas
from warehouse.identity.tables import Maker
from warehouse.settings import Settings

make = Maker(__name__)

RANKS = (1, 3, 10)


@dataclass(frozen=True)
class PublicFiguresEvaluation:
    """Handle → person: at each threshold, by rank, and what simple rules reach on the same records."""

    handles: int
    by_threshold: dict[float, PairQuality]
    at_precision_99: PairQuality
    true_owner_in_first: dict[int, Share]
    simple_rules: dict[str, PairQuality]


def evaluate_public_figures(folder: Path, settings: Settings) -> PublicFiguresEvaluation:
    """Link the set in `folder` from nothing with the configured model, in a folder that is thrown away."""
    contacts, profiles, truth = read_public_figures(folder)
    with tempfile.TemporaryDirectory() as temporary:
        build = Path(temporary)
        build_personas(build, {"contacts": contacts, "profiles": profiles})
        _write_run(build)
        link_personas(build, None, settings)
        with connect() as connection:
            connection.execute(f"attach {quote_text(build / 'warehouse.duckdb')} as warehouse (read_only)")
            make.rows(connection, "truth_rows", truth)
            _read_candidates(connection, build)
            return _measured(connection, truth.num_rows)


def read_public_figures(folder: Path) -> tuple[pa.Table, pa.Table, pa.Table]:
    """Contacts and profiles as rows of the canonical tables, and truth (profile_persona_id, contact_id)."""
    people = json.loads((folder / "contacts.json").read_text(encoding="utf-8"))
    handles = json.loads((folder / "handles.json").read_text(encoding="utf-8"))
    texts = {
        "contact_id": [p["id"] for p in people],
        "full_name": [p.get("official_full") for p in people],
        "given_name": [p.get("first") for p in people],
        "middle_name": [p.get("middle") for p in people],
        "family_name": [p.get("last") for p in people],
        "nickname": [p.get("nickname") for p in people],
        "phone": [p.get("phone") for p in people],
        "website": [p.get("url") for p in people],
        "country": ["US" for _ in people],
    }
    contacts = pa.table({name: pa.array(values, pa.string()) for name, values in texts.items()})
    birth_years = [int(p["birthday"][:4]) if p.get("birthday") else None for p in people]
    contacts = contacts.append_column("birth_year", pa.array(birth_years, pa.int32()))
    numbers = [f"{h['network']}-{i}" for i, h in enumerate(handles)]
    profiles = pa.table(
        {
            "network": pa.array([h["network"] for h in handles], pa.string()),
            "profile_id": pa.array(numbers, pa.string()),
            "handle": pa.array([h["handle"] for h in handles], pa.string()),
        }
    )
    truth = pa.table(
        {
            "profile_persona_id": [
                f"profile:{h['network']}:{number}" for h, number in zip(handles, numbers, strict=True)
            ],
            "contact_id": [h["id"] for h in handles],
        }
    )
    return contacts, profiles, truth


def _write_run(build: Path) -> None:
    parameters = build / "inputs" / "parameters.parquet"
    run_at = pa.array([dt.datetime(2000, 1, 1, tzinfo=dt.UTC)], pa.timestamp("us", tz="UTC"))
    table = pq.read_table(parameters).append_column("run_id", [["evaluation"]])
    pq.write_table(table.append_column("run_at", run_at), parameters)


def _read_candidates(connection: duckdb.DuckDBPyConnection, build: Path) -> None:
    identity = build / "identity"
    make(
        connection,
        "owned",
        f"""
        with persons as (
            select person_id, list(replace(persona_id, 'contact:', '')) as contact_ids
            from read_parquet({quote_text(identity / "personas.parquet")})
            where starts_with(persona_id, 'contact:')
            group by person_id
        )
        select
            truth.profile_persona_id, c.probability,
            list_contains(persons.contact_ids, truth.contact_id) as is_true,
            row_number() over (
                partition by truth.profile_persona_id order by c.probability desc, c.person_id
            ) as rank
        from truth_rows as truth
        inner join read_parquet({quote_text(identity / "link_candidates.parquet")}) as c
            on truth.profile_persona_id = c.profile_persona_id
        inner join persons on c.person_id = persons.person_id
        """,
    )


def _measured(connection: duckdb.DuckDBPyConnection, handles: int) -> PublicFiguresEvaluation:
    def at(threshold: float) -> PairQuality:
        hits, linked = connection.execute(
            "select count(*) filter (where is_true), count(*) from owned "
            f"where rank = 1 and probability >= {threshold}"
        ).fetchall()[0]
        return PairQuality(Share(hits, linked), Share(hits, handles))

    steps = [
        row[0] for row in connection.execute("select distinct probability from owned order by 1").fetchall()
    ]
    precise = [q for q in map(at, steps) if q.precision.value >= 0.99]
    ranks = {}
    for rank in RANKS:
        found = connection.execute(f"select count(*) from owned where is_true and rank <= {rank}").fetchall()[
            0
        ][0]
        ranks[rank] = Share(found, handles)
    return PublicFiguresEvaluation(
        handles=handles,
        by_threshold={t: at(t) for t in THRESHOLDS},
        at_precision_99=max(precise, key=lambda q: q.recall.hits, default=at(1.0)),
        true_owner_in_first=ranks,
        simple_rules=_simple_rules(connection, handles),
    )


def _simple_rules(connection: duckdb.DuckDBPyConnection, handles: int) -> dict[str, PairQuality]:
    """Exact derived forms, and the unique family name inside a handle, on the same standardised columns."""
    rules = {
        "exact derived form": (
            "list_has_any(list_concat(c.full_handles, c.initial_handles),"
            " [p.handle_letters, p.handle_skeleton])"
        ),
        "unique family name inside": "contains(p.handle_letters, c.family_name)",
    }
    results = {}
    for name, condition in rules.items():
        hits, linked = connection.execute(
            f"""
            with claims as (
                select p.persona_id, c.native_id
                from warehouse.intermediate.int_personas as p
                inner join warehouse.intermediate.int_personas as c
                    on p.persona_type = 'profile' and c.persona_type = 'contact' and ({condition})
            ),
            single as (
                select persona_id, min(native_id) as contact_id
                from claims group by persona_id having count(*) = 1
            )
            select count(*) filter (where truth.contact_id = single.contact_id), count(*)
            from single inner join truth_rows as truth on single.persona_id = truth.profile_persona_id
            """
        ).fetchall()[0]
        results[name] = PairQuality(Share(hits, linked), Share(hits, handles))
    return results
