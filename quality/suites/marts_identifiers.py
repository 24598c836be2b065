"""Checks that marts for BI name nobody: no column that is there to identify, no identifier in any text.

Texts are compared, token by token, with the handles and names of the very build. Must not live here: small
cells (marts_cells.py), which are about groups.
"""

from __future__ import annotations

from collections.abc import Iterator

from quality.check import Check
from quality.suites.marts import CATALOG, Columns, Shape, mart_check
from warehouse.engine import quote_identifier, quote_text

IDENTIFYING = (
    r"(^|_)(handle|handles|email|emails|e_mail|phone|phones|address|street|bio|avatar|content|text|nickname)(_|$)"
    r"|(display|full|given|family|middle|former|first|last|user)_?name"
    r"|^(person|contact|profile|persona|native|actor|author)(_profile)?_id$"
)
_EMAIL = r"[A-Za-z0-9._%+-]+@[A-Za-z0-9-]+\.[A-Za-z]{2,}"
_PHONE = r"(^|[^0-9A-Za-z])\+[1-9][0-9 ().-]{7,17}[0-9]([^0-9]|$)"
_DAY = r"[-_.]*\d{4}-?\d\d-?\d\d"
_AT_HANDLE = r"(^|\s)@[A-Za-z0-9_]{2,}"

# Columns whose values are words of the models: of them a value is compared as a whole, never its parts.
_CODES = frozenset(("stage", "outcome", "reason_code", "mode", "format", "mart", "metric", "unit"))
# Values that the models themselves write: nobody is named by them, whoever's handle one of them also is.
_OWN_VALUES = (
    *("author", "containment", "order_owner", "order_amount", "withdrawn"),
    *("deleted_in_crm", "order_of_nobody", "no_exchange_rate"),
    *("precision", "recall_within_blocking", "link_recall", "blocking_loss", "calibration_error"),
    *("calibration_error_of_model", "calibrated_on", "size_steps", "ids_kept", "audit_sample", "personas"),
    *("organization", "inactive", "unassigned", "check_in"),
)
# Sentences of this repository: none is data.
_PROSE = {"metric_catalog": ("definition", "formula", "source")}


def suite(shape: Shape) -> tuple[Check, ...]:
    """Checks of the columns of all marts, and of the texts of each."""
    contents = (content_checks(table, columns) for table, columns in shape.get("marts", {}).items())
    return (columns_check(), *(check for found in contents for check in found))


def columns_check() -> Check:
    """The check of what the columns of all marts are called."""
    return mart_check(
        "identifying_columns",
        CATALOG,
        "critical",
        "Marts for BI carry no direct identifier: names, handles, addresses, raw text and ids of people "
        "belong to the files that can be withheld.",
        f"""
select table_name, column_name
from duckdb_columns()
where schema_name = 'marts' and database_name = 'memory'
    and regexp_matches(column_name, {quote_text(IDENTIFYING)})
    and exists (select 1 from @batch)""",
    )


def content_checks(table: str, columns: Columns) -> Iterator[Check]:
    """Checks of what stands in the texts of a mart."""
    prose = _PROSE.get(table, ())
    texts = [column for column, kind in columns.items() if kind == "VARCHAR" and column not in prose]
    if not texts:
        return
    cells = " union all ".join(
        f"select distinct {quote_text(c)} as column_name, {quote_identifier(c)} as cell from @batch"
        for c in texts
    )
    yield mart_check(
        f"{table}.identifying_content",
        f"marts.{table}",
        "critical",
        "An e-mail address, phone number, handle or person's name that slipped into a label is published to "
        "everybody who may see a dashboard. Where it is a word of the company's own, scrm.yml should say so "
        "(the description of a segmentation).",
        _CONTENT.replace("@cells", cells),
        prepared=_NAMED,
        columns=tuple(texts),
    )


def _words(text: str) -> str:
    """SQL of the words of a text: folded, cut at everything that is neither letter nor digit."""
    cut = f"regexp_split_to_array(strip_accents(lower({text})), '[^\\p{{L}}\\p{{N}}]+')"
    return f"list_filter({cut}, word -> word <> '')"


def _handle(text: str) -> str:
    return f"strip_accents(lower(ltrim({text}, '@')))"


# Whom the lake names, as texts are compared with it: asked of it once, for all marts.
_NAMED = {
    "prepared.handles": f"""
select distinct {_handle("handle")} as handle from landed.profiles where handle is not null""",
    "prepared.names": f"""
select distinct list_aggregate({_words("name")}, 'string_agg', ' ') as words
from (
    select full_name as name from landed.contacts
    union all
    select concat_ws(' ', given_name, family_name) from landed.contacts
    union all
    select display_name from landed.profiles
)
where name is not null""",
}

# A handle is told by a value as a whole, or by a part of it between blanks and slashes, dots, or whatever is
# neither letter nor digit, days left out; a name by two or three words in a row, in either order. So that an
# ordinary word is no false alarm, a part must be unlike one: eight characters, or five of which one is a digit,
# hyphen or underscore. What the company says itself in scrm.yml is no secret, whoever's handle it also is.
_CONTENT = f"""
with cells as (@cells),
declared as (
    select unnest({_words("said")}) as word
    from (
        select concat_ws(' ', source, network) as said from inputs.configured_sources
        union all
        select concat_ws(' ', segmentation, description) from inputs.configured_segmentations
        union all
        select concat_ws(' ', owner_name, account) from inputs.configured_accounts where owner_kind <> 'staff'
        union all
        select concat_ws(' ', brand_name, currency) from inputs.parameters
        union all
        select distinct network from landed.profiles
        union all
        select concat_ws(' ', mart, metric) from marts.metric_catalog
    )
    union all
    select unnest([{", ".join(map(quote_text, _OWN_VALUES))}])
),
parts as (
    select column_name, cell, {_handle("cell")} as part from cells
    union all
    select column_name, cell, unnest(list_concat(
        regexp_split_to_array(undated, '[\\s/:,;()]+'),
        regexp_split_to_array(undated, '[\\s/:,;().]+'),
        {_words("undated")}
    ))
    from (select *, regexp_replace({_handle("cell")}, '{_DAY}', ' ', 'g') as undated from cells)
    where column_name not in ({", ".join(map(quote_text, sorted(_CODES)))})
),
handles_found as (
    select column_name, cell
    from parts
    where (length(part) >= 8 or (length(part) >= 5 and regexp_matches(part, '[0-9_-]')))
        and part not in (select word from declared)
        and part in (select handle from prepared.handles)
),
worded as (select column_name, cell, {_words("cell")} as words from cells),
phrases as (
    select column_name, cell, unnest(list_concat(
        [words[i:i + 1] for i in range(1, length(words))],
        [[words[i + 1], words[i]] for i in range(1, length(words))],
        [words[i:i + 2] for i in range(1, length(words) - 1)]
    )) as phrase
    from worded
    where length(words) > 1
),
names_found as (
    select column_name, cell
    from phrases
    where length(list_aggregate(phrase, 'string_agg', '')) >= 5
        and not list_has_all((select list(word) from declared), phrase)
        and list_aggregate(phrase, 'string_agg', ' ') in (select words from prepared.names)
)
select distinct column_name, md5(cell) as cell_md5
from (
    from handles_found
    union all
    from names_found
    union all
    select column_name, cell from cells
    where regexp_matches(cell, {quote_text(f"{_EMAIL}|{_PHONE}|{_AT_HANDLE}")})
)"""
