"""What APScheduler's users write to send a Celery message on time."""

import os
from typing import Any

from apscheduler.jobstores.sqlalchemy import SQLAlchemyJobStore
from celery import Celery

app = Celery("apscheduler", broker=os.environ["REDIS_URL"])


def send(name: str) -> None:
    """The job: tell a worker."""
    app.send_task("benchmark", args=[name])


def options(**engine: Any) -> dict[str, Any]:
    """The scheduler's options: jobs in PostgreSQL; `engine` is passed on to SQLAlchemy."""
    url = os.environ["DATABASE_URL"].replace("postgresql:", "postgresql+psycopg2:", 1)
    return {
        "jobstores": {"default": SQLAlchemyJobStore(url=url, engine_options=engine)},
        # With its default of a second, most of a crowd would count as missed and be dropped.
        "job_defaults": {"misfire_grace_time": None},
        "timezone": "UTC",
    }
