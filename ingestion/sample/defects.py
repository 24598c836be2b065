"""Records broken in known places: each kind a few times, at the end of a file of the last date.

`plant_defects` appends them and tells where; `truth/records.parquet` holds that. What they would say is
nobody's: the truth needs none of them. Must not live here: dirty but readable data (noise.py), the defects of a
platform (formats/<platform>/sample.py).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

FAR = "+053000-02-11T08:00:00.000Z"  # seconds taken for milliseconds
_SCHEMA = pa.schema(
    [
        ("file", pa.string()),
        ("line", pa.int64()),
        ("outcome", pa.string()),
        ("reason", pa.string()),
        ("records", pa.int64()),
    ]
)


@dataclass(frozen=True)
class Defect:
    """A kind of broken record: file, reason landing should give, bytes (# is a number)."""

    file: str
    reason: str
    line: bytes


def plant_defects(exports: Path, defects: Sequence[Defect], times: int) -> pa.Table:
    """Append each kind `times` times; give file, line, outcome, reason and records of each."""
    rows: list[dict[str, object]] = []
    for file in dict.fromkeys(d.file for d in defects):
        path = exports / file
        line = _lines(path)
        with path.open("ab") as stream:
            for defect in (d for d in defects if d.file == file):
                for number in range(times):
                    stream.write(defect.line.replace(b"#", str(number + 1).encode()) + b"\n")
                    line += 1
                    rows.append(
                        {
                            "file": f"exports/{file}",
                            "line": line,
                            "outcome": "rejected",
                            "reason": defect.reason,
                            "records": 1,
                        }
                    )
    return pa.Table.from_pylist(rows, schema=_SCHEMA)


def write_records(folder: Path, records: pa.Table) -> None:
    """Write `records.parquet`."""
    folder.mkdir(parents=True, exist_ok=True)
    pq.write_table(records, folder / "records.parquet", compression="zstd")


def _lines(path: Path) -> int:
    with path.open("rb") as stream:
        return sum(block.count(b"\n") for block in iter(lambda: stream.read(1 << 20), b""))
