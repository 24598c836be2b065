"""How many a person may be: accounts on a network, personas in all, and one holder of a verified address.

What is one too many goes out, the least likely first, and is queued. Must not live here: the rules of a
person's CRM records (contact_rules.py), who else goes when somebody is gone (cluster.py).
"""

from __future__ import annotations

import duckdb

from warehouse.engine import quote_text
from warehouse.identity import rules
from warehouse.identity.persons.owners import find_owners
from warehouse.identity.persons.person_rules import beyond
from warehouse.identity.rules import Thresholds
from warehouse.identity.tables import Maker

make = Maker(__name__)

_HELD = """
    select
        owners.n as id, owners.person, owners.best_n, owners.probability, personas.persona_type,
        personas.network, personas.verified_email_hash, owners.n in (select n from told) as is_told
    from owners
    inner join members using (n, person)
    inner join personas on owners.n = personas.n
    """
_ACCOUNTS = "select * from held where persona_type = 'profile'"
# A contact owns, and is not owned: no more of them than a person may have are together already (contact_rules.py).
_FOUND_BY_THE_MODEL = """
    select id, person, probability, false as is_told from held where not is_told
    union all
    select n, person, 1.0, false
    from members
    where n in (select n from personas where persona_type = 'contact') and n not in (select n from told)
    """
_OF_TWO_PERSONS = """
    select id
    from held
    where persona_type = 'profile' and verified_email_hash is not null
    qualify
        person <> first_value(person) over (partition by verified_email_hash order by probability desc, id)
    """


def enforce_cardinality(connection: duckdb.DuckDBPyConnection, thresholds: Thresholds) -> None:
    """Take out of `members` what is one too many, bar it (`barred`), and make `owners` anew before.

    Adds to `violations`, and makes `beyond_the_rules` of who went. Reads what `find_owners` reads, and `told` (n).
    """
    find_owners(connection, thresholds.join, only_free=False)
    accounts = beyond(_ACCOUNTS, "person, network", str(thresholds.max_accounts_per_network))
    personas = beyond(_FOUND_BY_THE_MODEL, "person", str(thresholds.most_personas))
    make(
        connection,
        "beyond_the_rules",
        f"""
        with held as ({_HELD}),
        found as (
            select id, {quote_text(rules.ACCOUNTS_PER_NETWORK)} as rule from ({accounts})
            union all
            select id, {quote_text(rules.TOO_MANY_PERSONAS)} from ({personas})
            union all
            select id, {quote_text(rules.VERIFIED_EMAIL)} from ({_OF_TWO_PERSONS})
        )
        select held.id as n, held.person, held.best_n, held.probability, found.rule
        from found
        inner join held using (id)
        """,
    )
    connection.execute("insert into violations select n, best_n, probability, rule from beyond_the_rules")
    connection.execute("insert into barred select distinct n, person from beyond_the_rules")
    connection.execute("delete from members where n in (select n from beyond_the_rules)")
