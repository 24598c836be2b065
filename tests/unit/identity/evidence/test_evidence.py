"""Every kind of evidence moves the score both ways, by the model that ships; absence is neutral."""

from __future__ import annotations

import math
from typing import Any

import pytest

from tests.unit.identity.hand_made_personas import Pair, persona, table, weights
from warehouse.engine import connect
from warehouse.identity.model.linkage_model import OF_PERSONAS, Frequencies, load_model
from warehouse.identity.model.term_frequencies import freeze, weigh_interests

NAME = "laura vestergaard"


def contact(name: str | None = NAME, **columns: Any) -> dict[str, Any]:
    return persona("contact:1", name, **columns)


def family_alone(family: str) -> dict[str, Any]:
    """A CRM record without a given name; what stands in the field may be one all the same."""
    return persona("contact:2", family_name=family, family_names=[family], name_tokens=[family])


def called(nickname: str, family: str, *given: str) -> dict[str, Any]:
    return contact(f"{nickname} {family}", given_canonicals=[nickname, *given])


def profile(name: str | None = NAME, handle: str | None = None, **columns: Any) -> dict[str, Any]:
    return persona("profile:x:1", name, handle, **columns)


def pictured(network: str, avatar_hash: int) -> dict[str, Any]:
    return persona(f"profile:{network}:1", avatar_hash=avatar_hash)


def active(network: str, *hours: int, activities: int = 40) -> dict[str, Any]:
    """Active at these UTC hours alone, every weekday as often as another."""
    counts = [activities / len(hours) if hour in hours else 0.0 for hour in range(24)]
    return persona(f"profile:{network}:1", rhythm_hours=counts, rhythm_weekdays=[activities / 7] * 7)


def fan(network: str, *interests: str) -> dict[str, Any]:
    return persona(f"profile:{network}:1", interests=list(interests))


FOR_AND_AGAINST: list[tuple[str, Pair, Pair]] = [
    ("name", (contact(), profile()), (contact(), profile("ruben achterberg"))),
    (
        "half_name",
        (contact(), family_alone("vestergaard")),
        (contact(), family_alone("achterberg")),
    ),
    (
        "handle",
        (persona("profile:forum:1", None, "zibbelquark7"), profile(None, "zibbelquark7")),
        (persona("profile:forum:1", None, "zibbelquark7"), profile(None, "northwind")),
    ),
    (
        "alias",
        (contact(aliases=["zibbelquark7"]), profile(None, "zibbelquark7")),
        (contact(aliases=["zibbelquark7"]), profile(None, "northwind")),
    ),
    (
        "namesake_handle",
        (persona("profile:forum:1", NAME, "lauravestergaard"), profile(NAME, "lauravestergaard")),
        (persona("profile:forum:1", NAME, "lauravestergaard"), profile(NAME, "lvestergaard")),
    ),
    (
        "handle_name",
        (contact(), profile(None, "lauravestergaard")),
        (contact(), profile(None, "zibbelquark")),
    ),
    (
        "handle_other_name",
        (contact(), profile("ruben achterberg", "lauravestergaard")),
        (contact(), profile("ruben achterberg", "zibbelquark")),
    ),
    (
        "email",
        (contact(email_hashes=["a"]), profile(email_hashes=["a"])),
        (contact(email_hashes=["a"]), profile(email_hashes=["b"])),
    ),
    (
        "phone",
        (contact(phone_hashes=["a"]), persona("contact:2", NAME, phone_hashes=["a"])),
        (contact(phone_hashes=["a"]), persona("contact:2", NAME, phone_hashes=["b"])),
    ),
    (
        "site",
        (contact(sites=["vestergaard.example"]), profile(sites=["vestergaard.example"])),
        (contact(sites=["vestergaard.example"]), profile(sites=["achterberg.example"])),
    ),
    (
        "declared",
        (contact(declared_accounts=["x:mv"], declared_networks=["x"]), profile(None, "mv")),
        (contact(declared_accounts=["x:mv"], declared_networks=["x"]), profile(None, "northwind")),
    ),
    (
        "place",
        (contact(city="aarhus", country="DK"), profile(None, "qq", city="aarhus", country="DK")),
        (contact(city="aarhus", country="DK"), profile(None, "qq", city="lima", country="PE")),
    ),
    (
        "namesake_place",
        (contact(city="aarhus", country="DK"), profile(city="aarhus", country="DK")),
        (contact(city="aarhus", country="DK"), profile(city="lima", country="PE")),
    ),
    (
        "given_place",
        (contact(city="aarhus", country="DK"), profile("laura achterberg", city="aarhus", country="DK")),
        (contact(city="aarhus", country="DK"), profile("laura achterberg", city="lima", country="PE")),
    ),
    (
        "language",
        (contact(language="da"), profile(language="da")),
        (contact(language="da"), profile(language="es")),
    ),
    (
        "employer",
        (contact(employer="nordlys"), profile(employer="nordlys")),
        (contact(employer="nordlys"), profile(employer="andes")),
    ),
    (
        "title",
        (contact(title_tokens=["surveyor"]), profile(bio_tokens=["happy", "surveyor"])),
        (contact(title_tokens=["surveyor"]), profile(bio_tokens=["happy", "baker"])),
    ),
    (
        "birth_year",
        (contact(birth_year=1971), persona("contact:2", NAME, birth_year=1971)),
        (contact(birth_year=1971), persona("contact:2", NAME, birth_year=1990)),
    ),
    (
        "avatar",
        (pictured("forum", 0b1011), pictured("x", 0b1110)),
        (pictured("forum", 0), pictured("x", 0xFFFF_0000_FFFF_0000)),
    ),
    (
        "rhythm",
        (active("forum", 6, 7), active("x", 6, 7)),
        (active("forum", 6, 7), active("x", 18, 19)),
    ),
    (
        "interests",
        (
            fan("forum", "tag:otterchess", "link:otter.example/a"),
            fan("x", "tag:otterchess", "link:otter.example/a"),
        ),
        (fan("forum", "tag:a1", "tag:a2", "tag:a3"), fan("x", "tag:b1", "tag:b2", "tag:b3")),
    ),
]


