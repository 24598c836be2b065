"""A home of version 0.1 is carried over: people keep their ids, the ledger its chain, and the exports land anew.

`tests/fixtures/company_of_0_1.tar.gz` holds the exports of the hand-made company, as they were then, and
`before.tar.gz`: what `scrm backup` took of the home that version 0.1 made of them. So one run also proves that a
home made of a backup gives everybody the id they had.
"""

from __future__ import annotations

import datetime as dt
import json
import tarfile
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from ingestion.upgrade import CannotUpgrade, take_lake_aside
from tests.integration.command_line import run_scrm
from tests.integration.posts_company import Company, lines
from warehouse.homes.version import UPGRADE
from warehouse.lake import Home
from warehouse.ledger import Ledger
from warehouse.publication.verify import verify

pytestmark = pytest.mark.integration

NOW = dt.datetime(2026, 7, 1, tzinfo=dt.UTC)
FIXTURE = Path(__file__).parents[1] / "fixtures" / "company_of_0_1.tar.gz"


def person_ids(personas: Path) -> dict[str, str]:
    columns = pq.read_table(personas, columns=["persona_id", "person_id"]).to_pydict()
    return dict(zip(columns["persona_id"], columns["person_id"], strict=True))


def test_a_home_of_version_0_1_keeps_person_ids_and_its_ledger(tmp_path: Path) -> None:
    with tarfile.open(FIXTURE) as archive:
        archive.extractall(tmp_path, filter="data")
    company, home = tmp_path / "company", Home(tmp_path / "company" / ".scrm")
    config = ("--config", str(company))
    run_scrm("restore", str(tmp_path / "before.tar.gz"), *config)
    ids = person_ids(home.restored / "identity" / "personas.parquet")
    lines_before = (home.ledger / "ledger.jsonl").read_bytes()
    refused = run_scrm("run", *config, expected_exit=2)
    assert "made by version 0.1" in refused.stderr
    assert "scrm upgrade" in refused.stderr
    assert "9 files land anew" in run_scrm("upgrade", *config).stdout
    report = json.loads(run_scrm("run", "--json", *config).stdout)
    assert (report["outcome"], report["files_new"], report["failed_files"]) == ("published", 9, [])
    assert len(ids) == 26
    assert person_ids(home.current / "identity" / "personas.parquet") == ids
    assert (home.ledger / "ledger.jsonl").read_bytes().startswith(lines_before)
    assert [entry.kind for entry in Ledger(home.ledger).entries()].count(UPGRADE) == 1
    assert verify(home) == []
    assert not home.restored.exists()
    assert "Nothing was changed" in run_scrm("upgrade", *config).stdout


def test_what_landed_lands_anew_and_the_old_rows_lie_aside(tmp_path: Path) -> None:
    company = Company(tmp_path)
    company.put("a_2026-05-01.jsonl", lines(1, 2))
    company.put("b_2026-05-02.jsonl", lines(2, 3))
    company.land()
    aside = take_lake_aside(company.settings, company.home, NOW, keep_gone=False)
    assert (aside.files, aside.left) == (2, 0)
    assert company.keys() == []
    assert len(list(aside.folder.rglob("activities.parquet"))) == 2
    assert {file.is_new for file in company.land().landed} == {True}
    assert company.keys() == ["1", "2", "3"]


def test_files_that_are_gone_are_named_or_keep_their_rows(tmp_path: Path) -> None:
    company = Company(tmp_path)
    company.put("a_2026-05-01.jsonl", lines(1))
    gone = company.put("b_2026-05-02.jsonl", lines(2))
    company.land()
    gone.unlink()
    with pytest.raises(
        CannotUpgrade, match=r"(?s)1 file is in .*b_2026-05-02.jsonl.*Nothing was changed.*--keep-gone"
    ):
        take_lake_aside(company.settings, company.home, NOW, keep_gone=False)
    assert company.keys() == ["1", "2"]
    aside = take_lake_aside(company.settings, company.home, NOW, keep_gone=True)
    assert (aside.files, aside.left) == (1, 1)
    assert company.keys() == ["2"]
    company.land()
    assert company.keys() == ["1", "2"]
