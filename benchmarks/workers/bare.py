"""Celery alone: an empty task, nothing recorded. What its consumer costs, and no more."""

import os

from celery import Celery

app = Celery("bare", broker=os.environ["REDIS_URL"])
app.conf.update(worker_prefetch_multiplier=1, broker_connection_retry_on_startup=True)


@app.task(name="bare.run", ignore_result=True)
def run(number: int) -> None:
    """Nothing."""


def fill(count: int) -> None:
    """Put so many of them on the queue."""
    with app.producer_pool.acquire() as producer:
        for number in range(count):
            run.apply_async((number,), producer=producer)
