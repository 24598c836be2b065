"""Checks of what the ledger says of the files: rejected shares, failures, volume, freshness, empty tables.

Everything is measured against the source's own history, never against the clock. Must not live here:
content of rows (landed.py).
"""

from __future__ import annotations

from quality.check import Check, Cost, Limits, Severity
from warehouse.settings import Settings

_FILES = "inputs.files"

# Where one of these loses all of its rows, figures fall to nothing: no customer, no profile, nothing done.
INDISPENSABLE = ("contacts", "profiles", "activities")


def suite(settings: Settings, limits: Limits) -> tuple[Check, ...]:
    """Checks of the ledger's file entries, and that what was configured has landed."""
    return (
        *_not_empty(settings),
        _counts_add_up(),
        _rejected_by_source(settings, limits),
        _rejected_by_file(settings, limits),
        _failed(),
        _most_unread(),
        _silent_sources(),
        _lost_sources(),
        _rows_still_there(),
        _volume(limits),
        _freshness(limits),
        _gaps(limits),
    )


def _not_empty(settings: Settings) -> list[Check]:
    mapped = {s.table for s in settings.sources if s.table}
    return [
        Check(
            name=f"landed.{table}.not_empty",
            layer="landed",
            relation=f"landed.{table}",
            severity="critical" if table in INDISPENSABLE else "warning",
            sentence="The last publication was made of rows of this table, and there are none now: "
            + (
                "the figures that rest on it fall to nothing. A table that never had any is an answer."
                if table in INDISPENSABLE
                else "a configured source is missing from every figure."
            ),
            sql=f"""
select 'no row has landed' as problem, row_count as rows_in_last_publication
from previous_landed.row_counts
where canonical_table = '{table}' and row_count > 0 and not exists (select 1 from @batch)""",
            needs=("previous_landed.row_counts",),
            may_be_empty=False,
            filled=table,
            cost="publication" if table in INDISPENSABLE else None,
            is_acceptable=table in INDISPENSABLE,
        )
        for table in sorted({*INDISPENSABLE, *mapped})
    ]


def _file_check(
    name: str,
    severity: Severity,
    sentence: str,
    sql: str,
    *,
    needs: tuple[str, ...] = (),
    cost: Cost | None = None,
    is_acceptable: bool = False,
) -> Check:
    return Check(
        name=f"landed.files.{name}",
        layer="landed",
        relation=_FILES,
        severity=severity,
        sentence=sentence,
        sql=sql,
        needs=needs,
        may_be_empty=False,
        cost=cost,
        is_acceptable=is_acceptable,
    )


def _counts_add_up() -> Check:
    return _file_check(
        "counts_add_up",
        "critical",
        "Every record read is accepted, duplicate or rejected. A file that does not add up has lost some.",
        """
select source, source_file_sha256, records_read, records_accepted, records_duplicate, records_rejected
from @batch
where outcome = 'landed'
    and records_read is distinct from records_accepted + records_duplicate + records_rejected""",
        cost="publication",
    )


# What is not public is withheld, not broken: it counts for no share.
_BROKEN = "(records_rejected - coalesce(rejected_by_reason['not_public'], 0))"
_MEANT = "(records_read - coalesce(rejected_by_reason['not_public'], 0))"


def _rejected_by_source(settings: Settings, limits: Limits) -> Check:
    most = settings.quality.max_rejected_share
    least = int(limits("landed.files.rejected_least", 20))
    return _file_check(
        "rejected_by_source",
        "warning",
        "Landing sets single files aside for this; here small ones add up. A source that loses so many records "
        "no longer says what happened. The quarantine has them with reasons; quality.max_rejected_share sets "
        "the share.",
        f"""
select
    source,
    sum({_BROKEN}) as records_rejected,
    sum({_MEANT}) as records_read,
    round(sum({_BROKEN}) / sum({_MEANT}), 4) as rejected_share
from @batch
where outcome = 'landed'
group by source
having sum({_BROKEN}) > {most} * sum({_MEANT}) and sum({_BROKEN}) >= {least}""",
    )


def _rejected_by_file(settings: Settings, limits: Limits) -> Check:
    most = limits("landed.files.rejected_by_file", settings.quality.max_rejected_share)
    return _file_check(
        "rejected_by_file",
        "warning",
        "One file with many rejected records is a broken export, even where its source as a whole is well.",
        f"""
select source, source_file_sha256, records_rejected, records_read
from @batch
where outcome = 'landed' and {_BROKEN} > {most} * {_MEANT}""",
    )


def _failed() -> Check:
    return _file_check(
        "failed",
        "warning",
        "A file that could not be read, was set aside or lost costs itself alone; what it held is missing "
        "until it is mended.",
        "select source, source_file_sha256, reason_code from @batch where outcome in ('failed', 'lost')",
        cost="file",
    )


