"""A name that one JSON object gives twice: the last value that is not empty counts, as in JSON parsers.

DuckDB reads the first, so a text with such an object, at whatever depth, is written anew. Must not live
here: which texts have one (batches.py), the lists of records of a page (containers/json/structure.py).
"""

from __future__ import annotations

import json
from typing import Any

_EMPTY: tuple[Any, ...] = (None, "", [], {})


class NestedTooDeeply(Exception):
    """A text that gives names twice cannot be taken apart."""


def resolved(text: str) -> tuple[str, set[str]]:
    """Write a JSON text anew with every name once; give the names that stood twice, too.

    Numbers become texts, so that they keep every digit: landing reads both alike.
    """
    twice: set[str] = set()

    def kept(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        held: dict[str, Any] = {}
        for name, value in pairs:
            if name in held:
                twice.add(name)
            if name not in held or value not in _EMPTY:
                held[name] = value
        return held

    try:
        value = json.loads(
            text, object_pairs_hook=kept, parse_int=str, parse_float=str, parse_constant=str, strict=False
        )
        return json.dumps(value, ensure_ascii=False), twice
    except (RecursionError, ValueError) as error:
        raise NestedTooDeeply from error
