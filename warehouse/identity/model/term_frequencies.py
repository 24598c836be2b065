"""Term frequencies: learned once with the model, frozen in its file, looked up for the values at hand.

Prediction counts nothing: a value that the model does not know has a stated default, so that unrelated
records move nobody. Must not live here: what rarity is worth (training/em.py), scoring (pairs/scoring.py).
"""

from __future__ import annotations

from collections.abc import Mapping

import duckdb
import pyarrow as pa

from warehouse.identity.evidence.avatar import NEAR
from warehouse.identity.model.handle_words import learn_handle_words
from warehouse.identity.model.linkage_model import Frequencies, Model, ModelError
from warehouse.identity.rules import (
    LARGEST_SHARE,
    LEAST_FULL_NAME,
    MOST_COMMON_INTEREST,
    UNKNOWN_INTEREST,
)
from warehouse.identity.tables import Maker

make = Maker(__name__)

COMMON_VALUES = 4_000
# A value is common, and its frequency kept, from this many contacts on.
COMMON_FROM = 3
# Shared values are texts; a shared picture is written so, with its hash.
SHARED_AVATAR = "avatar:"


def learn_shared_values(connection: duckdb.DuckDBPyConnection, personas: str) -> tuple[str, ...]:
    """Addresses, numbers, sites, accounts and pictures that too many personas of the training data hold."""
    rows = connection.execute(
        f"""
        select value
        from (
            select unnest(list_distinct(
                list_concat(email_hashes, phone_hashes, sites, declared_accounts)
            )) as value
            from {personas}
            union all
            select '{SHARED_AVATAR}' || avatar_hash from {personas} where avatar_hash is not null
        )
        group by value
        having count(*) > ?
        order by value
        """,
        [LARGEST_SHARE],
    ).fetchall()
    return tuple(row[0] for row in rows)


def learn_frequencies(connection: duckdb.DuckDBPyConnection, personas: str) -> dict[str, Frequencies]:
    """Frequencies of the common names and handles of linkable personas. Raises ModelError on no data."""
    linkable = f"(select * from {personas} where is_linkable)"
    contacts = "persona_type = 'contact' and full_name is not null"
    return {
        "given_name": _frequency(connection, linkable, "given_name", "count(*)", contacts, COMMON_FROM),
        "family_name": _frequency(connection, linkable, "family_name", "count(*)", contacts, COMMON_FROM),
        # One person has the same handle on several networks: only what more share is common,
        "handle": _frequency(connection, linkable, "handle", "count(*)", "handle is not null", LARGEST_SHARE),
        # and a skeleton is as common as the different handles that are built on it.
        "handle_skeleton": _frequency(
            connection,
            linkable,
            "handle_skeleton",
            "count(distinct handle)",
            "handle_skeleton is not null",
            COMMON_FROM,
        ),
        "interest": _interest_frequency(connection, linkable),
        **learn_handle_words(connection, linkable),
    }


def _frequency(
    connection: duckdb.DuckDBPyConnection,
    personas: str,
    column: str,
    counted: str,
    where: str,
    common_from: int,
) -> Frequencies:
    total = connection.execute(
        f"select coalesce(sum(n), 0) "
        f"from (select {counted} as n from {personas} where {where} group by {column})"
    ).fetchall()[0][0]
    if total == 0:
        raise ModelError(f"no persona has a {column}: nothing to learn frequencies from")
    rows = connection.execute(
        f"""
        select {column}, {counted} / {total}
        from {personas}
        where {where} and length({column}) > 1
        group by {column}
        having {counted} >= ?
        order by {counted} desc, {column}
        limit ?
        """,
        [common_from, COMMON_VALUES],
    ).fetchall()
    # A value that was not seen is, at best, half as frequent as one that was seen once.
    return Frequencies(
        float(f"{0.5 / float(total):.4g}"), {value: float(f"{share:.4g}") for value, share in rows}
    )


def _interest_frequency(connection: duckdb.DuckDBPyConnection, personas: str) -> Frequencies:
    """Share of those who show any interest that show each."""
    rows = connection.execute(
        f"""
        with shown as (
            select interests from {personas} where length(interests) > 0
        )
        select interest, count(*) / (select count(*) from shown)
        from (select unnest(interests) as interest from shown)
        group by interest
        having count(*) >= {COMMON_FROM}
        order by count(*) desc, interest
        limit {COMMON_VALUES}
        """
    ).fetchall()
    return Frequencies(UNKNOWN_INTEREST, {value: float(f"{share:.4g}") for value, share in rows})


