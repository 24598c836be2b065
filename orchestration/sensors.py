"""When the warehouse refreshes by itself: when files come into the landing folders. Off until turned on."""

import dagster as dg

from orchestration.environment import settings_from_environment
from orchestration.jobs import refresh
from orchestration.running.arrivals import content_key, unread_files


@dg.sensor(
    name="landing_folders",
    job=refresh,
    minimum_interval_seconds=60,
    default_status=dg.DefaultSensorStatus.STOPPED,
    description="Starts `refresh` when files that no run has read lie in the landing folders.",
)
def landing_sensor() -> dg.RunRequest | dg.SkipReason:
    """Ask for one run for each new content; the same content is never asked for twice.

    It reads the configuration itself: the resource would take the home's lock, which is for runs.
    """
    files = list(unread_files(settings_from_environment()))
    if not files:
        return dg.SkipReason("Every file in the landing folders has been read.")
    return dg.RunRequest(run_key=content_key(files), tags={"files": str(len(files))})
