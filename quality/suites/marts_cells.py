"""Checks that small cells are hidden, and cannot be had back by subtraction.

The rule is marts.md's (Small cells): a row with fewer than k customers, or contributors, shows nothing;
within a group none or at least two rows are hidden. What is *not* protected is said in quality/README.md:
differences between months. Must not live here: any other rule on marts.
"""

from __future__ import annotations

from collections.abc import Iterator

from quality.check import Check
from quality.suites.marts import Columns, Shape, grain, mart_check
from warehouse import policy
from warehouse.engine import quote_identifier
from warehouse.mart_register import marts

_K = "(select min_cell from inputs.parameters)"
# How many customers each segment has, hidden or not.
_SIZES = "intermediate.int_segment_months"


def suite(shape: Shape) -> tuple[Check, ...]:
    """Checks of every mart that hides small cells, and of k itself."""
    checks = [_lowered()]
    for table, columns in shape.get("marts", {}).items():
        along = marts()[table].guarded_along
        if along:
            checks += [_shown_too_small(table, columns), _hidden_shows(table, columns)]
            checks += [_complement(table, columns, along), *_total_minus_rest(table, columns)]
    return tuple(checks)


def measures(table: str, columns: Columns) -> tuple[str, ...]:
    """Columns that say something of people: all but grain and flags."""
    said = grain(table, columns)
    return tuple(c for c, kind in columns.items() if c not in said and kind != "BOOLEAN")


def _lowered() -> Check:
    return mart_check(
        "min_cell",
        "marts.metric_catalog",
        "warning",
        f"privacy.min_cell is below {policy.MIN_CELL}: people can be recognised in small groups. It is "
        "stamped on the publication.",
        f"select min_cell from inputs.parameters where min_cell < {policy.MIN_CELL}"
        " and exists (select 1 from @batch)",
    )


def _shown_too_small(table: str, columns: Columns) -> Check:
    rules = [f"{c} < {_K}" for c in ("customers",) if c in columns]
    rules += [f"(contributors > 0 and contributors < {_K})" for c in ("contributors",) if c in columns]
    names = ", ".join(grain(table, columns))
    return mart_check(
        f"{table}.small_cells_hidden",
        f"marts.{table}",
        "critical",
        "A figure about so few people is a figure about each of them.",
        f"select {names} from @batch where not is_suppressed and coalesce({' or '.join(rules)}, false)",
        columns=("customers", "contributors"),
    )


def _hidden_shows(table: str, columns: Columns) -> Check:
    shown = " or ".join(f"{quote_identifier(c)} is not null" for c in measures(table, columns))
    return mart_check(
        f"{table}.hidden_cells_empty",
        f"marts.{table}",
        "critical",
        "A suppressed row that still shows one measure is not suppressed.",
        f"select {', '.join(grain(table, columns))} from @batch where coalesce(is_suppressed, true) and ({shown})",
        columns=measures(table, columns),
    )


def _complement(table: str, columns: Columns, along: str) -> Check:
    """Of a group none is hidden, or all, or two at least; its hidden customers are k at least."""
    group = ", ".join(c for c in grain(table, columns) if c != along)
    has_sizes = {"period_month", "segmentation", "segment"} <= columns.keys()
    size = f"coalesce(sum(sizes.customers) filter (where is_suppressed) < {_K}, false)"
    too_few = f"or {size}" if has_sizes else ""
    sizes = f"left join {_SIZES} as sizes using (period_month, segmentation, segment)" if has_sizes else ""
    return mart_check(
        f"{table}.complement_hidden",
        f"marts.{table}",
        "critical",
        "A single hidden row is the total minus the others. None of a group is hidden, or all are, or at least "
        "two that stand for people enough.",
        f"""
select {group}, count(*) as rows_of_group, count(*) filter (where is_suppressed) as hidden
from @batch as mart {sizes}
group by {group}
having hidden > 0 and hidden < rows_of_group
    and (hidden < 2 or rows_of_group - hidden < 2 {too_few})""",
        columns=("is_suppressed",),
        needs=(_SIZES,) if has_sizes else (),
    )


def _total_minus_rest(table: str, columns: Columns) -> Iterator[Check]:
    """`all` minus the shown segments of a segmentation leaves none, or at least k, customers."""
    if not {"segmentation", "customers"} <= columns.keys():
        return
    keys = [c for c in grain(table, columns) if c not in ("segmentation", "segment")]
    using = ", ".join(keys)
    yield mart_check(
        f"{table}.rest_large_enough",
        f"marts.{table}",
        "critical",
        "All customers minus the segments shown are the hidden ones together: fewer than k of them would be "
        "found by subtraction.",
        f"""
with totals as (
    select {using}, customers from @batch where segmentation = 'all' and not is_suppressed
),
shown as (
    select {using}, segmentation, sum(customers) as customers, bool_or(is_suppressed) as some_hidden
    from @batch
    where segmentation <> 'all'
    group by {using}, segmentation
)
select {using}, segmentation
from totals
join shown using ({using})
where some_hidden
    and totals.customers - coalesce(shown.customers, 0) > 0
    and totals.customers - coalesce(shown.customers, 0) < {_K}""",
        columns=("customers",),
    )
