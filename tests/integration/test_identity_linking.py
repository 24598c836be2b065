"""From personas to persons: rules, thresholds, stable ids, and what unrelated personas change (nothing)."""

from __future__ import annotations

import datetime as dt
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from tests.unit.identity.hand_made_personas import persona, table
from warehouse.engine import connect
from warehouse.identity.personas.standardise import keyed_hash
from warehouse.identity.run import link_personas
from warehouse.settings import Settings

Rows = list[dict[str, Any]]
NAME = "laura vestergaard"


class Links:
    """The files of one linkage."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.person = {row["persona_id"]: row["person_id"] for row in self.read("personas")}
        self.status = {row["persona_id"]: row["link_status"] for row in self.read("personas")}

    def read(self, name: str) -> list[dict[str, Any]]:
        return pq.read_table(self.folder / f"{name}.parquet").to_pylist()

    def together(self, *persona_ids: str) -> bool:
        return len({self.person[p] for p in persona_ids}) == 1

    @property
    def rules(self) -> set[str]:
        return {row["rule"] for row in self.read("violations")}


Link = Callable[..., Links]


@pytest.fixture
def link(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Link:
    monkeypatch.setenv("SCRM_HOME", str(tmp_path / "home"))
    count = iter(range(100))

    def run(rows: Rows, prior: Links | None = None, decisions: Rows | None = None, **identity: Any) -> Links:
        number = next(count)
        build = tmp_path / f"build-{number}"
        (build / "inputs").mkdir(parents=True)
        run_at = pa.array([dt.datetime(2026, 1, 1 + number, tzinfo=dt.UTC)], pa.timestamp("us", tz="UTC"))
        pq.write_table(
            pa.table({"run_id": [f"run-{number}"], "run_at": run_at}), build / "inputs" / "parameters.parquet"
        )
        with connect(build / "warehouse.duckdb") as connection:
            connection.register("given", table(rows))
            connection.execute("create schema intermediate")
            connection.execute("create table intermediate.int_personas as select * from given")
        if decisions is not None:
            reviewed = tmp_path / "home" / "identity"
            reviewed.mkdir(parents=True, exist_ok=True)
            pq.write_table(pa.Table.from_pylist(decisions), reviewed / "decisions.parquet")
        settings = Settings.model_validate(
            {
                "brand": {"name": "Acme"},
                "sources": [{"name": "any", "format": "feed", "path": "*"}],
                "identity": identity,
            }
        )
        link_personas(build, prior.folder if prior else None, settings)
        return Links(build / "identity")

    return run


def decision(left: str, right: str, what: str) -> dict[str, Any]:
    when = dt.datetime(2026, 1, 1, tzinfo=dt.UTC)
    return {"left_persona_id": left, "right_persona_id": right, "decision": what, "decided_at": when}


def company() -> Rows:
    """Laura with three accounts, Bo with one, and a stranger."""
    return [
        persona("contact:1", NAME, email_hashes=["e1"], city="aarhus", country="DK"),
        persona(
            "profile:forum:1",
            None,
            "zibbelquark7",
            email_hashes=["e1"],
            verified_email_hash="e1",
            declared_accounts=["x:zibbelquark7"],
            declared_networks=["x"],
        ),
        persona("profile:x:1", None, "zibbelquark7", city="aarhus", country="DK"),
        persona("profile:x:2", NAME, "lvestergaard", city="aarhus", country="DK"),
        persona("contact:2", "bo kernmantel", email_hashes=["e2"]),
        persona("profile:forum:2", "bo kernmantel", "bokern", email_hashes=["e2"]),
        persona("profile:x:3", None, "northwind"),
    ]


def test_people_are_found_over_their_accounts(link: Link) -> None:
    links = link(company())
    assert links.together("contact:1", "profile:forum:1", "profile:x:1", "profile:x:2")
    assert links.together("contact:2", "profile:forum:2")
    assert links.status["profile:x:3"] == "unlinked"
    assert len(set(links.person.values())) == 3


@pytest.mark.parametrize("rows", [[], [persona("contact:1", NAME)]], ids=["none", "one"])
def test_next_to_nobody(link: Link, rows: Rows) -> None:
    links = link(rows)
    assert len(links.person) == len(rows)
    for name in ("personas", "link_candidates", "person_id_history", "violations", "quality"):
        assert (links.folder / f"{name}.parquet").exists()


def test_second_run_changes_nothing(link: Link) -> None:
    first = link(company())
    second = link(company(), prior=first)
    assert second.read("personas") == first.read("personas")
    assert second.read("person_id_history") == []


def test_order_of_the_rows_changes_nothing(link: Link) -> None:
    assert link(company()).read("personas") == link(company()[::-1]).read("personas")


def test_unrelated_personas_move_nobody(link: Link) -> None:
    strangers = [persona(f"contact:s{i}", f"wim{i} qu{i}izzle", email_hashes=[f"s{i}"]) for i in range(40)]
    before, after = link(company()), link(company() + strangers)
    assert {p: after.person[p] for p in before.person} == before.person
    assert after.read("link_candidates") == before.read("link_candidates")


def test_profile_with_two_plausible_owners_waits_for_review(link: Link) -> None:
    namesakes = [persona(f"contact:{i}", NAME, email_hashes=[f"e{i}"]) for i in (1, 2)]
    links = link([*namesakes, persona("profile:x:1", NAME, "lvestergaard")])
    probabilities = [row["probability"] for row in links.read("link_candidates")]
    assert len(probabilities) == 2
    assert probabilities[0] == pytest.approx(probabilities[1])
    assert sum(probabilities) < 1
    assert links.status["profile:x:1"] == "rejected"  # each below one half


def test_reviewer_decides_between_them(link: Link) -> None:
    namesakes = [persona(f"contact:{i}", NAME, email_hashes=[f"e{i}"]) for i in (1, 2)]
    rows = [*namesakes, persona("profile:x:1", NAME, "lvestergaard")]
    links = link(rows, decisions=[decision("profile:x:1", "contact:2", "match")])
    assert links.together("profile:x:1", "contact:2")
    links = link(rows, decisions=[decision("profile:x:1", "contact:2", "no_match")])
    assert not links.together("profile:x:1", "contact:2")


def test_reviewers_no_keeps_apart_what_belongs_together(link: Link) -> None:
    links = link(company(), decisions=[decision("contact:1", "profile:forum:1", "no_match")])
    assert not links.together("contact:1", "profile:forum:1")
    assert "reviewer_no_match" in links.rules


def test_household_stays_two_people(link: Link) -> None:
    shared: dict[str, Any] = {"email_hashes": ["e"], "phone_hashes": ["p"], "city": "aarhus", "country": "DK"}
    links = link([persona("contact:1", NAME, **shared), persona("contact:2", "karl vestergaard", **shared)])
    assert not links.together("contact:1", "contact:2")
    assert links.rules == {"no_merge_of_contacts_of_different_names"}


GENERATIONS = {
    "father and son": ({"birth_year": 1950}, {"birth_year": 1982}),
    "mother and young daughter": ({"birth_year": 1985}, {"birth_year": 2000}),
    "grandfather, and a year with its digits swapped": ({"birth_year": 1928}, {"birth_year": 1982}),
    "Sr. and Jr.": ({"name_generation": 1}, {"name_generation": 2}),
    "Jr. and III": ({"name_generation": 2, "birth_year": 1960}, {"name_generation": 3}),
}
SLIPS = {
    "next year": ({"birth_year": 1950}, {"birth_year": 1951}),
    "a digit": ({"birth_year": 1973}, {"birth_year": 1983}),
    "one year": ({"birth_year": 1950}, {}),
    "one suffix": ({"name_generation": 2}, {}),
    "same suffix": ({"name_generation": 2, "birth_year": 1950}, {"name_generation": 2}),
}


def homes(told: dict[str, tuple[dict[str, Any], dict[str, Any]]]) -> Rows:
    """For each case two records of one name, address, number and town."""
    return [
        persona(
            f"contact:{case}-{i}", f"laura {family}", **{"email_hashes": [f"e{family}"]},
            **{"phone_hashes": [f"p{family}"], "city": "aarhus", "country": "DK"}, **said,
        )
        for (case, both), family in zip(told.items(), FAMILIES, strict=False)
        for i, said in enumerate(both)
    ]  # fmt: skip


FAMILIES = (
    *("vestergaard", "achterberg", "quistorp", "ibarra", "jankowski"),
    *("molnar", "okonkwo", "rautavaara", "szabo", "yilmaz"),
)


def test_two_of_one_name_and_home_a_generation_apart_are_two_people(link: Link) -> None:
    links = link(homes(GENERATIONS | SLIPS))
    joined = {
        case for case in GENERATIONS | SLIPS if links.together(f"contact:{case}-0", f"contact:{case}-1")
    }
    assert joined == set(SLIPS)
    assert links.rules == {"no_merge_of_two_a_generation_apart"}
    asked = [row["rule_sentence"] for row in links.read("review_queue") if row["reason"] == "rule"]
    assert len(asked) == len(GENERATIONS)
    assert all("a father and a son" in sentence for sentence in asked)


def test_reviewers_and_the_crm_know_better_than_years_of_birth(link: Link) -> None:
    rows = homes(GENERATIONS)
    rows[1]["merged_into_persona_id"] = rows[0]["persona_id"]
    decided = decision(rows[2]["persona_id"], rows[3]["persona_id"], "match")
    links = link(rows, decisions=[decided])
    together = [
        links.together(rows[i]["persona_id"], rows[i + 1]["persona_id"]) for i in range(0, len(rows), 2)
    ]
    assert together == [True, True, False, False, False]


def test_father_and_son_come_together_neither_over_a_third_record_nor_by_what_was_linked_before(
    link: Link,
) -> None:
    """Two records without a year, of which each is near one of the two only, make a chain between them."""
    rows = [
        persona("contact:1", NAME, birth_year=1950, email_hashes=["e1"], phone_hashes=["p"]),
        persona("contact:2", NAME, birth_year=1982, email_hashes=["e2"], phone_hashes=["p"]),
        persona("contact:3", NAME, email_hashes=["e1", "e3"]),
        persona("contact:4", NAME, email_hashes=["e2", "e3"]),
    ]
    without = [row | {"birth_year": None} for row in rows]
    before = link(without)
    assert before.together(*(row["persona_id"] for row in rows))
    for prior in (None, before):
        assert not link(rows, prior=prior).together("contact:1", "contact:2")


def test_profile_of_the_younger_is_not_the_elders(link: Link) -> None:
    here = {"city": "aarhus", "country": "DK"}
    profile = persona("profile:x:1", NAME, "lauravestergaard", name_generation=2, **here)
    elder, younger = (
        persona(f"contact:{i}", NAME, name_generation=i, email_hashes=[f"e{i}"], **here) for i in (1, 2)
    )
    assert not link([elder, profile]).together("contact:1", "profile:x:1")
    links = link([elder, younger, profile])
    assert links.together("contact:2", "profile:x:1")
    assert not links.together("contact:1", "contact:2")


def test_customers_are_not_merged_on_name_and_place_alone(link: Link) -> None:
    here = {"city": "aarhus", "country": "DK"}
    links = link([persona("contact:1", NAME, **here), persona("contact:2", NAME, **here)])
    assert not links.together("contact:1", "contact:2")
    assert links.rules == {"no_merge_of_contacts_on_name_and_place_alone"}


def test_customers_of_different_names_are_not_merged_on_a_local_part_or_an_employer(link: Link) -> None:
    shared: dict[str, Any] = {"email_local_parts": ["laura77"], "employer": "nordlys", "country": "DK"}
    apart = [
        persona("contact:1", NAME, email_hashes=["e1"], **shared),
        persona("contact:2", "laura achterberg", email_hashes=["e2"], **shared),
    ]
    links = link(apart)
    assert not links.together("contact:1", "contact:2")
    assert links.rules == {"no_merge_of_contacts_on_name_and_place_alone"}
    married = [row | {"phone_hashes": ["p"], "own_phone_hashes": ["p"]} for row in apart]
    assert link(married).together("contact:1", "contact:2"), "one number and address: another surname"


def test_a_lead_of_a_given_name_alone_bridges_no_two_customers(link: Link) -> None:
    """The lead is customer 1's, as the CRM says; customer 2, a Laura of the same local part, is not."""
    here: dict[str, Any] = {"city": "aarhus", "country": "DK"}
    here |= {"email_local_parts": ["zibbel79"], "name_local_parts": ["zibbel79"]}
    customers = [
        persona("contact:1", NAME, email_hashes=["e1"], phone_hashes=["p1"], **here),
        persona("contact:2", "laura achterberg", email_hashes=["e2"], **here),
    ]
    lead = persona(
        "contact:3",
        "laura",
        email_hashes=["e1"],
        merged_into_persona_id="contact:1",
        **here,
        phone_hashes=["p1"],
    )
    links = link([*customers, lead])
    assert links.together("contact:1", "contact:3")
    assert not links.together("contact:2", "contact:3")
    queued = {(row["left_persona_id"], row["right_persona_id"]) for row in links.read("review_queue")}
    assert ("contact:2", "contact:3") in queued
    said = link([*customers, lead], decisions=[decision("contact:2", "contact:3", "match")])
    assert said.together("contact:1", "contact:2", "contact:3"), "a reviewer may know better"


