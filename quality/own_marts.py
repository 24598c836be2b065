"""Whether a company's own marts keep what they say: one row a grain, small cells hidden, nobody named.

The checks are those of our marts; what one finds costs that mart alone. Must not live here: where a model belongs
(warehouse/own_models/placing.py), our own marts (suites/).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from pathlib import Path

from quality.check import Check
from quality.finding import Found, find
from quality.relations import open_build
from quality.suites.marts import mart_check
from quality.suites.marts_cells import cell_checks
from quality.suites.marts_identifiers import IDENTIFYING, content_checks
from warehouse.engine import quote_identifier, quote_text
from warehouse.lake import Home
from warehouse.mart_register import Mart
from warehouse.settings import Settings


def faults_of_own_marts(
    build: Path, settings: Settings, database: Path, schema: str, marts: Iterable[Mart]
) -> dict[str, str]:
    """Mart → what is wrong with it, in words; those that are well are left out."""
    faults: dict[str, str] = {}
    with open_build(Home(settings.home), build, settings) as relations:
        relations.connection.execute(f"attach {quote_text(database)} as own_models (read_only)")
        for mart in marts:
            named = [column for column in mart.columns if re.search(IDENTIFYING, column)]
            if named:
                faults[mart.name] = (
                    f"its column {named[0]!r} is there to identify somebody, which no table of marts may; without "
                    "config.meta it goes into people"
                )
                continue
            table = quote_identifier(mart.name)
            relations.connection.execute(
                f"create view marts.{table} as select * from own_models.{quote_identifier(schema)}.{table}"
            )
            checks = list(_checks(mart))
            found = find(relations, checks)
            wrong = [
                (check, found[check.name])
                for check in checks
                if found[check.name].count or found[check.name].error
            ]
            if wrong:
                faults[mart.name] = _in_words(*wrong[0])
    return faults


def _in_words(check: Check, found: Found) -> str:
    rows = "; ".join(", ".join(f"{k} {v}" for k, v in row.items()) for row in found.sample[:2])
    said = f"could not be run: {found.error}" if found.error else f"found {found.count:,} rows ({rows})"
    return f"{check.name.removeprefix('marts.')} {said}. {check.sentence}"


def _checks(mart: Mart) -> Iterator[Check]:
    names = ", ".join(map(quote_identifier, mart.grain))
    empty = " or ".join(f"{quote_identifier(column)} is null" for column in mart.grain)
    yield mart_check(
        f"{mart.name}.unique_grain",
        f"marts.{mart.name}",
        "critical",
        "No two rows of a mart share its grain, and none lacks a part of it: sums would count twice.",
        f"select {names}, count(*) as rows_found from @batch group by {names} having count(*) > 1 or {empty}",
    )
    yield from cell_checks(mart, mart.columns)
    yield from content_checks(mart.name, mart.columns)
