"""Measures of linkage quality over a table of predicted and true persons. SQL and arithmetic only.

Must not live here: where truth comes from (sample.py), how results are shown (model_card.py).
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import duckdb

Z_95 = 1.959963984540054
ECE_BINS = 10


@dataclass(frozen=True)
class Share:
    """A share of `of` cases with its 95 % Wilson interval (Wilson 1927). NULL-like (NaN) where `of` is 0."""

    hits: int
    of: int

    @property
    def value(self) -> float:
        return self.hits / self.of if self.of else math.nan

    @property
    def interval(self) -> tuple[float, float]:
        if not self.of:
            return (math.nan, math.nan)
        p, n, z2 = self.value, self.of, Z_95**2
        middle = (p + z2 / (2 * n)) / (1 + z2 / n)
        half = Z_95 / (1 + z2 / n) * math.sqrt(p * (1 - p) / n + z2 / (4 * n * n))
        return (max(0.0, middle - half), min(1.0, middle + half))


@dataclass(frozen=True)
class PairQuality:
    """Precision over predicted pairs, recall over true ones."""

    precision: Share
    recall: Share

    @property
    def f1(self) -> float:
        p, r = self.precision.value, self.recall.value
        return 2 * p * r / (p + r) if p + r else math.nan


def pair_quality(
    connection: duckdb.DuckDBPyConnection, where: str = "true", *, persons: str = "predicted_persons"
) -> PairQuality:
    """Pairwise precision and recall of `persons` (persona_id, predicted, true_person) among rows `where`."""
    both, predicted, actual = connection.execute(
        f"""
        with kept as (select * from {persons} where {where}),
        both_ways as (select count(*) as n from kept group by predicted, true_person),
        together as (select count(*) as n from kept group by predicted),
        same as (select count(*) as n from kept group by true_person)
        select
            coalesce((select sum(n * (n - 1) // 2) from both_ways), 0),
            coalesce((select sum(n * (n - 1) // 2) from together), 0),
            coalesce((select sum(n * (n - 1) // 2) from same), 0)
        """
    ).fetchall()[0]
    return PairQuality(Share(int(both), int(predicted)), Share(int(both), int(actual)))


def b_cubed(
    connection: duckdb.DuckDBPyConnection, where: str = "true", *, persons: str = "predicted_persons"
) -> tuple[float, float, float]:
    """B³ precision, recall and F1 (Bagga and Baldwin 1998) of `persons` among rows `where`."""
    precision, recall = connection.execute(
        f"""
        with kept as (select * from {persons} where {where}),
        sized as (
            select
                count(*) over (partition by predicted, true_person) as shared,
                count(*) over (partition by predicted) as together,
                count(*) over (partition by true_person) as same
            from kept
        )
        select avg(shared / together), avg(shared / same) from sized
        """
    ).fetchall()[0]
    if precision is None:
        return (math.nan, math.nan, math.nan)
    return (precision, recall, 2 * precision * recall / (precision + recall))


def calibration_error(connection: duckdb.DuckDBPyConnection, rows: str) -> tuple[float, int]:
    """Expected calibration error over `rows` (probability, is_true) in [0.05, 0.95], equal-mass bins.

    Returns the error and the number of rows it rests on.
    """
    error, count = connection.execute(
        f"""
        with binned as (
            select probability, is_true, ntile({ECE_BINS}) over (order by probability) as bin
            from ({rows})
            where probability between 0.05 and 0.95
        ),
        bins as (
            select count(*) as n, abs(avg(probability) - avg(cast(is_true as integer))) as gap
            from binned
            group by bin
        )
        select sum(n * gap) / sum(n), coalesce(sum(n), 0) from bins
        """
    ).fetchall()[0]
    return (math.nan if error is None else float(error), int(count))


def share_by(connection: duckdb.DuckDBPyConnection, rows: str, stratum: str) -> dict[str, Share]:
    """Share of `is_hit` in `rows` by the column `stratum`."""
    found = connection.execute(
        f"""
        select coalesce(cast({stratum} as varchar), 'unknown'), count_if(is_hit), count(*)
        from ({rows}) group by 1 order by 1
        """
    ).fetchall()
    return {name: Share(hits, of) for name, hits, of in found}
