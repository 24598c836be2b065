"""Personas made by hand, with every column of int_personas, and their weights by the shipped model."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import duckdb
import pyarrow as pa

from tests.unit.identity.hand_made_tables import fill
from warehouse.engine import connect
from warehouse.identity.evidence.spec import Comparison
from warehouse.identity.model.linkage_model import COMPARISONS, load_model
from warehouse.identity.model.term_frequencies import value_frequencies
from warehouse.identity.pairs.blocking import candidate_pairs
from warehouse.identity.pairs.scoring import score_pairs, scoring_input
from warehouse.identity.tables import Maker

_TEXT_COLUMNS = """
    persona_id persona_type network native_id account_role role_reason merged_into_persona_id
    full_name given_name family_name former_family_name given_sound family_sound
    handle handle_letters handle_skeleton verified_email_hash city country time_zone language employer
"""
_LIST_COLUMNS = """
    given_canonicals given_forms family_names name_tokens full_handles initial_handles aliases
    name_local_parts email_hashes own_email_hashes email_local_parts email_domains
    phone_hashes own_phone_hashes sites
    own_accounts declared_accounts declared_networks title_tokens bio_tokens interests
"""
_TEXTS, _LISTS = _TEXT_COLUMNS.split(), _LIST_COLUMNS.split()
_FLAGS = ("is_linkable", "is_handle_of_name")

Pair = tuple[dict[str, Any], dict[str, Any]]

SCHEMA = pa.schema(
    [
        *(pa.field(name, pa.string()) for name in _TEXTS),
        *(pa.field(name, pa.list_(pa.string())) for name in _LISTS),
        *(pa.field(name, pa.bool_()) for name in _FLAGS),
        pa.field("trust_score", pa.float64()),
        pa.field("birth_year", pa.int32()),
        pa.field("name_generation", pa.int32()),
        pa.field("avatar_hash", pa.uint64()),
        pa.field("rhythm_hours", pa.list_(pa.float64())),
        pa.field("rhythm_weekdays", pa.list_(pa.float64())),
        pa.field("created_at", pa.timestamp("us", tz="UTC")),
    ]
)


def persona(
    persona_id: str, name: str | None = None, handle: str | None = None, **columns: Any
) -> dict[str, Any]:
    """One row: `contact:1` or `profile:x:1`, a name "given family", a handle, and further columns."""
    kind, _, rest = persona_id.partition(":")
    network, _, native_id = rest.partition(":") if kind == "profile" else ("crm", "", rest)
    row: dict[str, Any] = (
        dict.fromkeys(_TEXTS) | {column: [] for column in _LISTS} | dict.fromkeys(_FLAGS, False)
    )
    row |= dict.fromkeys(("birth_year", "name_generation", "avatar_hash", "rhythm_hours", "rhythm_weekdays"))
    row |= {"created_at": None, "account_role": "person", "is_linkable": True, "trust_score": 1.0}
    row |= {"persona_id": persona_id, "persona_type": kind, "network": network, "native_id": native_id}
    if name is not None:
        row |= _named(name)
    if handle is not None:
        letters = "".join(c for c in handle if c.isalpha())
        row |= {"handle": handle, "handle_letters": letters, "handle_skeleton": letters}
        row["own_accounts"] = [f"{network}:{handle}"]
        row["is_handle_of_name"] = letters in row["full_handles"] or letters in row["initial_handles"]
    for hashed in ("email", "phone"):
        if f"{hashed}_hashes" in columns:
            row[f"own_{hashed}_hashes"] = columns[f"{hashed}_hashes"]
    return row | columns


def _named(name: str) -> dict[str, Any]:
    given, _, family = name.partition(" ")
    named: dict[str, Any] = {"given_name": given, "given_canonicals": [given], "given_forms": [given]}
    if family:
        named |= {"full_name": name, "family_name": family, "family_names": [family]}
        named |= {"name_tokens": sorted([given, family])}
        named |= {"full_handles": [given + family, family + given]}
        named |= {"initial_handles": [given[0] + family, family + given[0]]}
    return named


def table(rows: Iterable[dict[str, Any]]) -> pa.Table:
    return pa.Table.from_pylist(list(rows), SCHEMA)


def weights(pairs: Mapping[str, Pair]) -> dict[str, dict[str, float | None]]:
    """Match weight in bits of each pair, by comparison, by the shipped model; all pairs in one scoring.

    None where a comparison has nothing to compare.
    """
    rows, order = [], []
    for key, pair in pairs.items():
        for side, row in zip("lr", pair, strict=True):
            rows.append(row | {"persona_id": f"{row['persona_id']} {key} {side}"})
        order.append((key, rows[-2]["persona_id"], rows[-1]["persona_id"]))
    with connect(threads=1) as connection:
        _score(connection, rows, order)
        columns = ", ".join(f"{_weight_of(c)} as {c.name}" for c in COMPARISONS)
        found = connection.execute(
            f"select key, {columns} from scored inner join keys using (n_l, n_r)"
        ).fetchall()
    return {row[0]: dict(zip((c.name for c in COMPARISONS), row[1:], strict=True)) for row in found}


def _weight_of(comparison: Comparison) -> str:
    return f"case when level_{comparison.name} is not null then mw_{comparison.name} end"


def proposed(rows: list[dict[str, Any]]) -> set[tuple[str, str]]:
    """Pairs of persona ids that blocking proposes."""
    with connect(threads=1) as connection:
        connection.register("given", table(rows))
        scoring_input(connection, "given", (), load_model("standard").frequencies)
        candidate_pairs(connection)
        found = connection.execute(
            "select l.persona_id, r.persona_id from pairs "
            "inner join personas as l on join_key_l = l.n inner join personas as r on join_key_r = r.n"
        ).fetchall()
        return {tuple(sorted(pair)) for pair in found}  # type: ignore[misc]


def _score(
    connection: duckdb.DuckDBPyConnection, rows: list[dict[str, Any]], order: list[tuple[str, str, str]]
) -> None:
    model = load_model("standard")
    connection.register("given", table(rows))
    scoring_input(connection, "given", (), model.frequencies)
    value_frequencies(connection, model)
    connection.execute("create temp table asked (key varchar, a varchar, b varchar)")
    connection.executemany("insert into asked values (?, ?, ?)", order)
    connection.execute(
        """
        create temp table keys as
        select asked.key, least(a.n, b.n) as n_l, greatest(a.n, b.n) as n_r
        from asked
        inner join personas as a on asked.a = a.persona_id
        inner join personas as b on asked.b = b.persona_id
        """
    )
    fill(connection, "pairs", "select '0' as match_key, n_l as join_key_l, n_r as join_key_r from keys")
    make = Maker("warehouse.identity.pairs.reused_scores")
    score_pairs(connection, model, "scored", make=make)