BORN: dict[str, Any] = {"birth_year": 1971, "country": "DK"}
JUTLAND: dict[str, Any] = BORN | {"city": "aarhus"}
ONE_YEAR_OF_BIRTH = {
    "nicknames of one name": (("ian", ["ian", "john"]), ("jack", ["jack", "john"]), BORN),
    "names nearly the same": (("tony", ["tony"]), ("tonya", ["tonya"]), BORN),
    "one name, no town": (("laura", ["laura"]), ("laura", ["laura"]), BORN),
    "nicknames in one town": (("molly", ["mary", "molly"]), ("marie", ["marie", "mary"]), JUTLAND),
    "names nearly the same, one town": (("jon", ["jon"]), ("jona", ["jona"]), JUTLAND),
}


def test_a_year_of_birth_merges_no_customers_of_like_names_and_other_addresses(link: Link) -> None:
    """Of 18,000 customers, hundreds of pairs share a family name, a year and a given name like the other."""
    rows = [
        persona(
            f"contact:{case}-{i}", f"{given} {family}", given_canonicals=canonicals, email_hashes=[f"{case}{i}"],
            **shared,
        )
        for (case, (*both, shared)), family in zip(ONE_YEAR_OF_BIRTH.items(), FAMILIES, strict=False)
        for i, (given, canonicals) in enumerate(both)
    ]  # fmt: skip
    links = link(rows)
    joined = {c for c in ONE_YEAR_OF_BIRTH if links.together(f"contact:{c}-0", f"contact:{c}-1")}
    assert joined == set()
    assert links.rules == {"no_merge_of_contacts_on_name_and_place_alone"}


