"""Landing against DuckDB's own reader: the same NDJSON to Parquet, in one run, side by side.

Prints a table and writes JSON. Machines are noisy: what counts is the ratio within a round, and the median
of the rounds. Run: python tests/benchmarks/landing.py --megabytes 250 --out landing.json
"""

from __future__ import annotations

import argparse
import json
import random
import resource
import statistics
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import duckdb

from ingestion.landing import land
from warehouse.lake import Home
from warehouse.settings import Brand, Settings, Source

BOUND = 0.45
_WORDS = ("service", "order", "late", "phone", "thanks", "fix", "love", "update", "broken", "price", "help")


def flat_post(number: int, rng: random.Random) -> dict[str, Any]:
    """Make a post as archiving tools flatten it, author inside; about 1.7 kB as JSON."""
    author = str(100_000 + rng.randrange(60_000))
    identity = str(1_500_000_000_000_000_000 + number * 4_194_304)
    metrics = {"retweet_count": 1, "reply_count": 2, "like_count": rng.randrange(90), "quote_count": 0}
    post: dict[str, Any] = {
        "id": identity,
        "text": " ".join(rng.choices(_WORDS, k=22)),
        "author_id": author,
        "created_at": f"2026-0{rng.randrange(1, 7)}-1{rng.randrange(10)}T{rng.randrange(10, 24)}:00:00.000Z",
        "conversation_id": identity,
        "lang": "en",
        "source": "Web",
        "possibly_sensitive": False,
        "reply_settings": "everyone",
        "public_metrics": metrics,
        "entities": {
            "urls": [
                {"url": "https://t.example/x", "expanded_url": f"https://e.example/{number}", "start": 1}
            ],
            "hashtags": [{"start": 1, "end": 5, "tag": rng.choice(_WORDS)}],
            "mentions": [{"start": 0, "end": 9, "username": "brand", "id": "42"}],
        },
        "context_annotations": [
            {"domain": {"id": "46", "name": "Business Taxonomy", "description": "x" * 70}}
        ],
        "author": {
            "id": author,
            "username": f"user{author}",
            "name": f"User {author}",
            "created_at": "2015-03-03T12:49:24.000Z",
            "description": " ".join(rng.choices(_WORDS, k=10)),
            "location": "Berlin",
            "verified": False,
            "protected": False,
            "profile_image_url": f"https://p.example/{author}.jpg",
            "public_metrics": {
                "followers_count": rng.randrange(999),
                "following_count": 55,
                "tweet_count": 9,
            },
        },
        "edit_history_tweet_ids": [identity],
        "__twarc": {"url": "https://a.example/search", "retrieved_at": "2026-07-01T03:48:22+00:00"},
    }
    if number % 5 == 0:
        post["referenced_tweets"] = [{"type": "replied_to", "id": str(int(identity) - 4_194_304)}]
    return post


def write_posts(path: Path, megabytes: int) -> int:
    """Write flat posts until the file is large enough. Returns its size in bytes."""
    rng, size, number = random.Random(1), 0, 0
    with path.open("w", encoding="utf-8") as file:
        while size < megabytes * 1_000_000:
            size += file.write(json.dumps(flat_post(number, rng)) + "\n")
            number += 1
    return size


def timed(work: Callable[[], object]) -> tuple[float, float]:
    """Run, and give seconds on the wall and seconds of processor time, all threads together."""
    wall, cpu = time.perf_counter(), _cpu()
    work()
    return time.perf_counter() - wall, _cpu() - cpu


def _cpu() -> float:
    used = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_utime + used.ru_stime


def duckdb_alone(posts: Path, out: Path) -> None:
    """The yardstick: DuckDB finds the columns itself and writes them all, with no account of lines."""
    connection = duckdb.connect()
    connection.execute("set preserve_insertion_order = false")
    connection.execute(
        f"copy (select * from read_json('{posts}', format = 'newline_delimited')) "
        f"to '{out}' (format parquet, compression zstd)"
    )


def landed(posts: Path, home: Path) -> None:
    settings = Settings(
        brand=Brand(name="B"), sources=(Source(name="x", format="x_api_v2", path=posts.name),)
    )
    settings._path = posts.parent / "scrm.yml"
    report = land(settings.sources[0], settings, Home(home))
    if report.failed or report.records_rejected:
        raise SystemExit(f"the benchmark's own file did not land whole: {report}")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--megabytes", type=int, default=250)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--out", type=Path, default=Path("landing.json"))
    arguments = parser.parse_args()
    rounds: list[dict[str, float]] = []
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        posts = folder / "posts.jsonl"
        size = write_posts(posts, arguments.megabytes) / 1e6
        print(f"{size:.0f} MB of flat posts\n{'':8}{'DuckDB':>12}{'landing':>12}{'ratio':>8}{'by CPU':>8}")
        for number in range(arguments.rounds):
            own, own_cpu = timed(lambda: duckdb_alone(posts, folder / "own.parquet"))
            ours, ours_cpu = timed(lambda n=number: landed(posts, folder / f"home{n}"))
            rounds.append(
                {
                    "duckdb_mb_per_s": size / own,
                    "landing_mb_per_s": size / ours,
                    "ratio": own / ours,
                    "cpu_ratio": own_cpu / ours_cpu,
                }
            )
            last = rounds[-1]
            print(
                f"round {number + 1}{last['duckdb_mb_per_s']:>9.0f} MB/s{last['landing_mb_per_s']:>7.0f} MB/s"
                f"{last['ratio']:>8.2f}{last['cpu_ratio']:>8.2f}"
            )
    median = statistics.median(r["ratio"] for r in rounds)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(f"median ratio {median:.2f} (bound {BOUND}); peak memory {peak:.0f} MiB")
    report = {"megabytes": size, "bound": BOUND, "median_ratio": median, "peak_mib": peak, "rounds": rounds}
    arguments.out.write_text(json.dumps(report, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
