"""The ledger's references are kept when what they refer to goes, not when a row comes."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


def gone(table: str, column: str, action: str) -> str:
    """The trigger on a table whose rows executions refer to; an action names them `gone`."""
    return f"""
CREATE FUNCTION ledger_{column}_gone() RETURNS trigger LANGUAGE plpgsql
SET search_path FROM CURRENT AS $$
BEGIN
    {action.format(condition=f"e.{column}_id = gone.id")};
    RETURN NULL;
END $$;
CREATE TRIGGER ledger_{column}_gone AFTER DELETE ON {table}
REFERENCING OLD TABLE AS gone FOR EACH STATEMENT EXECUTE FUNCTION ledger_{column}_gone();
"""


def forgotten(column: str) -> str:
    return f"UPDATE schedules_execution e SET {column}_id = NULL FROM gone WHERE {{condition}}"


# What was recorded of an owner goes as well; where runs are going on, their agent tasks
# have a foreign key, which refuses the deletion as ever.
TRIGGERS = (
    gone("schedules_schedule", "schedule", forgotten("schedule"))
    + gone("agents_agent", "agent", forgotten("agent"))
    + gone(
        "auth_user", "owner", "DELETE FROM schedules_execution e USING gone WHERE {condition}"
    )
)
UNDO = "".join(
    f"DROP FUNCTION ledger_{column}_gone() CASCADE;" for column in ("schedule", "agent", "owner")
)


class Migration(migrations.Migration):

    dependencies = [
        ('agents', '0001_initial'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
        ('schedules', '0003_plain_task_triggers'),
    ]

    operations = [
        migrations.AlterField(
            model_name='execution',
            name='agent',
            field=models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='executions', to='agents.agent'),
        ),
        migrations.AlterField(
            model_name='execution',
            name='owner',
            field=models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='executions', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AlterField(
            model_name='execution',
            name='schedule',
            field=models.ForeignKey(db_constraint=False, db_index=False, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='executions', to='schedules.schedule'),
        ),
        migrations.RunSQL(TRIGGERS, UNDO),
    ]
