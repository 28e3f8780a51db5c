"""Whatever changes an execution or a schedule is on the feed, whoever does it and however."""

from django.db import migrations


def trigger(name: str, table: str, when: str, body: str, fires: str) -> str:
    """A trigger after a statement or row, and its function."""
    return f"""
CREATE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
BEGIN
    {body};
    RETURN NULL;
END $$;
CREATE TRIGGER {name} AFTER {when} ON {table} {fires} EXECUTE FUNCTION {name}();
"""


FRESH = "REFERENCING NEW TABLE AS fresh FOR EACH STATEMENT"
GONE = "REFERENCING OLD TABLE AS gone FOR EACH STATEMENT"
OF_EXECUTION = "INSERT INTO feed_change (owner_id, event, execution_id, schedule_id, name, attempt, reason)"
OF_SCHEDULE = "INSERT INTO feed_change (owner_id, event, schedule_id, name, reason)"
OF_NOTIFICATION = "INSERT INTO feed_change (owner_id, event, schedule_id, notification_id, name, reason)"

TRIGGERS = (
    # Thousands at a time, in one statement.
    trigger(
        "feed_execution_recorded", "schedules_execution", "INSERT",
        f"""{OF_EXECUTION}
    SELECT owner_id, 'execution.' || state, id, schedule_id, schedule_name, attempt, reason
    FROM fresh ORDER BY id""",
        fires=FRESH,
    )
    # For each row, as only then "OF state" is allowed: no heartbeat, nor a message that is
    # published again, pays for it.
    + trigger(
        "feed_execution_changed", "schedules_execution", "UPDATE OF state",
        f"""{OF_EXECUTION}
    VALUES (NEW.owner_id, 'execution.' || NEW.state, NEW.id, NEW.schedule_id, NEW.schedule_name,
            NEW.attempt, NEW.reason)""",
        fires="FOR EACH ROW WHEN (OLD.state IS DISTINCT FROM NEW.state)",
    )
    + trigger(
        "feed_schedule_created", "schedules_schedule", "INSERT",
        f"{OF_SCHEDULE} SELECT owner_id, 'schedule.created', id, name, '' FROM fresh ORDER BY id",
        fires=FRESH,
    )
    # Beats move schedules on without touching updated_at.
    + trigger(
        "feed_schedule_changed", "schedules_schedule", "UPDATE OF enabled, updated_at",
        f"""{OF_SCHEDULE}
    VALUES (NEW.owner_id, 'schedule.' || CASE WHEN OLD.enabled = NEW.enabled THEN 'updated'
                WHEN NEW.enabled THEN 'enabled' ELSE 'disabled' END,
            NEW.id, NEW.name, left(NEW.note, 200))""",
        fires="FOR EACH ROW WHEN ((OLD.enabled, OLD.updated_at)"
        " IS DISTINCT FROM (NEW.enabled, NEW.updated_at))",
    )
    + trigger(
        "feed_schedule_deleted", "schedules_schedule", "DELETE",
        f"{OF_SCHEDULE} SELECT owner_id, 'schedule.deleted', id, name, '' FROM gone ORDER BY id",
        fires=GONE,
    )
    + trigger(
        "feed_notified", "schedules_notification", "INSERT",
        f"""{OF_NOTIFICATION}
    SELECT fresh.owner_id, 'notification.' || kind, schedule_id, fresh.id,
           coalesce(s.name, ''), left(message, 200)
    FROM fresh LEFT JOIN schedules_schedule s ON s.id = schedule_id ORDER BY fresh.id""",
        fires=FRESH,
    )
    # Planned each time (schedules' migration 0006 says why).
    + trigger(
        "feed_owner_gone", "auth_user", "DELETE",
        "EXECUTE 'DELETE FROM feed_change c USING gone WHERE c.owner_id = gone.id'",
        fires=GONE,
    )
)
NAMES = (
    *("feed_execution_recorded", "feed_execution_changed", "feed_schedule_created"),
    *("feed_schedule_changed", "feed_schedule_deleted", "feed_notified", "feed_owner_gone"),
)
UNDO = "".join(f"DROP FUNCTION {name}() CASCADE;" for name in NAMES)


class Migration(migrations.Migration):

    dependencies = [
        ('feed', '0001_initial'),
        ('schedules', '0008_first_start'),
    ]

    operations = [migrations.RunSQL(TRIGGERS, UNDO)]
