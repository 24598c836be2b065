"""The trial of a trained model: it must find what is known as well as the models at hand do, or it is refused.

Known to be one person are pairs that share an address or a number of their own or a declared link, and known to be
two a profile of a known owner beside another contact that has contact points of its own. All these are left out
when the pairs are asked for, so that the rest must tell; and once more all else that a profile shows beside its
handle, since many show nothing else. What reviewers decided is asked for as it is. Must not live here: learning
(train.py), what becomes of it (retrain.py).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import duckdb

from warehouse.identity.model.linkage_model import Model, at_size, size_steps
from warehouse.identity.model.term_frequencies import value_frequencies
from warehouse.identity.pairs.blocking import candidate_pairs
from warehouse.identity.pairs.judgement import IS_A_GENERATION_APART
from warehouse.identity.pairs.scoring import score_pairs, scoring_input
from warehouse.identity.rules import LARGEST_SHARE, TOLERATED_WRONG
from warehouse.identity.tables import Maker
from warehouse.identity.training.learning_pairs import reviewed_pairs

make = Maker(__name__)

# What pairs are known by: columns that are emptied when they are asked for.
_KNOWN_BY = (
    *("email_hashes", "own_email_hashes", "email_local_parts", "email_domains", "name_local_parts"),
    *("phone_hashes", "own_phone_hashes", "sites", "declared_accounts", "declared_networks", "aliases"),
)
# What a profile shows beside its handle.
_SHOWN = (
    *("full_name", "given_name", "family_name", "former_family_name", "given_sound", "family_sound"),
    *("name_generation", "city", "country", "time_zone", "language", "employer", "birth_year"),
    *("avatar_hash", "rhythm_hours", "rhythm_weekdays"),
)
_SHOWN_LISTS = (
    *("given_canonicals", "given_forms", "family_names", "name_tokens", "full_handles", "initial_handles"),
    *("title_tokens", "bio_tokens", "interests"),
)


@dataclass(frozen=True)
class Answer:
    """What one model makes of a question: how many of its known pairs it joins, and how many of two people."""

    found: int
    wrong: int

    def finds_fewer_than(self, other: Answer) -> bool:
        """Whether it joins fewer of the pairs that are one person."""
        return self.found < other.found

    def errs_more_than(self, other: Answer) -> bool:
        """Whether it joins more that are two people, and a larger share of what it joins, than may be."""
        may_be = max(other._share_of_wrong, TOLERATED_WRONG)
        return self.wrong > other.wrong and self._share_of_wrong > may_be

    @property
    def _share_of_wrong(self) -> float:
        return self.wrong / max(self.found + self.wrong, 1)


@dataclass(frozen=True)
class Question:
    """Pairs asked for in one way: how many are one person, how many two, and each model's answer by its name."""

    name: str
    one_person: int
    two_people: int
    answers: Mapping[str, Answer]


_COUNTS = "count(*) filter (where is_match), count(*) filter (where not is_match)"

# Name, condition on known_pairs, and whether profiles show their handle alone; None: everybody as they are.
_OF_CONTACTS, _OF_PROFILES = "by_contact_points and profiles = 0", "by_contact_points and profiles > 0"
_QUESTIONS: tuple[tuple[str, str, bool | None], ...] = (
    ("pairs of contacts, as they are", _OF_CONTACTS, None),
    ("pairs of contacts, without what they are known by", _OF_CONTACTS, False),
    ("pairs with a profile, as they are", _OF_PROFILES, None),
    ("pairs with a profile, without what they are known by", _OF_PROFILES, False),
    ("pairs with a profile, by its handle alone", _OF_PROFILES, True),
    ("pairs that reviewers decided", "not by_contact_points", None),
)


def find_known_pairs(
    connection: duckdb.DuckDBPyConnection, personas: str, model: Model, decisions: str | None
) -> None:
    """Make `known_pairs` (left_persona_id, right_persona_id, profiles, by_contact_points, is_match).

    `personas` is a relation with the columns of int_personas, `decisions` as for train; `profiles` says how many
    of the two are. A value that `model` calls shared, or that more than LARGEST_SHARE hold, makes nothing known.
    """
    scoring_input(connection, personas, model.shared_values, model.frequencies)
    candidate_pairs(connection)
    _one_person(connection)
    _two_people(connection)
    reviewed_pairs(connection, decisions)
    make(
        connection,
        "known_pairs",
        """
        with known as (
            select n_l, n_r, true as by_contact_points, true as is_match from one_person
            union all
            select n_l, n_r, true, false from two_people
            union all
            select n_l, n_r, false, is_match from reviewed
        )
        select
            l.persona_id as left_persona_id, r.persona_id as right_persona_id, by_contact_points, is_match,
            cast(l.persona_type = 'profile' as integer) + cast(r.persona_type = 'profile' as integer) as profiles
        from known
        inner join personas as l on known.n_l = l.n
        inner join personas as r on known.n_r = r.n
        """,
    )


