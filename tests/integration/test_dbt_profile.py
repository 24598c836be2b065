"""dbt over a home: what does not fit into memory is spilled, in every model of a build; homes are kept apart."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml

from orchestration.dbt.in_process import PROJECT, Dbt
from warehouse.lake import Home

pytestmark = pytest.mark.integration


@pytest.fixture
def environment(tmp_path: Path) -> Any:
    """dbt's DuckDB, by the profile of the project, with 60 MB of memory."""
    from dbt.adapters.duckdb.credentials import DuckDBCredentials
    from dbt.adapters.duckdb.environments import create

    text = (PROJECT / "profiles.yml").read_text(encoding="utf-8")
    for said, value in (
        ("{{ env_var('SCRM_BUILD') }}", str(tmp_path)),
        ("{{ env_var('SCRM_MEMORY_LIMIT', '2GB') }}", "60MB"),
    ):
        assert said in text
        text = text.replace(said, value)
    output = yaml.safe_load(text)["social_crm"]["outputs"]["duckdb"]
    (tmp_path / "spill").mkdir()
    return create(DuckDBCredentials.from_dict({**output, "plugins": None, "database": "warehouse"}))


def test_a_model_that_spilled_is_followed_by_another(environment: Any, tmp_path: Path) -> None:
    # 3 million rows of 40 bytes are twice what memory holds
    sort = (
        "create table {} as select md5(cast(i as varchar)) as key, i from range(3000000) as r(i) order by key"
    )
    first = environment.handle().cursor()
    first.execute(sort.format("one"))
    assert (tmp_path / "spill").is_dir()
    second = environment.handle().cursor()
    second.execute(sort.format("two"))
    assert second.execute("select count(*) from two").fetchone() == (3_000_000,)
    environment.close()


def test_homes_of_one_process_share_what_was_parsed_and_keep_their_places_apart(tmp_path: Path) -> None:
    """One home's run must never read another's lake, nor find another's compiled models."""
    homes = [Home(tmp_path / name) for name in ("one", "two")]
    one, two = (Dbt(home, "1GB", [home.root.name]) for home in homes)
    assert one.manifest_path().read_bytes() == two.manifest_path().read_bytes()
    assert str(tmp_path) not in one.manifest_path().read_text(encoding="utf-8")
    for dbt, home in zip((one, two), homes, strict=True):
        places = {source.meta["external_location"] for source in dbt._parsed.sources.values()}
        lake = next(place for place in places if "set_apart" in place)
        assert f"'{home.lake}/*/*/" in lake
        assert f"where source in ('{home.root.name}')" in lake
        assert not [place for place in places if "$SCRM" in place]
    ids = one._parsed.nodes.keys()
    assert ids == two._parsed.nodes.keys()
    assert not [i for i in ids if one._parsed.nodes[i] is two._parsed.nodes[i]]
