"""A company's own model: too little to learn from, learned worse, learned better, and what `scrm` says of it."""

from __future__ import annotations

import csv
import json
import random
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import duckdb
import pytest
from faker import Faker

from tests.integration.command_line import run_scrm
from tests.unit.identity.hand_made_personas import persona, table
from warehouse.engine import connect
from warehouse.identity.model.linkage_model import load_model
from warehouse.identity.training.retrain import Training, retrain

pytestmark = pytest.mark.integration

Rows = list[dict[str, Any]]
JOIN = 0.95


@pytest.fixture
def connection(monkeypatch: pytest.MonkeyPatch) -> Iterator[duckdb.DuckDBPyConnection]:
    monkeypatch.setattr("warehouse.identity.training.learning_pairs.RANDOM_PAIRS", 50_000)
    with connect(threads=1) as opened:
        yield opened


def names(number: int) -> list[tuple[str, str]]:
    """Given and family names in plain letters, of which some people share one."""
    fake = Faker("de_DE")
    fake.seed_instance(1)
    made = ((fake.first_name(), fake.last_name()) for _ in iter(int, 1))
    plain = (
        (given.lower(), family.lower()) for given, family in made if given.isascii() and family.isascii()
    )
    kept = (
        (given, family) for given, family in plain if given.isalpha() and family.isalpha() and len(family) > 4
    )
    return [next(kept) for _ in range(number)]


def bare_handles(known: int) -> Rows:
    """300 contacts, 40 of them twice, and 500 handles with nothing beside them; `known` of them show an address.

    Every contact and many a stranger made a handle of the name, in one of five ways.
    """
    dice = random.Random(1)
    people = names(450)
    rows = [
        persona(f"contact:{i}", f"{given} {family}", email_hashes=[f"e{i}"], phone_hashes=[f"p{i}"])
        | {"city": f"city{i % 40}", "country": "DE", "birth_year": 1950 + i % 50}
        for i, (given, family) in enumerate(people[:300])
    ]
    for row in dice.sample(rows, 40):
        twice = row | {"persona_id": f"{row['persona_id']}-2"}
        rows.append(twice | persona_of_typo(row) if dice.random() < 0.3 else twice)
    for i in range(500):
        given, family = people[i % 450]
        ways = (
            given + family,
            given[0] + family,
            f"{given}{family}{dice.randrange(10, 99)}",
            family + given[0],
        )
        handle = dice.choice([*ways, given + family[:3]])
        address = {"email_hashes": [f"e{i}"]} if i < known else {}
        rows.append(persona(f"profile:x:{i}", None, handle, **address))
    return rows


def persona_of_typo(row: dict[str, Any]) -> dict[str, Any]:
    """The columns of a name with one letter mistyped."""
    typed = persona("contact:0", row["full_name"].replace("e", "a", 1))
    return {column: typed[column] for column in typed if "name" in column or column.startswith("given")}


def trades() -> Rows:
    """A forum where 300 of 400 contacts go by family name and trade, a way that no other company knows."""
    dice = random.Random(1)
    rows = []
    for i, (given, family) in enumerate(names(400)):
        home = {"city": f"town{i % 200}", "country": "DE"}
        rows.append(persona(f"contact:{i}", f"{given} {family}", email_hashes=[f"e{i}"], **home))
        if i < 300:
            handle = (
                dice.choice(["bau", "holz", "dach", "garten"]) + family + dice.choice(["", "werk", "shop"])
            )
            address = {"email_hashes": [f"e{i}"]} if i < 150 else {}
            rows.append(persona(f"profile:forum:{i}", None, handle, **home, **address))
    return rows


def trained(connection: duckdb.DuckDBPyConnection, rows: Rows, out: Path) -> Training:
    connection.register("given", table(rows))
    shipped = load_model("standard")
    return retrain(connection, "given", None, out, at_hand={shipped.version: shipped}, join=JOIN)


def test_with_too_few_known_pairs_the_weights_stay(
    connection: duckdb.DuckDBPyConnection, tmp_path: Path
) -> None:
    found = trained(connection, bare_handles(known=0), tmp_path / "trained.json")
    assert found.outcome == "kept"
    assert "of pairs with a profile, 0 are known to be one person" in found.reason
    assert not (tmp_path / "trained.json").exists()


def test_model_that_finds_fewer_known_pairs_is_refused_with_the_figures(
    connection: duckdb.DuckDBPyConnection, tmp_path: Path
) -> None:
    (tmp_path / "trained.json").write_text("of before", encoding="utf-8")
    found = trained(connection, bare_handles(known=110), tmp_path / "trained.json")
    assert found.outcome == "kept"
    (by_handle,) = (question for question in found.questions if question.name.endswith("by its handle alone"))
    (shipped, mine) = by_handle.answers.values()
    assert mine.found < shipped.found
    assert f"by its handle alone, it finds {mine.found} and standard-" in found.reason
    assert (tmp_path / "trained.json").read_text(encoding="utf-8") == "of before"


def test_model_that_finds_more_is_written(connection: duckdb.DuckDBPyConnection, tmp_path: Path) -> None:
    found = trained(connection, trades(), tmp_path / "trained.json")
    assert found.outcome == "trained", found.reason
    assert load_model(tmp_path / "trained.json").version == found.version
    (without,) = (question for question in found.questions if "without" in question.name and question.answers)
    (shipped, mine) = without.answers.values()
    assert mine.found > 2 * shipped.found


def test_command_says_why_the_weights_stay_and_leaves_with_one(tmp_path: Path) -> None:
    people = names(40)
    contacts = [[str(i), given, family] for i, (given, family) in enumerate(people)]
    profiles = [[str(i), given + family, "2026-01-01T00:00:00Z"] for i, (given, family) in enumerate(people)]
    for name, header, lines in (
        ("contacts", ["id", "given", "family"], contacts),
        ("profiles", ["id", "handle", "created"], profiles),
    ):
        with (tmp_path / f"{name}.csv").open("w", encoding="utf-8", newline="") as file:
            csv.writer(file).writerows([header, *lines])
    (tmp_path / "scrm.yml").write_text(
        """\
brand: {name: Domatik}
sources:
  - {name: crm, format: table, path: contacts.csv, table: contacts, constants: {contact_type: contact},
     columns: {contact_id: id, given_name: given, family_name: family}, observed_on: 2026-06-01}
  - {name: x, format: table, path: profiles.csv, table: profiles, constants: {network: x},
     columns: {profile_id: id, handle: handle, created_at: created}, observed_on: 2026-06-01}
""",
        encoding="utf-8",
    )
    done = run_scrm("identity", "train", "--config", str(tmp_path), "--json", expected_exit=1)
    told = json.loads(done.stdout)
    assert told["outcome"] == "kept"
    assert told["reason"].startswith("The weights stay as they are: of pairs with a profile, 0 are known")
    assert not (tmp_path / ".scrm" / "identity" / "models").exists()
