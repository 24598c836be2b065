"""dbt's project as dbt parsed it: once a process, for no home, and lent to every home as a copy.

Paths reach dbt as environment variables, which dbt writes into what it parsed. So the project is parsed with the
variables' own names in their place, and each home writes its paths into a copy. Must not live here: how dbt is
called (orchestration/dbt/, warehouse/identity/personas/build.py).
"""

from __future__ import annotations

import hashlib
import importlib.metadata
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

# What the project takes from the environment (profiles.yml, the YAML of sources).
VARIABLES = ("SCRM_BUILD", "SCRM_LAKE", "SCRM_SOURCES", "SCRM_MEMORY_LIMIT")
_NOT_THE_PROJECT = {"target", "logs", "dbt_packages", ".user.yml"}


@dataclass(frozen=True)
class ParsedProject:
    """dbt's manifest object, never built with, and the manifest.json that dbt wrote of it."""

    manifest: Any
    written: bytes

    def at(self, places: Mapping[str, str]) -> Any:
        """Return a manifest to build with, whose sources lie where the variables say; others lie nowhere."""
        manifest = self.manifest.deepcopy()  # dbt marks in it what it has compiled
        for source in manifest.sources.values():
            for said in (source.meta, source.config.meta):
                if location := said.get("external_location"):
                    for name, place in places.items():
                        location = location.replace(_in_no_home(name), place)
                    said["external_location"] = location
        return manifest


Parse = Callable[[Mapping[str, str]], ParsedProject]
_parsed: dict[str, ParsedProject] = {}


def parsed_project(project: Path, parse: Parse) -> ParsedProject:
    """Return the project; `parse` is called with the variables to parse under, once a process."""
    fingerprint = project_fingerprint(project)
    if fingerprint not in _parsed:
        _parsed[fingerprint] = parse({name: _in_no_home(name) for name in VARIABLES})
    return _parsed[fingerprint]


def project_fingerprint(project: Path) -> str:
    """Return a digest of the project's place, its files, and dbt's version."""
    digest = hashlib.sha256(str(project).encode())
    digest.update(importlib.metadata.version("dbt-core").encode())
    for path in sorted(project.rglob("*")):
        relative = path.relative_to(project)
        if path.is_file() and relative.parts[0] not in _NOT_THE_PROJECT:
            digest.update(f"{relative}\0".encode() + hashlib.sha256(path.read_bytes()).digest())
    return digest.hexdigest()


def _in_no_home(variable: str) -> str:
    return f"${variable}"
