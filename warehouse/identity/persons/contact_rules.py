"""The rules of a person's CRM records, held while their groups are made: divided until none breaks one.

Must not live here: what the rules are (person_rules.py), which records are joined at all (cluster.py), how a group
is divided (divide.py).
"""

from __future__ import annotations

import duckdb

from warehouse.identity import rules
from warehouse.identity.persons.divide import divide_at_cannot_links, divide_groups, keep_groups_small
from warehouse.identity.persons.person_rules import joined_by_a_third
from warehouse.identity.rules import Thresholds

_RECORDS = """
    select members.n as id, members.person, personas.merged_into_persona_id is null as is_living
    from members
    inner join personas using (n)
    """
_PAIRS = "select n_l as l, n_r as r, shares_a_value, names_agree, names_contradict from contact_pairs"
_TOLD = "select n_l as l, n_r as r from must_links"


def hold_rules_of_contacts(connection: duckdb.DuckDBPyConnection, links: str, thresholds: Thresholds) -> None:
    """Divide the groups of CRM records in `members` (n, person) until they hold all rules.

    `links` is SQL that gives n_l, n_r, pair_probability: what joined them. Adds what it cut to `violations`.
    Each division leaves parts of what was there, so what held before holds still; but a record that bound two
    others may be in another part, so what a third joins is looked for until there is none.
    """
    divide_at_cannot_links(connection, "members", "person", links)
    keep_groups_small(
        connection, "members", "person", links, most=thresholds.most_personas, rule=rules.TOO_MANY_PERSONAS
    )
    thirds = f"select id as n, other from ({joined_by_a_third(_RECORDS, _PAIRS, _TOLD)})"
    while divide_groups(connection, "members", "person", links, thirds, rules.JOINED_BY_A_THIRD):
        pass
