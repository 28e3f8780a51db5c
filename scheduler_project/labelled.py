"""What services refuse, with the names of fields that people see."""

import re
from collections.abc import Mapping
from typing import Any

from django.core.exceptions import ValidationError


def in_labels(error: Any, labels: Mapping[str, str]) -> ValidationError:
    """The same, where sentences say a field's name: with its label in quotes.

    `error` is whatever a form can add: a sentence, several, or those of each field.
    """
    found = error if isinstance(error, ValidationError) else ValidationError(error)
    if hasattr(found, "error_dict"):
        each = {name: _all(errors, labels) for name, errors in found.error_dict.items()}
        return ValidationError(each)
    return ValidationError(_all(found.error_list, labels))


def _all(errors: list[ValidationError], labels: Mapping[str, str]) -> list[ValidationError]:
    return [
        ValidationError(spoken(str(error.message), labels), error.code, error.params)
        for error in errors
    ]


def spoken(sentence: str, labels: Mapping[str, str]) -> str:
    """It, with labels for names; what is quoted was typed by somebody, and stays."""
    return re.sub(
        r'(?<!["\w])[a-z]+(?:_[a-z]+)*(?!["\w])',
        lambda found: f'"{labels[found[0]]}"' if found[0] in labels else found[0],
        sentence,
    )
