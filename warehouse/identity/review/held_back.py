"""Persons held back from a publication: a check of links found them, so they fall apart; the rest is published.

Rewrites the files of a linkage (`<build>/identity`) so that they are those of a linkage that never joined these
personas: contacts are persons of their own, profiles and touchpoints wait for a reviewer, first in the queue. The
next run links them anew. Must not live here: which persons a check found, and how many may be held back (quality/,
orchestration/links.py), into what a person falls apart (pieces.py).
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import duckdb
import pyarrow as pa

from warehouse.engine import connect, quote_text
from warehouse.identity import rules
from warehouse.identity.measure.quality_file import SCHEMA, SHAPE, SIZE_STEPS, shape
from warehouse.identity.persons.link_files import write_parquet
from warehouse.identity.persons.prior import read_prior, read_run
from warehouse.identity.review.link_evidence import PRIOR
from warehouse.identity.review.pieces import history_query, make_pieces
from warehouse.identity.review.queue import NOTHING_SAID, OF_RULE, evidence_in_words
from warehouse.identity.tables import Maker

make = Maker(__name__)

_PERSONAS = "warehouse.intermediate.int_personas"
_FILES = (
    *("personas", "link_candidates", "person_id_history", "violations", "decided_pairs"),
    *("scored_pairs", "link_evidence", "review_queue", "quality"),
)
_NAMED = "list_contains($named, md5(person_id)) or list_contains($named, md5(persona_id))"


@dataclass(frozen=True)
class Found:
    """Persons that a check found, by id, and how many persons there are in all."""

    persons: frozenset[str]
    of: int


def find_persons(build: Path, named: Collection[str]) -> Found:
    """The persons of a build's links that `named` name: MD5 of the ids of persons, or of personas of theirs."""
    with connect() as connection:
        links = f"read_parquet({quote_text(build / 'identity' / 'personas.parquet')})"
        persons = connection.execute(
            f"select distinct person_id from {links} where {_NAMED}", {"named": list(named)}
        ).fetchall()
        (of,) = connection.execute(f"select count(distinct person_id) from {links}").fetchall()[0]
    return Found(frozenset(str(person) for (person,) in persons), int(of))


def hold_back(
    build: Path, persons: Collection[str], *, doubtful: Collection[str] = (), memory_limit: str = "2GB"
) -> None:
    """Let the persons of these ids fall apart in the files of `build`/identity.

    `doubtful`: MD5 of the ids of profiles whose probabilities a check found wrong. Nobody can say whose they
    are, so their candidates are left out.
    """
    with _opened(build, memory_limit) as connection:
        make(connection, "persons_held_back", "select unnest($1::varchar[]) as person_id", [list(persons)])
        make(connection, "doubtful", "select unnest($1::varchar[]) as named", [list(doubtful)])
        make_pieces(connection, _PERSONAS)
        _ask_again(connection)
        make(connection, "links_after", _persona_links())
        files = {
            "personas": "from links_after order by persona_id",
            "link_candidates": _candidates(),
            "violations": f"""
                from was_violations
                union all
                select left_persona_id, right_persona_id, pair_probability, {quote_text(rules.HELD_BACK)}
                from asked_again
                order by all
                """,
            "review_queue": _queue(),
            "quality": _quality(connection),
            "person_id_history": history_query(*read_run(connection, build)),
        }
        # each query reads of the files that are written the one that it replaces
        for name, query in files.items():
            write_parquet(connection, build / "identity", name, query)


@contextmanager
def _opened(build: Path, memory_limit: str) -> Iterator[duckdb.DuckDBPyConnection]:
    """The files of the linkage as was_<file>, what dbt made as `warehouse`, and what the last publication says."""
    prior = build / "prior"
    with connect(memory_limit=memory_limit, spill_folder=build / "spill") as connection:
        connection.execute(f"attach {quote_text(build / 'warehouse.duckdb')} as warehouse (read_only)")
        for name in _FILES:
            path = quote_text(build / "identity" / f"{name}.parquet")
            make.view(connection, f"was_{name}", f"from read_parquet({path})")
        read_prior(connection, prior)
        before = prior / "personas.parquet"
        published = f"read_parquet({quote_text(before)})" if before.exists() else "was_personas limit 0"
        make(
            connection,
            "held_back_before",
            f"""
            select persona_id, person_id
            from (from {published})
            where rule = {quote_text(rules.HELD_BACK)}
            """,
        )
        yield connection


