"""dbt's tests in words."""

from __future__ import annotations

from typing import Any

import pytest

from orchestration.dbt.sentences import sentence_of

BLOCK, LINES = "{# A person has\n   one owner. #}\nselect 1", "-- A key is kept,\n-- always.\nselect 1"


def of_kind(name: str, **said: Any) -> dict[str, Any]:
    return {"test_metadata": {"name": name, "kwargs": said}}


@pytest.mark.parametrize(
    ("test", "said"),
    [
        ({"description": "Said.", **of_kind("unique_grain", columns=["a"])}, "Said."),
        (
            of_kind("unique_grain", columns=["a", "b", "c"]),
            "One row per a, b and c: twice the same would count twice.",
        ),
        (of_kind("relationships", column_name="a", to="ref('m')", field="id"), "Every a is a id of m."),
        (of_kind("accepted_values", column_name="a", values=[1, "b"]), "a holds no other words than 1, b."),
        (of_kind("something_else"), "Something else."),
        ({"raw_code": BLOCK}, "A person has one owner."),
        ({"raw_code": LINES}, "A key is kept, always."),
        ({"raw_code": "select 1"}, ""),
    ],
)
def test_it_is_said_what_must_hold(test: dict[str, Any], said: str) -> None:
    assert sentence_of(test) == said
