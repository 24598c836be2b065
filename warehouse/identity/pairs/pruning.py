"""Pairs too unlikely to matter (rules.LOWEST_PROBABILITY): forgotten once scored, but for a sample of them.

Auditors draw from all candidate pairs, so a part of the forgotten ones is kept with its scores: those whose two
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

# Of so many personas or fewer all forgotten pairs are kept; of twice as many every second one, and so on.
_ALL_OF = 640


def stands_for(personas: int) -> int:
    """How many forgotten pairs each that is kept stands for, in a company of so many personas."""
    return int(2 ** max(0, math.floor(math.log2(max(personas, 1) / _ALL_OF))))


def choose_sample(connection: duckdb.DuckDBPyConnection, standing: Path | None) -> None:
    """Make the macro stands_for() for the number of `personas`, no less than in the state whose scores stand.

    What a smaller sample keeps, a larger one kept, too: so it shrinks with scores that stand, but cannot grow.
    """
    size = stands_for(connection.table("personas").shape[0])
    if standing is not None:
        kept = f"read_parquet({quote_text(standing / 'scored_pairs.parquet')})"
        before = connection.execute(f"select coalesce(max(stands_for), 1) from {kept}").fetchall()[0][0]
        size = max(size, before)
    connection.execute(f"create or replace temp macro stands_for() as {size}")


def sample_forgotten(connection: duckdb.DuckDBPyConnection, model: Model) -> None:
    """Make `forgotten`, scored like `scored`: those of `pairs` that `scored` lacks and that are in the sample."""
    connection.execute(
        f"""
        create or replace temp table sampled as
        select p.*
        from pairs as p
        inner join personas as l on p.join_key_l = l.n
        inner join personas as r on p.join_key_r = r.n
        anti join scored as s on p.join_key_l = s.n_l and p.join_key_r = s.n_r
        where {is_sampled("l.persona_id", "r.persona_id")}
        """
    )
    score_pairs(connection, model, "forgotten", "sampled")


def is_sampled(left: str, right: str) -> str:
    """SQL: whether the pair of these two ids is in the sample."""
    return f"hash({left}, {right}) % stands_for() = 0"
