"""How cells that were not read are written: their shape, never their value, and the option that reads them."""

from __future__ import annotations

import pytest

from ingestion.mapping.cell_hints import layout_of


@pytest.mark.parametrize(
    ("cells", "said"),
    [
        (["01/02/2015", "13/02/2015"], "written as 99/99/9999: set options.timestamp_format: '%d/%m/%Y'"),
        (["01/02/2015", "02/13/2015"], "written as 99/99/9999: set options.timestamp_format: '%m/%d/%Y'"),
        (
            ["1/2/2015"],
            "written as 9/9/9999: day and month cannot be told apart; set options.timestamp_format to",
        ),
        (["13/02/2015", "02/13/2015"], "written as 99/99/9999"),  # neither reads all
        (["12/31/2024 11:59 PM"], "'%m/%d/%Y %I:%M %p'"),
        (["31.12.24"], "'%d.%m.%y'"),
        (["31.12.2024 10:30:00"], "'%d.%m.%Y %H:%M:%S'"),
        (["5-Jan-2024"], "'%d-%b-%Y'"),
        (["1719828000"], "options.timestamps: epoch_seconds"),
        (["1719828000123"], "options.timestamps: epoch_milliseconds"),
        (["45293", "45294.5"], "written as 99999 and otherwise: it looks like Excel's number of a day"),
        (["2024-13-01"], "written as 9999-99-99"),
        (["last week", "2024-13-01", "2024-14-01"], "written as 9999-99-99 and otherwise"),
    ],
)
def test_times(cells: list[str], said: str) -> None:
    assert said in str(layout_of(cells, are_times=True))


@pytest.mark.parametrize(
    ("cells", "said"),
    [
        (["$90,000.00"], "set options.currency_sign: '$' and options.thousands_separator: ','"),
        (["1.234,50 €"], "'€' and options.decimal_separator: ',' and options.thousands_separator: '.'"),
        (["12 EUR"], "set options.currency_sign: 'EUR'"),
        (["7,5"], "set options.decimal_separator: ','"),
        (["1'250.75"], 'set options.thousands_separator: "\'"'),
        (
            ["1,250"],
            "set options.thousands_separator: ',' (or options.decimal_separator: ',', if it is that)",
        ),
        (["many"], "written as aaaa"),
    ],
)
def test_numbers(cells: list[str], said: str) -> None:
    assert said in str(layout_of(cells, are_times=False))


def test_nothing_is_said_of_nothing() -> None:
    assert layout_of([], are_times=True) is None
