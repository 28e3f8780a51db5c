"""What triggers join with the rows of a statement is planned for each statement.

A kept plan, made for one row of tables that were all but empty, compares each of the rows of a
later bulk statement with each row of the table. No counter of PostgreSQL's shows such a join: the
functions are read instead.
"""

import re

import pytest

from schedules import db

pytestmark = pytest.mark.django_db
JOINING = re.compile(r"^\s*(UPDATE|DELETE|MERGE)\b", re.MULTILINE)


def test_no_trigger_keeps_a_plan_for_the_rows_of_a_statement() -> None:
    functions = dict(
        db.fetch(
            "SELECT proname, prosrc FROM pg_trigger t JOIN pg_proc p ON p.oid = t.tgfoid"
            " WHERE tgoldtable IS NOT NULL OR tgnewtable IS NOT NULL"
        )
    )
    assert {"plain_task_owned", "plain_task_gone", "ledger_schedule_gone"} <= set(functions)
    assert [name for name, source in functions.items() if JOINING.search(source)] == []
