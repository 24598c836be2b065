"""Ctrl-C and SIGTERM: a run stops at once, in the middle of whatever a library is doing.

A run may be killed at any moment and lose nothing (what serves is switched by one rename, what lies half-written
goes with the next run), so stopping is ending the process, not unwinding it. A thread of its own hears of the
signal: libraries replace Python's handlers, and native code does not come back to them for minutes. Must not live
here: what is said (the caller knows what was done).
"""

from __future__ import annotations

import os
import signal
import socket
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

_SIGNALS = (signal.SIGINT, signal.SIGTERM)


@contextmanager
def stopping_at_once(last_words: Callable[[], None]) -> Iterator[None]:
    """Within the block, end the process on SIGINT (exit code 130) or SIGTERM (143), after `last_words()`.

    `last_words` is called in another thread and may print; whatever else would be printed meanwhile is not.
    Signals that are ignored stay so; off the main thread the block changes nothing.
    """
    ignored = {each for each in _SIGNALS if signal.getsignal(each) is signal.SIG_IGN}
    heeded = set(_SIGNALS) - ignored
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    # A library that gives an ignored signal a handler would unwind the run: it is kept from the process instead.
    blocked = signal.pthread_sigmask(signal.SIG_BLOCK, ignored)
    reader, writer = socket.socketpair()
    writer.setblocking(False)
    # Ignored ones too: Dagster gives SIGTERM whatever handler SIGINT has, which a background process ignores.
    handlers = {each: signal.signal(each, _leave_it_to_the_watcher) for each in _SIGNALS}
    descriptor = signal.set_wakeup_fd(writer.fileno(), warn_on_full_buffer=False)
    watcher = threading.Thread(target=_watch, args=(reader, heeded, last_words), name="stopping", daemon=True)
    watcher.start()
    try:
        yield
    finally:
        signal.set_wakeup_fd(descriptor)
        for each, handler in handlers.items():
            signal.signal(each, handler)
        signal.pthread_sigmask(signal.SIG_SETMASK, blocked)
        writer.close()
        watcher.join()  # a signal that came before is still heeded: it ends the process there


def _leave_it_to_the_watcher(_number: int, _frame: object) -> None:
    """Do nothing: Python writes the number of every signal that has a handler to the wakeup descriptor."""


def _watch(reader: socket.socket, heeded: set[signal.Signals], last_words: Callable[[], None]) -> None:
    with reader:
        while number := reader.recv(1):
            if number[0] in heeded:
                _end(number[0], last_words)


def _end(number: int, last_words: Callable[[], None]) -> None:
    try:
        last_words()
        sys.stdout.flush()
    finally:
        os._exit(128 + number)
