"""Which files of this package some of its modules rest on, as their import statements say.

Read from the source, since what happens to be loaded depends on who asks. Must not live here: what for
(unchanged.py).
"""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator
from pathlib import Path

_PACKAGE = "warehouse.identity"
_FOLDER = Path(__file__).parents[1]


def files_behind(modules: Iterable[str], folder: Path = _FOLDER) -> list[Path]:
    """Files of the named modules (`link`, `evidence.name`) and of all of the package that they import, sorted.

    Near and far, at the top of a file or inside a function, and with the packages that they lie in. `folder` holds
    the package. Raises FileNotFoundError for a module that it does not hold.
    """
    waiting = [f"{_PACKAGE}.{module}" for module in modules]
    found: dict[str, Path] = {}
    for name in waiting:
        if _file(name, folder) is None:
            raise FileNotFoundError(f"{folder} holds no module {name}")
    while waiting:
        name = waiting.pop()
        path = _file(name, folder)
        if path is None or name in found:  # a name taken from a module may be no module itself
            continue
        found[name] = path
        waiting += [name.rpartition(".")[0], *_imported(path)]
    return sorted(set(found.values()))


def _file(module: str, folder: Path) -> Path | None:
    """The file of a module of the package; None for any other name."""
    if module != _PACKAGE and not module.startswith(f"{_PACKAGE}."):
        return None
    path = folder.joinpath(*module.removeprefix(_PACKAGE).split("."))
    return next((file for file in (path / "__init__.py", path.with_suffix(".py")) if file.exists()), None)


def _imported(path: Path) -> Iterator[str]:
    """Every name that a file imports; `from a import b` gives a and a.b, for b may be a module."""
    for node in ast.walk(ast.parse(path.read_bytes())):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield str(node.module)
            yield from (f"{node.module}.{alias.name}" for alias in node.names)
