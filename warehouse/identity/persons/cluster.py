"""From pair probabilities to persons: contacts first, then the profiles that belong to them, then the rest.

1. Contact persons: CRM duplicates that share more than a name and a place, and records that the CRM merged.
2. Profiles and touchpoints attach to the person they most probably belong to, in rounds: what has been
   accepted may bring in further ones. A profile has one owner at most (ownership.py).
3. Profiles that belong to no contact and are surely one account holder's form persons of their own.
4. What breaks a rule of cardinality goes out and is queued, what no longer reaches the keep threshold, too.

Contacts are never joined through a profile: a profile has one owner, so social evidence alone merges no two
CRM records. What must hold of every person (person_rules.py) holds of what comes out, and is checked again. A link
that the last run made needs less to stay (keep, not join), but comes after all that need no such favour: so
the same records give the same persons again, whatever run came before. Must not live here: scoring, ids of
persons (person_ids.py), names of rules (rules.py).
"""

from __future__ import annotations

import duckdb

from warehouse.identity import rules
from warehouse.identity.persons.cardinality import enforce_cardinality
from warehouse.identity.persons.connected_components import connected_components
from warehouse.identity.persons.contact_rules import hold_rules_of_contacts
from warehouse.identity.persons.divide import divide_at_cannot_links, keep_cannot_links_out
from warehouse.identity.persons.owners import find_owners, update_owners
from warehouse.identity.rules import Thresholds
from warehouse.identity.tables import Maker

make = Maker(__name__)


def cluster(connection: duckdb.DuckDBPyConnection, thresholds: Thresholds) -> None:
    """Make `members` (n, person), `owners` (candidates of the end) and `violations`.

    Reads `personas`, `likely_pairs` (n, other, pair_probability, both directions), `contact_pairs` (n_l, n_r,
    pair_probability, shares_more, names_contradict), `must_links` (n_l, n_r), `cannot_links` (n, other),
    `prior_members` (n, person_id; empty for links of this run alone) and adds to `violations` (n_l, n_r,
    probability, rule).
    """
    make.empty(connection, "barred")
    _contact_persons(connection, thresholds)
    _attach_profiles(connection, thresholds)
    _profile_persons(connection, thresholds)
    enforce_cardinality(connection, thresholds)
    make(connection, "moved", "select distinct n from beyond_the_rules")
    _let_go(connection, thresholds)


def _contact_persons(connection: duckdb.DuckDBPyConnection, thresholds: Thresholds) -> None:
    make(
        connection,
        "likely",
        f"""
        {_likely("contact_pairs", thresholds)}
        """,
    )
    connection.execute(
        f"""
        insert into violations
        select
            n_l, n_r, pair_probability,
            case
                when names_contradict then '{rules.CONTACTS_NAMES_CONTRADICT}'
                else '{rules.CONTACTS_NEED_MORE_THAN_A_NAME}'
            end
        from likely
        where not is_kept and (names_contradict or not shares_more)
        """
    )
    connection.execute("delete from likely where names_contradict or not shares_more")
    _drop_contradicted(connection, "likely", "contact_pairs")
    connected_components(
        connection,
        "select n from personas where persona_type = 'contact'",
        "select n_l, n_r from likely union select n_l, n_r from must_links",
    )
    make(connection, "members", "select n, component as person from components")
    # what the CRM or a reviewer says is stronger than all that is likely
    links = "select n_l, n_r, pair_probability from likely union all select n_l, n_r, 1.0 from must_links"
    hold_rules_of_contacts(connection, links, thresholds)


def _likely(pairs: str, thresholds: Thresholds) -> str:
    """SQL: the pairs that reach the join threshold, and those of links once made that are kept (`is_kept`)."""
    return f"""
        select e.*, e.pair_probability < {thresholds.join} as is_kept
        from {pairs} as e
        left join prior_members as l on e.n_l = l.n
        left join prior_members as r on e.n_r = r.n
        where
            e.pair_probability
            >= case when l.person_id = r.person_id then {thresholds.keep} else {thresholds.join} end
    """


