"""How a text cell of a table becomes a value of a canonical column, as SQL.

Used by the formats that read tables (table, salesforce_export). What cannot be read stays the text it is,
or becomes one that casts to nothing, so that landing rejects the record and says which column was bad.
Must not live here: which cell goes to which column (formats/).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import pyarrow as pa

from warehouse.engine import quote_text

ISO, EPOCH_SECONDS, EPOCH_MILLISECONDS = "iso", "epoch_seconds", "epoch_milliseconds"
TIMESTAMPS = (ISO, EPOCH_SECONDS, EPOCH_MILLISECONDS)


@dataclass(frozen=True)
class Cells:
    """The conventions of a table's text.

    `timestamps` is one of TIMESTAMPS; `timestamp_formats` are strptime formats, tried in order before ISO
    8601; local times without an offset are of `time_zone`. Numbers may have a decimal sign of their own and
    a sign between thousands. `null_values` mean "nothing" like empty text does.
    """

    time_zone: str = "UTC"
    timestamps: str = ISO
    timestamp_formats: tuple[str, ...] = ()
    decimal_sign: str = "."
    thousands_sign: str = ""
    list_separator: str = "|"
    null_values: tuple[str, ...] = ()

    def value(self, cell: str, column: str, kind: pa.DataType) -> str:
        """Return the SQL of a canonical column over `cell`, the SQL of a text."""
        if self.null_values:
            nulls = ", ".join(quote_text(value) for value in self.null_values)
            cell = f"(case when {cell} not in ({nulls}) then {cell} end)"
        if column == "birth_year":
            return self._year(cell)
        if pa.types.is_timestamp(kind):
            return self._instant(cell)
        if pa.types.is_date(kind):
            return self._date(cell)
        if pa.types.is_list(kind):
            return self._texts(cell)
        if pa.types.is_boolean(kind):
            return f"trim({cell})"
        if pa.types.is_integer(kind) or pa.types.is_floating(kind) or pa.types.is_decimal(kind):
            return self._number(cell)
        return cell

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
        is_date = f"regexp_matches({iso}, '^\\d{{4}}-\\d\\d?-\\d')"
        return f"(case when {is_date} then left({iso}, 4) else {iso} end)"

    def _iso(self, cell: str) -> str:
        if not self.timestamp_formats:
            return cell
        formats = ", ".join(quote_text(form) for form in self.timestamp_formats)
        return f"coalesce(cast(try_strptime(trim({cell}), [{formats}]) as varchar), {cell})"

    def _texts(self, cell: str) -> str:
        """A JSON array of texts, or texts between separators."""
        parts = f"string_split({cell}, {quote_text(self.list_separator)})"
        array = (
            f"case when {cell} like '[%' and json_valid({cell}) then from_json({cell}, '[\"VARCHAR\"]') end"
        )
        return f"list_transform(coalesce({array}, {parts}), part -> trim(part))"

    def _number(self, cell: str) -> str:
        """A number with the signs that are configured and no others: 1.5 is none where 1,5 is."""
        if self.decimal_sign == "." and not self.thousands_sign:
            return f"trim({cell})"
        thousands = _in_pattern(self.thousands_sign)
        grouped = f"\\d{{1,3}}({thousands}\\d{{3}})+|" if self.thousands_sign else ""
        pattern = f"^[+-]?({grouped}\\d+)({_in_pattern(self.decimal_sign)}\\d+)?$"
        bare = (
            f"replace(trim({cell}), {quote_text(self.thousands_sign)}, '')" if self.thousands_sign else cell
        )
        plain = f"replace({bare}, {quote_text(self.decimal_sign)}, '.')"
        return (
            f"(case when regexp_matches(trim({cell}), {quote_text(pattern)}) then {plain} "
            f"else 'no number: ' || {cell} end)"
        )


def handles(accounts: Mapping[str, str]) -> str:
    """SQL of a list of `network:handle` from the SQL of each network's handle, @ left out."""
    parts = ", ".join(
        f"{quote_text(network + ':')} || nullif(ltrim(trim({cell}), '@'), '')"
        for network, cell in accounts.items()
    )
    return f"list_filter([{parts}], handle -> handle is not null)"


def _in_pattern(sign: str) -> str:
    return f"[{sign}]"
