"""Planted against found: the published presence marts beside the truth of the sample company.

The only place that reads `truth/`; the pipeline never does. Must not live here: how truth is made
(ingestion/sample/), how the table looks (commands/sample.py).

Three questions, of each figure that is not suppressed:
    presence   the observable rate lies within [presence_rate_low, presence_rate_high], widened by 2 points
    order      two segments whose observable rates differ by more than 2 points stand in the same order
    hours      the primary hour is at most 1 hour off, round midnight too, where 1,000 activities were planted
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from warehouse.engine import connect, quote_text

QUESTIONS = ("presence", "order", "hours")
POINTS = 0.02
LEAST_ACTIVITIES = 1_000


class NothingToCompare(Exception):
    """There is no truth beside the configuration, or nothing is published yet."""


@dataclass(frozen=True)
class Compared:
    """One figure, planted and found. `question` is presence, order or hours; `subject` says of what."""

    question: str
    period_month: str
    subject: str
    planted: str
    found: str
    holds: bool


@dataclass(frozen=True)
class Unanswered:
    """A question without a figure: nothing of it was shown to hold. `is_failure` unless none could be."""

    question: str
    reason: str
    is_failure: bool


@dataclass(frozen=True)
class Comparison:
    """Every figure compared, and the questions for which there was none."""

    figures: tuple[Compared, ...]
    unanswered: tuple[Unanswered, ...]

    @property
    def holds(self) -> bool:
        """Whether every figure holds and every question that could be answered was."""
        return all(each.holds for each in self.figures) and not any(u.is_failure for u in self.unanswered)


def compare(folder: Path, current: Path) -> Comparison:
    """Compare the publication in `current` with `<folder>/truth`. Raises NothingToCompare."""
    truth, marts = folder / "truth" / "segment_presence.parquet", current / "marts.duckdb"
    for path, advice in ((truth, "'scrm sample --out DIR' writes one"), (marts, "'scrm run' publishes")):
        if not path.exists():
            raise NothingToCompare(f"{path} does not exist; {advice}.")
    with connect() as connection:
        connection.execute(f"attach {quote_text(marts)} as published (read_only)")
        connection.execute(f"create view truth as select * from read_parquet({quote_text(truth)})")
        connection.execute(_BOTH)
        rows: Sequence[tuple[str, str, str, str, str, bool]] = connection.execute(
            f"{_PRESENCE} union all {_ORDER} union all {_HOURS} order by all"
        ).fetchall()
        ((planted, found, large),) = connection.execute(_COUNTS).fetchall()
    figures = tuple(Compared(*row) for row in rows)
    answered = {each.question for each in figures}
    silent = [question for question in QUESTIONS if question not in answered]
    return Comparison(figures, tuple(_unanswered(question, planted, found, large) for question in silent))


def _unanswered(question: str, planted: int, found: int, large: int) -> Unanswered:
    if question == "hours" and planted and not large:
        least = f"{LEAST_ACTIVITIES:,} activities in one figure"
        return Unanswered(
            question, f"nothing planted is large enough ({least}); make a larger sample", is_failure=False
        )
    reason = (
        f"nothing to compare: {planted:,} figures are planted, {found:,} of them are published neither "
        "suppressed nor unobserved, and none answers this question. Is this the sample's own publication?"
    )
    return Unanswered(question, reason, is_failure=True)


_COUNTS = f"""
select
    (select count(*) from truth),
    (select count(*) from compared),
    (
        select count(*)
        from truth
        where activities_active >= {LEAST_ACTIVITIES} and primary_hour_active is not null
    )
"""


_BOTH = """
create table compared as
select
    cast(truth.period_month as date) as period_month,
    segmentation,
    segment,
    network,
    truth.presence_rate_observable as observable,
    truth.primary_hour_active as planted_hour,
    truth.activities_active,
    found.presence_rate,
    found.presence_rate_low,
    found.presence_rate_high,
    found.primary_hour_active as found_hour
from truth
inner join published.segment_presence as found using (period_month, segmentation, segment, network)
where not found.is_suppressed and found.is_observed
"""

_PRESENCE = f"""
select
    'presence' as question,
    strftime(period_month, '%Y-%m') as period_month,
    concat_ws(' · ', segmentation, segment, network) as subject,
    printf('%.3f', observable) as planted,
    printf('%.3f (%.3f to %.3f)', presence_rate, presence_rate_low, presence_rate_high) as found,
    observable between presence_rate_low - {POINTS} and presence_rate_high + {POINTS} as holds
from compared
where observable is not null
"""

_ORDER = f"""
select
    'order',
    strftime(period_month, '%Y-%m'),
    concat_ws(' · ', segmentation, network),
    string_agg(segment, ' > ' order by observable desc),
    string_agg(segment, ' > ' order by presence_rate desc),
    not exists (
        select 1
        from compared as other
        inner join compared as another using (period_month, segmentation, network)
        where
            other.period_month = compared.period_month
            and other.segmentation = compared.segmentation
            and other.network = compared.network
            and other.observable > another.observable + {POINTS}
            and other.presence_rate < another.presence_rate
    )
from compared
where observable is not null
group by period_month, segmentation, network
having count(*) > 1
"""

_HOURS = f"""
select
    'hours',
    strftime(period_month, '%Y-%m'),
    concat_ws(' · ', segmentation, segment, network),
    cast(planted_hour as varchar),
    coalesce(cast(found_hour as varchar), 'none'),
    coalesce(least((planted_hour - found_hour + 24) % 24, (found_hour - planted_hour + 24) % 24) <= 1, false)
from compared
where activities_active >= {LEAST_ACTIVITIES} and planted_hour is not null
"""
