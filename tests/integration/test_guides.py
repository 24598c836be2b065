"""What the guides show is true: the first company is read as told, every snippet of configuration is valid."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import duckdb
import pytest
import yaml

from orchestration.handbook import GUIDES
from quality.own_checks import read_own_checks
from tests.fixtures.companies import HandMade
from tests.integration.command_line import run_scrm
from warehouse.errors import ExitCode
from warehouse.settings import CHECKS_NAME, Settings

DATA = Path(os.environ.get("SCRM_REAL_DATA") or Path(__file__).parents[3] / "shared" / "data")
SHOP = DATA / "crm" / "adventureworks"
ANYTHING = {"brand": {"name": "A"}, "sources": [{"name": "a", "format": "discourse", "path": "x"}]}


def snippets(guide: str, language: str) -> list[str]:
    """The blocks of a language that a guide shows."""
    text = (GUIDES / f"{guide}.md").read_text(encoding="utf-8")
    return re.findall(rf"^```{language}\n(.*?)^```", text, re.MULTILINE | re.DOTALL)


def test_the_first_company_is_read_as_its_guide_tells(tmp_path: Path) -> None:
    if not SHOP.is_dir():
        pytest.skip(f"the tables of the shop are not at {SHOP} (SCRM_REAL_DATA names another folder)")
    (configuration,) = snippets("first_company", "yaml")
    (program,) = snippets("first_company", "python")
    (tmp_path / "scrm.yml").write_text(configuration, encoding="utf-8")
    shutil.copytree(SHOP, tmp_path / "exports")
    subprocess.run([sys.executable, "-c", program], cwd=tmp_path, check=True, timeout=120)
    checked = run_scrm("check", "--json", "--config", str(tmp_path), expected_exit=ExitCode.REFUSED)
    found = json.loads(checked.stdout)
    rejected = {each["source"]: each["files"][0]["rejected"] for each in found["sources"]}
    assert rejected == {
        "customers": {"bad_birth_year": 1},
        "products": {"missing_product_id": 6},
        "orders": {},
        "order_lines": {},
    }
    foretold = found["would_publish"]
    assert foretold["until"] == "2016-12-01"  # the last day among the first 1,000 records of each file
    assert [each["lacks"] for each in foretold["segmentations"]] == ["", ""]
    assert foretold["empty_marts"]["segment_presence"] == "no network is observed"
    assert "segment_size" not in foretold["empty_marts"]


@pytest.mark.parametrize("snippet", snippets("how_to", "yaml"))
def test_a_snippet_of_configuration_is_valid(snippet: str, tmp_path: Path) -> None:
    said: Any = yaml.safe_load(snippet)
    if isinstance(said, list):
        (tmp_path / CHECKS_NAME).write_text(snippet, encoding="utf-8")
        assert read_own_checks(tmp_path)
    else:
        Settings.model_validate({**ANYTHING, **said})


def test_the_queries_for_analysts_run_on_what_is_published(hand_made: HandMade) -> None:
    with duckdb.connect(hand_made.current / "marts.duckdb", read_only=True) as connection:
        for query in snippets("bi_analyst", "sql"):
            assert connection.execute(query).fetchall()
