"""Checks of every mart, made from its columns: presence, ranges, bounds, months, density.

Lives here: what a column's name promises (marts.md: `_rate` is in [0, 1], counts are not negative …), for
marts there are and marts to come. Identifiers are in marts_identifiers.py, small cells in marts_cells.py,
formulas and drift in marts_figures.py. Must not live here: keys, relationships and adding-up within dbt
(dbt's tests).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from types import MappingProxyType

from quality.check import PLACE, Check, Limits, Severity
from warehouse.engine import quote_identifier, quote_text
from warehouse.mart_register import SCHEMAS, Mart, marts

Columns = Mapping[str, str]
Shape = Mapping[str, Mapping[str, Columns]]  # schema → table → column → type

_COUNT = ("BIGINT", "UBIGINT", "HUGEINT", "INTEGER")
CATALOG = "marts.metric_catalog"  # what is about all marts hangs on their catalogue


def declared_shape() -> dict[str, dict[str, Columns]]:
    """Schema → table → column → type, as the contracts of the marts declare them."""
    return {s: {m.name: m.columns for m in marts().values() if m.schema == s} for s in SCHEMAS}


def suite(shape: Shape, limits: Limits) -> tuple[Check, ...]:
    """Checks of the tables that the build holds, and of those that it should hold."""
    checks = [*_required(), _undeclared(shape)]
    for schema in ("marts", "people"):
        for table, columns in shape.get(schema, {}).items():
            checks += [*_ranges(schema, table, columns, limits), *_bounds(schema, table, columns)]
            if schema == "marts" and "period_month" in grain(table, columns):
                checks += [_months(table), *_dense(table, columns)]
    return tuple(checks)


def mart_check(
    name: str,
    relation: str,
    severity: Severity,
    sentence: str,
    sql: str = "",
    *,
    wrong_where: Mapping[str, str] = MappingProxyType({}),
    row: str = PLACE,
    prepared: Mapping[str, str] = MappingProxyType({}),
    columns: tuple[str, ...] = (),
    needs: tuple[str, ...] = (),
    tolerated_share: float = 0.0,
    may_be_empty: bool = True,
    filled: str = "",
    is_acceptable: bool = False,
) -> Check:
    """A check of the marts layer: what is wrong there is wrong arithmetic, so a critical one costs all of it."""
    return Check(
        name=f"marts.{name}",
        layer="marts",
        relation=relation,
        severity=severity,
        sentence=sentence,
        sql=sql,
        wrong_where=wrong_where,
        row=row,
        prepared=prepared,
        columns=columns,
        needs=needs,
        tolerated_share=tolerated_share,
        may_be_empty=may_be_empty,
        filled=filled,
        cost="publication" if severity == "critical" else None,
        is_acceptable=is_acceptable,
    )


def grain(table: str, columns: Columns) -> tuple[str, ...]:
    """Columns that say what a row of a mart is about: those of its grain that it has."""
    return grain_of(marts()[table], columns)


def grain_of(mart: Mart, columns: Columns) -> tuple[str, ...]:
    """As `grain`, of a mart that the register need not know."""
    return tuple(column for column in mart.grain if column in columns)


def row_name(table: str, columns: Columns) -> str:
    """Select-list that names a row of a mart; a person only by the MD5 of the id."""
    said = grain(table, columns)
    if marts()[table].schema == "people":
        said = tuple(column for column in said if not column.endswith("_id"))
    names = [quote_identifier(column) for column in said]
    if "person_id" in columns:
        names.append("md5(person_id) as person_md5")
    return ", ".join(names) or "1 as row_found"


def _required() -> Iterator[Check]:
    for mart in marts().values():
        if not mart.may_be_empty:
            before = f"previous{'_people' if mart.schema == 'people' else ''}.{mart.name}"
            yield mart_check(
                f"{mart.name}.not_empty",
                f"{mart.schema}.{mart.name}",
                "critical",
                "A promised table that is missing, or lost all the rows that it had, leaves its readers with "
                "nothing, silently. One that never had any is an answer.",
                f"""
