"""`scrm identity evaluate` on people of the real world: what it prints, and what it leaves in the model card."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from typer.testing import CliRunner

from orchestration.cli import app
from warehouse.identity.evaluation import model_card
from warehouse.identity.evaluation.model_card import MADE_BELOW
from warehouse.identity.measure.link_quality import PairQuality, Share

CONFIGURATION = """\
brand: {name: Domatik}
sources: [{name: any, format: feed, path: "*"}]
"""


@pytest.fixture
def company(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A configuration, two office holders with one handle each, and a card of their own."""
    (tmp_path / "scrm.yml").write_text(CONFIGURATION, encoding="utf-8")
    figures = tmp_path / "figures"
    figures.mkdir()
    people = [
        {"id": "1", "first": "Ottilie", "last": "Vandermeulen"},
        {"id": "2", "first": "Bo", "last": "Kernmantel"},
    ]
    handles = [
        {"id": "1", "network": "x", "handle": "OttilieVandermeulen"},
        {"id": "2", "network": "x", "handle": "northwind"},
    ]
    (figures / "contacts.json").write_text(json.dumps(people), encoding="utf-8")
    (figures / "handles.json").write_text(json.dumps(handles), encoding="utf-8")
    (tmp_path / "README.md").write_text(f"# By hand\n\n{MADE_BELOW}\n\nold\n", encoding="utf-8")
    monkeypatch.setattr(model_card, "CARD", tmp_path / "README.md")
    monkeypatch.setattr(model_card, "EVALUATIONS", tmp_path / "evaluation.json")
    monkeypatch.setenv("SCRM_HOME", str(tmp_path / "home"))
    return tmp_path


def evaluate(company: Path, *options: str) -> str:
    arguments = ["identity", "evaluate", "--config", str(company), "--public-figures"]
    done = CliRunner().invoke(app, [*arguments, str(company / "figures"), *options], catch_exceptions=False)
    assert done.exit_code == 0, done.output
    return done.stdout


def test_public_figures_are_printed_and_written_into_the_card(company: Path) -> None:
    shown = evaluate(company, "--write-card")
    assert "true owner among the first 1: 0.500 (1 of 2)" in shown
    card = (company / "README.md").read_text(encoding="utf-8")
    assert card.startswith(f"# By hand\n\n{MADE_BELOW}\n\n## The model `standard-")
    assert "| true owner among the first 1 | 0.500 |" in card
    assert re.search(r"\| what it turned out to mean \|.* 0\.95 \|\n", card), "0.95 means 0.95"
    assert "old" not in card.partition(MADE_BELOW)[2].split()


def test_card_stays_unless_asked_for(company: Path) -> None:
    before = (company / "README.md").read_text(encoding="utf-8")
    figures = json.loads(evaluate(company, "--json"))
    assert figures["true_owner_in_first"]["1"] == {"hits": 1, "of": 2}
    assert (company / "README.md").read_text(encoding="utf-8") == before
    assert not (company / "evaluation.json").exists()


def test_figures_of_the_sample_reach_the_card(company: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    share = Share(3, 4)
    quality = PairQuality(share, share)
    found = {
        "personas": 4, "pairs": quality, "pairs_with_evidence": quality, "b_cubed": [0.5, 0.5, 0.5],
        "b_cubed_with_evidence": [0.5, 0.5, 0.5], "ceiling_b_cubed": [1.0, 0.5, 0.67],
        "calibration": [float("nan"), 0], "by_threshold": {0.5: quality}, "recall_by": {"network": {"x": share}},
        "blocking": {
            "proposed": share, "candidates": 9, "per_persona": 2.25, "by_rule": {"email": share},
            "by_rule_alone": {"email": share}, "candidates_by_rule": {"email": 9},
        },
        "compared": {
            "model": [0.5, quality], "stock_splink": [0.5, quality], "exact": {"same e-mail": quality}
        },
        "ablation": [
            {
                "left_out": "1 name", "pairs": quality, "pairs_with_evidence": quality, "b_cubed_f1": 0.5,
                "lowered": 7, "raised": 2,
            }
        ],
    }  # fmt: skip
    text = json.dumps(found, default=vars)
    (company / "truth").mkdir()

    def job(name: str, settings: object) -> None:
        assert name == "evaluate_identity"
        kept = company / "home" / "identity" / "evaluation.json"
        kept.parent.mkdir(parents=True)
        kept.write_text(text, encoding="utf-8")

    monkeypatch.setattr("orchestration.commands.identity.measuring._run", job)
    arguments = ["identity", "evaluate", "--config", str(company), "--write-card"]
    done = CliRunner().invoke(app, arguments, catch_exceptions=False)
    assert done.exit_code == 0, done.output
    card = (company / "README.md").read_text(encoding="utf-8")
    assert "| exact: same e-mail | 0.750 |" in card
    assert "| email | 0.750 | 3 | 9 |" in card
    assert "| 1 name | 0.750 | 0.750 | 0.750 | 0.750 | 0.500 | 7 | 2 |" in card
    # 3 of 4 true pairs are proposed, one is lost
    assert "Blocking: 0.250 (" in card
