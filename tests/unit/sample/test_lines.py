"""Text files from Arrow: joins, absent fields, instants, identifiers."""

import datetime as dt
import gzip
from pathlib import Path

import numpy as np
import pyarrow as pa
from hypothesis import given
from hypothesis import strategies as st

from ingestion.sample import lines
from ingestion.sample.world import salesforce_ids, snowflakes


def test_optional_field_is_absent_where_null() -> None:
    value = pa.array(["a", None])
    assert lines.join('{"x":1', lines.optional(',"y":"', value, '"'), "}").to_pylist() == [
        '{"x":1,"y":"a"}',
        '{"x":1}',
    ]


def test_listed_leaves_null_members_out_and_keeps_every_row() -> None:
    first, second = pa.array(["1", None, None]), pa.array(["2", "2", None])
    assert lines.listed(first, second).to_pylist() == ["1,2", "2", None]


def test_groups_of_size_zero_are_null() -> None:
    assert lines.groups(pa.array(["a", "b", "c"]), np.array([2, 0, 1])).to_pylist() == ["a,b", None, "c"]


@given(st.lists(st.integers(0, 4_000_000_000_000_000), min_size=1, max_size=20))
def test_instants_are_iso_8601(at: list[int]) -> None:
    day = dt.datetime(1970, 1, 1)
    expected = [
        (day + dt.timedelta(milliseconds=t // 1000)).isoformat(timespec="milliseconds") + "Z" for t in at
    ]
    assert lines.instants(np.array(at)).to_pylist() == expected


def test_salesforce_ids_end_in_the_documented_checksum() -> None:
    # 003Hv 00000 005EG: of the first five the fourth is a capital (8 = I), of the next none (0 = A),
    # of the last the fourth and fifth (8 + 16 = 24 = Y).
    identifier = salesforce_ids("003", np.array([5 * 36**2 + 14 * 36 + 16])).to_pylist()[0]
    assert identifier == "003Hv00000005EG" + "I" + "A" + "Y"


def test_snowflakes_hold_the_time_and_are_distinct() -> None:
    at = np.full(1000, 1_760_000_000_000_000)
    ids = snowflakes(at, np.arange(1000))
    assert len(set(ids.tolist())) == 1000
    assert set((ids >> 22) + 1_288_834_974_657) == {1_760_000_000_000}


def test_compressed_bytes_hold_no_time(tmp_path: Path) -> None:
    for name in ("one", "two"):
        lines.write_lines(tmp_path / name / "file.gz", [b"head\n", pa.array(["a", "b"])])
    one, two = ((tmp_path / name / "file.gz").read_bytes() for name in ("one", "two"))
    assert one == two
    assert gzip.decompress(one) == b"head\na\nb\n"
