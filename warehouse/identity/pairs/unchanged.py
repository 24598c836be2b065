"""Whose scores of the last publication hold still: of personas that are unchanged, under the same conditions.

A pair's score depends on its two personas and on the conditions (`conditions_of`) alone. Two small files beside
scored_pairs.parquet hold both: fingerprints.parquet (of each persona, and of its blocking keys) and
linkage_basis.parquet. The prior state is only read, so a run that dies leaves it as it was. Must not live here:
what is done with scores that hold (reused_scores.py).
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from importlib.metadata import version
from pathlib import Path

import duckdb
import pyarrow as pa

from warehouse import policy
from warehouse.engine import quote_text
from warehouse.identity.model.linkage_model import Model
from warehouse.identity.pairs.source_files import files_behind
from warehouse.identity.tables import Maker

make = Maker(__name__)

# Modules that decide on which pairs there are, how they score, what is kept of it, and for whom it holds.
SCORED_BY = (
    "pairs.blocking",
    "pairs.scoring",
    "pairs.scored_pairs",
    "pairs.reused_scores",
    "pairs.unchanged",
)
_FILES = ("scored_pairs", "fingerprints", "linkage_basis")

Conditions = Mapping[str, str]


def conditions_of(
    model_file: Path, model: Model, shared_values: Iterable[str], columns: Iterable[tuple[str, ...]]
) -> Conditions:
    """Fingerprints of all that decides on a pair's score beside its two personas, by what it is.

    `model` is at the size of the company; `columns`: names and types of int_personas. The code is that which
    makes, keeps and reads the scores, with all of warehouse/identity that it imports, that of policy and the
    engines'.
    """
    code = b"".join(path.read_bytes() for path in (*files_behind(SCORED_BY), Path(policy.__file__)))
    parts = {
        "the model": model_file.read_bytes(),
        "the prior that goes with the number of personas": repr(model.prior).encode(),
        "values excluded as shared": repr(sorted(shared_values)).encode(),
        "the columns of personas": repr([column[:2] for column in columns]).encode(),
        "the code": code + version("duckdb").encode() + version("splink").encode(),
    }
    return {name: hashlib.sha256(value).hexdigest()[:16] for name, value in parts.items()}


def find_unchanged(
    connection: duckdb.DuckDBPyConnection, personas: str, prior: Path | None, conditions: Conditions
) -> str | None:
    """Make `unchanged` (persona_id, n, is_at_rest): who is as the last publication scored it.

    Who is at rest has the same blocking keys, too. Where no scores hold, nobody is unchanged, and why is
    returned in words. Also makes `fingerprints` (n, persona_id, fingerprint, blocks). Reads `personas`
    (scoring.py), the relation that `personas` names (int_personas), and `blocking_keys`.
    """
    lists = [c[0] for c in connection.execute(f"describe {personas}").fetchall() if str(c[1]).endswith("[]")]
    # DuckDB hashes NULL, [] and [NULL] alike
    lengths = "".join(f", length({column})" for column in lists)
    make(
        connection,
        "fingerprints",
        f"""
        with blocks as (
            select n, bit_xor(hash(rule, key)) as blocks from blocking_keys group by n
        )
        select numbered.n, persona_id, hash(p{lengths}) as fingerprint, coalesce(blocks.blocks, 0) as blocks
        from {personas} as p
        inner join (select n, persona_id from personas) as numbered using (persona_id)
        left join blocks using (n)
        """,
    )
    make.empty(connection, "unchanged")
    why = _why_from_scratch(connection, prior, conditions)
    if prior is not None and why is None:
        connection.execute(
            f"""
            insert into unchanged
            select now.persona_id, now.n, now.blocks = before.blocks
            from fingerprints as now
            inner join {_parquet(prior, "fingerprints")} as before using (persona_id, fingerprint)
            """
        )
    return why


def _why_from_scratch(
    connection: duckdb.DuckDBPyConnection, prior: Path | None, conditions: Conditions
) -> str | None:
    if prior is None or not (prior / "personas.parquet").exists():
        return "first run"
    if not all((prior / f"{name}.parquet").exists() for name in _FILES):
        return "the last publication holds no scores to go on from"
    before = dict(
        connection.execute(f"select part, fingerprint from {_parquet(prior, 'linkage_basis')}").fetchall()
    )
    differing = [part for part in conditions if before.get(part) != conditions[part]]
    return f"changed since the last publication: {', '.join(differing)}" if differing else None


def state_queries(connection: duckdb.DuckDBPyConnection, conditions: Conditions) -> dict[str, str]:
    """SQL for each of the two files, by name."""
    make.rows(
        connection,
        "condition_rows",
        pa.table({"part": list(conditions), "fingerprint": list(conditions.values())}),
    )
    return {
        "fingerprints": "select persona_id, fingerprint, blocks from fingerprints order by persona_id",
        "linkage_basis": "select * from condition_rows order by part",
    }


def _parquet(folder: Path, name: str) -> str:
    return f"read_parquet({quote_text(folder / f'{name}.parquet')})"
