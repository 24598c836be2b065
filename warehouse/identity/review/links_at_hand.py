"""Links at hand for questions: those that are published, or those of the last run, if a check refused it.

Both come as the same tables, so that whoever asks need not know which they are: of a publication they are views
over people.duckdb and the identity files; of a refused run, over the identity files and the personas of its build,
which is nowhere copied. Must not live here: the questions (explain/explanation.py, sheet.py, unmerge.py).
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import duckdb

from warehouse.engine import connect, quote_text
from warehouse.errors import ScrmError
from warehouse.identity.decisions import read_decisions
from warehouse.identity.review.link_evidence import PRIOR
from warehouse.identity.tables import Maker
from warehouse.lake import Home
from warehouse.publication.publications import current_publication
from warehouse.publication.refusals import Refusal, last_refusal

make = Maker(__name__)

# View → mart. No mart is called personas: Splink looks up the columns of its input by name, in every schema.
_MARTS = {
    "personas": "persona_details",
    **{name: name for name in ("customers", "review_queue", "link_evidence", "link_candidates")},
}
_FILES = ("scored_pairs", "violations", "person_id_history")
_FILES_REFUSED = (*_FILES, "link_evidence", "link_candidates")
_DESCRIPTIONS = "int_persona_descriptions"
_REFUSED = "A check refused the person that the two are taken to be; are they one?"


class NothingPublished(ScrmError):
    """Nobody can be asked about before there is a publication, or it was made before there was a review."""


class NothingRefused(ScrmError):
    """No run was refused since the last publication, or nobody had been linked in it, or its build is gone."""


@dataclass(frozen=True)
class OpenLinks(ABC):
    """The connection that holds the tables (open_links)."""

    connection: duckdb.DuckDBPyConnection

    @property
    @abstractmethod
    def whose(self) -> str:
        """What the links are of, in words."""


@dataclass(frozen=True)
class PublishedLinks(OpenLinks):
    """Links that serve: of which publication, and by which model."""

    publication_id: str
    model_version: str

    @property
    def whose(self) -> str:
        return "the publication that serves"


@dataclass(frozen=True)
class RefusedLinks(OpenLinks):
    """Links that nobody but a reviewer sees, and why they were refused."""

    refusal: Refusal

    @property
    def whose(self) -> str:
        return f"run {self.refusal.run_id}, refused at {self.refusal.refused_at}"


@contextmanager
def open_links(home: Home, *, refused: bool = False, named: Collection[str] = ()) -> Iterator[OpenLinks]:
    """Open the links that serve; those of the refused run where it is asked for, or nothing serves yet.

    `named`: MD5 of the ids of persons and personas that the checks found which refused it (open_refused).

    Tables: personas (as the mart persona_details), review_queue (with queue_rank), link_evidence, link_candidates;
    scored_pairs, violations, person_id_history (identity files); decisions, all_decisions, unsure, as of today.
    Of a publication also customers. Raises NothingPublished, NothingRefused.
    """
    nothing_serves = current_publication(home) is None
    with (
        open_refused(home, named)
        if refused or (nothing_serves and last_refusal(home) is not None)
        else open_published(home)
    ) as links:
        yield links


@contextmanager
def open_published(home: Home) -> Iterator[PublishedLinks]:
    """Open the publication that serves, with reviewers' decisions of today beside it. Raises NothingPublished."""
    publication = current_publication(home)
    if publication is None:
        raise NothingPublished("Nothing is published yet, so there is nobody to ask about. Next: scrm run")
    identity, people = publication.path / "identity", publication.path / "people.duckdb"
    lacks = _lacking(identity, _FILES)
    if lacks or not people.exists():
        raise NothingPublished(
            f"{publication.path} lacks {', '.join(lacks) or people.name}: it was made by an earlier version. "
            "Next: scrm run --force"
        )
    with _connected(home) as connection:
        connection.execute(f"attach {quote_text(people)} as marts_file (read_only)")
        for name, mart in _MARTS.items():
            make.view(connection, name, f"from marts_file.{mart}")
        _view_files(connection, identity, _FILES)
        yield PublishedLinks(
            connection, publication.publication_id, str(publication.manifest["model_version"])
        )


