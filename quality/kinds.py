"""Kinds of column, and for each the content that no such column can have: SQL predicates, one a line.

Lives here: what is nonsense for an id, a name, an instant … wherever it stands. Must not live here: which
column is of which kind (warehouse/canonical/tables/), and rules over several columns or tables.

`{c}` stands for the column, `{values}` for the words that it may hold; a list column is nonsense where one of
its elements is. NULL is never nonsense: completeness is another check.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from quality.check import Cost, Severity
from warehouse.canonical.register import Column
from warehouse.engine import quote_identifier, quote_text


@dataclass(frozen=True)
class Family:
    """Checks of one sort over a table: severity, share of rows tolerated per column, why it matters.

    `cost` is what the critical ones cost.
    """

    severity: Severity
    tolerated_share: float
    sentence: str
    cost: Cost = "record"


FAMILIES: dict[str, Family] = {
    "identifiers": Family(
        "critical",
        0,
        "Ids are the platform's own, as text. One that a spreadsheet turned into a float, or that carries "
        "blanks or control characters, joins to nothing, and its rows vanish from every figure.",
    ),
    "vocabulary": Family(
        "critical",
        0,
        "The word decides what a row counts for (active or passive, granted or objected, which currency). A "
        "word outside the vocabulary counts for nothing, silently.",
    ),
    "events": Family(
        "critical",
        0,
        "The instant places the row in a month, and the newest one ends the published period. A row from "
        "the future of its own observation, or from before 1990, shifts every month-end.",
    ),
    "times": Family(
        "warning",
        0.01,
        "Creation, change and end of a thing decide whether it existed at a month's end; the time of reading "
        "shows whether the machine's clock jumped.",
    ),
    "counters": Family(
        "critical",
        0,
        "A count below zero or beyond ten billion is a broken export: medians and interactions rest on it.",
    ),
    "amounts": Family(
        "critical",
        0,
        "Money decides the value segment of a customer: a negative or absurd amount puts people in the "
        "wrong one. Where credit notes are exported as orders, quality.thresholds lets a share of them count.",
    ),
    "numbers": Family("warning", 0.01, "The number is outside what the thing can be."),
    "optional_words": Family(
        "warning",
        0,
        "A word that is not known in this column counts for nothing, as if the column were empty there.",
    ),
    "time_zones": Family(
        "warning",
        0.01,
        "A time zone that is none of IANA's names says nothing: hours of its people rest on their country, or on "
        "nothing.",
    ),
    "local_time": Family(
        "critical",
        0.01,
        "Hour figures are in the author's local time: a zone that does not exist or an offset that no "
        "place on earth has moves activities to wrong hours.",
    ),
    "consent_words": Family(
        "warning",
        0,
        "A word that is neither granted, objected nor withdrawn counts as an objection: who may have refused is "
        "not linked.",
    ),
    "unread_consents": Family(
        "critical",
        0.05,
        "The source says consent in words of its own (granted, objected and withdrawn are known): all these "
        "people are taken to have objected.",
        cost="publication",
    ),
    "countries": Family("warning", 0.05, "A country that does not exist gives no time zone and no evidence."),
    "languages": Family("warning", 0.01, "A language tag that is none hides the text from its language."),
    "encoding": Family(
        "warning",
        0.005,
        "Replacement characters, control characters and double-encoded letters (such as Ã©) show a file "
        "read in the wrong encoding: names do not match and words are not found.",
    ),
    "names": Family(
        "warning",
        0.05,
        "A name without a letter is no name; two such rows must not look alike to the matcher.",
    ),
    "handles": Family(
        "warning", 0.01, "A handle is evidence for a link. One with blanks or brackets is a misread column."
    ),
    "addresses": Family("warning", 0.05, "A web address that is none proves nothing and cannot be declared."),
    "contact_points": Family(
        "warning", 0.05, "E-mail and phone are the strongest evidence; a misread column links nobody or all."
    ),
}

_CONTROL = r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]"
# Two letters of a UTF-8 sequence read as Latin-1 or Windows-1252 and written again.
_DOUBLE_ENCODED = (
    r"Ã[\x{80}-\x{bf}€ŒœŠšŸŽžƒ‚„…†‡‰‹›‘’“”•–—™]"
    r"|â€[\x{80}-\x{bf}™œ“”¦¢˜]|Â[\x{a0}-\x{bf}]|ðŸ|ï¿½"
)
_DAMAGE = rf"regexp_matches({{c}}, '\x{{fffd}}|{_CONTROL}|{_DOUBLE_ENCODED}')"
# Ranges instead of \p{L}, which costs 30 ms to compile: all that is not punctuation, digits or symbols.
_NO_LETTER = r"regexp_matches({c}, '^[^A-Za-z\x{c0}-\x{1fff}\x{2c00}-\x{10ffff}]*$')"
_LETTERS = _NO_LETTER + " or length({c}) > 1000"

# One expression, which is half as dear as six: empty, blanks around it, control characters, a spreadsheet's float,
# a word for nothing.
_ID = (
    r"regexp_matches({c}, '^$|^\p{Zs}|\p{Zs}$|[\x00-\x1f\x7f\x{fffd}]"
    r"|^[0-9]+\.[0-9]+([eE]\+?[0-9]+)?$|^[0-9]+[eE]\+[0-9]+$"
    r"|^(?i:null|none|nan|undefined|n/a|#n/a|#ref!)$') or length({c}) > 2000"
)
_PAST = "{c} < timestamptz '1990-01-01 00:00:00+00' or {c} > observed_at + interval 1 day"
# A withdrawal holds whenever it is dated: it places nothing in a month, and ends no period.
_PAST_UNLESS_WITHDRAWAL = (
    "coalesce(activity_type not in ('Delete', 'Undo', 'Remove', 'Leave'), true) and (" + _PAST + ")"
)
_PLANNED = "{c} < timestamptz '1900-01-01 00:00:00+00' or {c} > observed_at + interval 20 years"
_ZONE = "{c} not in (select name from pg_timezone_names())"
_SHORT = r"length({c}) > 300 or regexp_matches({c}, '^[^A-Za-z0-9\x{c0}-\x{1fff}\x{2c00}-\x{10ffff}]*$')"


# kind → family → predicate. A kind may fall under several families.
KINDS: dict[str, dict[str, str]] = {
    "id": {"identifiers": _ID},
    "crm_id": {"identifiers": _ID},
    "network": {"identifiers": "not regexp_matches({c}, '^[a-z][a-z0-9_]{0,62}$')"},
    "text": {"encoding": _DAMAGE},
    "line": {"encoding": _DAMAGE},
    "name": {"encoding": _DAMAGE, "names": _LETTERS},
    "word": {"encoding": _DAMAGE, "names": _SHORT},
    "place": {"encoding": _DAMAGE, "names": _LETTERS},
    "street": {"encoding": _DAMAGE, "names": _SHORT},
    "handle": {
        "handles": r"""regexp_matches({c}, '^@|^$|[\s\x00-\x1f\x7f\x{fffd}<>"]') or length({c}) > 255"""
    },
    "network_handle": {"handles": r"not regexp_matches({c}, '^[a-z][a-z0-9_]*:[^\s\x00-\x1f\x{fffd}<>]+$')"},
    "address": {
        "addresses": r"not regexp_matches({c}, '^([A-Za-z][A-Za-z0-9+.-]*:)?[^\s\x00-\x1f\x{fffd}<>]+$')"
        r" or not contains({c}, '.')"
    },
    "declared": {"addresses": r"not regexp_matches({c}, '^[^\s\x00-\x1f\x{fffd}<>]+$')"},
    # as typed: beside a name or a scheme, or several in one field (warehouse/identity/personas/contact_points.py)
    "email": {
        "contact_points": r"not regexp_matches({c},"
        r" '(^|[\s<:;,|(])[^@\s\x{fffd}]+@[^@\s\x{fffd}]+\.[^@\s\x{fffd}]+')"
    },
    "phone": {
        "contact_points": r"length(regexp_replace(regexp_extract({c}, '^[^;,|]*'), '[^0-9]', '', 'g'))"
        r" not between 5 and 25"
        r" or regexp_matches({c}, '[@\x00-\x1f\x{fffd}]')"
    },
    "domain": {"addresses": r"not regexp_matches({c}, '^[^\s/@]+\.[^\s/@]+$')"},
    "iso_country": {"countries": "{c} not in ({iso_countries})"},
    "country": {"countries": _LETTERS, "encoding": _DAMAGE},
    "time_zone": {"time_zones": _ZONE},
    "utc_offset": {"local_time": "{c} not between -720 and 840 or {c} % 15 <> 0"},
    "language": {"languages": r"not regexp_matches({c}, '^[A-Za-z]{2,3}([-_][A-Za-z0-9]{1,8})*$')"},
    "currency": {"vocabulary": "not regexp_matches({c}, '^[A-Z]{3}$')"},
    "one_of": {"vocabulary": "{c} not in ({values})"},
    "object_type": {"vocabulary": r"not regexp_matches({c}, '^[A-Z][A-Za-z]{1,39}$')"},
    "optional_one_of": {"optional_words": "{c} not in ({values})"},
    "visibility": {"vocabulary": "{c} not in ({landed_visibilities})"},
    "consent_status": dict.fromkeys(("consent_words", "unread_consents"), "{c} not in ({values})"),
    "event": {"events": _PAST},
    "done_at": {"events": _PAST_UNLESS_WITHDRAWAL},
    "past": {"times": _PAST},
    "planned": {"times": _PLANNED},
    "read_at": {
        "times": "{c} < timestamptz '2020-01-01 00:00:00+00'"
        " or {c} > (select max(run_at) from inputs.parameters) + interval 1 day"
    },
    "day": {"times": "{c} < date '1900-01-01' or {c} > cast(observed_at as date) + interval 20 years"},
    "count": {"counters": "{c} < 0 or {c} > 10000000000"},
    "counter": {"counters": "{c} < 0 or {c} > 10000000000"},
    "amount": {"amounts": "{c} < 0 or {c} > 100000000000"},
    "rate": {"amounts": "not {c} > 0 or not {c} < 1000000000"},
    "employees": {"numbers": "{c} not between 0 and 5000000"},
    "quantity": {"numbers": "not {c} > 0 or not {c} <= 1000000"},
    "score": {"numbers": "not {c} >= 0 or not {c} <= coalesce(scale_max, 100)"},
    "scale": {"numbers": "not {c} > 0 or not {c} <= 1000"},
    "birth_year": {"numbers": "{c} not between 1900 and year(observed_at) - 5"},
    "flag": {},
}

# Kinds whose values differ from row to row in any real export: one value in every row is a misread column.
VARIED_KINDS = frozenset(
    (
        "name",
        "text",
        "line",
        "handle",
        "network_handle",
        "email",
        "phone",
        "street",
        "amount",
        "event",
        "done_at",
    )
)
# Kinds with few values: as many values as rows is a misread column.
REPEATED_KINDS = frozenset(("word", "object_type", "country"))


def nonsense(column: Column, family: str, *, fill: Callable[[str], str]) -> str:
    """Give the SQL predicate that is true where the column holds what one of its kind cannot hold."""
    predicate = fill(
        KINDS[column.kind][family].replace("{values}", ", ".join(map(quote_text, column.values)))
    )
    name = quote_identifier(column.name)
    if not column.is_list:
        return f"coalesce({predicate.replace('{c}', name)}, false)"
    return f"len(list_filter({name}, lambda x: {predicate.replace('{c}', 'x')})) > 0"
