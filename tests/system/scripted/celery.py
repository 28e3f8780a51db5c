"""Stands in for the project's Celery application: a beat and a worker with nothing to do."""

import os
import signal
import sys

if os.environ.get("BROKEN", "-") in sys.argv:
    sys.exit("broken on purpose")
if os.environ.get("STUBBORN", "-") in sys.argv:
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    while True:
        signal.pause()

from celery import Celery

app = Celery("scheduler_project", broker=os.environ["REDIS_URL"])
app.conf.worker_pool = "threads"
app.conf.worker_concurrency = 1
app.conf.beat_schedule_filename = f"{os.environ['DATA_DIR']}/beat-{os.getpid()}"
