"""What a person reads when a run has ended."""

from __future__ import annotations

import io
from dataclasses import replace
from pathlib import Path

import pytest
from rich.console import Console

from orchestration.console.report import FailedCheck, FailedFile, RunReport
from orchestration.console.summary import print_summary
from warehouse.errors import ExitCode

PUBLISHED = RunReport(
    run_id="r1",
    outcome="published",
    seconds=61.2,
    files_new=41,
    records_accepted=52_345,
    records_duplicate=120,
    records_rejected=17,
    personas=2_500,
    persons=1_400,
    linked_personas=1_900,
    linked_how="25 of 2,500 pairs compared anew",
    waiting_for_review=108,
    probabilities="calibrated on 473 reviewed pairs",
    checks_run=200,
    publication="p1",
    published_at="/home/published/current",
)
CRITICAL = FailedCheck(
    "lake/orders",
    "orders_amounts",
    True,
    "Amounts are money.",
    "3 unexpected rows",
    ("source crm, source_record 7",),
)
WARNING = FailedCheck(
    "lake/profiles",
    "profiles_filled",
    False,
    "Empty names hide people.",
    "9 unexpected rows",
    ("problem display_name", "problem bio"),
)


def shown(report: RunReport, options: str = "") -> str:
    console = Console(file=io.StringIO(), width=200)
    print_summary(report, console, Path("home"), options)
    return console.file.getvalue()  # type: ignore[attr-defined,no-any-return]


@pytest.mark.parametrize("outcome", ["published", "nothing_new"])
def test_what_was_altered_in_the_lake_is_said_with_what_was_done_about_it(outcome: str) -> None:
    said = "lake/crm/ab/orders.parquet was altered; it was made anew from orders.csv"
    report = replace(PUBLISHED, outcome=outcome, mended=(said,))
    assert said in shown(report)
    assert report.exit_code is ExitCode.DONE


def test_tests_of_dbt_are_told_apart_for_whoever_counts_the_checks_of_the_pages() -> None:
    assert "200 passed, 0 warned, 0 critical failed, 80 of them tests of dbt" in " ".join(
        shown(replace(PUBLISHED, dbt_tests_run=80)).split()
    )


def test_a_published_run_says_what_came_in_who_was_found_and_what_to_open() -> None:
    text = shown(PUBLISHED)
    for part in (
        "Published",
        "52,345 accepted",
        "17 rejected",
        "2,500 personas are 1,400 people",
        "25 of 2,500 pairs compared anew",
        "108 pairs wait (scrm review export); probabilities: calibrated on 473 reviewed pairs",
        "200 passed",
    ):
        assert part in text
    assert "/home/published/current" in text


def test_a_refused_run_names_the_check_the_rows_and_what_still_serves() -> None:
    text = shown(RunReport("r1", "refused", 50.0, checks_run=2, failed_checks=(WARNING, CRITICAL)))
    assert "Not published" in text
    assert "The last good publication" in text
    assert text.index("orders_amounts") < text.index("profiles_filled")  # the critical one first
    assert "source crm, source_record 7" in text


OF_LINKS = FailedCheck(
    *("identity/personas", "identity_cluster_size_impossible", True, "Strangers.", "1 unexpected row"),
    (f"person_md5 {'0a' * 16}, personas 61",),
)


def test_a_run_refused_for_its_links_says_what_to_type() -> None:
    report = replace(PUBLISHED, outcome="refused", failed_checks=(WARNING, OF_LINKS))
    text = shown(report, " --config 'my company/scrm.yml'")
    assert f"scrm explain {'0a' * 16} --refused --config 'my company/scrm.yml' " in text
    assert (
        "scrm unmerge PERSONA --refused --config 'my company/scrm.yml' --reviewer YOU --reason WHY " in text
    )
    assert "scrm review export --refused --config 'my company/scrm.yml' " in text


def test_a_run_refused_for_its_marts_names_its_links_in_passing_and_one_without_links_not_at_all() -> None:
    report = replace(PUBLISHED, outcome="refused", failed_checks=(CRITICAL,))
    assert "108 pairs wait (scrm review export --refused)" in shown(report)
    (line,) = [line for line in shown(report).splitlines() if "scrm explain" in line]
    assert line == "The links of this run, if they are the reason: scrm explain PERSONA --refused"
    assert "scrm explain" not in shown(replace(report, personas=None))


AMOUNTS = FailedCheck(
    *(
        "lake/orders",
        "landed_orders_amounts",
        False,
        "Amounts are money.",
        "2 unexpected rows; 2 rows set apart",
    ),
    name="landed.orders.amounts",
    cost="record",
    contained=2,
    is_acceptable=True,
)
LOST = FailedCheck(
    *("inputs/files", "landed_files_lost_sources", False, "A source fell silent.", "1 unexpected row"),
    name="landed.files.lost_sources",
    cost="publication",
    is_acceptable=True,
    accepted_by="ann",
    accepted_reason="the forum was closed",
)


def test_what_was_set_apart_and_what_was_accepted_is_listed() -> None:
    report = replace(PUBLISHED, checks_run=200, failed_checks=(AMOUNTS, LOST, WARNING))
    lines = [" ".join(line.split()) for line in shown(report).splitlines()]
    assert "Checks 197 passed, 1 warned, 0 critical failed" in lines
    assert "Set apart 2 rows by landed.orders.amounts" in lines
    assert "Accepted landed.files.lost_sources by ann: the forum was closed" in lines
    assert report.exit_code is ExitCode.DONE
    said = report.as_json()
    assert [(each["check"], each["contained"]) for each in said["contained"]] == [
        ("landed.orders.amounts", 2)
    ]
    assert [(each["check"], each["by"]) for each in said["accepted"]] == [
        ("landed.files.lost_sources", "ann")
    ]


