"""The one-page quality report: every check, why it matters, what it found, and the counts behind it.

Everything shown is escaped: names of segments and sources come from outside. Must not live here: reading of
results and files (reports.py).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from html import escape
from typing import Any

from quality.check import LAYERS, CheckResult
from quality.report_facts import rejections

_TITLES = {
    "landed": "What came in",
    "identity": "Personas and links",
    "marts": "What is published",
}


def render(
    results: Sequence[CheckResult],
    *,
    facts: Mapping[str, Any],
    files: Sequence[Mapping[str, Any]],
    pages: Mapping[str, str],
) -> str:
    """Give the page as HTML.

    `facts` are shown as they are. `files` holds, per source, its counts of records. `pages` leads from layer
    and relation, as `layer.relation`, to Great Expectations' page.
    """
    names = {str(f["source_file_sha256"]): str(f["file_name"]) for f in files if f.get("source_file_sha256")}
    body = [
        _head(results),
        _facts(facts),
        _failures(results, names),
        *(_layer(layer, [r for r in results if r.layer == layer], pages) for layer in LAYERS),
        _reconciliation(files),
    ]
    title = f"Quality report · {escape(str(facts.get('Brand', '')))}"
    return (
        '<!DOCTYPE html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f'<title>{title}</title>\n<link rel="stylesheet" href="report.css">\n</head>\n'
        f"<body>\n<main>\n{''.join(body)}</main>\n</body>\n</html>\n"
    )


def _head(results: Sequence[CheckResult]) -> str:
    blocking = [r for r in results if r.blocks]
    contained = [r for r in results if r.contained]
    accepted = [r for r in results if r.is_accepted]
    warned = [r for r in results if not r.passed and r.severity == "warning"]
    ran = [r for r in results if r.is_applicable]
    if blocking:
        verdict = f"{_counted(len(blocking), 'critical check')} failed: this build is not published."
    else:
        good = "keeps this build from being published" if contained or accepted else "failed"
        verdict = f"No critical check {good}. {_counted(len(warned), 'warning')}."
    return (
        f"<h1>Quality report</h1>\n"
        f'<p class="verdict{" refused" if blocking else ""}">{verdict} {len(ran)} checks were run, '
        f"{len(results) - len(ran)} had nothing to look at.</p>\n"
        + _named("Left out of every figure", contained)
        + _named("Published in spite of", accepted)
    )


def _named(title: str, results: Sequence[CheckResult]) -> str:
    """A list of checks with what became of what they found."""
    if not results:
        return ""
    items = "".join(f"<li><code>{escape(r.name)}</code>: {escape(r.in_words)}</li>\n" for r in results)
    return f"<p>{title}:</p>\n<ul>\n{items}</ul>\n"


def _facts(facts: Mapping[str, Any]) -> str:
    cells = "".join(
        f"<div><dt>{escape(name)}</dt><dd>{escape(str(value))}</dd></div>\n" for name, value in facts.items()
    )
    return f'<dl class="facts">\n{cells}</dl>\n'


def _failures(results: Sequence[CheckResult], names: Mapping[str, str]) -> str:
    failed = sorted((r for r in results if not r.passed), key=lambda r: (not r.blocks, r.severity))
    if not failed:
        return "<h2>Findings</h2>\n<p>Nothing unexpected was found.</p>\n"
    return "<h2>Findings</h2>\n" + "".join(_failure(result, names) for result in failed)


def _failure(result: CheckResult, names: Mapping[str, str]) -> str:
    shown = len(result.sample)
    more = f"The first {shown} of {result.unexpected_count:,}." if result.unexpected_count > shown else ""
    return (
        f"<details{' open' if result.blocks else ''}>\n<summary>{_mark(result)} "
        f"<code>{escape(result.name)}</code>: {escape(result.in_words)}</summary>\n"
        f"<p>{escape(result.sentence)}</p>\n{_rows(result.sample, names)}"
        f'<p class="quiet">{more}</p>\n</details>\n'
    )


def _rows(sample: Sequence[Mapping[str, str]], names: Mapping[str, str]) -> str:
    """Rows found; a file is told by its name beside the beginning of its hash."""
    if not sample:
        return ""
    columns = list(dict.fromkeys(name for row in sample for name in row))
    head = "".join(f"<th>{escape(_title(column))}</th>" for column in columns)
    body = "".join(
        "<tr>"
        + "".join(f"<td>{_cell(column, row.get(column, ''), names)}</td>" for column in columns)
        + "</tr>\n"
        for row in sample
    )
    return f'<div class="table-wrap"><table>\n<tr>{head}</tr>\n{body}</table></div>\n'


def _title(column: str) -> str:
    return {"source_file_sha256": "file", "source_record": "record", "column_name": "column"}.get(
        column, column
    )


def _cell(column: str, value: str, names: Mapping[str, str]) -> str:
    if column == "source_file_sha256":
        return f'{escape(names.get(value, ""))} <span class="mono quiet">{escape(value[:12])}</span>'
    return escape(value)


def _layer(layer: str, results: Sequence[CheckResult], pages: Mapping[str, str]) -> str:
    if not results:
        return f"<h2>{_TITLES[layer]}</h2>\n<p>Not run on this build.</p>\n"
    idle = sorted({r.relation for r in results} - {r.relation for r in results if r.is_applicable})
    parts = [f"<h2>{_TITLES[layer]}</h2>\n"]
    for relation in dict.fromkeys(r.relation for r in results if r.relation not in idle):
        parts.append(_relation(layer, relation, [r for r in results if r.relation == relation], pages))
    if idle:
        parts.append(f'<p class="quiet">Nothing to look at in {escape(", ".join(idle))}.</p>\n')
    return "".join(parts)


def _relation(layer: str, relation: str, results: Sequence[CheckResult], pages: Mapping[str, str]) -> str:
    failed = sum(not r.passed for r in results)
    tally = _counted(len(results), "check") + (f", {failed} failed" if failed else "")
    page = pages.get(f"{layer}.{relation}")
    link = f' · <a href="{escape(page, quote=True)}">SQL and rows</a>' if page else ""
    rows = "".join(
        f"<tr><td>{_mark(r)}</td><td><code>{escape(r.name)}</code></td><td>{escape(r.severity)}</td>"
        f"<td>{escape(r.in_words)}</td><td>{escape(r.sentence)}</td></tr>\n"
        for r in results
    )
    return (
        f"<details>\n<summary><code>{escape(relation)}</code> "
        f'<span class="quiet">{tally}</span>{link}</summary>\n<div class="table-wrap"><table>\n'
        "<tr><th>result</th><th>check</th><th>severity</th><th>found</th><th>why it matters</th></tr>\n"
        f"{rows}</table></div>\n</details>\n"
    )


def _mark(result: CheckResult) -> str:
    if not result.is_applicable:
        return '<span class="mark">no data</span>'
    if result.passed:
        return '<span class="mark passed">passed</span>'
    if result.blocks:
        return '<span class="mark failed">critical</span>'
    word = "accepted" if result.is_accepted else "set apart" if result.contained else "warning"
    return f'<span class="mark warned">{word}</span>'


_COUNTS = ("records_read", "records_accepted", "records_duplicate", "records_rejected")


def _reconciliation(files: Sequence[Mapping[str, Any]]) -> str:
    withdrawn = "".join(f"<li>{_withdrawn(f)}</li>\n" for f in files if f.get("outcome") == "withdrawn")
    files = [f for f in files if f.get("outcome") != "withdrawn"]
    sources = list(dict.fromkeys(str(f["source"]) for f in files))
    rows = [_totals(source, [f for f in files if f["source"] == source]) for source in sources]
    rows.append(_totals("all sources", files))
    failed = [f for f in files if f.get("outcome") in ("failed", "lost")]
    rejected = "".join(
        f"<tr><td>{escape(source)}</td><td><code>{escape(reason)}</code></td>"
        f'<td class="number">{records:,}</td></tr>\n'
        for source, reason, records in rejections(files)
    )
    unread = "".join(f"<li>{_unread(file)}</li>\n" for file in failed)
    head = "".join(f'<th class="number">{name.removeprefix("records_")}</th>' for name in _COUNTS)
    return (
        "<h2>Where every record went</h2>\n<p>Read = accepted + duplicate + rejected, per file; rejected "
        "records stand in the quarantine with their reason.</p>\n<table>\n"
        f'<tr><th>source</th><th class="number">files</th>{head}</tr>\n{"".join(rows)}</table>\n'
        + (
            "<h3>Rejected, by reason</h3>\n<table>\n<tr><th>source</th><th>reason</th>"
            f'<th class="number">records</th></tr>\n{rejected}</table>\n'
            if rejected
            else ""
        )
        + (
            f"<p>Files that do not count: not readable, set aside, or lost:</p>\n<ul>\n{unread}</ul>\n"
            if unread
            else ""
        )
        + (
            f"<p>Files withdrawn, whose records count nowhere:</p>\n<ul>\n{withdrawn}</ul>\n"
            if withdrawn
            else ""
        )
    )


def _unread(file: Mapping[str, Any]) -> str:
    return ": ".join(escape(str(file.get(name) or "")) for name in ("source", "file_name", "reason"))


def _withdrawn(file: Mapping[str, Any]) -> str:
    return ": ".join(escape(str(file[name])) for name in ("source", "file_name", "withdrawn_at"))


def _totals(name: str, files: Iterable[Mapping[str, Any]]) -> str:
    files = list(files)
    counts = [len(files), *(sum(int(f.get(column) or 0) for f in files) for column in _COUNTS)]
    cells = "".join(f'<td class="number">{count:,}</td>' for count in counts)
    return f"<tr><td>{escape(name)}</td>{cells}</tr>\n"


def _counted(count: int, what: str) -> str:
    return f"{count:,} {what}" + ("" if count == 1 else "s")
