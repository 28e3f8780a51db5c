"""A worker's courier, by Celery's signals."""

from typing import Any

import pytest
from celery.signals import worker_ready, worker_shutdown, worker_shutting_down
from django.contrib.auth.models import User
from pytest_django import Settings

from hooks import tasks
from hooks.tests.scenes import happen, hook_of, states
from scheduler_project.embedded.waiting import wait_until
from tests.connections import terminate_others
from tests.scripted_web import ScriptedWeb

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.mark.parametrize(
    ("signal", "told"),
    [
        (worker_ready, tasks.start),
        (worker_shutting_down, tasks.close),
        (worker_shutdown, tasks.drain),
    ],
)
def test_celery_tells_it(signal: Any, told: Any) -> None:
    assert told in signal._live_receivers(None)


def test_it_lives_as_long_as_the_worker(
    ann: User, web: ScriptedWeb, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.WORKER_GRACE_SECONDS = 5
    monkeypatch.setattr(tasks, "_courier", None)
    tasks.start()
    hook = hook_of(ann, url=web.url)
    happen(ann, "execution.failed")
    assert wait_until(lambda: states(hook) == ["delivered"], 20)
    tasks.close()
    tasks.drain()
    happen(ann, "execution.failed")
    assert states(hook) == ["delivered", "pending"]
    terminate_others()


def test_a_worker_that_never_was_ready_has_none(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tasks, "_courier", None)
    tasks.close()
    tasks.drain()
