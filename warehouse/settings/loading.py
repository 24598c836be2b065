"""Reads `scrm.yml`, and YAML beside it; whatever is wrong is told with its line, the value seen and what is valid.

Must not live here: what is valid (sections.py), the words for what is not (yaml_errors.py).
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from pydantic import ValidationError

from warehouse.settings.section import SettingsError
from warehouse.settings.whole import CONFIG_NAME, Settings
from warehouse.settings.yaml_errors import YamlInvalid, read_mapping, read_value, sentences

# In a path, DuckDB reads these as globs, and dbt and Dagster as quotes, comments or templates.
_NOT_IN_PATHS = frozenset("'\"#?{}[]*")


def load_settings(path: Path | str) -> Settings:
    """Read and validate `scrm.yml`, and where it lies. Raises SettingsError, naming every wrong line at once."""
    path = Path(path)
    if path.is_dir():
        path = path / CONFIG_NAME
    try:
        text = path.read_text(encoding="utf-8")
    except FileNotFoundError as error:
        raise SettingsError(
            f"{path} does not exist. 'scrm init DIR' writes one; '--config PATH' names another."
        ) from error
    except (OSError, UnicodeDecodeError) as error:
        raise SettingsError(f"{path} cannot be read: {error}") from error
    try:
        settings = Settings.model_validate(read_mapping(text))
    except YamlInvalid as error:
        raise SettingsError(f"{path}{error}") from None
    except ValidationError as error:
        raise SettingsError("\n".join(f"{path}{said}" for said in sentences(error, text, Settings))) from None
    settings._path = path.absolute()
    _refuse_paths_that_break(settings)
    return settings


def read_yaml(path: Path) -> Any:
    """Read a YAML file that stands beside scrm.yml. Raises SettingsError where it is none, or would never end."""
    try:
        return read_value(path.read_text(encoding="utf-8"))
    except YamlInvalid as error:
        raise SettingsError(f"{path}{error}") from None
    except (OSError, UnicodeDecodeError) as error:
        raise SettingsError(f"{path} cannot be read: {error}") from error


def _refuse_paths_that_break(settings: Settings) -> None:
    """Raise SettingsError where a folder's name holds what DuckDB, dbt or Dagster would not take literally."""
    places = (
        (settings.folder, "the folder of scrm.yml", "rename it, or move scrm.yml to another folder"),
        (settings.home, "the home folder", "let $SCRM_HOME name another folder"),
    )
    for path, what, advice in places:
        found = sorted(_NOT_IN_PATHS & set(str(path)))
        if found:
            raise SettingsError(
                f"{path}: {what} has {' '.join(found)} in its path, and no path of the warehouse may hold any "
                f"of {' '.join(sorted(_NOT_IN_PATHS))}; {advice}."
            )
