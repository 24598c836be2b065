"""The page of commands: what `scrm --help` says of each, with its options and examples.

Must not live here: a command (orchestration/commands/).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import typer.main

from orchestration.handbook.markdown import code, page, table
from warehouse.errors import ExitCode

_EXAMPLE = re.compile(r"^ {4,}(scrm .*)$", re.MULTILINE)
_EVERYWHERE = ("help", "install_completion", "show_completion")
_INTRODUCTION = """\
`scrm --help` and `scrm COMMAND --help` say the same. `scrm --debug COMMAND` shows where an error happened. `scrm
--install-completion` lets the shell complete commands and options (bash, zsh, fish, PowerShell); `scrm
--show-completion` prints what it would install. What scripts read is asked for by `--json`, on stdout;
progress and remarks go to stderr."""


def commands_page() -> str:
    """Return the page."""
    return page(
        "Commands",
        _INTRODUCTION,
        "## Exit codes\n\n" + table(("code", "meaning"), [(str(int(c)), c.meaning) for c in ExitCode]),
        *(part for words, command in commands() for part in _parts(words, command)),
    )


def commands() -> Iterator[tuple[str, Any]]:
    """Yield each command that can be typed, with the words before its options."""
    from orchestration.cli import app

    yield from _below("scrm", typer.main.get_command(app))


def examples_of(command: Any) -> list[str]:
    """List the lines that a command's help gives as examples."""
    return _EXAMPLE.findall(command.epilog or "")


def _below(words: str, command: Any) -> Iterator[tuple[str, Any]]:
    inner = getattr(command, "commands", {})
    if (not inner or command.invoke_without_command) and words != "scrm":
        yield words, command
    for name, each in sorted(inner.items()):
        yield from _below(f"{words} {name}", each)


def _parts(words: str, command: Any) -> Iterator[str]:
    yield f"## {words}"
    yield _plain(command.help)
    rows = [
        (_name(each), _plain(each.help or ""), _default(each))
        for each in command.params
        if each.name not in _EVERYWHERE
    ]
    if rows:
        yield table(("argument or option", "meaning", "default"), rows)
    if command.epilog:
        yield command.epilog.strip()


def _name(each: Any) -> str:
    if each.param_type_name == "argument":
        name = each.metavar or each.name.upper().rstrip("_")
        return code(name if each.required else f"[{name}]")
    return ", ".join(map(code, each.opts)) + (" *" if each.required else "")


def _default(each: Any) -> str:
    return "–" if each.default in (None, False, ...) else code(str(each.default))


def _plain(said: str) -> str:
    return "\n\n".join(" ".join(part.split()) for part in said.split("\n\n"))
