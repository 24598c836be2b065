"""Whom the checks of links found: all of them, where a result shows the first rows alone.

Must not live here: rules (suites/), how many persons may be held back (warehouse/settings/) and what that means
for them (warehouse/identity/review/held_back.py).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path

from quality.check import Check, CheckResult
from quality.relations import Relations, open_build, qualified
from quality.suites import checks_of
from quality.suites.identity import CANDIDATES
from warehouse.lake import Home
from warehouse.settings import Settings

_PERSONA, _PERSON = "persona_md5", "person_md5"


def named_persons(
    build: Path, settings: Settings, results: Iterable[CheckResult]
) -> Mapping[str, frozenset[str]]:
    """MD5 of the ids of persons and personas that these results' checks find on the build, by name of the check.

    Of a candidate it is the profile that is found: the person that it may belong to has no part in its fault.
    """
    checks = {check.name: check for check in checks_of("identity", settings)}
    with open_build(Home(settings.home), build, settings) as relations:
        return {result.name: _named(checks[result.name], relations) for result in results}


def _named(check: Check, relations: Relations) -> frozenset[str]:
    found = check.unexpected(relations.count(check.relation)).replace("@batch", qualified(check.relation))
    columns = {column for column, *_ in relations.connection.execute(f"describe {found}").fetchall()}
    asked = [_PERSONA] if check.relation == CANDIDATES else [_PERSON, _PERSONA]
    return frozenset(
        str(md5)
        for column in asked
        if column in columns
        for (md5,) in relations.connection.execute(f"select distinct {column} from ({found})").fetchall()
    )
