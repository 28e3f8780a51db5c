"""How PostgreSQL goes about the statements of some work."""

import re
from collections.abc import Callable

from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext


def plans(work: Callable[[], object]) -> list[str]:
    """Do some work, and then ask how PostgreSQL went about each of its statements."""
    with transaction.atomic():
        with CaptureQueriesContext(connection) as captured:
            work()
        transaction.set_rollback(True)
    statements = [query["sql"] for query in captured]
    asked = [sql for sql in statements if re.match(r"\s*(WITH|SELECT|UPDATE|INSERT|DELETE)", sql)]
    return [plan(sql) for sql in asked]


def plan(sql: str) -> str:
    """How PostgreSQL would go about one."""
    with connection.cursor() as cursor:
        cursor.execute(f"EXPLAIN {sql}")
        return "\n".join(line for (line,) in cursor.fetchall())
