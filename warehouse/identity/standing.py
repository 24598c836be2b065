"""Scores that stand: pairs of two personas that are as they were when the last publication scored them.

Which pairs there are is asked anew in every run, and so is all that follows from their scores: only the comparing
itself, by far the dearest step, is not done twice. A pair's score depends on its two personas and on the basis
(`basis_of`) alone, so the result is that of a run from scratch. Two small files beside scored_pairs.parquet say
what its scores rest on: fingerprints.parquet, of each persona, and linkage_basis.parquet. The prior state is only
read. Must not live here: how pairs are scored (link.py), what follows from scores.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from importlib.metadata import version
from pathlib import Path

import duckdb
import pyarrow as pa

from warehouse.engine import quote_text
from warehouse.identity.link import DIGITS, probability_of, score_pairs
from warehouse.identity.model import COMPARISONS, OF_PAIRS, Model

_FILES = ("scored_pairs", "fingerprints", "linkage_basis")

Basis = Mapping[str, str]


def basis_of(
    model_file: Path, model: Model, shared_values: Iterable[str], columns: Iterable[tuple[str, ...]]
) -> Basis:
    """Fingerprints of all that decides on a pair's score beside its two personas, by what it is.

    `model` is at the size of the company; `columns`: names and types of int_personas. The code is that of
    warehouse/identity, and the engines'.
    """
    code = b"".join(path.read_bytes() for path in sorted(Path(__file__).parent.rglob("*.py")))
    parts = {
        "the model": model_file.read_bytes(),
        "the prior that goes with the number of personas": repr(model.prior).encode(),
        "values excluded as shared": repr(sorted(shared_values)).encode(),
        "the columns of personas": repr([column[:2] for column in columns]).encode(),
        "the code": code + version("duckdb").encode() + version("splink").encode(),
    }
    return {name: hashlib.sha256(value).hexdigest()[:16] for name, value in parts.items()}


def find_unchanged(
    connection: duckdb.DuckDBPyConnection, personas: str, prior: Path | None, basis: Basis
) -> str | None:
    """Make `fingerprints` (persona_id, fingerprint) of linkable personas, and `unchanged` (persona_id, n).

    Where scores stand, also makes the view `standing`, for `score_changed`. Else `unchanged` is empty, and why
    everything must be scored anew is returned in words. Reads `personas` (link.scoring_input) beside the
    relation that `personas` names, int_personas.
    """
    lists = [c[0] for c in connection.execute(f"describe {personas}").fetchall() if str(c[1]).endswith("[]")]
    # DuckDB hashes NULL, [] and [NULL] alike
    lengths = "".join(f", length({column})" for column in lists)
    connection.execute(
        f"""
        create or replace temp table fingerprints as
        select persona_id, hash(p{lengths}) as fingerprint from {personas} as p where is_linkable;
        create or replace temp table unchanged (persona_id varchar, n integer)
        """
    )
    why = _why_from_scratch(connection, prior, basis)
    if prior is not None and why is None:
        connection.execute(
            f"""
            insert into unchanged
            select persona_id, personas.n
            from fingerprints
            inner join {_parquet(prior, "fingerprints")} using (persona_id, fingerprint)
            inner join personas using (persona_id)
            """
        )
        _open_standing(connection, prior)
    return why


def _why_from_scratch(connection: duckdb.DuckDBPyConnection, prior: Path | None, basis: Basis) -> str | None:
    if prior is None or not (prior / "personas.parquet").exists():
        return "first run"
    if not all((prior / f"{name}.parquet").exists() for name in _FILES):
        return "the last publication holds no scores to go on from"
    before = dict(
        connection.execute(f"select part, fingerprint from {_parquet(prior, 'linkage_basis')}").fetchall()
    )
    differing = [part for part in basis if before.get(part) != basis[part]]
    return f"changed since the last publication: {', '.join(differing)}" if differing else None


def _open_standing(connection: duckdb.DuckDBPyConnection, prior: Path) -> None:
    """Make the view `standing`: n_l, n_r, and scores as `score_pairs` gives them, without the graph's part."""
    of_graph = " + ".join(f"weight_{c.name}" for c in OF_PAIRS)
    outcomes = ", ".join(
        f"cast(null as tinyint) as level_{c.name}, 0.0::double as mw_{c.name}"
        if c in OF_PAIRS
        else f"level_{c.name}, weight_{c.name} as mw_{c.name}"
        for c in COMPARISONS
    )
    connection.execute(
        f"""
        create or replace temp view standing as
        select l.n as n_l, r.n as n_r, round(match_weight - ({of_graph}), {DIGITS}) as match_weight, {outcomes}
        from {_parquet(prior, "scored_pairs")} as p
        inner join unchanged as l on p.left_persona_id = l.persona_id
        inner join unchanged as r on p.right_persona_id = r.persona_id
        """
    )


def score_changed(
    connection: duckdb.DuckDBPyConnection, model: Model, output: str, pairs: str = "pairs"
) -> int:
    """Do what `score_pairs` does, with Splink only for pairs whose score does not stand; return their number.

    `output` has the columns of `score_pairs`, but where scores stand none of rarity apart.
    """
    if not connection.execute("select exists (from unchanged)").fetchall()[0][0]:
        score_pairs(connection, model, output, pairs)
        return int(connection.execute(f"select count(*) from {output}").fetchall()[0][0])
    outcomes = ", ".join(f"level_{c.name}, mw_{c.name}" for c in COMPARISONS)
    missing: int = connection.execute(
        f"""
        create or replace temp table {output} as
        select n_l, n_r, match_key, match_weight, {probability_of("match_weight")} as pair_probability, {outcomes}
        from {pairs}
        inner join standing on join_key_l = n_l and join_key_r = n_r;
        create or replace temp table pairs_to_score as
        select p.* from {pairs} as p anti join {output} as s on p.join_key_l = s.n_l and p.join_key_r = s.n_r
        """
    ).fetchall()[0][0]
    if missing:
        # Splink reads all of its input more than once
        connection.execute(
            "create or replace temp table personas_to_score as select * from personas "
            "where n in (select unnest([join_key_l, join_key_r]) from pairs_to_score)"
        )
        score_pairs(connection, model, "scored_anew", "pairs_to_score", "personas_to_score")
        connection.execute(
            f"insert into {output} by name select n_l, n_r, match_key, match_weight, pair_probability, {outcomes} "
            "from scored_anew"
        )
    return missing


def state_queries(connection: duckdb.DuckDBPyConnection, basis: Basis) -> dict[str, str]:
    """SQL for each of the two files of what scores rest on, by name."""
    connection.register("basis_rows", pa.table({"part": list(basis), "fingerprint": list(basis.values())}))
    return {
        "fingerprints": "select * from fingerprints order by persona_id",
        "linkage_basis": "select * from basis_rows order by part",
    }


def _parquet(folder: Path, name: str) -> str:
    return f"read_parquet({quote_text(folder / f'{name}.parquet')})"
