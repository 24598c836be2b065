"""What a report reads out of Dagster's events: real events of a small job in the shape of `refresh`."""

from collections.abc import Iterator
from typing import Any

import dagster as dg

from orchestration.console.report import RunReport, read_report
from warehouse.errors import ExitCode


class Story(dg.Config):
    """What happens in the small job."""

    anything_new: bool = True
    check_passes: bool = True
    breaks: bool = False


@dg.asset(output_required=False)
def build_inputs(config: Story) -> Iterator[dg.MaterializeResult[Any]]:
    if config.anything_new:
        yield dg.MaterializeResult()


@dg.asset(key=["ingestion", "crm"], deps=["build_inputs"])
def crm() -> dg.MaterializeResult[Any]:
    counts = {"files_new": 3, "records_accepted": 40, "records_duplicate": 2, "records_rejected": 1}
    failed = [{"file": "Contact.csv.gz", "reason": "is cut off"}]
    return dg.MaterializeResult(
        metadata={**counts, "failed_files": failed, "notes": ["a.csv has no column 'b'"]}
    )


@dg.asset(key=["inputs", "avatars"], deps=[crm])
def avatars() -> dg.MaterializeResult[Any]:
    return dg.MaterializeResult(metadata={"problems": ["7.png: not read as a picture"]})


@dg.asset(key=["identity", "personas"], deps=[avatars])
def personas(config: Story) -> dg.MaterializeResult[Any]:
    if config.breaks:
        raise ValueError("no space left on device")
    return dg.MaterializeResult(
        metadata={
            **{"personas": 9, "persons": 6, "linked_personas": 5},
            **{"linked_how": "from scratch", "waiting_for_review": 3, "probabilities": "the model's own"},
        }
    )


@dg.multi_asset_check(
    specs=[
        dg.AssetCheckSpec("one_owner", asset=["identity", "personas"], blocking=True),
        dg.AssetCheckSpec("drift", asset=["identity", "personas"]),
    ]
)
def check_identity(config: Story) -> Iterator[dg.AssetCheckResult]:
    yield dg.AssetCheckResult(
        asset_key=["identity", "personas"],
        check_name="one_owner",
        passed=config.check_passes,
        description="A profile has one owner.",
        metadata={"failing_rows": 2, "examples": ["profile 7", "profile 8"]},
    )
    yield dg.AssetCheckResult(
        asset_key=["identity", "personas"],
        check_name="drift",
        passed=False,
        severity=dg.AssetCheckSeverity.WARN,
    )


@dg.asset(deps=[personas])
def publication() -> dg.MaterializeResult[Any]:
    return dg.MaterializeResult(metadata={"publication": "p1", "path": "/published/p1"})


def report_of(**story: bool) -> RunReport:
    definitions = dg.Definitions(
        assets=[build_inputs, crm, avatars, personas, publication],
        asset_checks=[check_identity],
        jobs=[dg.define_asset_job("refresh")],
    )
    config = {"config": story}
    result = definitions.resolve_job_def("refresh").execute_in_process(
        raise_on_error=False,
        run_config={"ops": {"build_inputs": config, "identity__personas": config, "check_identity": config}},
    )
    return read_report("r1", 2.0, result.all_events)


def test_a_published_run_is_told_in_figures() -> None:
    report = report_of()
    assert report.outcome == "published"
    assert (report.files_new, report.records_accepted, report.records_duplicate) == (3, 40, 2)
    assert (report.personas, report.persons, report.linked_personas) == (9, 6, 5)
    assert (report.linked_how, report.waiting_for_review) == ("from scratch", 3)
    assert report.probabilities == "the model's own"
    assert (report.publication, report.published_at) == ("p1", "/published/p1")
    assert [f.file for f in report.failed_files] == ["Contact.csv.gz"]
    assert report.notes == ("crm: a.csv has no column 'b'",)
    assert report.pictures_unread == ("7.png: not read as a picture",)
    assert report.exit_code is ExitCode.FILES_FAILED
    assert set(report.stages) == {
        "build_inputs",
        "ingestion__crm",
        "inputs__avatars",
        "identity__personas",
        "check_identity",
        "publication",
    }


def test_a_warning_does_not_keep_a_run_from_being_published() -> None:
    warned = [c for c in report_of().failed_checks if c.check == "drift"]
    assert [c.is_critical for c in warned] == [False]


def test_a_critical_check_that_fails_refuses_the_build_and_shows_its_rows() -> None:
    report = report_of(check_passes=False)
    assert report.outcome == "refused"
    assert report.publication is None
    (critical,) = [c for c in report.failed_checks if c.is_critical]
    assert critical.found == "2 rows"
    assert critical.examples == ("profile 7", "profile 8")


def test_nothing_new_ends_after_the_look_for_files() -> None:
    report = report_of(anything_new=False)
    assert report.outcome == "nothing_new"
    assert report.checks_run == 0
    assert report.exit_code is ExitCode.DONE


def test_a_step_that_breaks_is_told_with_its_cause() -> None:
    report = report_of(breaks=True)
    assert report.outcome == "broken"
    assert report.error is not None
    assert "identity__personas" in report.error
    assert "no space left on device" in report.error
