"""What became of a company's own models in a build: kept there, told in the summary, read by the publication.

Must not live here: where a model belongs (placing.py), how it is built (orchestration/dbt/own_models.py).
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import asdict, dataclass, field
from pathlib import Path

from warehouse.lake import file_beside
from warehouse.publication.meanings import Meaning
from warehouse.settings import MODELS_NAME, Settings

# Where they are built: a database of their own beside the build's, which they can read and not write.
DATABASE, SCHEMA = "own_models.duckdb", "built"
_FILE = "own_models.json"
_READ = {".sql", ".yml", ".yaml"}


@dataclass(frozen=True)
class OwnModel:
    """A model of the company, or a file that holds none. `problem` says why it is not published; empty: it is."""

    name: str
    file: str
    schema: str = "people"
    problem: str = ""
    meaning: Meaning = field(default_factory=Meaning)

    @property
    def sentence(self) -> str:
        """Why it is not published, in one line."""
        return f"{MODELS_NAME}/{self.file} is not published: {self.problem}"


def own_files(settings: Settings) -> list[Path]:
    """Files of the company's models, in order; none without the folder."""
    folder = settings.folder / MODELS_NAME
    return sorted(path for path in folder.rglob("*") if path.suffix in _READ and path.is_file())


def write_outcome(build: Path, models: Iterable[OwnModel]) -> None:
    """Keep what became of them in the build."""
    with file_beside(build / _FILE) as path:
        path.write_text(json.dumps([asdict(model) for model in models], ensure_ascii=False), encoding="utf-8")


def read_outcome(build: Path) -> tuple[OwnModel, ...]:
    """What became of them; none where the build has none."""
    path = build / _FILE
    if not path.exists():
        return ()
    read = json.loads(path.read_text(encoding="utf-8"))
    return tuple(OwnModel(**{**model, "meaning": _meaning(model["meaning"])}) for model in read)


def _meaning(said: dict[str, object]) -> Meaning:
    return Meaning(**{**said, "grain": tuple(said["grain"])})  # type: ignore[arg-type]