def _drop_contradicted(connection: duckdb.DuckDBPyConnection, likely: str, scored: str) -> None:
    """Drop a–b where a is closer to some c, and b and c are surely two people.

    What is only kept is nothing that another would be closer than, and goes without a word.
    """
    make(
        connection,
        "contradicted",
        f"""
        with both_ways as (
            select n_l as a, n_r as b, pair_probability, is_kept from {likely}
            union all
            select n_r, n_l, pair_probability, is_kept from {likely}
        ),
        two_people as (
            select n_l as b, n_r as c from {scored} where pair_probability < {rules.CONTRADICTION}
            union all
            select n_r, n_l from {scored} where pair_probability < {rules.CONTRADICTION}
        )
        select distinct least(e.a, e.b) as n_l, greatest(e.a, e.b) as n_r
        from both_ways as e
        inner join both_ways as closer
            on
                e.a = closer.a and not closer.is_kept
                and (closer.pair_probability, -closer.b) > (e.pair_probability, -e.b)
        inner join two_people on e.b = two_people.b and closer.b = two_people.c
        """,
    )
    connection.execute(
        f"""
        insert into violations
        select n_l, n_r, pair_probability, '{rules.CONTRADICTING_NEIGHBOUR}'
        from {likely} inner join contradicted using (n_l, n_r)
        where not is_kept
        """
    )
    make(connection, likely, f"from {likely} anti join contradicted using (n_l, n_r)")


def _attach_profiles(connection: duckdb.DuckDBPyConnection, thresholds: Thresholds) -> None:
    find_owners(connection, thresholds.join, only_free=True)
    _attach(connection, thresholds, f"probability >= {thresholds.join}")
    if connection.execute("select exists (from prior_members)").fetchall()[0][0]:
        _attach(connection, thresholds, "probability >= threshold")


def _attach(connection: duckdb.DuckDBPyConnection, thresholds: Thresholds, enough: str) -> None:
    for _ in range(rules.MOST_ROUNDS):
        make(
            connection,
            "newcomers",
            f"""
            select n, person, probability
            from ({_with_threshold("owners", thresholds)})
            where {enough}
            qualify row_number() over (partition by n order by probability desc, person) = 1
            """,
        )
        keep_cannot_links_out(connection)
        make(connection, "moved", "select n from newcomers")
        if not connection.execute("insert into members select n, person from newcomers").fetchall()[0][0]:
            return
        update_owners(connection, thresholds.join, only_free=True)


def _with_threshold(owners: str, thresholds: Thresholds) -> str:
    """SQL: candidates with the threshold that holds for each: a link once made needs less to stay."""
    return f"""
        select
            o.*,
            case when before.n is not null then {thresholds.keep} else {thresholds.join} end as threshold
        from {owners} as o
        left join (
            select distinct p.n, m.person
            from prior_members as p
            inner join prior_members as q on p.person_id = q.person_id and p.n <> q.n
            inner join members as m on q.n = m.n
        ) as before on o.n = before.n and o.person = before.person
    """


def _profile_persons(connection: duckdb.DuckDBPyConnection, thresholds: Thresholds) -> None:
    """Persons without a contact, of profiles that no contact person may well own."""
    make(
        connection,
        "ownerless",
        f"""
        select n
        from personas
        where
            n not in (select n from members)
            and n not in (select n from owners where probability >= {thresholds.review})
        """,
    )
    make(
        connection,
        "free_pairs",
        """
        select n as n_l, other as n_r, pair_probability
        from likely_pairs
        where n < other and n in (select n from ownerless) and other in (select n from ownerless)
        """,
    )
    make(
        connection,
        "sure",
        f"""
        {_likely("free_pairs", thresholds)}
        """,
    )
    _drop_contradicted(connection, "sure", "free_pairs")
    connected_components(
        connection,
        "select n_l as n from sure union select n_r from sure",
        "select n_l, n_r from sure",
    )
    make(connection, "groups", "from components")
    divide_at_cannot_links(connection, "groups", "component", "select n_l, n_r, pair_probability from sure")
    connection.execute("insert into members select n, component from groups")


def _let_go(connection: duckdb.DuckDBPyConnection, thresholds: Thresholds) -> None:
    """Take out, until none is left, what the final competition between owners brings below its threshold."""
    dropped = 1
    while dropped:
        _find_lone_profiles(connection)
        dropped = connection.execute("delete from members where n in (select n from lone)").fetchall()[0][0]
        connection.execute("insert into moved select n from lone")
        update_owners(connection, thresholds.join, only_free=False)
        make(
            connection,
            "moved",
            f"""
            select m.n
            from members as m
            inner join personas as p on m.n = p.n
            left join ({_with_threshold("owners", thresholds)}) as o on m.n = o.n and m.person = o.person
            where p.persona_type <> 'contact' and coalesce(o.probability < o.threshold, true)
            """,
        )
        dropped += connection.execute("delete from members where n in (select n from moved)").fetchall()[0][0]


def _find_lone_profiles(connection: duckdb.DuckDBPyConnection) -> None:
    """Make `lone` (n): a person of one profile alone owns nothing that others could belong to."""
    make(
        connection,
        "lone",
        """
        select n
        from members
        where
            n in (select n from personas where persona_type <> 'contact')
            and person in (select person from members group by person having count(*) = 1)
        """,
    )
