"""What became of a run, as plain values: taken from Dagster's events, shown by summary.py, printed as JSON.

Must not live here: how it looks on a terminal, and anything that is not in the events of the run itself.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field
from typing import TYPE_CHECKING, Any

from warehouse.errors import ExitCode

if TYPE_CHECKING:
    import dagster as dg


OUTCOMES: Mapping[str, str] = {
    "published": "A new publication serves.",
    "nothing_new": "There was nothing to do; the publication of before still serves.",
    "refused": "A critical check failed; the publication of before still serves.",
    "broken": "The run itself broke; the publication of before still serves.",
    "done": "A job beside did what it is for, and published nothing.",
}


@dataclass(frozen=True)
class FailedFile:
    """A file that could not be read at all, and why."""

    source: str
    file: str
    reason: str


@dataclass(frozen=True)
class FailedCheck:
    """A check that did not pass. `is_critical` ones keep the build from being published.

    `reason` says why it matters, `found` what was found and what became of it, `examples` names the first rows.
    `name` is the check's own, empty for dbt's tests; `contained` counts the rows or persons (`cost`) that were set
    apart so that the rest is published; `accepted_by` says who let it pass.
    """

    asset: str
    check: str
    is_critical: bool
    reason: str
    found: str
    examples: tuple[str, ...] = ()
    name: str = ""
    cost: str = ""
    contained: int = 0
    is_acceptable: bool = False
    accepted_by: str = ""
    accepted_reason: str = ""

    @property
    def shown_as(self) -> str:
        """Its name as people type it."""
        return self.name or f"{self.asset}: {self.check}"

    @property
    def is_own(self) -> bool:
        """Whether the company wrote it, in checks.yml."""
        return self.name.startswith("own.")

    @property
    def is_of_links(self) -> bool:
        """Whether it is a check of what linking wrote."""
        return self.asset.startswith("identity/")


@dataclass(frozen=True)
class RunReport:
    """A run in figures. `outcome` is one of OUTCOMES."""

    run_id: str
    outcome: str
    seconds: float
    files_new: int = 0
    records_accepted: int = 0
    records_duplicate: int = 0
    records_rejected: int = 0
    failed_files: tuple[FailedFile, ...] = ()
    mended: tuple[str, ...] = ()  # what was not as the ledger says, and what was done about it
    notes: tuple[str, ...] = ()  # what sources did not read of what there is, a sentence each
    pictures_unread: tuple[str, ...] = ()  # profile pictures: what is wrong, a sentence each
    personas: int | None = None
    persons: int | None = None
    linked_personas: int | None = None
    linked_how: str | None = None
    waiting_for_review: int | None = None
    probabilities: str | None = None
    coverage: Mapping[str, Any] = field(default_factory=dict)  # as warehouse/builds/coverage.py tells it
    checks_run: int = 0
    dbt_tests_run: int = 0  # of these; pages of a publication count the others, with their rows
    failed_checks: tuple[FailedCheck, ...] = ()
    publication: str | None = None
    published_at: str | None = None
    report_page: str | None = None  # the page that shows the publication, where it could be drawn
    left_undone: tuple[str, ...] = ()  # what failed beside the publication
    untold: str | None = None  # what went wrong with notify.command
    own_models: tuple[str, ...] = ()  # tables of the company's own models that are published
    own_models_left_out: tuple[str, ...] = ()  # its models that are not, a sentence each
    error: str | None = None
    stages: dict[str, float] = field(default_factory=dict)

    @property
    def exit_code(self) -> ExitCode:
        if self.outcome == "refused":
            return ExitCode.REFUSED
        if self.outcome == "broken":
            return ExitCode.BROKEN
        own_failed = any(check.is_own and not check.accepted_by for check in self.failed_checks)
        something = self.failed_files or own_failed or self.own_models_left_out
        return ExitCode.FILES_FAILED if something else ExitCode.DONE

    @property
    def contained(self) -> tuple[FailedCheck, ...]:
        """Checks because of which something is set apart from the publication."""
        return tuple(check for check in self.failed_checks if check.contained)

    @property
    def accepted(self) -> tuple[FailedCheck, ...]:
        """Checks in spite of which a person let the publication pass."""
        return tuple(check for check in self.failed_checks if check.accepted_by)

    def as_json(self) -> dict[str, Any]:
        """Return the report as plain values, with what was set apart, what was accepted, and the exit code."""
        return {
            **asdict(self),
            "contained": [
                {"check": c.name, "what": c.cost, "contained": c.contained, "found": c.found}
                for c in self.contained
            ],
            "accepted": [
                {"check": c.name, "by": c.accepted_by, "reason": c.accepted_reason, "found": c.found}
                for c in self.accepted
            ],
            "exit_code": int(self.exit_code),
        }


def read_report(run_id: str, seconds: float, events: Iterable[dg.DagsterEvent]) -> RunReport:
    """Read the events of a run of `refresh` into a report."""
    from dagster import DagsterEventType as Type

    figures: dict[str, Any] = {}
    failed_files: list[FailedFile] = []
    mended: list[str] = []
    failed: list[FailedCheck] = []
    stages: dict[str, float] = {}
    checks_run, dbt_tests_run, errors, skipped = 0, 0, [], False
    for event in events:
        if event.event_type is Type.ASSET_MATERIALIZATION:
            key, metadata = _materialized(event)
            failed_files += _failed_files(key, metadata)
            mended += metadata.get("mended", ())
            _add_figures(figures, key, metadata)
        elif event.event_type is Type.ASSET_OBSERVATION:
            observed = event.asset_observation_data.asset_observation.metadata
            said: Any = observed["mended"].value if "mended" in observed else ()
            mended += said
        elif event.event_type is Type.ASSET_CHECK_EVALUATION:
            checks_run += _checks_run(event)
            dbt_tests_run += "checks_run" not in _metadata(event)
            failed += _failed_checks(event)
        elif event.event_type is Type.STEP_SUCCESS and event.step_key:
            stages[event.step_key] = round(event.step_success_data.duration_ms / 1000, 2)
        elif event.event_type is Type.STEP_FAILURE:
            errors.append(_error(event))
        elif event.event_type is Type.STEP_SKIPPED:
            skipped = True
        elif event.is_failure and event.event_type is Type.PIPELINE_FAILURE and not errors:
            errors.append(event.message or "the run failed before its first step")
    return RunReport(
        run_id=run_id,
        outcome=_outcome(figures, failed, errors, skipped),
        seconds=round(seconds, 1),
        failed_files=tuple(failed_files),
        mended=tuple(mended),
        failed_checks=tuple(failed),
        checks_run=checks_run,
        dbt_tests_run=dbt_tests_run,
        error=errors[0] if errors else None,
        stages=stages,
        **figures,
    )


def _outcome(figures: dict[str, Any], failed: list[FailedCheck], errors: list[str], skipped: bool) -> str:
    if "publication" in figures:
        return "published"
    if any(check.is_critical for check in failed):
        return "refused"
    if errors:
        return "broken"
    return "nothing_new" if skipped else "done"


def _materialized(event: dg.DagsterEvent) -> tuple[tuple[str, ...], dict[str, Any]]:
    materialization = event.step_materialization_data.materialization
    values = {name: entry.value for name, entry in materialization.metadata.items()}
    return tuple(materialization.asset_key.path), values


def _add_figures(figures: dict[str, Any], key: tuple[str, ...], metadata: dict[str, Any]) -> None:
    if key[0] == "ingestion":
        for name in ("files_new", "records_accepted", "records_duplicate", "records_rejected"):
            figures[name] = figures.get(name, 0) + metadata[name]
        notes = (f"{key[-1]}: {note}" for note in metadata.get("notes", ()))
        figures["notes"] = (*figures.get("notes", ()), *notes)
    elif key == ("inputs", "avatars"):
        figures["pictures_unread"] = tuple(metadata.get("problems", ()))
    elif key == ("identity", "personas"):
        for name in ("personas", "persons", "linked_personas"):
            figures[name] = metadata[name]
        for name in ("linked_how", "waiting_for_review", "probabilities"):
            figures[name] = metadata.get(name)
    elif key == ("own_models",):
        figures["own_models"] = tuple(metadata["published"])
        figures["own_models_left_out"] = tuple(metadata["left_out"])
    elif key == ("publication",):
        figures["publication"] = metadata["publication"]
        figures["published_at"] = metadata["path"]
        figures["report_page"] = metadata.get("report_page")
        figures["coverage"] = metadata.get("coverage", {})
        figures["left_undone"] = tuple(metadata.get("left_undone", ()))


def _failed_files(key: tuple[str, ...], metadata: dict[str, Any]) -> list[FailedFile]:
    return [FailedFile(key[-1], f["file"], f["reason"]) for f in metadata.get("failed_files", ())]


def _checks_run(event: dg.DagsterEvent) -> int:
    """How many checks had anything to look at: one of dbt's, or of those of a table together."""
    run: Any = _metadata(event).get("checks_run", 1)
    return int(run)


