"""Forms of what services store: they show what these refuse, and which version they show."""

from collections.abc import Mapping
from typing import Any, ClassVar

from django import forms
from django.core.exceptions import ValidationError
from django.forms.models import construct_instance
from unfold.widgets import UnfoldAdminTextareaWidget

from scheduler_project.errors import Conflict
from scheduler_project.labelled import in_labels
from scheduler_project.versions import Stale, Versions, tag

Refusal = Conflict | Stale | ValidationError


class Lines(UnfoldAdminTextareaWidget):
    """A text area whose lines end as they did: browsers send them as they are in e-mails."""

    def value_from_datadict(self, data: Any, files: Any, name: str) -> Any:
        """The text."""
        value = super().value_from_datadict(data, files, name)
        return value.replace("\r\n", "\n") if isinstance(value, str) else value


class FieldsForm(forms.ModelForm):
    """A form that judges its fields only, and names them as it shows them, not as columns.

    Constraints of the database know no sentences for people.
    """

    def add_error(self, field: str | None, error: Any) -> None:
        """In its own words; names of one word are words of the language, too."""
        labels = {name: str(self[name].label) for name in self.fields if "_" in name}
        super().add_error(field, in_labels(error, labels))

    def _post_clean(self) -> None:
        options = self._meta
        exclude = self._get_validation_exclusions()  # type: ignore[attr-defined]
        try:
            self.instance = construct_instance(self, self.instance, options.fields, options.exclude)
            self.instance.full_clean(exclude=exclude, validate_constraints=False)
        except ValidationError as error:
            self._update_errors(error)  # type: ignore[attr-defined]


class ServedForm(FieldsForm):
    """A form whose values go to a service, which has the last word on them."""

    # Fields that the services know by another name.
    known_as: ClassVar[Mapping[str, str]] = {}
    # What a service has refused of the very same values: the form is shown again with it.
    refusal: ClassVar[Refusal | None] = None

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for field in self.fields.values():
            # Django would compare some with what was shown: here it is what is stored.
            field.show_hidden_initial = False

    @property
    def version(self) -> str:
        """Of the row that it was filled with, which comes back with it; empty if none."""
        edited_at = getattr(self.instance, "updated_at", None)
        if self.instance._state.adding or edited_at is None:
            return ""
        if self.is_bound and not isinstance(self.refusal, Stale):
            return str(self.data.get("version", ""))
        # Whoever saves it again has read that there is a newer one.
        return tag(edited_at)

    @property
    def versions(self) -> Versions:
        """What the edit was made for."""
        return frozenset([self.version]) if self.version else None

    @property
    def touched(self) -> set[str]:
        """The fields in which it says something else than what it was filled with."""
        return set(self.changed_data)

    def changes(self) -> dict[str, Any]:
        """What is to be stored: all of what is new, and of what is there only what was touched.

        The rest may have been changed in the meantime.
        """
        wanted = set(self.fields) if self.instance._state.adding else self.touched
        wanted = wanted.intersection(self.cleaned_data) - {"owner"}
        return {name: self.cleaned_data[name] for name in self.fields if name in wanted}

    def full_clean(self) -> None:
        """With what was refused, in the end."""
        super().full_clean()
        if self.is_bound and self.refusal is not None:
            self.add_error(None, self._said_of(self.refusal))

    def add_error(self, field: str | None, error: Any) -> None:
        """At its field, if the form has that; what concerns another one stands above them all."""
        if field is not None or not hasattr(error, "error_dict"):
            return super().add_error(field, error)
        for name, errors in error.error_dict.items():
            here = self.known_as.get(name, name)
            super().add_error(here if here in self.fields else None, errors)
        return None

    def _said_of(self, refusal: Refusal) -> ValidationError:
        if isinstance(refusal, ValidationError):
            return refusal
        return ValidationError(self._stale() if isinstance(refusal, Stale) else str(refusal))

    def _stale(self) -> str:
        names = ", ".join(str(self[name].label) for name in self.changed_data)
        differs = f" What you see is yours; it differs from what is stored in: {names}."
        return (
            f"It has been changed since you opened this form.{differs if names else ''} "
            "Save again to store yours, or open the page anew to begin with what is stored."
        )