def test_a_domain_that_two_customers_share_is_no_address(link: Link) -> None:
    at_one_domain = [
        persona("contact:1", NAME, email_hashes=["e1"], sites=["achterberg.example"]),
        persona("contact:2", "laura achterberg", email_hashes=["e2"], sites=["achterberg.example"]),
    ]
    assert not link(at_one_domain).together("contact:1", "contact:2")


def test_duplicate_with_the_same_address_is_merged(link: Link) -> None:
    links = link(
        [persona("contact:1", NAME, email_hashes=["e"]), persona("contact:2", NAME, email_hashes=["e"])]
    )
    assert links.together("contact:1", "contact:2")


def test_record_merged_in_the_crm_follows_its_target(link: Link) -> None:
    merged = persona("contact:9", "l v", merged_into_persona_id="contact:1", is_linkable=False)
    links = link([*company(), merged])
    assert links.together("contact:9", "contact:1")
    assert {r["rule"] for r in links.read("personas") if r["persona_id"] == "contact:9"} == {"crm_merge"}


def test_record_merged_in_the_crm_does_not_follow_to_whom_a_reviewer_keeps_it_apart_from(link: Link) -> None:
    merged = [
        persona(f"contact:{i}", "l v", merged_into_persona_id="contact:1", is_linkable=False)
        for i in (7, 8, 9)
    ]
    no = [
        decision("contact:9", "profile:forum:1", "no_match"),
        decision("contact:7", "contact:8", "no_match"),
    ]
    links = link([*company(), *merged], decisions=no)
    assert links.together("contact:1", "contact:7", "profile:forum:1")
    assert not links.together("contact:1", "contact:8")
    assert not links.together("contact:1", "contact:9")
    assert links.read("decided_pairs") == [
        {"left_persona_id": a, "right_persona_id": b, "decision": "no_match"}
        for a, b in (("contact:7", "contact:8"), ("contact:9", "profile:forum:1"))
    ]


