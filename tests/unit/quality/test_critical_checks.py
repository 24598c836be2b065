"""Every critical check catches a bad row planted in a healthy company, and names that very row."""

from __future__ import annotations

import datetime as dt
import hashlib
import re
from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pyarrow as pa
import pytest

from quality.check import Check
from quality.relations import Relations
from quality.suites import checks_of
from quality.suites.landed import columns_of
from tests.unit.quality.healthy import SETTINGS, healthy_tables, put, shape_of
from warehouse.mart_register import marts
from warehouse.settings import Settings

Find = Callable[[Relations, Check], list[dict[str, Any]]]

PLANTED = 7  # row of the landed tables that goes bad; its record is the eighth
RECORD = {"source": "crm", "source_record": "8/data"}
LANDED_FAMILIES = ("identifiers", "vocabulary", "events", "counters", "amounts", "local_time", "provenance")


def md5(text: str) -> str:
    return hashlib.md5(text.encode()).hexdigest()


PROFILE_7 = {"persona_type": "profile", "network": "x", "persona_md5": md5("profile:x:profile-7")}
CONTACT_7 = {"persona_type": "contact", "persona_md5": md5("contact:contact-7")}
ACCOUNT_7 = {"record_kind": "account", "record_md5": md5("account:account-7")}
TIE_7 = {**CONTACT_7, "source": "crm_account"}
JANUARY_LOW = {
    **{"period_month": dt.date(2026, 1, 1), "segmentation": "value"},
    **{"segment": "low", "network": "x"},
}
BOTS = {"period_month": dt.date(2026, 1, 1), "network": "x", "account_role": "bot"}
_JANUARY_LOW = "period_month = date '2026-01-01' and segment = 'low' and network = 'x'"

