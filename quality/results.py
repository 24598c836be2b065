"""Results of the checks of a build, kept in `<build>/quality/<layer>.json`.

Must not live here: running of checks (runner.py), pages made of the results (reports.py).
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

from quality.check import LAYERS, CheckResult, Layer
from warehouse.lake import file_beside


def write_results(layer: Layer, build: Path, results: Sequence[CheckResult]) -> None:
    """Replace what is kept of a layer's results."""
    with file_beside(_file(layer, build)) as path:
        path.write_text(
            json.dumps([result.to_json() for result in results], ensure_ascii=False, indent=1),
            encoding="utf-8",
        )


def read_results(build: Path) -> list[CheckResult]:
    """Results of every layer that has been run on a build, in the order of the layers."""
    results: list[CheckResult] = []
    for layer in LAYERS:
        path = _file(layer, build)
        if path.exists():
            rows = json.loads(path.read_text(encoding="utf-8"))
            results += [CheckResult.from_json(row) for row in rows]
    return results


def layers_run(build: Path) -> tuple[Layer, ...]:
    """Layers of which there are results."""
    return tuple(layer for layer in LAYERS if _file(layer, build).exists())


def _file(layer: Layer, build: Path) -> Path:
    return build / "quality" / f"{layer}.json"
