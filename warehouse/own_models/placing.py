"""Where a company's own model belongs: into `marts` where it says what a row is and whether it counts customers.

All else goes into `people`, which can be withheld. Must not live here: whether its figures keep what it says
(quality/own_marts.py).
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from warehouse.mart_register import Mart

# Columns that count people, whatever the model says of itself.
_COUNTS = re.compile(r"(^|_)(customers|contributors|persons|people|contacts|profiles|authors)(_|$)")
_GUARD = "the macro guard_small_cells hides them, measure_if the figures (segment_size.sql shows both)"


class Misplaced(Exception):
    """What a model says of itself does not hold together; the message says what to write."""


def place(name: str, meta: Mapping[str, Any], columns: Mapping[str, str], said: Mapping[str, Any]) -> Mart:
    """Return the model as a mart of `marts` or `people`. Raises Misplaced.

    `meta` is its own, `columns` its columns with their types as built, `said` the meta of each column.
    """
    if "grain" not in meta and "counts_customers" not in meta:
        return _mart(name, "people", meta, columns, said)
    grain, counts = meta.get("grain"), meta.get("counts_customers")
    if not isinstance(grain, list) or not grain or not isinstance(counts, bool):
        raise Misplaced(
            "its config.meta says one of grain (a list of columns) and counts_customers (true or false) and not "
            "the other; for the schema marts both are needed, without both it goes into people"
        )
    if missing := [column for column in grain if column not in columns]:
        raise Misplaced(
            f"its grain names {', '.join(missing)}, which it does not have; it has {', '.join(columns)}"
        )
    counting = [column for column in columns if _COUNTS.search(column)]
    if not counts and counting:
        raise Misplaced(
            f"it says counts_customers: false and has the column {counting[0]!r}; say true, and guard small cells"
        )
    if counts:
        _refuse_unguarded(meta, grain, columns)
    return _mart(name, "marts", meta, columns, said)


def _refuse_unguarded(meta: Mapping[str, Any], grain: list[str], columns: Mapping[str, str]) -> None:
    along = meta.get("guarded_along")
    if along not in grain:
        raise Misplaced(
            f"it counts customers, and its config.meta.guarded_along is {along!r}, no column of its grain: small "
            f"cells are not hidden; {_GUARD}"
        )
    if lacking := [column for column in ("customers", "is_suppressed") if column not in columns]:
        raise Misplaced(
            f"it counts customers and lacks {' and '.join(lacking)}: small cells are not hidden; {_GUARD}"
        )


def _mart(
    name: str, schema: str, meta: Mapping[str, Any], columns: Mapping[str, str], said: Mapping[str, Any]
) -> Mart:
    return Mart(
        name=name,
        schema=schema,
        columns=dict(columns),
        grain=tuple(meta.get("grain") or ()),
        counts_customers=bool(meta.get("counts_customers")),
        may_be_empty=True,
        guarded_along=meta.get("guarded_along"),
        states=frozenset(column for column, each in said.items() if each.get("is_state")),
        rests_on={column: each["rests_on"] for column, each in said.items() if "rests_on" in each},
    )
