"""SQL macros on text that every format may use: HTML to plain text, addresses, instants, ids.

Each works on whole columns inside DuckDB. A macro on time gives back a text that does not cast unchanged,
so that landing can reject the record and say why. Must not live here: anything one platform does alone.
"""

from __future__ import annotations

from collections.abc import Iterable
from html.entities import name2codepoint

import duckdb

from warehouse.engine import quote_text

# '&amp;' is undone last, or '&amp;lt;' would end as '<'. A variable is bound as one constant: written out in a
# macro, the 250 pairs would be bound anew wherever a text is made plain: most of a small file's time.
_NAMED = ", ".join(
    f"{quote_text(f'&{name};')}: chr({code})"
    for name, code in sorted(name2codepoint.items())
    if name != "amp"
)

# What tools write into a field that is empty. The first mean nothing in any cell of a table; no id, number,
# instant or flag is one of the others.
NO_TEXT = ("\\N", "null", "NULL", "#N/A", "#NULL!", "#REF!", "#VALUE!", "#NAME?", "#DIV/0!")
NO_VALUE = ("null", "none", "nan", "undefined", "n/a")
# ="00028", for DuckDB and Arrow alike.
GUARD = r'(?s)^[\s\p{Z}\p{Cf}]*="(.*)"[\s\p{Z}\p{Cf}]*$'
_NO_ID = ("000", "0" * 15, "0" * 15 + "AAA")


def listed(words: Iterable[str]) -> str:
    """Give the SQL of a list of texts."""
    return ", ".join(quote_text(word) for word in words)


_LONGEST_WORD = max(map(len, (*NO_TEXT, *NO_VALUE)))
_NOTHING = sorted({word.lower() for word in (*NO_TEXT, *NO_VALUE, *_NO_ID)})