select 'no row' as problem, count(*) as rows_in_last_publication
from {before}
where not exists (select 1 from @batch)
having count(*) > 0""",
                needs=(before,),
                may_be_empty=False,
                filled="contacts" if mart.counts_customers else "",
                is_acceptable=True,
            )


def _ranges(schema: str, table: str, columns: Columns, limits: Limits) -> Iterator[Check]:
    slack = limits("marts.rounding", 1e-9)
    bad: dict[str, str] = {}
    for column, kind in columns.items():
        outside = _outside(column, kind, slack)
        if outside:
            bad[column] = f"coalesce({outside}, false)"
    if bad:
        yield mart_check(
            f"{table}.ranges",
            f"{schema}.{table}",
            "critical",
            "Rates and shares lie in [0, 1], net figures in [-1, 1], counts are not negative, hours and "
            "weekdays exist. A figure outside is an error of arithmetic, and there will be more inside.",
            wrong_where=bad,
            row=row_name(table, columns),
        )


def _outside(column: str, kind: str, slack: float) -> str | None:
    name = quote_identifier(column)
    if kind in ("DOUBLE", "FLOAT") or kind.startswith("DECIMAL"):
        if column.startswith("net_") and not column.endswith("_amount"):
            return f"{name} not between -1 - {slack} and 1 + {slack}"
        stem = column.removesuffix("_expected").removesuffix("_low").removesuffix("_high")
        if stem.endswith(("_rate", "_share")) or "_share_" in stem or stem in _UNIT_INTERVAL:
            return f"{name} not between -{slack} and 1 + {slack}"
        if column == "nps":
            return f"{name} not between -100 and 100"
        if column.endswith("_per_week") or "_per_" in column:
            return f"not {name} >= 0 or isinf({name})" if kind == "DOUBLE" else f"not {name} >= 0"
    if kind in _COUNT:
        if "hour" in column and not column.endswith("_hours"):
            return f"{name} not between 0 and 23" if _is_hour(column) else f"{name} < 0"
        if "weekday" in column:
            return f"{name} not between 1 and 7"
        return f"{name} < 0"
    return None


_UNIT_INTERVAL = frozenset(("probability", "pair_probability", "link_recall", "person_probability"))


def _is_hour(column: str) -> bool:
    return column in ("hour_local", "best_hour") or column.startswith("primary_hour")


def _bounds(schema: str, table: str, columns: Columns) -> Iterator[Check]:
    bad = {
        column: f"coalesce(not ({column}_low <= {column} and {column} <= {column}_high), false)"
        for column in columns
        if f"{column}_low" in columns and f"{column}_high" in columns
    }
    if bad:
        yield mart_check(
            f"{table}.bounds",
            f"{schema}.{table}",
            "critical",
            "A figure lies between its bounds; otherwise the doubt that readers are shown is made up.",
            wrong_where=bad,
            row=row_name(table, columns),
        )


def _months(table: str) -> Check:
    return mart_check(
        f"{table}.months",
        f"marts.{table}",
        "critical",
        "Only complete months are published, each named by its first day, none missing in between: a month "
        "cut short looks like a fall.",
        """
with ends as (
    select coalesce(
        (select as_of from inputs.parameters),
        (select cast(max(observed_at) as date) from landed.all_files)
    ) as last_day_known
),
months as (select distinct period_month from @batch),
ordered as (select period_month, lag(period_month) over (order by period_month) as month_before from months)
select period_month,
    case
        when period_month <> date_trunc('month', period_month) then 'not the first of a month'
        when last_day(period_month) > last_day_known then 'not complete'
        else 'the month before is missing'
    end as problem
from ordered cross join ends
where period_month is null
    or period_month <> date_trunc('month', period_month)
    or last_day(period_month) > last_day_known
    or period_month <> month_before + interval 1 month""",
        columns=("period_month",),
    )


def _dense(table: str, columns: Columns) -> Iterator[Check]:
    """Every segment × network has a row in every month of its segmentation."""
    if not {"segmentation", "segment", "network"} <= columns.keys():
        return
    rest = [
        c for c in grain(table, columns) if c not in ("period_month", "segmentation", "segment", "network")
    ]
    per = "".join(f", {c}" for c in rest)
    yield mart_check(
        f"{table}.dense",
        f"marts.{table}",
        "critical",
        "A row that is absent where nothing happened reads as 'not asked'. Every segment and network stands "
        "in every month.",
        f"""
with cells as (select distinct segmentation, segment, network{per} from @batch),
months as (select distinct period_month from @batch),
networks as (select distinct network from @batch),
segments as (select distinct segmentation, segment{per} from @batch)
select period_month, segmentation, segment, network{per}
from segments cross join networks cross join months
except
select period_month, segmentation, segment, network{per} from @batch""",
    )


def _undeclared(shape: Shape) -> Check:
    known = [
        quote_text(f"{schema}.{table}") for schema in ("marts", "people") for table in shape.get(schema, {})
    ]
    return mart_check(
        "undeclared",
        CATALOG,
        "critical",
        "A table that no model declares was checked by nothing, and would be published all the same.",
        f"""
select schema_name, view_name
from duckdb_views()
where database_name = 'memory' and schema_name in ('marts', 'people')
    and schema_name || '.' || view_name not in ({", ".join(known) or "''"})
    and exists (select 1 from @batch)""",
    )