def words_of_handles() -> tuple[str, str]:
    """Two words that, by the shipped model, many handles begin and end with, and that are no names."""
    known = load_model("standard").frequencies
    names = {*known["given_name"].values, *known["family_name"].values}
    beginning, end = (
        max(set(known[side].values) - names, key=lambda word: (len(word), word))
        for side in ("handle_beginning", "handle_end")
    )
    return beginning, end


WORDS = words_of_handles()
FORUM = persona("profile:forum:1", NAME, "lauravestergaard")
FORUM_MV = persona("profile:forum:1", None, "mv", declared_accounts=["x:zq"], declared_networks=["x"])
OTHER_PAIRS: dict[str, Pair] = {
    "nothing known": (persona("contact:1"), persona("profile:x:1")),
    "common name": (contact("michael smith"), profile("michael smith")),
    "rare name": (contact("laura vestergaard"), profile("laura vestergaard")),
    "one-way": (FORUM_MV, profile(None, "zq")),
    "mutual": (
        FORUM_MV,
        profile(None, "zq", declared_accounts=["forum:mv"], declared_networks=["forum"]),
    ),
    "begun": (contact("marika vestergaard"), profile(None, "marikaquark")),
    "short form": (contact("agnieszka vestergaard"), profile("agn vestergaard")),
    "nickname": (contact("john vestergaard"), called("ian", "vestergaard", "john")),
    "two nicknames": (called("jack", "vestergaard", "john"), called("ian", "vestergaard", "john")),
    "one mistyped": (contact(), contact("laura vestergard")),
    "both mistyped": (contact(), contact("luara vestergard")),
    "family mistyped": (contact(), contact("ruben vestergard")),
    "given mistyped": (contact(), contact("luara achterberg")),
    "given in the field of the family": (contact(), family_alone("laura")),
    "half of it mistyped": (contact(), family_alone("vestergard")),
    "city mistyped": (contact(None, city="aarhus"), profile(None, city="aarhsu")),
    "namesake's city mistyped": (contact(city="aarhus"), profile(city="aarhsu")),
    "another city": (contact(None, city="aarhus", country="DK"), profile(None, city="vejle", country="DK")),
    "namesake of another city": (contact(city="aarhus", country="DK"), profile(city="vejle", country="DK")),
    "country alone": (contact(None, city="aarhus", country="DK"), profile(None, country="DK")),
    "namesake of a country": (contact(city="aarhus", country="DK"), profile(country="DK")),
    "another given name": (contact("marketa vestergaard"), profile("maria vestergaard")),
    "own digits": (
        persona("profile:forum:1", None, "".join(WORDS) + "76"),
        profile(None, "".join(WORDS) + "76"),
    ),
    "other middle": (
        contact(name_tokens=["isis", "laura", "vestergaard"]),
        profile(name_tokens=["laura", "luiza", "vestergaard"]),
    ),
    "household": (contact(email_hashes=["a"], own_email_hashes=[]), profile(email_hashes=["a"])),
    "namesakes": (FORUM, profile(NAME, "lauravestergaard")),
    "pseudonyms": (
        persona("profile:forum:1", " ".join(WORDS), "".join(WORDS)),
        persona("profile:x:1", " ".join(WORDS), "".join(WORDS)),
    ),
    "words": (persona("profile:forum:1", None, "".join(WORDS)), profile(None, "".join(WORDS))),
    "invented": (persona("profile:forum:1", None, "zibbelquark"), profile(None, "zibbelquark")),
    "few activities": (active("forum", 6, 7, activities=4), active("x", 6, 7, activities=4)),
    "another time zone": (active("forum", 14, 15), active("x", 14, 15)),
    "one interest": (fan("forum", "tag:otterchess", "tag:a"), fan("x", "tag:otterchess", "tag:b")),
    "edited picture": (pictured("forum", 0b1111111), pictured("x", 0)),
}


