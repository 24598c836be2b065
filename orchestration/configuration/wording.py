"""What is wrong in scrm.yml though each of its lines is valid: only the parts know it, formats and model.

Must not live here: what one line may say (warehouse/settings/), what is wrong with a file (ingestion/).
"""

from __future__ import annotations

import difflib
from collections import Counter
from collections.abc import Iterator

from ingestion.formats.registry import format_of
from ingestion.lake.known_files import WITHDRAWN, KnownFiles
from ingestion.landed_content import landing_copies
from ingestion.landing import LEDGER_KIND
from warehouse.identity.model.linkage_model import load_model, model_path
from warehouse.lake import Home
from warehouse.ledger import Ledger
from warehouse.publication.access import number_of
from warehouse.settings import Settings, SettingsError

# What there is not where no source fills a table; where nobody is known there is nothing to publish.
NEEDED = "contacts, profiles or activities"
_OF_PEOPLE = frozenset(("contacts", "profiles", "touchpoints", "activities"))
_WITHOUT: dict[str, str] = {
    "profiles": "accounts are known by what they do alone, and nothing of what they say of themselves",
    "contacts": "there are no customers, and the marts about them stay empty; profiles are linked with each other",
    "activities": "nothing is known of what people do, and activity figures stay empty",
}


def refuse_wrong_words(settings: Settings) -> None:
    """Raise, before anything runs: unknown formats and options, networks of no source, a group that this machine
    does not know, an unusable model."""
    for source in settings.sources:
        format_of(source)
    _refuse_unknown_networks(settings)
    if settings.publication.group is not None:
        number_of(settings.publication.group)
    load_model(model_path(settings))


def unfilled_tables(settings: Settings) -> dict[str, str]:
    """Return which of the tables that figures rest on no configured source can fill, and what follows."""
    filled = {
        rows.table for source in settings.sources for kind in format_of(source).kinds for rows in kind.rows
    }
    if filled.isdisjoint(_OF_PEOPLE):
        return {NEEDED: "nobody is known, and nothing can be published. Add a source whose format does"}
    return {table: said for table, said in _WITHOUT.items() if table not in filled}


def networks_of_unknown_accounts(settings: Settings) -> list[str]:
    """Return a sentence for each network whose connections some source tells of, and whose profiles none does."""
    networks: dict[str, set[str | None]] = {"connections": set(), "profiles": set()}
    for source in settings.sources:
        form = format_of(source)
        named = None if "network" in source.columns else source.constants.get("network")
        network = named or source.network or form.network
        for table in {rows.table for kind in form.kinds for rows in kind.rows} & networks.keys():
            networks[table].add(None if "network" in source.columns else network)
    if None in networks["profiles"]:
        return []  # such a source names its networks row by row
    return [
        f"Of {network!r} come connections, but no profiles: an account known by its connections alone is nobody's "
        "persona. A list of its accounts will do: a 'table' source with table: profiles, columns: {profile_id: …}."
        for network in sorted(filter(None, networks["connections"] - networks["profiles"]))
    ]


def sources_no_longer_read(settings: Settings) -> list[str]:
    """Return a sentence for each source that has landed files, but is not in scrm.yml (any more)."""
    configured = {source.name for source in settings.sources}
    last = Ledger(Home(settings.home).ledger).last_payloads(LEDGER_KIND, "source", "source_file_sha256")
    landed = Counter(
        source
        for (source, _), payload in last.items()
        if source not in configured and payload["outcome"] == "landed"
    )
    return [
        f"Of source {source!r}, which is not in {settings.path.name}, landed files are no longer read: {count:,}. "
        "They stay in the lake; put the source back, and they count again, or take them out for good: scrm "
        f"withdraw --source {source}. Other sources lost nothing to it: duplicates are told within a source."
        for source, count in sorted(landed.items())
    ]


def withdrawn_files_still_there(settings: Settings) -> list[str]:
    """Return a sentence for each file that was withdrawn and lies in a landing folder."""
    home, found = Home(settings.home), []
    for source in settings.sources:
        withdrawn = KnownFiles(Ledger(home.ledger), source.name).with_outcome(WITHDRAWN)
        copies = landing_copies(source, settings, home) if withdrawn else {}
        found += [
            f"{source.name}: {copies[payload['source_file_sha256']]} was withdrawn and does not land; delete it, "
            f"or let it in again: scrm withdraw --undo {payload['source_file_sha256'][:12]}"
            for payload in withdrawn
            if payload["source_file_sha256"] in copies
        ]
    return found


def _refuse_unknown_networks(settings: Settings) -> None:
    """Raise SettingsError for accounts on a network that no source observes: they would match nobody."""
    if any("network" in source.columns for source in settings.sources):
        return  # such a source names its networks row by row
    named = {source.constants.get("network") for source in settings.sources}
    named |= {source.network or format_of(source).network for source in settings.sources}
    known = sorted(filter(None, named))
    wrong: dict[str, list[str]] = {}
    for place, network in _account_networks(settings):
        if network not in known:
            wrong.setdefault(network, []).append(place)
    if not wrong:
        return
    said = []
    for network, places in wrong.items():
        close = difflib.get_close_matches(network, known, n=1)
        hint = f" (did you mean {close[0]!r}?)" if close else ""
        said.append(
            f"{', '.join(places)} {'has' if len(places) == 1 else 'have'} accounts on {network!r}{hint}"
        )
    raise SettingsError(
        f"{settings.path}: {'; '.join(said)}, and no source observes a network of that name; the sources' "
        f"networks are {', '.join(known) or 'none'}. Correct the name, add the source, or take the accounts out."
    )


def _account_networks(settings: Settings) -> Iterator[tuple[str, str]]:
    yield from (("brand.accounts", network) for network in settings.brand.accounts)
    yield from (("brand.staff_accounts", network) for network in settings.brand.staff_accounts)
    for number, competitor in enumerate(settings.competitors):
        yield from ((f"competitors.{number}.accounts", network) for network in competitor.accounts)
