"""dbt, run inside this process: the manifest, kept until the project changes, and builds.

A dbt process of its own costs 12 s, most of it start-up; `dbtRunner` needs 3 s once and then well under one
second a build, and lets go of DuckDB's lock between builds. Must not live here: what dbt builds
(dbt_project/), and how its results look in Dagster (assets/models.py).

The project is parsed once for all homes of a process (warehouse/parsed_project.py). Paths reach dbt as environment
variables; they go through `<home>/build`, a link to the build at hand, and keep the same value from run to run.
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from orchestration.environment import NO_TELEMETRY
from warehouse import environment
from warehouse.engine import quote_text
from warehouse.lake import Home, file_beside, make_folder
from warehouse.parsed_project import ParsedProject, parsed_project, project_fingerprint
from warehouse.settings import Settings

PROJECT = Path(__file__).resolve().parents[2] / "dbt_project"

# Called with (nodes begun, nodes in all, name of the node).
Progress = Callable[[int, int, str], None]


class DbtBroken(Exception):
    """dbt could not even begin: the project does not parse, or dbt itself failed."""


@dataclass(frozen=True)
class NodeResult:
    """What became of one dbt node. `status` is dbt's: success, pass, warn, error, fail, skipped …"""

    unique_id: str
    status: str
    seconds: float
    message: str
    failures: int


