"""The ledger tells every alteration by another hand, and survives killed writers and erasures."""

from __future__ import annotations

import json
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from warehouse.ledger import Ledger, LedgerBroken

Lines = list[dict[str, Any]]


@pytest.fixture
def ledger(tmp_path: Path) -> Ledger:
    """Three files and a run, as landing and publishing write them."""
    ledger = Ledger(tmp_path)
    for number in range(3):
        ledger.append(
            "file", {"source": "crm", "source_file_sha256": str(number) * 64, "records_read": number}
        )
    ledger.append("run", {"run_id": "r1", "outcome": "published"})
    return ledger


def rewrite(ledger: Ledger, change: Callable[[Lines], Lines]) -> None:
    path = ledger._path
    lines = [json.loads(line) for line in path.read_text().splitlines()]
    path.write_text("".join(json.dumps(line) + "\n" for line in change(lines)))


def test_an_untouched_ledger_holds(ledger: Ledger) -> None:
    assert ledger.verify() == 4
    assert [entry.seq for entry in ledger.entries("file")] == [1, 2, 3]


def _edit(position: int, **values: Any) -> Callable[[Lines], Lines]:
    def change(lines: Lines) -> Lines:
        lines[position].update(values)
        return lines

    return change


TAMPERING: dict[str, Callable[[Lines], Lines]] = {
    "a payload is changed": _edit(1, payload={"source": "crm", "records_read": 99}),
    "a payload and its hash are changed": _edit(1, payload={}, payload_sha256="0" * 64),
    "a kind is changed": _edit(3, kind="rollback"),
    "a hash is changed": _edit(2, hash="f" * 64),
    "a number is changed": _edit(2, seq=7),
    "a line in the middle is taken out": lambda lines: lines[:1] + lines[2:],
    "the first line is taken out": lambda lines: lines[1:],
    "two lines change places": lambda lines: [lines[0], lines[2], lines[1], lines[3]],
    "a line is put in twice": lambda lines: lines[:2] + lines[1:],
    "the last line is changed": _edit(-1, payload={"run_id": "r1", "outcome": "refused"}),
    "the last line is taken out": lambda lines: lines[:-1],
    "all lines are taken out": lambda _: [],
}


@pytest.mark.parametrize("how", TAMPERING)
def test_tampering_is_told(how: str, ledger: Ledger) -> None:
    rewrite(ledger, TAMPERING[how])
    with pytest.raises(LedgerBroken, match=r"line \d+"):
        ledger.verify()


def test_one_byte_changed_anywhere_is_told(ledger: Ledger) -> None:
    for path in (ledger._path, ledger._head):
        whole = path.read_bytes()
        for place in {*range(0, len(whole), 7), len(whole) - 1}:
            path.write_bytes(whole[:place] + bytes([whole[place] ^ 1]) + whole[place + 1 :])
            with pytest.raises(LedgerBroken):
                ledger.verify()
        path.write_bytes(whole)
    assert ledger.verify() == 4


def test_a_ledger_that_was_cut_off_or_deleted_takes_no_line(ledger: Ledger) -> None:
    whole = ledger._path.read_bytes()
    for left in (whole[:-1], whole.rpartition(b"{")[0], b""):
        ledger._path.write_bytes(left)
        with pytest.raises(LedgerBroken, match=r"line 4, .*cut off, deleted or replaced"):
            ledger.append("run", {})
        assert ledger._path.read_bytes() == left
    ledger._path.write_bytes(whole)
    assert ledger.append("run", {}).seq == 5


def test_a_writer_killed_between_line_and_head_leaves_a_ledger_that_holds(ledger: Ledger) -> None:
    head = ledger._head.read_bytes()
    ledger.append("run", {"run_id": "r2"})
    ledger._head.write_bytes(head)
    assert ledger.verify() == 5
    assert ledger.append("run", {"run_id": "r3"}).seq == 6


