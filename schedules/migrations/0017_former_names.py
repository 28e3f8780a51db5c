"""An index of the names that deleted schedules had."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("schedules", "0016_failed_why")]

    operations = [
        migrations.AddIndex(
            model_name="definition",
            index=models.Index(
                fields=["schedule_name"],
                name="definition_by_name",
                opclasses=["varchar_pattern_ops"],
                condition=models.Q(next_run_at__isnull=True),
            ),
        )
    ]
