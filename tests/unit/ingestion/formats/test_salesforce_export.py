"""Salesforce's Data Export: objects by their header, ids of either length, custom fields."""

from __future__ import annotations

from typing import Any

import duckdb
import pytest

from ingestion.containers.container import UnreadableFile
from ingestion.formats.salesforce_export import format_of, full_id, recognised
from ingestion.formats.salesforce_export.objects import OBJECTS, UNUSED
from tests.unit.ingestion.conftest import LoadBytes
from warehouse.canonical.register import TABLES
from warehouse.settings import SettingsError, Source


def crm(**options: Any) -> Source:
    return Source.model_validate(
        {"name": "crm", "format": "salesforce_export", "path": "*.csv", "options": options}
    )


def built(**options: Any) -> dict[str, dict[str, str]]:
    return {kind.name: dict(kind.rows[0].columns) for kind in format_of(crm(**options)).kinds}


@pytest.mark.parametrize("name", OBJECTS)
def test_every_object_maps_to_columns_that_exist_and_gives_the_required_ones(name: str) -> None:
    known = OBJECTS[name]
    assert set(known.columns) <= set(TABLES[known.table].types)
    assert TABLES[known.table].required <= set(known.columns)


@pytest.mark.parametrize("name", OBJECTS)
def test_an_object_is_recognised_by_all_of_its_columns(name: str) -> None:
    assert recognised(["SystemModstamp", *sorted(OBJECTS[name].fields())], "") == name


@pytest.mark.parametrize(
    ("header", "name"),
    [
        (["Id", "FirstName", "LastName", "Email", "AccountId"], "Contact"),
        (["Id", "LastName", "Email"], "Contact"),
        (["Id", "BillToContactId", "EffectiveDate", "Status", "TotalAmount"], "Order"),
        (["Id", "FirstName", "LastName", "Email", "Company", "Status"], "Lead"),
        (["Id", "FirstName", "LastName", "Email", "Username"], "User"),
        (["Id", "OrderId", "Product2Id", "Quantity", "UnitPrice", "PricebookEntryId"], "OrderItem"),
    ],
)
def test_a_part_of_the_columns_is_enough(header: list[str], name: str) -> None:
    assert recognised(header, "") == name


@pytest.mark.parametrize(
    ("header", "code", "said"),
    [
        (["Id", "WhoId", "Subject", "StartDateTime", "EndDateTime"], "other_object", "Salesforce's Event,"),
        (
            ["Id", "OpportunityId", "PricebookEntryId", "Quantity", "UnitPrice"],
            "other_object",
            "OpportunityLineItem",
        ),
        (["Id", "Name", "ParentRoleId", "RollupDescription"], "other_object", "UserRole"),
        (["Id", "AccountId", "Field", "OldValue", "NewValue"], "other_object", "a history"),
        (
            ["Id", "FirstName", "Email", "MailingCity"],
            "unknown_object",
            "most like Contact, but lacks 'LastName'",
        ),
        (["id", "last_name", "email", "account_id"], "unknown_object", "a connector writes"),
        (
            ["Id", "LastName", "Company", "MailingCity", "OtherPhone"],
            "unknown_object",
            "Lead, but lacks 'Status'",
        ),
    ],
)
def test_other_objects_are_refused_by_name(header: list[str], code: str, said: str) -> None:
    with pytest.raises(UnreadableFile) as refused:
        recognised(header, "")
    assert (refused.value.code, said in refused.value.sentence) == (code, True), refused.value.sentence


def test_a_file_without_a_header_row_gives_no_persons_data_away(load_records: LoadBytes) -> None:
    with pytest.raises(UnreadableFile) as refused:
        load_records(format_of(crm()), b"Id,Jane,jane@doe.example", b"Id,Joe,joe@doe.example")
    assert "Its columns are 'Id' and 2 columns with names not known here." in refused.value.sentence
    assert "jane" not in refused.value.sentence.lower()


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        # a0D30 -> upper case at place 2 -> 4 -> E; 00000 -> A; 1n7Pi -> place 3 -> 8 -> I
        ("a0D30000001n7Pi", "a0D30000001n7PiEAI"),
        ("0031G00001QtDPl", "0031G00001QtDPlQAN"),
        ("0031G00001QtDPlQAN", "0031G00001QtDPlQAN"),
        ("12", "12"),
        (None, None),
    ],
)
def test_an_id_of_fifteen_characters_becomes_that_of_eighteen(
    given: str | None, expected: str | None
) -> None:
    assert duckdb.execute(f"select {full_id('id')} from (select $1 as id)", [given]).fetchall() == [
        (expected,)
    ]


def test_custom_fields_are_read_by_the_type_of_their_column() -> None:
    contact = built(custom_fields={"Contact": {"stage": "Stage__c", "handles": {"x": "X__c"}}})["Contact"]
    assert contact["stage"] == 'r."Stage__c"'
    assert "'x:'" in contact["handles"]
    assert '"X__c"' in contact["handles"]


def test_an_organisation_of_one_currency_names_it_once() -> None:
    columns = built(currency="USD")
    assert columns["Order"]["currency"].endswith(", 'USD')")
    assert "currency" not in columns["Contact"]


@pytest.mark.parametrize(
    ("custom", "said"),
    [
        ({"Event": {"stage": "S__c"}}, "'Event', no Salesforce object"),
        ({"Contact": {"stagee": "S__c"}}, "no column 'stagee'; did you mean 'stage'?"),
        ({"Contact": {"handles": "X__c"}}, "a map of network to API name"),
        ({"Contact": {"handles": {"x": 1}}}, "a map of network to API name"),
        ({"Contact": {"stage": ["Stage__c"]}}, "is ['Stage__c']; valid is an API name"),
        ({"Contact": "Stage__c"}, "is {'Contact': 'Stage__c'}; valid is a map of Salesforce object"),
        ("Stage__c", "custom_fields is 'Stage__c'; valid is a map of Salesforce object"),
    ],
)
def test_a_custom_field_that_does_not_fit_is_said(custom: Any, said: str) -> None:
    with pytest.raises(SettingsError) as refused:
        built(custom_fields=custom)
    assert said in str(refused.value)


def test_a_deleted_record_is_a_row_that_says_so_and_new_columns_are_news(load_records: LoadBytes) -> None:
    found = load_records(
        format_of(crm()),
        b"Id,AccountId,EffectiveDate,Status,TotalAmount,IsDeleted,SystemModstamp,Tier__c",
        b"801000000000001AAA,001,2026-05-01,Draft,10,true,2026-05-01T00:00:00Z,gold",
        b"801000000000002AAA,001,2026-05-01,Draft,10,false,2026-05-01T00:00:00Z,gold",
    )
    assert [row["is_deleted"] for row in found.rows("orders")] == [True, False]
    assert found.tally.unknown_fields == {"Tier__c"}


def test_no_standard_field_is_both_read_and_said_to_be_unused() -> None:
    assert not UNUSED & set().union(*(known.fields() for known in OBJECTS.values()))
