"""Who lives in the sample: customers, prospects and members of the communities, and where they live.

`draw_people` gives one row a person. Lives here: names, homes, households, employers, value classes, style
of being online. Must not live here: what the CRM makes of them (crm.py) and their accounts (personas.py).
"""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from ingestion.sample import company
from ingestion.sample.noise import OTHERS, PLANTED, Noise
from ingestion.sample.people import names
from ingestion.sample.streams import Flags, Ints, exactly, pick, shares, stream, take, zipf

PROSPECTS_PER_CUSTOMER = 0.25
MEMBERS_PER_CUSTOMER = 0.57
STAFF = 24  # employees of the company who answer customers
STYLES = ("same", "derived", "nickname", "split", "hidden")
HIDDEN_SHARE = 0.08  # people who are under a pseudonym everywhere
_STEMS = """
    Alder Beacon Cobalt Delta Ember Fathom Granite Harbour Indigo Juniper Kestrel Lantern Meridian
    Northgate Orchard
    Pinnacle Quarry Ridge Summit Tidewater Umber Vantage Willow Yarrow Zenith
"""
_KINDS = "Logistics Bakery Dental Studio Partners Engineering Hotels Foods Legal Media Clinic Works Energy"
WORK_STEMS, WORK_KINDS = tuple(_STEMS.split()), tuple(_KINDS.split())


def draw_people(customers: int, noise: Noise, seed: int) -> pa.Table:
    """One row a person, `person` from 0: customers, prospects, members, staff.

    Columns: see `_columns`. Instants are microseconds since 1970 (UTC).
    """
    rng = stream(seed, "people")
    prospects, members = round(customers * PROSPECTS_PER_CUSTOMER), round(customers * MEMBERS_PER_CUSTOMER)
    size = customers + prospects + members + STAFF
    kinds = np.array(["customer", "prospect", "member", "staff"], dtype=object)
    kind = np.repeat(kinds, [customers, prospects, members, STAFF])
    classes = np.full(size, company.VALUE_CLASSES.index(OTHERS), dtype=np.int64)
    classes[:customers] = shares(rng, [PLANTED[c].share for c in company.VALUE_CLASSES], customers)
    value_class = take(company.VALUE_CLASSES, classes)
    household, second = _households(rng, customers, size, noise)
    homes = _homes(rng, size, household)
    called = _names(rng, size, homes["country"], household, second, value_class, noise)
    columns: dict[str, Any] = {
        "person": np.arange(size, dtype=np.int32),
        "kind": kind,
        "value_class": value_class,
        "household": household.astype(np.int32),
        "is_second_in_household": second,
        **{k: v for k, v in homes.items() if k != "country"},
        "country": take([c.code for c in company.COUNTRIES], homes["country"]),
        **called,
        **_work(rng, size, customers),
        "birth_year": (2026 - np.clip(rng.normal(44, 14, size), 18, 88)).astype(np.int32),
        "style": _styles(rng, value_class, noise),
        "customer_from": _customer_from(rng, size, customers),
        "hour_offset": np.clip(rng.normal(0, 0.9, size), -2.0, 2.0),
        "u_type": rng.random(size),
    }
    return pa.table(columns)


def _households(rng: np.random.Generator, customers: int, size: int, noise: Noise) -> tuple[Ints, Flags]:
    """Number of the household of each person, and who is the second of two in one."""
    household = np.arange(size, dtype=np.int64)
    couples = round(customers * noise.two_in_household / 2)
    chosen = rng.permutation(customers)[: 2 * couples]
    household[chosen[couples:]] = chosen[:couples]
    second = household != np.arange(size)
    return household, second


