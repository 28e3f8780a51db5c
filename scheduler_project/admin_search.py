"""Searches of lists by ids and by how names begin: nothing that would read a long table.

Names of other rows (`owner__username`) are looked up first: what is looked for then are ids, at
most MOST_NAMES of each kind, with which the indexes of long tables begin.
"""

from collections.abc import Callable, Sequence
from typing import Any

from django.db.models import Model, Q, QuerySet, UUIDField

from scheduler_project.ids import number, uuid

MOST_NAMES = 50
Seen = Callable[[type[Model]], QuerySet[Any]]


def matching(model: type[Model], term: str, fields: Sequence[str], seen: Seen) -> Q:
    """The row of that id; else those of which one of the fields begins with it.

    `seen` has the rows of other models among which names are looked up.
    """
    if isinstance(model._meta.pk, UUIDField) and (key := uuid(term)):
        return Q(pk=key)
    found = Q(pk__in=[])
    for name in fields:
        found |= _by(model, name, term, seen)
    return found


def begins(name: str, term: str) -> Q:
    """As it was typed, or with the other kind of first letter: what an index of texts can find."""
    other = term[:1].swapcase() + term[1:]
    return Q(**{f"{name}__startswith": term}) | Q(**{f"{name}__startswith": other})


def help_text(model: type[Model], fields: Sequence[str]) -> str:
    """What can be searched for, as a sentence."""
    names = [_word(model, name) for name in fields if name != "id"]
    begun = f"how its {' or '.join(names)} begins" if names else ""
    said = ", or ".join(filter(None, ["an id" if "id" in fields else "", begun]))
    return said[:1].upper() + said[1:]


def _by(model: type[Model], name: str, term: str, seen: Seen) -> Q:
    head, _, rest = name.partition("__")
    field: Any = model._meta.get_field(head)
    if field.primary_key:
        return Q(pk__in=[key for key in [number(term)] if key])
    if rest == "exact":
        return Q(**{name: term})
    if not field.is_relation:
        return begins(name, term)
    named = seen(field.related_model).filter(begins(rest, term)).order_by()
    return Q(**{f"{head}__in": list(named.values_list("pk", flat=True)[:MOST_NAMES])})


def _word(model: type[Model], name: str) -> str:
    head, _, rest = name.partition("__")
    field: Any = model._meta.get_field(head)
    return f"{field.verbose_name}'s name" if rest else str(field.verbose_name)
