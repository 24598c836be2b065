"""The base of every error that is told to a person: a sentence, the exit code, and what to do next.

Whoever raises one says all three; the command line only prints them. What is no `ScrmError` is a fault of the
program, and is told as one. Must not live here: the errors themselves (each stands beside what raises it).
"""

from __future__ import annotations

from enum import IntEnum
from typing import ClassVar


class ExitCode(IntEnum):
    """What `scrm` returns to the shell."""

    DONE = 0  # published, or nothing new
    REFUSED = 1  # a critical check failed; the last good publication still serves
    CONFIGURATION = 2  # scrm.yml or the command line is wrong
    FILES_FAILED = (
        3  # published, though files could not be read, or a check or model of the company's own failed
    )
    BUSY = 4  # another run works in this home
    BROKEN = 5  # the run itself broke
    STOPPED = 130  # Ctrl-C
    NOBODY_READS = 141  # the pipe that takes the output was closed


class ScrmError(Exception):
    """What was wrong, the value seen, what is valid, in a sentence; `next_step` says what to do or to type."""

    exit_code: ClassVar[ExitCode] = ExitCode.CONFIGURATION

    def __init__(self, sentence: str, *, next_step: str = "") -> None:
        super().__init__(sentence)
        self.next_step = next_step

    def __str__(self) -> str:
        return " ".join(filter(None, (super().__str__(), self.next_step)))