def _ask_again(connection: duckdb.DuckDBPyConnection) -> None:
    """Make `asked_again`: of each persona the likeliest pair that leads out of its piece, unless it is decided.

    A pair that can be explained goes before one that cannot.
    """
    make(
        connection,
        "asked_again",
        """
        with between_pieces as (
            select
                s.left_persona_id, s.right_persona_id, s.pair_probability,
                l.person_id as left_person_id, r.person_id as right_person_id,
                exists (
                    from was_link_evidence as e
                    where e.left_persona_id = s.left_persona_id and e.right_persona_id = s.right_persona_id
                ) as is_explained
            from was_scored_pairs as s
            inner join placed as l on s.left_persona_id = l.persona_id
            inner join placed as r on s.right_persona_id = r.persona_id and l.was_person_id = r.was_person_id
            where s.stands_for is null and l.person_id <> r.person_id
        ),
        of_each as (
            select *, unnest([left_persona_id, right_persona_id]) as persona_id from between_pieces
        ),
        best as (
            select *
            from of_each
            qualify row_number() over (
                partition by persona_id
                order by is_explained desc, pair_probability desc, left_persona_id, right_persona_id
            ) = 1
        )
        select distinct * exclude (persona_id, is_explained)
        from best
        anti join was_decided_pairs using (left_persona_id, right_persona_id)
        """,
    )


def _persona_links() -> str:
    """SQL: who is who. A record that the CRM merged stays with the contact that took its place."""
    return f"""
        select
            was.persona_id, coalesce(placed.person_id, was.person_id) as person_id,
            case
                when placed.persona_id is null then was.person_probability
                when placed.is_first then 1.0
                else {rules.HIGHEST_PROBABILITY}
            end as person_probability,
            case
                when placed.persona_id is null then was.link_status
                when placed.size > 1 then 'accepted'
                when placed.persona_type = 'contact' then 'unlinked'
                else 'review'
            end as link_status,
            case when placed.persona_id is null then was.decided_by else 'rule' end as decided_by,
            case
                when placed.persona_id is null then was.rule
                when placed.is_first then {quote_text(rules.HELD_BACK)}
                else {quote_text(rules.CRM_MERGE)}
            end as rule
        from was_personas as was
        left join placed using (persona_id)
        """


def _candidates() -> str:
    """SQL: who may have belonged to a person that fell apart may belong to the piece that speaks most for it."""
    return """
        with moved as (
            select
                c.* replace (
                    coalesce(best.person_id, c.person_id) as person_id,
                    case
                        when c.link_status = 'accepted' and own.persona_id is not null then 'review'
                        else c.link_status
                    end as link_status
                )
            from was_link_candidates as c
            left join placed as own on c.profile_persona_id = own.persona_id
            left join placed as best on c.best_persona_id = best.persona_id and c.person_id = best.was_person_id
            where md5(c.profile_persona_id) not in (select named from doubtful)
        )
        from moved order by profile_persona_id, person_id
        """


def _queue() -> str:
    pair = "left_persona_id, right_persona_id"
    rows = (
        f"from was_link_evidence semi join asked_again using ({pair}) where comparison <> {quote_text(PRIOR)}"
    )
    return f"""
        select
            q.* replace (
                coalesce(l.person_id, q.left_person_id) as left_person_id,
                coalesce(r.person_id, q.right_person_id) as right_person_id
            )
        from was_review_queue as q
        left join placed as l on q.left_persona_id = l.persona_id
        left join placed as r on q.right_persona_id = r.persona_id
        anti join asked_again using ({pair})
        union all by name
        select
            a.*, 'rule' as reason, {quote_text(rules.HELD_BACK)} as rule,
            {quote_text(rules.SENTENCES[rules.HELD_BACK])} as rule_sentence, a.pair_probability as probability,
            {OF_RULE} as uncertainty, coalesce(told.evidence, {NOTHING_SAID}) as evidence
        from asked_again as a
        left join ({evidence_in_words(rows, pair, "comparison")}) as told using ({pair})
        order by {pair}
        """


def _quality(connection: duckdb.DuckDBPyConnection) -> str:
    """SQL: what is measured, with persons and kept ids counted anew."""
    said = connection.execute(
        f"select model_version from was_quality where measure = {quote_text(SIZE_STEPS)}"
    ).fetchall()
    rows = [measure.as_row() for (version,) in said for measure in shape(connection, version, "links_after")]
    make.rows(connection, "counted_anew", pa.Table.from_pylist(rows, SCHEMA))
    return f"""
        from was_quality where basis <> 'run' or measure not in {SHAPE!r}
        union all
        from counted_anew
        order by model_version, measure, stratum_kind, stratum, network, basis
        """
