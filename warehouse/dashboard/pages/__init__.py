"""The pages of the dashboard, one a file; each is found by its `PAGE`.

Must not live here: SQL (../queries/), charts (../charts/), markup (../templates/).
"""

from __future__ import annotations

import importlib
import pkgutil
from functools import cache

from warehouse.dashboard.pages.page import Page


@cache
def pages() -> dict[str, Page]:
    """Every page by its address, in the order in which they stand."""
    modules = [importlib.import_module(f"{__name__}.{each.name}") for each in pkgutil.iter_modules(__path__)]
    found = [module.PAGE for module in modules if hasattr(module, "PAGE")]
    return {page.name: page for page in sorted(found, key=lambda page: (page.place, page.name))}
