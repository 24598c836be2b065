"""Pairs too unlikely to matter (rules.LOWEST_PROBABILITY): forgotten once scored, but for a sample of them.

Auditors draw from all candidate pairs, so a part of the forgotten ones is kept with its scores: those whose two
ids hash into that part, the same ones in every run. Nothing is linked by them. Must not live here: the draw
(audit_sample.py).
"""

from __future__ import annotations

import math

import duckdb

from warehouse.identity.link import score_pairs
from warehouse.identity.model import Model

# Of so many personas or fewer all forgotten pairs are kept; of twice as many every second one, and so on.
_ALL_OF = 640


def stands_for(connection: duckdb.DuckDBPyConnection) -> int:
    """How many forgotten pairs each that is kept stands for, in a company of as many `personas`."""
    personas = connection.table("personas").shape[0]
    return int(2 ** max(0, math.floor(math.log2(max(personas, 1) / _ALL_OF))))


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
        where hash(l.persona_id, r.persona_id) % {stands_for(connection)} = 0
        """
    )
    score_pairs(connection, model, "forgotten", "sampled")
