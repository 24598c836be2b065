"""The dbt models that standardise personas, as tables of what was written and what comes out."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest

from warehouse.engine import connect
from warehouse.identity.personas.build import PERSONAS, build_personas

ANNS_ADDRESS = "Ann.Morley+news@GMail.com"
NAMES = [
    # written, full name, given name
    ("Maria Schmidt", "maria schmidt", "maria"),
    ("Schmidt, Dr. Maria", "maria schmidt", "maria"),
    ("Müller, Jörg", "jorg muller", "jorg"),
    ("Joerg Mueller", "joerg muller", "joerg"),
    ("Seán O’Neil", "sean oneil", "sean"),
    ("Jan van der Berg 😀", "jan vanderberg", "jan"),
    ("Prof. Ana-Lucía García (she/her)", "ana garcia", "ana"),
    ("Robert Smith Jr. | Photos", "robert smith", "robert"),
    ("Александр Иванов", "aleksandr ivanov", "aleksandr"),
    ("王小明", "xiaoming wang", "xiaoming"),
    ("Anna B.", None, "anna"),
    ("Maria", None, "maria"),
    ("noname", None, None),
]
HANDLES = [
    # written, handle, skeleton
    ("@Jan_Smith-88", "jansmith88", "jansmith"),
    ("RealJanSmith", "realjansmith", "jansmith"),
    ("jan.smith.official", "jansmithofficial", "jansmith"),
    ("theodore", "theodore", "theodore"),
    ("jan@social.example", "jan", "jan"),
    ("Müller99", "muller99", "muller"),
]
PLACES = [
    # written, city, country
    ("Leipzig, Germany", "leipzig", "DE"),
    ("São Paulo, Brasil", "sao paulo", "BR"),
    ("Deutschland", None, "DE"),
    ("Wien", "wien", None),
]
LINKS = [
    # what a bio or its addresses say, the account it names
    ({"urls": ["https://twitter.com/Ann_M?ref=1"]}, "x:ann_m"),
    ({"urls": ["https://social.example/@ann"]}, "fediverse:ann@social.example"),
    ({"urls": ["https://community.acme.example/u/ann"]}, "community:ann"),
    ({"urls": ["https://www.ann.example/"]}, "web:ann.example"),
    ({"also_known_as": ["acct:ann@social.example"]}, "fediverse:ann@social.example"),
    ({"bio": "Baker. IG: ann.bakes"}, "instagram:ann.bakes"),
    ({"bio": "@ann_m on X, too"}, "x:ann_m"),
    ({"bio": "write to @ann@social.example"}, "fediverse:ann@social.example"),
]


# What the profile `fan` posts, beside what is left out: the company's own words, the
# network's posts, a city, what 26 profiles tag.
SHOWN: list[dict[str, Any]] = [
    {
        "hashtags": ["OtterChess", "AcmeHome", "Sunday"],
        "links": ["https://www.otter.example/Open?utm_source=x#top"],
    },
    {"links": ["https://x.com/fan/status/1"], "place": "Leipzig"},
    {"activity_type": "Arrive", "place": " Otter House "},
    {"activity_type": "Announce", "hashtags": ["NotHis"]},
    {"hashtags": ["TakenBack"], "is_reversed": True},
]


def activity(profile: str, number: int, **said: Any) -> dict[str, Any]:
    row = {"network": "x", "activity_id": f"{profile}{number}", "actor_profile_id": profile}
    row |= {"activity_type": "Create", "object_type": "Note", "is_reversed": False}
    return row | {"published_at": dt.datetime(2026, 6, 1, tzinfo=dt.UTC), "hashtags": [], "links": []} | said


def rows(records: list[dict[str, Any]]) -> pa.Table:
    names = sorted({name for record in records for name in record})
    return pa.Table.from_pylist([{name: record.get(name) for name in names} for record in records])


@pytest.fixture(scope="module")
def personas(tmp_path_factory: pytest.TempPathFactory) -> dict[str, dict[str, Any]]:
    """All cases in one build, by persona_id."""
    contacts = [{"contact_id": f"name{i}", "full_name": written} for i, (written, *_) in enumerate(NAMES)]
    contacts += [
        {
            "contact_id": "ann",
            "given_name": "Ann",
            "family_name": "Morley",
            "email": "Ann.Morley+news@GMail.com",
        },
        {"contact_id": "ben", "given_name": "Ben", "family_name": "Morley", "email": "family@morley.example"},
        {"contact_id": "cat", "given_name": "Cat", "family_name": "Morley", "email": "family@morley.example"},
        {"contact_id": "dan", "given_name": "Dan", "email": "info@firm.example", "account_id": "firm"},
        {
            "contact_id": "eve",
            "email": "skater88@mail.example",
            "phone": "0171 1234567",
            "country": "Germany",
        },
        {"contact_id": "fay", "phone": "+49 171 1234567", "website": "firm.example/team"},
        {"contact_id": "gus", "phone": "030 5550000", "country": "DE"},
        {"contact_id": "hal", "email": "hal@staff.example"},
        {"contact_id": "objector", "full_name": "Ida Nolink"},
        {
            "contact_id": "ivy",
            "email": "Ivy Lo <ivy@one.example>; mailto:ivy@zwölf.example\u200b",
            "phone": "0171 2223334 (mobil) / 030 4445556",
            "country": "DE",
            "website": "www.ivy-bakes.example; https://zwölf.example/blog",
        },
        {"contact_id": "jon", "full_name": "Jon Weber Jr.", "phone": "+49 30 4445556", "birth_year": 1900},
        {"contact_id": "kim", "given_name": "Kim", "family_name": "Weber, Sr. ", "birth_year": 1950},
        {"contact_id": "sr", "full_name": "Sr. Luis Weber"},
        {"contact_id": "liv", "full_name": "Liv Berg", "email": "liv@oak.example"},
        {"contact_id": "max", "full_name": "Max Holm", "email": "m.holm@oak.example"},
        {"contact_id": "una", "full_name": "Una Roy", "email": "una@roy.example"},
    ]
    accounts = [
        {
            "account_id": "firm", "name": "Firm GmbH", "account_type": "business", "domain": "firm.example",
            "phone": "+49 30 5550000", "country": "DE",
        }
    ]  # fmt: skip
    profiles = [
        {"network": "x", "profile_id": f"h{i}", "handle": written} for i, (written, *_) in enumerate(HANDLES)
    ]
    profiles += [
        {"network": "x", "profile_id": f"p{i}", "location": written} for i, (written, *_) in enumerate(PLACES)
    ]
    profiles += [{"network": "y", "profile_id": f"l{i}", **said} for i, (said, _) in enumerate(LINKS)]
    profiles += [
        {"network": "x", "profile_id": "bot", "is_bot": True},
        {"network": "x", "profile_id": "brand", "handle": "AcmeHome"},
        {"network": "x", "profile_id": "user", "handle": "agent_7"},
        {"network": "forum", "profile_id": "staff", "email": "someone@staff.example"},
        {"network": "forum", "profile_id": "ivy", "email": "ivy@xn--zwlf-6qa.example"},
        {"network": "forum", "profile_id": "ivy1", "email": "IVY@one.example", "urls": ["ivy-bakes.example"]},
        {
            "network": "blogs",
            "profile_id": "https://ann-bakes.blogspot.com/",
            "display_name": "Ann Morley's blog",
        },
    ]
    profiles += [{"network": "x", "profile_id": name} for name in ("busy", "idle", "fan")]
    profiles += [{"network": "x", "profile_id": f"egg{i}"} for i in range(9)]
    activities = [
        activity("busy", n, published_at=dt.datetime(2026, 6, 1 + n, 7, tzinfo=dt.UTC)) for n in range(24)
    ]
    activities += [
        activity("busy", n, published_at=dt.datetime(2026, 6, 1, n - 100, tzinfo=dt.UTC), is_reversed=True)
        for n in range(100, 110)
    ]
    activities += [activity("busy", n, is_time_observed=False) for n in range(200, 210)]
    activities += [activity("idle", n) for n in range(19)]
    activities += [activity("fan", number, **shown) for number, shown in enumerate(SHOWN)]
    activities += [activity(f"crowd{i}", 0, hashtags=["sunday"]) for i in range(25)]
    pictures = {"busy": 7, "idle": None} | {f"egg{i}": 42 for i in range(9)}
    build = tmp_path_factory.mktemp("standardised")
    at = pa.array([0, 0], pa.timestamp("us", tz="UTC"))
    database = build_personas(
        build,
        {
            "contacts": rows(contacts),
            "accounts": rows(accounts),
            "profiles": rows(profiles),
            "activities": rows(activities),
            "users": rows([{"user_id": "u", "email": "boss@acme.example", "handles": ["x:agent_7"]}]),
            "consents": pa.table(
                {
                    "contact_id": ["objector", "ann"],
                    "purpose": ["linking", "marketing"],
                    "status": ["objected", "objected"],
                    "at": at,
                }
            ),
        },
        configured_accounts=pa.table({"owner_kind": ["brand"], "network": ["x"], "account": ["acmehome"]}),
        configured_words=pa.table({"kind": ["staff_email_domain"], "value": ["staff.example"]}),
        avatars=pa.table(
            {
                "network": ["x"] * len(pictures),
                "profile_id": list(pictures),
                "avatar_hash": pa.array(pictures.values(), pa.uint64()),
            }
        ),
    )
    with connect(database, read_only=True) as connection:
        found = connection.execute(f"select * from {PERSONAS}").to_arrow_table().to_pylist()
    return {row["persona_id"]: row for row in found}


Personas = dict[str, dict[str, Any]]


@pytest.mark.parametrize(("number", "case"), enumerate(NAMES))
def test_names(personas: Personas, number: int, case: tuple[str, str | None, str | None]) -> None:
    row = personas[f"contact:name{number}"]
    assert (row["full_name"], row["given_name"]) == case[1:]


@pytest.mark.parametrize(("number", "case"), enumerate(HANDLES))
def test_handles(personas: Personas, number: int, case: tuple[str, str, str]) -> None:
    row = personas[f"profile:x:h{number}"]
    assert (row["handle"], row["handle_skeleton"]) == case[1:]


@pytest.mark.parametrize(("number", "case"), enumerate(PLACES))
def test_places(personas: Personas, number: int, case: tuple[str, str | None, str | None]) -> None:
    row = personas[f"profile:x:p{number}"]
    assert (row["city"], row["country"]) == case[1:]


@pytest.mark.parametrize(("number", "case"), enumerate(LINKS))
def test_declared_accounts(personas: Personas, number: int, case: tuple[dict[str, Any], str]) -> None:
    assert personas[f"profile:y:l{number}"]["declared_accounts"] == [case[1]]


def test_no_raw_address_or_number_is_kept(personas: Personas) -> None:
    everything = str(list(personas.values())).lower()
    for raw in ("ann.morley", "gmail.com", "@morley", "skater88@", "1234567", "5550000"):
        assert raw not in everything


def test_address_of_a_household_is_nobodys_own(personas: Personas) -> None:
    assert personas["contact:ben"]["email_hashes"] == personas["contact:cat"]["email_hashes"] != []
    assert personas["contact:ben"]["own_email_hashes"] == []
    assert personas["contact:ann"]["own_email_hashes"] == personas["contact:ann"]["email_hashes"]


def test_role_mailbox_switchboard_and_company_site_are_left_out(personas: Personas) -> None:
    assert personas["contact:dan"]["email_hashes"] == []
    assert personas["contact:gus"]["phone_hashes"] == []
    assert personas["contact:fay"]["sites"] == []


def test_a_domain_that_two_contacts_use_is_a_firms_and_no_site(personas: Personas) -> None:
    """Liv and Max write from oak.example, of which no account tells. Una alone has roy.example."""
    assert [personas[f"contact:{c}"]["sites"] for c in ("liv", "max", "una")] == [[], [], ["roy.example"]]
    assert personas["contact:liv"]["email_domains"] == ["oak.example"]


def test_number_is_the_same_however_written(personas: Personas) -> None:
    assert personas["contact:eve"]["phone_hashes"] == personas["contact:fay"]["phone_hashes"] != []


def test_addresses_numbers_and_sites_are_read_however_typed(personas: Personas) -> None:
    """The contact's field holds two of each; the profiles hold one address each, one of them in punycode."""
    ivy, jon = personas["contact:ivy"], personas["contact:jon"]
    on_forum = [personas[f"profile:forum:{name}"] for name in ("ivy", "ivy1")]
    assert sorted(ivy["email_hashes"]) == sorted(row["email_hashes"][0] for row in on_forum)
    assert ivy["email_domains"] == ["one.example", "xn--zwlf-6qa.example"]
    assert len(ivy["phone_hashes"]) == 2
    assert set(jon["phone_hashes"]) < set(ivy["phone_hashes"])
    assert ivy["sites"] == ["ivy-bakes.example", "one.example", "xn--zwlf-6qa.example"]
    assert on_forum[1]["declared_accounts"] == ["web:ivy-bakes.example"]


