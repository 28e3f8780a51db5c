"""Project package; importing it makes the Celery application the current one."""

from scheduler_project.celery import app as celery_app

__all__ = ["celery_app"]