class Dbt:
    """The dbt project over one home folder; of the lake it reads the rows of `sources` alone."""

    def __init__(
        self,
        home: Home,
        memory_limit: str,
        sources: Iterable[str],
        project: Path = PROJECT,
        folder: Path | None = None,
    ) -> None:
        self._home = home
        self._memory_limit = memory_limit
        self._sources = tuple(sources)
        self._project = project
        self._folder = folder or home.root / "dbt"  # dbt's own files

    @classmethod
    def of(cls, settings: Settings) -> Dbt:
        """Return the project over the home of a configuration."""
        return cls(Home(settings.home), settings.memory_limit, (source.name for source in settings.sources))

    @property
    def target(self) -> Path:
        """Folder of dbt's artifacts: manifest.json, run_results.json, compiled SQL."""
        return self._folder / "target"

    def manifest_path(self) -> Path:
        """Return dbt's manifest, without the places of any home; parsed only if a file of the project changed."""
        path = self._folder / f"manifest-{project_fingerprint(self._project)[:16]}.json"
        if not path.exists():
            with file_beside(path) as beside:
                beside.write_bytes(parsed_project(self._project, self._parse).written)
            for old in self._folder.glob("manifest-*.json"):
                if old != path:
                    old.unlink(missing_ok=True)
        return path

    def manifest(self) -> dict[str, Any]:
        """Return dbt's manifest as read from JSON."""
        read: dict[str, Any] = json.loads(self.manifest_path().read_bytes())
        return read

    def build(self, build: Path, arguments: Sequence[str], progress: Progress) -> list[NodeResult]:
        """Run `dbt build` in a build folder. Failed nodes are in the result; DbtBroken if dbt broke."""
        with self._pointing_at(build):
            outcome = self._invoke(["build", *arguments], manifest=self._parsed, progress=progress)
        return [_node_result(result) for result in outcome.results]

    def command(self, build: Path, arguments: Sequence[str], folder: Path) -> bool:
        """Run any dbt command on a build, dbt speaking for itself; return whether all went well.

        dbt's own files go to `folder`. Raises DbtBroken.
        """
        with self._pointing_at(build):
            outcome = self._run([*arguments], self._parsed, [], self._places(), self._flags(folder, "info"))
        return bool(outcome.success)

    def write_docs(self, build: Path) -> Path:
        """Write dbt's documentation of a build, one page that needs no network; return its folder."""
        with self._pointing_at(build):
            self._invoke(["docs", "generate", "--static", "--no-compile"], manifest=self._parsed)
        folder = make_folder(build / "dbt_docs")
        shutil.copyfile(self.target / "static_index.html", folder / "index.html")
        return folder

    def copy_compiled(self, build: Path) -> Path:
        """Copy the SQL of models and of the tests beside them as dbt ran it; return the folder.

        Only nodes of the manifest: dbt's own folder keeps what models that are gone were compiled to.
        """
        copies = make_folder(build / "compiled_sql")
        for node in self.manifest()["nodes"].values():
            written = Path(node["original_file_path"])
            if written.parts[0] != "models":
                continue
            if Path(node["path"]).name != written.name:  # declared in YAML: dbt gives it a file below that
                written = written / node["path"]
            compiled = self.target / "compiled" / node["package_name"] / written
            if compiled.is_file():
                copy = copies / written.relative_to("models")
                make_folder(copy.parent)
                shutil.copyfile(compiled, copy)
        return copies

    @cached_property
    def _parsed(self) -> Any:
        """dbt's own manifest object, with the places of this home: what every build of this home uses."""
        return parsed_project(self._project, self._parse).at(self._places())

    def _parse(self, places: Mapping[str, str]) -> ParsedProject:
        """Parse the project: in part, where this home saw it before."""
        manifest = self._invoke(["parse"], places=places)
        return ParsedProject(manifest, (self.target / "manifest.json").read_bytes())

    def _invoke(
        self,
        command: list[str],
        manifest: Any = None,
        progress: Progress | None = None,
        places: Mapping[str, str] | None = None,
    ) -> Any:
        callbacks = [] if progress is None else [_listener(progress)]
        flags = self._flags(self._folder, "none")
        outcome = self._run(command, manifest, callbacks, places or self._places(), flags)
        if outcome.result is None:
            raise DbtBroken(
                f"dbt {command[0]} failed. The whole log is in {self._folder / 'logs' / 'dbt.log'}."
            )
        return outcome.result

    def _run(
        self,
        command: list[str],
        manifest: Any,
        callbacks: list[Callable[[Any], None]],
        places: Mapping[str, str],
        flags: list[str],
    ) -> Any:
        from dbt.cli.main import dbtRunner

        with environment.variables({**NO_TELEMETRY, **places}):
            outcome = dbtRunner(manifest=manifest, callbacks=callbacks).invoke([*command, *flags])
        _let_go_of_the_database()
        if isinstance(outcome.exception, KeyboardInterrupt):
            raise outcome.exception
        if outcome.exception is not None:
            log = Path(flags[flags.index("--log-path") + 1]) / "dbt.log"
            raise DbtBroken(
                f"dbt {command[0]} failed: {outcome.exception}. The whole log is in {log}."
            ) from outcome.exception
        return outcome

    def _flags(self, folder: Path, log_level: str) -> list[str]:
        project = str(self._project)
        return [
            *("--project-dir", project, "--profiles-dir", project),
            *("--target-path", str(make_folder(folder / "target"))),
            *("--log-path", str(make_folder(folder / "logs"))),
            *("--log-level", log_level, "--log-level-file", "info", "--no-use-colors"),
        ]

    def _places(self) -> dict[str, str]:
        """What the project takes from the environment (profiles.yml, sources.yml)."""
        link = self._home.root / "build"
        return {
            "SCRM_BUILD": str(link),
            "SCRM_LAKE": str(self._home.lake),
            "SCRM_SOURCES": ", ".join(map(quote_text, self._sources)),
            "SCRM_MEMORY_LIMIT": self._memory_limit,
        }

    @contextmanager
    def _pointing_at(self, build: Path) -> Iterator[None]:
        """Let `<home>/build` lead to a build; a link that a killed run left is replaced."""
        link = self._home.root / "build"
        link.unlink(missing_ok=True)
        link.symlink_to(build.relative_to(self._home.root), target_is_directory=True)
        try:
            yield
        finally:
            link.unlink(missing_ok=True)


def _let_go_of_the_database() -> None:
    """Close what dbt-duckdb keeps open between commands: it would lock everybody else out of the file."""
    from dbt.adapters.duckdb.connections import DuckDBConnectionManager as Connections

    if Connections._ENV is not None:
        Connections._ENV.close()
    Connections.close_all_connections()


def _listener(progress: Progress) -> Callable[[Any], None]:
    def listen(event: Any) -> None:
        if event.info.name == "LogStartLine":
            progress(event.data.index - 1, event.data.total, event.data.node_info.node_name)

    return listen


def _node_result(result: Any) -> NodeResult:
    return NodeResult(
        unique_id=result.node.unique_id,
        status=str(result.status),
        seconds=round(result.execution_time, 3),
        message=result.message or "",
        failures=result.failures or 0,
    )