def test_suffix_tells_generations_and_a_placeholder_no_year(personas: Personas) -> None:
    found = {c: personas[f"contact:{c}"] for c in ("jon", "kim", "sr", "ann")}
    assert [row["name_generation"] for row in found.values()] == [2, 1, None, None]
    assert [row["birth_year"] for row in found.values()] == [None, 1950, None, None]
    assert found["jon"]["full_name"] == "jon weber"


def test_local_part_is_an_alias_unless_made_of_the_name(personas: Personas) -> None:
    assert personas["contact:eve"]["aliases"] == ["skater88"]
    assert personas["contact:ann"]["aliases"] == []
    assert personas["contact:ann"]["name_local_parts"] == ["annmorley"]


def test_blog_is_known_by_its_host_on_a_shared_one(personas: Personas) -> None:
    blog = personas["profile:blogs:https://ann-bakes.blogspot.com/"]
    assert blog["handle"] == "annbakes"
    assert blog["sites"] == ["ann-bakes.blogspot.com"]
    assert "web:ann-bakes.blogspot.com" in blog["own_accounts"]


@pytest.mark.parametrize(
    ("persona_id", "role", "reason"),
    [
        ("profile:x:bot", "bot", "platform_says_bot"),
        ("profile:x:brand", "brand", "brand_account"),
        ("profile:x:user", "staff", "crm_user_handle"),
        ("profile:forum:staff", "staff", "staff_email_domain"),
        ("contact:hal", "person", None),
        ("contact:ann", "person", None),
    ],
)
def test_roles(personas: Personas, persona_id: str, role: str, reason: str | None) -> None:
    row = personas[persona_id]
    assert (row["account_role"], row["role_reason"], row["is_linkable"]) == (role, reason, role == "person")