# check → (what goes wrong, in SQL; part of a row that the check must name)
SPECIAL: dict[str, tuple[str, dict[str, Any]]] = {
    "landed.activities.network_of_source": (
        "update inputs.configured_sources set network = 'forum'",
        RECORD,
    ),
    "landed.consents.unread_consents": (
        "update landed.consents set status = 'ja'",
        {**RECORD, "column_name": "status"},
    ),
    "landed.files.counts_add_up": (
        "update inputs.files set records_accepted = 29 where source_file_sha256 like 'a%'",
        {"source": "crm", "source_file_sha256": "a" * 64, "records_read": 30, "records_accepted": 29},
    ),
    # Contact 8 of a shop of its own: another name, another address.
    "landed.files.ids_of_one_crm": (
        "insert into landed.contacts by name select * replace ('shop' as source, 'Zoë' as given_name,"
        " 'Quist' as family_name, 'Zoë Quist' as full_name, null as former_family_name, null as nickname,"
        " 'z@quist.example' as email, null as other_emails, null as phone, null as other_phones)"
        " from landed.contacts where contact_id = 'contact-8'",
        {
            **{"canonical_table": "contacts", "source": "crm", "other_source": "shop"},
            **{"shared_ids": 1, "contradicting_ids": 1},
        },
    ),
    # 3 files, of which crm's two cannot be read
    "landed.files.most_unread": (
        "insert into inputs.files by name select * replace ('x' as source) from inputs.files limit 1;"
        " update inputs.files set outcome = 'failed' where source = 'crm'",
        {"files_unread": 2, "files": 3, "sources": "crm"},
    ),
    "landed.files.lost_sources": (
        "create table previous.reconciliation as from marts.reconciliation;"
        " update inputs.files set outcome = 'failed' where source = 'crm'",
        {"source": "crm", "records_in_last_publication": 60},
    ),
    "identity.organization_of_every_record": (
        "insert into identity.organizations by name select * replace ('organization-8' as organization_id)"
        " from identity.organizations where record_id = 'account:account-7'",
        {**ACCOUNT_7, "problem": "resolved 2 times"},
    ),
    "identity.organization_probability_range": (
        "update identity.organizations set probability = 0 where record_id = 'account:account-7'",
        {**ACCOUNT_7, "probability": 0},
    ),
    "marts.organizations.resolved": (
        "update people.organizations set organization_id = 'organization-99' where account_id = 'account-7'",
        {
            **TIE_7,
            "organization_id": "organization-99",
            "problem": "no record is resolved to the organisation",
        },
    ),
    "marts.organizations.dated": (
        "update people.organizations set valid_to = timestamptz '2025-01-01 00:00:00+00'"
        " where account_id = 'account-7'",
        TIE_7,
    ),
    "marts.organizations.probabilities": (
        "update people.organizations set organization_probability = null where account_id = 'account-7'",
        {**TIE_7, "organization_probability": None},
    ),
    "identity.not_empty": ("delete from identity.personas", {"problem": "no persona"}),
    "identity.one_person_per_persona": (
        "insert into identity.personas by name select * replace ('person-8' as person_id)"
        " from identity.personas where persona_id = 'contact:contact-7'",
        {**CONTACT_7, "times": 2, "persons": 2},
    ),
    "identity.every_persona_decided": (
        "delete from identity.personas where persona_id = 'contact:contact-7'",
        {**CONTACT_7, "problem": "not decided"},
    ),
    "identity.known_words": (
        "update identity.personas set link_status = 'maybe' where persona_id = 'contact:contact-7'",
        {**CONTACT_7, "link_status": "maybe"},
    ),
    "identity.person_probability_range": (
        "update identity.personas set person_probability = 1.2 where persona_id = 'contact:contact-7'",
        CONTACT_7,
    ),
    "identity.candidate_probability_range": (
        "update identity.link_candidates set probability = 0.99 where profile_id = 'profile-7'",
        PROFILE_7,
    ),
    "identity.owners_sum_below_one": (
        "insert into identity.link_candidates by name select * replace ('person-8' as person_id)"
        " from identity.link_candidates where profile_id = 'profile-7'",
        {**PROFILE_7, "candidates": 2},
    ),
    "identity.candidate_once": (
        "insert into identity.link_candidates from identity.link_candidates where profile_id = 'profile-7'",
        {**PROFILE_7, "times": 2},
    ),
    "identity.candidate_known": (
        "update identity.link_candidates set person_id = 'nobody' where profile_id = 'profile-7'",
        PROFILE_7,
    ),
    "identity.accepted_above_threshold": (
        "update identity.link_candidates set probability = 0.6 where profile_id = 'profile-7'",
        PROFILE_7,
    ),
    "identity.accounts_per_network": (
        "update identity.personas set person_id = 'person-7' where persona_id like 'profile:x:profile-1%'",
        {"person_md5": md5("person-7"), "network": "x", "accounts": 12},
    ),
    "identity.broken_rules_stay_apart": (
        "update identity.personas set person_id = 'person-1' where persona_id = 'contact:contact-0'",
        {"persona_md5": md5("contact:contact-0"), "rule": "cardinality"},
    ),
    "identity.customers_joined_on_social_evidence": (
        "update identity.personas set person_id = 'person-7' where persona_id = 'contact:contact-4'",
        {"person_md5": md5("person-7"), **RECORD},
    ),
    "identity.only_linkable_linked": (
        "update intermediate.int_personas set is_linkable = false, account_role = 'brand'"
        " where persona_id = 'profile:x:profile-7'",
        {**PROFILE_7, "account_role": "brand"},
    ),
    "identity.objections_honoured": (
        "update staging.stg_consents set status = 'objected' where contact_id = 'contact-7'",
        RECORD,
    ),
    "identity.cluster_size_impossible": (
        "update identity.personas set person_id = 'person-7'",
        {"person_md5": md5("person-7"), "personas": 120},
    ),
    "identity.evidence_adds_up": (
        "update identity.link_evidence set weight = 19 where comparison = 'name'"
        " and left_persona_id = 'contact:contact-7'",
        {"left_md5": md5("contact:contact-7"), "shown": 5.5, "counted": 6.5},
    ),
    "identity.queue_is_open": (
        "update identity.review_queue set right_person_id = 'person-7'"
        " where left_persona_id = 'contact:contact-7'",
        {"left_md5": md5("contact:contact-7"), "reason": "doubtful"},
    ),
    "identity.measures_in_range": (
        "update identity.quality set high = 0.985",
        {"measure": "precision", "stratum": "all", "high": 0.985},
    ),
    "identity.linked_share_collapsed": (
        "create table previous_identity.personas as from identity.personas;"
        " update identity.personas set link_status = 'unlinked'",
        {"network": "x", "share_before": 1.0, "share_now": 0.0},
    ),
    "marts.undeclared": ("create view marts.slipped_in as select 1 as x", {"view_name": "slipped_in"}),
    "marts.identifying_columns": (
        "alter table marts.segment_presence add column email varchar",
        {"table_name": "segment_presence", "column_name": "email"},
    ),
    "marts.segment_presence.bounds": (
        f"update marts.segment_presence set presence_rate_expected_low = 0.9 where {_JANUARY_LOW}",
        {**JANUARY_LOW, "column_name": "presence_rate_expected"},
    ),
    "marts.segment_presence.formulas": (
        f"update marts.segment_presence set presence_rate = 0.6 where {_JANUARY_LOW}",
        JANUARY_LOW,
    ),
    "marts.segment_presence.parts": (
        f"update marts.segment_presence set customers_active = 41 where {_JANUARY_LOW}",
        JANUARY_LOW,
    ),
    "marts.segment_presence.parts_hidden": (
        f"update marts.segment_presence set customers_active = null where {_JANUARY_LOW}",
        JANUARY_LOW,
    ),
    "marts.segment_size.parts_hidden": (
        "update marts.segment_size set buyers = null where segment = 'low'",
        {"segment": "low", "period_month": dt.date(2026, 1, 1)},
    ),
    # x shows nothing of low: all networks (200) less the forum (100) are its activities.
    "marts.segment_presence.no_network_left_over": (
        f"update marts.segment_presence set activities_active = null where {_JANUARY_LOW}",
        {"segment": "low", "period_month": dt.date(2026, 1, 1)},
    ),
    **{
        f"marts.{table}.no_network_left_over": (
            f"update marts.{table} set activities = null where {_JANUARY_LOW}",
            {"segment": "low", "period_month": dt.date(2026, 1, 1)},
        )
        for table in ("segment_active_hours", "segment_active_hours_quarter", "segment_content_formats")
    },
    "marts.segment_presence.same_on_each_network": (
        f"update marts.segment_presence set customers = 39 where {_JANUARY_LOW}",
        {"segment": "low", "fewest": 39, "most": 40},
    ),
}

