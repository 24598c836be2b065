"""The pages of codes and of checks: what a run, a record, a file, a link or a row of a mart may be called.

Must not live here: a code, a check; each says what it means where it is.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from ingestion.file_reasons import FILE_REASONS
from ingestion.formats.registry import format_names
from ingestion.formats.table import OPTIONS
from ingestion.quarantine import REASONS, sentence
from orchestration.console.report import OUTCOMES
from orchestration.handbook.examples import example_of, example_settings
from orchestration.handbook.markdown import code, page, table
from quality.check import LAYERS
from quality.suites import checks_of, known_limits
from warehouse.canonical.kinds import TEXT
from warehouse.canonical.register import TABLES, Column
from warehouse.errors import ExitCode
from warehouse.identity.rules import SENTENCES

_STATUSES = (
    ("shown", "The row shows its figures."),
    ("hidden", "Too few customers stand behind it, or it would tell such a row by subtraction."),
    ("not_observed", "The network has no data of the month: nothing is known, which is not zero."),
    ("undefined", "There is nothing to divide by."),
    ("too_thin", "There is less support than the figures ask for."),
)
_LEFT_OUT = (
    "Each is said with its place in the quarantine, in `reconciliation`, and in the report of the checks."
)


def codes_page() -> str:
    """Return the page of codes."""
    return page(
        "Codes",
        "## Exit codes of `scrm`\n\n" + _table(((str(int(c)), c.meaning) for c in ExitCode), "code"),
        "## Outcomes of a run\n\n`outcome` of `scrm run --json`.\n\n" + _table(OUTCOMES.items(), "outcome"),
        f"## Why a record is rejected\n\n{_LEFT_OUT}\n\n" + _table(_of_records(), "reason code"),
        "## Why a file does not count\n\n" + _table(FILE_REASONS.items(), "reason code"),
        "## Why two personas are, or are not, one person\n\nRules that decide beside the probability.\n\n"
        + _table(SENTENCES.items(), "rule"),
        "## Why a row of a mart shows nothing\n\nThe column `status`.\n\n" + _table(_STATUSES, "status"),
    )


def checks_page() -> str:
    """Return the page of checks and of their limits."""
    settings = example_settings()
    limits = sorted(known_limits(settings).items())
    return page(
        "Checks",
        "What every build is asked before it is published, and its limits. A critical check costs what it "
        "says, and "
        "refuses the publication where that would be too much (`quality.containment`); a warning is reported. "
        "`scrm accept` lets a publication pass once in spite of an acceptable one. dbt's tests stand "
        "beside the models.",
        *(
            f"## {layer}\n\n"
            + table(
                ("check", "severity", "costs", "acceptable", "why"),
                [
                    (
                        *(code(check.name), check.severity, check.cost or "nothing"),
                        *("yes" if check.is_acceptable else "no", check.sentence),
                    )
                    for check in checks_of(layer, settings)
                ],
            )
            for layer in LAYERS
        ),
        "## Limits\n\nKeys of `quality.thresholds` in `scrm.yml`, with what holds without them.\n\n"
        + table(("limit", "default"), [(code(name), f"{value:g}") for name, value in limits]),
    )


def _table(rows: Iterable[tuple[str, str]], heading: str) -> str:
    return table((heading, "meaning"), [(code(name), said) for name, said in rows])


def _of_records() -> Iterator[tuple[str, str]]:
    """Yield the codes of records: those of their own, and one of each column that may lack or be wrong."""
    own = {**REASONS, **{code: sentence(code) for code in _of_formats() if not code.startswith("missing_")}}
    yield from sorted(own.items())
    yield "bad_<field>", "A field of the export that should hold an object or a list holds something else."
    columns: dict[str, Column] = {}
    for each in TABLES.values():
        for column in each.columns:
            if column.required or column.name not in columns:
                columns[column.name] = column
    for name in sorted(name for name, column in columns.items() if column.required):
        yield f"missing_{name}", sentence(f"missing_{name}", OPTIONS)
    for name in sorted(name for name, column in columns.items() if column.is_id or column.type != TEXT):
        yield f"bad_{name}", sentence(f"bad_{name}", OPTIONS)


def _of_formats() -> Iterator[str]:
    """Yield the codes that formats give by themselves: of words that they know all of."""
    for name in format_names():
        for kind in example_of(name).kinds:
            yield from re.findall(r"then '([a-z_]+)'", kind.problem or "")
