"""Definitions that outlive their schedules, stops, notifications; jitter, pause after failures."""

import django.db.models.deletion
import django.db.models.functions.datetime
from django.conf import settings
from django.db import migrations, models


# What the ledger says of a deleted schedule stays attributable to it.
SCHEDULE_GONE = """
CREATE OR REPLACE FUNCTION ledger_schedule_gone() RETURNS trigger LANGUAGE plpgsql
SET search_path FROM CURRENT AS $$
BEGIN
    UPDATE schedules_execution e SET {assignments} FROM gone WHERE e.schedule_id = gone.id;
    RETURN NULL;
END $$;
"""
REMEMBER = SCHEDULE_GONE.format(
    assignments="schedule_id = NULL, former_schedule_id = e.schedule_id"
)
FORGET = SCHEDULE_GONE.format(assignments="schedule_id = NULL")
OWNER_GONE = """
CREATE OR REPLACE FUNCTION ledger_owner_gone() RETURNS trigger LANGUAGE plpgsql
SET search_path FROM CURRENT AS $$
BEGIN
    DELETE FROM schedules_execution e USING gone WHERE e.owner_id = gone.id;
    {more}
    RETURN NULL;
END $$;
"""
FORGET_HISTORY = OWNER_GONE.format(
    more="DELETE FROM schedules_definition d USING gone WHERE d.owner_id = gone.id;"
)
LEAVE_HISTORY = OWNER_GONE.format(more="")
# The history begins with what is defined now, when no beat can be at it any more: the tables are
# locked by the changes above.
BEGIN_HISTORY = """
INSERT INTO schedules_definition (owner_id, schedule_id, schedule_name, since, schedule_type,
    cron_expression, interval_value, interval_unit, run_at, timezone, anchor_at, end_at, next_run_at)
SELECT owner_id, id, name, clock_timestamp(), schedule_type, cron_expression, interval_value, interval_unit,
    run_at, timezone, anchor_at, end_at, next_run_at
FROM schedules_schedule ORDER BY id
"""


class Migration(migrations.Migration):

    dependencies = [
        ('schedules', '0004_ledger_references'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(
            model_name='execution',
            name='former_schedule_id',
            field=models.BigIntegerField(help_text='Whose occurrence it was, once that schedule is deleted.', null=True),
        ),
        migrations.AddField(
            model_name='schedule',
            name='jitter_seconds',
            field=models.PositiveIntegerField(default=0, help_text='Each run starts up to so much later, at random: spreads a crowd.'),
        ),
        migrations.AddField(
            model_name='schedule',
            name='pause_after_failures',
            field=models.PositiveSmallIntegerField(default=10, help_text='Failed runs in a row after which it is switched off; 0 never does that.'),
        ),
        migrations.AlterField(
            model_name='execution',
            name='schedule',
            field=models.ForeignKey(db_constraint=False, db_index=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='executions', to='schedules.schedule'),
        ),
        migrations.CreateModel(
            name='Definition',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('schedule_id', models.BigIntegerField()),
                ('schedule_name', models.CharField(max_length=100)),
                ('since', models.DateTimeField()),
                ('schedule_type', models.CharField(choices=[('cron', 'Cron'), ('interval', 'Interval'), ('once', 'Once'), ('manual', 'Manual')], max_length=10)),
                ('cron_expression', models.CharField(blank=True, max_length=200)),
                ('interval_value', models.PositiveIntegerField(null=True)),
                ('interval_unit', models.CharField(blank=True, max_length=10)),
                ('run_at', models.DateTimeField(null=True)),
                ('timezone', models.CharField(max_length=64)),
                ('anchor_at', models.DateTimeField()),
                ('end_at', models.DateTimeField(null=True)),
                ('next_run_at', models.DateTimeField(null=True)),
                ('owner', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'indexes': [models.Index(fields=['schedule_id', 'id'], name='definition_of_schedule')],
            },
        ),
        migrations.CreateModel(
            name='Notification',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(choices=[('schedule_paused', 'Schedule Paused')], max_length=30)),
                ('message', models.TextField()),
                ('created_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                ('read_at', models.DateTimeField(null=True)),
                ('owner', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='notifications', to=settings.AUTH_USER_MODEL)),
                ('schedule', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='notifications', to='schedules.schedule')),
            ],
            options={
                'indexes': [models.Index(fields=['owner', '-id'], name='notification_of_owner')],
            },
        ),
        migrations.CreateModel(
            name='Stop',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('by_staff', models.BooleanField(default=True, editable=False, help_text='Only staff can lift it; else the owner can.')),
                ('note', models.CharField(blank=True, default='', help_text='Why.', max_length=200)),
                ('stopped_by', models.CharField(blank=True, default='', editable=False, max_length=150)),
                ('stopped_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), editable=False)),
                ('owner', models.ForeignKey(blank=True, help_text="Whose runs stand still; empty: everybody's.", null=True, on_delete=django.db.models.deletion.CASCADE, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('owner', 'by_staff'), name='stop_once_per_owner', nulls_distinct=False)],
            },
        ),
        migrations.RunSQL(REMEMBER + FORGET_HISTORY, FORGET + LEAVE_HISTORY),
        migrations.RunSQL(BEGIN_HISTORY, migrations.RunSQL.noop),
    ]
