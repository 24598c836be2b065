"""A run with 1 % new data against the run before it, which read everything: CPU seconds, step by step.

Of a sample company 1 % of what came last is held back: posts of known authors, forum topics and likes, and some
profiles, new ones among them. The first run reads the rest; then the files with the held-back records arrive, as
another export would bring them, and it runs again. Each run is a process of its own, and CPU counts, since
machines are noisy.
"""

from __future__ import annotations

import gzip
import io
import json
import logging
import multiprocessing
import resource
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any

from tests.benchmarks.measuring import Row

BOUND, LINKING_BOUND = 0.25, 0.15
SHARE = 0.01
SEED = 7
# Files of records, one or a page of them a line, that a company gets again and again.
ARRIVING = (
    *("x/posts", "x/users", "fediverse/activities", "fediverse/actors"),
    *("forum/topics", "forum/likes"),
)


def measure(scale: float) -> Iterator[Row]:
    """Make a company, run it twice, and yield the whole run, then its steps, the dearest first."""
    from ingestion.sample import write_sample

    with tempfile.TemporaryDirectory() as temporary:
        company = Path(temporary) / "company"
        write_sample(company, scale, SEED)
        arriving = hold_back(company)
        full = _in_a_process(company)
        for path, content in arriving.items():
            path.write_bytes(content)
        increment = _in_a_process(company)
    yield _row("1 % new: whole run", increment["cpu"], full["cpu"], BOUND)
    for step, seconds in sorted(increment["steps"].items(), key=lambda item: -item[1]):
        bound = LINKING_BOUND if step == "identity" else None
        yield _row(f"1 % new: {step}", seconds, full["steps"].get(step, 0.0), bound)


def _row(what: str, ours: float, full: float, bound: float | None) -> Row:
    ratio = round(ours / full, 2) if full else None
    is_kept = None if bound is None or ratio is None else ratio <= bound
    return Row(
        what,
        f"{ours:.1f} CPU s",
        f"{full:.1f} CPU s",
        None,
        ratio,
        f"≤ {bound:.0%}" if bound else "",
        is_kept,
    )


def hold_back(company: Path, share: float = SHARE) -> dict[Path, bytes]:
    """Take the last records of each kind of file out of the exports; return the files that bring them later."""
    return dict(
        held
        for name in ARRIVING
        for held in _hold_back_lines(sorted((company / "exports").glob(f"{name}_20*")), share)
    )


def _hold_back_lines(files: list[Path], share: float) -> Iterator[tuple[Path, bytes]]:
    """Cut the last bytes of the newest file, at the end of a line, or of a record of a page."""
    newest = files[-1]
    wanted = share * sum(len(line) for path in files for line in _read(path))
    kept, held = _read(newest), list[bytes]()
    while (missing := wanted - sum(map(len, held))) > 0:
        last = kept.pop()
        page = json.loads(last) if missing < len(last) else {}
        if isinstance(page.get("data"), list):
            cut = max(1, round(len(page["data"]) * missing / len(last)))
            kept.append(_line({**page, "data": page["data"][:-cut]}))
            last = _line({"data": page["data"][-cut:]})
        held.insert(0, last)
    with _opened(newest, "wb") as file:
        file.writelines(kept)
    yield newest.parent / f"{newest.name.rpartition('_')[0]}_2026-07-07.jsonl", b"".join(held)


def _line(page: dict[str, Any]) -> bytes:
    return json.dumps(page, ensure_ascii=False, separators=(",", ":")).encode() + b"\n"


def _read(path: Path) -> list[bytes]:
    with _opened(path, "rb") as file:
        return file.readlines()


@contextmanager
def _opened(path: Path, mode: str) -> Iterator[IO[bytes]]:
    with open(path, mode) as raw:
        if path.suffix != ".gz":
            yield raw
        else:
            with gzip.GzipFile(fileobj=raw, mode=mode, mtime=0) as file:
                yield file


def _in_a_process(company: Path) -> dict[str, Any]:
    with multiprocessing.get_context("spawn").Pool(1) as pool:
        return pool.apply(run, (company,))


def run(company: Path) -> dict[str, Any]:
    """Run the company in this process: CPU seconds of all and of each step, start-up apart as `start`."""
    from rich.console import Console

    from orchestration.console.progress import RUN_LOGGER
    from orchestration.running.run import run_refresh
    from warehouse.settings import load_settings

    steps = _Steps()
    logging.getLogger(RUN_LOGGER).addHandler(steps)
    report = run_refresh(load_settings(company / "scrm.yml"), Console(file=io.StringIO()))
    if report.outcome != "published":
        raise RuntimeError(f"the run of {company} was not published: {report.outcome}, {report.error}")
    cpu = time.process_time()
    return {
        "cpu": round(cpu, 1),
        "peak_gib": round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20, 2),
        "steps": {**steps.seconds, "start, between steps, end": round(cpu - sum(steps.seconds.values()), 2)},
        "linked": report.linked_how,
    }


class _Steps(logging.Handler):
    """Takes down the CPU seconds of each step from Dagster's log."""

    def __init__(self) -> None:
        super().__init__(level=logging.DEBUG)
        self.seconds: dict[str, float] = {}
        self._began = 0.0

    def emit(self, record: logging.LogRecord) -> None:
        meta: dict[str, Any] = getattr(record, "dagster_meta", {})
        event, step = meta.get("dagster_event"), meta.get("step_key")
        if event is None or step is None:
            return
        name = "landing" if step.startswith("ingestion__") else step
        if event.is_step_start:
            self._began = time.process_time()
        elif event.is_step_success:
            taken = time.process_time() - self._began
            self.seconds[name] = round(self.seconds.get(name, 0.0) + taken, 2)
