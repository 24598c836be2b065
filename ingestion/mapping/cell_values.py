"""How a text cell of a table becomes a value of a canonical column, as SQL.

Used by the formats that read tables (table, salesforce_export). What cannot be read stays the text it is,
or becomes one that casts to nothing, so that landing rejects the record and says which column was bad.
Must not live here: which cell goes to which column (formats/), and what every id is freed from, whatever the
format (plain_id in macros.py, as compiler.py calls it).
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

import pyarrow as pa

from ingestion.mapping.macros import NO_TEXT, NO_VALUE, listed
from warehouse.engine import quote_text
from warehouse.settings import SettingsError, Source

ISO, EPOCH_SECONDS, EPOCH_MILLISECONDS = "iso", "epoch_seconds", "epoch_milliseconds"
TIMESTAMPS = (ISO, EPOCH_SECONDS, EPOCH_MILLISECONDS)
# A reading outside of these is of a format that is not the cell's: two digits taken for a year.
_EARLIEST, _LATEST = "date '1900-01-01'", "date '2100-01-01'"
# What DuckDB's strptime knows.
_SPECIFIER = re.compile(r"%(-[dmyHIMSj]|[dmyHIMSjaAwbBYpfgnzZUWcxXGVu%])")


@dataclass(frozen=True)
class Cells:
    """The conventions of a table's text.

    `timestamps` is one of TIMESTAMPS; `timestamp_formats` are strptime formats, tried before ISO 8601: a cell
    that two of them read as different times is none. Local times without an offset are of `time_zone`. Numbers
    may have a decimal sign of their own, a sign between thousands and a currency sign at either end.
    `null_values` mean "nothing" like empty text does.
    """

    time_zone: str = "UTC"
    timestamps: str = ISO
    timestamp_formats: tuple[str, ...] = ()
    decimal_sign: str = "."
    thousands_sign: str = ""
    currency_sign: str = ""
    list_separator: str = "|"
    null_values: tuple[str, ...] = ()

    @property
    def nothing(self) -> tuple[str, ...]:
        """The texts that mean nothing, in whatever column."""
        return ("", *NO_TEXT, *self.null_values)

    def read(self, cell: str, columns: Mapping[str, pa.DataType]) -> str:
        """Return the SQL of what a cell says, from its own SQL, as the canonical `columns` made of it need it.

        Of a text that is all that stands there. Where no free text can stand, more words mean nothing, and blanks
        around do not count.
        """
        if any(_holds_text(name, kind) for name, kind in columns.items()):
            return cell
        no_value = f"when {cell} >= 'A' and lower({cell}) in ({listed(NO_VALUE)}) then null"
        return f"(case {no_value} when is_bare({cell}) then {cell} else stripped({cell}) end)"

    def value(self, cell: str, column: str, kind: pa.DataType) -> str:
        """Return the SQL of a canonical column over `cell`, the SQL of what `read` gave."""
        if pa.types.is_list(kind):
            return self._texts(cell)
        if column == "currency":
            return f"nullif({cell}, '000')"
        if pa.types.is_string(kind):
            return cell
        if column == "birth_year":
            return self._year(cell)
        if pa.types.is_timestamp(kind):
            return self._instant(cell)
        if pa.types.is_date(kind):
            return self._date(cell)
        return cell if pa.types.is_boolean(kind) else self._number(cell)

    def _instant(self, cell: str) -> str:
        if self.timestamps != ISO:
            return f"{self.timestamps}({cell})"
        local = self._iso(cell)
        return local if self.time_zone == "UTC" else f"at_zone({local}, {quote_text(self.time_zone)})"

    def _date(self, cell: str) -> str:
        """The day as written; of an epoch, the day it was in the source's time zone."""
        if self.timestamps == ISO:
            return self._iso(cell)
        local = f"timezone({quote_text(self.time_zone)}, try_cast({self.timestamps}({cell}) as timestamptz))"
        return f"coalesce(cast(try_cast({local} as date) as varchar), {cell})"

    def _year(self, cell: str) -> str:
        """A year, or the year of a date."""
        iso = self._iso(cell)
        day = f"case when {iso} like '____-%' then try_cast({iso} as timestamp) end"
        return f"coalesce(cast(year({day}) as varchar), {iso})"

    def _iso(self, cell: str) -> str:
        """The cell in ISO 8601 where exactly one time is read by the formats, else as it is."""
        if not self.timestamp_formats:
            return cell
        readings = [
            f"cast(try_strptime({cell}, {quote_text(form)}) as varchar)" for form in self.timestamp_formats
        ]
        if len(readings) == 1:
            return f"coalesce({readings[0]}, {cell})"
        plausible = (
            f"list_distinct(list_filter([{', '.join(readings)}], lambda read: "
            f"try_cast(left(read, 10) as date) between {_EARLIEST} and {_LATEST}))"
        )
        return f"(case when len({plausible}) = 1 then {plausible}[1] else {cell} end)"

    def _texts(self, cell: str) -> str:
        """A JSON array of texts, or texts between separators."""
        parts = f"string_split({cell}, {quote_text(self.list_separator)})"
        array = (
            f"case when {cell} like '[%' and json_valid({cell}) then from_json({cell}, '[\"VARCHAR\"]') end"
        )
        return f"list_transform(coalesce({array}, {parts}), part -> trim(part))"

    def _number(self, cell: str) -> str:
        """A number with the signs that are configured and no others: 1.5 is none where 1,5 is."""
        if self.currency_sign:
            sign = re.escape(self.currency_sign)
            cell = f"regexp_replace({cell}, {quote_text(f'^([+-]?){sign} *(.)|(.) *{sign}$')}, '\\1\\2\\3')"
        if self.decimal_sign == "." and not self.thousands_sign:
            return cell
        if self.thousands_sign == " ":
            cell = f"regexp_replace({cell}, '[\\x{{a0}}\\x{{202f}}]', ' ', 'g')"
        thousands = _in_pattern(self.thousands_sign)
        grouped = f"\\d{{1,3}}({thousands}\\d{{3}})+|" if self.thousands_sign else ""
        pattern = f"^[+-]?({grouped}\\d+)({_in_pattern(self.decimal_sign)}\\d+)?$"
        bare = f"replace({cell}, {quote_text(self.thousands_sign)}, '')" if self.thousands_sign else cell
        plain = f"replace({bare}, {quote_text(self.decimal_sign)}, '.')"
        return (
            f"(case when regexp_matches({cell}, {quote_text(pattern)}) then {plain} "
            f"else 'no number: ' || {cell} end)"
        )