# The rules that every mart of that shape has: rule → (SQL with {t}, part of a row that must be named).
EVERY_MART: dict[str, tuple[str, dict[str, Any]]] = {
    "not_empty": ("create table {before} as from {t}; delete from {t}", {"problem": "no row"}),
    "months": ("update {t} set period_month = date '2026-02-01' where period_month = date '2026-01-01'", {}),
    "dense": (f"delete from {{t}} where {_JANUARY_LOW}", JANUARY_LOW),
    "small_cells_hidden": (f"update {{t}} set customers = 9 where {_JANUARY_LOW}", JANUARY_LOW),
    "hidden_cells_empty": (f"update {{t}} set is_suppressed = true where {_JANUARY_LOW}", JANUARY_LOW),
    "complement_hidden": (
        f"update {{t}} set is_suppressed = true where {_JANUARY_LOW}",
        {"period_month": dt.date(2026, 1, 1), "network": "x", "hidden": 1},
    ),
    # 60 customers in all less 55 shown leave 5 hidden: fewer than 10.
    "rest_large_enough": (
        "update {t} set is_suppressed = true, customers = null where segment = 'low';"
        " update {t} set customers = 55 where segment = 'high'",
        {"segmentation": "value", "network": "x"},
    ),
    "not_observed_is_null": (f"update {{t}} set is_observed = false where {_JANUARY_LOW}", JANUARY_LOW),
}


def _checks() -> dict[str, Check]:
    settings = Settings.model_validate(SETTINGS)
    shape = shape_of(healthy_tables())
    layers = ("landed", "identity", "marts")
    return {check.name: check for layer in layers for check in checks_of(layer, settings, shape)}


