"""Celery as it is set up beside Django: each task's result in django-celery-results."""

import os

import django
from celery import Celery
from django.conf import settings

from scheduler_project import database_url

settings.configure(
    INSTALLED_APPS=["django_celery_results"],
    DATABASES={"default": database_url.parse(os.environ["DATABASE_URL"]) | {"CONN_MAX_AGE": 3600}},
    SECRET_KEY="benchmarks",
    USE_TZ=True,
    DEFAULT_AUTO_FIELD="django.db.models.BigAutoField",
)
django.setup()
app = Celery("stock", broker=os.environ["REDIS_URL"], backend="django-db")
app.conf.update(broker_connection_retry_on_startup=True)


@app.task(name="stock.run")
def run(number: int) -> None:
    """Nothing."""


def fill(count: int) -> None:
    """Make the table, and put so many of them on the queue."""
    from django.core.management import call_command

    call_command("migrate", "--no-input", verbosity=0)
    with app.producer_pool.acquire() as producer:
        for number in range(count):
            run.apply_async((number,), producer=producer)


def done() -> list[float]:
    """When each of them was recorded as done."""
    from django_celery_results.models import TaskResult

    return [at.timestamp() for at in TaskResult.objects.values_list("date_done", flat=True)]
