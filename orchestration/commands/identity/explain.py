"""`scrm explain`: why two personas are one person or are not, and who a person is."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console
from rich.table import Table
from rich.text import Text

from orchestration.commands.identity.links import Refused, asked_links
from orchestration.commands.identity.story import pair_lines, person_lines
from orchestration.commands.options import DEFAULT_CONFIG, AsJson, Config, print_json
from warehouse.lake import Home
from warehouse.settings import SettingsError, load_settings

if TYPE_CHECKING:
    from warehouse.identity.explain.explanation import PairStory

_EXAMPLES = """\
Examples:

    scrm explain x:jdoe

    scrm explain x:jdoe contact:0031… --page why.html

    scrm explain 5f4dcc3b5aa765d61d8327deb882cf99 --refused   (who broke a check of a run that was refused)
"""


def add_to(app: typer.Typer) -> None:
    """Add the commands of this module."""
    app.command(epilog=_EXAMPLES)(explain)


def explain(
    persona: Annotated[
        str,
        typer.Argument(
            help="An id (of a persona, or of a person), its MD5 as a check names it, the beginning of "
            "either, network:handle, a contact's "
            "id, a handle or a name."
        ),
    ],
    other: Annotated[
        str | None, typer.Argument(help="A second persona: why they are linked, or not.")
    ] = None,
    page: Annotated[
        Path | None, typer.Option(help="Save the waterfall as an HTML page that needs no network.")
    ] = None,
    refused: Refused = False,
    as_json: AsJson = False,
    config: Config = DEFAULT_CONFIG,
) -> None:
    """Say in words who a person is, or why two personas are one person, or are not."""
    from warehouse.identity.explain.explanation import explain_pair, explain_person
    from warehouse.identity.explain.lookup import find_member, find_persona

    settings = load_settings(config)
    if page is not None and other is None:
        raise SettingsError("--page shows why two are linked; name a second persona.")
    console = Console(emoji=False)
    with asked_links(Home(settings.home), refused) as links:
        if other is None:
            person = explain_person(links, find_member(links, persona))
            if as_json:
                print_json(person)
            else:
                _print_lines(person_lines(person), console)
            return
        story = explain_pair(links, find_persona(links, persona), find_persona(links, other))
    lines = pair_lines(story)
    if as_json:
        print_json(story)
    else:
        _print_lines(lines, console)
    if story.comparisons and not as_json:
        console.print(_table(story))
    if page is not None:
        _save(story, lines, page)


def _save(story: PairStory, lines: list[str], page: Path) -> None:
    from warehouse.identity.explain.waterfall import save_page

    if not story.comparisons:
        raise SettingsError(
            f"nothing ever compared the two, so there is no waterfall: {page} is not written."
        )
    save_page(story, lines, page)
    typer.echo(f"{page} is written: open it in a browser.")


def _print_lines(lines: list[str], console: Console) -> None:
    for line in lines:
        console.print(line, highlight=False, soft_wrap=True, markup=False)


def _table(story: PairStory) -> Table:
    table = Table(box=None, header_style="bold")
    for heading in ("compared", "found", "bits", story.left["persona_id"], story.right["persona_id"]):
        table.add_column(Text(heading), justify="right" if heading == "bits" else "left", overflow="fold")
    for each in story.comparisons:
        cells = (each.meaning, each.label, f"{each.weight:+.1f}", each.left, each.right)
        table.add_row(*map(Text, cells))  # people's words are no markup
    return table