CHECKS = _checks()
CRITICAL = sorted(name for name, check in CHECKS.items() if check.is_critical)


@pytest.mark.parametrize("name", CRITICAL)
def test_a_critical_check_names_the_bad_row_and_no_person(
    name: str, build: Relations, checks: dict[str, Check], unexpected: Find
) -> None:
    """The healthy company's people are called ...Example..., their handles are user_n."""
    check = checks[name]
    expected = plant(build, check)
    found = unexpected(Relations(build.connection), check)
    assert any(expected.items() <= row.items() for row in found), f"{expected} not in {found[:3]}"
    assert not re.search(r"user_\d|xample", str(found))


# One check looks at several things; the first of each is among SPECIAL.
_OF_7 = "where account_id = 'account-7'"


@pytest.mark.parametrize(
    ("name", "sql", "expected"),
    [
        (
            "identity.organization_of_every_record",
            "delete from identity.organizations where record_id = 'account:account-7'",
            {**ACCOUNT_7, "problem": "not resolved"},
        ),
        (
            "identity.organization_of_every_record",
            "delete from intermediate.int_organization_records where record_id = 'account:account-7'",
            {**ACCOUNT_7, "problem": "not made by dbt"},
        ),
        (
            "identity.organization_of_every_record",
            "update identity.organizations set organization_id = null where record_id = 'account:account-7'",
            ACCOUNT_7,
        ),
        (
            "marts.organizations.resolved",
            f"update people.organizations set person_id = 'person-8' {_OF_7}",
            {**TIE_7, "problem": "another person than the persona"},
        ),
        (
            "marts.organizations.resolved",
            "insert into people.organizations by name select * replace ('Another' as organization_name)"
            f" from people.organizations {_OF_7}",
            {**TIE_7, "problem": "the organisation is described in several ways"},
        ),
        (
            "marts.organizations.dated",
            "update people.organizations set valid_from = timestamptz '2027-01-01 00:00:00+00', valid_to = null"
            f" {_OF_7}",
            TIE_7,
        ),
        (
            "marts.organizations.dated",
            f"update people.organizations set last_observed_at = timestamptz '2025-01-01 00:00:00+00' {_OF_7}",
            TIE_7,
        ),
        (
            "marts.organizations.probabilities",
            f"update people.organizations set link_probability = 1.5 {_OF_7}",
            {**TIE_7, "link_probability": 1.5},
        ),
    ],
)
def test_organisations_are_checked_from_all_sides(
    name: str,
    sql: str,
    expected: dict[str, Any],
    build: Relations,
    checks: dict[str, Check],
    unexpected: Find,
) -> None:
    build.connection.execute(sql)
    found = unexpected(Relations(build.connection), checks[name])
    assert any(expected.items() <= row.items() for row in found), f"{expected} not in {found[:3]}"


@pytest.mark.parametrize(("customers", "found"), [(4, 1), (5, 0)])
def test_hidden_segments_stand_for_people_enough(
    customers: int, found: int, build: Relations, checks: dict[str, Check], unexpected: Find
) -> None:
    """Two of four segments are hidden; together they are 5 + 4, fewer than 10, or 5 + 5."""
    build.connection.execute(f"""
        insert into marts.segment_presence select * replace ('small ' || segment as segment, true as is_suppressed)
        from marts.segment_presence
        where segmentation = 'value' and network = 'x' and period_month = date '2026-01-01';
        insert into intermediate.int_segment_months
        select * replace ('small ' || segment as segment, if(segment = 'low', 5, {customers}) as customers)
        from intermediate.int_segment_months where segmentation = 'value'
    """)
    assert len(unexpected(build, checks["marts.segment_presence.complement_hidden"])) == found