def test_rhythm_counts_what_stands_by_hour_and_weekday(personas: Personas) -> None:
    """24 posts at 07:00 UTC on the days from Monday, 1 June 2026, on: three weeks, and Monday to Wednesday."""
    busy = personas["profile:x:busy"]
    assert busy["rhythm_hours"] == [24.0 if hour == 7 else 0.0 for hour in range(24)]
    assert busy["rhythm_weekdays"] == [4.0, 4.0, 4.0, 3.0, 3.0, 3.0, 3.0]


def test_who_is_hardly_active_has_no_rhythm(personas: Personas) -> None:
    assert personas["profile:x:idle"]["rhythm_hours"] is None
    assert personas["contact:ann"]["rhythm_hours"] is None


def test_interests_are_what_one_shows_and_the_company_did_not_bring_up(personas: Personas) -> None:
    assert personas["profile:x:fan"]["interests"] == [
        *("link:otter.example/open", "tag:otterchess", "venue:otter house")
    ]


def test_picture_that_too_many_of_a_network_show_is_its_default_one(personas: Personas) -> None:
    assert personas["profile:x:busy"]["avatar_hash"] == 7
    assert personas["profile:x:idle"]["avatar_hash"] is None
    assert {personas[f"profile:x:egg{i}"]["avatar_hash"] for i in range(9)} == {None}


