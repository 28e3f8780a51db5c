"""Who makes changes: told to the triggers that write the journal, with the statements themselves.

A statement that writes to a table of the journal's goes out with a setting before it, which holds
for its transaction. So it costs no round trip; and who it is is asked at that moment, when the API,
too, knows whose token or key it was shown.
"""

import json
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, NamedTuple

from django.db import connection

from scheduler_project.database import fetch

TABLES = (
    *("schedules_schedule", "agents_agent", "agents_budget"),
    *("hooks_hook", "accounts_apikey", "schedules_stop"),
    *("auth_user", "auth_user_groups", "auth_user_user_permissions"),
    *("auth_group", "auth_group_permissions"),
)
WRITES = re.compile(
    rf'\b(?:INSERT\s+INTO|UPDATE|DELETE\s+FROM)\s+"?(?:{"|".join(TABLES)})\b', re.IGNORECASE
)


class Actor(NamedTuple):
    """Whose name stands in the journal, and by which way they came."""

    actor: str
    via: str


@contextmanager
def acting(who: Callable[[], Actor]) -> Iterator[None]:
    """Within it this thread's changes are those of whoever `who` names at their time."""

    def told(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        return execute(_say(who()) + sql if WRITES.search(sql) else sql, params, many, context)

    with connection.execute_wrapper(told):
        yield


def by_command(name: str) -> Any:
    """`acting`, for a command of manage.py: there is nobody else to name."""
    return acting(lambda: Actor("", f"manage.py {name}"))


def unnoted() -> None:
    """What is inserted in this transaction is not journalled: millions of rows, for trials."""
    fetch("SELECT set_config('journal.off', 'on', true)")


def _say(who: Actor) -> str:
    """As a literal of its own, as the statement may have any parameters, by name or by place.

    No sign in it means anything to SQL, nor to the driver.
    """
    text = json.dumps(who._asdict()).replace("'", "\\u0027").replace("%", "\\u0025")
    return f"SELECT set_config('journal.by', '{text}', true);\n"
