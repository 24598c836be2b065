"""The benchmarks: one command, one table, and JSON.

Run: python -m tests.benchmarks --only landing,files,linkage --json benchmarks.json
"""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from pathlib import Path

from tests.benchmarks import landing, linkage
from tests.benchmarks.measuring import Row, show, write

GROUPS = ("landing", "files", "linkage")


def measured(given: argparse.Namespace, only: list[str]) -> Iterator[Row]:
    if "landing" in only:
        yield from landing.measure(given.megabytes, given.rounds)
    if "files" in only:
        yield from landing.measure_files(1)
    if "linkage" in only:
        yield from linkage.measure(given.personas, given.memory_limit)


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--only", default=",".join(GROUPS), help=f"some of {', '.join(GROUPS)}")
    parser.add_argument("--json", type=Path, help="a file to write the table to, as JSON")
    parser.add_argument("--megabytes", type=float, default=150, help="of each file that is landed")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--personas", type=int, default=1_000_000)
    parser.add_argument("--memory-limit", default="8GB", help="of DuckDB in linkage, for both alike")
    given = parser.parse_args()
    only = given.only.split(",")
    if unknown := sorted(set(only) - set(GROUPS)):
        parser.error(f"--only names {', '.join(unknown)}; there are {', '.join(GROUPS)}")
    rows: list[Row] = []
    for row in measured(given, only):
        rows.append(row)
        print(f"{row.what}: {row.ours}", flush=True)
    print("\n" + show(rows))
    if given.json:
        write(rows, given.json)


if __name__ == "__main__":
    main()