def test_objector_may_not_be_linked(personas: Personas) -> None:
    assert not personas["contact:objector"]["is_linkable"]
    assert personas["contact:ann"]["is_linkable"], "an objection to another purpose is none to linking"


def test_consent_as_basis_links_only_those_who_gave_it(tmp_path: Path) -> None:
    contacts = rows([{"contact_id": c, "full_name": f"{c} morley"} for c in ("yes", "withdrawn", "silent")])
    consents = pa.table(
        {
            "contact_id": ["yes", "withdrawn", "withdrawn"],
            "purpose": ["linking"] * 3,
            "status": ["granted", "granted", "withdrawn"],
            "at": pa.array([1, 1, 2], pa.timestamp("us", tz="UTC")),
        }
    )
    database = build_personas(tmp_path, {"contacts": contacts, "consents": consents}, linking_basis="consent")
    with connect(database, read_only=True) as connection:
        linkable = connection.execute(f"select persona_id from {PERSONAS} where is_linkable").fetchall()
    assert linkable == [("contact:yes",)]


# who was merged into whom; what was said under which record, at which second; who may be linked in the end
MERGED_AND_OBJECTED = [
    ([("old", "mid"), ("mid", "new")], [("old", "objected", 2), ("new", "granted", 1)], set()),
    ([("old", "new")], [("new", "objected", 2)], {"mid"}),
    ([("old", "new")], [("old", "objected", 1), ("new", "granted", 2)], {"old", "mid", "new"}),
    ([("old", "new")], [("old", "objected", 1), ("new", "granted", 1)], {"mid"}),
    ([("old", "new")], [("old", "granted", 1), ("new", "withdrawn", 1)], {"mid"}),
    ([("old", "mid"), ("mid", "old")], [("mid", "objected", 1)], {"new"}),
]


@pytest.mark.parametrize(
    ("merges", "said", "linkable"),
    MERGED_AND_OBJECTED,
    ids=["chain", "survivor", "later grant", "one instant", "one instant, other way round", "circle"],
)
def test_objection_holds_for_every_record_of_a_merged_contact(
    tmp_path: Path, merges: list[tuple[str, str]], said: list[tuple[str, str, int]], linkable: set[str]
) -> None:
    target = dict(merges)
    contacts = rows([{"contact_id": c, "merged_into_id": target.get(c)} for c in ("old", "mid", "new")])
    consents = pa.table(
        {
            "contact_id": [contact for contact, _, _ in said],
            "purpose": ["linking"] * len(said),
            "status": [status for _, status, _ in said],
            "at": pa.array([at for *_, at in said], pa.timestamp("us", tz="UTC")),
        }
    )
    database = build_personas(tmp_path, {"contacts": contacts, "consents": consents})
    with connect(database, read_only=True) as connection:
        found = connection.execute(f"select native_id from {PERSONAS} where is_linkable").fetchall()
    assert {row[0] for row in found} == linkable
