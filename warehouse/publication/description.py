"""What the manifest says of a publication: the run, its inputs by hash, its tables, what the checks found.

Must not live here: the file itself and its proof (manifest.py), what the checks are (quality/).
"""

from __future__ import annotations

import datetime as dt
from collections import deque
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Protocol

from warehouse import policy
from warehouse.engine import connect, quote_text
from warehouse.lake import Home
from warehouse.ledger import Ledger
from warehouse.own_models.outcome import read_outcome
from warehouse.publication.export import ExportedTable
from warehouse.publication.manifest import sha256_of
from warehouse.publication.publications import current_id
from warehouse.settings import Settings


class CheckOutcome(Protocol):
    """What publishing must know of a check's result (quality/check.py has them)."""

    @property
    def name(self) -> str: ...
    @property
    def layer(self) -> str: ...
    @property
    def severity(self) -> str: ...
    @property
    def sentence(self) -> str: ...
    @property
    def passed(self) -> bool: ...
    @property
    def blocks(self) -> bool: ...
    @property
    def is_applicable(self) -> bool: ...
    @property
    def observed(self) -> str: ...
    @property
    def unexpected_count(self) -> int: ...
    @property
    def sample(self) -> Sequence[Mapping[str, str]]: ...
    @property
    def in_words(self) -> str: ...
    @property
    def cost(self) -> str | None: ...
    @property
    def contained(self) -> int: ...
    @property
    def accepted_by(self) -> str: ...
    @property
    def accepted_reason(self) -> str: ...


@dataclass(frozen=True)
class RunFacts:
    """What the manifest says of the run that made the build."""

    run_id: str
    code_version: str
    run_fingerprint: str
    model_version: str
    as_of: dt.date | None = None
    facts: Mapping[str, Any] = field(default_factory=dict)


def describe(
    home: Home,
    build: Path,
    settings: Settings,
    checks: Sequence[CheckOutcome],
    run: RunFacts,
    exported: Sequence[ExportedTable],
    now: dt.datetime,
) -> dict[str, Any]:
    """Return the manifest's content but for the hashes of what is published."""
    min_cell = settings.privacy.min_cell
    last = next(iter(deque(Ledger(home.ledger).entries(), maxlen=1)), None)
    return {
        "publication_id": build.name,
        "run_id": run.run_id,
        "published_at": now.isoformat(timespec="microseconds"),
        "previous_publication": current_id(home),
        "code_version": run.code_version,
        "config_fingerprint": settings.fingerprint,
        "run_fingerprint": run.run_fingerprint,
        "model_version": run.model_version,
        "as_of": run.as_of.isoformat() if run.as_of else None,
        "currency": settings.currency,
        "months": settings.months,
        "min_cell": min_cell,
        "min_cell_is_lowered": min_cell < policy.MIN_CELL,
        "ledger": {"entries": last.seq, "hash": last.hash} if last else None,
        "tables": [
            {"schema": t.schema, "table": t.name, "rows": t.rows, "ordered_by": list(t.ordered_by)}
            for t in exported
        ],
        "inputs": _inputs(build),
        "checks": summary(checks),
        "own_models": [
            {"model": model.name, "schema": model.schema, "problem": model.problem}
            for model in read_outcome(build)
        ],
        "run": dict(run.facts),
    }


def _inputs(build: Path) -> dict[str, Any]:
    """The source files behind the build, by hash, and the hashes of what configuration gave to dbt."""
    files = build / "inputs" / "files.parquet"
    connection = connect()
    try:
        rows = (
            connection.execute(
                "select source, file_name, source_file_sha256, bytes, outcome"
                f" from read_parquet({quote_text(files)}) order by all"
            ).fetchall()
            if files.exists()
            else []
        )
    finally:
        connection.close()
    return {
        "source_files": [
            {"source": source, "file": name, "sha256": sha256, "bytes": size, "outcome": outcome}
            for source, name, sha256, size, outcome in rows
        ],
        "parameters": {path.name: sha256_of(path) for path in sorted((build / "inputs").glob("*.parquet"))},
    }


def summary(checks: Sequence[CheckOutcome]) -> dict[str, Any]:
    """Count the checks: how many were run and passed, and which were warned of, contained, accepted."""
    applicable = [check for check in checks if check.is_applicable]
    return {
        "run": len(applicable),
        "not_applicable": len(checks) - len(applicable),
        "passed": sum(check.passed for check in applicable),
        "warnings": [
            {
                "name": check.name,
                "observed": check.observed,
                "unexpected_rows": check.unexpected_count,
                "why": check.sentence,
            }
            for check in applicable
            if not check.passed and check.severity == "warning"
        ],
        "contained": [
            {
                "name": check.name,
                "observed": check.observed,
                "what": check.cost,
                "contained": check.contained,
                "why": check.sentence,
            }
            for check in applicable
            if check.contained
        ],
        "accepted": [
            {
                "name": check.name,
                "observed": check.observed,
                "by": check.accepted_by,
                "reason": check.accepted_reason,
                "why": check.sentence,
            }
            for check in applicable
            if check.accepted_by
        ],
    }
