"""A courier that is killed with answers in its hand."""

import subprocess
import sys
import threading
from collections.abc import Callable, Iterator

import pytest
from django.contrib.auth.models import User
from django.db import connection

from hooks.courier import Courier
from hooks.tests.scenes import happen, hook_of, make_due, only, states
from scheduler_project.embedded.waiting import wait_until
from tests.connections import OtherConnection
from tests.scripted_web import ScriptedWeb, answer

pytestmark = pytest.mark.django_db(transaction=True)
# In the tests' database, and with their receiver allowed.
CODE = """
import sys
import django
from django.conf import settings
settings.DATABASES["default"]["NAME"] = sys.argv[1]
settings.ALLOWED_PRIVATE_HOSTS = ["127.0.0.1"]
django.setup()
from hooks.courier import Courier
Courier(10)._thread.join()
"""


@pytest.fixture
def other_process() -> Iterator[subprocess.Popen[bytes]]:
    """A process with a courier; it is killed at the end, if it is still there."""
    database = connection.settings_dict["NAME"]
    process = subprocess.Popen([sys.executable, "-c", CODE, database])
    yield process
    process.kill()
    process.wait()


def test_what_it_had_sent_and_not_recorded_is_sent_once_more(
    ann: User,
    web: ScriptedWeb,
    courier: Callable[..., Courier],
    connect: Callable[[], OtherConnection],
    other_process: subprocess.Popen[bytes],
) -> None:
    hook, clerk, answers = hook_of(ann, url=web.url), connect(), threading.Event()
    web.then([answers, *answer()])
    happen(ann, "execution.failed")
    assert wait_until(lambda: len(web.requests) == 1, 60)
    # So that it cannot record what it hears.
    clerk.lock("hooks_hook", hook.pk)
    answers.set()
    other_process.kill()
    other_process.wait()
    clerk.commit()
    assert states(hook) == ["sending"]
    make_due()
    courier()
    assert wait_until(lambda: states(hook) == ["delivered"], 20)
    assert only(hook).attempt == 2
    first, second = web.requests
    assert first.headers["webhook-id"] == second.headers["webhook-id"]
