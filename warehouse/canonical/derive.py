"""Writes what is derived from the register: `python -m warehouse.canonical.derive` after a line of it changed.

Lives here: which files are derived, and the reference for users. Must not live here: a table or a column
(tables/*.yml), how the dbt files look (dbt_files.py), a staging model that does more than rename and cast
(dbt_project/models/staging/).
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from warehouse.canonical import dbt_files
from warehouse.canonical.register import DOMAINS, FOLDER, PROVENANCE, TABLES, CanonicalTable

ROOT = Path(__file__).parents[2]
DBT = ROOT / "dbt_project"
MARK = "Derived from warehouse/canonical/tables by python -m warehouse.canonical.derive: do not edit."


def derived_files() -> dict[Path, str]:
    """Every derived file with its text."""
    staging = DBT / "models" / "staging"
    files = {
        staging / "_lake.yml": f"# {MARK}\n{dbt_files.source()}",
        DBT / "macros" / "canonical_tables.sql": f"{{# {MARK} #}}\n{dbt_files.macro()}",
        FOLDER / "README.md": _reference(),
    }
    for domain in DOMAINS:
        tables = [table for table in TABLES.values() if table.domain == domain]
        files[staging / domain / f"_canonical_{domain}.yml"] = f"# {MARK}\n{dbt_files.models_yaml(tables)}"
        for table in tables:
            if not table.has_own_staging:
                files[staging / domain / f"stg_{table.name}.sql"] = (
                    f"{{# {MARK} #}}\n{dbt_files.staging_model(table)}"
                )
    return files


def stale_files() -> list[Path]:
    """Files that were derived once, of a table or domain that is no more."""
    known = derived_files()
    found = (path for path in (DBT / "models").rglob("*") if path.is_file() and path not in known)
    return sorted(path for path in found if MARK in path.read_text(encoding="utf-8"))


def main() -> None:
    """Write every derived file anew, remove those of tables that are no more, and name what changed."""
    for path in stale_files():
        path.unlink()
        print(f"removed  {path.relative_to(ROOT)}")
    for path, text in derived_files().items():
        if not path.exists() or path.read_text(encoding="utf-8") != text:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")
            print(f"written  {path.relative_to(ROOT)}")


def _reference() -> str:
    tables = "\n".join("\n".join(_table_in_reference(table)) for table in TABLES.values())
    provenance = "\n".join(f"| `{c.name}` | {c.word} | {c.meaning} |" for c in PROVENANCE)
    return f"""<!-- {MARK} -->
# Canonical tables

What a source can become, column by column; `scrm tables` shows the same. **Bold** is the key: of several
observations of a key the newest wins. `*` must be given. What stands on every row is filled by landing.

{tables}
## On every row

| column | kind | meaning |
|---|---|---|
{provenance}
"""


def _table_in_reference(table: CanonicalTable) -> Iterator[str]:
    yield f"## {table.name}\n\n{table.description}\n"
    yield "| column | kind | meaning |\n|---|---|---|"
    for column in table.columns:
        name = f"**`{column.name}`**" if column.name in table.key else f"`{column.name}`"
        needed = " *" if column.required and column.name != table.own_key else ""
        yield f"| {name}{needed} | {column.word} | {column.meaning} |"
    yield ""


if __name__ == "__main__":
    main()
