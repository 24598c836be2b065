"""What every section of `scrm.yml` is made of: no unknown keys, nothing altered once read.

Must not live here: a section (sections.py, sources.py).
"""

from __future__ import annotations

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from warehouse.errors import ScrmError

Name = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]{0,62}$")]
Probability = Annotated[float, Field(gt=0, lt=1)]


class SettingsError(ScrmError):
    """`scrm.yml` is missing, is not YAML, or says something that is not valid."""


class Section(BaseModel):
    """A section: each field says in `description` what it means, for the reference and for editors."""

    model_config = ConfigDict(extra="forbid", frozen=True)