def test_lines_that_are_added_together_are_a_chain_as_if_added_one_by_one(ledger: Ledger) -> None:
    added = ledger.append_all("file", [{"name": "a"}, {"name": "b"}, {"name": "c"}])
    assert [entry.seq for entry in added] == [5, 6, 7]
    assert ledger.verify() == 7


def test_a_writer_killed_between_several_lines_and_head_leaves_a_ledger_that_holds(ledger: Ledger) -> None:
    head, whole = ledger._head.read_bytes(), ledger._path.read_bytes()
    ledger.append_all("file", [{"name": "a"}, {"name": "b"}, {"name": "c"}])
    ledger._head.write_bytes(head)
    assert ledger.verify() == 7
    assert ledger.append("run", {}).seq == 8
    ledger._path.write_bytes(whole)  # cut off at its old end: the head knows better
    with pytest.raises(LedgerBroken, match=r"line 8, .*cut off"):
        ledger.append_all("file", [{"name": "d"}])


def test_a_ledger_older_than_its_head_holds_and_gets_one(ledger: Ledger) -> None:
    ledger._head.unlink()
    assert ledger.verify() == 4
    ledger.append("run", {"run_id": "r2"})
    assert ledger._head.exists()


def test_an_erasure_empties_payloads_and_keeps_the_chain(ledger: Ledger) -> None:
    rewrite(ledger, _edit(0, payload=None))
    assert ledger.verify() == 4
    assert next(ledger.entries()).payload is None


def test_a_half_written_line_is_passed_over_and_then_cut_off(ledger: Ledger) -> None:
    with ledger._path.open("ab") as file:
        file.write(b'{"seq": 5, "kind": "ru')
    assert ledger.verify() == 4
    entry = ledger.append("run", {"run_id": "r2"})
    assert entry.seq == 5
    assert ledger.verify() == 5


@pytest.mark.parametrize("damage", [b"{broken}\n", b'{"seq": 2}\n', b"[]\n", b"\xff\x00\n"])
def test_a_damaged_line_is_named_with_what_to_do(ledger: Ledger, damage: bytes) -> None:
    lines = ledger._path.read_bytes().splitlines(keepends=True)
    ledger._path.write_bytes(lines[0] + damage + b"".join(lines[2:]))
    with pytest.raises(LedgerBroken, match=r"ledger\.jsonl, line 2: .* Restore it from a copy\.$"):
        list(ledger.entries())
    ledger._path.write_bytes(lines[0] + damage)
    with pytest.raises(
        LedgerBroken, match=r"ledger\.jsonl, its last whole line: .* Restore it from a copy\.$"
    ):
        ledger.append("run", {})
    assert ledger._path.read_bytes() == lines[0] + damage


def test_two_writers_at_once_make_one_chain(tmp_path: Path) -> None:
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda n: Ledger(tmp_path).append("file", {"n": n}), range(40)))
    ledger = Ledger(tmp_path)
    assert ledger.verify() == 40
    assert sorted(e.payload["n"] for e in ledger.entries() if e.payload) == list(range(40))


@settings(max_examples=30, deadline=None)
@given(payload=st.dictionaries(st.text(), st.text() | st.integers() | st.none(), max_size=5))
def test_whatever_is_written_is_read_back(
    payload: dict[str, Any], tmp_path_factory: pytest.TempPathFactory
) -> None:
    ledger = Ledger(tmp_path_factory.mktemp("ledger"))
    ledger.append("run", payload)
    ledger.append("run", {})
    assert [entry.payload for entry in ledger.entries()] == [payload, {}]
    assert ledger.verify() == 2


def test_a_payload_longer_than_the_read_block_is_found_again(tmp_path: Path) -> None:
    ledger = Ledger(tmp_path)
    ledger.append("run", {"facts": "x" * 200_000})
    assert ledger.append("run", {}).seq == 2
    assert ledger.verify() == 2
