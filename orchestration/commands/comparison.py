"""Planted against found: the published presence marts beside the truth of the sample company.

The only place that reads `truth/`; the pipeline never does. Must not live here: how truth is made
(ingestion/sample/), how the table looks (commands/sample.py).

Three questions, of each figure that is not suppressed:
    presence   the observable rate lies within presence_rate_expected_low and _high, widened by 2 points
    order      two segments whose observable rates differ by more than 2 points stand in the same order
    hours      the primary hour is at most 1 hour off, round midnight too, where 1,000 activities were planted

The bounds of the marts speak of doubtful links, not of links never seen. How many of those a segment has is luck:
where 4 are expected, one segment in 14 has none, or 8 and more (Poisson). So presence is judged where 2 points are
at least 4 customers (200 in the segment), and an order by the pairs whose difference is at least 4 customers of
the smaller segment. The others are too small to judge: neither held nor failed.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from warehouse.engine import connect, quote_text
from warehouse.errors import ScrmError

QUESTIONS = ("presence", "order", "hours")
POINTS = 0.02
LEAST_ACTIVITIES = 1_000
LEAST_DIFFERENCE = 4  # customers


# What a figure needs to be judged.
LEAST = {
    "presence": f"{LEAST_DIFFERENCE / POINTS:,.0f} customers in the segment",
    "order": f"a difference of {POINTS:.0%} and of {LEAST_DIFFERENCE} customers of the smaller segment",
    "hours": f"{LEAST_ACTIVITIES:,} activities in one figure",
}


class NothingToCompare(ScrmError):
    """There is no truth beside the configuration, or nothing is published yet."""


@dataclass(frozen=True)
class Compared:
    """One figure, planted and found. `question` is presence, order or hours; `subject` says of what.

    `holds` is None where the figure is too small to judge.
    """

    question: str
    period_month: str
    subject: str
    planted: str
    found: str
    holds: bool | None


@dataclass(frozen=True)
class Unanswered:
    """A question without a figure: nothing of it was shown to hold. `is_failure` unless none could be."""

    question: str
    reason: str
    is_failure: bool


@dataclass(frozen=True)
class Comparison:
    """Every figure compared, and the questions for which none could be judged."""

    figures: tuple[Compared, ...]
    unanswered: tuple[Unanswered, ...]

    @property
    def holds(self) -> bool:
        """Whether every figure judged holds and every question that could be answered was."""
        return all(each.holds is not False for each in self.figures) and not any(
            u.is_failure for u in self.unanswered
        )


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
        rows: Sequence[tuple[str, str, str, str, str, bool | None]] = connection.execute(
            f"{_PRESENCE} union all {_ORDER} union all {_HOURS} order by all"
        ).fetchall()
        ((planted, found, large),) = connection.execute(_COUNTS).fetchall()
    figures = tuple(Compared(*row) for row in rows)
    too_small = {each.question for each in figures}
    if planted and not large:
        too_small.add("hours")
    answered = {each.question for each in figures if each.holds is not None}
    silent = [question for question in QUESTIONS if question not in answered]
    return Comparison(
        figures, tuple(_unanswered(question, planted, found, question in too_small) for question in silent)
    )


def _unanswered(question: str, planted: int, found: int, is_too_small: bool) -> Unanswered:
    if is_too_small:
        reason = f"nothing planted is large enough ({LEAST[question]}); make a larger sample"
        return Unanswered(question, reason, is_failure=False)
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
    truth.customers,
    truth.presence_rate_observable as observable,
    truth.primary_hour_active as planted_hour,
    truth.activities_active,
    found.presence_rate,
    found.presence_rate_expected_low,
    found.presence_rate_expected_high,
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
    printf('%.3f (%.3f to %.3f)', presence_rate, presence_rate_expected_low, presence_rate_expected_high) as found,
    case
        when customers >= {LEAST_DIFFERENCE / POINTS}
            then
                observable between presence_rate_expected_low - {POINTS} and presence_rate_expected_high + {POINTS}
    end as holds
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
    any_value(pairs.holds)
from compared
left join (
    select
        period_month,
        segmentation,
        network,
        bool_and(more.presence_rate >= less.presence_rate) as holds
    from compared as more
    inner join compared as less using (period_month, segmentation, network)
    where
        more.observable > less.observable + {POINTS}
        and (more.observable - less.observable) * least(more.customers, less.customers) >= {LEAST_DIFFERENCE}
    group by period_month, segmentation, network
) as pairs using (period_month, segmentation, network)
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
