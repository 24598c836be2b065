"""Planted against found: the published presence marts beside the truth of the sample company.

The only place that reads `truth/`; the pipeline never does. Must not live here: how truth is made
(ingestion/sample/), how the table looks (commands/sample.py).

Three questions, of each figure that is not suppressed, and one of the links behind them:
    presence   presence_rate_expected_low to _high, widened by 2 points, meets observable to actual: profiles that
               share a whole key with the CRM can be found for sure, all there are bound what weak evidence adds
    order      two segments whose observable rates differ by more than 2 points, and by more than luck, stand in
               the same order
    hours      the primary hour is at most 1 hour off, round midnight too, or one at which as much was planted
               but for luck, where 1,000 activities were planted
    doubt      the probabilities of the links are true ones: their expected calibration error over candidates in
               0.05 to 0.95, in ten bins of equal size, is at most 0.05 more than luck gives where they are true
               (0.8 standard errors a bin: the mean of |normal|), where there are 1,000 candidates. It is what
               presence_rate_expected adds up. Asked where `people` is published.

The bounds of the marts speak of doubtful links, not of links never seen. How many of those a segment has is luck:
where 4 are expected, one segment in 14 has none, or 8 and more (Poisson). So presence is judged where 2 points are
at least 4 customers (200 in the segment), and an order by the pairs that differ by two standard errors. The others
are too small to judge: neither held nor failed. Hours are told apart by three standard errors of what was planted
in the three hours round each, since few people write much.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from warehouse.engine import connect, quote_text
from warehouse.errors import ScrmError

QUESTIONS = ("presence", "order", "hours", "doubt")
POINTS = 0.02
LEAST_ACTIVITIES = 1_000
LEAST_DIFFERENCE = 4  # customers
ERRORS_OF_ORDER = 2
ERRORS_OF_HOURS = 3
LEAST_CANDIDATES = 1_000
MOST_CALIBRATION_ERROR = 0.05


# What a figure needs to be judged.
LEAST = {
    "presence": f"{LEAST_DIFFERENCE / POINTS:,.0f} customers in the segment",
    "order": f"a difference of {POINTS:.0%} and of {ERRORS_OF_ORDER} standard errors",
    "hours": f"{LEAST_ACTIVITIES:,} activities in one figure",
    "doubt": f"{LEAST_CANDIDATES:,} candidates between 0.05 and 0.95",
}


class NothingToCompare(ScrmError):
    """There is no truth beside the configuration, or nothing is published yet."""


@dataclass(frozen=True)
class Compared:
    """One figure, planted and found. `question` is presence, order, hours or doubt; `subject` says of what.

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
        hours = quote_text(folder / "truth" / "segment_active_hours.parquet")
        connection.execute(f"create view hour_truth as select * from read_parquet({hours})")
        connection.execute(_BOTH)
        connection.execute(_AROUND)
        asked = [_PRESENCE, _ORDER, _HOURS]
        if (people := current / "people.duckdb").exists():
            connection.execute(f"attach {quote_text(people)} as people (read_only)")
            personas = quote_text(folder / "truth" / "personas.parquet")
            connection.execute(f"create view persona_truth as select * from read_parquet({personas})")
            asked.append(_DOUBT)
        rows: Sequence[tuple[str, str, str, str, str, bool | None]] = connection.execute(
            f"{' union all '.join(asked)} order by all"
        ).fetchall()
        ((planted, found, large),) = connection.execute(_COUNTS).fetchall()
    figures = tuple(Compared(*row) for row in rows)
    too_small = {each.question for each in figures} | {"doubt"}
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
    truth.presence_rate_actual as actual,
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

_AROUND = """
create table hours_around as
select
    period_month,
    segmentation,
    segment,
    network,
    (hour_local + apart + 24) % 24 as hour,
    cast(sum(activities) as double) as activities
from hour_truth
cross join (values (-1), (0), (1)) as hours (apart)
where mode = 'active'
group by all
"""

_PRESENCE = f"""
select
    'presence' as question,
    strftime(period_month, '%Y-%m') as period_month,
    concat_ws(' · ', segmentation, segment, network) as subject,
    printf('%.3f to %.3f', observable, actual) as planted,
    printf('%.3f (%.3f to %.3f)', presence_rate, presence_rate_expected_low, presence_rate_expected_high) as found,
    case
        when customers >= {LEAST_DIFFERENCE / POINTS}
            then
                presence_rate_expected_high + {POINTS} >= observable
                and presence_rate_expected_low - {POINTS} <= actual
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
        and more.observable - less.observable >= {ERRORS_OF_ORDER} * sqrt(
            more.observable * (1 - more.observable) / more.customers
            + less.observable * (1 - less.observable) / less.customers
        )
    group by period_month, segmentation, network
) as pairs using (period_month, segmentation, network)
where observable is not null
group by period_month, segmentation, network
having count(*) > 1
"""

_FIGURE = "period_month, segmentation, segment, network"

_HOURS = f"""
select
    'hours',
    strftime(period_month, '%Y-%m'),
    concat_ws(' · ', segmentation, segment, network),
    cast(planted_hour as varchar),
    coalesce(cast(found_hour as varchar), 'none'),
    coalesce(
        least((planted_hour - found_hour + 24) % 24, (found_hour - planted_hour + 24) % 24) <= 1
        or peak.activities - taken.activities <= {ERRORS_OF_HOURS} * sqrt(peak.activities + taken.activities),
        false
    )
from compared
left join (select * rename (hour as planted_hour) from hours_around) as peak using ({_FIGURE}, planted_hour)
left join (select * rename (hour as found_hour) from hours_around) as taken using ({_FIGURE}, found_hour)
where activities_active >= {LEAST_ACTIVITIES} and planted_hour is not null
"""

_DOUBT = f"""
select
    'doubt',
    'all months',
    coalesce(network, 'all networks'),
    printf('%.3f true of %d', avg(is_true), sum(candidates)),
    printf('%.3f said, error %.3f', avg(said), sum(abs(is_true - said) * candidates) / sum(candidates)),
    case
        when sum(candidates) >= {LEAST_CANDIDATES}
            then
                sum((abs(is_true - said) - sqrt(2 / pi() * said * (1 - said) / candidates)) * candidates)
                / sum(candidates) <= {MOST_CALIBRATION_ERROR}
    end
from (
    select
        network,
        bin,
        count(*) as candidates,
        avg(probability) as said,
        avg(cast(is_true as integer)) as is_true
    from (
        select
            networks.network,
            candidates.probability,
            owner.person_id = named.person_id as is_true,
            ntile(10) over (partition by networks.network order by candidates.probability) as bin
        from people.link_candidates as candidates
        inner join persona_truth as owner on candidates.profile_persona_id = owner.persona_id
        inner join persona_truth as named on candidates.best_persona_id = named.persona_id
        cross join lateral (values (candidates.network), (null)) as networks (network)
        where candidates.probability between 0.05 and 0.95
    )
    group by network, bin
)
group by network
"""