# try(cast(…)) would not do: where an expression stands twice, DuckDB 1.5 takes the cast out of the try.
MACROS = (
    f"set variable entity_characters = map {{{_NAMED}, '&apos;': ''''}}",
    # one character of '&eacute;', '&#233;' or '&#xE9;'; what is no entity stays
    """
    create or replace temp macro entity_character(entity) as coalesce(
        getvariable('entity_characters')[entity],
        try(chr(cast(nullif(regexp_extract(entity, '^&#(\\d+);$', 1), '') as integer))),
        try(chr(cast('0x' || nullif(regexp_extract(lower(entity), '^&#x([0-9a-f]+);$', 1), '') as integer))),
        entity
    )
    """,
    """
    create or replace temp macro without_entities(html) as case
        when html not like '%&%' then html
        else replace(list_reduce(
            list_distinct(regexp_extract_all(html, '&(#?[0-9A-Za-z]{1,31});')),
            lambda text, entity: replace(text, entity, entity_character(entity)),
            html
        ), '&amp;', '&')
    end
    """,
    # for platforms that escape these three alone
    """
    create or replace temp macro unescaped(text) as
        replace(replace(replace(text, '&lt;', '<'), '&gt;', '>'), '&amp;', '&')
    """,
    """
    create or replace temp macro without_tags(html) as
        regexp_replace(regexp_replace(regexp_replace(html,
            '(?is)<(script|style)\\b.*?</(script|style)\\s*>|<!--.*?-->', '', 'g'),
            '(?i)<br\\s*/?>|</(p|div|li|h[1-6]|blockquote|tr|pre)\\s*>', chr(10), 'g'),
            '</?[A-Za-z][^>]*>', '', 'g')
    """,
    """
    create or replace temp macro tidy(text) as
        trim(regexp_replace(
            regexp_replace(text, '[ \\t\\r\\f\\x{A0}]+', ' ', 'g'), ' ?\\n[ \\n]*', chr(10), 'g'
        ), ' ' || chr(10))
    """,
    """
    create or replace temp macro plain_text(html) as case
        when html is null then null
        when html not like '%<%' and html not like '%&%' then tidy(html)
        else tidy(without_entities(without_tags(html)))
    end
    """,
    """
    create or replace temp macro links_of_html(html) as list_distinct(list_transform(
        regexp_extract_all(html, '(?i)href\\s*=\\s*["'']?(https?://[^"''\\s>]+)', 1),
        lambda link: without_entities(link)
    ))
    """,
    """
    create or replace temp macro links_of_text(content) as
        list_distinct(regexp_extract_all(content, 'https?://[^\\s<>"''\\])}]+'))
    """,
    """
    create or replace temp macro hashtags_of_text(content) as
        list_distinct(regexp_extract_all(content, '(?:^|\\s)#([\\p{L}\\p{N}_]+)', 1))
    """,
    """
    create or replace temp macro epoch_seconds(seconds) as
        case when abs(try_cast(seconds as double)) < 1e11
            then cast(to_timestamp(try_cast(seconds as double)) as varchar) else seconds end
    """,
    """
    create or replace temp macro epoch_milliseconds(milliseconds) as
        case when abs(try_cast(milliseconds as double)) < 1e14
            then cast(to_timestamp(try_cast(milliseconds as double) / 1000) as varchar) else milliseconds end
    """,
    # an offset in the text wins over the zone
    """
    create or replace temp macro at_zone(local_time, zone) as case
        when regexp_matches(local_time, '(?i)\\d(z|[+-]\\d\\d:?(\\d\\d)?)\\s*$')
            and contains(local_time, ':')
            then local_time
        when try_cast(local_time as timestamp) between timestamp '0001-01-01' and timestamp '9999-12-31'
            then cast(timezone(zone, try_cast(local_time as timestamp)) as varchar)
        else local_time
    end
    """,
    # without what nobody sees: blanks of any kind around it, and characters without width
    """
    create or replace temp macro stripped(text) as regexp_replace(
        regexp_replace(text, '[\\x{200b}\\x{2060}\\x{feff}]', '', 'g'),
        '^[\\s\\p{Z}\\p{Cf}]+|[\\s\\p{Z}\\p{Cf}]+$', '', 'g'
    )
    """,
    # as one line: without control characters, and with one blank for line breaks and runs of blanks
    """
    create or replace temp macro one_line(text) as case
        when not regexp_matches(text, '\\p{Cc}|[\\x{2028}\\x{2029}]|  |^ | $') then text
        else trim(regexp_replace(
            regexp_replace(text, '[\\x{00}-\\x{08}\\x{0e}-\\x{1f}\\x{7f}-\\x{84}\\x{86}-\\x{9f}]', '', 'g'),
            '[\\s\\x{0b}\\x{85}\\x{2028}\\x{2029}]+', ' ', 'g'
        ))
    end
    """,
    # without the guard that keeps a spreadsheet from taking it for a number
    f"""
    create or replace temp macro unguarded(text) as regexp_replace(text, {quote_text(GUARD)}, '\\1')
    """,
    # of ASCII, without a blank at either end, and no guard. Asked first for speed: nearly every text is such.
    # (Where a slow expression stands twice, DuckDB computes it for every row, whatever the case around it.)
    """
    create or replace temp macro is_bare(text) as
        strlen(text) = length(text) and text >= '!' and not (text >= '="' and text < '=#')
        and text not like '% ' and text not like '%\t'
    """,
    # an id as it is compared: without fillers and guards
    f"""
    create or replace temp macro plain_id(id) as case
        when is_bare(id) and id >= '0' and (strlen(id) > {_LONGEST_WORD} or id < 'N')
            and id not in ({listed(_NO_ID)})
            then id
        else list_filter(
            [ltrim(stripped(unguarded(id)), chr(39))], lambda word: lower(word) not in ({listed(_NOTHING)})
        )[1]
    end
    """,
    # minutes east of UTC, where the text says so itself; 'Z' says nothing of the author
    """
    create or replace temp macro offset_minutes(instant) as case
        when regexp_matches(instant, ':\\d\\d(\\.\\d+)?[+-]\\d\\d:?\\d\\d$') then
            (case when regexp_extract(instant, '([+-])\\d\\d:?\\d\\d$', 1) = '-' then -1 else 1 end)
            * (cast(regexp_extract(instant, '[+-](\\d\\d):?\\d\\d$', 1) as integer) * 60
                + cast(regexp_extract(instant, '[+-]\\d\\d:?(\\d\\d)$', 1) as integer))
    end
    """,
)


def define_macros(connection: duckdb.DuckDBPyConnection) -> None:
    """Define the macros on a connection; they last as long as it does."""
    for macro in MACROS:
        connection.execute(macro)
