"""What a linkage did, for the summary of its run. Must not live here: linking."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import duckdb

from warehouse.identity.standing import parquet

# Everything anew; attributes of the changed only, but all judged, since the graph reaches everybody; all of it
# only where a change reaches.
Mode = Literal["full", "increment_of_pairs", "increment"]


@dataclass(frozen=True)
class Comparison:
    """How much was compared and judged, and in how many passes."""

    mode: Mode
    why: str | None
    personas: int
    judged: int
    pairs: int
    passes: int


@dataclass(frozen=True)
class LinkReport:
    """What linkage did, for the run's summary."""

    model_version: str
    # how it was done, and why everything was linked from scratch
    mode: Mode
    why: str | None
    personas: int
    linkable: int
    # new and changed personas, those whose person was decided again, pairs whose comparisons were made
    personas_compared: int
    personas_judged: int
    pairs_scored: int
    candidate_pairs: int
    passes: int
    blocks_passed_over: int
    persons: int
    accepted: int
    in_review: int
    violations: int
    merges: int
    splits: int
    calibrated_on: int
    waiting: int
    seconds: float

    @property
    def in_words(self) -> str:
        """How much was compared and judged, and why everything was."""
        if self.mode == "full":
            return f"from scratch ({self.why}): {self.pairs_scored:,} pairs compared"
        judged = (
            f"{self.personas_judged:,} judged again"
            if self.mode == "increment"
            else "all judged again, since follows connect them"
        )
        return (
            f"{self.personas_compared:,} of {self.personas:,} personas are new or changed: "
            f"{self.pairs_scored:,} pairs compared, {judged}"
        )


def make_report(
    connection: duckdb.DuckDBPyConnection,
    folder: Path,
    model_version: str,
    calibrated_on: int,
    comparison: Comparison,
    seconds: float = 0.0,
) -> LinkReport:
    """Count what a linkage made, from its tables and files."""

    def count(query: str) -> int:
        return int(connection.execute(f"select count(*) from {query}").fetchall()[0][0])

    new_history = "history anti join prior_history using (from_person_id, to_person_id, run_id)"
    return LinkReport(
        model_version=model_version,
        mode=comparison.mode,
        why=comparison.why,
        personas=count("fingerprints"),
        linkable=count("fingerprints where is_linkable"),
        personas_compared=comparison.personas,
        personas_judged=comparison.judged,
        pairs_scored=comparison.pairs,
        candidate_pairs=count(parquet(folder, "scored_pairs")),
        passes=comparison.passes,
        blocks_passed_over=count("large_blocks"),
        persons=count("(select distinct person_id from persona_links)"),
        accepted=count("persona_links where link_status = 'accepted'"),
        in_review=count("persona_links where link_status = 'review'"),
        violations=count(parquet(folder, "violations")),
        merges=count(f"{new_history} where reason = 'merge'"),
        splits=count(f"{new_history} where reason = 'split'"),
        calibrated_on=calibrated_on,
        waiting=count(parquet(folder, "review_queue")),
        seconds=seconds,
    )
