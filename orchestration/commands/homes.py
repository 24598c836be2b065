"""`scrm backup`, `scrm restore`, `scrm upgrade`: a home kept, made again, and carried over to this version.

Must not live here: what a backup holds (warehouse/homes/), how files land anew (ingestion/upgrade.py).
"""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from orchestration.commands.options import DEFAULT_CONFIG, AsJson, Config, config_option, print_json
from orchestration.running.lock import exclusive
from warehouse.lake import Home
from warehouse.settings import home_beside, load_settings

_BACKUP = """\
Exit codes: 0 written · 1 the ledger was altered · 2 FILE exists, or what it should hold was altered · 4 a run is
going on.

Example:

    scrm backup company-2026-07-01.tar.gz
"""
_RESTORE = """\
Exit codes: 0 restored · 1 the ledger in it was altered · 2 FILE is no whole backup, or the home is not empty.

Example:

    scrm restore company-2026-07-01.tar.gz --config company && scrm run --config company
"""
_UPGRADE = """\
Exit codes: 0 upgraded, or nothing to do · 1 the ledger was altered · 2 files that landed are gone, or a later
version made the home · 4 a run is going on.

Example:

    scrm backup before.tar.gz && scrm upgrade && scrm run
"""


def add_to(app: typer.Typer) -> None:
    """Add the commands of this module."""
    app.command(epilog=_BACKUP)(backup)
    app.command(epilog=_RESTORE)(restore)
    app.command(epilog=_UPGRADE)(upgrade)


def backup(
    file: Annotated[Path, typer.Argument(dir_okay=False, help="The .tar.gz to write.")],
    as_json: AsJson = False,
    config: Config = DEFAULT_CONFIG,
) -> None:
    """Keep what cannot be computed again: configuration, ledger, decisions, trained models, person ids.

    The exports themselves are not in it, nor is $SCRM_HASH_KEY: keep them, too.
    """
    from warehouse.homes.backup import write_backup

    settings = load_settings(config)
    home = Home(settings.home)
    with exclusive(home.root, "backup"):
        done = write_backup(home, settings, file, datetime.now(UTC))
    if as_json:
        print_json(done)
        return
    ids = f"the person ids of publication {done.publication}" if done.publication else "no person ids yet"
    typer.echo(
        f"{done.path} holds {done.files:,} files: the configuration, {done.ledger_entries:,} lines of the ledger, "
        f"decisions and {ids}. It tells of people: keep it as you keep the exports."
    )


def restore(
    file: Annotated[Path, typer.Argument(help="A file of 'scrm backup'.")],
    as_json: AsJson = False,
    config: Config = DEFAULT_CONFIG,
) -> None:
    """Make an empty home of a backup; the next run lands the exports anew and gives people the ids they had."""
    from warehouse.homes.restore import put_in_place, unpacked

    with unpacked(file, config) as backed_up:
        home = Home(home_beside(backed_up.config))
        with exclusive(home.root, "restore"):
            kept = put_in_place(backed_up, home, datetime.now(UTC))
    if as_json:
        print_json({"home": home.root, "made_at": backed_up.contents["made_at"], "kept_as_they_are": kept})
        return
    for path in kept:
        typer.echo(f"{path} differs from the one in the backup; it stays as it is.", err=True)
    typer.echo(
        f"{home.root} is what it was on {backed_up.contents['made_at']}, but for what a run makes again. "
        f"Next: scrm run{config_option(backed_up.config)}"
    )


def upgrade(
    keep_gone: Annotated[
        bool,
        typer.Option("--keep-gone", help="Files that are gone keep the rows that the earlier version read."),
    ] = False,
    as_json: AsJson = False,
    config: Config = DEFAULT_CONFIG,
) -> None:
    """Carry a home of an earlier version over: person ids, decisions and ledger stay, the exports land anew."""
    from ingestion.upgrade import take_lake_aside
    from orchestration.configuration.wording import refuse_wrong_words
    from warehouse.homes.version import OURS, record_upgrade, version_of
    from warehouse.publication.ledger_proof import refuse_altered_ledger

    settings = load_settings(config)
    home = Home(settings.home)
    refuse_wrong_words(settings)
    with exclusive(home.root, "upgrade"):
        found = version_of(home)
        if found is None or found.layout == OURS.layout:
            if as_json:
                print_json({"home": home.root, "version": OURS.package, "upgraded_from": None})
            else:
                typer.echo(f"{home.root} is a home of this version, {OURS.package}. Nothing was changed.")
            return
        refuse_altered_ledger(home)
        now = datetime.now(UTC)
        aside = take_lake_aside(settings, home, now, keep_gone=keep_gone)
        record_upgrade(home, found, now)
    if as_json:
        print_json(
            {"home": home.root, "version": OURS.package, "upgraded_from": found.package, "aside": aside}
        )
        return
    left = f" {aside.left:,} files that are gone keep the rows they had." if aside.left else ""
    typer.echo(
        f"{home.root}, made by version {found.package}, is a home of {OURS.package} now. Person ids, decisions "
        f"and the ledger are kept; {aside.files:,} files land anew with the next run.{left} What had landed of "
        f"them lies in {aside.folder}; remove it once you are content. Next: scrm run"
        f"{config_option(settings.path)}"
    )
