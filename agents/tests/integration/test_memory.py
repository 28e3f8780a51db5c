"""What runs remember, and its limits."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from django.contrib.auth.models import User
from django.db import connections

from agents import memory
from agents.models import Memory

pytestmark = pytest.mark.django_db


def test_a_value_is_kept_replaced_and_forgotten(ann: User) -> None:
    memory.remember(ann.pk, "schedule:1", "seen", "42")
    assert memory.recall("schedule:1", "seen") == "42"
    memory.remember(ann.pk, "schedule:1", "seen", "43")
    assert memory.recall("schedule:1", "seen") == "43"
    memory.remember(ann.pk, "schedule:1", "seen", "")
    assert memory.recall("schedule:1", "seen") is None
    assert not Memory.objects.exists()


def test_scopes_do_not_share(ann: User) -> None:
    memory.remember(ann.pk, "schedule:1", "b", "1")
    memory.remember(ann.pk, "schedule:1", "a", "1")
    memory.remember(ann.pk, "schedule:2", "c", "2")
    assert memory.keys("schedule:1") == ["a", "b"]
    assert memory.recall("schedule:2", "a") is None


@pytest.mark.parametrize(
    ("key", "value", "sentence"),
    [
        ("", "x", "Give a key."),
        ("k" * 101, "x", "The key cannot be used: It has 101 characters; at most 100"),
        ("k", "x" * 10_001, "The value cannot be kept: It has 10001 characters"),
        ("k\x00", "x", "The key cannot be used: It contains a NUL"),
        ("k", "\ud800", "The value cannot be kept: It contains half of a surrogate pair"),
    ],
)
def test_what_cannot_be_kept(ann: User, key: str, value: str, sentence: str) -> None:
    with pytest.raises(ValueError, match=sentence.replace("(", r"\(")):
        memory.remember(ann.pk, "schedule:1", key, value)


@pytest.mark.django_db(transaction=True)
def test_a_hundred_keys_also_when_all_come_at_once(ann: User) -> None:
    def remember(number: int) -> bool:
        try:
            memory.remember(ann.pk, "schedule:1", f"key {number}", "x")
        except ValueError:
            return False
        finally:
            connections.close_all()
        return True

    with ThreadPoolExecutor(4) as threads:
        kept = list(threads.map(remember, range(110)))
    assert sum(kept) == len(memory.keys("schedule:1")) == 100
    memory.remember(ann.pk, "schedule:1", memory.keys("schedule:1")[0], "changed")
    with pytest.raises(ValueError, match="There are 100 keys already"):
        memory.remember(ann.pk, "schedule:1", "one more", "x")
