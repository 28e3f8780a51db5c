"""What has ended, added up; its owner's rows go with the owner, whoever deletes that."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import schedules.states

OWNER = """
ALTER TABLE schedules_tally ADD CONSTRAINT tally_of_owner
FOREIGN KEY (owner_id) REFERENCES auth_user ON DELETE CASCADE
"""
UNDO = "ALTER TABLE schedules_tally DROP CONSTRAINT tally_of_owner"


class Migration(migrations.Migration):

    dependencies = [
        ('schedules', '0012_crontabs_by_value'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='Tally',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('hour', models.DateTimeField(help_text='Its beginning; hours are those of UTC.')),
                ('state', models.CharField(choices=[('pending', 'Pending'), ('running', 'Running'), ('waiting', 'Waiting'), ('success', 'Success'), ('failed', 'Failed'), ('cancelled', 'Cancelled'), ('skipped', 'Skipped'), ('missed', 'Missed')], max_length=10)),
                ('count', models.IntegerField()),
                ('owner', models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'indexes': [models.Index(fields=['hour', 'state'], include=('count',), name='tally_of_hour')],
                'constraints': [models.UniqueConstraint(fields=('owner', 'hour', 'state'), include=('count',), name='tally_once'), models.CheckConstraint(condition=models.Q(('count__gt', 0)), name='tally_of_something'), models.CheckConstraint(condition=models.Q(('state__in', (schedules.states.State['SUCCESS'], schedules.states.State['FAILED'], schedules.states.State['CANCELLED'], schedules.states.State['SKIPPED'], schedules.states.State['MISSED']))), name='tally_of_final_states')],
            },
        ),
        migrations.RunSQL(OWNER, UNDO),
    ]
