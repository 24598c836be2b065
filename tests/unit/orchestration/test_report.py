"""What a report reads out of Dagster's events: real events of a small job in the shape of `refresh`."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import dagster as dg

from orchestration.checks import as_dagster
from orchestration.console.report import RunReport, read_report
from quality.check import CheckResult
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


OF_LINKS = dg.AssetKey(["identity", "personas"])
ONE_OWNER = CheckResult(
    name="identity.one_owner",
    layer="identity",
    relation="identity.personas",
    severity="critical",
    sentence="A profile has one owner.",
    passed=True,
    observed="nothing unexpected",
    cost="person",
)
FOUND: dict[str, Any] = {"passed": False, "observed": "2 unexpected rows", "unexpected_count": 2}
HELD_BACK = replace(ONE_OWNER, name="identity.known_words", contained=2, **FOUND)
DRIFT = replace(ONE_OWNER, name="identity.drift", severity="warning", cost=None, **FOUND)
ACCEPTED = replace(DRIFT, name="identity.collapsed", severity="critical", accepted_by="ann")


@dg.multi_asset_check(
    specs=[
        dg.AssetCheckSpec("critical_checks", asset=OF_LINKS, blocking=True),
        dg.AssetCheckSpec("warnings", asset=OF_LINKS),
        dg.AssetCheckSpec("a_test_of_dbts", asset=OF_LINKS),
    ]
)
def check_identity(config: Story) -> Iterator[dg.AssetCheckResult]:
    sample = ({"profile": "7"}, {"profile": "8"})
    owner = ONE_OWNER if config.check_passes else replace(ONE_OWNER, **FOUND, sample=sample)
    idle = replace(ONE_OWNER, name="identity.idle", is_applicable=False)
    yield as_dagster((OF_LINKS, "critical"), [owner, idle, HELD_BACK, ACCEPTED])
    yield as_dagster((OF_LINKS, "warning"), [DRIFT])
    yield dg.AssetCheckResult(asset_key=OF_LINKS, check_name="a_test_of_dbts", passed=True)


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


def test_every_check_that_did_not_pass_is_told_by_its_own_name() -> None:
    """Of six checks one had nothing to look at; dbt's passed."""
    report = report_of()
    assert (report.checks_run, report.dbt_tests_run) == (5, 1)
    told = {c.name: (c.is_critical, c.contained, c.accepted_by) for c in report.failed_checks}
    assert told == {
        "identity.known_words": (False, 2, ""),
        "identity.collapsed": (False, 0, "ann"),
        "identity.drift": (False, 0, ""),
    }
    assert report.outcome == "published"


def test_a_critical_check_that_fails_refuses_the_build_and_shows_its_rows() -> None:
    """Those of its table that fail beside it, but cost only what they found, are not to blame."""
    report = report_of(check_passes=False)
    assert report.outcome == "refused"
    assert report.publication is None
    (critical,) = [c for c in report.failed_checks if c.is_critical]
    assert (critical.name, critical.reason) == ("identity.one_owner", "A profile has one owner.")
    assert critical.found == "2 unexpected rows"
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
