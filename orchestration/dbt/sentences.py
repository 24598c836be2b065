"""dbt's tests in a sentence each, for whoever looks at an asset check: what must hold.

Must not live here: a test (dbt_project/), what it found (assets/models.py).
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

_REMARK = re.compile(r"\A\s*(?:\{#(?P<block>.*?)#\}|(?P<lines>(?:--[^\n]*\n)+))", re.DOTALL)


def sentence_of(test: Mapping[str, Any]) -> str:
    """Say what a test of the manifest holds: in its own words, the remark above its SQL, or by its kind."""
    if said := str(test.get("description") or "").strip():
        return said
    kind = test.get("test_metadata")
    return _of_kind(kind["name"], kind["kwargs"]) if kind else _remark(str(test.get("raw_code") or ""))


def _of_kind(name: str, said: Mapping[str, Any]) -> str:
    column = said.get("column_name", "")
    match name:
        case "unique_grain":
            return f"One row per {_listed(said['columns'])}: twice the same would count twice."
        case "accepted_values":
            return f"{column} holds no other words than {', '.join(map(str, said['values']))}."
        case "relationships":
            return f"Every {column} is a {said['field']} of {_model(said['to'])}."
        case "not_null":
            return f"{column} is given in every row."
        case "unique":
            return f"No {column} stands in two rows."
        case "segments_add_up":
            return "The segments of a segmentation add up to all customers, as far as none is hidden."
        case "shares_add_up":
            return f"{said['share']} adds up to 1 over {_listed(said['parts'])}."
    return f"{name.replace('_', ' ').capitalize()}."


def _remark(sql: str) -> str:
    found = _REMARK.match(sql)
    if found is None:
        return ""
    text = found["block"] or re.sub(r"^--", "", found["lines"], flags=re.MULTILINE)
    return " ".join(text.split())


def _model(reference: str) -> str:
    found = re.search(r"'([^']+)'\s*\)", reference)
    return found[1] if found else reference


def _listed(names: list[str]) -> str:
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"
