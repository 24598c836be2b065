"""What dbt is given of configuration and ledger."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest

from warehouse.builds.file_names import kind_of_file, mask_name
from warehouse.builds.inputs import SCHEMAS, Run, SourceFacts, failed_files, input_tables
from warehouse.ledger import Entry
from warehouse.settings import Settings

RUN = Run("run_1", dt.datetime(2024, 7, 1, 10, tzinfo=dt.UTC), "1.2.3")
SETTINGS = Settings.model_validate(
    {
        "brand": {
            "name": "Kettle",
            "accounts": {"x": ["@Kettle"]},
            "staff_accounts": {"x": ["KettleHelp"]},
            "domains": ["Kettle.example"],
        },
        "competitors": [{"name": "Pot", "accounts": {"x": ["pot"]}}],
        "sources": [
            {"name": "tweets", "format": "x_api_v2", "path": "x/*"},
            {
                "name": "reads",
                "format": "table",
                "path": "r/*",
                "network": "forum",
                "table": "t",
                "columns": {"a": "b"},
            },
        ],
        "segmentations": [{"name": "tier", "description": "by contract"}],
        "crm": {"customer_stages": ["Customer"], "counted_order_statuses": ["Paid"]},
    }
)
FACTS = {"tweets": SourceFacts("x", counters=True), "reads": SourceFacts(views=True)}


def entry(seq: int, **given: Any) -> Entry:
    payload = {
        "source": "tweets",
        "file_name": "a.json",
        "source_file_sha256": "aa",
        "bytes": 10,
        "outcome": "landed",
        "reason_code": None,
        "reason": None,
        "landed_at": "2024-07-01T09:00:00+00:00",
        "rows": {"activities": 1},
    }
    return Entry(seq, "file", {**payload, **given}, "", "", "")


def rows(name: str, entries: tuple[Entry, ...] = ()) -> list[dict[str, Any]]:
    return input_tables(SETTINGS, entries, FACTS, RUN)[name].to_pylist()


def test_every_table_has_its_schema_even_without_rows() -> None:
    tables = input_tables(SETTINGS, [], FACTS, RUN)
    assert {name: table.schema for name, table in tables.items()} == SCHEMAS
    assert len(tables["files"]) == 0


def test_parameters_are_one_row_of_configuration_and_run() -> None:
    (row,) = rows("parameters")
    assert (row["brand_name"], row["months"], row["min_cell"], row["as_of"]) == ("Kettle", 12, 10, None)
    assert (row["join_threshold"], row["keep_threshold"], row["review_threshold"]) == (0.95, 0.90, 0.50)
    assert (row["run_id"], row["run_at"], row["code_version"]) == ("run_1", RUN.run_at, "1.2.3")
    assert row["config_fingerprint"] == SETTINGS.fingerprint


def test_accounts_compare_in_lower_case_without_at() -> None:
    assert [tuple(row.values()) for row in rows("configured_accounts")] == [
        ("brand", "Kettle", "x", "kettle"),
        ("staff", "Kettle", "x", "kettlehelp"),
        ("competitor", "Pot", "x", "pot"),
    ]


def test_a_source_says_what_it_can_observe() -> None:
    tweets, reads = rows("configured_sources")
    assert (tweets["network"], tweets["observes_views"], tweets["observes_counters"]) == ("x", False, True)
    assert (reads["network"], reads["observes_views"], reads["observes_counters"]) == ("forum", True, False)
    with pytest.raises(KeyError):
        input_tables(SETTINGS, [], {"tweets": SourceFacts()}, RUN)


def test_whose_deletions_count_is_said_by_the_source_else_by_its_format() -> None:
    told = SETTINGS.model_dump(mode="json", exclude_defaults=True)
    told["sources"] = [{**source, "deletions_by": "platform"} for source in told["sources"][:1]] + told[
        "sources"
    ][1:]
    facts = {"tweets": SourceFacts("x", deletions_by="author"), "reads": SourceFacts(deletions_by="author")}
    tables = input_tables(Settings.model_validate(told), [], facts, RUN)
    assert tables["configured_sources"]["deletions_by"].to_pylist() == ["platform", "author"]
    with pytest.raises(ValueError, match="deletions_by"):
        Settings.model_validate({**told, "sources": [{**told["sources"][0], "deletions_by": "moderators"}]})


def test_since_when_an_undated_stage_holds_is_left_to_the_data_unless_configured() -> None:
    assert rows("parameters")[0]["stage_since"] is None
    told = {**SETTINGS.model_dump(mode="json", exclude_defaults=True), "crm": {"stage_since": "observed"}}
    assert input_tables(Settings.model_validate(told), [], FACTS, RUN)["parameters"][
        "stage_since"
    ].to_pylist() == ["observed"]


def test_a_file_says_what_its_time_of_observation_rests_on() -> None:
    """Entries of before this was said rest on the clock: it tells least."""
    seen = "2024-06-30T00:00:00+00:00"
    named, older, failed = rows(
        "files",
        (
            entry(1, observed_at=seen, observed_by="file_name"),
            entry(2, source_file_sha256="bb", observed_at=seen),
            entry(3, source_file_sha256=None, file_name="b.json", outcome="failed"),
        ),
    )
    assert (named["file_observed_at"], named["file_observed_by"]) == (
        dt.datetime.fromisoformat(seen),
        "file_name",
    )
    assert older["file_observed_by"] == "file_clock"
    assert (failed["file_observed_at"], failed["file_observed_by"]) == (None, None)


def test_words_and_segmentations() -> None:
    assert [tuple(row.values()) for row in rows("configured_words")] == [
        ("customer_stage", "Customer"),
        ("counted_order_status", "Paid"),
        ("brand_domain", "kettle.example"),
    ]
    assert rows("configured_segmentations") == [{"segmentation": "tier", "description": "by contract"}]


def test_the_last_entry_of_a_content_counts() -> None:
    failed = {"outcome": "failed", "source_file_sha256": None, "file_name": "b.json", "reason_code": "gone"}
    entries = (
        entry(1, records_read=5, records_accepted=4),
        entry(2, **failed),
        entry(3, records_read=5, records_accepted=5),
        Entry(4, "file", None, "", "", ""),  # emptied by an erasure
    )
    landed, gone = rows("files", entries)
    assert (landed["records_accepted"], landed["landed_at"]) == (5, dt.datetime(2024, 7, 1, 9, tzinfo=dt.UTC))
    assert (gone["file_name"], gone["outcome"]) == (mask_name("b.json", None), "failed")
    assert gone["records_read"] is None


def test_of_a_file_its_mask_its_kind_and_its_counts_are_given_and_not_its_name() -> None:
    """40 rows of two tables were made; the reason of the second file names it."""
    said = {"rows": {"activities": 30, "profiles": 10}, "rejected_by_reason": {"no_author": 2, "bad_time": 1}}
    failed = {"outcome": "failed", "reason_code": "cut", "reason": "blogs/ada.json: ada.json is cut off"}
    landed, unread = rows(
        "files",
        (
            entry(1, file_name="blogs/ada-2026-07-01.json", **said),
            entry(2, file_name="blogs/ada.json", source_file_sha256="bb", **failed),
        ),
    )
    assert (landed["file_name"], unread["file_name"]) == ("aa-2026-07-01.json", "bb.json")
    assert unread["reason"] == "bb.json: bb.json is cut off"
    assert landed["file_kind"] == kind_of_file("tweets", "blogs/ada-2026-08-01.json")
    assert landed["rejected_by_reason"] == [("bad_time", 1), ("no_author", 2)]
    assert (landed["rows_landed"], unread["rows_landed"]) == (40, 1)


def test_a_withdrawn_file_keeps_its_counts_and_says_when_and_a_lost_one_does_not_count() -> None:
    at = "2024-08-01T09:00:00+00:00"
    entries = (
        entry(1, records_read=5),
        entry(2, outcome="withdrawn", records_read=5, withdrawn_at=at),
        entry(3, source_file_sha256="bb", file_name="b.json", outcome="lost", reason="b.json: altered"),
        entry(4, source_file_sha256="cc", file_name="c.json", outcome="withdrawn", withdrawn_at=at),
        entry(5, source_file_sha256="cc", file_name="c.json", outcome="restored", withdrawn_at=at),
    )
    withdrawn, lost = rows("files", entries)
    assert (withdrawn["outcome"], withdrawn["records_read"]) == ("withdrawn", 5)
    assert withdrawn["withdrawn_at"] == dt.datetime(2024, 8, 1, 9, tzinfo=dt.UTC)
    assert (lost["outcome"], lost["withdrawn_at"]) == ("lost", None)
    assert [p["file_name"] for p in failed_files(entries, {"tweets"})] == ["b.json"]


def test_a_failure_is_forgotten_once_its_file_landed_and_no_sooner() -> None:
    unread = {"outcome": "failed", "source_file_sha256": None, "reason_code": "gone"}
    damaged = {"outcome": "failed", "source_file_sha256": "bb", "reason_code": "truncated"}
    landed = {"source_file_sha256": "cc"}
    entries = (
        entry(1, **unread),
        entry(2, **damaged, file_name="b.json"),
        entry(3, **unread, source="reads"),
        entry(4, **landed),
        entry(5, **unread),
        entry(6, **landed),
        entry(7, source_file_sha256="dd", file_name="b.json"),
        entry(8, **unread, file_name="c.zip"),
        entry(9, source_file_sha256="ee", file_name="c.zip!c.json"),
    )
    assert [(row["source"], row["source_file_sha256"], row["outcome"]) for row in rows("files", entries)] == [
        ("reads", None, "failed"),
        ("tweets", "cc", "landed"),
        ("tweets", "dd", "landed"),
        ("tweets", "ee", "landed"),
    ]
    assert [(p["source"], p["file_name"]) for p in failed_files(entries, {"tweets", "reads"})] == [
        ("reads", "a.json")
    ]
