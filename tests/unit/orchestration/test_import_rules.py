"""The architecture's rules on who may import whom, read from the source of every module."""

from __future__ import annotations

import ast
import shutil
import subprocess
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[3]
FOLDERS = ("ingestion", "orchestration", "quality", "warehouse")
SHARED = {
    *(f"warehouse.{name}" for name in ("errors", "policy", "settings", "lake", "ledger", "engine")),
    *("warehouse.canonical", "warehouse.mart_register", "warehouse.homes.version"),
}
# what linkage makes persons by, and checks of links ask again
RULES_OF_PERSONS = {"warehouse.identity.persons.person_rules", "warehouse.identity.rules"}
# The steps of linkage, in the order of the work (warehouse/identity/README.md): each may use those before it.
STEPS_OF_LINKAGE = (
    *("rules", "tables", "decisions", "personas", "evidence", "model", "pairs", "graph", "persons", "passes"),
    *("organizations", "measure", "review", "explain", "run", "training", "evaluation"),
)
MODULES = sorted(p for folder in FOLDERS for p in (ROOT / folder).rglob("*.py"))
TOP_LEVEL = {
    *FOLDERS,
    "dbt_project",
    "tests",
    "pyproject.toml",
    "uv.lock",
    "README.md",
    "CONTRIBUTING.md",
    "CHANGELOG.md",
    "LICENSE",
}


@cache
def tree_of(path: Path) -> ast.Module:
    """Parse a file, once for all rules."""
    return ast.parse(path.read_text(encoding="utf-8"))


def imported(path: Path) -> set[str]:
    """Every module that a file imports, at its top or inside a function; `from a import b` gives a.b too."""
    found: set[str] = set()
    for node in ast.walk(tree_of(path)):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}: relative import; write the whole name"
            module = node.module or ""
            found |= {module} | {f"{module}.{alias.name}" for alias in node.names}
    return found


def imported_at_top(path: Path) -> set[str]:
    """Modules imported when the file is: not inside functions, not for type checkers alone."""
    found: set[str] = set()
    for node in _top_statements(tree_of(path).body):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            found.add(node.module or "")
    return found


def _top_statements(body: list[ast.stmt]) -> Iterator[ast.stmt]:
    for node in body:
        if isinstance(node, ast.If) and "TYPE_CHECKING" in ast.unparse(node.test):
            continue
        yield node
        if isinstance(node, ast.Try):
            yield from _top_statements(node.body)


def uses(modules: set[str], package: str) -> bool:
    return any(m == package or m.startswith(f"{package}.") for m in modules)


def name_of(path: Path) -> str:
    return str(path.relative_to(ROOT))


@pytest.mark.parametrize("path", MODULES, ids=name_of)
def test_imports_run_one_way(path: Path) -> None:
    folder = path.relative_to(ROOT).parts[0]
    found = imported(path)
    allowed = {
        "orchestration": set(FOLDERS),
        "ingestion": {"ingestion", "warehouse"},
        "quality": {"quality", "warehouse"},
        "warehouse": {"warehouse"},
    }[folder]
    forbidden = {other for other in FOLDERS if uses(found, other)} - allowed
    assert not forbidden, (
        f"{name_of(path)} imports {sorted(forbidden)}; {folder} may import {sorted(allowed)}"
    )
    if folder in {"ingestion", "quality"}:
        shared = SHARED | (RULES_OF_PERSONS if folder == "quality" else set())
        beyond = {m for m in found if m.startswith("warehouse.") and not any(uses({m}, s) for s in shared)}
        assert not beyond, (
            f"{name_of(path)} imports {sorted(beyond)}; of warehouse it may use {sorted(shared)}"
        )


def step_of(module: str) -> str:
    """The step of linkage that a module is part of; empty for any other module."""
    prefix = "warehouse.identity."
    return module.removeprefix(prefix).split(".")[0] if module.startswith(prefix) else ""


def later_steps(module: str, imports: set[str]) -> set[str]:
    """What a module of linkage imports of steps that come after its own."""
    place = STEPS_OF_LINKAGE.index(step_of(module))
    later = STEPS_OF_LINKAGE[place + 1 :]
    return {other for other in imports if step_of(other) in later}


IDENTITY = ROOT / "warehouse" / "identity"


@pytest.mark.parametrize("path", sorted(IDENTITY.rglob("[a-z]*.py")), ids=name_of)
def test_no_import_of_linkage_points_up_the_flow(path: Path) -> None:
    module = ".".join(path.relative_to(ROOT).with_suffix("").parts)
    assert step_of(module) in STEPS_OF_LINKAGE, f"{name_of(path)} has no place among {STEPS_OF_LINKAGE}"
    later = later_steps(module, imported(path))
    assert not later, f"{name_of(path)} imports {sorted(later)}, of steps that come after {step_of(module)}"


def test_an_import_that_points_up_is_found() -> None:
    pairs = "warehouse.identity.pairs.blocking"
    assert later_steps(pairs, {"warehouse.identity.persons.cluster"}) == {
        "warehouse.identity.persons.cluster"
    }
    assert later_steps(pairs, {"warehouse.identity.model.linkage_model", "warehouse.lake", pairs}) == set()
    assert later_steps("warehouse.identity.passes", {"warehouse.identity.run"}) == {"warehouse.identity.run"}


def test_the_steps_of_linkage_are_told_in_this_order() -> None:
    told = (IDENTITY / "README.md").read_text(encoding="utf-8")
    assert f"`{' → '.join(STEPS_OF_LINKAGE)}`" in told.replace("\n", " ")


def test_only_orchestration_imports_dagster() -> None:
    found = [name_of(p) for p in MODULES if uses(imported(p), "dagster") or uses(imported(p), "dagster_dbt")]
    assert {name.split("/")[0] for name in found} == {"orchestration"}


def test_only_the_quality_runner_imports_great_expectations_and_it_does_so_lazily() -> None:
    assert [name_of(p) for p in MODULES if uses(imported(p), "great_expectations")] == ["quality/runner.py"]
    assert not uses(imported_at_top(ROOT / "quality" / "runner.py"), "great_expectations")


def test_the_top_level_is_fixed() -> None:
    git = shutil.which("git")
    if git is None or not (ROOT / ".git").exists():
        pytest.skip("not a git checkout: what is tracked cannot be told")
    tracked = subprocess.run([git, "ls-files"], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    found = {line.split("/")[0] for line in tracked.splitlines()}
    assert {name for name in found if not name.startswith(".")} == TOP_LEVEL
