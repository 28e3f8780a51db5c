"""django-celery-beat's crontabs are looked for by what they say, which it has no index for."""

from typing import ClassVar

from django.db import migrations

COLUMNS = "minute, hour, day_of_month, month_of_year, day_of_week, timezone"


class Migration(migrations.Migration):
    dependencies: ClassVar = [
        ("schedules", "0011_hook_disabled"),
        ("django_celery_beat", "0019_alter_periodictasks_options"),
    ]
    operations: ClassVar = [
        migrations.RunSQL(
            f"CREATE INDEX schedules_crontab_by_value "
            f"ON django_celery_beat_crontabschedule ({COLUMNS})",
            "DROP INDEX schedules_crontab_by_value",
        )
    ]
