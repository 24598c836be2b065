"""Records broken in known places: each kind a few times, at the end of a file of the last date.

`plant_defects` appends them and tells where; `truth/records.parquet` holds that. What they would say is
nobody's: the truth needs none of them. Must not live here: dirty but readable data (noise.py).
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from ingestion.formats.activitystreams.sample import CONTEXT
from ingestion.sample import company

LAST = company.EXPORT_DATES[-1]
_FAR = "+053000-02-11T08:00:00.000Z"  # seconds taken for milliseconds
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


def _x_page(post: str) -> bytes:
    return ('{"data":[' + post + '],"meta":{"result_count":1}}').encode()


_POST = '"author_id":"77#","conversation_id":"99#","edit_history_tweet_ids":["99#"],"id":"99#"'
_ACTOR = f"https://{company.FEDIVERSE_HOST}/users/nobody#"
_CONTACT_CELLS = 27
_DEFECTS = (
    Defect(f"x/posts_{LAST}.jsonl", "not_json", b'{"data":[{"id":"99#","text":"cut off in the mid'),
    Defect(
        f"x/posts_{LAST}.jsonl",
        "unknown_record",
        _x_page('{"text":"no id #","created_at":"2026-07-01T10:00:00.000Z"}'),
    ),
    Defect(
        f"x/posts_{LAST}.jsonl",
        "bad_published_at",
        _x_page("{" + _POST + f',"text":"far #","created_at":"{_FAR}"}}'),
    ),
    Defect(f"forum/likes_{LAST}.jsonl", "not_json", b"<html><body>502 Bad Gateway #</body></html>"),
    Defect(
        f"forum/likes_{LAST}.jsonl",
        "missing_published_at",
        b'{"user_actions":[{"action_type":1,"acting_user_id":99#,"post_id":99#}]}',
    ),
    Defect(
        f"fediverse/activities_{LAST}.jsonl",
        "not_json",
        CONTEXT.encode() + b'"id":"https://x.example/#","type":"Cre',
    ),
    Defect(
        f"fediverse/activities_{LAST}.jsonl",
        "bad_published_at",
        f'{CONTEXT}"id":"{_ACTOR}/far","type":"Read","actor":"{_ACTOR}","published":"{_FAR}","object":"{_ACTOR}/1"}}'.encode(),
    ),
    Defect(
        f"fediverse/activities_{LAST}.jsonl",
        "bad_encoding",
        f'{CONTEXT}"id":"{_ACTOR}/latin","type":"Read","actor":"{_ACTOR}","summary":"caf'.encode()
        + b'\xe9"}',
    ),
    Defect(f"salesforce/Contact_{LAST}.csv", "wrong_column_count", b'"003Hv#","001Hv","Too","Few"'),
    Defect(
        f"salesforce/Contact_{LAST}.csv",
        "missing_contact_id",
        b'"","","No","Id #"' + b',""' * (_CONTACT_CELLS - 4),
    ),
    Defect(
        f"salesforce/Contact_{LAST}.csv",
        "bad_encoding",
        b'"003HvBAD#","","Ren\xe9","Latin"' + b',""' * (_CONTACT_CELLS - 4),
    ),
    Defect(
        f"touchpoints/touchpoints_{LAST}.csv",
        "bad_at",
        b'"TX#","call","","","","+4915100000","53000-01-01T00:00:00Z","","",""',
    ),
    Defect(f"x_followers/followers_{LAST}.csv", "missing_followed_profile_id", b'"99#","",""'),
)


def plant_defects(exports: Path, times: int) -> pa.Table:
    """Append each kind `times` times; give file, line, outcome, reason and records of each."""
    rows: list[dict[str, object]] = []
    for file in dict.fromkeys(d.file for d in _DEFECTS):
        path = exports / file
        line = _lines(path)
        with path.open("ab") as stream:
            for defect in (d for d in _DEFECTS if d.file == file):
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