def test_objector_is_not_linked(link: Link) -> None:
    rows = [row | {"is_linkable": row["persona_id"] != "contact:1"} for row in company()]
    links = link(rows)
    assert not links.together("contact:1", "profile:forum:1")
    assert "contact:1" not in {row["best_persona_id"] for row in links.read("link_candidates")}


def test_claim_of_somebody_elses_account_proves_nothing(link: Link) -> None:
    claim = persona(
        "profile:forum:1", "ole hansen", "trickster", declared_accounts=["x:zq"], declared_networks=["x"]
    )
    links = link([claim, persona("profile:x:1", "mary smith", "zq")])
    assert not links.together("profile:forum:1", "profile:x:1")


def test_a_pair_is_never_certain_without_its_empty_claim_either(link: Link) -> None:
    shared = {"email_hashes": ["e1"], "phone_hashes": ["p1"], "city": "aarhus", "country": "DK"}
    claim = persona(
        "profile:forum:1", "ole hansen", "ole", declared_accounts=["x:zq"], declared_networks=["x"], **shared
    )
    links = link([claim, persona("profile:x:1", "ole smith", "zq", **shared)])
    assert links.together("profile:forum:1", "profile:x:1")
    assert max(row["pair_probability"] for row in links.read("link_candidates")) <= 0.9999


