"""`scrm withdraw`: takes landed files out of everything, and lets them in again.

Must not live here: what that does to the lake (ingestion/withdrawal.py).
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from pathlib import Path
from typing import Annotated, Any

import typer

from orchestration.commands.options import DEFAULT_CONFIG, Config, config_option
from warehouse.settings import Settings, load_settings

_EPILOG = """\
Exit codes: 0 done · 2 no such file, or records would be lost that other files told as duplicates of it ·
4 a run is going on.

Examples:

    scrm withdraw exports/crm/orders-2026-07.csv
    scrm withdraw 0c7b601f61b1-2026-07-06.csv
    scrm withdraw --source old_shop
    scrm withdraw --undo exports/crm/orders-2026-07.csv
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
    config: Config = DEFAULT_CONFIG,
) -> None:
    """Take landed files out of the lake, of the quarantine and, with the next run, of all that is published.

    The files themselves stay where they are, and do not land again. Files that told records as duplicates of
    them land again with these records.
    """
    from ingestion import withdrawal
    from orchestration.running.lock import exclusive
    from warehouse.lake import Home
    from warehouse.publication.ledger_proof import refuse_altered_ledger

    settings = load_settings(config)
    home = Home(settings.home)
    with exclusive(home.root, "withdraw"):
        refuse_altered_ledger(home)
        for name, chosen in sorted(_chosen(settings, files or [], source, undo=undo).items()):
            if undo:
                for payload in withdrawal.restore(name, chosen, settings, home):
                    typer.echo(f"{name}: {payload['file_name']} may land again.")
                continue
            done = withdrawal.withdraw(name, chosen, settings, home, lose_duplicates=lose_duplicates)
            for sentence in _told(name, done.files, done.landed_again, done.still_there):
                typer.echo(sentence)
            for sentence in done.said:
                typer.echo(f"{name}: {sentence}.", err=True)
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


def _chosen(settings: Settings, words: list[str], source: str | None, *, undo: bool) -> dict[str, list[str]]:
    """Find the contents that are meant: SHA-256 by source. Raises BadParameter where a word does not tell."""
    from ingestion.lake.data_files import FILE_KIND, LOST
    from ingestion.lake.known_files import WITHDRAWN
    from warehouse.lake import Home
    from warehouse.ledger import Ledger

    wanted = (WITHDRAWN,) if undo else ("landed", "failed", LOST)
    last: dict[tuple[str, str], Payload] = {}
    for entry in Ledger(Home(settings.home).ledger).entries(FILE_KIND):
        if entry.payload and entry.payload["source_file_sha256"]:
            last[entry.payload["source"], entry.payload["source_file_sha256"]] = entry.payload
    known = [p for p in last.values() if p["outcome"] in wanted and source in (None, p["source"])]
    if not words and source is None:
        raise typer.BadParameter("name the files, or a source with --source", param_hint="FILES")
    found = [_meant(word, known, settings, undo=undo) for word in words] if words else known
    if not found:
        raise typer.BadParameter(
            f"no file of source {source!r} {'is withdrawn' if undo else 'has landed'}", param_hint="--source"
        )
    chosen: dict[str, list[str]] = {}
    for payload in found:
        named = chosen.setdefault(payload["source"], [])
        if payload["source_file_sha256"] not in named:
            named.append(payload["source_file_sha256"])
    return chosen


def _meant(word: str, known: list[Payload], settings: Settings, *, undo: bool) -> Payload:
    from warehouse.builds.file_names import mask_name

    def is_meant(payload: Payload) -> bool:
        name, sha256 = payload["file_name"], payload["source_file_sha256"]
        is_digest = bool(_DIGITS.fullmatch(word)) and sha256.startswith(word)
        return is_digest or word in (name, mask_name(name, sha256)) or Path(word) == settings.folder / name

    found = [payload for payload in known if is_meant(payload)]
    if len(found) == 1:
        return found[0]
    if not found:
        raise typer.BadParameter(
            f"the ledger knows no file {word!r} that {'is withdrawn' if undo else 'has landed'}; give its name "
            "from scrm.yml's folder on, its masked name as in reconciliation.file_name, or its SHA-256",
            param_hint="FILES",
        )
    listed = "".join(f"\n  {p['source']}: {p['file_name']}  SHA-256 {p['source_file_sha256']}" for p in found)
    raise typer.BadParameter(
        f"{word!r} stands for {len(found)} files; give the SHA-256 of each that you mean, or --source:{listed}",
        param_hint="FILES",
    )
