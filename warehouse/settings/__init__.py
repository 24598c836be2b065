"""`scrm.yml`: what a company configures, as one validated object. Its names are imported from here.

sections.py, sources.py and whole.py say what may stand in it, loading.py reads it, yaml_errors.py tells what is
wrong with it.
"""

from warehouse.settings.loading import load_settings, read_yaml
from warehouse.settings.section import SettingsError
from warehouse.settings.sections import Brand, Containment, History, Identity
from warehouse.settings.sources import Source
from warehouse.settings.whole import CHECKS_NAME, CONFIG_NAME, MODELS_NAME, Settings, home_beside

__all__ = [
    "CHECKS_NAME",
    "CONFIG_NAME",
    "MODELS_NAME",
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
