"""Names of the sample company: frequencies, romanisation, and a nickname table that is not the matcher's."""

import csv
from importlib import resources

import numpy as np
import pytest

from ingestion.sample import company
from ingestion.sample.people import names, scripts

# Share of the sample's pairs (name, nickname) that the matcher's table may hold, too.
MAX_OVERLAP = 0.40


def test_nicknames_are_not_the_matchers_table() -> None:
    with resources.files("nicknames").joinpath("names.csv").open(encoding="utf-8") as stream:
        matcher = {frozenset((row["name1"], row["name2"])) for row in csv.DictReader(stream)}
    ours = {frozenset(pair) for pair in names.NICKNAMES.items()}
    assert len(matcher) > 1000, "the matcher's table was not read"
    assert len(ours & matcher) / len(ours) <= MAX_OVERLAP


@pytest.mark.parametrize(
    ("name", "locale", "latin"),
    [
        ("Παπαδόπουλος", "el_GR", "Papadopoulos"),
        ("Ευαγγελία", "el_GR", "Evangelia"),
        ("Димитрова", "bg_BG", "Dimitrova"),
        ("Щербак", "uk_UA", "Shcherbak"),
        ("Jürgen", "de_DE", "Juergen"),
        ("Łukasz", "pl_PL", "Lukasz"),
        ("José", "es_ES", "Jose"),
    ],
)
def test_romanises_as_the_bearers_do(name: str, locale: str, latin: str) -> None:
    assert scripts.romanise(name, locale) == latin


@pytest.mark.parametrize("market", company.COUNTRIES, ids=lambda c: c.code)
def test_every_market_has_names_in_plain_letters(market: company.Country) -> None:
    pools = names.locale_names(market.locale)
    for pool in (pools.given_female, pools.given_male, pools.family_male, pools.family_female):
        assert len(pool.native) == len(pool.latin) == len(pool.weights) >= 10
        assert all(text.isascii() for text in pool.latin)


def test_common_names_are_common() -> None:
    weights = np.sort(names.locale_names("de_DE").family_male.weights)[::-1]
    top = max(1, len(weights) // 20)
    assert weights[:top].sum() / weights.sum() > 2 * top / len(weights)


def test_women_bear_the_form_for_women() -> None:
    polish = names.locale_names("pl_PL")
    index = polish.family_male.native.index("Kowalski")
    assert polish.family_female.native[index] == "Kowalska"