def failed_checks(events: Iterable[dg.DagsterEvent]) -> list[FailedCheck]:
    """List the checks that did not pass, from the events of their evaluations."""
    return [check for event in events for check in _failed_checks(event)]


def _failed_checks(event: dg.DagsterEvent) -> list[FailedCheck]:
    """What an asset check found: several checks of quality/, each by its name, or one test of dbt's."""
    from dagster import AssetCheckSeverity

    evaluation = event.asset_check_evaluation_data
    if evaluation.passed:
        return []
    asset, metadata = evaluation.asset_key.to_user_string(), _metadata(event)
    if "findings" in metadata:
        return [
            FailedCheck(asset, evaluation.check_name, **{**finding, "examples": tuple(finding["examples"])})
            for finding in metadata["findings"]
        ]
    return [
        FailedCheck(
            asset=asset,
            check=evaluation.check_name,
            is_critical=evaluation.severity is AssetCheckSeverity.ERROR,
            reason=evaluation.description or "",
            found=f"{metadata.get('failing_rows', 'some')} rows",
        )
    ]


def _metadata(event: dg.DagsterEvent) -> dict[str, Any]:
    return {name: entry.value for name, entry in event.asset_check_evaluation_data.metadata.items()}


def _error(event: dg.DagsterEvent) -> str:
    error = event.step_failure_data.error
    while error is not None and (error.cls_name or "").startswith("Dagster") and error.cause is not None:
        error = error.cause  # Dagster's own wrapping says nothing; what the step raised does
    return f"{event.step_key}: {error.message.strip() if error else event.message}"
