"""Deliveries are written with the change itself; they go with their hook, and hooks with their owner."""

from django.conf import settings
from django.db import migrations

# Hooks that are there at that moment stay until the change is committed (FOR KEY SHARE), and with
# them the deliveries. Whoever is just deleting one is not waited for: the hook gets nothing more.
# Edits of hooks lock nothing that this would skip (FOR NO KEY UPDATE).
# Without enable_seqscan the plan, which a connection keeps, looks an owner's hooks up in their
# index, whatever was there when it was made: right for one change as for ten thousand.
RECORDED = """
CREATE FUNCTION hooks_change_recorded() RETURNS trigger LANGUAGE plpgsql
SET search_path FROM CURRENT SET enable_seqscan = off AS $$
BEGIN
    IF EXISTS (SELECT FROM hooks_hook WHERE enabled) THEN
        INSERT INTO hooks_delivery (hook_id, change_id, event, data, occurred_at)
        SELECT h.id, c.id, c.event, jsonb_build_object(
            'sequence', c.id, 'execution', c.execution_id, 'schedule', c.schedule_id,
            'notification', c.notification_id, 'name', c.name, 'attempt', c.attempt,
            'reason', c.reason), c.at
        FROM fresh c JOIN hooks_hook h ON h.owner_id = c.owner_id
        WHERE h.enabled AND (h.schedule_id IS NULL OR h.schedule_id = c.schedule_id)
          AND h.events ?| ARRAY[c.event, split_part(c.event, '.', 1) || '.*', '*']
        ORDER BY c.id FOR KEY SHARE OF h SKIP LOCKED;
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER hooks_change_recorded AFTER INSERT ON feed_change
REFERENCING NEW TABLE AS fresh FOR EACH STATEMENT EXECUTE FUNCTION hooks_change_recorded();
"""


def gone(name: str, table: str, statement: str) -> str:
    """The trigger on a table that others refer to; the statement calls its deleted rows `gone`."""
    return f"""
CREATE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
BEGIN
    EXECUTE '{statement}';
    RETURN NULL;
END $$;
CREATE TRIGGER {name} AFTER DELETE ON {table}
REFERENCING OLD TABLE AS gone FOR EACH STATEMENT EXECUTE FUNCTION {name}();
"""


TRIGGERS = (
    RECORDED
    + gone(
        "hooks_hook_gone",
        "hooks_hook",
        "DELETE FROM hooks_delivery d USING gone WHERE d.hook_id = gone.id",
    )
    + gone(
        "hooks_owner_gone",
        "auth_user",
        "DELETE FROM hooks_hook h USING gone WHERE h.owner_id = gone.id",
    )
)
UNDO = "".join(
    f"DROP FUNCTION {name}() CASCADE;"
    for name in ("hooks_change_recorded", "hooks_hook_gone", "hooks_owner_gone")
)


class Migration(migrations.Migration):

    dependencies = [
        ('feed', '0002_triggers'),
        ('hooks', '0001_initial'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [migrations.RunSQL(TRIGGERS, UNDO)]