@contextmanager
def open_refused(home: Home, named: Collection[str] = ()) -> Iterator[RefusedLinks]:
    """Open the links of the last run if it was refused, with decisions of today beside it. Raises NothingRefused.

    First in the queue stand the pairs inside the persons that are `named`, by id or by one of their personas: the
    least likely first. Which months a decision would move is not known before the marts are built, so the other
    pairs go by uncertainty.
    """
    refusal = last_refusal(home)
    if refusal is None:
        raise NothingRefused(
            "No run was refused since the last publication: leave --refused out to ask about what is published."
        )
    build = home.build(refusal.run_id)
    _refuse_without_links(build, refusal)
    identity = build / "identity"
    with _connected(home) as connection:
        connection.execute(f"attach {quote_text(build / 'warehouse.duckdb')} as warehouse (read_only)")
        try:
            make(
                connection,
                "personas",
                f"""
                select
                    described.*, resolved.person_id, resolved.person_probability as probability,
                    resolved.link_status, resolved.decided_by, resolved.rule
                from {_parquet(identity, "personas")} as resolved
                inner join warehouse.intermediate.{_DESCRIPTIONS} as described using (persona_id)
                """,
            )
        except duckdb.CatalogException as error:
            raise NothingRefused(
                f"Run {refusal.run_id} was refused, and made by an earlier version. Next: scrm run --force"
            ) from error
        _view_files(connection, identity, _FILES_REFUSED)
        _make_queue(connection, identity, named)
        yield RefusedLinks(connection, refusal)


def _make_queue(connection: duckdb.DuckDBPyConnection, identity: Path, named: Collection[str]) -> None:
    """Make `review_queue` of a refused run: pairs inside the persons that checks named, then those that wait."""
    make(
        connection,
        "review_queue",
        f"""
        with broken as (
            select distinct person_id from personas
            where list_contains($named, md5(person_id)) or list_contains($named, md5(persona_id))
        ),
        pictures as (
            select
                left_persona_id, right_persona_id,
                string_agg(
                    meaning || ': ' || label || format(' ({{:+.1f}} bits)', weight), '; '
                    order by abs(weight) desc, comparison
                ) as evidence
            from link_evidence
            where comparison <> {quote_text(PRIOR)}
            group by left_persona_id, right_persona_id
        ),
        inside as (
            select
                s.left_persona_id, s.right_persona_id, l.person_id as left_person_id,
                r.person_id as right_person_id, 'refused' as reason, {quote_text(_REFUSED)} as rule_sentence,
                s.pair_probability, s.pair_probability as probability, pictures.evidence
            from scored_pairs as s
            inner join personas as l on s.left_persona_id = l.persona_id
            inner join personas as r on s.right_persona_id = r.persona_id and l.person_id = r.person_id
            left join pictures using (left_persona_id, right_persona_id)
            where l.person_id in (select person_id from broken)
        )
        select *, row_number() over (
            order by reason <> 'refused', case when reason = 'refused' then probability end, uncertainty desc,
            left_persona_id, right_persona_id
        ) as queue_rank
        from (from {_parquet(identity, "review_queue")} union all by name from inside)
        """,
        {"named": list(named)},
    )


def _refuse_without_links(build: Path, refusal: Refusal) -> None:
    if not build.is_dir():
        raise NothingRefused(
            f"Run {refusal.run_id} was refused, and its build is gone: only the last ones are kept. "
            "Next: scrm run --force"
        )
    lacks = _lacking(build / "identity", ("personas", "review_queue", *_FILES_REFUSED))
    if lacks:
        raise NothingRefused(
            f"Run {refusal.run_id} was refused before anybody was linked, so there are no links to ask about. "
            "Next: scrm audit refused names the checks; mend what they found, then: scrm run"
        )


@contextmanager
def _connected(home: Home) -> Iterator[duckdb.DuckDBPyConnection]:
    with connect(memory_limit="1GB", spill_folder=home.spill / "questions") as connection:
        read_decisions(connection, home.identity)
        yield connection


def _view_files(connection: duckdb.DuckDBPyConnection, folder: Path, names: tuple[str, ...]) -> None:
    for name in names:
        make.view(connection, name, f"from {_parquet(folder, name)}")


def _lacking(folder: Path, names: tuple[str, ...]) -> list[str]:
    return [name for name in names if not (folder / f"{name}.parquet").exists()]


def _parquet(folder: Path, name: str) -> str:
    return f"read_parquet({quote_text(folder / f'{name}.parquet')})"
