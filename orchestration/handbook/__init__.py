"""The handbook: reference pages made from the code, and guides written by hand; `scrm handbook` prints both.

`python -m orchestration.handbook` writes `reference/` anew after whatever it tells of has changed; a test
compares. Must not live here: what a key, table, format, mart, command or code means: each says so where it is.
"""

from __future__ import annotations

from pathlib import Path

FOLDER = Path(__file__).parent
REFERENCE, GUIDES = FOLDER / "reference", FOLDER / "guides"
SCHEMA = REFERENCE / "scrm.schema.json"
# Written from the register of canonical tables, beside it.
TABLES_PAGE = FOLDER.parents[1] / "warehouse" / "canonical" / "tables" / "README.md"


def pages() -> dict[str, Path]:
    """Every page by the name that `scrm handbook` knows it by: guides first, then the reference."""
    guides = {path.stem: path for path in sorted(GUIDES.glob("*.md"))}
    reference = {path.stem: path for path in sorted(REFERENCE.glob("*.md"))}
    return {**guides, **reference, "tables": TABLES_PAGE, "schema": SCHEMA}
