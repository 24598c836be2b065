"""A signal ends the process at once, whatever handlers a library has put in place, and after the last words."""

from __future__ import annotations

import signal
import subprocess
import sys

import pytest

# Native code that comes back to no handler for many minutes, under a handler that swallows the signal.
SCRIPT = """
import hashlib, signal, sys
from orchestration.running.stopping import stopping_at_once

signal.signal(signal.SIGINT, signal.default_int_handler)  # the caller may have ignored both
signal.signal(signal.SIGTERM, signal.SIG_DFL)

def words():
    print("last words", flush=True)

with stopping_at_once(words):
    signal.signal(signal.SIGINT, lambda *_: None)
    print("begun", flush=True)
    hashlib.pbkdf2_hmac("sha256", b"a", b"b", 2_000_000_000)
print("went on", flush=True)
"""
# What a library makes of it unwinds the stack; the words are said all the same, and the exit code stays.
RAISING = SCRIPT.replace("lambda *_: None", "signal.default_int_handler")
# A background process ignores SIGINT; Dagster gives SIGTERM the handler of SIGINT, then SIGINT one that raises.
IN_THE_BACKGROUND = SCRIPT.replace("signal.default_int_handler", "signal.SIG_IGN").replace(
    "signal.signal(signal.SIGINT, lambda *_: None)",
    "signal.signal(signal.SIGTERM, signal.getsignal(signal.SIGINT))\n"
    "    signal.signal(signal.SIGINT, signal.default_int_handler)\n"
    "    signal.raise_signal(signal.SIGINT)",
)
UNTOUCHED = """
import signal
from orchestration.running.stopping import stopping_at_once

before = signal.getsignal(signal.SIGINT)
signal.signal(signal.SIGTERM, signal.SIG_IGN)
with stopping_at_once(lambda: print("last words")):
    signal.raise_signal(signal.SIGTERM)
print("begun", signal.getsignal(signal.SIGINT) is before, flush=True)
"""


def ended(script: str, number: signal.Signals) -> tuple[int, str]:
    process = subprocess.Popen([sys.executable, "-c", script], stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    begun = process.stdout.readline()
    process.send_signal(number)
    said, _ = process.communicate(timeout=300)
    return process.returncode, begun + said


@pytest.mark.parametrize(("number", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)])
def test_the_process_ends_in_the_middle_of_native_code(number: signal.Signals, code: int) -> None:
    assert ended(SCRIPT, number) == (code, "begun\nlast words\n")


def test_a_background_process_ignores_ctrl_c_and_ends_on_sigterm() -> None:
    assert ended(IN_THE_BACKGROUND, signal.SIGTERM) == (143, "begun\nlast words\n")


def test_what_a_library_raises_does_not_change_the_end() -> None:
    assert ended(RAISING, signal.SIGINT) == (130, "begun\nlast words\n")


def test_ignored_signals_stay_ignored_and_handlers_come_back() -> None:
    done = subprocess.run([sys.executable, "-c", UNTOUCHED], capture_output=True, text=True, check=True)
    assert done.stdout == "begun True\n"
