"""What services refuse, as messages of the page."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest

from scheduler_project.errors import Conflict, sentences


@contextmanager
def told(request: HttpRequest, about: object = "") -> Iterator[None]:
    """What is refused within becomes messages of this request, each of them `about` something."""
    try:
        yield
    except (Conflict, ValidationError) as error:
        for sentence in sentences(error):
            messages.error(request, f"{about}: {sentence}" if about else sentence)
