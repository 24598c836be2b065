"""Measures ours against a yardstick, round by round, and shows all of it as one table.

Machines are noisy: what counts is the ratio within a round, and the median of the rounds; by processor time, too,
since others may use the machine. Must not live here: what is measured.
"""

from __future__ import annotations

import json
import resource
import statistics
import time
from collections.abc import Callable, Iterable
from dataclasses import asdict, dataclass
from pathlib import Path

Work = Callable[[], object]
_HEADS = ("what", "ours", "yardstick", "ratio", "by CPU", "bound", "")


@dataclass(frozen=True)
class Row:
    """One line of the table. `ratio` is None where there is no yardstick; `is_kept` where there is no bound."""

    what: str
    ours: str
    yardstick: str
    ratio: float | None
    cpu_ratio: float | None
    bound: str
    is_kept: bool | None


@dataclass(frozen=True)
class Took:
    """Seconds on the wall, and of processor time, all threads together."""

    wall: float
    cpu: float


def timed(work: Work) -> Took:
    """Run, and say how long it took."""
    wall, cpu = time.perf_counter(), _cpu()
    work()
    return Took(time.perf_counter() - wall, _cpu() - cpu)


def _cpu() -> float:
    used = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_utime + used.ru_stime


def throughput(what: str, megabytes: float, ours: Work, yardstick: Work, rounds: int, bound: float) -> Row:
    """Compare bytes per second; `bound` is the least share of the yardstick's that is wanted."""
    pairs = [(timed(yardstick), timed(ours)) for _ in range(rounds)]
    ratio = statistics.median(bare.wall / own.wall for bare, own in pairs)
    cpu_ratio = statistics.median(bare.cpu / own.cpu for bare, own in pairs)

    def speed(took: Iterable[Took]) -> str:
        each = list(took)
        wall, cpu = (
            statistics.median(values) for values in zip(*((t.wall, t.cpu) for t in each), strict=True)
        )
        return f"{megabytes / wall:.1f} MB/s, {megabytes / cpu:.1f} a CPU s"

    own, bare = speed(own for _, own in pairs), speed(bare for bare, _ in pairs)
    return Row(what, own, bare, round(ratio, 2), round(cpu_ratio, 2), f"≥ {bound:.0%}", ratio >= bound)


def seconds(what: str, ours: Work, rounds: int, bound: float) -> Row:
    """Measure alone; `bound` is the most seconds on the wall."""
    took = [timed(ours) for _ in range(rounds)]
    wall, cpu = statistics.median(t.wall for t in took), statistics.median(t.cpu for t in took)
    return Row(what, f"{wall:.1f} s, {cpu:.1f} CPU s", "–", None, None, f"≤ {bound:.0f} s", wall <= bound)


def show(rows: list[Row]) -> str:
    """Lay rows out as a table."""
    kept = {True: "kept", False: "not kept", None: ""}
    lines = [_HEADS] + [
        (
            row.what,
            row.ours,
            row.yardstick,
            _shown(row.ratio),
            _shown(row.cpu_ratio),
            row.bound,
            kept[row.is_kept],
        )
        for row in rows
    ]
    widths = [max(map(len, column)) for column in zip(*lines, strict=True)]
    return "\n".join(
        "  ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)).rstrip()
        for line in lines
    )


def _shown(ratio: float | None) -> str:
    return "–" if ratio is None else f"{ratio:.2f}"


def write(rows: list[Row], path: Path) -> None:
    """Write rows as JSON."""
    path.write_text(
        json.dumps([asdict(row) for row in rows], indent=1, ensure_ascii=False) + "\n", encoding="utf-8"
    )
