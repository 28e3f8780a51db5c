"""Indexes of the lists that people look through."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("schedules", "0014_backfill")]

    operations = [
        migrations.AddIndex(
            model_name="execution",
            index=models.Index(
                fields=["state", "-id"],
                name="execution_noteworthy",
                condition=models.Q(state__in=("failed", "cancelled", "skipped", "missed")),
            ),
        ),
        migrations.AddIndex(
            model_name="execution",
            index=models.Index(
                fields=["trigger", "-id"],
                name="execution_by_hand",
                condition=~models.Q(trigger="timer"),
            ),
        ),
    ]
