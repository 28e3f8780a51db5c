"""What runs remember: values by key, for all runs of one scope, such as a schedule."""

from django.db import connection, transaction

from agents.models import Memory
from scheduler_project.text import problem_with

MAX_KEYS = 100
LONGEST_KEY = 100
LONGEST_VALUE = 10_000


def recall(scope: str, key: str) -> str | None:
    """The value under this key, if there is one."""
    return Memory.objects.filter(scope=scope, key=key).values_list("value", flat=True).first()


def keys(scope: str) -> list[str]:
    """The keys under which there is something, in alphabetical order."""
    return list(Memory.objects.filter(scope=scope).order_by("key").values_list("key", flat=True))


@transaction.atomic
def remember(owner: int, scope: str, key: str, value: str) -> None:
    """Keep a value; an empty one forgets the key.

    ValueError with a sentence for a key or value that cannot be kept, and beyond MAX_KEYS.
    """
    check(key, value)
    take_turn(scope)
    if not value:
        Memory.objects.filter(scope=scope, key=key).delete()
        return
    known = keys(scope)
    if key not in known and len(known) >= MAX_KEYS:
        raise ValueError(f"There are {MAX_KEYS} keys already: forget one of them first.")
    values = {"owner_id": owner, "value": value}
    Memory.objects.update_or_create(scope=scope, key=key, defaults=values)


def take_turn(scope: str) -> None:
    """Be the only one who writes in this scope until the transaction ends.

    So that two runs of it do not both count without the other's key, and that what one of them
    is told of its rights holds until it has written.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", (scope,))


def check(key: str, value: str = "") -> None:
    """ValueError with a sentence for a key or a value that cannot be kept."""
    if not key.strip():
        raise ValueError("Give a key.")
    if problem := problem_with(key, LONGEST_KEY):
        raise ValueError(f"The key cannot be used: {problem}")
    if problem := problem_with(value, LONGEST_VALUE):
        raise ValueError(f"The value cannot be kept: {problem}")
