"""An index of the list by why runs have failed."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("schedules", "0015_lists")]

    operations = [
        migrations.AddIndex(
            model_name="execution",
            index=models.Index(
                fields=["error_type", "-id"],
                name="execution_failed_why",
                condition=~models.Q(error_type=""),
            ),
        )
    ]
