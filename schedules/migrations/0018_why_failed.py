"""What PostgreSQL has to know of the ledger: which errors are of which state.

It would take the two for independent, expect few rows of both, and read and sort all of them.
"""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("schedules", "0017_former_names")]

    operations = [
        migrations.RunSQL(
            """
            CREATE STATISTICS execution_why (mcv) ON state, error_type FROM schedules_execution;
            ANALYZE schedules_execution (state, error_type);
            """,
            "DROP STATISTICS execution_why",
        )
    ]
