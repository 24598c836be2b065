"""Scoring: personas and a model in, the probability of each candidate pair out.

Lives here: the input that Splink sees, the call of Splink. Must not live here: which pairs (blocking.py),
frequencies (model/term_frequencies.py), what a probability leads to (persons/cluster.py).
"""

from __future__ import annotations

import logging
import math
import re
from collections.abc import Mapping

import duckdb
import pyarrow as pa

from warehouse.identity.evidence.spec import Comparison, Level, Rarity
from warehouse.identity.model.handle_words import SIDES, find_handles_of_words
from warehouse.identity.model.linkage_model import (
    OF_PAIRS,
    OF_PERSONAS,
    Frequencies,
    Model,
    Parameters,
    splink_settings,
)
from warehouse.identity.model.term_frequencies import freeze, is_shared_avatar, weigh_interests
from warehouse.identity.rules import LEAST_FULL_NAME, probability_of
from warehouse.identity.tables import Maker

_make = Maker(__name__)

# Match weights are rounded to so many digits, so that the graph's part can be taken off again without a trace.
DIGITS = 9
# Lists that hold values which more than one person may share; the model's shared values leave them.
_SHAREABLE = (
    *("email_hashes", "own_email_hashes", "phone_hashes", "own_phone_hashes"),
    *("sites", "declared_accounts"),
)

_OF_WORDS = "persona_id in (select persona_id from handles_of_words)"
_BEGINNING, _END = (f"in (select value from frozen_frequencies where rarity = '{side}')" for side in SIDES)
_KNOWN_GIVEN = (
    "(length(given_forms) > 1"
    " or given_name in (select value from frozen_frequencies where rarity = 'given_name'))"
)
_KNOWN_FAMILY = "family_name in (select value from frozen_frequencies where rarity = 'family_name')"
# A network may cut a handle short. Robert Smith is made of words that many handles have, too, but a name.
_IS_PSEUDONYM = f"""
    coalesce(
        persona_type = 'profile'
        and list_bool_or(list_transform(full_handles, lambda h: starts_with(h, handle_skeleton)))
        and length(handle_skeleton) >= 5
        and not ({_KNOWN_GIVEN} and {_KNOWN_FAMILY})
        and (
            (given_name {_BEGINNING} and family_name {_END})
            or (family_name {_BEGINNING} and given_name {_END})
        ),
        false
    )
"""


def scoring_input(
    connection: duckdb.DuckDBPyConnection,
    personas: str,
    shared_values: tuple[str, ...],
    frequencies: Mapping[str, Frequencies],
) -> None:
    """Make the table `personas` that rules and comparisons read: linkable ones, numbered by persona_id.

    `personas` names a relation with the columns of int_personas. Values in `shared_values` are left out. A
    display name that only spells out the handle, of two words that many handles are made of and that are not a
    known given and family name (Blue Falcon, @bluefalcon7), is a pseudonym and counts as handle alone.
    Also makes `frozen_frequencies` (rarity, value, frequency).
    """
    freeze(connection, frequencies)
    weigh_interests(connection, personas, frequencies)
    find_handles_of_words(connection, personas)
    _make.rows(connection, "shared_rows", pa.table({"value": pa.array(shared_values, pa.string())}))
    without_shared = ", ".join(
        f"list_filter({column}, lambda v: not list_contains(shared, v)) as {column}" for column in _SHAREABLE
    )
    derived = ", ".join(
        f"{sql} as {column}" for comparison in OF_PERSONAS for column, sql in comparison.derived.items()
    )
    _make(
        connection,
        "personas",
        f"""
        select
            cast(row_number() over (order by persona_id) as integer) as n,
            * exclude (shared, is_pseudonym) replace (
                {without_shared},
                case when not list_contains(shared, verified_email_hash) then verified_email_hash end
                    as verified_email_hash,
                case when not coalesce({is_shared_avatar("avatar_hash", "shared")}, false) then avatar_hash end
                    as avatar_hash,
                {_without_pseudonym("full_name", "given_name", "family_name")},
                {_without_pseudonym("family_names", "name_tokens", empty="[]")},
                {_without_pseudonym("full_handles", "initial_handles", empty="[]")},
                {_without_pseudonym("given_canonicals", "given_forms", empty="[]")},
                is_handle_of_name and not is_pseudonym as is_handle_of_name
            ),
            list_distinct(list_transform(own_accounts, lambda a: split_part(a, ':', 1))) as own_networks,
            list_filter(declared_accounts, lambda a: a not like 'web:%') as named_profiles,
            coalesce(
                given_name in (select value from frozen_frequencies where rarity = 'given_name'), false
            ) as is_common_given_name,
            {_OF_WORDS} as is_handle_of_words,
            {derived}
        from (select *, {_IS_PSEUDONYM} as is_pseudonym from {personas} where is_linkable)
        cross join (select coalesce(list(value), []) as shared from shared_rows)
        left join interest_weights using (persona_id)
        """,
    )


def _without_pseudonym(*columns: str, empty: str = "null") -> str:
    return ", ".join(
        f"case when is_pseudonym then {empty} else {column} end as {column}" for column in columns
    )