def test_a_refused_run_says_what_to_type_and_what_can_never_be_accepted() -> None:
    refusing = replace(AMOUNTS, is_critical=True, contained=0)
    never = replace(CRITICAL, name="marts.segment_presence.formulas")
    report = replace(PUBLISHED, outcome="refused", personas=None, failed_checks=(refusing,))
    text = shown(report, " --config my/scrm.yml")
    assert "scrm accept landed.orders.amounts --reason WHY --config my/scrm.yml " in text
    assert "scrm run --config my/scrm.yml " in text
    assert "Never accepted" not in text
    both = shown(replace(report, failed_checks=(refusing, never)))
    assert "Never accepted, since wrong figures would be published: marts.segment_presence.formulas." in both


def test_a_check_of_the_companys_own_is_named_and_costs_exit_code_3() -> None:
    own = replace(WARNING, name="own.no_test_orders", found="could not be run: Binder Error")
    report = replace(PUBLISHED, failed_checks=(own,))
    assert "own.no_test_orders (a check of your own, left out): could not be run: Binder Error." in shown(
        report
    )
    assert report.exit_code is ExitCode.FILES_FAILED


def test_a_warning_says_why_it_matters_and_names_one_row() -> None:
    text = shown(replace(PUBLISHED, failed_checks=(WARNING,)))
    assert "profiles_filled: 9 unexpected rows. Empty names hide people." in text
    assert "problem display_name" in text
    assert "problem bio" not in text


def test_what_was_not_read_is_listed_and_the_rest_counted() -> None:
    notes = tuple(f"crm: {i}.csv has the very bytes of a.csv: they are read once." for i in range(7))
    text = shown(RunReport("r1", "published", 1.0, notes=notes, published_at="p"))
    assert "! crm: 4.csv has the very bytes" in text
    assert "… and 2 more notes: scrm check lists all" in text


def test_only_the_first_five_failed_files_are_listed_and_the_rest_counted() -> None:
    files = tuple(FailedFile("x", f"{n}.json", "is cut off") for n in range(7))
    text = shown(RunReport("r1", "published", 1.0, failed_files=files, published_at="p"))
    assert "4.json" in text
    assert "5.json" not in text
    assert "2 more files: home/logs/run.log lists all" in text


def test_a_failed_file_is_named_once() -> None:
    files = (FailedFile("x", "a.json", "a.json is cut off"), FailedFile("x", "b.json", "is cut off"))
    text = shown(RunReport("r1", "published", 1.0, failed_files=files, published_at="p"))
    assert "x: a.json is cut off" in text
    assert "x: b.json: is cut off" in text


def test_profile_pictures_that_cannot_be_read_are_said() -> None:
    text = shown(replace(PUBLISHED, pictures_unread=tuple(f"{n}.png: not read" for n in range(7))))
    assert "4.png: not read" in text
    assert "5.png" not in text
    assert "2 more pictures: logs/run.log" in text


def test_where_nothing_is_new_files_that_cannot_be_read_are_said_again_in_one_line() -> None:
    files = tuple(FailedFile("x", f"{n}.json", "is cut off") for n in range(7))
    text = shown(RunReport("", "nothing_new", 0.1, failed_files=files))
    assert "Nothing new." in text
    (line,) = [line for line in text.splitlines() if "0.json" in line]
    assert "7 still cannot be read: 0.json, 1.json, 2.json, 3.json, 4.json and 2 more" in line


def test_months_without_facts_customers_and_what_is_missing_are_said() -> None:
    coverage = {
        "in_words": {
            "months": "12, 2023-01 to 2023-12; none holds a fact",
            "customers": "20, of them 20 assumed",
        },
        "notes": ["No month published holds a fact: set 'as_of'.", "No activity has come in."],
    }
    text = shown(replace(PUBLISHED, coverage=coverage))
    assert "Months" in text
    for part in (*coverage["in_words"].values(), *coverage["notes"]):  # type: ignore[attr-defined]
        assert part in text
    assert "Months" not in shown(PUBLISHED)


def test_a_published_run_ends_by_naming_its_page() -> None:
    report = replace(PUBLISHED, report_page="/home/published/current/report/index.html")
    lines = [line for line in shown(report).splitlines() if line]
    assert lines[-1].startswith("See /home/published/current/report/index.html")
    assert report.as_json()["report_page"] == report.report_page
    assert "See " not in shown(PUBLISHED)


def test_what_failed_after_the_switch_does_not_make_a_published_run_broken() -> None:
    report = replace(PUBLISHED, left_undone=("the build b could not be removed",))
    assert report.exit_code is ExitCode.DONE
    text = shown(report)
    assert "Published" in text
    assert "Published, but the build b could not be removed" in text


@pytest.mark.parametrize(
    ("report", "code"),
    [
        (PUBLISHED, ExitCode.DONE),
        (RunReport("", "nothing_new", 0.1), ExitCode.DONE),
        (
            RunReport("", "nothing_new", 0.1, failed_files=(FailedFile("x", "a", "is cut off"),)),
            ExitCode.FILES_FAILED,
        ),
        (RunReport("r1", "refused", 1.0, failed_checks=(CRITICAL,)), ExitCode.REFUSED),
        (
            RunReport("r1", "published", 1.0, failed_files=(FailedFile("x", "a", "is cut off"),)),
            ExitCode.FILES_FAILED,
        ),
        (RunReport("r1", "broken", 1.0, error="no space left"), ExitCode.BROKEN),
    ],
)
def test_exit_codes_tell_scripts_what_happened(report: RunReport, code: ExitCode) -> None:
    assert report.exit_code is code
    assert report.as_json()["exit_code"] == int(code)
