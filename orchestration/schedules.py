"""When the warehouse refreshes by the clock. Off until somebody turns it on in Dagster's UI."""

from __future__ import annotations

import dagster as dg

from orchestration.jobs import refresh

daily_schedule = dg.ScheduleDefinition(
    name="refresh_daily",
    job=refresh,
    cron_schedule="0 4 * * *",
    execution_timezone="UTC",
    default_status=dg.DefaultScheduleStatus.STOPPED,
    description="Every day at 04:00 UTC.",
)
