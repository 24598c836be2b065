"""Small cases of linkage that went wrong elsewhere, where they lie beside the checkout: read, linked, asked."""

from __future__ import annotations

import csv
import datetime as dt
import json
import os
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from warehouse import environment
from warehouse.identity.personas.build import build_personas
from warehouse.identity.run import link_personas
from warehouse.settings import Settings

pytestmark = pytest.mark.integration

DATA = Path(os.environ.get("SCRM_REAL_DATA") or Path(__file__).parents[3] / "shared" / "data")
FATHER_SON, MAIL_FORMS = (DATA / "cases" / name for name in ("id-father-son", "identity-mail-forms"))
# columns of the cases' files, by those of contacts (scrm.yml and case.md of the cases)
MAPPED = {
    **{
        "contact_id": "id",
        "given_name": "given",
        "family_name": "family",
        "full_name": "full",
        "phone": "phone",
    },
    **{"city": "city", "email": "email", "birth_year": "birth"},
}


@pytest.fixture(scope="module")
def identity(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The companies of both cases, linked as one; the folder of its links."""
    if not FATHER_SON.is_dir() or not MAIL_FORMS.is_dir():
        pytest.skip(f"the cases are not at {DATA / 'cases'} (SCRM_REAL_DATA names another folder)")
    contacts = [*_contacts(FATHER_SON / "t.csv"), *_contacts(MAIL_FORMS / "contacts.csv")]
    users = json.loads((MAIL_FORMS / "users.json").read_text(encoding="utf-8"))["users"]
    profiles = [
        {"network": "forum", "profile_id": str(u["id"]), "handle": u["username"], "email": u["email"]}
        for u in users
    ]
    build = tmp_path_factory.mktemp("cases")
    build_personas(build, {"contacts": _table(contacts), "profiles": _table(profiles)})
    run = {
        "run_id": ["run"],
        "run_at": pa.array([dt.datetime(2024, 6, 30, tzinfo=dt.UTC)], pa.timestamp("us", "UTC")),
    }
    pq.write_table(pa.table(run), build / "inputs" / "parameters.parquet")
    source = {"name": "any", "format": "feed", "path": "*"}
    with environment.variables({"SCRM_HOME": str(build / "home")}):
        link_personas(build, None, Settings.model_validate({"brand": {"name": "Acme"}, "sources": [source]}))
    return build / "identity"


def _contacts(path: Path) -> list[dict[str, Any]]:
    with path.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    return [
        {name: row[column] or None for name, column in MAPPED.items() if column in row}
        | {"contact_type": "contact"}
        for row in rows
    ]


def _table(rows: list[dict[str, Any]]) -> pa.Table:
    names = {name for row in rows for name in row}
    return pa.table({name: pa.array([row.get(name) for row in rows], pa.string()) for name in sorted(names)})


def _persons(identity: Path) -> dict[str, str]:
    return {
        row["persona_id"]: row["person_id"]
        for row in pq.read_table(identity / "personas.parquet").to_pylist()
    }


def test_father_and_son_are_not_joined_but_asked_about(identity: Path) -> None:
    person = _persons(identity)
    assert person["contact:sen"] != person["contact:jun"]
    asked = pq.read_table(identity / "review_queue.parquet").to_pylist()
    assert ("contact:jun", "contact:sen") in {
        (row["left_persona_id"], row["right_persona_id"]) for row in asked
    }


def test_address_joins_however_it_is_typed(identity: Path) -> None:
    """Users 1 to 10 hold in its plain form what contacts m0 to m9 hold as typed."""
    person = _persons(identity)
    joined = [person[f"contact:m{i}"] == person[f"profile:forum:{i + 1}"] for i in range(10)]
    assert joined == [True] * 10