def score_pairs(
    connection: duckdb.DuckDBPyConnection,
    model: Model,
    output: str,
    pairs: str = "pairs",
    least: float | None = None,
    *,
    make: Maker,
) -> None:
    """Score the table `pairs` over the table `personas` with Splink into the table `output` of `make`.

    Columns: n_l, n_r, match_key, match_weight (bits, to nine digits), pair_probability (capped), and for each
    comparison level_<comparison> (position, 0 the best; NULL where there is nothing to compare) and its weight
    in bits, mw_<comparison>, of which the part mw_tf_adj_<comparison> is owed to the rarity of the value. The
    graph is not asked here: it has nothing to compare until passes.py adds it. Pairs whose probability is below
    `least` are left out.
    """
    from splink import DuckDBAPI, Linker

    logging.getLogger("splink").setLevel(logging.ERROR)
    database = DuckDBAPI(connection=connection)
    _make_compared(connection, model, pairs)
    linker = Linker(
        database.register("compared", dataset_display_name="personas"),
        splink_settings(model),
        log_level=None,
        validate_settings=False,
    )
    for column in _rarity_columns():
        # Splink looks no frequency up where the personas have it, but computes those that it knows no table of
        _make.view(
            connection,
            f"no_{column}",
            f"select null::varchar as {column}, null::double as tf_{column} where false",
        )
        linker.table_management.register_term_frequency_lookup(database.register(f"no_{column}"), column)
    linker.table_management.register_blocked_pairs_for_predict(database.register(pairs))
    threshold = None if least is None else math.log2(least / (1 - least))
    predicted = linker.inference.predict(threshold_match_weight=threshold)
    weight = f"round(match_weight, {DIGITS})"
    make(
        connection,
        output,
        f"""
        select
            n_l, n_r, match_key, {weight} as match_weight, {probability_of(weight)} as pair_probability,
            {", ".join(_outcome(c, model) for c in OF_PERSONAS)},
            {", ".join(f"cast(null as tinyint) as level_{c.name}, 0.0::double as mw_{c.name}" for c in OF_PAIRS)}
        from {predicted.physical_name}
        """,
    )
    linker.table_management.delete_tables_created_by_splink_from_db()
    _make.drop(connection, "compared")


def _make_compared(connection: duckdb.DuckDBPyConnection, model: Model, pairs: str) -> None:
    """Make `compared`, the personas of `pairs` as Splink sees them: what is compared, and how rare it is.

    tf_<comparison>_<level> is the u of the level for the persona's own value, from `value_frequencies`.
    """
    conditions = " ".join(
        sql for c in OF_PERSONAS for sql in (c.missing, *(level.condition for level in c.levels))
    )
    named = set(re.findall(r"\b(\w+)_[lr]\b", conditions))
    kept = [column for column in connection.table("personas").columns if column in named]
    kinds = sorted(set(_rarity_columns().values()))
    joins = " ".join(
        f"left join value_frequencies as of_{kind} on of_{kind}.rarity = '{kind}' and of_{kind}.value = p.{kind}"
        for kind in kinds
    )
    frequencies = ", ".join(
        f"{_u_of_value(model, comparison, level)} as tf_{comparison.name}_{level.name}"
        for comparison in OF_PERSONAS
        for level in comparison.levels
        if level.rarity is not None
    )
    _make(
        connection,
        "compared",
        f"""
        select n, {", ".join(f"p.{column}" for column in kept)}, {frequencies}
        from (
            from personas
            where n in (select join_key_l from {pairs} union select join_key_r from {pairs})
        ) as p
        {joins}
        """,
    )


def _rarity_columns() -> dict[str, Rarity]:
    return {column: rarity for c in OF_PERSONAS for column, rarity in c.rarity_columns.items()}


def _u_of_value(model: Model, comparison: Comparison, level: Level) -> str:
    """SQL: scale × frequency of the value, at most 1."""
    parameters = model.parameters[comparison.name][level.name]
    least = _least_coincidence(model, parameters) if level.rarity == "family_name" else 0.0
    return f"least(greatest(of_{level.rarity}.frequency * {parameters.scale or 1.0!r}, {least!r}), 1.0)"


def _outcome(comparison: Comparison, model: Model) -> str:
    """Columns of one comparison. Splink gives back weights only; each level is known by its weight."""
    parameters = model.parameters[comparison.name]
    weights = [math.log2(parameters[level].m / parameters[level].u) for level in comparison.level_names]
    when = " ".join(
        f"when abs(mw_{comparison.name} - ({weight!r})) < 1e-9 then {position}"
        for position, weight in enumerate(weights)
    )
    level, weight = f"cast(case {when} end as tinyint) as level_{comparison.name}", f"mw_{comparison.name}"
    if not comparison.rarity_columns:
        return f"{level}, {weight}"
    rarity = f"mw_tf_adj_{comparison.name}"
    return f"{level}, {weight} + {rarity} as {weight}, {rarity}"


def _least_coincidence(model: Model, parameters: Parameters) -> float:
    """The least u of a level on a family name and something of the given name.

    Rare names run in families, whose given names begin alike at least as often as they are the same: so
    family name and initial, or a short form, never tell more than the rarest of full names does.
    """
    exact = model.parameters["name"]["exact"]
    rarest = (exact.scale or 1.0) * model.frequencies["family_name"].default * LEAST_FULL_NAME
    return rarest * parameters.m / exact.m
