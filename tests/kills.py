"""Kills whole runs at random moments and holds what they publish in the end against an undisturbed run.

    python -m tests.kills --kills 20 --folder /tmp/kills

Minutes, so no test of the suite: there `test_run.py` kills at two chosen moments. A home is run again and again,
each run killed (SIGKILL, no word) after a random share of the time that an undisturbed run takes, until one
gets through before its kill. Then its marts must be those of the undisturbed run, byte for byte, and a new home
begins. After every kill ledger, lake, quarantine and all that is published must verify. Exit codes: 0 all
held · 1 something did not.
"""

from __future__ import annotations

import argparse
import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path

from ingestion.lake.guard import faults_of
from tests.integration.command_line import run_scrm
from tests.integration.test_run import mart_hashes
from warehouse.lake import Home
from warehouse.publication.publications import current_id, record_if_missing
from warehouse.publication.verify import verify

SCALE, SEED = "0.003", "7"


def main() -> int:
    """Run the kills; return the exit code."""
    asked = _arguments()
    company, chance = asked.folder / "company", random.Random(asked.seed)
    run_scrm("sample", "--scale", SCALE, "--seed", SEED, "--out", str(company))
    began = time.monotonic()
    undisturbed = Home(asked.folder / "undisturbed")
    _start(company, undisturbed).wait()
    lasts = time.monotonic() - began
    expected = mart_hashes(undisturbed.current)
    print(f"undisturbed: {lasts:.0f} s, {len(expected)} files of marts and people", flush=True)
    problems, kills, homes = 0, 0, 0
    while kills < asked.kills:
        homes += 1
        home = Home(asked.folder / f"home_{homes}")
        while kills < asked.kills and _kill(company, home, chance.uniform(0, lasts)):
            kills += 1
            problems += _report(f"kill {kills}", home, _faults(home))
        if current_id(home) is None:
            _start(company, home).wait()
        differs = {name for name, digest in mart_hashes(home.current).items() if expected.get(name) != digest}
        lacking = expected.keys() - mart_hashes(home.current).keys()
        faults = [f"{name} differs" for name in sorted(differs)] + [
            f"{name} lacks" for name in sorted(lacking)
        ]
        problems += _report(f"home {homes}, published", home, faults + _faults(home))
    print(f"{kills} kills in {homes} homes, {problems} problems", flush=True)
    return 1 if problems else 0


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--kills", type=int, default=20)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--folder", type=Path, required=True, help="new or empty")
    return parser.parse_args()


def _start(company: Path, home: Home) -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        [sys.executable, "-m", "orchestration.cli", "run", "--config", str(company)],
        env={**os.environ, "SCRM_HOME": str(home.root)},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )


def _kill(company: Path, home: Home, after: float) -> bool:
    """Start a run and kill it and its children after some seconds; False where it ended before."""
    run = _start(company, home)
    try:
        run.wait(timeout=after)
    except subprocess.TimeoutExpired:
        os.killpg(run.pid, signal.SIGKILL)
        run.wait()
        log = home.root / "logs" / "run.log"
        last = log.read_text(encoding="utf-8").splitlines()[-1:] if log.exists() else []
        print(f"killed after {after:.0f} s: {(last or ['before its log began'])[0][:140]}", flush=True)
        return True
    return False


def _faults(home: Home) -> list[str]:
    record_if_missing(home)
    return verify(home) + faults_of(home)[0]


def _report(what: str, home: Home, faults: list[str]) -> int:
    print(f"{what} ({home.root.name}, serving {current_id(home)}): {faults or 'well'}", flush=True)
    return len(faults)


if __name__ == "__main__":
    sys.exit(main())
