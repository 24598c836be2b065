"""Personal names by locale, with frequencies: read from Faker's tables at run time, own pairs for the rest.

Lives here: turning lists into `NamePool`s (common names common, a long tail), and the nicknames people use.
The nickname table is this module's own; a test holds that it is not the matcher's. Must not live here:
drawing of people.
"""

from __future__ import annotations

import importlib
import zlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np

from ingestion.sample.people import scripts
from ingestion.sample.streams import Floats, zipf

GIVEN_PER_GENDER = 240  # living people do not use the whole of a list of names
FAMILY = 1200

# Short forms by the Latin form of the name: what friends call the bearer. Own selection, several languages.
_NICKNAMES = """
    alexander:alex alexandra:sasha aleksandra:ola andreas:andi andrew:drew anthony:toni antonio:tono
    barbara:babsi benjamin:benni bernhard:berni carlos:carlitos caroline:caro catherine:cath charlotte:lotte
    christian:chris christina:tina christopher:kit claudia:claudi daniel:dani david:dave dominik:domi
    edward:ned elena:lena elizabeth:lizzie elisabeth:lisi emily:em emmanuel:manu ewa:ewka fernando:nando
    francisco:paco frederik:fred gabriel:gabi gabriela:gabi georgios:giorgos gregory:greg guillermo:memo
    hannah:hanni helena:hela ioannis:giannis isabel:isa jacob:kuba jakub:kuba jan:janek jennifer:jen
    jessica:jess joaquin:quino johannes:hannes jonathan:jonny jose:pepe joseph:sepp katarzyna:kasia
    katharina:kathi konstantinos:kostas krzysztof:krzys lawrence:larry leonard:leo magdalena:magda
    malgorzata:gosia manuel:manolo margaret:maggie margarita:rita maria:mia marcin:marcinek matthew:matty
    matthias:hias maximilian:maxi melanie:mel michael:mike michal:misiek mohammed:mo nicholas:nico
    nikolaos:nikos oleksandr:sashko oleksii:oleksa olivia:liv patricia:patty patrick:paddy pedro:perico
    philipp:flip piotr:piotrek rafael:rafa rebecca:becks richard:ricky robert:robbie roberto:beto
    samantha:sammy samuel:sam sebastian:basti sofia:sofi stefan:steff stephanie:steffi stephen:steve
    susan:suzy susanne:susi tatiana:tania theodoros:thodoris thomas:tom timothy:timmy tomasz:tomek
    valentina:vale veronika:vera victoria:vicky viktor:vitya vincent:vinnie vladimir:vova wilhelm:willi
    william:liam wojciech:wojtek zuzanna:zuzia
"""
NICKNAMES: Mapping[str, str] = dict(entry.split(":") for entry in _NICKNAMES.split())


@dataclass(frozen=True)
class NamePool:
    """Names of one kind in a locale: as written at home, in Latin letters, and how frequent (weights)."""

    native: Sequence[str]
    latin: Sequence[str]
    weights: Floats


@dataclass(frozen=True)
class Locale:
    """The names of a locale. A family name has its form for women beside that for men, by index."""

    given_female: NamePool
    given_male: NamePool
    family_male: NamePool
    family_female: NamePool


def nickname(given_latin: str) -> str:
    """What friends call the bearer: by table, else the first syllables of a long name."""
    name = given_latin.lower().replace("-", "").replace(" ", "")
    if name in NICKNAMES:
        return NICKNAMES[name]
    if len(name) < 5:
        return name
    stem = name[:3] if name[2] not in "aeiouy" else name[:4]
    return stem + ("i" if stem[-1] not in "aeiouy" and zlib.crc32(name.encode()) % 2 else "")


def _ranked(values: Any) -> tuple[list[str], Floats]:
    if isinstance(values, dict):
        names = sorted(values, key=lambda n: (-float(values[n]), n))
        return list(names), np.array([float(values[n]) for n in names])
    names = list(dict.fromkeys(values))
    if names == sorted(names):  # alphabetical lists say nothing of frequency: rank them by a fixed shuffle
        names.sort(key=lambda n: zlib.crc32(n.encode()))
    return names, zipf(len(names))


def _pool(values: Any, locale: str, limit: int) -> NamePool:
    names, weights = _ranked(values)
    names = names[: 2 * limit]
    latin = [scripts.romanise(n, locale) for n in names]
    kept = [
        i
        for i, text in enumerate(latin)
        if len(text) > 1 and text.replace("-", "").replace(" ", "").isalpha()
    ]
    kept = kept[:limit]
    return NamePool([names[i] for i in kept], [latin[i] for i in kept], weights[kept])


def _pairs(rows: Sequence[tuple[str, str]]) -> NamePool:
    return NamePool([n for n, _ in rows], [latin for _, latin in rows], zipf(len(rows)))


def _polish_women(names: NamePool) -> NamePool:
    ends = {"ski": "ska", "cki": "cka", "dzki": "dzka"}

    def form(name: str) -> str:
        return next((name[: -len(m)] + f for m, f in ends.items() if name.endswith(m)), name)

    return NamePool([form(n) for n in names.native], [form(n) for n in names.latin], names.weights)


@lru_cache(maxsize=32)
def locale_names(locale: str) -> Locale:
    """The names of a locale, such as `de_DE`. Raises ModuleNotFoundError where Faker knows none."""
    if locale == "zh_TW":
        family = _pairs(scripts.pairs(scripts.CHINESE_FAMILY))
        female, male = scripts.CHINESE_FEMALE, scripts.CHINESE_MALE
        return Locale(_pairs(scripts.pairs(female)), _pairs(scripts.pairs(male)), family, family)
    if locale == "ar_AE":
        family = _pairs(scripts.pairs(scripts.ARABIC_FAMILY))
        female, male = scripts.ARABIC_FEMALE, scripts.ARABIC_MALE
        return Locale(_pairs(scripts.pairs(female)), _pairs(scripts.pairs(male)), family, family)
    provider = importlib.import_module(f"faker.providers.person.{locale}").Provider
    if locale == "ja_JP":
        family = _pairs([(kanji, latin) for kanji, _, latin in provider.last_name_pairs])
        return Locale(
            _pairs([(kanji, latin) for kanji, _, latin in provider.first_name_female_pairs]),
            _pairs([(kanji, latin) for kanji, _, latin in provider.first_name_male_pairs]),
            family,
            family,
        )
    female_given = _pool(provider.first_names_female, locale, GIVEN_PER_GENDER)
    male_given = _pool(provider.first_names_male, locale, GIVEN_PER_GENDER)
    if locale == "pl_PL":
        men = _pool([*provider.male_last_names, *provider.unisex_last_names], locale, FAMILY)
        return Locale(female_given, male_given, men, _polish_women(men))
    men = _pool(getattr(provider, "last_names_male", provider.last_names), locale, FAMILY)
    women = _pool(getattr(provider, "last_names_female", provider.last_names), locale, FAMILY)
    return Locale(female_given, male_given, men, women)