def _most_unread() -> Check:
    return _file_check(
        "most_unread",
        "critical",
        "More files could not be read, or were set aside, than were read. One file costs itself alone; most of "
        "them say that the exports, or scrm.yml, are not as they were. The run's summary names each.",
        """
select
    count(*) filter (where outcome <> 'landed') as files_unread,
    count(*) as files,
    string_agg(distinct source, ', ' order by source) filter (where outcome <> 'landed') as sources
from @batch
where outcome <> 'withdrawn'
having count(*) filter (where outcome <> 'landed') > count(*) / 2""",
        cost="publication",
        is_acceptable=True,
    )


def _lost_sources() -> Check:
    """A source without a landed file that had some; what left scrm.yml or was withdrawn somebody took out."""
    return _file_check(
        "lost_sources",
        "critical",
        "The last publication was made of rows of this source, and not one file of it is left: its network or "
        "table falls silent, though nobody did. A source that is no longer wanted is taken out of scrm.yml.",
        """
select source, sum(accepted) as records_in_last_publication
from previous.reconciliation
where stage = 'landing' and outcome = 'landed' and accepted > 0
    and source in (select source from inputs.configured_sources)
    and source not in (select source from @batch where outcome in ('landed', 'withdrawn'))
group by source""",
        needs=("previous.reconciliation",),
        cost="publication",
        is_acceptable=True,
    )


def _silent_sources() -> Check:
    return _file_check(
        "silent_sources",
        "warning",
        "A configured source from which nothing has ever landed: its figures are not zero, they are unknown.",
        """
select source
from inputs.configured_sources
where source not in (select source from @batch where outcome = 'landed')""",
    )


def _rows_still_there() -> Check:
    return _file_check(
        "rows_still_there",
        "warning",
        "The ledger says that rows were made of the file, the lake holds none: a part of the lake was lost.",
        """
select source, source_file_sha256, rows_landed
from @batch
where outcome = 'landed'
    and rows_landed > 0
    and source_file_sha256 not in (select source_file_sha256 from landed.all_files)""",
    )


def _volume(limits: Limits) -> Check:
    least = limits("landed.files.volume_least", 0.2)
    most = limits("landed.files.volume_most", 5)
    files = int(limits("landed.files.volume_history", 3))
    return _file_check(
        "volume",
        "warning",
        "What a source brought last is far less or more than its files of that kind held before: a cut-off or "
        "doubled export shows first in its volume. The parts of one day are counted together.",
        f"""
with observed as (
    select
        source, file_kind, observed_at,
        min(source_file_sha256) as source_file_sha256, sum(records_read) as records_read
    from @batch
    join landed.all_files using (source, source_file_sha256)
    where outcome = 'landed'
    group by source, file_kind, observed_at
),
ordered as (
    select *, row_number() over (partition by source, file_kind order by observed_at desc) as age
    from observed
),
history as (
    select source, file_kind, median(records_read) as usual
    from ordered
    where age > 1
    group by source, file_kind
    having count(*) >= {files}
)
select source, source_file_sha256, records_read, usual
from ordered join history using (source, file_kind)
where age = 1 and records_read not between {least} * usual and {most} * usual""",
    )


def _freshness(limits: Limits) -> Check:
    slack = limits("landed.files.freshness_slack", 3)
    files = int(limits("landed.files.volume_history", 3))
    return _file_check(
        "freshness",
        "warning",
        "The source used to bring something new at a steady pace and has fallen behind the others: its "
        "network looks quieter than it is.",
        f"""
with steps as (
    select
        source,
        observed_at,
        date_diff('hour', lag(observed_at) over sources_files, observed_at) as hours
    from (select distinct source, observed_at from landed.all_files)
    window sources_files as (partition by source order by observed_at)
),
pace as (
    select source, max(observed_at) as newest, greatest(median(hours), 24) as usual_hours
    from steps
    group by source
    having count(hours) >= {files}
)
select source, newest, usual_hours
from pace
where date_diff('hour', newest, (select max(observed_at) from landed.all_files)) > {slack} * usual_hours
    and source in (select source from @batch)""",
    )


def _gaps(limits: Limits) -> Check:
    usual = limits("landed.activities.gap_usual_per_day", 20)
    return Check(
        name="landed.activities.gaps",
        layer="landed",
        relation="landed.activities",
        severity="warning",
        sentence="Days without a single activity in a source that brings dozens a day are missing files, not "
        "silence: rates per week fall for no reason of the customers'.",
        sql=f"""
with days as (
    select source, cast(published_at as date) as day, count(*) as activities
    from @batch
    where is_time_observed is not false
    group by all
),
steps as (
    select
        source,
        day,
        lead(day) over (partition by source order by day) as next_day,
        median(activities) over (partition by source) as usual
    from days
)
select source, day + 1 as first_missing_day, next_day - day - 1 as days_missing
from steps
where usual >= {usual} and next_day - day > 1""",
        columns=("published_at", "is_time_observed"),
    )
