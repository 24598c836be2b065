"""Checks that small cells are hidden, and cannot be had back by subtraction.

The rule is marts.md's (Small cells): a row with fewer than k customers, or contributors, shows nothing;
within a group none or at least two rows are hidden. What is *not* protected is said in quality/README.md:
differences between months. Must not live here: any other rule on marts.
"""

from __future__ import annotations

from collections.abc import Iterator

from quality.check import Check
from quality.suites.marts import Columns, Shape, grain_of, mart_check
from warehouse import policy
from warehouse.engine import quote_identifier
from warehouse.mart_register import Mart, marts

_K = "(select min_cell from inputs.parameters)"
# How many customers each segment has, hidden or not.
_SIZES = "intermediate.int_segment_months"


def suite(shape: Shape) -> tuple[Check, ...]:
    """Checks of every mart that hides small cells, and of k itself."""
    checks = [_lowered()]
    for table, columns in shape.get("marts", {}).items():
        checks += cell_checks(marts()[table], columns)
    return tuple(checks)


def cell_checks(mart: Mart, columns: Columns) -> list[Check]:
    """Checks of a mart that hides small cells; none of one that need not."""
    if not mart.guarded_along:
        return []
    checks = [_shown_too_small(mart, columns), _hidden_shows(mart, columns)]
    checks += [_complement(mart, columns, mart.guarded_along), *_total_minus_rest(mart, columns)]
    return [*checks, *_parts_hidden(mart, columns), *_network_left_over(mart, columns)]


def measures(table: str, columns: Columns) -> tuple[str, ...]:
    """Columns that say something of people: all but grain, flags and what says the state of a row."""
    return _measures(marts()[table], columns)


def _measures(mart: Mart, columns: Columns) -> tuple[str, ...]:
    said = {*grain_of(mart, columns), *mart.states}
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


def _shown_too_small(mart: Mart, columns: Columns) -> Check:
    rules = [f"{c} < {_K}" for c in ("customers",) if c in columns]
    few = ("contributors", *_numerators(mart, columns))
    rules += [f"({c} > 0 and {c} < {_K})" for c in few if c in columns]
    names = ", ".join(grain_of(mart, columns))
    return mart_check(
        f"{mart.name}.small_cells_hidden",
        f"marts.{mart.name}",
        "critical",
        "A figure about so few people is a figure about each of them.",
        f"select {names} from @batch where not is_suppressed and coalesce({' or '.join(rules)}, false)",
        columns=("customers", "contributors", *_numerators(mart, columns)),
    )


def _numerators(mart: Mart, columns: Columns) -> tuple[str, ...]:
    """Counts of customers in the mart on which some of its measures alone rest."""
    return tuple(sorted({n for n in mart.rests_on.values() if n in columns}))


def _parts_hidden(mart: Mart, columns: Columns) -> Iterator[Check]:
    """What rests on a count that is hidden is hidden, too."""
    shown = [
        f"({numerator} is null and {quote_identifier(measure)} is not null)"
        for measure, numerator in mart.rests_on.items()
        if {measure, numerator} <= columns.keys()
    ]
    if shown:
        yield mart_check(
            f"{mart.name}.parts_hidden",
            f"marts.{mart.name}",
            "critical",
            "A figure that rests on a hidden count would tell it.",
            f"select {', '.join(grain_of(mart, columns))} from @batch where {' or '.join(shown)}",
            columns=tuple(mart.rests_on),
        )


def _network_left_over(mart: Mart, columns: Columns) -> Iterator[Check]:
    """What adds up over networks is not shown of all of them where one network's part alone would be left."""
    sums = [c for c in ("activities", "activities_active", "activities_passive") if c in columns]
    keys = [c for c in grain_of(mart, columns) if c != "network"]
    if "network" not in columns or not sums:
        return
    using = ", ".join(keys)
    lone = " or ".join(f"(hidden_{c} = 1 and together.{c} > coalesce(single.{c}, 0))" for c in sums)
    parts = ", ".join(
        f"sum({c}) as {c}, count(*) filter (where {c} is null and is_observed) as hidden_{c}" for c in sums
    )
    yield mart_check(
        f"{mart.name}.no_network_left_over",
        f"marts.{mart.name}",
        "critical",
        "All networks less those shown are the hidden ones together: a single one would be found by subtraction.",
        f"""
with single as (select {using}, {parts} from @batch where network <> 'all' group by {using}),
together as (select * from @batch where network = 'all')
select {using}
from together
join single using ({using})
where {lone}""",
        columns=tuple(sums),
    )


def _hidden_shows(mart: Mart, columns: Columns) -> Check:
    shown = " or ".join(f"{quote_identifier(c)} is not null" for c in _measures(mart, columns))
    return mart_check(
        f"{mart.name}.hidden_cells_empty",
        f"marts.{mart.name}",
        "critical",
        "A suppressed row that still shows one measure is not suppressed.",
        f"select {', '.join(grain_of(mart, columns))} from @batch"
        f" where coalesce(is_suppressed, true) and ({shown})",
        columns=_measures(mart, columns),
    )


def _complement(mart: Mart, columns: Columns, along: str) -> Check:
    """Of a group none is hidden, or all, or two at least; its hidden customers are k at least."""
    group = ", ".join(c for c in grain_of(mart, columns) if c != along) or "1"  # one group
    has_sizes = {"period_month", "segmentation", "segment"} <= columns.keys()
    size = f"coalesce(sum(sizes.customers) filter (where is_suppressed) < {_K}, false)"
    too_few = f"or {size}" if has_sizes else ""
    sizes = f"left join {_SIZES} as sizes using (period_month, segmentation, segment)" if has_sizes else ""
    return mart_check(
        f"{mart.name}.complement_hidden",
        f"marts.{mart.name}",
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


def _total_minus_rest(mart: Mart, columns: Columns) -> Iterator[Check]:
    """`all` minus the shown segments of a segmentation leaves none, or at least k, customers."""
    if not {"segmentation", "customers"} <= columns.keys():
        return
    keys = [c for c in grain_of(mart, columns) if c not in ("segmentation", "segment")]
    group = "".join(f"{key}, " for key in keys)
    same = " and ".join(f"totals.{key} = shown.{key}" for key in keys) or "true"
    counts = ("customers", *_numerators(mart, columns))
    sums = ", ".join(f"sum({c}) as {c}, bool_or({c} is null) as hides_{c}" for c in counts)
    left = " or ".join(
        f"(hides_{c} and totals.{c} - coalesce(shown.{c}, 0) between 1 and {_K} - 1)" for c in counts
    )
    yield mart_check(
        f"{mart.name}.rest_large_enough",
        f"marts.{mart.name}",
        "critical",
        "All customers minus the segments shown are the hidden ones together: fewer than k of them would be "
        "found by subtraction.",
        f"""
with totals as (select * from @batch where segmentation = 'all' and not is_suppressed),
shown as (
    select {group}segmentation, {sums}
    from @batch
    where segmentation <> 'all'
    group by {group}segmentation
)
select {", ".join(f"shown.{key}" for key in (*keys, "segmentation"))}
from totals
join shown on {same}
where {left}""",
        columns=counts,
    )
