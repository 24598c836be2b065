"""Cells of a download: texts that a spreadsheet would run are made plain, numbers stay numbers."""

from __future__ import annotations

import pyarrow as pa
import pytest

from warehouse.csv_cells import FORMULA, csv_of, plain_text


@pytest.mark.parametrize("begin", FORMULA)
def test_a_formula_is_made_plain_in_head_and_cell(begin: str) -> None:
    written = csv_of(pa.table({f"{begin}head": [f"{begin}1", "as it is", None]})).decode("utf-8-sig")
    assert f"'{begin}head" in written
    assert f"'{begin}1" in written
    assert plain_text(f"{begin}1") == f"'{begin}1"
    assert "'as it is" not in written


def test_numbers_stay_numbers() -> None:
    assert csv_of(pa.table({"bits": [-1.5, 2.0]})).decode("utf-8-sig") == '"bits"\n-1.5\n2\n'