# Contact 4 was merged into 5, and 5 into 7; 7 is linked to a profile. What the three said at one instant.
@pytest.mark.parametrize(
    ("statuses", "is_broken"),
    [
        ({"contact-4": "objected"}, True),
        ({"contact-5": "withdrawn", "contact-7": "granted"}, True),
        ({"contact-4": "granted", "contact-7": "granted"}, False),
    ],
    ids=["objected and merged away", "against linking wins", "granted by all"],
)
def test_objection_holds_over_merges_in_the_crm(
    statuses: dict[str, str], is_broken: bool, build: Relations, checks: dict[str, Check], unexpected: Find
) -> None:
    execute = build.connection.execute
    execute("update staging.stg_contacts set merged_into_id = 'contact-5' where contact_id = 'contact-4'")
    execute("update staging.stg_contacts set merged_into_id = 'contact-7' where contact_id = 'contact-5'")
    execute("update staging.stg_consents set \"at\" = timestamptz '2026-01-01 00:00:00+00'")
    for contact, status in statuses.items():
        execute("update staging.stg_consents set status = ? where contact_id = ?", [status, contact])
    found = unexpected(Relations(build.connection), checks["identity.objections_honoured"])
    assert ("8/data" in {row["source_record"] for row in found}) == is_broken


def plant(build: Relations, check: Check) -> dict[str, Any]:
    """Make one thing wrong that the check is there for; return a part of the row that it must name."""
    rule = check.name.rpartition(".")[2]
    table = check.relation.partition(".")[2]
    if check.name in SPECIAL:
        sql, expected = SPECIAL[check.name]
    elif check.layer == "landed":
        return plant_in_landed(build, check, rule, table)
    elif rule == "ranges":
        column = check.columns[0]
        sql, expected = f"update {check.relation} set {column} = -5", {"column_name": column}
    elif rule == "identifying_content":
        column = check.columns[-1]
        sql = f"update {check.relation} set {column} = 'write to jo@corp.io'"
        expected = {"column_name": column, "cell_md5": md5("write to jo@corp.io")}
    else:
        sql, expected = EVERY_MART[rule]
        if table == "role_sensitivity":  # its rows are about roles, not segments
            sql = sql.replace("segment = 'low'", "account_role = 'bot'")
            expected = BOTS if expected is JANUARY_LOW else expected
        if "network" not in healthy_tables()[check.relation].column_names:
            sql = sql.replace(" and network = 'x'", "")
        beside_the_grain = {"network", "period_month"} - set(marts()[table].grain)
        expected = {key: value for key, value in expected.items() if key not in beside_the_grain}
    before = check.relation.replace("marts.", "previous.").replace("people.", "previous_people.")
    build.connection.execute(sql.replace("{t}", check.relation).replace("{before}", before))
    return expected


def plant_in_landed(build: Relations, check: Check, rule: str, table: str) -> dict[str, Any]:
    healthy = healthy_tables()[check.relation]
    if rule == "not_empty":
        build.connection.execute(f"delete from {check.relation}")
        return {"problem": "no row has landed", "rows_in_last_publication": 50}
    if rule == "landed_once":
        put(build.connection, check.relation, pa.concat_tables([healthy, healthy.slice(PLANTED, 1)]))
        return {**RECORD, "times": 2}
    column = check.columns[0]
    if rule == "unrelated":
        build.connection.execute(f"update {check.relation} set {column} = 'gone-' || source_record")
        return {**RECORD, "column_name": column}
    assert rule in LANDED_FAMILIES, f"no case for {check.name}"
    put(build.connection, check.relation, spoilt(healthy, column))
    named = dict(RECORD, column_name=column)
    if column == "source":
        named["source"] = "\x07bad"
    assert column in columns_of(table) or rule == "provenance"
    return named


def spoilt(table: pa.Table, column: str) -> pa.Table:
    """The table with nonsense in one column of the planted row."""
    field = table.schema.field(column)
    bad: Any = -7
    if pa.types.is_list(field.type):
        bad = ["\x07bad"]
    elif pa.types.is_string(field.type):
        bad = "\x07bad"
    elif pa.types.is_timestamp(field.type):
        bad = dt.datetime(2999, 1, 1, tzinfo=dt.UTC)
    elif pa.types.is_decimal(field.type):
        bad = Decimal(-7)
    values = table.column(column).to_pylist()
    values[PLANTED] = bad
    return table.set_column(table.schema.get_field_index(column), field, pa.array(values, field.type))