def _homes(rng: np.random.Generator, size: int, household: Ints) -> dict[str, Any]:
    country = shares(rng, [c.weight for c in company.COUNTRIES], size)
    country = country[household]
    cities = [(i, city) for i, c in enumerate(company.COUNTRIES) for city in c.cities]
    first_city = np.array(
        [next(k for k, (i, _) in enumerate(cities) if i == j) for j in range(len(company.COUNTRIES))]
    )
    count = np.array([len(c.cities) for c in company.COUNTRIES])
    city = first_city[country] + np.minimum(
        (rng.random(size) ** 1.4 * count[country]).astype(np.int64), count[country] - 1
    )
    city = city[household]
    digits = rng.integers(0, 10, size)[household]
    return {
        "country": country,
        "city": take([c.name for _, c in cities], city),
        "region": take([c.region or None for _, c in cities], city),
        "postal_pattern": take([c.postal or None for _, c in cities], city),
        "postal_digit": digits.astype(np.int32),
        "time_zone": take([c.time_zone for _, c in cities], city),
        "city_number": city.astype(np.int32),
        "house_number": rng.integers(1, 180, size)[household].astype(np.int32),
        "street_number": pick(rng, zipf(40), size)[household].astype(np.int32),
        "language": take([c.language for c in company.COUNTRIES], country),
        "mobile_pattern": _mobile(rng, country),
        "phone_digits": rng.integers(0, 10**8, size),
        "mail_domain": _mail_domain(rng, country),
        "other_mail_domain": _mail_domain(rng, country),
    }


def _mobile(rng: np.random.Generator, country: Ints) -> npt.NDArray[Any]:
    patterns = [[f"+{c.dial}{m}" for m in c.mobile.split("|")] for c in company.COUNTRIES]
    flat = [p for rows in patterns for p in rows]
    count = np.array([len(rows) for rows in patterns])
    first = np.concatenate([[0], np.cumsum(count)[:-1]])
    return take(flat, first[country] + (rng.random(len(country)) * count[country]).astype(np.int64))


def _mail_domain(rng: np.random.Generator, country: Ints) -> npt.NDArray[Any]:
    flat = [d for c in company.COUNTRIES for d in c.mail_domains]
    count = np.array([len(c.mail_domains) for c in company.COUNTRIES])
    first = np.concatenate([[0], np.cumsum(count)[:-1]])
    return take(flat, first[country] + (rng.random(len(country)) * count[country]).astype(np.int64))


def _names(
    rng: np.random.Generator,
    size: int,
    country: Ints,
    household: Ints,
    second: Flags,
    value_class: npt.NDArray[Any],
    noise: Noise,
) -> dict[str, Any]:
    female = rng.random(size) < 0.5
    text = {k: np.empty(size, dtype=object) for k in ("given", "given_latin", "family", "family_latin")}
    former = {k: np.empty(size, dtype=object) for k in ("former_family", "former_family_latin")}
    for number, market in enumerate(company.COUNTRIES):
        pools = names.locale_names(market.locale)
        for is_female in (False, True):
            rows = np.flatnonzero((country == number) & (female == is_female))
            given = pools.given_female if is_female else pools.given_male
            family = pools.family_female if is_female else pools.family_male
            chosen = pick(rng, given.weights, len(rows))
            text["given"][rows], text["given_latin"][rows] = (
                take(given.native, chosen),
                take(given.latin, chosen),
            )
            for pair in (
                (text["family"], text["family_latin"]),
                (former["former_family"], former["former_family_latin"]),
            ):
                chosen = pick(rng, family.weights, len(rows))
                pair[0][rows], pair[1][rows] = take(family.native, chosen), take(family.latin, chosen)
            if market.locale in ("es_ES", "pt_BR"):  # two surnames; the first is the one used online
                more = pick(rng, family.weights, len(rows))
                former["former_family"][rows] = None
                text.setdefault("second_family", np.empty(size, dtype=object))[rows] = take(
                    family.native, more
                )
    _same_names(rng, text, country, household, second, female, noise)
    changed = exactly(rng, noise.rates("surname_change", value_class), size) & np.array(
        [f is not None for f in former["former_family"]]
    )
    for column in former.values():
        column[~changed] = None
    given_latin, where = np.unique(text["given_latin"].astype(str), return_inverse=True)
    return {
        "gender": np.where(female, "f", "m"),
        **text,
        **former,
        "nickname": take([names.nickname(g) for g in given_latin], where),
    }


