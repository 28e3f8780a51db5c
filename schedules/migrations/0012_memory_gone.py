"""What the runs of a schedule remember goes with it: nobody else reads it."""

from django.db import migrations

# EXECUTE, as in 0006: planned for the rows at hand.
TRIGGER = """
CREATE FUNCTION memory_schedule_gone() RETURNS trigger LANGUAGE plpgsql
SET search_path FROM CURRENT AS $$
BEGIN
    EXECUTE 'DELETE FROM agents_memory m USING gone WHERE m.scope = ''schedule:'' || gone.id';
    RETURN NULL;
END $$;
CREATE TRIGGER memory_schedule_gone AFTER DELETE ON schedules_schedule
REFERENCING OLD TABLE AS gone FOR EACH STATEMENT EXECUTE FUNCTION memory_schedule_gone();
"""
UNDO = "DROP FUNCTION memory_schedule_gone() CASCADE;"
# Of those that were deleted before.
FORGET = """
DELETE FROM agents_memory m WHERE m.scope LIKE 'schedule:%'
AND NOT EXISTS (SELECT FROM schedules_schedule s WHERE m.scope = 'schedule:' || s.id);
"""


class Migration(migrations.Migration):
    dependencies = [("schedules", "0011_reserved_wide")]

    operations = [
        migrations.RunSQL(TRIGGER, UNDO),
        migrations.RunSQL(FORGET, migrations.RunSQL.noop),
    ]
