"""How a member of an ActivityStreams object is read, as SQL: it may be a text, an object, or a list of both.

A member is text; one that holds an object or a list holds its JSON. What only looks like JSON is read as
nothing, never as an error. Must not live here: which members there are, what they become.
"""

from __future__ import annotations

import json
from collections.abc import Iterable

from ingestion.formats.activitystreams.vocabulary import KNOWN, SHAPE, SYNONYMS
from warehouse.engine import quote_text

# where the id of a thing stands: the id, else the address; of a list the first thing's
_ID_PATHS = ["$.id", '$."@id"', "$.href", "$.url", "$.url.href", "$.url[0]", "$.url[0].href"]
_ID_PATHS += [path.replace("$", "$[0]", 1) for path in ["$", *_ID_PATHS]]
# servers in Go write the year 1 where they know no time
_NO_TIME = "0001-01-01T00:00:00Z"


def one_of(names: Iterable[str]) -> str:
    """Give the right side of an IN."""
    return "(" + ", ".join(map(quote_text, names)) + ")"


def parsed(value: str) -> str:
    """Read an object written out as a struct of all members; NULL where it is none."""
    return f"case when {value} like '{{%' then try(from_json({value}, {quote_text(json.dumps(SHAPE))})) end"


def items(value: str) -> str:
    """Give what a member holds as a list of texts, one where it is no list."""
    return f"""case
        when {value} like '[%' then coalesce(try(from_json({value}, '["VARCHAR"]')), [])
        when {value} <> '' then [{value}] else [] end"""


def structs(value: str, *names: str) -> str:
    """Give the objects that a member holds as a list of structs of the named members."""
    shape = json.dumps(dict.fromkeys(names, "VARCHAR"))
    return f"""coalesce(case
        when {value} like '[%' then try(from_json({value}, '[{shape}]'))
        when {value} like '{{%' then try([from_json({value}, '{shape}')]) end, [])"""


def first(value: str) -> str:
    """Give the first of a list, or the value itself."""
    return f"case when {value} like '[%' then try(json_extract_string({value}, '$[0]')) else {value} end"


def reference(value: str) -> str:
    """Give the id of what a member names: written as text, inside an object, or first of a list."""
    paths = ", ".join(map(quote_text, _ID_PATHS))
    return f"""case when {value} like '{{%' or {value} like '[%'
        then list_filter(try(json_extract_string({value}, [{paths}])), lambda x: regexp_matches(x, '^[^{{\\[]'))[1]
        else nullif({value}, '') end"""


def own_id(struct: str) -> str:
    """Give the id that an object says it has, else its address."""
    return f"""coalesce(nullif({struct}.id, ''), nullif({struct}."@id", ''), {reference(f"{struct}.url")})"""


def type_of(value: str) -> str:
    """Give the type that a `type` says: of several, and of full IRIs, the name that the vocabulary knows."""
    for written, meant in SYNONYMS.items():
        value = f"replace({value}, {quote_text(written)}, {quote_text(meant)})"
    known = "|".join(KNOWN)
    return f"""case when regexp_matches({value}, '^[A-Z][A-Za-z]+$') then {value} else coalesce(
        nullif(regexp_extract({value}, '(?:^|["#:/])({known})(?:"|$)', 1), ''),
        nullif(regexp_extract({value}, '(\\w+)"?\\]?$', 1), '')) end"""


def type_in(struct: str) -> str:
    """Give the type of an object."""
    return type_of(f'coalesce({struct}.type, {struct}."@type")')


def instant(value: str) -> str:
    """Give a time as text that casts; the vocabulary lets the seconds be left out."""
    return f"""nullif(nullif(
        regexp_replace({value}, '(T\\d\\d:\\d\\d)(Z|[+-]\\d\\d:?\\d\\d)$', '\\1:00\\2'), ''), '{_NO_TIME}')"""


def of_language(value: str) -> str:
    """Give the first text of a member by languages (`contentMap`)."""
    return f"""case
        when {value} like '{{%' then try(json_extract_string({value}, '$.*')[1])
        when {value} like '[%' then try(json_extract_string({value}, '$[0]')) end"""


def name_of(value: str) -> str:
    """Give the name of what a member describes, or the text itself; an address is no name."""
    named = f"""case when {value} like '{{%' or {value} like '[%'
        then list_any_value(try(json_extract_string({value}, ['$.name', '$[0].name']))) else {value} end"""
    return f"nullif({named}, regexp_extract({value}, '^https?://.*'))"


def host(value: str) -> str:
    """Give the host of an address."""
    return f"nullif(regexp_extract(lower({value}), '^https?://([^/]+)', 1), '')"
