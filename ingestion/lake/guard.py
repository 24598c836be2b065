"""Keeps lake and quarantine as the ledger lists them: what was altered is landed again, or set aside.

A part that is missing or altered makes its file land again, from the bytes in the landing folder; where these
are gone, the file is lost: what is left of it lies in `set_aside/`, no build reads it, every run says so. What
the ledger does not list is set aside, too. Of a withdrawn file nothing stays set aside. Must not live here:
comparing (data_files.py), reading of files (landing.py).
"""

from __future__ import annotations

import shutil
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from ingestion.lake.data_files import (
    FILE_KIND,
    LOST,
    SCHEMA,
    SCHEMA_KIND,
    Comparison,
    Fault,
    Parts,
    compare,
    hash_file,
    list_parts,
    parts_of,
    settle,
    written_beside,
)
from ingestion.lake.known_files import WITHDRAWN, KnownFiles, Payload
from warehouse.canonical.register import TABLES
from warehouse.lake import Home, make_folder
from warehouse.ledger import Ledger


class LakeAltered(Exception):
    """Lake or quarantine changed while a run was going on."""


@dataclass
class Mended:
    """What was wrong with a source's lake: the files to land again, by SHA-256, and what is settled already."""

    damaged: dict[str, list[Fault]] = field(default_factory=dict)
    said: list[str] = field(default_factory=list)


def faults_of(home: Home) -> tuple[list[str], int]:
    """Hold lake and quarantine against the ledger; give a sentence for each fault, and the number of files."""
    comparison = compare(home, list_parts(Ledger(home.ledger).entries()))
    return [fault.sentence for fault in comparison.faults], comparison.files


def mend(home: Home, known: KnownFiles) -> Mended:
    """Finish what a killed run began, set strangers aside, and tell which files have to land again."""
    listed = list_parts(known.ledger.entries(FILE_KIND))
    comparison = compare(home, listed, known.source)
    settle(comparison, home, known.source)
    mended = Mended()
    for source, sha256 in comparison.returned:
        payload = known.by_sha256[sha256]
        known.enter({**_without_reason(payload), "outcome": "landed"}, is_landed_now=False)
        mended.said.append(
            f"{home.landed_folder(source, sha256)}: is back as the ledger lists it, and counts again"
        )
    for fault in comparison.faults:
        if fault.kind == "unlisted":
            mended.said.append(_set_aside(home, fault))
        else:
            mended.damaged.setdefault(fault.key[1], []).append(fault)
    for payload in known.with_outcome(WITHDRAWN):
        remove_set_aside(home, known.source, payload["source_file_sha256"])
    return mended


def remove_set_aside(home: Home, source: str, sha256: str) -> None:
    """Remove whatever was set aside of a file, at any time and for any reason."""
    for path in sorted(home.set_aside.rglob(f"{sha256}*"), reverse=True):  # what lies deepest first
        if path.parent.name == source:
            shutil.rmtree(path) if path.is_dir() and not path.is_symlink() else path.unlink()


def give_up(home: Home, known: KnownFiles, sha256: str, faults: list[Fault]) -> str | None:
    """Take out of the lake what cannot be made anew. Where no rows are touched, they stay, and a sentence says so.

    Otherwise the whole file is lost, as its entry says from now on.
    """
    payload = known.by_sha256[sha256]
    if not any(fault.is_of_rows for fault in faults):
        _move_aside(home, [home.root / fault.path for fault in faults], _of_file(home, payload))
        kept = {name: part for name, part in payload["parts"].items() if name not in {f.path for f in faults}}
        known.enter({**payload, "parts": kept}, is_landed_now=False)
        return f"{_told(faults)}; {payload['file_name']} is not there to make it anew. No figure rests on it"
    known.enter({**payload, "outcome": LOST, "reason_code": LOST, "reason": _lost(home, payload, faults)})
    _move_aside(home, parts_of(home, (known.source, sha256)), _of_file(home, payload))
    return None


def hash_on_first_sight(home: Home, known: KnownFiles) -> None:
    """List the parts of files that landed before parts were hashed, and cannot land again: trusted as they are."""
    for payload in known.with_outcome("landed"):
        if "parts" not in payload:
            key = (known.source, payload["source_file_sha256"])
            parts = {p.relative_to(home.root).as_posix(): hash_file(p) for p in sorted(parts_of(home, key))}
            known.enter({**payload, "parts": parts, "is_trusted_on_first_sight": True}, is_landed_now=False)


