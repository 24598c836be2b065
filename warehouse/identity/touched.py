"""Whom a change reaches: the personas to judge again, and who stands around them.

Touched is who changed, who was near somebody that changed or is gone, and everybody whom probable pairs, persons,
decisions, merges of the CRM or a verified address connect with them. Asked, but at rest, are profiles that a less
probable pair connects with somebody who moved: their person stays, their probabilities are made anew. Others at
rest compete as owners. Must not live here: judging and clustering, which take it from here (`at_rest`).
"""

from __future__ import annotations

import duckdb

from warehouse.identity.rules import LOWEST_PROBABILITY, Thresholds

# Tables of this module beside `touched` and `asked` (n): bonds (n, other), prior_of (n, first, person_id).


def make_bonds(connection: duckdb.DuckDBPyConnection, connects: float) -> None:
    """Make `bonds`, `prior_of` and `nearby` (n, other) from edges before and now.

    A bond is a pair that could be a link: `connects` is the least probability of one.
    Reads prior_edges, scored (pairs with somebody changed), fingerprints, decisions, prior_personas, changed.
    """
    connection.execute(
        f"""
        create or replace temp table prior_of as
        select n, min(n) over (partition by person_id) as first, person_id
        from prior_personas inner join numbered using (persona_id)
        where link_status = 'accepted';
        create or replace temp table bonds as
        with bound as (
            select n_l, n_r from prior_edges where is_standing and pair_probability >= {connects}
            union all
            select n_l, n_r from scored where pair_probability >= {connects}
            union all
            select first, n from prior_of
            union all
            select min(n) over (partition by verified_email_hash), n
            from fingerprints where is_linkable and verified_email_hash is not null
            union all
            select f.n, t.n
            from fingerprints as f
            inner join numbered as t on f.merged_into_persona_id = t.persona_id
            union all
            select l.n, r.n
            from decisions as d
            inner join numbered as l on d.left_persona_id = l.persona_id
            inner join numbered as r on d.right_persona_id = r.persona_id
        )
        select n_l as n, n_r as other from bound where n_l <> n_r
        union
        select n_r, n_l from bound where n_l <> n_r;
        create or replace temp table nearby as
        with near as (
            select n_l, n_r from prior_edges
            where is_standing and pair_probability between {LOWEST_PROBABILITY} and {connects}
            union all
            select n_l, n_r from scored
            where pair_probability between {LOWEST_PROBABILITY} and {connects}
        )
        select n_l as n, n_r as other from near
        union all
        select n_r, n_l from near
        """
    )


def find_touched(connection: duckdb.DuckDBPyConnection, connects: float) -> None:
    """Make `touched` and `asked` from `changes`, and decisions given or taken back."""
    connection.execute(
        f"""
        create or replace temp table touched (n integer);
        create or replace temp table seeds as
        with decided as (
            select left_persona_id, right_persona_id, decision from decisions
            union all
            select left_persona_id, right_persona_id, decision from unsure
        ),
        differing as (
            (select * from decided except select * from prior_decisions)
            union all
            (select * from prior_decisions except select * from decided)
        ),
        lost as (
            select person_id from prior_personas semi join changes using (persona_id)
        )
        select n from changes
        union
        select unnest([n_l, n_r]) from prior_edges where not is_standing and pair_probability >= {connects}
        union
        select n from prior_of where person_id in (select person_id from lost)
        union
        select n
        from numbered
        where persona_id in (select unnest([left_persona_id, right_persona_id]) from differing);
        delete from seeds where n is null
        """
    )
    spread(connection)
    connection.execute(
        f"""
        create or replace temp table asked as
        with around as (
            select unnest([n_l, n_r]) as n from prior_edges
            where not is_standing and pair_probability >= {LOWEST_PROBABILITY}
            union
            select other from nearby where n in (select n from changed)
        )
        select around.n from around inner join fingerprints using (n)
        where is_linkable and persona_type <> 'contact' and n not in (select n from touched)
        """
    )


