"""Blocking: which pairs are compared at all, by named rules, each a set of keys per persona.

Two personas meet where they share a key of one rule. Keys that too many share are passed over, so that the
number of pairs stays near-linear. Must not live here: comparing (evidence/), and other ways to propose pairs.
"""

from __future__ import annotations

from dataclasses import dataclass

import duckdb

from warehouse.identity.rules import LARGEST_BLOCK, LARGEST_RARE_BLOCK
from warehouse.identity.tables import Maker

make = Maker(__name__)


@dataclass(frozen=True)
class BlockingRule:
    """SQL that gives (n, key) for the personas of the table `personas`."""

    name: str
    keys: str
    largest: int = LARGEST_BLOCK


def _each(column: str) -> str:
    return f"select n, unnest({column}) as key from personas"


_NAMELESS = "full_name is null and handle_letters is not null"
# A handle that the name beside it does not explain may be made of another name of the same person.
_UNEXPLAINED_HANDLE = "handle_letters is not null and (full_name is null or not is_handle_of_name)"

# Pieces of the handles of nameless profiles that may be a family name, with the letter that begins the handle
# and the one that follows the piece: one of them begins the given name.
_PIECES = f"""
    select
        n, substr(handle_letters, start, size) as piece,
        case when start > 1 then left(handle_letters, 1) end as before,
        nullif(substr(handle_letters, start + size, 1), '') as after
    from (select n, handle_letters from personas where {_NAMELESS})
    cross join range(1, 40) as starts(start)
    cross join range(3, 16) as sizes(size)
    where
        start + size - 1 <= length(handle_letters)
        and (size >= 5 or start = 1 or start + size - 1 = length(handle_letters))
"""

RULES: tuple[BlockingRule, ...] = (
    BlockingRule("email", _each("email_hashes")),
    BlockingRule("phone", _each("phone_hashes")),
    BlockingRule("site", _each("sites")),
    BlockingRule("account", _each("list_concat(own_accounts, declared_accounts)")),
    BlockingRule(
        "handle",
        _each("list_distinct(list_concat([handle, handle_skeleton], aliases, name_local_parts))"),
    ),
    BlockingRule(
        "name_words",
        """
        select n, words[i] || ' ' || words[j] as key
        from (select n, list_sort(name_tokens)[:5] as words from personas where length(name_tokens) >= 2)
        cross join range(1, 6) as first(i)
        cross join range(1, 6) as second(j)
        where i < j and j <= length(words)
        """,
    ),
    BlockingRule(
        "nickname",
        """
        select n, given || ' ' || family as key
        from (select n, family_names, unnest(given_canonicals) as given from personas)
        cross join unnest(family_names) as families(family)
        """,
    ),
    BlockingRule(
        "family_and_initial",
        """
        select n, left(given_name, 1) || ' ' || unnest(family_names) as key
        from personas
        where full_name is not null
        """,
    ),
    BlockingRule(
        "given_and_beginning",
        """
        select n, given_name || ' ' || left(family_name, 3) as key from personas where length(given_name) > 1
        """,
    ),
    BlockingRule(
        "given_and_employer",
        """
        select n, given || ' ' || regexp_extract(employer, '^\\S+(?: [^0-9\\s]\\S*)?') as key
        from (select n, employer, unnest(given_canonicals) as given from personas where employer is not null)
        """,
    ),
    BlockingRule(
        "sound",
        "select n, given_sound || ' ' || family_sound as key from personas where length(family_sound) >= 2",
    ),
    # Where a name is mistyped or half of it is missing, what is left of it and the year of birth still meet.
    BlockingRule(
        "part_of_name_and_birth_year",
        """
        select n, part || ' ' || birth_year as key
        from (
            select n, birth_year, unnest(list_concat(family_names, given_canonicals)) as part
            from personas
            where birth_year is not null
        )
        """,
        LARGEST_RARE_BLOCK,
    ),
    BlockingRule(
        "city_and_birth_year",
        "select n, city || ' ' || birth_year as key from personas where birth_year is not null",
        LARGEST_RARE_BLOCK,
    ),
    BlockingRule(
        "handle_of_name",
        f"""
        with handles as (
            select n, unnest(list_distinct([handle_letters, handle_skeleton])) as key
            from personas
            where {_UNEXPLAINED_HANDLE}
        )
        select * from handles
        union all
        select n, key
        from (
            select n, unnest(list_concat(
                full_handles, initial_handles,
                list_transform(given_forms, lambda g: g || left(family_name, 1))
            )) as key
            from personas
            where full_name is not null
        )
        where key in (select key from handles)
        """,
    ),
    BlockingRule(
        "family_and_initial_in_handle",
        f"""
        with families as (
            select n, unnest(family_names) as family, left(given_name, 1) as initial
            from personas
            where full_name is not null
        ),
        pieces as ({_PIECES})
        select n, family || ' ' || initial as key from families where length(family) >= 3
        union all
        select n, piece || ' ' || unnest([before, after])
        from pieces
        where piece in (select family from families)
        """,
    ),
    BlockingRule(
        "family_in_handle",
        f"""
        with families as (
            select n, unnest(family_names) as key from personas where full_name is not null
        ),
        pieces as ({_PIECES})
        select n, key from families where length(key) >= 5
        union all
        select n, piece from pieces where length(piece) >= 5 and piece in (select key from families)
        """,
        LARGEST_RARE_BLOCK,
    ),
    # Hashes of one picture differ in few bits: of four parts of 16 bits, two at least are mostly the same.
    BlockingRule(
        "avatar",
        """
        select n, 'parts ' || i || j || ' ' || parts[i] || ' ' || parts[j] as key
        from (
            select n, list_transform([0, 16, 32, 48], lambda bit: (avatar_hash >> bit) % 65536) as parts
            from personas
            where avatar_hash is not null
        )
        cross join range(1, 5) as first(i)
        cross join range(1, 5) as second(j)
        where i < j
        """,
        LARGEST_RARE_BLOCK,
    ),
)