@pytest.fixture(scope="module")
def weighed() -> dict[str, dict[str, float | None]]:
    agreeing = {f"{comparison} for": pair for comparison, pair, _ in FOR_AND_AGAINST}
    differing = {f"{comparison} against": pair for comparison, _, pair in FOR_AND_AGAINST}
    return weights(agreeing | differing | OTHER_PAIRS)


def known(weighed: dict[str, dict[str, float | None]], pair: str, comparison: str) -> float:
    weight = weighed[pair][comparison]
    assert weight is not None
    return weight


@pytest.mark.parametrize("comparison", [c for c, *_ in FOR_AND_AGAINST])
def test_evidence_moves_the_score_both_ways(
    weighed: dict[str, dict[str, float | None]], comparison: str
) -> None:
    for_it = known(weighed, f"{comparison} for", comparison)
    assert for_it > 0 > known(weighed, f"{comparison} against", comparison)


def test_every_comparison_is_among_them() -> None:
    assert {c.name for c in OF_PERSONAS} - {"pairing"} == {c for c, *_ in FOR_AND_AGAINST}


def test_nothing_known_is_neutral(weighed: dict[str, dict[str, float | None]]) -> None:
    found = {c: w for c, w in weighed["nothing known"].items() if w is not None}
    assert found.keys() == {"pairing"}


def test_rare_names_weigh_more(weighed: dict[str, dict[str, float | None]]) -> None:
    assert known(weighed, "rare name", "name") > known(weighed, "common name", "name") + 1


def test_two_nicknames_of_one_name_weigh_less_than_a_name_and_its_nickname(
    weighed: dict[str, dict[str, float | None]],
) -> None:
    """Of the sample's pairs of one family name, 164 of 198 by name and nickname are one person, by two nicknames
    2 of 8: four bits less. It stays above a family name alone: bob may be rob."""
    nickname, two = (known(weighed, pair, "name") for pair in ("nickname", "two nicknames"))
    assert nickname - 3 > two > 6


def test_mutual_declaration_outweighs_one_way(weighed: dict[str, dict[str, float | None]]) -> None:
    assert known(weighed, "mutual", "declared") > known(weighed, "one-way", "declared") > 0


def test_address_of_a_household_weighs_less(weighed: dict[str, dict[str, float | None]]) -> None:
    assert known(weighed, "email for", "email") > known(weighed, "household", "email") + 3


def test_handle_made_of_the_name_is_not_counted_twice(
    weighed: dict[str, dict[str, float | None]],
) -> None:
    """Two namesakes whose handles both spell the name: judged among namesakes, never as a rare handle."""
    assert weighed["namesakes"]["handle"] is None
    assert weighed["namesakes"]["handle_name"] is None
    assert known(weighed, "namesakes", "namesake_handle") < known(weighed, "handle for", "handle")


def test_few_activities_say_less_of_a_rhythm(weighed: dict[str, dict[str, float | None]]) -> None:
    assert known(weighed, "rhythm for", "rhythm") > known(weighed, "few activities", "rhythm")


def test_rhythm_is_judged_alike_in_every_time_zone(weighed: dict[str, dict[str, float | None]]) -> None:
    assert known(weighed, "rhythm for", "rhythm") == known(weighed, "another time zone", "rhythm")


def test_one_interest_in_common_weighs_less_than_two(weighed: dict[str, dict[str, float | None]]) -> None:
    assert known(weighed, "interests for", "interests") > known(weighed, "one interest", "interests")


