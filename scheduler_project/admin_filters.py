"""Filters of lists of a million rows: nothing offers all there is, and nothing is counted."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from django.contrib.admin.views.main import ChangeList
from django.db.models import QuerySet
from django.http import HttpRequest
from unfold.contrib.filters.admin import AutocompleteSelectFilter, RangeDateFilter
from unfold.utils import parse_date_str

from scheduler_project.admin_rows import visible_rows
from scheduler_project.ids import first_uuid7


class Searched(AutocompleteSelectFilter):
    """Rows of another model, found by typing; only such as this person finds in their list."""

    def choices(self, changelist: ChangeList) -> Iterator[dict[str, Any]]:
        """The field, which also names what is chosen: nothing that is somebody else's."""
        for choice in super().choices(changelist):
            choice["form"].fields[self.lookup_kwarg].queryset = visible_rows(
                self.field.remote_field.model, self.model_admin.admin_site, self.request
            )
            yield choice


class Days(RangeDateFilter):
    """From the beginning of one day to the end of another, in UTC; either may be left out."""

    title: str

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        # Lists show the times of whoever looks.
        self.title = f"{self.title} (days of UTC)"

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        """The rows of those days; what is no date bounds nothing."""
        since, before = bounds(request, str(self.parameter_name))
        if since:
            queryset = queryset.filter(**self.since(since))
        if before:
            queryset = queryset.filter(**self.before(before))
        return queryset

    def since(self, at: datetime) -> dict[str, Any]:
        """The condition for that time and later."""
        return {f"{self.field_path}__gte": at}

    def before(self, at: datetime) -> dict[str, Any]:
        """The condition for what is earlier."""
        return {f"{self.field_path}__lt": at}


class RecordedDays(Days):
    """Of rows whose id is made of the time of their recording: their primary key is its index."""

    def since(self, at: datetime) -> dict[str, Any]:
        """By id."""
        return {"pk__gte": first_uuid7(at)}

    def before(self, at: datetime) -> dict[str, Any]:
        """By id."""
        return {"pk__lt": first_uuid7(at)}


def bounds(request: HttpRequest, name: str) -> tuple[datetime | None, datetime | None]:
    """What the days that are asked for come to: that time or later, and earlier than that."""
    first, last = (parse_date_str(request.GET.get(f"{name}_{end}", "")) for end in ("from", "to"))
    ends = bool(last and last < date.max)
    return first and _midnight(first), _midnight(last + timedelta(days=1)) if ends else None


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), UTC)
