"""`scrm.yml`: what a company configures, as one validated object. Its names are imported from here.

sections.py and sources.py say what may stand in it, loading.py reads it, yaml_errors.py tells what is wrong.
"""

from warehouse.settings.loading import load_settings, read_yaml
from warehouse.settings.section import SettingsError
from warehouse.settings.sections import (
    CHECKS_NAME,
    CONFIG_NAME,
    Brand,
    Containment,
    History,
    Identity,
    Settings,
    home_beside,
)
from warehouse.settings.sources import Source

__all__ = [
    "CHECKS_NAME",
    "CONFIG_NAME",
    "Brand",
    "Containment",
    "History",
    "Identity",
    "Settings",
    "SettingsError",
    "Source",
    "home_beside",
    "load_settings",
    "read_yaml",
]
