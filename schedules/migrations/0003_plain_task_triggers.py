"""The triggers that keep PlainTask, and room on the pages of what dispatch updates."""

from django.db import migrations

# One row for each PeriodicTask; a schedule that takes one over removes it again, in
# the same transaction, so that beats never see it.
NEW = """
CREATE FUNCTION plain_task_new() RETURNS trigger LANGUAGE plpgsql
SET search_path FROM CURRENT AS $$
BEGIN
    INSERT INTO schedules_plaintask (periodic_task_id, due_at) SELECT id, now() FROM new_rows
    ON CONFLICT (periodic_task_id) DO UPDATE SET due_at = now(), sending = NULL, changed = false;
    PERFORM pg_notify('agent_scheduler_due', '');
    RETURN NULL;
END $$;
CREATE TRIGGER plain_task_new AFTER INSERT ON django_celery_beat_periodictask
REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION plain_task_new();
"""
OWNED = """
CREATE FUNCTION plain_task_owned() RETURNS trigger LANGUAGE plpgsql
SET search_path FROM CURRENT AS $$
BEGIN
    DELETE FROM schedules_plaintask p USING new_rows n
    WHERE p.periodic_task_id = n.periodic_task_id;
    RETURN NULL;
END $$;
CREATE TRIGGER plain_task_owned AFTER INSERT ON schedules_schedule
REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION plain_task_owned();
"""
GONE = """
CREATE FUNCTION plain_task_gone() RETURNS trigger LANGUAGE plpgsql
SET search_path FROM CURRENT AS $$
BEGIN
    DELETE FROM schedules_plaintask p USING old_rows o WHERE p.periodic_task_id = o.id;
    RETURN NULL;
END $$;
CREATE TRIGGER plain_task_gone AFTER DELETE ON django_celery_beat_periodictask
REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION plain_task_gone();
"""
# What a beat is sending at this moment is left to it: `changed` has it look again.
LOOK_AGAIN = """
    UPDATE schedules_plaintask p SET changed = p.sending IS NOT NULL,
        due_at = CASE WHEN p.sending IS NULL THEN now() ELSE p.due_at END
"""
NOTIFY_IF_FOUND = """
    IF FOUND THEN PERFORM pg_notify('agent_scheduler_due', ''); END IF;
    RETURN NULL;
"""
# Not for what beats themselves write at every run: a later last_run_at, total_run_count.
CHANGED = f"""
CREATE FUNCTION plain_task_changed() RETURNS trigger LANGUAGE plpgsql
SET search_path FROM CURRENT AS $$
BEGIN
    {LOOK_AGAIN} WHERE p.periodic_task_id = NEW.id;
    {NOTIFY_IF_FOUND}
END $$;
CREATE TRIGGER plain_task_changed AFTER UPDATE ON django_celery_beat_periodictask FOR EACH ROW
WHEN ((OLD.date_changed, OLD.enabled, OLD.one_off, OLD.start_time, OLD.expires, OLD.interval_id,
       OLD.crontab_id, OLD.clocked_id, OLD.solar_id, OLD.headers)
      IS DISTINCT FROM
      (NEW.date_changed, NEW.enabled, NEW.one_off, NEW.start_time, NEW.expires, NEW.interval_id,
       NEW.crontab_id, NEW.clocked_id, NEW.solar_id, NEW.headers)
      OR NEW.last_run_at IS NULL AND OLD.last_run_at IS NOT NULL
      OR NEW.last_run_at < coalesce(OLD.last_run_at, OLD.date_changed))
EXECUTE FUNCTION plain_task_changed();
"""


def retimed(kind: str) -> str:
    """The trigger on one of django-celery-beat's four kinds of schedules."""
    return f"""
CREATE FUNCTION plain_task_{kind}() RETURNS trigger LANGUAGE plpgsql
SET search_path FROM CURRENT AS $$
BEGIN
    {LOOK_AGAIN} FROM django_celery_beat_periodictask t
    WHERE t.{kind}_id = NEW.id AND p.periodic_task_id = t.id;
    {NOTIFY_IF_FOUND}
END $$;
CREATE TRIGGER plain_task_{kind} AFTER UPDATE ON django_celery_beat_{kind}schedule
FOR EACH ROW WHEN (OLD IS DISTINCT FROM NEW) EXECUTE FUNCTION plain_task_{kind}();
"""


KINDS = ("interval", "crontab", "clocked", "solar")
FILL = """
INSERT INTO schedules_plaintask (periodic_task_id, due_at)
SELECT id, now() FROM django_celery_beat_periodictask t
WHERE NOT EXISTS (SELECT 1 FROM schedules_schedule s WHERE s.periodic_task_id = t.id)
ON CONFLICT DO NOTHING;
"""
# Dispatch writes PeriodicTask's counters at each run: with room on the page, none of the
# table's seven indexes is touched (a heap-only tuple).
ROOM = "ALTER TABLE django_celery_beat_periodictask SET (fillfactor = 50);"
UNDO = "ALTER TABLE django_celery_beat_periodictask RESET (fillfactor);" + "".join(
    f"DROP FUNCTION plain_task_{name}() CASCADE;" for name in ("new", "owned", "gone", "changed", *KINDS)
)


class Migration(migrations.Migration):
    dependencies = [("schedules", "0002_plain_tasks")]

    operations = [
        migrations.RunSQL(
            NEW + OWNED + GONE + CHANGED + "".join(map(retimed, KINDS)) + FILL + ROOM, UNDO
        ),
    ]