def spread(connection: duckdb.DuckDBPyConnection) -> None:
    """Add the `seeds` and all that `bonds` connect with them to `touched`."""
    connection.execute(
        "create or replace temp table frontier as select n from seeds anti join touched using (n)"
    )
    added = 1
    while added:
        connection.execute("insert into touched select n from frontier")
        connection.execute(
            """
            create or replace temp table frontier as
            select distinct bonds.other as n
            from bonds semi join frontier using (n)
            where bonds.other not in (select n from touched)
            """
        )
        added = connection.execute("select count(*) from frontier").fetchall()[0][0]


def make_part(connection: duckdb.DuckDBPyConnection) -> None:
    """Make `part` (n) and `at_rest` (n, person, is_asked); add to `part_rows` (row) what is in `new_rows`.

    What judging needs to see: the persons and pairs of those judged again, and of who is asked.
    """
    connection.execute(
        """
        create temp table if not exists part_rows (row bigint);
        create or replace temp table redone as
        select n from touched union select n from asked;
        create or replace temp table new_rows as
        select row from prior_edges anti join part_rows using (row)
        where is_standing and (n_l in (select n from redone) or n_r in (select n from redone));
        insert into part_rows from new_rows;
        create or replace temp table part as
        select n from redone
        union
        select unnest([n_l, n_r]) from prior_edges semi join part_rows using (row)
        union
        select unnest([n_l, n_r]) from scored
        union
        select bonds.other from bonds where bonds.n in (select n from redone);
        insert into part
        select n from prior_of
        where
            first in (select first from prior_of semi join redone using (n))
            and n not in (select n from part);
        create or replace temp table at_rest as
        select
            f.n, coalesce(prior_of.first, case when f.persona_type = 'contact' then f.n end) as person,
            f.n in (select n from asked) as is_asked
        from fingerprints as f
        semi join part using (n)
        left join prior_of on f.n = prior_of.n
        where f.n not in (select n from touched) and f.is_linkable
        """
    )


def reach_further(connection: duckdb.DuckDBPyConnection, thresholds: Thresholds) -> bool:
    """Extend `asked` and `touched` by those whom the persons just made concern, too; say whether there are any.

    Concerned are neighbours of who changed person, and who at rest would now change person itself. Reads
    `owners`, `members`, `clusters` and `person_ids`.
    """
    connection.execute(
        f"""
        create or replace temp table seeds as
        with of_contacts as (
            select m.person from members as m inner join fingerprints using (n) where persona_type = 'contact'
        ),
        answers as (
            select
                r.n, r.person is null as is_free, b.link_status = 'review' as was_in_review,
                r.person is null or r.person not in (from of_contacts) as has_no_contact,
                bool_or(coalesce(r.person = o.person, false) and o.probability < {thresholds.keep}) as leaves,
                bool_or(r.person is distinct from o.person and o.probability >= {thresholds.join}) as joins,
                -- the share of the likeliest contact among contacts: who has one joins no profiles
                max(o.odds) filter (where o.person in (from of_contacts))
                / (1 + sum(o.odds) filter (where o.person in (from of_contacts))) as of_contact
            from at_rest as r
            inner join numbered using (n)
            left join prior_personas as b using (persona_id)
            left join (select *, pair_probability / (1 - pair_probability) as odds from owners) as o
                on r.n = o.n
            where r.is_asked
            group by all
        )
        select n from answers
        where
            leaves or joins
            or (is_free and was_in_review <> (coalesce(of_contact, 0) >= {thresholds.review}))
            or (not is_free and has_no_contact and of_contact >= {thresholds.review});
        create or replace temp table moved as
        select n
        from touched
        inner join fingerprints as f using (n)
        inner join clusters using (persona_id)
        inner join person_ids as p using (cluster)
        left join members using (n)
        left join prior_personas as b using (persona_id)
        where
            p.person_id is distinct from b.person_id
            or (f.persona_type <> 'contact' and (members.n is not null) <> (b.link_status = 'accepted'));
        create or replace temp table reached as
        select distinct f.n
        from fingerprints as f
        inner join nearby on f.n = nearby.other
        where
            nearby.n in (select n from moved) and f.persona_type <> 'contact' and f.is_linkable
            and f.n not in (select n from touched union all select n from asked)
        """
    )
    found = connection.execute("select exists (from seeds) or exists (from reached)").fetchall()[0][0]
    spread(connection)
    connection.execute("insert into asked select n from reached")
    connection.execute("delete from asked where n in (select n from touched)")
    return bool(found)
