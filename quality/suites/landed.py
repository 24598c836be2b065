"""Checks of landed content, made from the kind of each column (warehouse/canonical/).

Lives here: what one row, or one table taken alone, must hold. Must not live here: what relates tables to
each other (landed_relations.py) or to the source's own history (landed_history.py).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

from quality.check import PLACE, Check, Limits
from quality.kinds import FAMILIES, KINDS, REPEATED_KINDS, VARIED_KINDS, nonsense
from quality.suites.landed_completeness import COMPLETE
from warehouse.canonical.register import PROVENANCE, TABLES
from warehouse.engine import quote_identifier, quote_text
from warehouse.settings import Settings

# Whoever refused once and consented in the same breath has refused (stg_consents): nothing of it is set apart.
CONSENTS = "consents"


def suite(settings: Settings, limits: Limits) -> tuple[Check, ...]:
    """Every check of a landed table taken alone, all canonical tables."""
    fill = _filler(settings)
    checks: list[Check] = []
    for table in TABLES:
        checks += _content(table, limits, fill)
        checks += [_provenance(table)]
        checks += [] if table == CONSENTS else [_landed_once(table)]
        checks += [_distribution(table, limits)]
        checks += [_completeness(table, limits)] if table in COMPLETE else []
        checks += [_still_filled(table, limits)]
    return tuple(checks)


def columns_of(table: str) -> dict[str, str]:
    """Column → kind, of a canonical table."""
    return {column.name: column.kind for column in TABLES[table].columns}


def _filler(settings: Settings) -> Callable[[str], str]:
    from phonenumbers import SUPPORTED_REGIONS

    # Territories without a telephone plan of their own are countries of ISO 3166-1 all the same.
    countries = sorted({*SUPPORTED_REGIONS, "AQ", "BV", "GS", "HM", "PN", "TF", "UM"})
    words = {
        "{iso_countries}": ", ".join(map(quote_text, countries)),
        "{landed_visibilities}": ", ".join(map(quote_text, settings.privacy.landed_visibilities)),
    }

    def fill(predicate: str) -> str:
        for word, values in words.items():
            predicate = predicate.replace(word, values)
        return predicate

    return fill


def _content(table: str, limits: Limits, fill: Callable[[str], str]) -> Iterator[Check]:
    """One check per family: a single pass over the table that names the column of each row found."""
    read_at = next(column for column in PROVENANCE if column.kind == "read_at")
    for family, rule in FAMILIES.items():
        bad = {
            column.name: nonsense(column, family, fill=fill)
            for column in (*TABLES[table].columns, read_at)
            if family in KINDS[column.kind]
        }
        if bad:
            name = f"landed.{table}.{family}"
            yield Check(
                name=name,
                layer="landed",
                relation=f"landed.{table}",
                severity=rule.severity,
                sentence=rule.sentence,
                wrong_where=bad,
                tolerated_share=limits(name, rule.tolerated_share),
                cost=rule.cost if rule.severity == "critical" else None,
                is_acceptable=rule.severity == "critical",
            )


def _provenance(table: str) -> Check:
    bad = {
        "source": "not regexp_matches(source, '^[a-z][a-z0-9_]{0,62}$')",
        "source_file_sha256": "not regexp_matches(source_file_sha256, '^[0-9a-f]{64}$')"
        " or (source, source_file_sha256) not in (select (source, source_file_sha256) from inputs.files)",
        "source_record": "not regexp_matches(source_record, '^[0-9]+([^0-9].*)?$')",
        "observed_at": "observed_at < timestamptz '1990-01-01 00:00:00+00'"
        " or observed_at > (select max(run_at) from inputs.parameters) + interval 1 day",
    }
    return Check(
        name=f"landed.{table}.provenance",
        layer="landed",
        relation=f"landed.{table}",
        severity="critical",
        sentence="Every figure must lead back to a record of a file that the ledger knows, and the newest "
        "observation wins: an observation from the future would win for ever.",
        wrong_where=bad,
        cost="record",
        is_acceptable=True,
    )


def _landed_once(table: str) -> Check:
    """No place of a file gives the same key twice."""
    key = ", ".join(map(quote_identifier, TABLES[table].key))
    return Check(
        name=f"landed.{table}.landed_once",
        layer="landed",
        relation=f"landed.{table}",
        severity="critical",
        sentence="A record counted twice makes two activities, orders or contacts out of one.",
        sql=f"""
