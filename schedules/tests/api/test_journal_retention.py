"""The audit log goes back as far as the deployment says."""

from collections.abc import Callable

import pytest
from pytest_django import Settings

from journal import retention
from journal.models import Entry
from scheduler_project.database import fetch
from schedules.models import Schedule

pytestmark = pytest.mark.django_db
AGE = "UPDATE journal_entry SET at = now() - make_interval(days => 366) WHERE kind = 'schedule'"


@pytest.fixture
def kept(make: Callable[..., Schedule]) -> int:
    """Three entries that are a year old; returns how many are not."""
    for _ in range(3):
        make()
    fetch(AGE)
    return Entry.objects.count() - 3


def test_what_is_old_goes(kept: int) -> None:
    assert retention.forget() == 3
    assert Entry.objects.count() == kept
    assert retention.forget() == 0


def test_a_batch_at_a_time(kept: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(retention, "BATCH", 2)
    assert [retention.forget() for _ in range(2)] == [2, 1]


def test_the_deployment_says_how_long(kept: int, settings: Settings) -> None:
    settings.JOURNAL_KEPT_DAYS = 367
    assert retention.forget() == 0
