"""Runs for planned times that have passed."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('schedules', '0013_tally'),
    ]

    operations = [
        migrations.AlterField(
            model_name='attempt',
            name='trigger',
            field=models.CharField(choices=[('timer', 'Timer'), ('manual', 'Manual'), ('backfill', 'Backfill'), ('agent_task', 'Agent Task'), ('retry', 'Retry'), ('resumed', 'Resumed')], max_length=20),
        ),
        migrations.AlterField(
            model_name='execution',
            name='trigger',
            field=models.CharField(choices=[('timer', 'Timer'), ('manual', 'Manual'), ('backfill', 'Backfill'), ('agent_task', 'Agent Task')], max_length=10),
        ),
        migrations.AddIndex(
            model_name='execution',
            index=models.Index(condition=models.Q(('trigger', 'backfill')), fields=['schedule', 'scheduled_for'], name='execution_backfilled'),
        ),
    ]
