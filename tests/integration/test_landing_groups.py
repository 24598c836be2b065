"""Small files that land together end as if each had landed alone: same rows, same account, same ledger."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest

from ingestion import landed_group, landing
from ingestion.lake.data_files import Beside
from ingestion.lake.guard import faults_of
from ingestion.loading.group import GroupLoader
from ingestion.report import LandingReport
from tests.integration.posts_company import Company, has_news, lines, post, undated
from warehouse.ledger import Ledger

_FEED = b"""<rss version="2.0"><channel><title>B</title><link>https://b.example/</link>%b</channel></rss>"""
_ITEM = b"<item><title>T %d</title><guid>https://b.example/%d</guid><pubDate>%b</pubDate></item>"
_DAY = b"Tue, 26 May 2026 18:00:39 GMT"


def page(*numbers: int, **more: Any) -> bytes:
    user = {"id": "7", "username": "u", "name": "U", "created_at": "2015-03-03T12:49:24.000Z"}
    posts = [json.loads(post(number)) for number in numbers]
    return json.dumps({"data": posts, "includes": {"users": [user]}, "meta": {}, **more}).encode()


def posts(company: Company) -> None:
    """Every way in which a file of posts can end, beside plain ones."""
    twice = post(20).replace(b'"text": "t"', b'"text": "t", "text": "u"')
    for name, data in {
        "a": lines(1, 2, 1),
        "b": lines(2, 3) + b"{broken\n" + undated(2),  # 2 is known from a
        "c": b"",
        "d": post(4, colour="red") + b"\n" + twice + b"\n",
        "e": page(5, 1),
        "f": page(5, 6, pace="slow") + b"\n" + b'{"errors": [{"title": "gone"}]}\n',
        "g": b"<html>",  # no JSON at all
        "h": lines(7, 8) + lines(3, 3),
        "i": lines(*range(100, 150)) + undated(30),  # set aside whole, so its posts are known of no other
        "j": lines(100, 101, 9),
        "k": lines(1, 2, 1),  # the bytes of a
        "l": b'{"data": [{"type": "x"}]}\n' + lines(10),
        "m": page(5, 6).replace(b'"meta"', b'"data": [], "meta"'),
    }.items():
        company.put(f"{name}_2026-06-01.jsonl", data)
    company.put("n_2026-05-01.jsonl", lines(1, 11))  # older than all: what it holds is known of it


def feeds(company: Company) -> None:
    for number, items in enumerate(([1, 2], [2, 3, 3], [], [1])):
        data = _FEED % b"".join(_ITEM % (n, n, _DAY) for n in items)
        company.put(f"{number}.rss", data)
    company.put("4.rss", b"<rss><channel>")
    company.put("5.rss", _FEED % (_ITEM % (9, 9, b"soon")))


def tables(company: Company) -> None:
    company.put("a.csv", b"id,mail,colour\n1,a@a.example,red\n2,b@b.example,\n")
    company.put("b.csv", b"id,mail,colour\n2,b@b.example,\n,c@c.example,red\n")
    company.put("c.csv", b"id,colour,mail\n4,red,d@d.example\n")  # another layout
    company.put("d.csv", b"id,colour\n5,red\n")
    company.put("e.csv", b"id,mail,colour\n6,\xff,\n7,e@e.example,\xc3\xa4\n8,,a,b\n")


CONTACTS = {"format": "table", "table": "contacts", "columns": {"contact_id": "id", "email": "mail"}}


def told(report: LandingReport) -> list[dict[str, Any]]:
    return [vars(file) for file in (*report.landed, *report.failed)]


def content(company: Company) -> dict[str, Any]:
    """The rows of every file of lake and quarantine, in no order, without the moment when they landed."""
    found: dict[str, Any] = {}
    for top in (company.home.lake / "posts", company.home.quarantine / "posts"):
        for path in sorted(top.rglob("*.parquet")):
            table = pq.read_table(path)
            kept = [name for name in table.column_names if name != "ingested_at"]
            rows = sorted(map(repr, table.select(kept).to_pylist()))
            types = [str(field.type) for field in table.schema]
            found[str(path.relative_to(company.home.root))] = (table.column_names, types, rows)
    return found


def entries(company: Company) -> list[dict[str, Any]]:
    said = [dict(entry.payload or {}) for entry in Ledger(company.home.ledger).entries("file")]
    for payload in said:
        payload["parts"] = sorted(payload["parts"])
        del payload["landed_at"]
    return said


@pytest.mark.parametrize(
    ("fill", "source"),
    [(posts, {}), (feeds, {"format": "feed"}), (tables, CONTACTS)],
    ids=lambda each: str(each),
)
def test_files_that_land_together_end_as_if_each_had_landed_alone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, fill: Any, source: dict[str, Any]
) -> None:
    together, alone = Company(tmp_path / "a", **source), Company(tmp_path / "b", **source)
    fill(together)
    fill(alone)
    for file in together.folder.rglob("in/*"):  # what has no date in its name is dated by the file's clock
        for each in (file, alone.folder / "in" / file.name):
            os.utime(each, (1_780_000_000, 1_780_000_000))
    sizes: list[int] = []
    real = landing.land_together

    def noted(group: Any, *rest: Any) -> Any:
        reports = real(group, *rest)
        sizes.append(len(group))
        return reports

    monkeypatch.setattr(landing, "land_together", noted)
    first = together.land()
    monkeypatch.setattr(landing, "MOST_FILES", 1)
    second = alone.land()
    assert max(sizes) > 1
    assert told(first) == told(second)
    assert entries(together) == entries(alone)
    assert content(together) == content(alone)
    assert not has_news(together.land())
    assert faults_of(together.home)[0] == []


def test_one_broken_file_costs_itself_alone(tmp_path: Path) -> None:
    company = Company(tmp_path)
    for number in range(40):
        company.put(f"{number:02}_2026-06-01.jsonl", lines(number))
    company.put("20_2026-06-01.jsonl", lines(20) + undated(25))
    report = company.land()
    assert [(f.file_name, f.reason_code) for f in report.failed] == [
        ("in/20_2026-06-01.jsonl", "too_many_rejected")
    ]
    assert len(report.landed) == 39
    assert company.keys() == sorted(str(number) for number in range(40) if number != 20)


class Killed(BaseException):
    pass


@pytest.mark.parametrize(
    ("owner", "name", "entered"),
    [
        (GroupLoader, "write_all", 0),
        (Ledger, "append_all", 0),
        (Beside, "move", 3),
        (landed_group, "put_all_in_place", 0),
    ],
)
def test_a_run_killed_while_files_land_together_is_simply_run_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, owner: Any, name: str, entered: int
) -> None:
    company = Company(tmp_path)
    company.put("warm.jsonl", lines(9))
    company.land()
    for file in "abc":
        company.put(f"{file}_2026-06-01.jsonl", lines(ord(file)) + b"{broken\n")

    def die(*_: Any, **__: Any) -> None:
        raise Killed

    monkeypatch.setattr(owner, name, die)
    with pytest.raises(Killed):
        company.land()
    monkeypatch.undo()
    assert len(list(Ledger(company.home.ledger).entries("file"))) == 1 + entered
    company.land()
    assert company.keys() == ["9", "97", "98", "99"]
    assert len(company.quarantined()) == 3
    assert not list(company.home.lake.rglob(".*"))
    assert len(list(Ledger(company.home.ledger).entries("file"))) == 4
    assert faults_of(company.home)[0] == []
    assert not has_news(company.land())
