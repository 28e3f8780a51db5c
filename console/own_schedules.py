"""Forms with a choice of one's own schedules, for models that know these by their ids only."""

from typing import Any, ClassVar

from django import forms
from django.contrib.admin import AdminSite
from django.contrib.auth.models import User

from scheduler_project.forms import ServedForm
from scheduler_project.searchable import Searchable
from schedules.models import Execution, Schedule


class OwnSchedule(forms.ModelChoiceField):
    """The id of one of somebody's schedules; of the one that it was made with, be it deleted."""

    kept: int | None = None

    def to_python(self, value: Any) -> int | None:
        """The id; ValidationError if there is no such schedule of theirs."""
        if self.kept is not None and value == str(self.kept):
            return self.kept
        found = super().to_python(value)
        return found and found.pk


class OfOwnSchedule(ServedForm):
    """With `schedule_id` as a choice; `owner` and `site` are set where it is made (owners.py)."""

    known_as = {"schedule": "schedule_id"}
    owner: ClassVar[User]
    site: ClassVar[AdminSite]
    schedule_id = OwnSchedule(
        Schedule.objects.none(),
        required=False,
        label="Schedule",
        help_text="Nothing chosen: all of mine.",
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if "schedule_id" in self.fields:
            own = Schedule.objects.filter(owner=self.owner).order_by("name")
            choice: Any = self.fields["schedule_id"]
            # Otherwise it would be of all of them as soon as somebody saves it.
            choice.kept = self.instance.schedule_id
            field = Execution._meta.get_field("schedule")
            choice.widget = Searchable(field, self.site, own, "Not among yours any more ({})")
            choice.queryset = own
