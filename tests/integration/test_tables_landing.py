"""Tables and feeds through landing: golden rows, and every record accounted for."""

from __future__ import annotations

import gzip
import io
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from tests.integration.landed_tables import Warehouse

pytestmark = pytest.mark.usefixtures("own_home")


@pytest.fixture
def own_home(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("SCRM_HOME", raising=False)


@pytest.fixture
def warehouse(tmp_path: Path) -> Warehouse:
    return Warehouse(tmp_path)


SURVEY = {
    "format": "table",
    "path": "*.csv*",
    "table": "touchpoints",
    "time_zone": "Europe/Berlin",
    "delimiter": ";",
    "columns": {"at": "When", "score": "Mark", "text": 'Say"; drop table sorted; --', "email": "Mail"},
    "constants": {"touchpoint_type": "survey", "scale_max": "10"},
    "options": {"decimal_separator": ",", "handles": {"x": "Handle"}},
}


def test_a_table_lands_by_its_map_and_each_bad_row_says_why(warehouse: Warehouse) -> None:
    warehouse.put(
        "answers_2024-07-02.csv",
        b'When;Mark;Handle;"Say""; drop table sorted; --"\r\n'
        b"2024-07-01 10:00;7,5;@jo;=HYPERLINK(1)\r\n"
        b"2024-07-01T10:00:00Z;8;;\r\n"
        b"last week;8;;\r\n"
        b"2024-07-01;7.5;;\r\n"
        b";8;;\r\n"
        b"2024-07-01;8\r\n"
        b'2024-07-01;8;;"open\r\n'
        b"2024-07-01T10:00:00Z;8;;\r\n",
    )
    (landed,) = warehouse.land(**SURVEY).landed
    assert (landed.records_read, landed.records_accepted, landed.records_duplicate) == (8, 2, 1)
    assert [row[:2] for row in warehouse.quarantined()] == [
        ("3", "bad_at"),
        ("4", "bad_score"),
        ("5", "missing_at"),
        ("6", "wrong_column_count"),
        ("7", "unclosed_quote"),
    ]
    columns = (
        'source_record, epoch("at"), score, scale_max, handles, text, email, '
        "touchpoint_id = cast(record_hash as varchar)"
    )
    assert warehouse.rows("touchpoints", columns) == [
        # 10:00 in Berlin in summer is 08:00 UTC
        ("1", 1719820800.0, 7.5, 10.0, ["x:jo"], "=HYPERLINK(1)", None, True),
        ("2", 1719828000.0, 8.0, 10.0, None, None, None, True),
    ]


def test_compressed_csv_and_parquet_land_alike(warehouse: Warehouse) -> None:
    warehouse.put("a.csv.gz", gzip.compress(b"Id,Title\n1,One\n"))
    sink = io.BytesIO()
    pq.write_table(pa.table({"Id": [2], "Title": ["Two"]}), sink)
    warehouse.put("b.parquet", sink.getvalue())
    warehouse.put("c.parquet.gz", gzip.compress(sink.getvalue()[:-4] + b"PAR2"))
    report = warehouse.land(
        format="table", path="*[vtz]*", table="products", columns={"product_id": "Id", "name": "Title"}
    )
    assert warehouse.rows("products", "product_id, name") == [("1", "One"), ("2", "Two")]
    assert [
        (failed.file_name, failed.reason_code) for failed in report.failed if "parquet" in failed.file_name
    ] == [("c.parquet.gz", "not_parquet")]


def test_a_file_that_lacks_a_required_column_fails_alone(warehouse: Warehouse) -> None:
    warehouse.put("a.csv", b"Id,Tilte\n1,One\n")
    warehouse.put("b.csv", b"Id,Title\n2,Two\n")
    report = warehouse.land(
        format="table",
        path="*.csv",
        table="products",
        columns={"product_id": "Id", "name": "Title", "family": "F"},
    )
    (failed,) = report.failed
    assert failed.reason == (
        "a.csv has no column 'Title'; its columns are 'Id', 'Tilte'. Is 'Tilte' meant? It is spelt much the same: "
        "name it under 'columns'."
    )
    assert warehouse.rows("products", "product_id, name, family") == [("2", "Two", None)]


def test_salesforce_objects_land_in_their_tables(warehouse: Warehouse) -> None:
    warehouse.put(
        "Contact.csv",
        b'"Id","AccountId","MasterRecordId","LastName","Phone","MobilePhone",'
        b'"Birthdate","IsDeleted","CreatedDate","Stage__c"\r\n'
        b'"0031G00001QtDPl","","","Doe","030","0171","1980-02-03","false","2024-01-02T03:04:05.000+0000","Customer"\r\n'
        b'"0031G00001QtDPmQAN","","0031G00001QtDPl","Doe","030","","","true","2024-01-02 03:04:05",""\r\n',
    )
    warehouse.put(
        "Lead.csv",
        b"Id,LastName,Company,Status,ConvertedContactId\r\n"
        b"00Q1G00000nDnM5UAK,Doe,Pot,Open,0031G00001QtDPl\r\n",
    )
    warehouse.put(
        "Task.csv",
        b"Id,WhoId,WhatId,Subject,TaskSubtype,CallType,CompletedDateTime,ActivityDate,CreatedDate\n"
        b"1,0031G00001QtDPl,5001G00001QtDPlQAN,Hi,Call,Inbound,2024-01-02T10:00:00Z,2024-01-01,2024-01-01\n"
        b"2,,,To do,Task,,,2024-01-02,2024-01-02\n",
    )
    warehouse.put(
        "OrderItem.csv",
        b"Id,OrderId,Product2Id,Quantity,UnitPrice\n1,801,01t,2.00,6.25\n2,801,01t,two,6.25\n",
    )
    warehouse.put("Event.csv", b"Id,WhoId,StartDateTime,EndDateTime\n1,2,3,4\n")
    report = warehouse.land(
        format="salesforce_export",
        path="*.csv",
        options={"custom_fields": {"Contact": {"stage": "Stage__c"}}},
    )
    contacts = "contact_id, contact_type, phone, other_phones, birth_year, stage, merged_into_id, is_deleted"
    assert warehouse.rows("contacts", contacts) == [
        ("0031G00001QtDPlQAN", "contact", "0171", ["030"], 1980, "Customer", None, False),
        ("0031G00001QtDPmQAN", "contact", "030", None, None, None, "0031G00001QtDPlQAN", True),
        ("00Q1G00000nDnM5UAK", "lead", None, None, None, "Open", "0031G00001QtDPlQAN", None),
    ]
    touchpoints = 'touchpoint_id, touchpoint_type, direction, contact_id, case_id, epoch("at"), text'
    assert warehouse.rows("touchpoints", touchpoints) == [
        ("1", "call", "inbound", "0031G00001QtDPlQAN", "5001G00001QtDPlQAN", 1704189600.0, "Hi")
    ]
    assert warehouse.rows("order_lines", "cast(amount as double), quantity") == [(12.5, 2.0)]  # 2 × 6.25
    assert [row[:2] for row in warehouse.quarantined()] == [("2", "bad_quantity")]
    assert [failed.reason_code for failed in report.failed] == ["other_object"]


def test_a_blog_lands_as_a_profile_with_its_articles(warehouse: Warehouse) -> None:
    warehouse.put(
        "blog.rss",
        b'<rss version="2.0"><channel><title>Tea &amp;amp; Time</title>'
        b"<link>https://tea.example</link><language>en</language>"
        b"<item><title>One</title><guid>https://tea.example/1</guid>"
        b"<pubDate>Mon, 01 Jul 2024 10:00:00 +0200</pubDate>"
        b"<author>jo@tea.example (Jo Doe)</author><category>#Tea</category>"
        b'<description>&lt;p&gt;Hi &lt;a href="https://pot.example/"&gt;you&lt;/a&gt;'
        b'&lt;img src="a"&gt;</description></item>'
        b"<item><title>Two</title><guid>https://tea.example/2</guid>"
        b"<pubDate>Mon, 01 Jul 2024 10:00:00 GMT</pubDate></item>"
        b"<item><title>Three</title><guid>https://tea.example/3</guid><pubDate>soon</pubDate></item>"
        b"</channel></rss>",
    )
    (landed,) = warehouse.land(format="feed", path="*.rss", network="blogs").landed
    assert (landed.records_accepted, landed.rejected_by_reason) == (2, {"bad_published_at": 1})
    assert warehouse.rows("profiles", "distinct network, profile_id, display_name, bio, email") == [
        ("blogs", "https://tea.example/", "Jo Doe", "Tea & Time", "jo@tea.example")
    ]
    articles = (
        "activity_id, epoch(published_at), author_utc_offset_minutes, content, links, hashtags, "
        "attachment_types"
    )
    assert warehouse.rows("activities", articles) == [
        ("https://tea.example/1", 1719820800.0, 120, "Hi you", ["https://pot.example/"], ["Tea"], ["image"]),
        ("https://tea.example/2", 1719828000.0, None, None, None, None, None),
    ]
