"""The base of every error that is told to a person: a sentence, the exit code, and what to do next.

Whoever raises one says all three; the command line only prints them. What is no `ScrmError` is a fault of the
program, and is told as one. Must not live here: the errors themselves (each stands beside what raises it).
"""

from __future__ import annotations

from enum import IntEnum
from typing import ClassVar


class ExitCode(IntEnum):
    """What `scrm` returns to the shell."""

    DONE = 0
    REFUSED = 1
    CONFIGURATION = 2
    FILES_FAILED = 3
    BUSY = 4
    BROKEN = 5
    STOPPED = 130
    NOBODY_READS = 141

    @property
    def meaning(self) -> str:
        """What it tells, for the reference."""
        return _MEANINGS[self]


_MEANINGS = {
    ExitCode.DONE: "Published, or nothing new; of other commands: done, and all is well.",
    ExitCode.REFUSED: "A critical check failed, and the last good publication still serves; "
    "of commands that look: something is wrong, or was altered.",
    ExitCode.CONFIGURATION: "scrm.yml, checks.yml or the command line is wrong; nothing was done.",
    ExitCode.FILES_FAILED: "Published, or nothing new, though some files cannot be read or were lost, "
    "or a check or model of the company's own failed.",
    ExitCode.BUSY: "Another run works in this home.",
    ExitCode.BROKEN: "The run, or the program, broke.",
    ExitCode.STOPPED: "Stopped by Ctrl-C; 143 by SIGTERM. Nothing was switched.",
    ExitCode.NOBODY_READS: "The pipe that took the output was closed, as by 'scrm … | head'.",
}


class ScrmError(Exception):
    """What was wrong, the value seen, what is valid, in a sentence; `next_step` says what to do or to type."""

    exit_code: ClassVar[ExitCode] = ExitCode.CONFIGURATION

    def __init__(self, sentence: str, *, next_step: str = "") -> None:
        super().__init__(sentence)
        self.next_step = next_step

    def __str__(self) -> str:
        return " ".join(filter(None, (super().__str__(), self.next_step)))
