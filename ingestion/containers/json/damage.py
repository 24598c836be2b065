"""JSON values that are damaged or run together: mended copies, and where one value meets the next.

A lone surrogate, a bad byte, a half-written number: each costs the record that it stands in and nothing
around it, as long as brackets and quotes are whole. A mended copy has the length of what it copies, so
that places are the same in both, and serves to find things alone: no value of it lands. Must not live
here: what a value is (classification.py).
"""

from __future__ import annotations

import itertools
import json
import re

import numpy as np
import pyarrow as pa

from ingestion.containers.json.structure import Positions, Structure

# texts, and what stands between the marks of structure: numbers, true, null, or what became of them
_WORD = re.compile(rb'"(?:[^"\\]++|\\.)*+"|(?:[^ \t\r\n\[\]{},:"\\]++|\\.)++', re.DOTALL)
# SQL: holds where a text `doc` writes one of the two codes of a character beyond the first 65,536 alone;
# a backslash that is itself escaped begins no code
HALF_CHARACTER = r"""regexp_matches(regexp_replace(doc,
    '\\\\|\\u[dD][89abAB][0-9a-fA-F]{2}\\u[dD][c-fC-F][0-9a-fA-F]{2}', '', 'g'),
    '\\u[dD][89a-fA-F][0-9a-fA-F]{2}')"""
_MEETING = re.compile(rb"[}\]][ \t\r\n]*[{\[]")


def mended(value: bytes) -> bytes:
    """Copy a value with each of its texts and numbers that is no JSON replaced by one of its length."""
    return _WORD.sub(_sound, value)


def _sound(found: re.Match[bytes]) -> bytes:
    word = found[0]
    try:
        str(json.loads(word.decode())).encode()
    except ValueError:  # no JSON, no UTF-8, or half of a character
        if word[:1] == b'"':
            return b'"' + b"?" * (len(word) - 2) + b'"'
        return (b"null" if len(word) >= len(b"null") else b"0").ljust(len(word))
    return word


def taken_apart(raw: pa.Array, lines: Positions, suspects: list[int]) -> tuple[pa.Array, pa.Array] | None:
    """Cut those of the values that are several, one right after another; give all values and their places.

    None where there is no such value. The first value of a line has the line as its place, a further one
    the column, too: '12:80'.
    """
    parts: list[pa.Array] = []
    places: list[pa.Array] = []
    rest = 0
    for at in suspects:
        value = raw[at].as_py()
        bounds = [0, *_turns(value), len(value)]
        if len(bounds) == 2:
            continue
        pieces = [value[b:e].strip() for b, e in itertools.pairwise(bounds)]
        parts += [raw[rest:at], pa.array(pieces, pa.binary())]
        held = [_place(int(lines[at]), value, begin) for begin in bounds[:-1]]
        places += [pa.array(lines[rest:at]).cast(pa.string()), pa.array(held, pa.string())]
        rest = at + 1
    if not parts:
        return None
    last = pa.array(lines[rest:]).cast(pa.string())
    return pa.concat_arrays([*parts, raw[rest:]]), pa.concat_arrays([*places, last])


def _turns(value: bytes) -> list[int]:
    if not _MEETING.search(value):
        return []
    found: list[int] = Structure(np.frombuffer(value, dtype=np.uint8)).turns().tolist()
    return found


def _place(line: int, value: bytes, at: int) -> str:
    begin = value.rfind(b"\n", 0, at) + 1
    line += value.count(b"\n", 0, at)
    return f"{line}:{at - begin + 1}" if value[begin:at].strip() else str(line)
