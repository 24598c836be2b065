"""Who is a customer at the end of each month, and in which segment, by the warehouse's own definitions.

`build_memberships` fills `memberships` (month, segmentation, segment, person) and `segment_rows` (what the
company assigned, as exported). Must not live here: presence and activity (figures.py).
"""

from __future__ import annotations

import numpy as np
import pyarrow as pa

from ingestion.sample import company
from ingestion.sample.streams import exactly, stream
from ingestion.sample.world import World
from warehouse.policy import VALUE_DAYS

OWN = "customer_type"
UNASSIGNED = 0.05  # customers to whom nobody assigned a type
MOVED = 0.03  # households that became a small business in the course of the year
COUNTED = ("Activated", "Completed")


def build_memberships(world: World) -> None:
    """Fill `month_ends`, `segment_rows`, `customers_at` and `memberships`."""
    ends = [(i, first, company.microseconds(after)) for i, (first, after) in enumerate(company.months())]
    world.add(
        "month_ends",
        pa.table(
            {
                "month": pa.array([i for i, _, _ in ends], pa.int32()),
                "period_month": pa.array([first for _, first, _ in ends], pa.date32()),
                "end_us": pa.array([end for _, _, end in ends], pa.int64()),
            }
        ),
    )
    _assignments(world)
    world.make("customers_at", _CUSTOMERS)
    world.make("memberships", _MEMBERSHIPS)


def _assignments(world: World) -> None:
    rng = stream(world.seed, "assignments")
    size = world.customers
    world.add(
        "assignment_dice",
        pa.table(
            {
                "person": np.arange(size, dtype=np.int32),
                "is_unassigned": exactly(rng, UNASSIGNED, size),
                "is_moved": exactly(rng, MOVED, size),
                "moved_us": company.microseconds(company.FIRST_MONTH)
                + (rng.uniform(40, 300, size) * 86_400e6).astype(np.int64),
            }
        ),
    )
    world.make(
        "segment_rows",
        f"""
        with first as (
            select c.contact_id, c.contact, p.person, p.customer_type as segment,
                d.is_moved and p.customer_type = 'household' as moves,
                d.moved_us, p.customer_from
            from contacts c join people p using (person) join assignment_dice d using (person)
            where c.role in ('standing', 'duplicate') and not d.is_unassigned
        )
        select contact_id, person, contact, '{OWN}' as segmentation, segment, least(customer_from,
            moved_us - 1000000) as from_us,
            case when moves then moved_us end as to_us from first
        union all
        select contact_id, person, contact, '{OWN}', 'small_business', moved_us, null from first where moves
        order by contact, from_us""",
    )


_STATUSES = ", ".join(f"'{s}'" for s in COUNTED)

_CUSTOMERS = f"""
with by_order as (
    select owner as person, min(ordered_us) as from_us from orders
    where owner is not null and status in ({_STATUSES}) group by owner
), by_stage as (
    select person, min(epoch_us(stage_from)) as from_us from contacts
    where stage = 'Customer' and stage_from is not null group by person
), since as (
    select person, min(from_us) as from_us from (from by_order union all from by_stage) group by person
)
select month, period_month, end_us, person from since join month_ends on from_us < end_us order by month,
    person
"""

# RFM of marts.md: each score 1 + floor(5 × percent_rank), at most 5, ties share the lower score.
_MEMBERSHIPS = f"""
with bought as (
    select c.month, c.person, c.end_us, max(o.ordered_us) as last_us, count(*) as frequency,
        sum(o.amount_cents - o.discount_cents - o.tax_cents - o.returned_cents) as monetary
    from customers_at c join orders o on o.owner = c.person and o.status in ({_STATUSES})
        and o.ordered_us < c.end_us and o.ordered_us >= c.end_us - {VALUE_DAYS} * 86400000000
    group by c.month, c.person, c.end_us
), scored as (
    select month, person,
        least(5, 1 + cast(floor(5 * percent_rank() over (partition by month order by recency_days desc)) as
            integer))
        + least(5, 1 + cast(floor(5 * percent_rank() over (partition by month order by frequency)) as
            integer))
        + least(5, 1 + cast(floor(5 * percent_rank() over (partition by month order by monetary)) as
            integer)) as score
    from (select *, (end_us - last_us) // 86400000000 as recency_days from bought)
), valued as (
    select c.month, c.person, case when s.score is null then 'inactive' when s.score >= 13 then 'top'
        when s.score >= 10 then 'high' when s.score >= 7 then 'medium' else 'low' end as segment
    from customers_at c left join scored s on s.month = c.month and s.person = c.person
), assigned as (
    select c.month, c.person, min(r.segment) as segment from customers_at c join segment_rows r on r.person =
        c.person
    where r.from_us < c.end_us and (r.to_us is null or r.to_us >= c.end_us) group by c.month, c.person
), own as (
    select c.month, c.person, coalesce(a.segment, 'unassigned') as segment
    from customers_at c left join assigned a on a.month = c.month and a.person = c.person
)
select month, 'all' as segmentation, 'all customers' as segment, person from customers_at
union all select month, 'value', segment, person from valued
union all select month, '{OWN}', segment, person from own
order by month, segmentation, segment, person
"""
