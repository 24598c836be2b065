"""Data Docs of a build: one static site that is whole without a network.

`index.html` is our own page (report_page.py); behind it stand Great Expectations' pages, with SQL and rows,
whose addresses of styles and scripts elsewhere are taken out. Must not live here: how checks run, how the
page looks.
"""

from __future__ import annotations

import re
import shutil
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from quality.report_facts import facts_of
from quality.report_page import render
from quality.results import read_results
from quality.runner import build_site
from warehouse.engine import connect, quote_text
from warehouse.lake import folder_beside

STYLE = Path(__file__).with_name("report.css")

# Whatever a page would fetch from elsewhere, and scripts that need it.
_SCRIPTS = re.compile(r"<script\b.*?</script>", re.DOTALL | re.IGNORECASE)
_LINKS = re.compile(r"<link\b[^>]*>", re.IGNORECASE)
_IMAGES = re.compile(r"<img\b[^>]*>", re.IGNORECASE | re.DOTALL)
_STYLES = re.compile(r"<style\b.*?</style>", re.DOTALL | re.IGNORECASE)
_FOOTERS = re.compile(r"<footer\b.*?</footer>", re.DOTALL | re.IGNORECASE)


def build_reports(build: Path, facts: Mapping[str, Any] | None = None) -> Path:
    """Write `<build>/data_docs` from the results that the checks left in the build; return the folder.

    `facts` (name → value) are shown beside those of the build's inputs. Call it after the last layer was
    run; after a refused build too, it says why.
    """
    target = build / "data_docs"
    with folder_beside(target) as folder:
        build_site(build, folder)
        shutil.rmtree(folder / "static", ignore_errors=True)
        shutil.copyfile(STYLE, folder / STYLE.name)
        for page in folder.rglob("*.html"):
            up = "../" * (len(page.relative_to(folder).parts) - 1)
            page.write_text(
                without_outside(page.read_text(encoding="utf-8"), up + STYLE.name), encoding="utf-8"
            )
        files, parameters = _inputs(build)
        shown = {**facts_of(build, parameters), **(facts or {})}
        index = render(read_results(build), facts=shown, files=files, pages=_pages(folder))
        (folder / "index.html").write_text(index, encoding="utf-8")
    return target


def without_outside(html: str, style: str) -> str:
    """The page with every script, style and picture taken out, and our own style sheet put in."""
    for pattern in (_SCRIPTS, _LINKS, _IMAGES, _STYLES, _FOOTERS):
        html = pattern.sub("", html)
    return html.replace("</head>", f'<link rel="stylesheet" href="{style}">\n</head>', 1)


def _pages(folder: Path) -> dict[str, str]:
    """Suite (`layer.relation`) → its newest validation page, relative to the site."""
    pages = {}
    root = folder / "validations"
    for page in sorted(root.rglob("*.html")):
        layer, schema, table, *_ = page.relative_to(root).parts
        pages[f"{layer}.{schema}.{table}"] = str(page.relative_to(folder))
    return pages


def _inputs(build: Path) -> tuple[list[dict[str, Any]], dict[str, Any]]:
    connection = connect()
    try:
        tables = {}
        for name in ("files", "parameters"):
            path = build / "inputs" / f"{name}.parquet"
            sql = f"select * from read_parquet({quote_text(path)}) order by all"
            tables[name] = connection.execute(sql).to_arrow_table().to_pylist() if path.exists() else []
    finally:
        connection.close()
    return tables["files"], (tables["parameters"] or [{}])[0]
