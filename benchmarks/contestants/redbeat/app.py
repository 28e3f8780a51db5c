"""The Celery application of a project with RedBeat."""

import os

from celery import Celery

app = Celery("redbeat", broker=os.environ["REDIS_URL"])
app.conf.update(
    timezone="UTC",
    redbeat_redis_url=os.environ["REDIS_URL"],
    # No task of its own that cleans up results: only what is measured is sent.
    result_expires=None,
)
# Unset, both are RedBeat's defaults: 300 s, and five times that.
if seconds := os.environ.get("REDBEAT_LOOP_SECONDS"):
    app.conf.update(beat_max_loop_interval=int(seconds))
if seconds := os.environ.get("REDBEAT_LOCK_SECONDS"):
    app.conf.update(redbeat_lock_timeout=int(seconds))
