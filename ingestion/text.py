"""SQL macros on text that every format may use: HTML to plain text, addresses, instants.

Each works on whole columns inside DuckDB. A macro on time gives back a text that does not cast unchanged,
so that landing can reject the record and say why. Must not live here: anything one platform does alone.
"""

from __future__ import annotations

from html.entities import name2codepoint

import duckdb

from warehouse.engine import quote_text

# '&amp;' is undone last, or '&amp;lt;' would end as '<'.
_NAMED = ", ".join(
    f"{quote_text(f'&{name};')}: chr({code})"
    for name, code in sorted(name2codepoint.items())
    if name != "amp"
)

# try(cast(…)) would not do: where an expression stands twice, DuckDB 1.5 takes the cast out of the try.
MACROS = (
    # one character of '&eacute;', '&#233;' or '&#xE9;'; what is no entity stays
    f"""
    create or replace temp macro entity_character(entity) as coalesce(
        map {{{_NAMED}, '&apos;': ''''}}[entity],
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
            and regexp_matches(local_time, '\\d:\\d')
            then local_time
        when try_cast(local_time as timestamp) between timestamp '0001-01-01' and timestamp '9999-12-31'
            then cast(timezone(zone, try_cast(local_time as timestamp)) as varchar)
        else local_time
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