def test_mutual_declaration_makes_a_person_without_a_contact(link: Link) -> None:
    here = {"city": "aarhus", "country": "DK"}
    forum = persona(
        "profile:forum:1", None, "aaa", declared_accounts=["x:bbb"], declared_networks=["x"], **here
    )
    x = persona(
        "profile:x:1", None, "bbb", declared_accounts=["forum:aaa"], declared_networks=["forum"], **here
    )
    links = link([forum, x])
    assert links.together("profile:forum:1", "profile:x:1")
    assert {row["link_status"] for row in links.read("link_candidates")} == {"accepted"}


def test_no_more_accounts_than_configured_on_one_network(link: Link) -> None:
    accounts = [persona(f"profile:x:{i}", NAME, f"acc{i}", email_hashes=["e1"]) for i in range(4)]
    links = link([persona("contact:1", NAME, email_hashes=["e1"]), *accounts], max_accounts_per_network=2)
    accepted = [p for p, person in links.person.items() if person == links.person["contact:1"]]
    assert len(accepted) == 3
    assert links.rules == {"max_accounts_per_network"}
    rows = [persona("contact:1", NAME, email_hashes=["e1"]), *accounts]
    yes = [decision("contact:1", f"profile:x:{i}", "match") for i in (1, 2, 3)]
    beyond = link(rows, decisions=yes, max_accounts_per_network=2)
    assert beyond.together("contact:1", "profile:x:1", "profile:x:2", "profile:x:3"), (
        "reviewers may go beyond"
    )
    assert not beyond.together("contact:1", "profile:x:0")


def test_profile_of_low_trust_is_not_linked_by_a_copied_name(link: Link) -> None:
    here = {"city": "aarhus", "country": "DK"}
    copied = persona("profile:forum:1", NAME, "lauravestergaard12", trust_score=0.45, **here)
    links = link([persona("contact:1", NAME, **here), copied])
    assert not links.together("contact:1", "profile:forum:1")
    assert links.rules == {"low_trust_never_carries_a_link"}


@pytest.mark.parametrize(
    ("excluded", "column", "standard"),
    [
        (" No.Name+crm@GMail.com", "email_hashes", "noname@gmail.com"),
        ("+45 32 12 34 56", "phone_hashes", "+4532123456"),
        ("32123456", "phone_hashes", "+4532123456"),
    ],
    ids=["address", "number", "number as written at home"],
)
@pytest.mark.parametrize("key", [None, "secret"])
def test_excluded_value_carries_no_link(
    link: Link, monkeypatch: pytest.MonkeyPatch, excluded: str, column: str, standard: str, key: str | None
) -> None:
    if key is not None:
        monkeypatch.setenv("SCRM_HASH_KEY", key)
    value: dict[str, Any] = {column: keyed_hash(pa.array([standard])).to_pylist()}
    rows = [
        persona("contact:1", "laura vestergaard", country="DK", **value),
        persona("profile:x:1", None, "zibbelquark7", **value),
    ]
    assert link(rows).together("contact:1", "profile:x:1")
    links = link(rows, excluded_values=[excluded])
    assert not links.together("contact:1", "profile:x:1")
    assert links.read("link_candidates") == []


