"""`scrm identity evaluate --standard-sets` on the smallest of the sets, where it lies beside the checkout."""

from __future__ import annotations

import json
import os
import shutil
from pathlib import Path

import pytest
from typer.testing import CliRunner

from orchestration.cli import app

DATA = Path(os.environ.get("SCRM_REAL_DATA") or Path(__file__).parents[3] / "shared" / "data")
SMALLEST = Path("splink") / "fake_1000.csv"


def evaluate(folder: Path, sets: Path, monkeypatch: pytest.MonkeyPatch) -> tuple[int, str]:
    (folder / "scrm.yml").write_text(
        'brand: {name: Domatik}\nsources: [{name: any, format: feed, path: "*"}]\n', encoding="utf-8"
    )
    monkeypatch.setenv("SCRM_HOME", str(folder / "home"))
    options = ["identity", "evaluate", "--config", str(folder), "--standard-sets", str(sets), "--json"]
    done = CliRunner().invoke(app, options)
    return done.exit_code, done.output


def test_the_model_stands_beside_stock_splink_and_exact_rules(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    if not (DATA / "linkage" / SMALLEST).is_file():
        pytest.skip(f"{DATA / 'linkage' / SMALLEST} is not there (SCRM_REAL_DATA names another folder)")
    (tmp_path / "sets" / "splink").mkdir(parents=True)
    shutil.copy(DATA / "linkage" / SMALLEST, tmp_path / "sets" / SMALLEST)
    code, output = evaluate(tmp_path, tmp_path / "sets", monkeypatch)
    assert code == 0, output
    (found,) = json.loads(output)
    # 1,000 records; the true pairs follow from the sizes of the true clusters in the file
    assert (found["records"], found["true_pairs"]) == (1000, 2031)
    exact = found["exact"][1]["recall"]
    assert found["model"]["recall"]["hits"] > exact["hits"]
    at_join = found["model_at_join"]["precision"]
    assert at_join["hits"] >= 0.99 * at_join["of"]


def test_a_folder_without_sets_is_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    code, output = evaluate(tmp_path, tmp_path, monkeypatch)
    assert code != 0
    assert "holds none of the standard sets" in output
    assert "splink/fake_1000.csv" in output.replace("\n", "")
