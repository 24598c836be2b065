"""What passes through environment variables: which scrm.yml Dagster's processes serve, and telemetry off."""

from __future__ import annotations

import os
from pathlib import Path

from warehouse.settings import CONFIG_NAME, Settings, load_settings

# Names the scrm.yml that Dagster's processes serve.
CONFIG_VARIABLE = "SCRM_CONFIG"

NO_TELEMETRY = {
    "DAGSTER_DISABLE_TELEMETRY": "yes",
    "DBT_SEND_ANONYMOUS_USAGE_STATS": "false",
    "GX_ANALYTICS_ENABLED": "false",
    "DO_NOT_TRACK": "1",
}


def settings_from_environment() -> Settings:
    """Load the scrm.yml that $SCRM_CONFIG names, else the one in the working folder."""
    return load_settings(Path(os.environ.get(CONFIG_VARIABLE) or CONFIG_NAME))
