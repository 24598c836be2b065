"""The closing summary of a run: what a person reads in ten seconds.

Must not live here: what the figures mean (report.py) and how a run is followed (progress.py).
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from pathlib import Path

from rich.console import Console
from rich.markup import escape
from rich.table import Table

from orchestration.console.findings import accepted, set_apart, what_to_type
from orchestration.console.progress import LOG
from orchestration.console.report import FailedCheck, RunReport

_STILL_SERVES = "The last good publication, if there is one, still serves."
_SHOWN = 5  # of failed files and checks; the rest is counted


def print_summary(report: RunReport, console: Console, home: Path, options: str = "") -> None:
    """Print the summary of a run to the terminal. `options` go with every command that it says to type next."""
    console.print()
    if report.outcome == "nothing_new":
        console.print(
            f"[green]Nothing new.[/] The publication of before still serves. {report.seconds:.1f} s"
        )
        for line in (*_mended(report), *([_still_unread(report)] if report.failed_files else ())):
            console.print(line, highlight=False, soft_wrap=True)
        return
    console.print(_headline(report), highlight=False)
    console.print(_figures(report))
    lists_all = _lists_all(report, home)
    for line in (
        *_mended(report),
        *_failed_files(report, lists_all),
        *_notes(report),
        *_unread_pictures(report),
        *_failed_checks(report, lists_all),
        *(f"[yellow]![/] {escape(sentence)}" for sentence in report.own_models_left_out),
        *_missing(report),
        *([f"[yellow]![/] {escape(report.untold)}"] if report.untold else []),
    ):
        console.print(line, highlight=False, soft_wrap=True)
    for line in _next_steps(report, home, options):
        console.print(line, highlight=False, soft_wrap=True)


def _headline(report: RunReport) -> str:
    took = f"in {report.seconds:.0f} s"
    if report.outcome == "published":
        return f"[bold green]Published[/] {took}"
    if report.outcome == "refused":
        return f"[bold red]Not published[/]: a critical check failed ({took}). {_STILL_SERVES}"
    return f"[bold red]The run broke[/] ({took}). {_STILL_SERVES}"


def _figures(report: RunReport) -> Table:
    table = Table.grid(padding=(0, 2))
    table.add_row("Files", f"{report.files_new:,} new, {len(report.failed_files):,} could not be read")
    table.add_row(
        "Records",
        f"{report.records_accepted:,} accepted, {report.records_duplicate:,} seen before, "
        f"{report.records_rejected:,} rejected",
    )
    if report.personas is not None:
        table.add_row(
            "People",
            f"{report.personas:,} personas are {report.persons:,} people "
            f"({report.linked_personas:,} personas linked to another)",
        )
    for what, said in report.coverage.get("in_words", {}).items():
        table.add_row(what.capitalize(), said)
    if report.linked_how is not None:
        table.add_row("Linkage", report.linked_how)
    if report.waiting_for_review is not None:
        asked = "scrm review export --refused" if report.outcome == "refused" else "scrm review export"
        table.add_row(
            "Review",
            f"{report.waiting_for_review:,} pairs wait ({asked}); probabilities: {report.probabilities}",
        )
    critical = sum(check.is_critical for check in report.failed_checks)
    settled = {check.shown_as for check in (*report.contained, *report.accepted)}
    warned = len(report.failed_checks) - critical - len(settled)
    passed = report.checks_run - len(report.failed_checks)
    tests = f", {report.dbt_tests_run:,} of them tests of dbt" if report.dbt_tests_run else ""
    table.add_row("Checks", f"{passed:,} passed, {warned:,} warned, {critical:,} critical failed{tests}")
    if report.own_models or report.own_models_left_out:
        left_out = len(report.own_models_left_out)
        table.add_row("Own models", f"{len(report.own_models):,} published, {left_out:,} left out")
    for title, lines in (("Set apart", set_apart(report)), ("Accepted", accepted(report))):
        if lines:
            table.add_row(title, escape("\n".join(lines)))
    return table


def _lists_all(report: RunReport, home: Path) -> Path:
    """Where everything found is listed: the report of the checks, or the log, where a run did not get that far."""
    folder = (
        home / "published" / "current" if report.outcome == "published" else home / "builds" / report.run_id
    )
    page = folder / "data_docs" / "index.html"
    return page if page.exists() else home / LOG


def _failed_files(report: RunReport, lists_all: Path) -> list[str]:
    lines = []
    for failed in report.failed_files[:_SHOWN]:
        said = failed.reason if failed.reason.startswith(failed.file) else f"{failed.file}: {failed.reason}"
        lines.append(f"[yellow]![/] {failed.source}: {escape(said)}")
    return lines + _rest(len(report.failed_files), "files", lists_all)


def _mended(report: RunReport) -> list[str]:
    lines = [f"[yellow]![/] {escape(sentence)}" for sentence in report.mended[:_SHOWN]]
    return lines + _rest(len(report.mended), "parts of the lake", LOG)


def _notes(report: RunReport) -> list[str]:
    lines = [f"[yellow]![/] {escape(note)}" for note in report.notes[:_SHOWN]]
    return lines + _rest(len(report.notes), "notes", "scrm check")


def _unread_pictures(report: RunReport) -> list[str]:
    lines = [f"[yellow]![/] {escape(problem)}" for problem in report.pictures_unread[:_SHOWN]]
    return lines + _rest(len(report.pictures_unread), "pictures", LOG)


def _missing(report: RunReport) -> list[str]:
    return [f"[yellow]![/] {escape(note)}" for note in report.coverage.get("notes", ())]


def _still_unread(report: RunReport) -> str:
    names = [escape(file.file) for file in report.failed_files[:_SHOWN]]
    more = len(report.failed_files) - len(names)
    rest = f" and {more:,} more" if more else ""
    return f"[yellow]![/] {len(report.failed_files):,} still cannot be read: {', '.join(names)}{rest}"


def _failed_checks(report: RunReport, lists_all: Path) -> list[str]:
    ranked = sorted(report.failed_checks, key=lambda check: (not check.is_critical, not check.contained))
    return [_check_line(check) for check in ranked[:_SHOWN]] + _rest(len(ranked), "checks", lists_all)


def _check_line(check: FailedCheck) -> str:
    """Say why it matters and name the first rows found: some of a critical failure, one of a warning."""
    mark = "[red]✗[/]" if check.is_critical else "[yellow]![/]"
    shown = check.examples[: _SHOWN if check.is_critical else 1]
    examples = "".join(f"\n    {escape(example)}" for example in shown)
    left_out = " (a check of your own, left out)" if check.is_own and not check.is_critical else ""
    said = f"{escape(check.shown_as)}{left_out}: {escape(check.found)}. {escape(check.reason)}"
    return f"{mark} {said}{examples}"


def _rest(count: int, what: str, where: Path | str) -> list[str]:
    return [f"  … and {count - _SHOWN:,} more {what}: {where} lists all"] if count > _SHOWN else []


def _next_steps(report: RunReport, home: Path, options: str) -> list[str]:
    if report.outcome == "published":
        return [
            f"\nOpen [bold]{report.published_at}[/]",
            "  marts.duckdb      the marts, for any BI tool     people.duckdb   the people behind them",
            "  data_docs/index.html   every check and its result",
            *(f"[yellow]![/] Published, but {escape(each)}" for each in report.left_undone),
            f"\nAsk [bold]scrm dashboard{escape(options)}[/]   by month, network, person; with trust and review",
            *(
                [f"See [bold]{report.report_page}[/]   the segments side by side"]
                if report.report_page
                else []
            ),
        ]
    if report.outcome == "refused":
        page = _lists_all(report, home)
        findings = [f"\nEvery finding, with its rows: [bold]{page}[/]"] if page != home / LOG else []
        typed = [escape(line) for line in what_to_type(report, options)]
        return [*findings, *typed, *_links_to_look_at(report, options), *_log(home)]
    error = [f"[red]{escape(report.error)}[/]"] if report.error and report.outcome == "broken" else []
    return [*error, *_log(home)]


def _log(home: Path) -> list[str]:
    return [f"The whole log: {home / LOG}"] if (home / LOG).exists() else []


def _links_to_look_at(report: RunReport, options: str) -> list[str]:
    """How to look at links that were refused, and to undo them: all at length where a check of links failed."""
    if report.personas is None:  # the run ended before anybody was linked
        return []
    of_links = [check for check in report.failed_checks if check.is_critical and check.is_of_links]
    explain = f"scrm explain {_first_named(of_links) or 'PERSONA'} --refused{options}"
    if not of_links:
        return [f"The links of this run, if they are the reason: {escape(explain)}"]
    commands = {
        explain: "who that is, and what holds the links",
        f"scrm unmerge PERSONA --refused{options} --reviewer YOU --reason WHY": "takes a persona out, for good",
        f"scrm review export --refused{options}": "the pairs behind it and those that wait, as a sheet",
        f"scrm run{options}": "with what was decided",
    }
    width = max(map(len, commands))
    told = [f"  [bold]{escape(command.ljust(width))}[/]   {said}" for command, said in commands.items()]
    return ["Nobody sees the links of this run but who reviews them:", *told]


def _first_named(checks: Iterable[FailedCheck]) -> str | None:
    """The first person or persona that the checks found; they name them by the MD5 of the id."""
    for check in checks:
        for example in check.examples:
            found = re.search(r"person(?:a)?_md5 ([0-9a-f]{32})", example)
            if found is not None:
                return found[1]
    return None
