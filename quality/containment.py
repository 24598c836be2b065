"""What a finding costs: a few odd records are set apart so that the rest is published, more refuse it.

Lives here: which rows of landed tables are set apart for a build, how many may be, and what a person accepted.
Must not live here: rules (suites/), how a check is run (runner.py), persons (warehouse/identity), and the leaving
out itself, which relations.py and dbt's source `lake` do.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Protocol

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq

from quality.check import Check, CheckResult
from quality.relations import Relations, qualified
from warehouse.engine import quote_text
from warehouse.lake import file_beside
from warehouse.settings import Containment

_PLACE = "source, source_file_sha256, source_record"


class Acceptance(Protocol):
    """Who lets the next publication pass in spite of a check, and why (warehouse/publication/ has them)."""

    @property
    def by(self) -> str: ...
    @property
    def reason(self) -> str: ...


def accept(results: Iterable[CheckResult], accepted: Mapping[str, Acceptance]) -> list[CheckResult]:
    """Mark the results that a person accepted by the name of the check; only acceptable ones are."""
    return [
        replace(result, accepted_by=said.by, accepted_reason=said.reason)
        if result.blocks and result.is_acceptable and (said := accepted.get(result.name)) is not None
        else result
        for result in results
    ]


def set_records_apart(
    checks: Sequence[Check], results: Sequence[CheckResult], relations: Relations, limits: Containment
) -> tuple[list[CheckResult], pa.Table]:
    """Set apart what the checks of single records found.

    Table by table, the rows that these checks found together are counted. Where they are more than `limits`
    allows, those checks that found the most are not contained, and refuse the publication. What a person accepted
    is set apart however much it is. Returns the results, each with what was contained, or with what would have to
    be; and the build's input `set_apart`.
    """
    connection = relations.connection
    connection.execute(
        "create or replace temp table set_apart (source varchar, source_file_sha256 varchar,"
        " source_record varchar, relation varchar, check_name varchar, row_count bigint)"
    )
    found = {result.name: result for result in results}
    costly = [c for c in checks if c.is_critical and c.cost == "record" and found[c.name].unexpected_count]
    for relation in dict.fromkeys(check.relation for check in costly):
        rows = relations.count(relation)
        mine = [check for check in costly if check.relation == relation]
        _find(connection, mine, rows)
        counts = {check.name: _rows_found(connection, relation, [check.name]) for check in mine}
        few = sorted((name for name in counts if not found[name].is_accepted), key=lambda name: counts[name])
        affected, most = _rows_found(connection, relation, few), limits.most_of(rows)
        while few and _rows_found(connection, relation, few) > most:
            name = few.pop()
            _forget(connection, name)
            found[name] = replace(found[name], advice=_advice(relation, affected, rows, most))
            del counts[name]
        found |= {name: replace(found[name], contained=count) for name, count in counts.items()}
        _keep(connection, relation)
    set_apart = connection.execute("from set_apart order by all").to_arrow_table()
    return [found[result.name] for result in results], set_apart


def write_set_apart(build: Path, set_apart: pa.Table) -> None:
    """Let the build leave these records out: dbt, and the checks of later layers."""
    with file_beside(build / "inputs" / "set_apart.parquet") as path:
        pq.write_table(set_apart, path)


def _find(connection: duckdb.DuckDBPyConnection, checks: Iterable[Check], rows: int) -> None:
    """Make `found`: the places that each check found, with the check's rank."""
    parts = [
        f"select distinct {_PLACE}, {rank} as rank, {quote_text(check.name)} as check_name"
        f" from ({check.unexpected(rows).replace('@batch', qualified(check.relation))}) as one_check"
        for rank, check in enumerate(checks)
    ]
    connection.execute("create or replace temp table found as " + " union all ".join(parts))


def _rows_found(connection: duckdb.DuckDBPyConnection, relation: str, names: Sequence[str]) -> int:
    rows = connection.execute(
        f"select count(*) from {qualified(relation)}"
        f" semi join (from found where list_contains(?, check_name)) as mine using ({_PLACE})",
        [list(names)],
    ).fetchall()
    return int(rows[0][0])


def _forget(connection: duckdb.DuckDBPyConnection, name: str) -> None:
    connection.execute("delete from found where check_name = ?", [name])


def _keep(connection: duckdb.DuckDBPyConnection, relation: str) -> None:
    """Add the places of `found` to `set_apart`, each once, under the first check that found it."""
    connection.execute(
        f"""
insert into set_apart
with places as (
    select {_PLACE}, min_by(check_name, rank) as check_name from found group by {_PLACE}
)
select {_PLACE}, {quote_text(relation)} as relation, any_value(check_name), count(*)
from {qualified(relation)} join places using ({_PLACE})
group by {_PLACE}"""
    )


def _advice(relation: str, affected: int, rows: int, most: int) -> str:
    share = min(1, math.ceil(1000 * affected / rows) / 1000)
    return (
        f"{affected:,} of {rows:,} rows of {relation} would have to be left out, and at most {most:,} may be. "
        f"Correct the export; quality.containment.share: {share:g} in scrm.yml leaves out as many in every run"
    )
