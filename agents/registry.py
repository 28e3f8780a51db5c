"""Names and the code behind them: this project's own, and what installed packages add.

A package adds something with an entry point (packaging.python.org, "Entry points
specification"): the group says what it is, the name how agents call it, the value where it is.
"""

import logging
from collections.abc import Callable, Mapping
from functools import cached_property
from importlib.metadata import EntryPoint, entry_points
from typing import Any, TypeVar

from django.utils.module_loading import import_string

from agents.errors import ErrorType, RunFailed
from agents.redaction import trace
from scheduler_project.environment import NAME

logger = logging.getLogger(__name__)

T = TypeVar("T")


class Registry:
    """Everything of one kind that agents can name.

    Packages are looked for when something is first asked for, and the code behind a name is
    imported by `load` only: knowing the names costs nobody the packages.
    """

    def __init__(self, kind: str, own: Mapping[str, str], missing: ErrorType) -> None:
        """`kind` is "runner" and the like, `own` are dotted paths by name.

        `missing` is why a run fails that needs what is not here.
        """
        self._kind = kind
        self._own = dict(own)
        self._missing = missing

    def register(self, name: str, path: str) -> None:
        """Add a name of our own, or replace what it stands for: a dotted path."""
        self._own[name] = path

    def unregister(self, name: str) -> None:
        """Forget a name of our own."""
        self._own.pop(name, None)

    def names(self) -> list[str]:
        """All names in alphabetical order."""
        return sorted({*self._own, *self._added})

    def there_is(self) -> str:
        """The end of a sentence: "there is: ..."."""
        return f"there is: {', '.join(self.names())}" if self.names() else "there is none"

    def load(self, name: str, make: Callable[[Any], T]) -> T:
        """What `make` makes of the code behind a name.

        RunFailed if there is none of this name, or if it cannot be loaded, which is logged.
        """
        if name not in self.names():
            raise RunFailed(
                self._missing, f"There is no {self._kind} {name!r} here; {self.there_is()}."
            )
        try:
            return make(self._code(name))
        except (Exception, SystemExit) as error:  # whatever a package does on its import
            logger.error("The %s %r cannot be loaded:\n%s", self._kind, name, trace(error))
            raise RunFailed(
                self._missing,
                f"The {self._kind} {name!r} cannot be loaded here ({type(error).__name__}); "
                "the worker's log has the details.",
            ) from error

    def _code(self, name: str) -> Any:
        if name in self._own:
            return import_string(self._own[name])
        return self._added[name].load()

    @cached_property
    def _added(self) -> dict[str, EntryPoint]:
        """What packages add; of two with one name the first in alphabetical order has it."""
        added: dict[str, EntryPoint] = {}
        entries = _entries(f"agent_scheduler.{self._kind}s")
        for entry in sorted(entries, key=lambda entry: (entry.name, entry.value)):
            if problem := self._problem(entry, added):
                logger.error(
                    "The %s %r (%s) is left out: %s", self._kind, entry.name, entry.value, problem
                )
            else:
                added[entry.name] = entry
        return added

    def _problem(self, entry: EntryPoint, added: Mapping[str, EntryPoint]) -> str | None:
        if not NAME.fullmatch(entry.name):
            return "its name must be a letter and up to 29 letters, digits, _ or -."
        if entry.name in self._own:
            return "this project has its own of that name."
        if entry.name in added:
            return f"{added[entry.name].value} has that name already."
        return None


def _entries(group: str) -> list[EntryPoint]:
    """The entry points of a group; none where a package's list of them cannot be read."""
    try:
        return list(entry_points(group=group))
    except Exception:
        logger.exception("The entry points of installed packages cannot be read")
        return []
