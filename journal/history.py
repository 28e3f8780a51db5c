"""What pages show of the journal."""

from collections.abc import Iterable
from typing import Any

from django.apps import apps
from django.db.models import Model
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from journal import words
from journal.models import Entry

KINDS = {
    "schedules.schedule": Entry.Kind.SCHEDULE,
    "agents.agent": Entry.Kind.AGENT,
    "agents.budget": Entry.Kind.BUDGET,
    "hooks.hook": Entry.Kind.HOOK,
    "accounts.apikey": Entry.Kind.API_KEY,
    "schedules.stop": Entry.Kind.STOP,
    "auth.user": Entry.Kind.USER,
    "auth.group": Entry.Kind.GROUP,
}
# Of one thing on one page; the whole of it is in the log.
LONGEST = 100
FEW = 5


def is_kept(model: type[Model]) -> bool:
    """Whether the journal knows of such things."""
    return model._meta.label_lower in KINDS


def model_of(kind: str) -> type[Model]:
    """Of such things."""
    return next(apps.get_model(label) for label, each in KINDS.items() if each == kind)


def history_of(thing: Model) -> dict[str, Any]:
    """A table (of django-unfold's) of its latest changes, the newest first, at most LONGEST."""
    of_it = Entry.objects.filter(kind=KINDS[thing._meta.label_lower], object_id=thing.pk)
    found = of_it.order_by("-id")[:LONGEST]
    rows = [[_when(entry), by(entry), entry.action, changes_of(entry)] for entry in found]
    return {"headers": ["When", "Who", "Did", "Changes"], "rows": rows}


def by(entry: Entry) -> str:
    """Who did it, and how."""
    who = entry.actor or ("somebody" if entry.via else "the system")
    return f"{who} ({entry.via})" if entry.via else who


def changes_of(entry: Entry) -> SafeString:
    """A list of fields, with their old and new values."""
    return _list([_line(entry, change) for change in words.told(entry.changes)])


def changes_in_brief(entry: Entry) -> SafeString:
    """The same with FEW fields at most, and long values cut off."""
    lines = [_line(entry, change) for change in words.told(entry.changes, words.SHORT)]
    more = [f"and {len(lines) - FEW} more"] if len(lines) > FEW else []
    return _list([*lines[:FEW], *more])


def _list(lines: Iterable[str]) -> SafeString:
    items = format_html_join("", "<li>{}</li>", ((line,) for line in lines))
    return format_html('<ul class="journal-changes">{}</ul>', items)


def _line(entry: Entry, change: words.Change) -> SafeString:
    field = format_html("<strong>{}</strong>", change.field)
    if change.old == change.new:
        return format_html("{}: changed", field)
    if entry.action == Entry.Action.CREATED:
        return format_html("{}: {}", field, change.new)
    if entry.action == Entry.Action.DELETED:
        return format_html("{}: {}", field, change.old)
    return format_html("{}: {} → {}", field, change.old, change.new)


def _when(entry: Entry) -> str:
    return date_format(timezone.localtime(entry.at), "DATETIME_FORMAT")
