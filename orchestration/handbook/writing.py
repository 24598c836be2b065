"""Which pages the reference has, and writing them. Must not live here: what stands on one."""

from __future__ import annotations

from pathlib import Path

from orchestration.handbook import REFERENCE, SCHEMA
from orchestration.handbook.codes import checks_page, codes_page
from orchestration.handbook.commands import commands_page
from orchestration.handbook.configuration import configuration_page
from orchestration.handbook.formats import formats_page
from orchestration.handbook.marts import marts_page, metrics_page
from orchestration.handbook.schema import schema_text


def derived_pages() -> dict[Path, str]:
    """Every page made from the code, with its text."""
    return {
        REFERENCE / "configuration.md": configuration_page(),
        REFERENCE / "formats.md": formats_page(),
        REFERENCE / "marts.md": marts_page(),
        REFERENCE / "metrics.md": metrics_page(),
        REFERENCE / "checks.md": checks_page(),
        REFERENCE / "commands.md": commands_page(),
        REFERENCE / "codes.md": codes_page(),
        SCHEMA: schema_text(),
    }


def main() -> None:
    """Write every page anew, and name what changed."""
    written = derived_pages()
    for path in sorted(set(REFERENCE.iterdir()) - written.keys()):
        path.unlink()
        print(f"removed  {path.name}")
    for path, text in written.items():
        if not path.exists() or path.read_text(encoding="utf-8") != text:
            path.write_text(text, encoding="utf-8")
            print(f"written  {path.name}")