select {PLACE}, count(*) as times
from @batch
group by {PLACE}, {key}
having count(*) > 1""",
        cost="record",
        is_acceptable=True,
    )


def _distribution(table: str, limits: Limits) -> Check:
    """Values taken together: constant where they must vary, all different where they must repeat."""
    rows = int(limits("landed.least_rows_for_shares", 20))
    problems = {
        "record_hash: one value in every record": "min(record_hash) = max(record_hash)"
        f" and count(distinct hash(source_file_sha256, source_record)) >= {rows}"
    }
    for said in TABLES[table].columns:
        column, kind, name = said.name, said.kind, quote_identifier(said.name)
        if kind in VARIED_KINDS:
            problems[f"{column}: one value in every row"] = (
                f"count({name}) >= {rows} and min({name}) = max({name})"
            )
        if kind in REPEATED_KINDS and not said.is_list:
            problems[f"{column}: nearly as many values as rows"] = (
                f"approx_count_distinct({name}) > greatest(200, 0.8 * count({name}))"
            )
        if kind == "flag":
            low, high = said.true_share
            problems[f"{column}: true in an implausible share of rows"] = (
                f"count({name}) >= {rows} and avg(cast({name} as integer)) not between {low} and {high}"
            )
    return Check(
        name=f"landed.{table}.distribution",
        layer="landed",
        relation=f"landed.{table}",
        severity="warning",
        sentence="One value in every row, or as many words as rows, is the mark of a misread column.",
        wrong_if=problems,
        columns=(
            "record_hash",
            *(c for c, k in columns_of(table).items() if k in VARIED_KINDS | REPEATED_KINDS | {"flag"}),
        ),
    )


def _completeness(table: str, limits: Limits) -> Check:
    name = f"landed.{table}.completeness"
    asked = [(condition, limits(name, least)) for condition, least in COMPLETE[table]]
    rows = _rows_for_completeness(table)
    parts = [
        f"select {quote_text(condition)} as condition, source,"
        f" round(avg(cast(coalesce({condition}, false) as integer)), 4) as share, {least} as least"
        f" from {rows} group by source having share < least"
        for condition, least in asked
    ]
    return Check(
        name=name,
        layer="landed",
        relation=f"landed.{table}",
        severity="warning",
        sentence="Rows without that which they are there for land without complaint and count for nothing.",
        sql="\nunion all\n".join(parts),
    )


def _rows_for_completeness(table: str) -> str:
    """Every row; where columns of several sources are joined, those alone whose key no other source states.

    A second table of an entity may be there for one column: its rows need not say what the first one says.
    """
    if not TABLES[table].merges_columns:
        return "@batch"
    key = ", ".join(map(quote_identifier, TABLES[table].key))
    shared = f"select {key} from @batch group by {key} having min(source) <> max(source)"
    return f"(select * from @batch where ({key}) not in ({shared}))"


def _still_filled(table: str, limits: Limits) -> Check:
    """A column that a source's files of a kind used to fill is empty in the newest of them."""
    names = [quote_identifier(column) for column in columns_of(table)]
    rows = int(limits("landed.least_rows_for_shares", 20))
    shares = ", ".join(f"count({name}) / count(*) as {name}" for name in names)
    return Check(
        name=f"landed.{table}.still_filled",
        layer="landed",
        relation=f"landed.{table}",
        severity="warning",
        sentence="A field that a source used to fill and now leaves empty was renamed or dropped upstream: "
        "figures fall without anybody having changed.",
        sql=f"""
with filled as (
    select source, source_file_sha256, max(observed_at) as observed_at, {shares}
    from @batch
    group by source, source_file_sha256
    having count(*) >= {rows}
),
by_file as (
    select filled.*, files.file_kind
    from filled
    join inputs.files as files using (source, source_file_sha256)
),
shares as (
    unpivot by_file on {", ".join(names)} into name column_name value share
),
ordered as (
    select
        *,
        row_number() over newest_first as age,
        min(share) over (newest_first rows between 1 following and unbounded following) as least_before
    from shares
    window newest_first as (
        partition by source, file_kind, column_name order by observed_at desc, source_file_sha256
    )
)
select source, source_file_sha256, column_name, round(least_before, 4) as least_before
from ordered
where age = 1 and share = 0 and least_before >= 0.2""",
        columns=tuple(columns_of(table)),
    )
