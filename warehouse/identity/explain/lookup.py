"""Which persona is meant: by id, or by the words that a person would use.

Must not live here: what is said of it (explanation.py).
"""

from __future__ import annotations

from typing import Any

from warehouse.errors import ScrmError
from warehouse.identity.review.links_at_hand import OpenLinks

Row = dict[str, Any]
_CANDIDATES = 10
_LEAST_OF_ID = 8  # characters of an id, or of its MD5, that may stand for it where no other begins so


class NoSuchPersona(ScrmError):
    """No persona goes by the words given, or several do."""


def rows(links: OpenLinks, query: str, values: dict[str, Any]) -> list[Row]:
    """Rows of a query over the links at hand, as dictionaries."""
    found: list[Row] = links.connection.execute(query, values).to_arrow_table().to_pylist()
    return found


def find_persona(links: OpenLinks, words: str) -> str:
    """Persona id for an id or the beginning of one, `network:handle`, a contact's id, a handle or a name.

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
                when length($words) >= $least
                    and (starts_with(persona_id, $words) or starts_with(md5(persona_id), $words)) then 7
                when contains(lower(name), lower($words)) then 8
            end as nearness
        from personas
        where nearness is not null
        order by nearness, persona_id
        """,
        {"words": words, "network": network, "rest": rest, "least": _LEAST_OF_ID},
    )
    best = [row for row in found if row["nearness"] == found[0]["nearness"]]
    if len(best) == 1 and best[0]["nearness"] < 8:
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
    person = find_person(links, words)
    if person is None:
        return find_persona(links, words)
    (found,) = rows(
        links,
        "select min(persona_id) as persona_id from personas where person_id = $person",
        {"person": person},
    )
    return str(found["persona_id"])


def find_person(links: OpenLinks, words: str) -> str | None:
    """Person id for an id, its MD5, or the beginning of either that no other has; None for anything else."""
    query = """
        select distinct person_id, person_id = $words or md5(person_id) = $words as is_whole from personas
        where is_whole
            or length($words) >= $least and (starts_with(person_id, $words) or starts_with(md5(person_id), $words))
        order by is_whole desc, person_id
        """
    found = rows(links, query, {"words": words, "least": _LEAST_OF_ID})
    if len(found) > 1 and not found[0]["is_whole"]:
        listed = ", ".join(row["person_id"] for row in found[:_CANDIDATES])
        raise NoSuchPersona(
            f"{words!r} begins the ids of {len(found)} persons: {listed}; give more of the id"
        )
    return str(found[0]["person_id"]) if found else None


def describe(row: Row) -> str:
    """A persona in a few words: its id, then name, handle and place as far as known."""
    handle = f"@{row['handle']}" if row.get("handle") else None
    said = ", ".join(str(v) for v in (row.get("name"), handle, row.get("place")) if v)
    return f"{row['persona_id']} ({said})" if said else str(row["persona_id"])
