"""What is published of identity, opened for questions: views over people.duckdb and the identity files.

Must not live here: the questions (explain.py, review_sheet.py, unmerge.py).
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import duckdb

from warehouse.engine import connect, quote_text
from warehouse.identity.decisions import read_decisions
from warehouse.lake import Home
from warehouse.publications import current_publication

# View → mart. No mart is called personas: Splink looks up the columns of its input by name, in every schema.
_MARTS = {
    "personas": "persona_details",
    **{name: name for name in ("customers", "review_queue", "link_evidence", "link_candidates")},
}
_FILES = ("scored_pairs", "violations", "person_id_history")


class NothingPublished(Exception):
    """Nobody can be asked about before there is a publication, or it was made before there was a review."""


@dataclass(frozen=True)
class Published:
    """The connection, and which publication and model it speaks of."""

    connection: duckdb.DuckDBPyConnection
    publication_id: str
    model_version: str


@contextmanager
def open_published(home: Home) -> Iterator[Published]:
    """Open the publication that serves, with reviewers' decisions of today beside it.

    Tables: personas (persona_details), customers, review_queue, link_evidence, link_candidates (people marts);
    scored_pairs, violations, person_id_history (identity files); decisions, all_decisions, unsure. Raises
    NothingPublished.
    """
    publication = current_publication(home)
    if publication is None:
        raise NothingPublished("Nothing is published yet, so there is nobody to ask about. Next: scrm run")
    lacks = [name for name in _FILES if not (publication.path / "identity" / f"{name}.parquet").exists()]
    if lacks or not (publication.path / "people.duckdb").exists():
        raise NothingPublished(
            f"{publication.path} lacks {', '.join(lacks) or 'people.duckdb'}: it was made by an earlier version. "
            "Next: scrm run --force"
        )
    with connect(memory_limit="1GB", spill_folder=home.spill / "questions") as connection:
        connection.execute(
            f"attach {quote_text(publication.path / 'people.duckdb')} as marts_file (read_only)"
        )
        for name, mart in _MARTS.items():
            connection.execute(f"create temp view {name} as from marts_file.{mart}")
        for name in _FILES:
            path = publication.path / "identity" / f"{name}.parquet"
            connection.execute(f"create temp view {name} as from read_parquet({quote_text(path)})")
        read_decisions(connection, home.identity)
        yield Published(connection, publication.publication_id, str(publication.manifest["model_version"]))
