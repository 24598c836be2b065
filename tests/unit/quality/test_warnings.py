"""Warnings that look at history, at persons taken together, and at what was published before."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from quality.check import Check
from quality.relations import Relations

Find = Callable[[Relations, Check], list[dict[str, Any]]]

# check → (what goes wrong, part of a row that it must name)
CASES: dict[str, tuple[str, dict[str, Any]]] = {
    "identity.organization_of_many_accounts": (
        "update identity.organizations set organization_id = 'organization-0'"
        " where record_id <> 'account:account-7'",
        {"organization_id": "organization-0", "accounts": 59},
    ),
    "landed.consents.consent_words": (
        "update landed.consents set status = 'perhaps' where source_record = '8/data'",
        {"column_name": "status", "source_record": "8/data"},
    ),
    "landed.files.failed": (
        "update inputs.files set outcome = 'failed', reason_code = 'truncated'"
        " where source_file_sha256 like 'b%'",
        {"source": "crm", "reason_code": "truncated"},
    ),
    "landed.files.rejected_by_file": (
        "update inputs.files set records_rejected = 2 where source_file_sha256 like 'b%'",
        {"source_file_sha256": "b" * 64, "records_rejected": 2},
    ),
    # Ten of the 30 records of file a are not public: 20 of 20 and none of 30 are broken.
    "landed.files.rejected_by_source": (
        "update inputs.files set records_rejected = 30, records_accepted = 0,"
        " rejected_by_reason = map {'not_public': 10, 'bad_at': 20} where source_file_sha256 like 'a%'",
        {"source": "crm", "records_rejected": 20, "records_read": 50, "rejected_share": 0.4},
    ),
    "landed.files.silent_sources": (
        "insert into inputs.configured_sources values ('forum', 'forum')",
        {"source": "forum"},
    ),
    "landed.files.rows_still_there": (
        "insert into inputs.files by name"
        " select * replace ('c' as source_file_sha256) from inputs.files limit 1",
        {"source_file_sha256": "c"},
    ),
    # Five files of 30 records a day apart, then one of 3: less than a fifth.
    "landed.files.volume": (
        "insert into inputs.files by name select * exclude (i) replace ('f' || i as source_file_sha256,"
        " case when i = 5 then 3 else 30 end as records_read)"
        " from (select * from inputs.files limit 1), range(6) as r(i);"
        " insert into landed.all_files select 'crm', 'f' || i, timestamptz '2026-03-01 00:00:00+00'"
        " + i * interval 1 day from range(6) as r(i)",
        {"source_file_sha256": "f5", "records_read": 3, "usual": 30.0},
    ),
    # The CRM came daily until 2026-03-05; another source is at 2026-03-20.
    "landed.files.freshness": (
        "insert into landed.all_files select 'crm', 'f' || i, timestamptz '2026-03-01 00:00:00+00'"
        " + i * interval 1 day from range(5) as r(i);"
        " insert into landed.all_files values ('x', 'g', timestamptz '2026-03-20 00:00:00+00')",
        {"source": "crm", "usual_hours": 24.0},
    ),
    # 25 activities a day on three days, none on the two days between the second and the third.
    "landed.activities.gaps": (
        "insert into landed.activities by name select * exclude (day) replace ('steady' as source,"
        " timestamptz '2026-01-01 10:00:00+00' + day * interval 1 day as published_at)"
        " from (select * from landed.activities limit 25), (values (0), (1), (4)) as days(day)",
        {"source": "steady", "days_missing": 2},
    ),
    "landed.contacts.still_filled": (
        "update landed.contacts set email = null where source_file_sha256 like 'b%'",
        {"source": "crm", "source_file_sha256": "b" * 64, "column_name": "email", "least_before": 1.0},
    ),
    "landed.activities.before_the_profile": (
        "update landed.profiles set created_at = timestamptz '2026-01-30 00:00:00+00'",
        {"source_record": "8/data"},
    ),
    "landed.cases.order_of_times": (
        "update landed.cases set resolved_at = opened_at - interval 1 day where source_record = '8/data'",
        {"source_record": "8/data", "column_name": "resolved_at"},
    ),
    "landed.contacts.encoding": (
        "update landed.contacts set full_name = 'BjÃ¶rn' where source_record = '8/data'",
        {"source_record": "8/data", "column_name": "full_name"},
    ),
    "landed.activities.optional_words": (
        "update landed.activities set attachment_types = ['IMAGE'] where source_record = '8/data'",
        {"source_record": "8/data", "column_name": "attachment_types"},
    ),
    "landed.contacts.time_zones": (
        "update landed.contacts set time_zone = 'Pacific Time (US & Canada)' where source_record in"
        " ('5/data', '6/data', '7/data', '8/data')",
        {"source_record": "8/data", "column_name": "time_zone"},
    ),
    "landed.contacts.numbers": (
        "update landed.contacts set birth_year = 1066 where source_record = '8/data'",
        {"source_record": "8/data", "column_name": "birth_year"},
    ),
    "landed.orders.uncountable_currency": (
        "delete from landed.exchange_rates;"
        " update landed.orders set currency = 'USD' where source_record = '8/data'",
        {"source_record": "8/data"},
    ),
    "landed.case_comments.orphans": (
        "update landed.case_comments set case_id = 'gone'"
        " where source_record in ('5/data', '6/data', '7/data', '8/data')",
        {"source_record": "8/data", "column_name": "case_id"},
    ),
    "identity.surnames": (
        "update identity.personas set person_id = 'person-7' where persona_id like 'contact:contact-1%'",
        {"surnames": 12},
    ),
    "identity.living_customer_records": (
        "update staging.stg_contacts set is_deleted = false;"
        " update identity.personas"
        " set person_id = 'person-' || (regexp_extract(persona_id, '[0-9]+$')::int // 6)",
        {"records": 2},
    ),
    "identity.cluster_size": (
        "update identity.personas set person_id = 'person-7' where persona_id like '%-1%'",
        {"personas": 24},
    ),
    # profile-0 was joined to profile-1, that to profile-2 … five links on end.
    "identity.cluster_diameter": (
        "update identity.link_candidates set best_persona_id ="
        " 'profile:x:profile-' || (regexp_extract(profile_id, '[0-9]+$')::int + 1)"
        " where regexp_extract(profile_id, '[0-9]+$')::int < 5;",
        {"links": 5},
    ),
    "identity.accepted_alone": (
        "update identity.personas set person_id = 'hermit' where persona_id = 'profile:x:profile-7'",
        {"persona_type": "profile", "network": "x"},
    ),
    "identity.linked_share": (
        "create table previous_identity.personas as from identity.personas;"
        " update identity.personas set link_status = 'unlinked' where persona_id like 'profile:x:profile-1%'",
        {"network": "x", "share_before": 1.0},
    ),
    "identity.ids_kept": (
        "create table previous_identity.personas as from identity.personas;"
        " update identity.personas set person_id = 'new-' || person_id",
        {"persona_type": "contact"},
    ),
    # 240 candidates all at 0.98 before, all at 0.55 now.
    "identity.probability_drift": (
        "insert into identity.link_candidates select l.* from identity.link_candidates l, range(3);"
        " create table previous_identity.link_candidates as from identity.link_candidates;"
        " update identity.link_candidates set pair_probability = 0.55",
        {},
    ),
    "marts.min_cell": ("update inputs.parameters set min_cell = 3", {"min_cell": 3}),
    "marts.segment_presence.customers_changed": (
        "create table previous.segment_presence as from marts.segment_presence;"
        " update previous.segment_presence set customers = 100 where segmentation = 'all'",
        {"customers_before": 100, "customers_now": 60},
    ),
    "marts.segment_presence.rate_changed": (
        "create table previous.segment_presence as from marts.segment_presence;"
        " update previous.segment_presence set presence_rate = 0.1 where segment = 'low' and network = 'x'",
        {"segment": "low", "network": "x"},
    ),
    # high had 200 of 1000 in December and has 600 of 1000 in January.
    "marts.segment_presence.segments_drift": (
        "update marts.segment_presence set customers = case when segmentation = 'all' then 1000"
        " when (segment = 'high') = (period_month < date '2026-01-01') then 200 else 800 end",
        {"segment": "high", "share_before": 0.2, "share_now": 0.8},
    ),
}

# Five days of a full export of 30 records and, a day later, the list of 3 that goes with it; four days' full
# exports come in two parts.
TWO_KINDS = """
insert into inputs.files by name
    select * exclude (i, kind, size)
        replace (kind as file_kind, kind || i as source_file_sha256, size as records_read)
    from (select * from inputs.files limit 1), range(5) as r(i),
        (values ('full', 15), ('rest', 15), ('list', 3)) as kinds(kind, size);
