"""Kinds of canonical column: what a value of one is, which decides its Arrow type.

Lives here: kind → type, and the word for it that a user of scrm.yml understands. Must not live here: which
column is of which kind (tables/*.yml), and what no value of a kind can be (quality/kinds.py).
"""

from __future__ import annotations

import pyarrow as pa

INSTANT = pa.timestamp("us", tz="UTC")
TEXT = pa.string()
TEXTS = pa.list_(pa.string())
COUNT = pa.int64()
AMOUNT = pa.decimal128(18, 4)
FLAG = pa.bool_()
DATE = pa.date32()

IDS = frozenset(("id", "crm_id"))
# Texts of one line: landing strips control characters from these, and makes runs of blanks one blank.
ONE_LINE = frozenset(("name", "line", "word", "place", "handle", "network_handle"))
VOCABULARIES = frozenset(("one_of", "optional_one_of", "consent_status"))

TYPES: dict[str, pa.DataType] = {
    # An id of a network, told apart by `network`, or of a browser; of a CRM (shop, help desk, portal): another CRM
    # may give the same ones, so these are what a source's `ids` puts a name before.
    **dict.fromkeys(("id", "crm_id"), TEXT),
    # Words and texts; a `line` is a text of one line, such as a title
    **dict.fromkeys(
        ("network", "name", "text", "line", "word", "place", "street", "country", "iso_country"), TEXT
    ),
    **dict.fromkeys(("handle", "network_handle", "address", "declared", "email", "phone", "domain"), TEXT),
    **dict.fromkeys(("language", "time_zone", "currency", "object_type", "visibility"), TEXT),
    # Words of a list, the column's `values`; of consent, where a word that nobody knows is an objection
    **dict.fromkeys(("one_of", "optional_one_of", "consent_status"), TEXT),
    # Instants: of an event that counts in its month, of an activity, of what is over, of what may be to come
    **dict.fromkeys(("event", "done_at", "past", "planned"), INSTANT),
    **dict.fromkeys(("observed_at", "read_at"), INSTANT),
    "day": DATE,
    # Numbers: counts of the platform's own, NULL in staging where below zero; counts; sums of money; …
    **dict.fromkeys(("counter", "count", "employees"), COUNT),
    **dict.fromkeys(("utc_offset", "birth_year"), pa.int32()),
    **dict.fromkeys(("quantity", "rate", "score", "scale"), pa.float64()),
    "amount": AMOUNT,
    "hash": pa.uint64(),
    "flag": FLAG,
}

_WORDS = {
    INSTANT: "time",
    DATE: "day",
    TEXT: "text",
    TEXTS: "texts",
    COUNT: "whole number",
    pa.int32(): "whole number",
    pa.uint64(): "whole number",
    pa.float64(): "number",
    AMOUNT: "amount",
    FLAG: "yes or no",
}


def word_of(kind: str, data_type: pa.DataType) -> str:
    """Say what a value is, in a word that a user of scrm.yml understands."""
    return "id" if kind in IDS and data_type == TEXT else _WORDS[data_type]
