"""Checks of figures against each other, against their formula, and against the last publication.

Must not live here: what a column's name promises alone (marts.py), small cells (marts_cells.py), adding-up
(dbt_project/tests/generic/).
"""

from __future__ import annotations

from collections.abc import Iterator

from quality.check import Check, Limits
from quality.suites.marts import Columns, Shape, grain, mart_check
from quality.suites.marts_cells import measures

_PRESENCE = "marts.segment_presence"


def suite(shape: Shape, limits: Limits) -> tuple[Check, ...]:
    """Checks of the figures in the marts that the build holds."""
    marts = shape.get("marts", {})
    checks: list[Check] = []
    for table, columns in marts.items():
        checks += _not_observed_is_null(table, columns)
    if "segment_presence" in marts:
        checks += [_formulas(limits), _parts(), _same_on_each_network()]
        checks += [_customers_changed(limits), _rate_changed(limits), _segments_drift(limits)]
    return tuple(checks)


def _not_observed_is_null(table: str, columns: Columns) -> Iterator[Check]:
    if "is_observed" not in columns:
        return
    shown = [c for c in measures(table, columns) if c not in ("customers", "contributors")]
    rule = " or ".join(f"{c} is not null" for c in shown)
    parts = [f"(is_observed = false and ({rule}))"]
    if "passive_observed" in columns:
        passive = [c for c in shown if "passive" in c]
        parts.append(f"(passive_observed = false and ({' or '.join(f'{c} is not null' for c in passive)}))")
    yield mart_check(
        f"{table}.not_observed_is_null",
        f"marts.{table}",
        "critical",
        "Not observed is not zero: a zero where no source can see claims that customers are absent.",
        f"select {', '.join(grain(table, columns))} from @batch where {' or '.join(parts)}",
        columns=("is_observed",),
    )


def _formulas(limits: Limits) -> Check:
    slack = limits("marts.formula_slack", 1e-8)
    return mart_check(
        "segment_presence.formulas",
        _PRESENCE,
        "critical",
        "A published rate is the quotient of the published counts, so that anybody can recompute it.",
        f"""
select period_month, segmentation, segment, network
from @batch
where not is_suppressed
    and (
        abs(presence_rate - customers_present / nullif(customers, 0)) > {slack}
        or abs(active_rate - customers_active / nullif(customers, 0)) > {slack}
    )""",
        columns=("presence_rate", "active_rate"),
    )


def _parts() -> Check:
    return mart_check(
        "segment_presence.parts",
        _PRESENCE,
        "critical",
        "Those present, active or counted behind a row are some of the segment's customers, never more; those "
        "active are counted behind it.",
        """
select
    period_month, segmentation, segment, network,
    customers, customers_present, customers_active, contributors
from @batch
where greatest(customers_present, customers_active, contributors) > customers
    or customers_active > contributors""",
        columns=("customers_present", "customers_active", "contributors"),
    )


def _same_on_each_network() -> Check:
    return mart_check(
        "segment_presence.same_on_each_network",
        _PRESENCE,
        "critical",
        "A segment has as many customers whatever network one looks at.",
        """
select period_month, segmentation, segment, min(customers) as fewest, max(customers) as most
from @batch
group by period_month, segmentation, segment
having min(customers) <> max(customers)""",
        columns=("customers",),
    )


def _customers_changed(limits: Limits) -> Check:
    most = limits("marts.customers_changed", 0.1)
    return mart_check(
        "segment_presence.customers_changed",
        _PRESENCE,
        "warning",
        "The number of customers of a month already published moved: late orders move it a little, a "
        "changed field map or a lost source moves it a lot.",
        f"""
select period_month, before.customers as customers_before, now.customers as customers_now
from @batch as now
join previous.segment_presence as before using (period_month, segmentation, segment, network)
where segmentation = 'all'
    and abs(now.customers - before.customers) > greatest({most} * before.customers, 5)""",
        needs=("previous.segment_presence",),
    )


def _rate_changed(limits: Limits) -> Check:
    most = limits("marts.rate_changed", 0.1)
    return mart_check(
        "segment_presence.rate_changed",
        _PRESENCE,
        "warning",
        "A rate of a month already published moved: readers who quoted it should hear why.",
        f"""
select period_month, segmentation, segment, network,
    before.presence_rate as rate_before, now.presence_rate as rate_now
from @batch as now
join previous.segment_presence as before using (period_month, segmentation, segment, network)
where abs(now.presence_rate - before.presence_rate) > {most}""",
        needs=("previous.segment_presence",),
    )


def _segments_drift(limits: Limits) -> Check:
    most = limits("marts.segments_drift", 0.2)
    return mart_check(
        "segment_presence.segments_drift",
        _PRESENCE,
        "warning",
        "A segment's share of customers moved between two months more than customers move: the assignment "
        "changed, not the people.",
        f"""
with totals as (
    select period_month, max(customers) as customers
    from @batch
    where segmentation = 'all'
    group by period_month
),
shares as (
    select distinct cells.period_month, segmentation, segment, cells.customers,
        cells.customers / nullif(totals.customers, 0) as share
    from @batch as cells join totals on totals.period_month = cells.period_month
)
select
    now.period_month, segmentation, segment,
    round(before.share, 4) as share_before, round(now.share, 4) as share_now
from shares as now
join shares as before using (segmentation, segment)
where before.period_month = now.period_month - interval 1 month
    and least(now.customers, before.customers) >= 50
    and abs(now.share - before.share) > {most}""",
    )
