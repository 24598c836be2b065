"""Records that name an organisation, resolved: which belong together, which stay apart, and that ids stay."""

from __future__ import annotations

from pathlib import Path

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from warehouse.engine import connect
from warehouse.identity.model.linkage_model import ModelError
from warehouse.identity.organizations.organization_model import load_organization_model
from warehouse.identity.organizations.resolution import FILE, link_organizations

Record = tuple[str, str | None, list[str], str | None]
ALDER: Record = ("account:1", "alder logistics", ["alderlogistics.example"], "DE")


def resolve(folder: Path, records: list[Record], prior: Path | None = None) -> dict[str, str]:
    """record_id → organization_id of records (id, words of the name, domains, country)."""
    folder.mkdir(exist_ok=True)
    rows = [
        {
            "record_id": record_id,
            "record_kind": record_id.split(":")[0],
            "name_core": core,
            "glued": core.replace(" ", "") if core else domains[0].split(".")[0],
            "domains": domains,
            "country": country,
        }
        for record_id, core, domains, country in records
    ]
    with connect(threads=1) as connection:
        _warehouse(connection, pa.Table.from_pylist(rows))
        link_organizations(connection, folder, prior)
    found = pq.read_table(folder / FILE).to_pylist()
    return {row["record_id"]: row["organization_id"] for row in found}


def _warehouse(connection: duckdb.DuckDBPyConnection, rows: pa.Table) -> None:
    connection.execute("attach ':memory:' as warehouse")
    connection.execute("create schema warehouse.intermediate")
    connection.register("given", rows)
    connection.execute(
        "create table warehouse.intermediate.int_organization_records as "
        "select * replace (cast(domains as varchar[]) as domains, cast(country as varchar) as country) from given"
    )


@pytest.mark.parametrize(
    "record",
    [
        ("name:alder logistics|DE", "alder logistics", [], "DE"),
        ("name:alder logistics|", "alder logistics", [], None),
        ("domain:alderlogistics.example", None, ["alderlogistics.example"], None),
        # a slip of the pen, by somebody who writes from the company's domain
        ("name:aldr logistics|DE", "aldr logistics", ["alderlogistics.example"], "DE"),
    ],
    ids=["name", "name without country", "domain", "slip with the domain"],
)
def test_records_of_one_organization_meet(tmp_path: Path, record: Record) -> None:
    found = resolve(tmp_path, [ALDER, record])
    assert found[record[0]] == found["account:1"]


@pytest.mark.parametrize(
    "record",
    [
        ("name:alder logistics 2|DE", "alder logistics 2", [], "DE"),
        ("name:elder logistics|DE", "elder logistics", [], "DE"),
        ("name:aldr logistics|DE", "aldr logistics", [], "DE"),
        ("name:alder media|DE", "alder media", ["alderlogistics.example"], "DE"),
        ("domain:mailway.example", None, ["mailway.example"], None),
    ],
    ids=["another number", "another first letter", "slip alone", "another name", "another domain"],
)
def test_records_of_others_stay_apart(tmp_path: Path, record: Record) -> None:
    found = resolve(tmp_path, [ALDER, record])
    assert found[record[0]] != found["account:1"]


def test_common_words_need_more_than_rare_ones(tmp_path: Path) -> None:
    """Global Services of two countries are two firms, Kestrel Logistics of two countries is one."""
    records: list[Record] = [
        ("name:global services|DE", "global services", [], "DE"),
        ("name:global services|BR", "global services", [], "BR"),
        ("name:kestrel logistics|DE", "kestrel logistics", [], "DE"),
        ("name:kestrel logistics|BR", "kestrel logistics", [], "BR"),
    ]
    found = resolve(tmp_path, records)
    assert found["name:global services|DE"] != found["name:global services|BR"]
    assert found["name:kestrel logistics|DE"] == found["name:kestrel logistics|BR"]


def test_name_that_two_accounts_bear_belongs_to_neither(tmp_path: Path) -> None:
    other: Record = ("account:2", "alder logistics", ["alder.example"], "FR")
    found = resolve(tmp_path, [ALDER, other, ("name:alder logistics|", "alder logistics", [], None)])
    assert len(set(found.values())) == 3


def test_ids_stay_when_a_smaller_record_comes(tmp_path: Path) -> None:
    before = resolve(tmp_path / "before", [ALDER])
    records: list[Record] = [("account:0", *ALDER[1:]), ALDER, ("name:zenith|", "zenith", [], None)]
    after = resolve(tmp_path / "after", records, prior=tmp_path / "before")
    assert after["account:1"] == after["account:0"] == before["account:1"]
    assert after["name:zenith|"] != before["account:1"]


def test_nothing_named_is_an_empty_file(tmp_path: Path) -> None:
    with connect(threads=1) as connection:
        connection.execute("attach ':memory:' as warehouse")
        assert link_organizations(connection, tmp_path, None) == 0
    assert pq.read_table(tmp_path / FILE).column_names == ["record_id", "organization_id", "probability"]


def test_model_that_leaves_a_level_out_is_refused(tmp_path: Path) -> None:
    broken = tmp_path / "broken.json"
    broken.write_text('{"comparisons": {"name": {}}}', encoding="utf-8")
    with pytest.raises(ModelError, match="no model of organisations"):
        load_organization_model(broken)
