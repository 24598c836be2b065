"""The manifest of a publication: what is in it, what it was made from, and proof that neither was altered.

`manifest.json` holds the SHA-256 of every file published and of every source file behind it; the ledger
holds the SHA-256 of the manifest. Must not live here: how a publication comes about (publish.py).
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

FILE_NAME = "manifest.json"


# What those who list, switch and prove publications read of each.
_NEEDED = ("publication_id", "run_id", "published_at", "run_fingerprint", "tables", "checks", "outputs")


class ManifestUnreadable(Exception):
    """A folder has no manifest, or one that is not JSON or not a publication's."""


def sha256_of(path: Path) -> str:
    """SHA-256 of a file, in hex, read in bounded memory."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def list_outputs(folder: Path) -> list[dict[str, Any]]:
    """Path, bytes and SHA-256 of every file of a publication but its manifest, in order of the path."""
    return [
        {"path": str(path.relative_to(folder)), "bytes": path.stat().st_size, "sha256": sha256_of(path)}
        for path in _files(folder)
    ]


def write_manifest(folder: Path, content: Mapping[str, Any]) -> str:
    """Write the manifest with the hashes of what is in the folder; return its own SHA-256."""
    whole = {**content, "outputs": list_outputs(folder)}
    path = folder / FILE_NAME
    path.write_text(json.dumps(whole, indent=2, sort_keys=True, ensure_ascii=False) + "\n", encoding="utf-8")
    return sha256_of(path)


def read_manifest(folder: Path) -> dict[str, Any]:
    """Read a publication's manifest. Raises ManifestUnreadable."""
    try:
        manifest: Any = json.loads((folder / FILE_NAME).read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise _unreadable(folder, f"cannot be read ({type(error).__name__})") from error
    lacks = [key for key in _NEEDED if key not in manifest] if isinstance(manifest, dict) else list(_NEEDED)
    if lacks:
        raise _unreadable(folder, f"lacks {', '.join(lacks)}")
    return dict(manifest)


def _unreadable(folder: Path, what: str) -> ManifestUnreadable:
    return ManifestUnreadable(
        f"{folder / FILE_NAME} {what}: the folder is no publication, or was damaged. The others are not "
        "touched by it: 'scrm rollback' lets one of them serve; take this folder away."
    )


def verify_files(folder: Path, within: str = "") -> list[str]:
    """Compare a publication's files with its manifest: one sentence for each that differs.

    `within` limits it to the paths that begin so, such as 'identity/'.
    """
    outputs = read_manifest(folder)["outputs"]
    expected = {each["path"]: each["sha256"] for each in outputs if each["path"].startswith(within)}
    files = {str(path.relative_to(folder)): path for path in _files(folder)}
    found = {name: path for name, path in files.items() if name.startswith(within)}
    problems = [
        f"{folder / name}: listed in the manifest, but not there"
        for name in sorted(expected.keys() - found.keys())
    ]
    problems += [
        f"{folder / name}: not listed in the manifest" for name in sorted(found.keys() - expected.keys())
    ]
    for name in sorted(expected.keys() & found.keys()):
        if sha256_of(found[name]) != expected[name]:
            problems.append(f"{folder / name}: altered after it was published (SHA-256 differs)")
    return problems


def _files(folder: Path) -> Iterator[Path]:
    for path in sorted(folder.rglob("*")):
        if path.is_file() and path != folder / FILE_NAME:
            yield path
