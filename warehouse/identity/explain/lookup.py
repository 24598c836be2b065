"""Which persona is meant: by id, or by the words that a person would use.

Must not live here: what is said of it (explanation.py).
"""

from __future__ import annotations

from typing import Any

from warehouse.errors import ScrmError
from warehouse.identity.review.links_at_hand import OpenLinks

Row = dict[str, Any]
_CANDIDATES = 10


class NoSuchPersona(ScrmError):
    """No persona goes by the words given, or several do."""


def rows(links: OpenLinks, query: str, values: dict[str, Any]) -> list[Row]:
    """Rows of a query over the links at hand, as dictionaries."""
    found: list[Row] = links.connection.execute(query, values).to_arrow_table().to_pylist()
    return found


def find_persona(links: OpenLinks, words: str) -> str:
    """Persona id for an id, `network:handle`, a contact's id, a handle or a name.

    Checks name nobody: they give the MD5 of an id, which is understood, too.

    Raises NoSuchPersona; where several fit, its sentence lists the first of them.
    """
    network, _, rest = words.partition(":")
    found = rows(
        links,
        """
        select
            persona_id, name, handle, network, place,
            case
                when persona_id = $words or md5(persona_id) = $words then 1
                when persona_type = 'contact' and native_id = $words then 2
                when network = $network and lower(handle) = lower(ltrim($rest, '@')) then 3
                when native_id = $words then 4
                when lower(handle) = lower(ltrim($words, '@')) then 5
                when lower(name) = lower($words) then 6
                when contains(lower(name), lower($words)) then 7
            end as nearness
        from personas
        where nearness is not null
        order by nearness, persona_id
        """,
        {"words": words, "network": network, "rest": rest},
    )
    best = [row for row in found if row["nearness"] == found[0]["nearness"]]
    if len(best) == 1 and best[0]["nearness"] < 7:
        return str(best[0]["persona_id"])
    if not found:
        raise NoSuchPersona(
            f"no persona goes by {words!r}. Give an id as in people.persona_details (contact:…, "
            "profile:<network>:…), network:handle, a contact's id, a handle or a name."
        )
    listed = "\n".join(f"  {describe(row)}" for row in found[:_CANDIDATES])
    more = f"\n  … and {len(found) - _CANDIDATES:,} more" if len(found) > _CANDIDATES else ""
    raise NoSuchPersona(f"{words!r} may be any of these; give the id that you mean:\n{listed}{more}")


def find_member(links: OpenLinks, words: str) -> str:
    """A persona of the person that `words` name, by id or its MD5, or else the persona that they name."""
    query = """
        select min(persona_id) as persona_id from personas where person_id = $words or md5(person_id) = $words
        """
    (found,) = rows(links, query, {"words": words})
    return str(found["persona_id"]) if found["persona_id"] is not None else find_persona(links, words)


def describe(row: Row) -> str:
    """A persona in a few words: its id, then name, handle and place as far as known."""
    handle = f"@{row['handle']}" if row.get("handle") else None
    said = ", ".join(str(v) for v in (row.get("name"), handle, row.get("place")) if v)
    return f"{row['persona_id']} ({said})" if said else str(row["persona_id"])