def candidate_pairs(connection: duckdb.DuckDBPyConnection) -> None:
    """Make `pairs` (match_key, join_key_l, join_key_r; l < r) from the table `personas`, by `RULES`.

    `match_key` is the position of the first rule that proposes the pair. Also makes `large_blocks`.
    """
    make_keys(connection)
    all_pairs(connection)


def all_pairs(connection: duckdb.DuckDBPyConnection) -> int:
    """Make `pairs` from `blocking_keys` (make_keys) and return their number."""
    return _meet(
        connection, "pairs", "cast(min(l.rule) as varchar) as match_key, l.n as join_key_l, r.n as join_key_r"
    )


def pairs_of(connection: duckdb.DuckDBPyConnection, some: str) -> None:
    """Make `pairs` like `all_pairs`, but only those of which one is in the table `some` (n)."""
    make(
        connection,
        "pairs",
        f"""
        with met as (
            select l.rule, least(l.n, r.n) as l, greatest(l.n, r.n) as r
            from (from blocking_keys semi join {some} using (n)) as l
            inner join blocking_keys as r on l.rule = r.rule and l.key = r.key and l.n <> r.n
        )
        select cast(min(rule) as varchar) as match_key, l as join_key_l, r as join_key_r from met group by l, r
        """,
    )


def proposed_by_rule(connection: duckdb.DuckDBPyConnection) -> None:
    """Make `proposed_by_rule` (n_l, n_r, rules) from the table `personas`: bit i of `rules` is set by `RULES[i]`.

    For measuring what each rule adds (evaluation/sample.py); linkage only needs the first rule.
    """
    make_keys(connection)
    _meet(
        connection,
        "proposed_by_rule",
        "l.n as n_l, r.n as n_r, bit_or(cast(1 as uinteger) << l.rule) as rules",
    )


def make_keys(connection: duckdb.DuckDBPyConnection) -> None:
    """Make `blocking_keys` (rule, n, key), keys hashed, of the table `personas`, less those that too many share.

    They are in `large_blocks` (rule, key, personas).
    """
    keys = " union ".join(
        f"select cast({position} as utinyint) as rule, n, hash(key) as key from ({rule.keys}) "
        "where key is not null"
        for position, rule in enumerate(RULES)
    )
    largest = ", ".join(str(rule.largest) for rule in RULES)
    make(connection, "all_keys", keys)
    make(
        connection,
        "large_blocks",
        f"""
        select rule, key, count(*) as personas from all_keys group by rule, key
        having count(*) > [{largest}][rule + 1]
        """,
    )
    make(connection, "blocking_keys", "from all_keys anti join large_blocks using (rule, key)")
    make.drop(connection, "all_keys")


def _meet(connection: duckdb.DuckDBPyConnection, output: str, columns: str) -> int:
    return make(
        connection,
        output,
        f"""
        select {columns}
        from blocking_keys as l
        inner join blocking_keys as r on l.rule = r.rule and l.key = r.key and l.n < r.n
        group by l.n, r.n
        """,
    )
