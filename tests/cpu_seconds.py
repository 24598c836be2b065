"""What the tests cost, in CPU seconds: `pytest --cpu 30` lists the dearest tests and files.

A loaded machine makes a test slower, hardly dearer: so the budget of CONTRIBUTING is counted in these, of the
worker's process and the processes that it waited for. Must not live here: a limit that fails a test.
"""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Iterator
from typing import Any

import pytest

_SPENT = "cpu_seconds"
_last = 0.0


def _now() -> float:
    return sum(os.times()[:4])


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--cpu", type=int, default=0, help="show so many of the dearest tests, and all files")


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_setup(item: pytest.Item) -> None:
    global _last
    _last = _now()


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item, call: Any) -> Iterator[None]:
    """Say in the report of each phase what was spent since the one before; a worker sends it on with the rest."""
    global _last
    report: Any = yield
    report.user_properties = [*report.user_properties, (_SPENT, _now() - _last)]
    _last = _now()
    return report


def pytest_terminal_summary(terminalreporter: Any, config: pytest.Config) -> None:
    if not config.getoption("cpu"):
        return
    spent: Counter[str] = Counter()
    for reports in terminalreporter.stats.values():
        for report in reports:
            if getattr(report, "when", None) in ("setup", "call", "teardown"):
                spent[report.nodeid] += dict(report.user_properties).get(_SPENT, 0)
    files: Counter[str] = Counter()
    for test, seconds in spent.items():
        files[test.partition("::")[0]] += seconds
    terminalreporter.section(f"{sum(spent.values()):.0f} CPU seconds")
    for name, seconds in [*files.most_common(), *spent.most_common(config.getoption("cpu"))]:
        if seconds >= 0.1:
            terminalreporter.write_line(f"{seconds:7.1f}  {name}")
