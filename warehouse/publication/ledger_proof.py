"""Whether the ledger is the one that publications were made under, and beginning another where it is lost.

The chain proves each line, `head.json` the last one, and the manifest of each publication the lines until then.
Must not live here: the chain itself (ledger.py), whether what is published was altered (verify.py).
"""

from __future__ import annotations

import datetime as dt
import os
from pathlib import Path

from warehouse.lake import Home, make_folder
from warehouse.ledger import Ledger, LedgerBroken
from warehouse.publication.manifest import FILE_NAME, sha256_of
from warehouse.publication.publications import BEGUN_ANEW, list_publications
from warehouse.publication.verify import missing_lines


def refuse_altered_ledger(home: Home) -> None:
    """Raise LedgerBroken, with what to type, unless the ledger is whole and holds what manifests say of it."""
    problem = problem_of(home)
    if problem:
        raise LedgerBroken(
            f"{problem}\nNothing was read and nothing published: without the ledger nobody can tell what was "
            f"altered. Restore {home.ledger} from a copy. Where there is none: 'scrm audit begin-ledger "
            "--reason TEXT' sets ledger, lake and quarantine aside, and the next run lands every file anew from "
            "the landing folder; withdrawn files have to be withdrawn again."
        )


def problem_of(home: Home) -> str | None:
    """Say what is wrong with the ledger; None where it is whole."""
    try:
        Ledger(home.ledger).verify()
        return next(iter(missing_lines(home)), None)
    except LedgerBroken as error:
        return str(error)


def begin_ledger(home: Home, reason: str, now: dt.datetime) -> Path:
    """Begin a ledger anew; return the folder where the old one now lies, with the lake that it proved.

    Its first line says why, and which manifests there were. What is published keeps serving.
    """
    aside = make_folder(home.set_aside / f"ledger-{now:%Y%m%dT%H%M%S.%f}")
    manifests = {p.publication_id: sha256_of(p.path / FILE_NAME) for p in list_publications(home)}
    for folder in (home.lake, home.quarantine, home.ledger):  # the ledger last: a killed one is begun again
        if folder.exists():
            os.rename(folder, aside / folder.name)
    Ledger(home.ledger).append(
        BEGUN_ANEW, {"reason": reason, "begun_at": now.isoformat(), "manifests": manifests}
    )
    return aside
