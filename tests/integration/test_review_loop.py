"""The whole loop on the hand-made company: a wrong merge found, explained, undone, and undone for good; a link
that no model could find, made by a reviewer; and the figures of June 2026 that move with both.

Contact 12, Adam Krol, never bought. By mistake a thirteenth record has the name, address and site of number 3,
Olga Sokołowska, and one order. Merged with number 3 there are 11 customers, 4 of them present on X. Apart there
are 12. And a reviewer knows that the stranger @nightowl77 is number 4, Piotr Wrona: 5 of them are present.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Callable
from pathlib import Path

import duckdb
import pytest

from tests.integration.command_line import run_scrm
from tests.integration.hand_made_company import contact_id, email, website, write_hand_made_company

pytestmark = pytest.mark.integration

TWIN, OLGA = f"contact:{contact_id(13)}", f"contact:{contact_id(3)}"
PIOTR, OWL = f"contact:{contact_id(4)}", "profile:x:1900"
_CONTACT = (
    "Id,IsDeleted,MasterRecordId,AccountId,LastName,FirstName,Email,Phone,MailingCity,MailingCountry,"
    "CreatedDate,LastModifiedDate,SystemModstamp,Website__c,X_Handle__c"
)
_ORDER = (
    "Id,IsDeleted,AccountId,BillToContactId,EffectiveDate,Status,TotalAmount,CurrencyIsoCode,"
    "CreatedDate,LastModifiedDate,SystemModstamp"
)

Scrm = Callable[..., str]


def add_twin(folder: Path, number: int, day: str) -> None:
    """A further record with the name, address and site of number 3, seen on a day."""
    at = "2026-06-01T00:00:00.000Z"
    row = (
        f"{contact_id(number)},false,,,Sokołowska,Olga,{email(3)},,Kraków,Poland,{at},{at},{at},{website(3)},"
    )
    (folder / f"Contact_twin_{day}.csv").write_text(f"{_CONTACT}\r\n{row}\r\n", encoding="utf-8")


def figures(folder: Path) -> tuple[int, int]:
    """Customers in all, and those present on X, in June 2026."""
    marts = folder / ".scrm" / "published" / "current" / "marts.duckdb"
    with duckdb.connect(str(marts), read_only=True) as connection:
        (row,) = connection.execute(
            "select customers, customers_present from marts.segment_presence"
            " where network = 'x' and segmentation = 'all' and period_month = date '2026-06-01'"
        ).fetchall()
    return row


def persons(folder: Path, *personas: str) -> set[str]:
    people = folder / ".scrm" / "published" / "current" / "people.duckdb"
    with duckdb.connect(str(people), read_only=True) as connection:
        rows = connection.execute(
            "select person_id from people.persona_details where list_contains(?, persona_id)",
            [list(personas)],
        ).fetchall()
    assert len(rows) == len(personas)
    return {person for (person,) in rows}


def test_from_a_wrong_merge_to_figures_that_stay_right(tmp_path: Path) -> None:
    configuration = write_hand_made_company(tmp_path)
    crm = tmp_path / "exports" / "crm"
    add_twin(crm, 13, "2026-07-05")
    at = "2025-12-20T09:00:00.000Z"
    order = f"801000000000099AAA,false,,{contact_id(13)},2025-12-20,Activated,15.00,EUR,{at},{at},{at}"
    (crm / "Order_twin_2026-07-05.csv").write_text(f"{_ORDER}\r\n{order}\r\n", encoding="utf-8")

    def scrm(*arguments: str, expected_exit: int = 0) -> str:
        done = run_scrm(
            *arguments, "--config", str(configuration), expected_exit=expected_exit, folder=tmp_path
        )
        return done.stdout + done.stderr

    scrm("run")
    assert figures(tmp_path) == (11, 4)
    (person,) = persons(tmp_path, TWIN, OLGA)
    explain_and_undo(scrm, tmp_path, person)
    review(scrm, tmp_path)
    scrm("run")
    assert figures(tmp_path) == (12, 5)
    assert len(persons(tmp_path, TWIN, OLGA)) == 2
    assert len(persons(tmp_path, PIOTR, OWL)) == 1
    assert f"was split from {person}" in scrm("explain", TWIN) + scrm("explain", OLGA)

    add_twin(crm, 14, "2026-07-06")
    scrm("run")
    assert len(persons(tmp_path, TWIN, OLGA)) == 2, "a third record like both does not bring them together"
    assert len(persons(tmp_path, PIOTR, OWL)) == 1
    assert figures(tmp_path) == (12, 5)


def explain_and_undo(scrm: Scrm, folder: Path, person: str) -> None:
    page = folder / "why.html"
    said = scrm("explain", TWIN, contact_id(3), "--page", str(page))
    assert f"They are one person: {person}." in said
    assert "same address" in said
    bits = [float(found) for found in re.findall(r"<td>([+-][0-9.]+)</td>", page.read_text(encoding="utf-8"))]
    total = re.search(r"adds up to ([+-][0-9.]+) bits", said)
    assert total is not None
    assert sum(bits) == pytest.approx(float(total[1]), abs=0.05 * (len(bits) + 1)), "what is shown adds up"
    assert OWL in scrm("explain", OWL)  # ':x:' is no emoji here
    assert "o…@post.example" in said
    assert email(3) not in said + page.read_text(encoding="utf-8")
    assert "://cdn" not in page.read_text(encoding="utf-8").split("</script>")[-2], (
        "the page needs no network"
    )
    assert "may be any of these" in scrm("explain", "Olga Sokołowska", expected_exit=2)
    refused = scrm("unmerge", TWIN, "--from", "nobody", "--reviewer", "ann", "--reason", "x", expected_exit=2)
    assert f"stand in {person}, not in nobody" in refused
    said = scrm("unmerge", TWIN, "--reviewer", "ann", "--reason", "mother and daughter")
    assert f"{TWIN} will leave {person}" in said
    assert "take effect with the next run" in scrm("explain", TWIN, OLGA)


def review(scrm: Scrm, folder: Path) -> None:
    """Out, decided as Excel would save it, refused where it is wrong, and in."""
    sheet = folder / "review.csv"
    said = scrm("review", "export", "--audit", "6", "--out", str(sheet))
    assert "6 for the audit" in said
    assert sheet.stat().st_mode & 0o777 == 0o600
    with sheet.open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    audit = [row for row in rows if row["asked_as"] == "audit"]
    assert len(audit) == 6
    assert {(row["probability"], row["evidence"], row["why"]) for row in audit} == {("", "", "")}
    assert email(3) not in sheet.read_text(encoding="utf-8-sig")

    answers = [(OWL, PIOTR, "MATCH", "ann", "told me at the fair; he is the owl")]
    excel(sheet, [*answers, ("contact:nobody", PIOTR, "match", "ann", ""), (PIOTR, OWL, "no_match", "", "")])
    refused = scrm("review", "import", str(sheet), expected_exit=2)
    for problem in (
        "line 3: left_persona_id 'contact:nobody' is no persona",
        "line 4: the reviewer is missing",
        "lines 2 and 4 contradict each other: match and no_match",
    ):
        assert problem in refused
    assert "nothing was imported" in refused
    excel(sheet, [*answers, (audit[0]["left_persona_id"], audit[0]["right_persona_id"], "", "", "")])
    assert "1 match, 0 no_match, 0 unsure (0 of the audit); 0 said so before, 1 left empty" in scrm(
        "review", "import", str(sheet)
    )
    assert "1 said so before" in scrm("review", "import", str(sheet))


def excel(sheet: Path, rows: list[tuple[str, ...]]) -> None:
    """The sheet as Excel saves it in most of Europe: byte-order mark, semicolons, CRLF."""
    names = ("left_persona_id", "right_persona_id", "decision", "reviewer", "reason")
    lines = [";".join(names), *(";".join(row) for row in [(*r[:4], f'"{r[4]}"') for r in rows])]
    sheet.write_text("\ufeff" + "\r\n".join(lines) + "\r\n", encoding="utf-8", newline="")