def guard_rest(home: Home, configured: Iterable[str]) -> list[str]:
    """Guard what no configured source holds, before a build reads the lake; say what was done, a sentence each.

    Its files do not land again until scrm.yml names their source, so what was altered is set aside. Raises
    LakeAltered where a configured source's part is not what it was when it landed in this very run.
    """
    ledger, sources = Ledger(home.ledger), {*configured, SCHEMA}
    comparison = compare(home, list_parts(ledger.entries()))
    changed = [fault for fault in comparison.faults if fault.key[0] in sources]
    if changed:
        raise LakeAltered(
            f"{_told(changed)}; it was well when this run began: somebody else writes to {home.root}. "
            "Nothing was built of it; find out who does, and run again."
        )
    said: list[str] = []
    for source in sorted(_touched(home, comparison) - sources):
        known = KnownFiles(ledger, source)
        mended = mend(home, known)
        said += mended.said
        for sha256, faults in mended.damaged.items():
            told = give_up(home, known, sha256, faults)
            said.append(told or f"{source}: {known.by_sha256[sha256]['reason']}")
        hash_on_first_sight(home, known)
    return said


def write_empty_tables(home: Home) -> list[str]:
    """Keep an empty part of every canonical table in the lake, so that reading a table always works.

    Gives a sentence for each that was altered or missing; all are written anew then.
    """
    ledger = Ledger(home.ledger)
    listed = list_parts(ledger.entries(SCHEMA_KIND))
    comparison = compare(home, listed, SCHEMA)
    settle(comparison, home, SCHEMA)
    said = []
    for fault in comparison.faults:
        unlisted = fault.kind == "unlisted"
        said.append(_set_aside(home, fault) if unlisted else f"{fault.sentence}; it was written anew")
    folder = home.landed_folder(SCHEMA, SCHEMA)
    is_due = bool(said or comparison.unhashed)
    if not is_due and all(_has_schema(folder, table.name, table.schema) for table in TABLES.values()):
        return []

    def enter(parts: Parts) -> None:
        ledger.append(
            SCHEMA_KIND,
            {"source": SCHEMA, "source_file_sha256": SCHEMA, "outcome": "landed", "parts": parts},
        )

    with written_beside(home, SCHEMA, SCHEMA) as beside:
        for table in TABLES.values():
            pq.write_table(table.schema.empty_table(), beside.lake / f"{table.name}.parquet")
        beside.put_in_place(enter)
    return said


def _has_schema(folder: Path, table: str, schema: pa.Schema) -> bool:
    path = folder / f"{table}.parquet"
    return path.exists() and pq.read_schema(path).equals(schema)


def _touched(home: Home, comparison: Comparison) -> set[str]:
    """Sources of which something has to be done."""
    keys = [fault.key for fault in comparison.faults] + comparison.unhashed + comparison.returned
    paths = [*comparison.beside.values(), *comparison.leftovers]
    return {source for source, _ in keys} | {path.relative_to(home.root).parts[1] for path in paths}


def _told(faults: list[Fault]) -> str:
    more = f" (and {len(faults) - 1} more)" if len(faults) > 1 else ""
    return f"{faults[0].sentence}{more}"


def _without_reason(payload: Payload) -> Payload:
    return {**payload, "reason": None, "reason_code": None}


def _lost(home: Home, payload: Payload, faults: list[Fault]) -> str:
    source, sha256 = payload["source"], payload["source_file_sha256"]
    return (
        f"{payload['file_name']}: {_told(faults)}, and the landing folder has no file with its SHA-256 {sha256}: "
        "none of its rows count. Put that file back to where its source looks, or restore "
        f"{home.landed_folder(source, sha256)} from a copy; or let it go: scrm withdraw {sha256[:12]}"
    )


def _of_file(home: Home, payload: Payload) -> Path:
    return home.set_aside / str(payload["source"]) / str(payload["source_file_sha256"])


def _set_aside(home: Home, fault: Fault) -> str:
    folder = home.set_aside / "unlisted"
    _move_aside(home, [home.root / fault.path], folder)
    return f"{fault.sentence}; it was set aside to {folder}, and is not read"


def _move_aside(home: Home, paths: Iterable[Path], folder: Path) -> None:
    """Move files out of the lake, to the same place below a folder that no build reads."""
    for path in paths:
        if path.exists() or path.is_symlink():
            target = make_folder((folder / path.relative_to(home.root)).parent) / path.name
            target.unlink(missing_ok=True)
            shutil.move(path, target)
            if not any(path.parent.iterdir()):
                path.parent.rmdir()
