"""The way out for a company whose first run is refused: its links are looked at, undone, and all is published."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.integration.command_line import run_scrm
from tests.integration.hand_made_company import contact_id, write_hand_made_company
from tests.integration.test_review_loop import add_twin, persons

pytestmark = pytest.mark.integration

OLGA = f"contact:{contact_id(3)}"
FOUR_AT_MOST = """\
- name: four_at_most
  layer: identity
  relation: identity.personas
  severity: critical
  sentence: Nobody is recorded five times.
  sql: select md5(person_id) as person_md5 from @batch group by person_id having count(*) > 4
"""
TWINS = [f"contact:{contact_id(number)}" for number in (13, 14, 15, 16)]


def test_links_that_a_check_refused_are_looked_at_undone_and_the_next_run_publishes(tmp_path: Path) -> None:
    """Four further customers are recorded with name, address and site of number 3, Olga Sokołowska: 5 personas of
    one person, and this company checks that nobody has more than 4. One is another woman."""
    configuration = write_hand_made_company(tmp_path)
    for number in (13, 14, 15, 16):
        add_twin(tmp_path / "exports" / "crm", number, f"2026-07-{number - 8:02}")
    (configuration.parent / "checks.yml").write_text(FOUR_AT_MOST, encoding="utf-8")

    def scrm(*arguments: str, expected_exit: int = 0) -> str:
        done = run_scrm(*arguments, expected_exit=expected_exit, folder=tmp_path)
        return done.stdout + done.stderr

    home = tmp_path / ".scrm"
    refused = scrm("run", expected_exit=1)
    assert "own.four_at_most: 1 unexpected row" in refused
    assert not (home / "published" / "current").exists()
    (build,) = (home / "builds").iterdir()

    command = re.search(r"scrm (explain [0-9a-f]{32} --refused) ", refused)
    assert command is not None, "the summary says what to type, as it is to be typed"
    told = scrm(*command[1].split())
    assert f"Not published: links of run {build.name}" in told
    assert "5 personas" in told
    assert all(persona in told for persona in (OLGA, *TWINS))
    assert "They are one person" in scrm("explain", TWINS[0], OLGA), "nothing else can be meant yet"
    assert "leave --audit out" in scrm("review", "export", "--audit", "5", expected_exit=2)

    sheet = tmp_path / "review.csv"
    said = scrm("review", "export", "--refused", "--out", str(sheet))
    assert "10 of 10 pairs that wait" in said, (
        "every two of the five, whom the model would have linked unseen"
    )
    assert f"scrm review import {sheet} --refused" in said
    header = "left_persona_id,right_persona_id,decision,reviewer"
    sheet.write_text(f"{header}\n{TWINS[1]},{TWINS[2]},match,ann\n", encoding="utf-8")
    assert "1 match" in scrm("review", "import", str(sheet), "--refused")
    undone = scrm("unmerge", TWINS[0], "--refused", "--reviewer", "ann", "--reason", "her daughter")
    assert f"personas that remain: {OLGA}" in undone

    scrm("run")
    assert len(persons(tmp_path, OLGA, *TWINS[1:])) == 1
    assert not persons(tmp_path, TWINS[0]) & persons(tmp_path, OLGA)
    assert list((home / "builds").iterdir()) == [], "what was refused goes when something is published"
    assert "No run was refused" in scrm("explain", OLGA, "--refused", expected_exit=2)
    assert "Not published" not in scrm("explain", OLGA)
