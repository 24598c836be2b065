"""What a run says of odd rows that were set apart, of checks that were accepted, and of what could be.

Must not live here: what is set apart and accepted (quality/containment.py), all else of the summary (summary.py).
"""

from __future__ import annotations

from collections.abc import Sequence

from orchestration.console.report import FailedCheck, RunReport

_SHOWN = 5


def set_apart(report: RunReport) -> list[str]:
    """One line a check: how many rows or persons are left out of this publication because of it."""
    lines = [f"{_counted(check)} by {check.name}" for check in report.contained]
    return _first(lines)


def accepted(report: RunReport) -> list[str]:
    """One line a check that somebody let pass this once: which, who, why."""
    return _first([f"{c.name} by {c.accepted_by}: {c.accepted_reason}" for c in report.accepted])


def what_to_type(report: RunReport, options: str) -> list[str]:
    """What can be typed after a refusal; `options` go with every command."""
    critical = [check for check in report.failed_checks if check.is_critical]
    never = [check.shown_as for check in critical if not check.is_acceptable and not check.is_of_links]
    commands = {
        f"scrm accept {check.name} --reason WHY{options}": "publishes once in spite of it; what it found is shown"
        if check.cost != "record"
        else "publishes once without the rows it found"
        for check in critical
        if check.is_acceptable
    }
    lines = []
    if commands:
        commands[f"scrm run{options}"] = "then, or once the exports are mended"
        width = max(map(len, commands))
        lines = ["Mend what the checks name, or let one publication pass all the same:"]
        lines += [f"  {command.ljust(width)}   {said}" for command, said in commands.items()]
    if never:
        lines.append(
            f"Never accepted, since wrong figures would be published: {', '.join(never)}. Correct what it names "
            f"and type scrm run{options}; where nothing in your data explains it, the program is at fault: report "
            "it with the rows above."
        )
    return lines


def _counted(check: FailedCheck) -> str:
    what = "person" if check.cost == "person" else "row"
    return f"{check.contained:,} {what}{'' if check.contained == 1 else 's'}"


def _first(lines: Sequence[str]) -> list[str]:
    more = len(lines) - _SHOWN
    return [*lines[:_SHOWN], *([f"… and {more:,} more"] if more > 0 else [])]
