"""People who have nothing in common with a company's: its own, written in letters that none of its people use.

Must not live here: what must not move when they arrive.
"""

from __future__ import annotations

import string

import duckdb

_LETTERS = string.ascii_lowercase + string.ascii_uppercase + string.digits
# Georgian small and capital letters, Devanagari digits
_OTHERS = "".join(map(chr, [*range(0x10D0, 0x10EA), *range(0x10A0, 0x10BA), *range(0x0966, 0x0970)]))
_KEPT = {"persona_type", "account_role", "role_reason", "trust_reasons"}


def add_strangers(connection: duckdb.DuckDBPyConnection, share: float) -> int:
    """Add to int_personas and int_edges a share of their rows, rewritten; returns the number of personas.

    Networks, places and addresses are rewritten, too. Pictures are left out: their hashes have no letters.
    """
    columns = connection.execute("describe intermediate.int_personas").fetchall()
    rewritten = [_rewritten(name, kind) for name, kind, *_ in columns if name not in _KEPT]
    added = connection.execute(
        f"""
        insert into intermediate.int_personas by name
        select * replace ({", ".join(filter(None, rewritten))})
        from intermediate.int_personas
        where hash(persona_id) % 100 < {round(share * 100)}
        """
    ).fetchall()[0][0]
    columns = connection.execute("describe intermediate.int_edges").fetchall()
    texts = ", ".join(
        f"{_in_other_letters(name)} as {name}" for name, kind, *_ in columns if kind == "VARCHAR"
    )
    connection.execute(
        f"insert into intermediate.int_edges by name select * replace ({texts}) from intermediate.int_edges"
    )
    return int(added)


def _rewritten(name: str, kind: str) -> str | None:
    if name in {"persona_id", "merged_into_persona_id"}:  # the kind of persona stays readable
        rest = _in_other_letters(f"substr({name}, strpos({name}, ':') + 1)")
        return f"split_part({name}, ':', 1) || ':' || {rest} as {name}"
    if name == "network":
        return (
            f"case when persona_type = 'profile' then {_in_other_letters(name)} else network end as network"
        )
    if name == "avatar_hash":
        return "null as avatar_hash"
    if kind == "VARCHAR":
        return f"{_in_other_letters(name)} as {name}"
    if kind == "VARCHAR[]":
        return f"list_transform({name}, lambda v: {_in_other_letters('v')}) as {name}"
    return None


def _in_other_letters(text: str) -> str:
    return f"translate({text}, '{_LETTERS}', '{_OTHERS}')"