def handles(accounts: Mapping[str, str]) -> str:
    """SQL of a list of `network:handle` from the SQL of each network's handle, @ left out."""
    parts = ", ".join(
        f"{quote_text(network + ':')} || nullif(ltrim(trim({cell}), '@'), '')"
        for network, cell in accounts.items()
    )
    return f"list_filter([{parts}], handle -> handle is not null)"


def null_values_of(source: Source) -> tuple[str, ...]:
    """Read `options.null_values`: texts. An unquoted null, which YAML takes for nothing, is the word.

    Raises SettingsError where it is no list of texts, such as an unquoted NO, which YAML takes for false.
    """
    given = source.options.get("null_values", ())
    if not isinstance(given, (list, tuple)) or any(isinstance(each, (bool, list, dict)) for each in given):
        raise SettingsError(
            f"source {source.name!r}: options.null_values is {given!r}; valid is a list of texts, in quotes, such "
            "as ['-', 'NO']"
        )
    words = [("null", "NULL", "Null", "~") if each is None else (str(each),) for each in given]
    return tuple(word for spellings in words for word in spellings)


def refuse_format(source: Source, given: str) -> None:
    """Raise SettingsError where a `timestamp_format` holds what strptime does not know, or says no day."""
    letters = {each.removeprefix("-") for each in _SPECIFIER.findall(given)}
    says_a_day = letters & set("cx") or (letters & set("yYG") and letters & set("djUWV"))
    wrong = re.search("%.?", _SPECIFIER.sub("", given))
    if wrong is None and says_a_day:
        return
    problem = f"{wrong[0]!r} means nothing there" if wrong else "it names no year, month and day"
    raise SettingsError(
        f"source {source.name!r}: options.timestamp_format is {given!r}, but {problem}; valid is, for example, "
        "'%d/%m/%Y' for 31/12/2024, '%m/%d/%Y %I:%M %p' for 12/31/2024 11:59 PM, '%d.%m.%y' for 31.12.24"
    )


def _holds_text(column: str, kind: pa.DataType) -> bool:
    return column != "currency" and (pa.types.is_string(kind) or pa.types.is_list(kind))


def _in_pattern(sign: str) -> str:
    return f"[{sign}]"
