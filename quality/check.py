"""What a check is, what it found, and where its limits come from: plain records, no engine.

Lives here: `Check`, `CheckResult`, `Limits`. Must not live here: any rule (suites/), how a check is run
(runner.py), how it is shown (reports.py).

In the SQL of a check `@batch` stands for its relation. It returns the rows that should not be, each named
by source, source_file_sha256 and source_record, or by the grain of a mart; never by personal data.
"""

from __future__ import annotations

import difflib
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any, Literal

Layer = Literal["landed", "identity", "marts"]
Severity = Literal["critical", "warning"]

LAYERS: tuple[Layer, ...] = ("landed", "identity", "marts")
SAMPLE_ROWS = 20


class UnknownLimit(Exception):
    """`quality.thresholds` names a limit that no check has."""


class DuplicateCheck(Exception):
    """Two checks have one name, so that their results could not be told apart."""


@dataclass(frozen=True)
class Check:
    """One check of one relation.

    `needs` names relations without which it says nothing (no earlier publication, a table no source
    fills): where one is absent or empty the check is not applicable. `tolerated_share` is the share of the
    relation's rows that may be found, per `column_name` where the SQL gives one, before it fails.
    `columns` are those of the relation that it covers. `filled` names the canonical table that some configured
    source must be able to fill; where none is, the check is not applicable.
    """

    name: str
    layer: Layer
    relation: str
    severity: Severity
    sentence: str
    sql: str
    columns: tuple[str, ...] = ()
    needs: tuple[str, ...] = ()
    tolerated_share: float = 0.0
    may_be_empty: bool = True
    filled: str = ""

    @property
    def is_critical(self) -> bool:
        return self.severity == "critical"

    def unexpected(self, rows: int) -> str:
        """SQL of the unexpected rows of a relation of `rows` rows: none while they are few enough."""
        sql = self.sql.strip()
        if self.tolerated_share > 0:
            per = "partition by column_name" if "column_name" in sql else ""
            most = self.tolerated_share * rows
            sql = f"select * from (\n{sql}\n) as found qualify count(*) over ({per}) > {most}"
        return sql


@dataclass(frozen=True)
class CheckResult:
    """What a check found. `sample` holds at most `SAMPLE_ROWS` of the `unexpected_count` rows."""

    name: str
    layer: Layer
    relation: str
    severity: Severity
    sentence: str
    passed: bool
    observed: str
    unexpected_count: int = 0
    sample: tuple[Mapping[str, str], ...] = ()
    is_applicable: bool = True

    @property
    def blocks(self) -> bool:
        """Whether this alone keeps a build from being published."""
        return not self.passed and self.severity == "critical"

    def to_json(self) -> dict[str, Any]:
        return asdict(self) | {"sample": [dict(row) for row in self.sample]}

    @staticmethod
    def from_json(data: Mapping[str, Any]) -> CheckResult:
        return CheckResult(**{**data, "sample": tuple(data["sample"])})


@dataclass
class Limits:
    """Limits of the checks: `quality.thresholds` of scrm.yml over the default beside each check.

    Every limit that a suite asks for is remembered, so that a misspelt one is refused, not ignored.
    """

    configured: Mapping[str, float]
    known: dict[str, float] = field(default_factory=dict)

    def __call__(self, name: str, default: float) -> float:
        self.known[name] = default
        return self.configured.get(name, default)

    def refuse_unknown(self) -> None:
        """Raise UnknownLimit for the first configured name that no check asked for."""
        for name in self.configured:
            if name not in self.known:
                close = difflib.get_close_matches(name, self.known, n=1)
                hint = f"did you mean {close[0]!r}?" if close else "see the quality report for their names."
                raise UnknownLimit(f"quality.thresholds: {name!r} is not the limit of any check; {hint}")


def refuse_duplicates(checks: tuple[Check, ...]) -> tuple[Check, ...]:
    """Return the checks; raise DuplicateCheck where two share a name."""
    seen: set[str] = set()
    for check in checks:
        if check.name in seen:
            raise DuplicateCheck(f"two checks are called {check.name!r}; rename one of them")
        seen.add(check.name)
    return checks
