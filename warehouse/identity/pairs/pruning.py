"""Pairs too unlikely to matter (rules.LOWEST_PROBABILITY): pruned once scored, but for a sample of them.

Auditors draw from all candidate pairs, so a part of the pruned ones is kept with its scores: those whose two
ids hash into that part, the same ones in every run. Nothing is linked by them. Must not live here: the draw
(measure/audit_sample.py).
"""

from __future__ import annotations

import math
from pathlib import Path

import duckdb

from warehouse.engine import quote_text
from warehouse.identity.model.linkage_model import Model
from warehouse.identity.pairs.scoring import score_pairs
from warehouse.identity.tables import Maker

make = Maker(__name__)

# Of so many personas or fewer all pruned pairs are kept; of twice as many every second one, and so on.
_ALL_OF = 640


def stands_for(personas: int) -> int:
    """How many pruned pairs each that is kept stands for, in a company of so many personas."""
    return int(2 ** max(0, math.floor(math.log2(max(personas, 1) / _ALL_OF))))


def choose_sample(connection: duckdb.DuckDBPyConnection, reused: Path | None) -> None:
    """Make the macro stands_for() for the number of `personas`, no less than where scores are reused from.

    What a smaller sample keeps, a larger one kept, too: so it shrinks with reused scores, but cannot grow.
    """
    size = stands_for(connection.table("personas").shape[0])
    if reused is not None:
        kept = f"read_parquet({quote_text(reused / 'scored_pairs.parquet')})"
        before = connection.execute(f"select coalesce(max(stands_for), 1) from {kept}").fetchall()[0][0]
        size = max(size, before)
    make.macro(connection, "stands_for()", str(size))


def sample_pruned(connection: duckdb.DuckDBPyConnection, model: Model) -> None:
    """Make `pruned_pairs`, scored like `scored`: those of `pairs` that it lacks and that are in the sample."""
    make(
        connection,
        "sampled",
        f"""
        select p.*
        from pairs as p
        inner join personas as l on p.join_key_l = l.n
        inner join personas as r on p.join_key_r = r.n
        anti join scored as s on p.join_key_l = s.n_l and p.join_key_r = s.n_r
        where {is_sampled("l.persona_id", "r.persona_id")}
        """,
    )
    score_pairs(connection, model, "pruned_pairs", "sampled", make=make)


def is_sampled(left: str, right: str) -> str:
    """SQL: whether the pair of these two ids is in the sample."""
    return f"hash({left}, {right}) % stands_for() = 0"
