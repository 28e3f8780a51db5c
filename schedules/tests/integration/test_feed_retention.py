"""Changes are kept for a while, and the newest for ever."""

from datetime import timedelta

import pytest
from django.contrib.auth.models import User
from django.db import transaction
from django.db.models.functions import Now
from pytest_django import Settings

from feed import retention
from feed.models import Change
from schedules.tests.integration.connections import OtherConnection

pytestmark = pytest.mark.django_db(transaction=True)
OLD = timedelta(hours=73)


def change(owner: User, *ages: timedelta) -> list[int]:
    """Changes that are so old, by their numbers."""
    made = [Change.objects.create(owner=owner) for _ in ages]
    for one, age in zip(made, ages, strict=True):
        Change.objects.filter(pk=one.pk).update(at=Now() - age)
    return [one.pk for one in made]


def kept() -> list[int]:
    return list(Change.objects.order_by("pk").values_list("pk", flat=True))


def test_what_is_old_goes(owner: User) -> None:
    numbers = change(owner, OLD, OLD, timedelta(hours=71), timedelta(0))
    assert retention.forget() == 2
    assert kept() == numbers[2:]
    assert retention.forget() == 0


def test_how_long_is_a_setting(owner: User, settings: Settings) -> None:
    settings.CHANGES_KEPT_HOURS = 1
    numbers = change(owner, timedelta(hours=2), timedelta(0))
    assert retention.forget() == 1
    assert kept() == numbers[1:]


def test_the_newest_stays(owner: User) -> None:
    """Otherwise the numbers of those who come back would seem to lie in the future."""
    numbers = change(owner, OLD, OLD)
    assert retention.forget() == 1
    assert kept() == numbers[1:]


def test_nothing_goes_behind_what_is_kept(owner: User) -> None:
    """Otherwise the oldest number that is kept would not tell what is gone."""
    numbers = change(owner, OLD, timedelta(0), OLD, OLD)
    assert retention.forget() == 1
    assert kept() == numbers[1:]


def test_a_bounded_batch(owner: User, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(retention, "BATCH", 2)
    change(owner, *[OLD] * 5)
    assert [retention.forget() for _ in range(3)] == [2, 2, 0]


def test_beats_do_not_wait_for_each_other(owner: User, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(retention, "BATCH", 2)
    numbers = change(owner, *[OLD] * 5)
    other = OtherConnection()
    try:
        with transaction.atomic():
            assert retention.forget() == 2
            assert other.run(retention.forget) == 2
    finally:
        other.close()
    assert kept() == numbers[4:]