def test_interests_weigh_by_rarity_as_the_model_knows_it() -> None:
    """One in a hundred shows the first: log2(100) bits; a third of all the second: none. The third is new."""
    frequencies = {"interest": Frequencies(0.002, {"tag:chess": 0.01, "tag:monday": 0.33})}
    shown = ["tag:chess", "tag:monday", "tag:new"]
    with connect(threads=1) as connection:
        connection.register("given", table([fan("x", *shown), fan("forum")]))
        freeze(connection, frequencies)
        weigh_interests(connection, "given", frequencies)
        rows = connection.execute("select persona_id, weighed_interests from interest_weights").fetchall()
    ((persona_id, weighed),) = rows
    assert persona_id == "profile:x:1"
    assert {w["interest"]: w["bits"] for w in weighed} == pytest.approx(
        {"tag:chess": math.log2(100), "tag:new": math.log2(500)}
    )


def test_an_edited_picture_speaks_for_a_pair_as_the_same_does(
    weighed: dict[str, dict[str, float | None]],
) -> None:
    """Seven bits apart."""
    assert known(weighed, "edited picture", "avatar") == known(weighed, "avatar for", "avatar") > 0


def test_a_picture_does_not_make_a_person(weighed: dict[str, dict[str, float | None]]) -> None:
    """By itself it leaves a pair below even odds: many show what is not theirs."""
    prior = load_model("standard").prior
    alone = weighed["avatar for"]
    bits = math.log2(prior / (1 - prior)) + sum(w for w in alone.values() if w is not None)
    assert bits < 0


def test_pseudonym_shown_as_name_counts_as_handle_alone(
    weighed: dict[str, dict[str, float | None]],
) -> None:
    assert weighed["pseudonyms"]["name"] is None
    assert known(weighed, "pseudonyms", "handle") > 0


def test_handle_of_words_that_many_choose_weighs_less_than_an_invented_one(
    weighed: dict[str, dict[str, float | None]],
) -> None:
    assert 0 < known(weighed, "words", "handle") < known(weighed, "invented", "handle") - 3


def test_given_name_at_the_beginning_of_a_handle_speaks_for_a_pair(
    weighed: dict[str, dict[str, float | None]],
) -> None:
    assert known(weighed, "begun", "handle_name") > 0


def test_short_form_is_none_where_it_is_a_given_name_of_its_own(
    weighed: dict[str, dict[str, float | None]],
) -> None:
    short = known(weighed, "short form", "name")
    assert short > known(weighed, "another given name", "name") + 3


def test_both_names_mistyped_speak_for_a_pair_less_than_one_does(
    weighed: dict[str, dict[str, float | None]],
) -> None:
    assert known(weighed, "one mistyped", "name") > known(weighed, "both mistyped", "name") > 5


@pytest.mark.parametrize("pair", ["family mistyped", "given mistyped"])
def test_one_name_nearly_the_same_is_neither_the_person_nor_another(
    weighed: dict[str, dict[str, float | None]], pair: str
) -> None:
    """Between both names mistyped and different names, and worth little by itself."""
    weight = known(weighed, pair, "name")
    assert known(weighed, "name against", "name") + 3 < weight < known(weighed, "both mistyped", "name") - 3


def test_single_name_counts_in_whichever_field_it_stands(
    weighed: dict[str, dict[str, float | None]],
) -> None:
    assert known(weighed, "given in the field of the family", "half_name") > 0
    assert weighed["half_name for"]["name"] is None


def test_single_name_mistyped_weighs_less(weighed: dict[str, dict[str, float | None]]) -> None:
    assert (
        known(weighed, "half_name for", "half_name") > known(weighed, "half of it mistyped", "half_name") > 0
    )


@pytest.mark.parametrize(
    ("pair", "comparison"), [("city mistyped", "place"), ("namesake's city mistyped", "namesake_place")]
)
def test_mistyped_city_speaks_for_a_pair(
    weighed: dict[str, dict[str, float | None]], pair: str, comparison: str
) -> None:
    assert known(weighed, pair, comparison) > 0


@pytest.mark.parametrize(
    ("comparison", "another", "unstated"),
    [
        ("place", "another city", "country alone"),
        ("namesake_place", "namesake of another city", "namesake of a country"),
    ],
)
def test_another_city_of_the_country_speaks_against_a_pair(
    weighed: dict[str, dict[str, float | None]], comparison: str, another: str, unstated: str
) -> None:
    """Where one city is not stated, the country speaks for the pair."""
    assert known(weighed, unstated, comparison) > 0 > known(weighed, another, comparison)


def test_second_names_that_differ_weigh_against_the_same_name(
    weighed: dict[str, dict[str, float | None]],
) -> None:
    assert known(weighed, "other middle", "name") < known(weighed, "name for", "name") - 3


def test_same_digits_make_the_same_handle_tell_more(weighed: dict[str, dict[str, float | None]]) -> None:
    assert known(weighed, "own digits", "handle") > known(weighed, "words", "handle") + 3
