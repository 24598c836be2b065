"""The register of canonical tables: what is derived from it is current, and a wrong line is named."""

from __future__ import annotations

from pathlib import Path

import pytest

from warehouse.canonical.derive import derived_files, stale_files
from warehouse.canonical.register import TABLES, RegisterError, read_domain


def test_what_is_derived_is_as_the_register_says() -> None:
    """Else: .venv/bin/python -m warehouse.canonical.derive, and commit what it writes."""
    files = derived_files()
    assert [path for path, text in files.items() if not path.exists() or path.read_text() != text] == []
    assert stale_files() == []


def test_columns_of_one_name_are_of_one_type() -> None:
    """Reports of rejected records name a column alone, and say what its type would be."""
    types: dict[str, set[object]] = {}
    for table in TABLES.values():
        for name, kind in table.types.items():
            types.setdefault(name, set()).add(kind)
    assert {name: found for name, found in types.items() if len(found) > 1} == {}


@pytest.mark.parametrize(
    ("line", "named"),
    [
        ('{kind: idd, meaning: "who"}', "things.thing_id: 'idd' is no kind of column"),
        ('{kind: id, meening: "who"}', "things.thing_id: README.md says"),
        ("{kind: id}", "things.thing_id: README.md says"),
        (
            '{kind: one_of, meaning: "who"}',
            "things.thing_id: columns of kind consent_status, one_of, optional_one_of say `values`",
        ),
    ],
)
def test_a_line_that_cannot_be_read_is_named(line: str, named: str, tmp_path: Path) -> None:
    path = tmp_path / "shop.yml"
    path.write_text(f'things:\n  holds: "Things"\n  key: [thing_id]\n  columns:\n    thing_id: {line}\n')
    with pytest.raises(RegisterError, match=f"shop.yml: {named}"):
        read_domain(path)


def test_a_key_that_is_no_column_is_named(tmp_path: Path) -> None:
    path = tmp_path / "shop.yml"
    path.write_text(
        'things:\n  holds: "Things"\n  key: [id]\n  columns:\n    name: {kind: name, meaning: "n"}\n'
    )
    with pytest.raises(RegisterError, match=r"shop\.yml: things: the key names \['id'\]"):
        read_domain(path)
