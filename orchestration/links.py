"""The checks of links, and what a finding costs: a few persons fall apart so that the rest is published.

Must not live here: rules (quality/suites/), how a person falls apart (warehouse/identity/review/held_back.py),
checks as Dagster sees them (checks.py).
"""

from __future__ import annotations

import math
from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from quality.check import CheckResult
from quality.containment import Acceptance
from quality.named_persons import named_persons
from quality.results import write_results
from quality.runner import run_checks
from quality.suites.identity import CANDIDATES
from warehouse.identity.review.held_back import Found, find_persons, hold_back
from warehouse.settings import Settings


def check_links(
    build: Path, settings: Settings, accepted: Mapping[str, Acceptance] | None = None
) -> list[CheckResult]:
    """Run the checks of links; hold back the persons that they find, and run them again on what is left.

    Where they are more than `quality.containment` allows, or a check costs more than persons, nobody is held back
    and the results are as they were found. Raises what run_checks raises.
    """
    results = run_checks("identity", build, settings, accepted=accepted or {})
    broken = [result for result in results if result.blocks]
    if not broken or any(result.cost != "person" or not result.unexpected_count for result in broken):
        return results
    named = named_persons(build, settings, broken)
    found = find_persons(build, frozenset[str]().union(*named.values()))
    most = settings.quality.containment.most_of(found.of)
    if len(found.persons) > most:
        return _keep(build, [_advised(result, found, most) for result in results])
    doubtful = [md5 for result in broken if result.relation == CANDIDATES for md5 in named[result.name]]
    held = {name: len(find_persons(build, mine).persons) for name, mine in named.items()}
    hold_back(build, found.persons, doubtful=doubtful, memory_limit=settings.memory_limit)
    again = run_checks("identity", build, settings, accepted=accepted or {})
    if any(result.blocks for result in again):
        return again
    return _keep(build, _contained(results, again, held))


def _contained(
    results: Sequence[CheckResult], again: Sequence[CheckResult], held: Mapping[str, int]
) -> list[CheckResult]:
    """What is left, and of the checks because of which persons were held back what they had found."""
    found = {result.name: result for result in results}
    return [
        replace(found[after.name], contained=held[after.name]) if held.get(after.name) else after
        for after in again
    ]


def _advised(result: CheckResult, found: Found, most: int) -> CheckResult:
    if not result.blocks:
        return result
    persons = len(found.persons)
    share = min(1, math.ceil(1000 * persons / found.of) / 1000)
    return replace(
        result,
        advice=f"{persons:,} of {found.of:,} persons would have to be held back, and at most {most:,} may be. "
        f"Look at some of them, and undo what is wrong; quality.containment.share: {share:g} in scrm.yml holds "
        "back as many in every run",
    )


def _keep(build: Path, results: Collection[CheckResult]) -> list[CheckResult]:
    kept = list(results)
    write_results("identity", build, kept)
    return kept
