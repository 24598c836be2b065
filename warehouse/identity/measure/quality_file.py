"""quality.parquet: what is known of how good the links are, and of the shape of the persons they make.

Lives here: gathering. Must not live here: arithmetic (audit_measures.py, model/calibration.py), truth
(evaluation/sample_review.py leaves what it found in truth_quality.parquet of the home's identity folder).
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import duckdb
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from warehouse.engine import quote_text
from warehouse.identity.measure import audit_measures
from warehouse.identity.measure.audit_measures import AuditRow, Measure
from warehouse.identity.measure.audit_sample import read_audit_sample
from warehouse.identity.model import calibration
from warehouse.identity.model.calibration import CalibrationMap
from warehouse.identity.tables import Maker
from warehouse.settings import Identity

make = Maker(__name__)

TRUTH_FILE = "truth_quality.parquet"
SIZE_STEPS = "size_steps"
SHAPE = ("persons", "ids_kept")
SCHEMA = pa.schema(
    [
        *((name, pa.string()) for name in ("model_version", "measure", "stratum_kind", "stratum", "segment")),
        ("network", pa.string()),
        *((name, pa.float64()) for name in ("value", "low", "high")),
        ("pairs", pa.int64()),
        ("basis", pa.string()),
    ]
)


@dataclass(frozen=True)
class Audit:
    """The audit sample with its answers, and the calibration map for each model it was answered under."""

    rows: tuple[AuditRow, ...]
    maps: dict[str, CalibrationMap | None]


def read_audit(connection: duckdb.DuckDBPyConnection, folder: Path) -> Audit:
    """Read drawn pairs and answers from the home's identity folder; needs `all_decisions` and `prior_personas`.

    Only answers given on the audit's own sheet count: who decided from the queue saw the probability.
    """
    read_audit_sample(connection, folder)
    found = connection.execute(
        """
        with answers as (
            select * from all_decisions
            where origin = 'audit'
            qualify row_number() over (
                partition by left_persona_id, right_persona_id order by decided_at desc nulls last, number desc
            ) = 1
        )
        select
            s.model_version, s.stratum, s.stratum_pairs, s.match_weight, s.pair_probability, s.was_accepted,
            s.is_profile_of_contact, s.network, s.segments, s.half,
            case answers.decision when 'match' then true when 'no_match' then false end, answers.reviewer,
            answers.decision = 'no_match' and coalesce(owner.person_id <> contact.person_id, false)
        from audit_sample as s
        left join answers using (left_persona_id, right_persona_id)
        left join prior_personas as contact on s.left_persona_id = contact.persona_id
        left join prior_personas as owner
            on s.right_persona_id = owner.persona_id and owner.link_status = 'accepted'
        order by s.left_persona_id, s.right_persona_id
        """
    ).fetchall()
    rows = tuple(AuditRow(*row) for row in found)
    return Audit(rows, {version: _fit(version, mine) for version, mine in _learning(rows).items()})


def _learning(rows: tuple[AuditRow, ...]) -> dict[str, list[AuditRow]]:
    return audit_measures.answered(rows, "calibration")


def _fit(version: str, rows: list[AuditRow]) -> CalibrationMap | None:
    weights = audit_measures.inverse_rates(rows)
    owned = np.array([row.says_whether_owned for row in rows], dtype=bool)
    found = calibration.fit(
        version,
        np.array([row.match_weight for row in rows])[owned],
        np.array([float(bool(row.is_match)) for row in rows])[owned],
        weights[owned],
    )
    return None if found is None else calibration.up_to_join(found, Identity().join)


def read_size_steps(identity: Path | None, model_version: str) -> int | None:
    """What quality.parquet of a run under this model says of its size (linkage_model.size_steps)."""
    path = None if identity is None else identity / "quality.parquet"
    if path is None or not path.exists():
        return None
    table = pq.read_table(path, columns=["model_version", "measure", "value"])
    found = table.filter((pc.field("model_version") == model_version) & (pc.field("measure") == SIZE_STEPS))
    return round(found["value"][0].as_py()) if found.num_rows else None


def quality_query(
    connection: duckdb.DuckDBPyConnection, folder: Path, audit: Audit, model_version: str, steps: int
) -> str:
    """SQL for quality.parquet: audit, truth of the sample company where known, and the run's own counts.

    `steps` is the size that the run was linked at (linkage_model.size_steps): the next run reads it.
    """
    measures = [
        *audit_measures.audit_measures(audit.rows, audit.maps),
        *_calibration_state(audit, model_version),
        _size(connection, model_version, steps),
        *shape(connection, model_version),
    ]
    make.rows(connection, "measures", pa.Table.from_pylist([m.as_row() for m in measures], SCHEMA))
    truth = folder / TRUTH_FILE
    columns = ", ".join(SCHEMA.names)
    known = f"read_parquet({quote_text(truth)})" if truth.exists() else "(from measures limit 0)"
    return f"""
        with known as (select {columns} from {known}),
        said as (
            -- all true links say more than those that were drawn
            select {columns} from measures as m
            where not exists (
                from known as k
                where
                    (k.model_version, k.measure, k.stratum_kind, k.stratum, k.basis)
                    = (m.model_version, m.measure, m.stratum_kind, m.stratum, m.basis)
                    and k.network is not distinct from m.network
            )
        )
        from (from known union all from said)
        order by model_version, measure, stratum_kind, stratum, network, basis
    """


def _calibration_state(audit: Audit, version: str) -> list[Measure]:
    """How many reviewed pairs stand behind the probabilities; 0 where they are as the model comes."""
    found = audit.maps.get(version)
    reviewed = found.reviewed if found else 0
    return [
        Measure(version, "calibrated_on", "all", "all", None, float(reviewed), None, None, reviewed, "run")
    ]


def _size(connection: duckdb.DuckDBPyConnection, version: str, steps: int) -> Measure:
    personas = connection.table("personas").shape[0]
    return Measure(version, SIZE_STEPS, "all", "all", None, float(steps), None, None, personas, "run")


def shape(connection: duckdb.DuckDBPyConnection, version: str, links: str = "persona_links") -> list[Measure]:
    """Persons by the number of their personas, and the share of ids kept since the last run (SHAPE).

    Reads `links` (persona_id, person_id) and `prior_personas`.
    """
    sizes = connection.execute(
        f"""
        select
            case when size <= 3 then cast(size as varchar) when size <= 5 then '4 to 5'
                when size <= 10 then '6 to 10' else 'more than 10' end as size_class,
            count(*)
        from (select count(*) as size from {links} group by person_id)
        group by 1 order by 1
        """
    ).fetchall()
    kept, stayed = connection.execute(
        f"""
        select count(*) filter (where p.person_id = l.person_id), count(*)
        from prior_personas as p inner join {links} as l using (persona_id)
        """
    ).fetchall()[0]
    rows = [
        Measure(version, "persons", "personas", size, None, float(n), None, None, int(n), "run")
        for size, n in sizes
    ]
    if stayed:
        rows.append(
            Measure(version, "ids_kept", "all", "all", None, kept / stayed, None, None, int(stayed), "run")
        )
    return rows
