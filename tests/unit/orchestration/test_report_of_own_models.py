"""What a run says of the company's own models, and the exit code that they cost."""

from __future__ import annotations

import io
from pathlib import Path

from rich.console import Console

from orchestration.console.report import RunReport
from orchestration.console.summary import print_summary
from warehouse.errors import ExitCode

LEFT_OUT = "models/few.sql is not published: few.small_cells_hidden found 1 rows."


def test_models_that_are_left_out_are_named_and_the_rest_is_published() -> None:
    report = RunReport(
        "r1", "published", 1.0, own_models=("marts.network_lead",), own_models_left_out=(LEFT_OUT,)
    )
    said = io.StringIO()
    print_summary(report, Console(file=said, width=200), Path("home"))
    assert LEFT_OUT in said.getvalue()
    assert "1 published, 1 left out" in said.getvalue()
    assert report.exit_code is ExitCode.FILES_FAILED


def test_models_that_are_all_published_cost_nothing() -> None:
    assert RunReport("r1", "published", 1.0, own_models=("marts.a",)).exit_code is ExitCode.DONE
