"""How errors end a command: a sentence with its exit code; in silence where nobody reads on."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest
import typer
from typer.testing import CliRunner

from orchestration.cli import SaysWhatIsWrong
from orchestration.running.lock import HomeBusy
from warehouse.errors import ExitCode, ScrmError
from warehouse.ledger import LedgerBroken
from warehouse.settings import SettingsError

BUSY = HomeBusy("Another run works here.", next_step="Wait until it ends.")


def ended(error: Exception) -> tuple[int, str]:
    """Exit code and words of a command that raises an error."""
    app = typer.Typer(cls=SaysWhatIsWrong)

    @app.callback()
    def options() -> None: ...

    @app.command()
    def fail() -> None:
        raise error

    result = CliRunner().invoke(app, ["fail"])
    return result.exit_code, result.stderr.strip()


@pytest.mark.parametrize(
    ("error", "code", "said"),
    [
        (SettingsError("months is 0"), ExitCode.CONFIGURATION, "months is 0"),
        (LedgerBroken("line 3 was altered"), ExitCode.REFUSED, "line 3 was altered"),
        (BUSY, ExitCode.BUSY, "Another run works here. Wait until it ends."),
        (ScrmError("no such thing"), ExitCode.CONFIGURATION, "no such thing"),
        (KeyError("x"), ExitCode.BROKEN, "KeyError: 'x'\n'scrm --debug …' shows where it happened."),
    ],
    ids=lambda value: type(value).__name__,
)
def test_an_error_says_what_is_wrong_and_what_to_do(error: Exception, code: ExitCode, said: str) -> None:
    assert ended(error) == (code, said)


@pytest.mark.parametrize("arguments", [("--help",), ("run", "--help"), ("tables",)], ids=" ".join)
def test_a_command_whose_output_nobody_reads_ends_in_silence(arguments: tuple[str, ...]) -> None:
    reader, writer = os.pipe()
    os.close(reader)
    try:
        command = [sys.executable, "-m", "orchestration.cli", *arguments]
        done = subprocess.run(
            command, stdout=writer, stderr=subprocess.PIPE, text=True, check=False, timeout=60
        )
    finally:
        os.close(writer)
    assert (done.returncode, done.stderr) == (ExitCode.NOBODY_READS, "")
