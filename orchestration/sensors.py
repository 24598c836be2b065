"""When the warehouse refreshes by itself: when files come into the landing folders. Off until turned on."""

import dagster as dg

from orchestration.arrivals import content_key, unread_files
from orchestration.jobs import refresh
from orchestration.resources import Warehouse


@dg.sensor(
    name="landing_folders",
    job=refresh,
    minimum_interval_seconds=60,
    default_status=dg.DefaultSensorStatus.STOPPED,
    description="Starts `refresh` when files that no run has read lie in the landing folders.",
)
def landing_sensor(warehouse: Warehouse) -> dg.RunRequest | dg.SkipReason:
    """Ask for one run for each new content; the same content is never asked for twice."""
    files = list(unread_files(warehouse.settings))
    if not files:
        return dg.SkipReason("Every file in the landing folders has been read.")
    return dg.RunRequest(run_key=content_key(files), tags={"files": str(len(files))})
