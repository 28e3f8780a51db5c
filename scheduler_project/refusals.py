"""What services refuse, as messages of the page."""

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest

from scheduler_project.errors import Conflict
from scheduler_project.labelled import in_labels


@contextmanager
def told(
    request: HttpRequest, about: object = "", labels: Mapping[str, str] | None = None
) -> Iterator[None]:
    """What is refused within becomes messages of this request, each of them `about` something.

    Fields are named by their `labels`.
    """
    try:
        yield
    except ValidationError as error:
        _tell(request, in_labels(error, labels or {}).messages, about)
    except Conflict as error:
        _tell(request, [str(error)], about)


def _tell(request: HttpRequest, sentences: Iterable[str], about: object) -> None:
    for sentence in sentences:
        messages.error(request, f"{about}: {sentence}" if about else sentence)