def _same_names(
    rng: np.random.Generator,
    text: dict[str, Any],
    country: Ints,
    household: Ints,
    second: Flags,
    female: Flags,
    noise: Noise,
) -> None:
    """Couples mostly share a surname; namesakes bear the full name of somebody of their country and sex."""
    size = len(country)
    gendered = np.isin(
        country,
        [i for i, c in enumerate(company.COUNTRIES) if c.locale in ("cs_CZ", "pl_PL", "bg_BG", "el_GR")],
    )
    shared = second & (rng.random(size) < 0.8) & ~(gendered & (female != female[household]))
    for column in ("family", "family_latin"):
        text[column][shared] = text[column][household[shared]]
    order = np.lexsort((rng.random(size), female, country))
    follower, leader = order[1:], order[:-1]
    same = (country[follower] == country[leader]) & (female[follower] == female[leader])
    chosen = same & (rng.random(size - 1) < noise.namesake)
    for column in text.values():
        column[follower[chosen]] = column[leader[chosen]]


def _work(rng: np.random.Generator, size: int, customers: int) -> dict[str, Any]:
    """Type of customer and employer; small businesses have about 2 customers, enterprises 6."""
    kind = np.zeros(size, dtype=np.int64)
    kind[:customers] = shares(rng, [0.74, 0.18, 0.08], customers)
    employer = pick(rng, zipf(max(40, size // 6), 0.5), size)
    for code, mean in ((1, 2), (2, 6)):
        rows = np.flatnonzero(kind == code)
        employer[rows] = 10_000_000 * code + rng.permutation(len(rows)) // mean
    numbers, where = np.unique(employer, return_inverse=True)
    stems, kinds = len(WORK_STEMS), len(WORK_KINDS)
    called = [
        f"{WORK_STEMS[i % stems]} {WORK_KINDS[i // stems % kinds]}"
        + (f" {i // (stems * kinds) + 1}" if i >= stems * kinds else "")
        for i in range(len(numbers))
    ]
    shuffled = rng.permutation(len(called))
    return {
        "customer_type": take(company.CUSTOMER_TYPES, kind),
        "employer_number": where.astype(np.int32),
        "employer": take(called, shuffled[where]),
        "job": take(
            ("Engineer", "Designer", "Teacher", "Nurse", "Consultant", "Office Manager", "Developer",
                "Architect", "Owner",
             "Head of IT", "Buyer", "Photographer", "Journalist", "Electrician", "Student", "Retired"),
            pick(rng, zipf(16, 0.3), size),
        ),
    }  # fmt: skip


def _styles(rng: np.random.Generator, value_class: npt.NDArray[Any], noise: Noise) -> npt.NDArray[Any]:
    """One of STYLES for each person, by the noise of their class."""
    size = len(value_class)
    place = (rng.permutation(size) + 0.5) / size
    style = np.zeros(size, dtype=np.int64)
    for name in company.VALUE_CLASSES:
        own, rows = noise.of(name), np.flatnonzero(value_class == name)
        derived = 1.0 - own.same_handle - own.nickname - own.split - HIDDEN_SHARE
        cumulative = np.cumsum([own.same_handle, derived, own.nickname, own.split, HIDDEN_SHARE])
        style[rows] = np.searchsorted(cumulative, place[rows] * cumulative[-1], side="right")
    return take(STYLES, style)


def _customer_from(rng: np.random.Generator, size: int, customers: int) -> Ints:
    """When they became customers, 12 % of them in the twelve months; -1 for others."""
    start, first = company.microseconds(company.HISTORY_FROM), company.microseconds(company.FIRST_MONTH)
    end = company.microseconds(company.LAST_MONTH)
    before = start + rng.random(size) * (first - start)
    during = first + rng.random(size) * (end - first)
    at = np.where(exactly(rng, 0.12, size), during, before).astype(np.int64)
    at[customers:] = -1
    return at
