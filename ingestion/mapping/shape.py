"""The fields that a format reads of a record, as a text that reads like a table.

    id text created_at                   texts, as many a line as belong together
    edit_history_tweet_ids[]             a list of texts
    public_metrics: like_count views     an object and its fields
    entities:                            one that goes on in the lines indented below it
        hashtags[]: tag                  a list of objects
        mentions[]: *user                the fields of a shape that is handed over by that name
    # a remark                           to the end of the line

Whatever a field holds is read as text: landing casts it, and says what was wrong (compiler.py). Must not live
here: the fields of any platform.
"""

from __future__ import annotations

from collections.abc import Mapping

# What DuckDB's from_json takes, once it is JSON: names of fields, and in the end 'VARCHAR'.
Shape = dict[str, object]

_Line = tuple[int, list[str]]


def shape(text: str, **named: Mapping[str, object]) -> Shape:
    """Read a shape. A field that the text names overrides the one of a shape that it takes over.

    Raises ValueError for a name that stands twice, a shape that was not handed over, and lines that are
    indented under no object.
    """
    lines = [(len(line) - len(line.lstrip()), line.partition("# ")[0].split()) for line in text.splitlines()]
    return _fields([line for line in lines if line[1]], named)


def field_names(text: str) -> frozenset[str]:
    """Read names of fields parted by blanks, of which nothing is read."""
    return frozenset(text.split())


def _fields(lines: list[_Line], named: Mapping[str, Mapping[str, object]]) -> Shape:
    taken: Shape = {}
    own: Shape = {}
    while lines:
        (indent, words), lines = lines[0], lines[1:]
        depth = next((i for i, line in enumerate(lines) if line[0] <= indent), len(lines))
        below, lines = lines[:depth], lines[depth:]
        for place, word in enumerate(words):
            if word.startswith("*"):
                if word[1:] not in named:
                    raise ValueError(
                        f"{word} names no shape that was handed over: {', '.join(named) or 'none was'}"
                    )
                taken |= named[word[1:]]
                continue
            field = word.removesuffix(":").removesuffix("[]")
            if field in own:
                raise ValueError(f"the field {field} stands twice")
            value: object = "VARCHAR"
            if word.endswith(":"):
                inner = below[0][0] if below else indent
                value, below = _fields([(inner, words[place + 1 :]), *below], named), []
            own[field] = [value] if "[]" in word[len(field) :] else value
            if word.endswith(":"):
                break
        if below:
            raise ValueError(
                f"{' '.join(below[0][1])} is indented under {words[-1]}, which is no object; end it with ':'"
            )
    return taken | own
