"""A handle or a name in any text of a mart is found; words that are also handles are no false alarm."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from quality.check import Check
from quality.relations import Relations

Find = Callable[[Relations, Check], list[dict[str, Any]]]
CHECK = "marts.segment_presence.identifying_content"

PEOPLE = """
update landed.profiles set handle = 'adalovelace' where source_record = '1/data';
update landed.profiles set handle = '@Ben.Ng_7' where source_record = '2/data';
update landed.profiles set handle = 'enthusiasts' where source_record = '3/data';
update landed.profiles set handle = 'lamps' where source_record = '4/data';
update landed.profiles set handle = 'hearthlight_hq' where source_record = '5/data';
update landed.profiles set handle = 'ünal-zoë' where source_record = '6/data';
update landed.contacts set full_name = 'Zoë Ünal' where source_record = '1/data';
update landed.contacts set given_name = 'Mary Ann', family_name = 'Bo' where source_record = '2/data';
update landed.profiles set display_name = 'High Value' where source_record = '7/data';
"""


@pytest.fixture
def peopled(build: Relations) -> Relations:
    build.connection.execute(PEOPLE)
    return Relations(build.connection)


@pytest.mark.parametrize(
    "label",
    [
        "AdaLovelace",
        "exports/blogs/adalovelace_2026-07-06.xml",
        "read by ben.ng_7, mostly",
        "exports/ben.ng_7_2026-07-06.xml",
        "blog of ünal-zoë",
        "friends of Zoe Unal",
        "ÜNAL, Zoë",
        "unal_zoe.csv",
        "(mary-ann bo)",
        "write to jo@corp.io",
    ],
)
def test_whoever_is_named_in_a_label_is_found(
    label: str, peopled: Relations, checks: dict[str, Check], unexpected: Find
) -> None:
    assert unexpected(peopled, checks[CHECK]) == []
    peopled.connection.execute("update marts.segment_presence set segment = ? where segment = 'low'", [label])
    (found,) = unexpected(peopled, checks[CHECK])
    assert found["column_name"] == "segment"


@pytest.mark.parametrize(
    "label", ["enthusiasts", "lamps", "segment_presence", "hearthlight fans", "Zoë's friends", "high"]
)
def test_words_of_the_company_and_ordinary_short_words_are_nobodys(
    label: str, peopled: Relations, checks: dict[str, Check], unexpected: Find
) -> None:
    peopled.connection.execute("update marts.segment_presence set segment = ? where segment = 'low'", [label])
    assert unexpected(peopled, checks[CHECK]) == []


@pytest.mark.parametrize(
    ("mart", "column", "value"),
    [
        ("reconciliation", "stage", "containment"),
        ("role_sensitivity", "account_role", "organization"),
        ("segment_presence", "segment", "inactive"),
        ("segment_presence", "segment", "unassigned"),
    ],
)
def test_a_handle_like_a_word_of_the_models_refuses_nothing(
    mart: str, column: str, value: str, peopled: Relations, checks: dict[str, Check], unexpected: Find
) -> None:
    peopled.connection.execute(
        f"update landed.profiles set handle = '{value}' where source_record = '8/data'"
    )
    peopled.connection.execute(f"update marts.{mart} set {column} = '{value}'")
    assert unexpected(peopled, checks[f"marts.{mart}.identifying_content"]) == []


def test_codes_are_compared_as_a_whole(
    peopled: Relations, checks: dict[str, Check], unexpected: Find
) -> None:
    """'no_adalovelace' is a reason, no handle; 'adalovelace' in its place is one."""
    check = checks["marts.reconciliation.identifying_content"]
    peopled.connection.execute("update marts.reconciliation set stage = 'no_adalovelace'")
    assert unexpected(peopled, check) == []
    peopled.connection.execute("update marts.reconciliation set stage = 'adalovelace'")
    (found,) = unexpected(peopled, check)
    assert found["column_name"] == "stage"
