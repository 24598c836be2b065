"""Landing against bare readers: the same file, in one run, side by side.

NDJSON and CSV: DuckDB's own reader to Parquet, with no account of lines. Pages and XML: a bare streaming parse.
Must not live here: how it is measured (measuring.py), what is landed (exports.py).
"""

from __future__ import annotations

import io
import itertools
import json
import shutil
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from xml.etree import ElementTree

import duckdb

from ingestion.landing import land
from tests.benchmarks import exports
from tests.benchmarks.measuring import Row, Work, seconds, throughput
from warehouse.lake import Home
from warehouse.settings import Brand, Settings, Source

LINES_BOUND, PARSE_BOUND, FILES_BOUND = 0.45, 0.60, 30.0
_FILES = 1_000


def measure(megabytes: float, rounds: int) -> Iterator[Row]:
    """Measure landing of every layout; files of about so many megabytes, an XML file a tenth of it."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        for what, file, form, parts, bare, bound in (
            ("landing: NDJSON", "posts.jsonl", "x_api_v2", exports.flat_posts, _duckdb_json, LINES_BOUND),
            (
                "landing: CSV, orders",
                "Order.csv",
                "salesforce_export",
                exports.orders,
                _duckdb_csv,
                LINES_BOUND,
            ),
            (
                "landing: CSV, contacts",
                "Contact.csv",
                "salesforce_export",
                exports.contacts,
                _duckdb_csv,
                LINES_BOUND,
            ),
            ("landing: paged JSON", "pages.jsonl", "x_api_v2", exports.pages, _json_pages, PARSE_BOUND),
        ):
            size = exports.write_export(folder / file, megabytes, parts)
            yield throughput(
                what, size, _landing(folder, file, form), _bare(bare, folder / file), rounds, bound
            )
        size = exports.write_export(
            folder / "blog.rss", megabytes / 10, exports.entries, exports.FEED_HEAD, exports.FEED_END
        )
        ours, document = _landing(folder, "blog.rss", "feed"), folder / "blog.rss"
        yield throughput("landing: XML", size, ours, _bare(_xml, document), rounds, PARSE_BOUND)


def measure_files(rounds: int) -> Iterator[Row]:
    """Measure landing of many small files."""
    with tempfile.TemporaryDirectory() as name:
        exports.write_small_files(Path(name) / "files", _FILES)
        blogs = _landing(Path(name), "files/*.rss", "feed")
        pages = _landing(Path(name), "files/*.json", "x_api_v2")
        yield seconds(f"landing: {_FILES:,} small files", lambda: (blogs(), pages()), rounds, FILES_BOUND)


def _landing(folder: Path, path: str, form: str) -> Work:
    homes = (folder / f"home_{form}_{number}" for number in itertools.count())

    def landed() -> None:
        settings = Settings(brand=Brand(name="B"), sources=(Source(name="s", format=form, path=path),))
        settings._path = folder / "scrm.yml"
        home = next(homes)
        report = land(settings.sources[0], settings, Home(home))
        if report.failed or report.records_rejected or not report.landed:
            raise SystemExit(f"the benchmark's own file did not land whole: {report}")
        shutil.rmtree(home)

    return landed


def _bare(read: Callable[[Path], object], path: Path) -> Work:
    return lambda: read(path)


def _duckdb_json(posts: Path) -> None:
    _copied(f"read_json('{posts}', format = 'newline_delimited')", posts)


def _duckdb_csv(table: Path) -> None:
    _copied(f"read_csv('{table}')", table)


def _copied(reader: str, path: Path) -> None:
    """Let DuckDB find the columns itself and write them all."""
    with duckdb.connect() as connection:
        connection.execute("set preserve_insertion_order = false")
        target = path.with_suffix(".parquet")
        connection.execute(f"copy (from {reader}) to '{target}' (format parquet, compression zstd)")


def _json_pages(path: Path) -> None:
    with path.open("rb") as file:
        for line in file:
            json.loads(line)


def _xml(path: Path) -> None:
    with path.open("rb") as file:
        for _, element in ElementTree.iterparse(io.BufferedReader(file)):
            element.clear()
