"""What changes the version of a format, and what does not."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest

from ingestion import version
from ingestion.containers.json.lines import JsonRecords
from ingestion.formats.registry import format_names, format_of
from ingestion.formats.x_api_v2 import FORMAT
from ingestion.mapping.format import Format, Rows
from ingestion.version import read_code, version_of
from warehouse.settings import Source


def test_every_format_has_a_version_of_its_own_and_keeps_it() -> None:
    table = {"table": "products", "columns": {"product_id": "sku", "name": "title"}}
    sources = [
        Source(name="s", format=name, path="p", network="n", **(table if name == "table" else {}))
        for name in format_names()
    ]
    versions = [version_of(format_of(source)) for source in sources]
    assert len(set(versions)) == len(format_names())
    assert versions == [version_of(format_of(source)) for source in sources]


def _with_columns(form: Format, **columns: str) -> Format:
    kind = form.kinds[0]
    rows: Rows = replace(kind.rows[0], columns={**kind.rows[0].columns, **columns})
    return replace(form, kinds=(replace(kind, rows=(rows, *kind.rows[1:])), *form.kinds[1:]))


@pytest.mark.parametrize(
    "change",
    [
        pytest.param(lambda f: _with_columns(f, content="upper(r.text)"), id="an expression"),
        pytest.param(lambda f: replace(f, kinds=f.kinds[:-1]), id="a kind"),
        pytest.param(lambda f: replace(f, shape={**f.shape, "new": "VARCHAR"}), id="a field"),
        pytest.param(lambda f: replace(f, page_shape={"new": "VARCHAR"}), id="a field of pages"),
        pytest.param(
            lambda f: replace(f, container=JsonRecords(("/data",))), id="what its container is told"
        ),
        pytest.param(lambda f: replace(f, options={**f.options, "new": ()}), id="an option"),
        pytest.param(lambda f: replace(f, refused={}), id="what it refuses"),
    ],
)
def test_what_changes_the_rows_changes_the_version(change: Callable[[Format], Format]) -> None:
    assert version_of(change(FORMAT)) != version_of(FORMAT)


def test_words_change_nothing() -> None:
    assert version_of(replace(FORMAT, description="other words", reference="")) == version_of(FORMAT)


def test_a_macro_changes_it(monkeypatch: pytest.MonkeyPatch) -> None:
    before = version_of(FORMAT)
    monkeypatch.setattr(version, "MACROS", (*version.MACROS, "create macro another() as 1"))
    assert version_of(FORMAT) != before


@pytest.mark.parametrize(
    "module",
    [
        "ingestion.containers.json.pages",
        "ingestion.containers.compression",
        "ingestion.loading.loader",
        "ingestion.discovery.files",
    ],
)
def test_code_that_reads_and_loads_changes_it(module: str, monkeypatch: pytest.MonkeyPatch) -> None:
    before, real = version_of(FORMAT), version._code
    monkeypatch.setattr(
        version, "_code", lambda name: ("changed", real(name)[1]) if name == module else real(name)
    )
    assert version_of(FORMAT) != before


def test_code_of_another_container_does_not(monkeypatch: pytest.MonkeyPatch) -> None:
    before, real = version_of(FORMAT), version._code
    monkeypatch.setattr(
        version, "_code", lambda name: ("changed", ()) if "containers.feed" in name else real(name)
    )
    assert version_of(FORMAT) == before


def test_only_what_code_does_counts() -> None:
    code = "import a\n\ndef f(x):\n    return x + 1\n"
    said = '"""Words."""\nfrom b import c\n\ndef f(x):\n    """More."""\n    return x + 1  # so\n'
    assert read_code(code)[0] == read_code(said)[0]
    assert read_code(code)[0] != read_code(code.replace("1", "2"))[0]
