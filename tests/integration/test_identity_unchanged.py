"""What code scores rest on: a change of it has everything compared anew, a change of any other code does not."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

import warehouse.identity
from warehouse.identity.pairs.source_files import files_behind
from warehouse.identity.pairs.unchanged import SCORED_BY

PACKAGE = Path(warehouse.identity.__file__).parent


def code(folder: Path) -> bytes:
    return b"".join(path.read_bytes() for path in files_behind(SCORED_BY, folder))


@pytest.fixture(scope="module")
def package(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the package, to be touched."""
    folder = tmp_path_factory.mktemp("code") / "identity"
    shutil.copytree(PACKAGE, folder, ignore=shutil.ignore_patterns("__pycache__", "*.json"))
    return folder


@pytest.mark.parametrize(
    ("file", "counts"),
    [
        ("evidence/name.py", True),
        ("evidence/__init__.py", True),
        ("model/term_frequencies.py", True),
        ("model/handle_words.py", True),
        ("model/linkage_model.py", True),
        ("rules.py", True),
        ("pairs/scored_pairs.py", True),
        ("pairs/unchanged.py", True),
        ("explain/explanation.py", False),
        ("training/train.py", False),
        ("training/learning_pairs.py", False),
        ("persons/cluster.py", False),
        ("evaluation/sample.py", False),
    ],
)
def test_touching_what_scores_changes_the_basis_and_touching_anything_else_leaves_it(
    package: Path, file: str, counts: bool
) -> None:
    before = code(package)
    touched = package / file
    written = touched.read_bytes()
    touched.write_bytes(written + b"# touched\n")
    assert (code(package) != before) is counts
    touched.write_bytes(written)


def test_a_module_newly_imported_counts_wherever_the_import_stands(package: Path) -> None:
    (package / "new").mkdir()
    for name in ("new/__init__.py", "new/far.py", "new/near.py"):
        (package / name).touch()
    (package / "new" / "near.py").write_text("import warehouse.identity.new.far as far\n")
    written = (package / "pairs" / "scoring.py").read_bytes()
    (package / "pairs" / "scoring.py").write_bytes(
        written + b"\n\ndef f():\n    from warehouse.identity.new import near\n"
    )
    found = files_behind(SCORED_BY, package)
    assert {package / "new" / name for name in ("__init__.py", "far.py", "near.py")} <= set(found)
    (package / "pairs" / "scoring.py").write_bytes(written)


def test_no_module_that_scoring_loads_is_missed() -> None:
    """As Python itself sees it, in a process that has loaded nothing else."""
    names = ", ".join(f"warehouse.identity.{module}" for module in SCORED_BY)
    tell = "print(*(m.__file__ for name, m in sys.modules.items() if name.startswith('warehouse.')))"
    program = f"import sys, {names}; {tell}"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    loaded = {Path(file) for file in done.stdout.split() if Path(file).is_relative_to(PACKAGE)}
    assert PACKAGE / "evidence" / "name.py" in loaded
    assert loaded <= set(files_behind(SCORED_BY))


def test_a_module_that_is_not_there_is_an_error() -> None:
    with pytest.raises(FileNotFoundError, match=r"warehouse\.identity\.scoring"):
        files_behind(["scoring"])
