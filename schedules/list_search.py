"""Searches in the admin's lists that stay on indexes, however many executions there are.

Names of schedules are read one by one, a hundred thousand in some hundredths of a second: an index
of them would make the UPDATE of each dispatch a third dearer.
"""

from contextlib import suppress
from typing import Any
from uuid import UUID

from django.contrib.auth.models import User
from django.db.models import Q, QuerySet

from schedules.models import Schedule

# Of schedules and owners whose names begin with what was typed.
MOST_NAMES = 50


def schedules(rows: QuerySet[Any], term: str) -> QuerySet[Any]:
    """Schedules whose name, or whose owner's name, begins with it, or whose id it is."""
    found = _begins("name", term) | Q(owner__in=_owners(term))
    if term.isascii() and term.isdecimal() and len(term) < 19:
        found |= Q(pk=int(term))
    return rows.filter(found)


def executions(rows: QuerySet[Any], term: str) -> QuerySet[Any]:
    """The execution of that id; else those of schedules and owners whose name begins with it.

    What is looked for are ids, at most MOST_NAMES of each kind: the ledger's own indexes begin
    with them. Names within the ledger would have to be read row by row.
    """
    with suppress(ValueError):
        return rows.filter(pk=UUID(term))
    named = Schedule.objects.filter(_begins("name", term)).order_by()[:MOST_NAMES]
    return rows.filter(
        Q(schedule__in=list(named.values_list("id", flat=True))) | Q(owner__in=_owners(term))
    )


def agent_tasks(rows: QuerySet[Any], term: str) -> QuerySet[Any]:
    """The task of that id; else those of owners whose name begins with it."""
    with suppress(ValueError):
        return rows.filter(pk=UUID(term))
    return rows.filter(owner__in=_owners(term))


def _owners(term: str) -> list[int]:
    named = User.objects.filter(_begins("username", term)).order_by()[:MOST_NAMES]
    return list(named.values_list("id", flat=True))


def _begins(name: str, term: str) -> Q:
    """As it was typed, or with the other kind of first letter: what an index of texts can find."""
    other = term[:1].swapcase() + term[1:]
    return Q(**{f"{name}__startswith": term}) | Q(**{f"{name}__startswith": other})
