"""Forms with a choice of one's own schedules, for models that know these by their ids only."""

from typing import Any, ClassVar

from django import forms
from django.contrib.auth.models import User
from unfold.widgets import UnfoldAdminSelectWidget

from scheduler_project.forms import ServedForm
from schedules.models import Schedule


class OfOwnSchedule(ServedForm):
    """With `schedule_id` as a choice; `owner` is set where the form is made (owners.py)."""

    known_as = {"schedule": "schedule_id"}
    owner: ClassVar[User]
    schedule_id = forms.TypedChoiceField(
        coerce=int,
        empty_value=None,
        required=False,
        label="Schedule",
        widget=UnfoldAdminSelectWidget,
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if "schedule_id" in self.fields:
            own = Schedule.objects.filter(owner=self.owner).order_by("name")
            names = dict(own.values_list("id", "name"))
            if (now := self.instance.schedule_id) is not None:
                # Otherwise it would be of all of them as soon as somebody saves it.
                names.setdefault(now, f"One that is deleted ({now})")
            choice: Any = self.fields["schedule_id"]
            choice.choices = [("", "All of mine"), *names.items()]