def weigh_interests(
    connection: duckdb.DuckDBPyConnection, personas: str, frequencies: Mapping[str, Frequencies]
) -> None:
    """Make `interest_weights` (persona_id, weighed_interests) from `personas` and `frozen_frequencies`.

    `weighed_interests` is a list of {interest, bits}, bits = −log2 of the frozen frequency; what is more
    common than MOST_COMMON_INTEREST is left out. A persona that shows nothing has no row.
    """
    make(
        connection,
        "interest_weights",
        f"""
        select persona_id, list({{'interest': interest, 'bits': -log2(frequency)}}) as weighed_interests
        from (
            select p.persona_id, p.interest, coalesce(f.frequency, {frequencies["interest"].default}) as frequency
            from (select persona_id, unnest(interests) as interest from {personas} where is_linkable) as p
            left join frozen_frequencies as f on f.rarity = 'interest' and p.interest = f.value
        )
        where frequency <= {MOST_COMMON_INTEREST}
        group by persona_id
        """,
    )


def is_shared_avatar(column: str, shared: str) -> str:
    """SQL that says whether a picture is near one of the shared pictures in a list of shared values."""
    shared_hashes = (
        f"list_transform(list_filter({shared}, lambda v: starts_with(v, '{SHARED_AVATAR}')),"
        f" lambda v: cast(substr(v, {len(SHARED_AVATAR) + 1}) as ubigint))"
    )
    return f"list_bool_or(list_transform({shared_hashes}, lambda h: bit_count(xor(h, {column})) <= {NEAR}))"


def freeze(connection: duckdb.DuckDBPyConnection, frequencies: Mapping[str, Frequencies]) -> None:
    """Make `frozen_frequencies` (rarity, value, frequency): what the model knows of common values."""
    rows = [(kind, value, f) for kind, table in frequencies.items() for value, f in table.values.items()]
    columns = list(zip(*rows, strict=True)) or [(), (), ()]
    frozen = {"rarity": pa.string(), "value": pa.string(), "frequency": pa.float64()}
    make.rows(
        connection,
        "frozen_rows",
        pa.table({name: pa.array(v, t) for (name, t), v in zip(frozen.items(), columns, strict=True)}),
    )
    make(connection, "frozen_frequencies", "from frozen_rows")


def value_frequencies(connection: duckdb.DuckDBPyConnection, model: Model) -> None:
    """Make `value_frequencies` (rarity, value, frequency) for the values at hand, from the frozen ones.

    A full name is as frequent as its given name times its family name, and a little more (LEAST_FULL_NAME), and
    at least as frequent as the handle that it makes (Blue Falcon, bluefalcon); a handle that is a name is at
    least as frequent as that name.
    """
    default = {kind: table.default for kind, table in model.frequencies.items()}
    make(
        connection,
        "value_frequencies",
        f"""
        with given as (
            select v.value, coalesce(f.frequency, {default["given_name"]}) as frequency
            from (select distinct given_name as value from personas where given_name is not null) as v
            left join frozen_frequencies as f on f.rarity = 'given_name' and f.value = v.value
        ),
        family as (
            select v.value, coalesce(f.frequency, {default["family_name"]}) as frequency
            from (select distinct family_name as value from personas where family_name is not null) as v
            left join frozen_frequencies as f on f.rarity = 'family_name' and f.value = v.value
        ),
        handles as (
            select distinct handle as value from personas where handle is not null
        ),
        skeletons as (
            select distinct handle_skeleton as value from personas where handle_skeleton is not null
        )
        select 'given_name' as rarity, value, frequency from given
        union all
        select 'family_name', value, frequency from family
        union all
        select
            'full_name', names.full_name,
            greatest(
                given.frequency * family.frequency + {default["family_name"] * LEAST_FULL_NAME},
                coalesce(joined.frequency, 0)
            )
        from (
            select distinct
                full_name, given_name, family_name,
                replace(replace(replace(given_name, 'ae', 'a'), 'oe', 'o'), 'ue', 'u') || family_name
                    as joined
            from personas
            where full_name is not null
        ) as names
        inner join given on names.given_name = given.value
        inner join family on names.family_name = family.value
        left join frozen_frequencies as joined
            on joined.rarity = 'handle_skeleton' and names.joined = joined.value
        union all
        select 'handle', handles.value, max(greatest(coalesce(f.frequency, 0), {default["handle"]}))
        from handles
        left join frozen_frequencies as f on handles.value = f.value and f.rarity <> 'handle_skeleton'
        group by handles.value
        union all
        select
            'handle_skeleton', skeletons.value,
            max(greatest(coalesce(f.frequency, 0), {default["handle_skeleton"]}))
        from skeletons
        left join frozen_frequencies as f on skeletons.value = f.value and f.rarity <> 'handle'
        group by skeletons.value
        """,
    )
