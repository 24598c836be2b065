"""`scrm withdraw`: takes landed files out of everything, and lets them in again.

Must not live here: what that does to the lake (ingestion/withdrawal.py).
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterable
from pathlib import Path
from typing import Annotated, Any

import typer

from orchestration.commands.options import DEFAULT_CONFIG, Config, config_option
from warehouse.lake import Home
from warehouse.settings import Settings, load_settings

_EPILOG = """\
Exit codes: 0 done · 2 no such file, or records would be lost that other files told as duplicates of it ·
4 a run is going on.

Examples:

    scrm withdraw exports/crm/orders-2026-07.csv
    scrm withdraw 0c7b601f61b1-2026-07-06.csv
    scrm withdraw --source old_shop
    scrm withdraw --undo exports/crm/orders-2026-07.csv
    scrm withdraw --remove-publications exports/crm/orders-2026-07.csv
"""
_DIGITS = re.compile(r"[0-9a-f]{8,64}")

Payload = dict[str, Any]


def add_to(app: typer.Typer) -> None:
    """Add the commands of this module."""
    app.command(epilog=_EPILOG)(withdraw)


def withdraw(
    files: Annotated[
        list[str] | None,
        typer.Argument(help="Names as landing says them, masked names, or the beginnings of SHA-256."),
    ] = None,
    source: Annotated[
        str | None, typer.Option(help="Of this source only; without FILES, all files of it.")
    ] = None,
    undo: Annotated[bool, typer.Option("--undo", help="Let withdrawn files in again.")] = False,
    lose_duplicates: Annotated[
        bool,
        typer.Option("--lose-duplicates", help="Withdraw though records that other files repeated are lost."),
    ] = False,
    remove_publications: Annotated[
        bool,
        typer.Option(
            "--remove-publications",
            help="Remove the publications kept that were made from them, too, but the one that serves; "
            "files withdrawn before may be named again for this.",
        ),
    ] = False,
    config: Config = DEFAULT_CONFIG,
) -> None:
    """Take landed files out of the lake, of the quarantine and, with the next run, of what is published then.

    The files themselves stay where they are, and do not land again. Files that told records as duplicates of
    them land again with these records. Publications made before keep what they hold until they expire
    (publication.keep) or are removed; 'scrm rollback' does not go back to them.
    """
    from ingestion import withdrawal
    from ingestion.lake.known_files import WITHDRAWN
    from orchestration.running.lock import exclusive
    from warehouse.builds.workbench import remove_workbench
    from warehouse.publication.ledger_proof import refuse_altered_ledger

    settings = load_settings(config)
    home = Home(settings.home)
    with exclusive(home.root, "withdraw"):
        refuse_altered_ledger(home)
        outcomes = _outcomes(undo=undo, remove_publications=remove_publications)
        meant = _chosen(settings, files or [], source, outcomes)
        for name, payloads in sorted(meant.items()):
            chosen = [sha256 for sha256, each in payloads.items() if undo or each["outcome"] != WITHDRAWN]
            if not chosen:
                continue
            if undo:
                for payload in withdrawal.restore(name, chosen, settings, home):
                    typer.echo(f"{name}: {payload['file_name']} may land again.")
                continue
            done = withdrawal.withdraw(name, chosen, settings, home, lose_duplicates=lose_duplicates)
            for sentence in _told(name, done.files, done.landed_again, done.still_there):
                typer.echo(sentence)
            for sentence in done.said:
                typer.echo(f"{name}: {sentence}.", err=True)
        if not undo:
            remove_workbench(home)  # it holds these rows, and is made anew of what serves
            held = {(name, sha256) for name, payloads in meant.items() for sha256 in payloads}
            _tell_of_publications(home, held, remove=remove_publications)
    typer.echo(
        f"What is published does not change until the next run: scrm run{config_option(settings.path)}"
    )


def _told(
    source: str, files: Iterable[Payload], landed_again: Iterable[str], still_there: Iterable[str]
) -> Iterable[str]:
    for payload in files:
        rows = sum((payload.get("rows") or {}).values())
        yield f"{source}: {payload['file_name']} is withdrawn; {rows:,} rows of it left the lake."
    for name in landed_again:
        yield f"{source}: {name} landed again, with the records that it had told as duplicates."
    for name in still_there:
        yield f"{source}: {name} still lies there, and will not land again unless 'scrm withdraw --undo' lets it."


def _tell_of_publications(home: Home, files: set[tuple[str, str]], *, remove: bool) -> None:
    """Say which publications that are kept still hold rows of the files; remove them first where that is asked."""
    from warehouse.publication.withdrawn import publications_holding, remove_holding

    if remove:
        for publication in remove_holding(home, files):
            typer.echo(f"Publication {publication.publication_id}, which was made from them, is removed.")
    holding = publications_holding(home, files)
    older = sum(not publication.is_current for publication in holding)
    if older:
        typer.echo(
            f"{_publications(older)} kept beside the one that serves still hold{'s' if older == 1 else ''} these "
            "rows until the newer ones replace them (publication.keep); 'scrm rollback' does not go back there. "
            "To remove them now: the same command with --remove-publications"
        )
    if len(holding) > older:
        typer.echo(
            "The publication that serves holds these rows until the next run has published, and is then kept as "
            "an older one: the same command with --remove-publications, after that run, removes it."
        )


def _publications(count: int) -> str:
    return f"{count:,} publication" if count == 1 else f"{count:,} publications"


def _outcomes(*, undo: bool, remove_publications: bool) -> tuple[str, ...]:
    """Name the last words on files that a command may mean."""
    from ingestion.lake.data_files import LOST
    from ingestion.lake.known_files import WITHDRAWN

    if undo:
        return (WITHDRAWN,)
    return ("landed", "failed", LOST, *((WITHDRAWN,) if remove_publications else ()))


def _chosen(
    settings: Settings, words: list[str], source: str | None, outcomes: tuple[str, ...]
) -> dict[str, dict[str, Payload]]:
    """Find the contents that are meant, by source and SHA-256. Raises BadParameter where a word does not tell."""
    from ingestion.lake.data_files import FILE_KIND
    from warehouse.ledger import Ledger

    last = Ledger(Home(settings.home).ledger).last_payloads(FILE_KIND, "source", "source_file_sha256")
    known = [p for p in last.values() if p["outcome"] in outcomes and source in (None, p["source"])]
    if not words and source is None:
        raise typer.BadParameter("name the files, or a source with --source", param_hint="FILES")
    state = "has landed" if "landed" in outcomes else "is withdrawn"
    found = [_meant(word, known, settings, state) for word in words] if words else known
    if not found:
        raise typer.BadParameter(f"no file of source {source!r} {state}", param_hint="--source")
    chosen: dict[str, dict[str, Payload]] = {}
    for payload in found:
        chosen.setdefault(payload["source"], {})[payload["source_file_sha256"]] = payload
    return chosen


def _meant(word: str, known: list[Payload], settings: Settings, state: str) -> Payload:
    from warehouse.builds.file_names import mask_name

    here = Path(os.path.abspath(word))  # a path as typed: from the current folder on
    folder = Path(os.path.abspath(settings.folder))

    def is_meant(payload: Payload) -> bool:
        name, sha256 = payload["file_name"], payload["source_file_sha256"]
        is_digest = bool(_DIGITS.fullmatch(word)) and sha256.startswith(word)
        return is_digest or word in (name, mask_name(name, sha256)) or here == folder / name

    found = [payload for payload in known if is_meant(payload)]
    if len(found) == 1:
        return found[0]
    if not found:
        raise typer.BadParameter(
            f"the ledger knows no file {word!r} that {state}; give its path, its name from scrm.yml's folder on, "
            "its masked name as in reconciliation.file_name, or its SHA-256",
            param_hint="FILES",
        )
    listed = "".join(f"\n  {_told_apart(each)}" for each in sorted(found, key=_landed_at))
    raise typer.BadParameter(
        f"{word!r} stands for {len(found)} files, the oldest first; give the SHA-256 of each that you mean, or "
        f"--source:{listed}",
        param_hint="FILES",
    )


def _landed_at(payload: Payload) -> str:
    return str(payload.get("landed_at") or "")


def _told_apart(payload: Payload) -> str:
    rows = sum((payload.get("rows") or {}).values())
    return (
        f"{payload['source']}: {payload['file_name']}  landed {_landed_at(payload)[:19].replace('T', ' ')} UTC, "
        f"{rows:,} rows  SHA-256 {payload['source_file_sha256'][:12]}"
    )
