"""Triggers that join what a statement changed plan anew for each statement.

PL/pgSQL keeps the plan of a statement without parameters for as long as the connection lives. One
made for a single row, while the joined table was small, reads that table whole for each of the
rows that a later bulk insert or delete hands to the same trigger. EXECUTE plans each time.
"""

from django.db import migrations

FORGET_PLAIN_TASKS = """DELETE FROM schedules_plaintask p USING {changed} c
        WHERE p.periodic_task_id = c.{key}"""
STATEMENTS = {
    "plain_task_owned": [FORGET_PLAIN_TASKS.format(changed="new_rows", key="periodic_task_id")],
    "plain_task_gone": [FORGET_PLAIN_TASKS.format(changed="old_rows", key="id")],
    "ledger_schedule_gone": [
        """UPDATE schedules_execution e SET schedule_id = NULL, former_schedule_id = e.schedule_id
        FROM gone WHERE e.schedule_id = gone.id"""
    ],
    "ledger_agent_gone": [
        "UPDATE schedules_execution e SET agent_id = NULL FROM gone WHERE e.agent_id = gone.id"
    ],
    "ledger_owner_gone": [
        "DELETE FROM schedules_execution e USING gone WHERE e.owner_id = gone.id",
        "DELETE FROM schedules_definition d USING gone WHERE d.owner_id = gone.id",
    ],
}


def redefined(form: str) -> str:
    """The functions, each of their statements in that form."""
    return "".join(
        f"""
CREATE OR REPLACE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql
SET search_path FROM CURRENT AS $$
BEGIN
    {" ".join(form.format(statement) for statement in statements)}
    RETURN NULL;
END $$;
"""
        for name, statements in STATEMENTS.items()
    )


class Migration(migrations.Migration):
    dependencies = [("schedules", "0005_ledger_holds")]

    operations = [migrations.RunSQL(redefined("EXECUTE '{}';"), redefined("{};"))]
