"""What the checks of a relation find: counted in one query a relation, as far as rows and totals can say it.

Predicates of rows and of totals of all checks are counted in a single pass. What only SQL of its own can say is a
query of its own, one for all checks that ask the same. A check that found something is then asked for its first
rows. Where a common query cannot be run, each check is asked alone, so that a broken one costs itself.

Why not Great Expectations' column expectations, whose metrics it bundles too: they fetch the values found, which
are personal data; they know, on DuckDB, neither regular expressions nor a column called `at`; and 255 of them took
9.3 s of CPU on 23 small tables, where all 302 checks take 2.8. Must not live here: rules (suites/), suites and
pages (runner.py).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

import duckdb

from quality.check import SAMPLE_ROWS, Check
from quality.relations import Relations, qualified


@dataclass(frozen=True)
class Found:
    """How many rows a check found, the first `SAMPLE_ROWS` of them, or what kind of error kept it from running."""

    count: int = 0
    sample: tuple[Mapping[str, str], ...] = ()
    error: str = ""


def find(relations: Relations, checks: Sequence[Check]) -> dict[str, Found]:
    """What each of these checks of one relation finds, by its name."""
    found: dict[str, Found] = {}
    for together in _asked_together(checks):
        found |= _ask(relations, together)
    return found


def prepare(relations: Relations, check: Check) -> None:
    """Make the tables that the check's SQL shares with others, unless they are there."""
    if check.prepared:
        relations.connection.execute(check.preparation)


def _asked_together(checks: Iterable[Check]) -> Iterator[list[Check]]:
    """Checks that one query can count: all that give predicates, and those that ask the same SQL."""
    queries: dict[str, list[Check]] = {}
    for check in checks:
        queries.setdefault("" if check.wrong_where or check.wrong_if else check.sql, []).append(check)
    yield from queries.values()


def _ask(relations: Relations, checks: list[Check]) -> dict[str, Found]:
    try:
        prepare(relations, checks[0])
        count = _count_by_predicate if checks[0].wrong_where or checks[0].wrong_if else _count_by_query
        counts = count(relations, checks)
        return {check.name: _found(relations, check, counts[check.name]) for check in checks}
    except duckdb.Error as error:
        if len(checks) > 1:
            return {name: found for check in checks for name, found in _ask(relations, [check]).items()}
        # The engine's message may quote a value of a row; its first words are the kind of error.
        kind = re.search(r"\b\w+ Error\b", str(error))
        return {checks[0].name: Found(error=kind.group(0) if kind else "no result")}


def _count_by_predicate(relations: Relations, checks: Sequence[Check]) -> dict[str, int]:
    """Rows found by each check, of one pass over the relation: predicates of rows first, totals over them."""
    wrong = [predicate for check in checks for predicate in check.wrong_where.values()]
    totals = [predicate for check in checks for predicate in check.wrong_if.values()]
    marks = "".join(f', ({predicate}) as "wrong {n}"' for n, predicate in enumerate(wrong))
    asked = [
        "count(*)",
        # not by `filter (where …)`, which copies all columns for each of them
        *(f'count(case when "wrong {n}" then 1 end)' for n in range(len(wrong))),
        *(f"cast(coalesce({predicate}, false) as integer)" for predicate in totals),
    ]
    ((rows, *answers),) = relations.connection.execute(
        f"select {', '.join(asked)} from (select *{marks} from {qualified(checks[0].relation)})"
    ).fetchall()
    by_row, by_total = iter(answers[: len(wrong)]), iter(answers[len(wrong) :])
    return {
        check.name: check.beyond_tolerance([next(by_row) for _ in check.wrong_where], rows)
        + sum(next(by_total) for _ in check.wrong_if)
        for check in checks
    }


def _count_by_query(relations: Relations, checks: Sequence[Check]) -> dict[str, int]:
    """Rows found by each of the checks that have this SQL, column by column where it names columns."""
    sql = checks[0].sql.strip().replace("@batch", qualified(checks[0].relation))
    tolerates = any(check.tolerated_share for check in checks)
    per = "column_name, " if tolerates and "column_name" in sql else ""
    counts = [
        count
        for *_, count in relations.connection.execute(
            f"select {per}count(*) from (\n{sql}\n) as found{' group by all' if per else ''}"
        ).fetchall()
    ]
    rows = relations.count(checks[0].relation) if tolerates else 0
    return {check.name: check.beyond_tolerance(counts, rows) for check in checks}


def _found(relations: Relations, check: Check, count: int) -> Found:
    if not count:
        return Found()
    rows = relations.count(check.relation)
    sql = check.unexpected(rows).replace("@batch", qualified(check.relation))
    first = relations.connection.execute(
        f"select * from (\n{sql}\n) as unexpected order by all limit {SAMPLE_ROWS}"
    )
    names = [name for name, *_ in first.description]
    sample = tuple(
        {name: str(value) for name, value in zip(names, row, strict=True) if value is not None}
        for row in first.fetchall()
    )
    return Found(count, sample)
