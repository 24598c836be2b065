"""What the truth of a sample company says of published links: recall by class, and what blocking lost."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from tests.unit.identity.hand_made_tables import fill
from warehouse.engine import connect
from warehouse.identity.evaluation.sample_review import record_truth
from warehouse.identity.measure.quality_file import TRUTH_FILE
from warehouse.identity.review.links_at_hand import PublishedLinks
from warehouse.lake import Home

# class, people, of whom linked, and of whom compared at all
CLASSES = {"low": (50, 20, 45), "top": (40, 38, 40), "high": (29, 29, 29)}


@pytest.fixture
def published(tmp_path: Path) -> Iterator[PublishedLinks]:
    """Each person is a contact and a profile on x; who is not linked stands apart from the own contact."""
    truth, personas, pairs, customers = [], [], [], []
    for name, (people, linked, compared) in CLASSES.items():
        for i in range(people):
            person, contact, profile = f"{name}{i}", f"contact:{name}{i}", f"profile:x:{name}{i}"
            truth += [(contact, person, "crm", True), (profile, person, "x", True)]
            personas += [(contact, person, "person"), (profile, person if i < linked else "else", "person")]
            pairs += [(contact, profile)] if i < compared else []
            customers.append((person, f"all: all customers; value: {name}"))
    for i in range(10):  # a second account under a pseudonym that nothing could link
        truth.append((f"profile:x:hidden{i}", f"low{i}", "x", False))
        personas.append((f"profile:x:hidden{i}", f"hidden{i}", "person"))
    names = ("persona_id", "person_id", "network", "holds_evidence")
    table = pa.table(dict(zip(names, map(list, zip(*truth, strict=True)), strict=True)))
    pq.write_table(table, tmp_path / "personas.parquet")
    with connect(threads=1) as connection:
        at_hand = "review.links_at_hand"
        nobody = "select '' as persona_id, '' as person_id, '' as account_role where false"
        pairs_of_none = "select '' as left_persona_id, '' as right_persona_id, 0 as stands_for where false"
        fill(connection, "personas", nobody, maker=at_hand)
        fill(connection, "scored_pairs", pairs_of_none, maker=at_hand)
        fill(connection, "customers", "select '' as person_id, '' as segments where false", maker=at_hand)
        connection.executemany("insert into personas values (?, ?, ?)", personas)
        connection.executemany(
            "insert into scored_pairs (left_persona_id, right_persona_id) values (?, ?)", pairs
        )
        connection.executemany("insert into customers values (?, ?)", customers)
        yield PublishedLinks(connection, "publication", "model")


def test_recall_of_a_class_that_is_hard_to_link_is_told_apart(
    tmp_path: Path, published: PublishedLinks
) -> None:
    """low 20 of 50 and of 10 pseudonyms = 1/3; top 38 of 40 = 0.95; 29 are too few to say anything; all 87 of
    129. Blocking lost 5 of the 119 that hold evidence."""
    home = Home(tmp_path / "home")
    home.identity.mkdir(parents=True)
    loss = record_truth(home, published, tmp_path)
    assert (loss.hits, loss.of) == (5, 119)
    rows = pq.read_table(home.identity / TRUTH_FILE).to_pylist()
    recall = {(r["stratum"], r["network"]): r for r in rows if r["measure"] == "link_recall"}
    assert recall.keys() == {(s, n) for s in ("low", "top", "all customers") for n in ("x", None)}
    assert (recall["low", "x"]["value"], recall["top", "x"]["value"]) == (20 / 60, 0.95)
    assert recall["low", "x"]["high"] < recall["top", "x"]["low"], "the intervals lie apart"
    assert recall["all customers", "x"]["value"] == pytest.approx(87 / 129)
    assert {(r["stratum_kind"], r["segment"], r["basis"]) for r in recall.values()} == {
        ("value", "low", "truth"), ("value", "top", "truth"), ("all", "all customers", "truth")
    }  # fmt: skip
