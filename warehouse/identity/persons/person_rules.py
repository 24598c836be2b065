"""What must hold of every person, as SQL: linkage makes persons by it, and the checks of links prove it.

One definition for both (cluster.py, quality/suites/identity.py): a check of these fails on a fault of the program,
never on what a company's records are like. Must not live here: what becomes of those who break one (cluster.py,
divide.py), names, numbers and sentences of the rules (rules.py).
"""

from __future__ import annotations

from warehouse.identity.pairs.judgement import NAMES_AGREE, NAMES_CONTRADICT, SHARES_A_VALUE

# Of a scored pair of CRM records (level_<comparison>): what the CRM itself says for their being one person.
SAYS_THE_CRM = f"""
    {SHARES_A_VALUE} as shares_a_value, {NAMES_AGREE} as names_agree, {NAMES_CONTRADICT} as names_contradict
    """


def joined_by_a_third(members: str, pairs: str, told: str) -> str:
    """SQL: CRM records of one person of whom the CRM itself says nothing, but that a third is like both.

    `members` gives id, person and is_living of linkable CRM records, `pairs` l, r and what SAYS_THE_CRM of scored
    ones, `told` l, r of those that the CRM or a reviewer made one. Records that share a value, themselves or over
    others, or were told to be one, are a party. Two parties, each with a living record, are one person only if a
    record of the one and a record of the other bear one name. Returns person, id, other, both ways: every two
    records of two parties that do not, and whether the first is living (is_living).
    """
    return f"""
with recursive held as (
    select * from ({members})
    qualify count(*) filter (where is_living) over (partition by person) > 1
),
inside as (
    select pairs.l, pairs.r, shares_a_value, names_agree
    from ({pairs}) as pairs
    inner join held as one on pairs.l = one.id
    inner join held as other on pairs.r = other.id and one.person = other.person
    where not names_contradict
),
bound as (
    select l, r from inside where shares_a_value
    union
    select told.l, told.r
    from ({told}) as told
    inner join held as one on told.l = one.id
    inner join held as other on told.r = other.id and one.person = other.person
),
steps as (
    select l as a, r as b from bound
    union
    select r, l from bound
),
reached (id, other) as (
    select id, id from held
    union
    select reached.id, steps.b from reached inner join steps on reached.other = steps.a
),
parties as (
    select held.id, held.person, held.is_living, reached.party
    from held
    inner join (select id, min(other) as party from reached group by id) as reached using (id)
    qualify bool_or(is_living) over (partition by party)
),
namesakes as (
    select one.party as a, other.party as b
    from (select l, r from inside where names_agree union select r, l from inside where names_agree) as named
    inner join parties as one on named.l = one.id
    inner join parties as other on named.r = other.id
)
select one.person, one.id, other.id as other, one.is_living
from parties as one
inner join parties as other on one.person = other.person and one.party <> other.party
anti join namesakes on one.party = namesakes.a and other.party = namesakes.b"""


def beyond(members: str, per: str, most: str) -> str:
    """SQL: those of `members` (id, probability, is_told, …) that are more than `most` of what `per` says.

    Whom a reviewer put there stays, and takes a place; of the others the likeliest stay. Adds `held`, how many
    there are in all.
    """
    return f"""
select *, count(*) over (partition by {per}) as held
from ({members})
qualify
    not is_told
    and row_number() over (partition by {per} order by is_told desc, probability desc, id) > ({most})"""
