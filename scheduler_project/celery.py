"""The Celery application: `celery -A scheduler_project beat` and `... worker`."""

import os

from celery import Celery

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "scheduler_project.settings")

# Checks load the whole API and the admin, 10 MB that a beat or worker has no other use
# for; `manage.py migrate`, which comes before all of them, makes them.
os.environ.setdefault("CELERY_SKIP_CHECKS", "1")

app = Celery("scheduler_project")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()
