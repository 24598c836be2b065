"""The macros behind dbt's tests of adding-up, run on rows written out: what they find, and what they let pass."""

from __future__ import annotations

from typing import Any

import duckdb
import jinja2
import pytest

from tests.unit.dbt.project import PROJECT

MACROS = (PROJECT / "macros" / "adding_up.sql").read_text(encoding="utf-8")


def found(call: str, rows: str, columns: str) -> list[tuple[Any, ...]]:
    """What the SQL of a macro finds in a mart of these rows."""
    sql = jinja2.Environment(autoescape=False).from_string(f"{MACROS}{{{{ {call} }}}}").render()
    connection = duckdb.connect()
    connection.execute(f"create table mart as select * from (values {rows}) as given ({columns})")
    return connection.execute(sql).fetchall()


@pytest.mark.parametrize(
    ("shares", "is_wrong"),
    [
        ("('x', 'text', 0.4, false), ('x', 'photo', 0.6, false)", False),
        ("('x', 'text', 0.4, false), ('x', 'photo', 0.5, false)", True),
        ("('x', 'text', 0.4, false), ('x', 'photo', 0.7, false)", True),
        ("('x', 'text', 0.4, false), ('x', 'photo', null, true)", False),  # a part is hidden
        ("('x', 'text', 1.4, false), ('x', 'photo', null, true)", True),
        ("('x', 'text', null, false), ('x', 'photo', null, false)", False),  # nobody did anything
        ("('x', 'text', 1.0, false)", True),  # a part is missing
    ],
)
def test_shares_of_a_whole_add_up(shares: str, is_wrong: bool) -> None:
    call = "shares_that_do_not_add_up('mart', 'share', 'network', 2)"
    rows = found(call, shares, "network, format, share, is_suppressed")
    assert [row[0] for row in rows] == ["x"] * is_wrong


@pytest.mark.parametrize(
    ("segments", "wrong"),
    [
        ("('all', 'everyone', 60, false), ('value', 'low', 40, false), ('value', 'high', 20, false)", []),
        ("('all', 'everyone', 60, false), ('value', 'low', 39, false), ('value', 'high', 20, false)", [59]),
        ("('all', 'everyone', 60, false), ('value', 'low', 39, false), ('value', 'high', null, true)", []),
        ("('all', 'everyone', null, true), ('value', 'low', 39, false)", []),
    ],
)
def test_segments_add_up_to_all_customers(segments: str, wrong: list[int]) -> None:
    call = "segments_that_do_not_add_up('mart', 'network')"
    rows = found(
        call,
        segments.replace("('", "('x', '"),
        "network, segmentation, segment, customers, is_suppressed",
    )
    assert rows == [("x", "value", customers, 60) for customers in wrong]
