"""What a check is, what it found, what that costs, and where its limits come from: plain records, no engine.

Lives here: `Check`, `CheckResult`, `Limits`. Must not live here: any rule (suites/), how a check is run
(runner.py), what is set apart (containment.py), how it is shown (reports.py).

In the SQL of a check `@batch` stands for its relation. It returns the rows that should not be, each named
by source, source_file_sha256 and source_record, or by the grain of a mart; never by personal data. Where what
is wrong shows in a row by itself, or in a table's totals, the check gives predicates instead: those of all checks
of a relation are counted in one query (finding.py), and the SQL is made from them.
"""

from __future__ import annotations

import difflib
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any, Literal, get_args

from warehouse.engine import quote_text
from warehouse.errors import ScrmError

Layer = Literal["landed", "identity", "marts"]
Severity = Literal["critical", "warning"]
# What is lost for this publication because of what a check found: the record or person concerned, the file that
# held it, or the whole publication, which is refused.
Cost = Literal["record", "person", "file", "publication"]

LAYERS: tuple[Layer, ...] = ("landed", "identity", "marts")
SAMPLE_ROWS = 20
# What names a landed row.
PLACE = "source, source_file_sha256, source_record"


class UnknownLimit(ScrmError):
    """`quality.thresholds` names a limit that no check has."""


class DuplicateCheck(Exception):
    """Two checks have one name, so that their results could not be told apart."""


class NothingAsked(Exception):
    """A check has neither SQL nor predicates, or both."""


class CostUnsaid(Exception):
    """A critical check does not say what it costs."""


@dataclass(frozen=True)
class Check:
    """One check of one relation, said in one of three ways.

    `sql` gives the rows that should not be. `wrong_where` gives, by column, the predicate of a row in which that
    column is wrong; its rows are named by `row`. `wrong_if` gives, by problem in words, a predicate over the
    relation's totals. Of these two, `sql` and `columns` follow. `prepared` gives, by name, the SQL of tables that
    several checks read: each is made once.

    `needs` names relations without which it says nothing (no earlier publication, a table no source
    fills): where one is absent or empty the check is not applicable. `tolerated_share` is the share of the
    relation's rows that may be found, per `column_name` where the SQL gives one, before it fails.
    `columns` are those of the relation that it covers. `filled` names the canonical table that some configured
    source must be able to fill; where none is, the check is not applicable.

    `cost` is what a finding of a critical check costs; a warning costs nothing (None), or says what the fault it
    reports has cost already. Where more than `quality.containment` allows would be lost, it costs the publication,
    whatever it says. `is_acceptable` tells whether a person may let one publication pass in spite of it
    (`scrm accept`): volume, drift, shares, missing sources; never keys, contracts and identifiers in marts.
    """

    name: str
    layer: Layer
    relation: str
    severity: Severity
    sentence: str
    sql: str = ""
    wrong_where: Mapping[str, str] = field(default_factory=dict)
    wrong_if: Mapping[str, str] = field(default_factory=dict)
    row: str = PLACE
    prepared: Mapping[str, str] = field(default_factory=dict)
    columns: tuple[str, ...] = ()
    needs: tuple[str, ...] = ()
    tolerated_share: float = 0.0
    may_be_empty: bool = True
    filled: str = ""
    cost: Cost | None = None
    is_acceptable: bool = False

    def __post_init__(self) -> None:
        if self.is_critical and self.cost is None:
            raise CostUnsaid(f"{self.name} is critical; say what it costs: {', '.join(get_args(Cost))}")
        made = _wrong_rows(self.wrong_where, self.row) or _wrong_totals(self.wrong_if)
        if sum((self.sql not in ("", made), bool(self.wrong_where), bool(self.wrong_if))) != 1:
            raise NothingAsked(f"{self.name}: give one of sql, wrong_where and wrong_if")
        if made:
            object.__setattr__(self, "sql", made)
            object.__setattr__(self, "columns", self.columns or tuple(self.wrong_where))

    @property
    def is_critical(self) -> bool:
        return self.severity == "critical"

    @property
    def preparation(self) -> str:
        """Statements that make what the SQL reads, unless it is there."""
        made = (f"create table if not exists {name} as {sql}" for name, sql in self.prepared.items())
        return ";\n".join(("create schema if not exists prepared", *made)) if self.prepared else ""

    def unexpected(self, rows: int) -> str:
        """SQL of the unexpected rows of a relation of `rows` rows: none while they are few enough."""
        sql = self.sql.strip()
        if self.tolerated_share > 0:
            per = "partition by column_name" if "column_name" in sql else ""
            most = self.tolerated_share * rows
            sql = f"select * from (\n{sql}\n) as found qualify count(*) over ({per}) > {most}"
        return sql

    def beyond_tolerance(self, counts: Sequence[int], rows: int) -> int:
        """Sum of the rows found per column, of a relation of `rows` rows: of a column none while they are few."""
        return sum(count for count in counts if count > self.tolerated_share * rows)


def _wrong_rows(wrong_where: Mapping[str, str], row: str) -> str:
    """SQL of one row per column and row of the relation for which the column's predicate holds."""
    if not wrong_where:
        return ""
    cases = ", ".join(
        f"case when {predicate} then {quote_text(name)} end" for name, predicate in wrong_where.items()
    )
    anywhere = " or ".join(f"({predicate})" for predicate in wrong_where.values())
    return f"""
select unnest(list_filter([{cases}], lambda found: found is not null)) as column_name, {row}
from @batch
where {anywhere}"""


def _wrong_totals(wrong_if: Mapping[str, str]) -> str:
    """SQL of one row per problem whose predicate holds of the whole relation."""
    if not wrong_if:
        return ""
    cases = ",\n".join(
        f"case when {predicate} then {quote_text(problem)} end" for problem, predicate in wrong_if.items()
    )
    return f"select problem from (select unnest([{cases}]) as problem from @batch) where problem is not null"


@dataclass(frozen=True)
class CheckResult:
    """What a check found. `sample` holds at most `SAMPLE_ROWS` of the `unexpected_count` rows.

    `contained` is how many rows or persons are set apart from this publication because of it: all that it
    found, or none. `accepted_by` says who let this publication pass in spite of it, `accepted_reason` why.
    `advice` says what can be done about it, where the check's own sentence cannot know.
    """

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
    cost: Cost | None = None
    is_acceptable: bool = False
    contained: int = 0
    accepted_by: str = ""
    accepted_reason: str = ""
    advice: str = ""

    @property
    def is_accepted(self) -> bool:
        """Whether a person let this publication pass in spite of it."""
        return bool(self.accepted_by)

    @property
    def blocks(self) -> bool:
        """Whether this alone keeps a build from being published."""
        costs_all = not self.contained and not self.is_accepted
        return not self.passed and self.severity == "critical" and costs_all

    @property
    def in_words(self) -> str:
        """What was found, and what became of it."""
        said = [self.observed]
        if self.contained:
            what, done = ("person", "held back") if self.cost == "person" else ("row", "set apart")
            said.append(f"{self.contained:,} {what}{'s' if self.contained > 1 else ''} {done}")
        if self.is_accepted:
            said.append(f"accepted by {self.accepted_by}: {self.accepted_reason}")
        if self.advice:
            said.append(self.advice)
        return "; ".join(said)

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