def _one_person(connection: duckdb.DuckDBPyConnection) -> None:
    """Make `one_person` (n_l, n_r), but of namesakes a generation apart, and contacts of different given names."""
    make(
        connection,
        "one_person",
        f"""
        with held as (
            select n, unnest(list_concat(own_email_hashes, own_phone_hashes)) as value from personas
        ),
        own as (
            select * from held semi join (
                select value from held group by value having count(*) <= {LARGEST_SHARE}
            ) as few using (value)
        ),
        accounts as (
            select n, unnest(own_accounts) as account from personas
        ),
        named as (
            select distinct d.n, accounts.n as other, d.persona_type = 'contact' as is_by_crm
            from (select n, persona_type, unnest(declared_accounts) as account from personas) as d
            inner join accounts using (account)
            where d.n <> accounts.n
        ),
        tied as (
            select l.n as n_l, r.n as n_r from own as l inner join own as r on l.value = r.value and l.n < r.n
            union
            select least(n, other), greatest(n, other) from named where is_by_crm
            union
            select a.n, a.other from named as a
            inner join named as b on a.n = b.other and a.other = b.n
            where a.n < a.other
        )
        select tied.*
        from tied
        inner join personas as l on tied.n_l = l.n
        inner join personas as r on tied.n_r = r.n
        where
            not {IS_A_GENERATION_APART}
            and (
                l.persona_type = 'profile' or r.persona_type = 'profile'
                or list_has_any(l.given_canonicals, r.given_canonicals)
            )
        """,
    )


def _two_people(connection: duckdb.DuckDBPyConnection) -> None:
    """Make `two_people` (n_l, n_r): of the proposed pairs those of a profile and somebody else than its owner."""
    make(
        connection,
        "two_people",
        """
        with owned as (
            select l.n as profile, r.n as owner
            from (select n_l, n_r from one_person union all select n_r, n_l from one_person) as o
            inner join personas as l on o.n_l = l.n and l.persona_type = 'profile'
            inner join personas as r on o.n_r = r.n and r.persona_type = 'contact'
        ),
        proposed as (
            select join_key_l as n, join_key_r as other from pairs
            union all
            select join_key_r, join_key_l from pairs
        )
        select distinct least(p.n, p.other) as n_l, greatest(p.n, p.other) as n_r
        from proposed as p
        inner join owned on p.n = owned.profile
        inner join personas as owner on owned.owner = owner.n
        inner join personas as another on p.other = another.n and another.persona_type = 'contact'
        where
            (p.n, p.other) not in (select (profile, owner) from owned)
            and length(owner.own_email_hashes) > 0 and length(another.own_email_hashes) > 0
            and not list_has_any(owner.email_hashes, another.email_hashes)
            and not list_has_any(owner.phone_hashes, another.phone_hashes)
        """,
    )


def ask(
    connection: duckdb.DuckDBPyConnection, personas: str, models: Mapping[str, Model], join: float
) -> tuple[Question, ...]:
    """Each model's answers to each question about `known_pairs`, at the join threshold."""
    return tuple(
        _asked(connection, _as_shown(personas, by_handle_alone), name, where, models, join)
        for name, where, by_handle_alone in _QUESTIONS
    )


def _as_shown(personas: str, by_handle_alone: bool | None) -> str:
    """SQL: the personas without what pairs are known by, profiles with their handle alone where asked for so."""
    if by_handle_alone is None:
        return personas
    emptied = ", ".join(f"list_filter({c}, lambda v: false) as {c}" for c in _KNOWN_BY)
    emptied += ", nullif(persona_id, persona_id) as verified_email_hash"
    without = f"(select * replace ({emptied}) from {personas})"
    if not by_handle_alone:
        return without
    hidden = ", ".join(f"case when persona_type <> 'profile' then {c} end as {c}" for c in _SHOWN)
    lists = ", ".join(f"list_filter({c}, lambda v: persona_type <> 'profile') as {c}" for c in _SHOWN_LISTS)
    of_name = "is_handle_of_name and persona_type <> 'profile' as is_handle_of_name"
    return f"(select * replace ({hidden}, {lists}, {of_name}) from {without})"


def _asked(
    connection: duckdb.DuckDBPyConnection,
    personas: str,
    name: str,
    where: str,
    models: Mapping[str, Model],
    join: float,
) -> Question:
    one, two = connection.execute(f"select {_COUNTS} from known_pairs where {where}").fetchall()[0]
    answers = {}
    for called, model in models.items() if one + two else ():
        scoring_input(connection, personas, model.shared_values, model.frequencies)
        value_frequencies(connection, model)
        make(
            connection,
            "pairs_in_question",
            f"""
            select 'known' as match_key, least(l.n, r.n) as join_key_l, greatest(l.n, r.n) as join_key_r, is_match
            from known_pairs as k
            inner join personas as l on k.left_persona_id = l.persona_id
            inner join personas as r on k.right_persona_id = r.persona_id
            where {where}
            """,
        )
        steps = size_steps(model, connection.table("personas").shape[0])
        score_pairs(connection, at_size(model, steps), "answered", "pairs_in_question", least=join, make=make)
        found, wrong = connection.execute(
            f"select {_COUNTS} from answered inner join pairs_in_question on n_l = join_key_l and n_r = join_key_r"
        ).fetchall()[0]
        answers[called] = Answer(found, wrong)
    return Question(name, one, two, answers)