def test_link_once_made_needs_less_to_stay(link: Link) -> None:
    rows = [
        persona("contact:1", NAME, city="aarhus"),
        persona("profile:x:1", NAME, "lvestergaard", city="aarhus"),
    ]
    first = link(rows)
    probability = first.read("link_candidates")[0]["probability"]
    assert first.together("contact:1", "profile:x:1")
    stricter = {"join": (1 + probability) / 2, "keep": probability - 0.01}
    assert not link(rows, **stricter).together("contact:1", "profile:x:1")
    assert link(rows, prior=first, **stricter).together("contact:1", "profile:x:1")


def test_ids_stay_when_the_smallest_persona_changes(link: Link) -> None:
    first = link(company())
    earlier = persona("contact:0", NAME, email_hashes=["e1"], city="aarhus", country="DK")
    second = link([earlier, *company()], prior=first)
    assert second.together("contact:0", "contact:1")
    assert second.person["contact:1"] == first.person["contact:1"]


def test_vanished_personas_leave_the_others_their_ids(link: Link) -> None:
    first = link(company())
    second = link(company()[1:], prior=first)
    assert second.person["profile:x:1"] == first.person["profile:x:1"]
    assert "contact:1" not in second.person


def test_merge_and_split_are_recorded_and_old_ids_resolve(link: Link) -> None:
    apart = link(company())
    yes = [decision("contact:1", "contact:2", "match")]
    merged = link(company(), prior=apart, decisions=yes)
    assert merged.together("contact:1", "contact:2")
    (event,) = merged.read("person_id_history")
    assert (event["reason"], event["to_person_id"]) == ("merge", merged.person["contact:1"])
    assert {event["from_person_id"], event["to_person_id"]} == {
        apart.person["contact:1"],
        apart.person["contact:2"],
    }

    no = [decision("contact:1", "contact:2", "no_match")]
    split = link(company(), prior=merged, decisions=no)
    assert not split.together("contact:1", "contact:2")
    assert split.person["contact:1"] == merged.person["contact:1"]
    last = split.read("person_id_history")[-1]
    assert (last["reason"], last["to_person_id"]) == ("split", split.person["contact:2"])
    assert split.person["contact:2"] != event["from_person_id"], "an id that was given up is never used again"


@pytest.mark.parametrize("number", range(4))
def test_what_was_split_and_comes_together_again_has_its_first_id(link: Link, number: int) -> None:
    twins = [persona(f"contact:{number}{i}", NAME, email_hashes=["e"]) for i in (1, 2)]
    ids = [row["persona_id"] for row in twins]
    first = link(twins)
    split = link(twins, prior=first, decisions=[decision(ids[0], ids[1], "no_match")])
    assert not split.together(*ids)
    again = link(twins, prior=split, decisions=[decision(ids[0], ids[1], "match")])
    assert again.person == first.person


def test_prior_state_may_be_missing(link: Link, tmp_path: Path) -> None:
    first = link(company())
    shutil.rmtree(first.folder)
    first.folder.mkdir()
    assert link(company(), prior=first).person == first.person


def test_files_have_the_agreed_columns(link: Link) -> None:
    links = link(company())
    columns = {
        name: [c[0] for c in duckdb.sql(f"describe from '{links.folder / name}.parquet'").fetchall()]
        for name in ("personas", "link_candidates", "violations")
    }
    assert columns == {
        "personas": ["persona_id", "person_id", "person_probability", "link_status", "decided_by", "rule"],
        "link_candidates": [
            *("profile_persona_id", "network", "profile_id", "person_id", "best_persona_id"),
            *("pair_probability", "probability", "link_status", "graph_ratio"),
        ],
        "violations": ["left_persona_id", "right_persona_id", "probability", "rule"],
    }