update inputs.files set file_kind = 'full' where file_kind = 'rest';
insert into landed.all_files
    select 'crm', kind || i, timestamptz '2026-03-01 00:00:00+00' + i * interval 1 day
        + case when kind = 'list' then interval 1 day else interval 0 day end
    from range(5) as r(i), (values ('full'), ('rest'), ('list')) as kinds(kind);
"""


def test_a_small_kind_of_file_beside_a_large_one_is_no_drop_and_a_part_of_a_day_is_none(
    build: Relations, checks: dict[str, Check], unexpected: Find
) -> None:
    volume = checks["landed.files.volume"]
    build.connection.execute(TWO_KINDS)
    assert unexpected(Relations(build.connection), volume) == []
    build.connection.execute("update inputs.files set records_read = 2 where source_file_sha256 like '%4'")
    (found,) = unexpected(Relations(build.connection), volume)  # 2 + 2 of 30; 2 of 3 is no drop
    assert (found["source_file_sha256"], found["records_read"], found["usual"]) == ("full4", 4, 30)


def test_a_kind_of_file_that_never_filled_a_column_does_not_warn(
    build: Relations, checks: dict[str, Check], unexpected: Find
) -> None:
    build.connection.execute(
        "update landed.contacts set email = null where source_file_sha256 like 'b%';"
        " update inputs.files set file_kind = 'deletions' where source_file_sha256 like 'b%'"
    )
    assert unexpected(Relations(build.connection), checks["landed.contacts.still_filled"]) == []


def test_a_second_table_of_contacts_need_not_say_their_names_again(
    build: Relations, checks: dict[str, Check], unexpected: Find
) -> None:
    completeness = checks["landed.contacts.completeness"]
    build.connection.execute(
        "insert into landed.contacts by name select * replace ('phones' as source, null as full_name,"
        " null as given_name, null as family_name) from landed.contacts"
    )
    assert unexpected(Relations(build.connection), completeness) == []
    # Contacts that it alone knows must have one: none of these does.
    build.connection.execute("delete from landed.contacts where source <> 'phones'")
    (found,) = unexpected(Relations(build.connection), completeness)
    assert (found["source"], found["share"]) == ("phones", 0.0)


def test_a_file_of_which_no_row_was_to_be_made_is_not_missed(
    build: Relations, checks: dict[str, Check], unexpected: Find
) -> None:
    build.connection.execute(
        "insert into inputs.files by name"
        " select * replace ('c' as source_file_sha256, 0 as rows_landed) from inputs.files limit 1"
    )
    assert unexpected(Relations(build.connection), checks["landed.files.rows_still_there"]) == []


@pytest.mark.parametrize("name", CASES)
def test_a_warning_names_what_it_found(
    name: str, build: Relations, checks: dict[str, Check], unexpected: Find
) -> None:
    check = checks[name]
    assert check.severity == "warning"
    assert unexpected(Relations(build.connection), check) == []
    sql, expected = CASES[name]
    build.connection.execute(sql)
    found = unexpected(Relations(build.connection), check)
    assert found
    assert any(expected.items() <= row.items() for row in found), f"{expected} not in {found[:3]}"
