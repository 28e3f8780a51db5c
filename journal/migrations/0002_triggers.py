"""Whatever changes what somebody has defined is in the journal, whoever does it and however."""

from django.db import migrations

HIDDEN = ("secrets", "secret", "mcp_servers")
WATCHED = {
    "schedule": (
        "schedules_schedule",
        ("name", "description", "agent_id", "command", "schedule_type", "cron_expression",
         "interval_value", "interval_unit", "run_at", "timezone", "start_at", "end_at", "max_runs",
         "overlap_policy", "missed_policy", "misfire_grace_seconds", "jitter_seconds",
         "max_attempts", "retry_backoff_seconds", "timeout_seconds", "pause_after_failures"),
        ("enabled", "note"),
    ),
    "agent": (
        "agents_agent",
        ("name", "description", "runner", "model", "instructions", "options", "secrets",
         "fallback_models", "output_schema", "tools", "mcp_servers", "max_output_tokens",
         "max_llm_calls"),
        (),
    ),
    "budget": ("agents_budget", ("schedule_id", "unit", "period", "amount", "action"), ()),
    "webhook": (
        "hooks_hook",
        ("name", "url", "events", "schedule_id", "secret"),
        ("enabled", "disabled_reason"),
    ),
    "api_key": ("accounts_apikey", ("name", "scope", "expires_at"), ()),
    "stop": ("schedules_stop", ("by_staff", "note"), ()),
}

FUNCTIONS = """
-- Who is at it, as journal.actors says before the statement; nobody: the system itself.
CREATE FUNCTION journal_by(OUT actor text, OUT via text) LANGUAGE sql STABLE AS $$
    SELECT coalesce(said ->> 'actor', ''), coalesce(said ->> 'via', '')
    FROM (SELECT nullif(current_setting('journal.by', true), '')::jsonb AS said) AS s
$$;

CREATE FUNCTION journal_name(kind text, of jsonb) RETURNS text LANGUAGE sql IMMUTABLE AS $$
    SELECT CASE kind
        WHEN 'budget' THEN trim_scale((of ->> 'amount')::numeric) || ' ' || (of ->> 'unit')
            || ' a ' || (of ->> 'period')
        WHEN 'stop' THEN 'everything'
        ELSE of ->> 'name' END
$$;

-- NULL for what says nothing: a field that is not there yet, and one that is empty, are alike.
CREATE FUNCTION journal_said(value jsonb) RETURNS jsonb LANGUAGE sql IMMUTABLE AS $$
    SELECT CASE WHEN value IN ('null', '""', '[]', '{{}}') THEN NULL ELSE value END
$$;

-- Without what nobody shall read: secrets, and the queries of URLs, which may be keys.
CREATE FUNCTION journal_shown(name text, value jsonb) RETURNS jsonb LANGUAGE sql STABLE
SET search_path FROM CURRENT AS $$
    SELECT CASE
        WHEN value IS NULL THEN NULL
        WHEN name IN ({hidden}) THEN '"[hidden]"'
        WHEN name = 'agent_id' THEN coalesce(
            (SELECT to_jsonb(a.name) FROM agents_agent a WHERE a.id = value::text::bigint), value)
        WHEN name IN ('url', 'options') THEN regexp_replace(
            value::text, '(https?://[^"?\\s\\\\]*)\\?[^"\\s\\\\]*', '\\1?[hidden]', 'gi')::jsonb
        ELSE value END
$$;

CREATE FUNCTION journal_changes(before jsonb, after jsonb, names text[]) RETURNS jsonb
LANGUAGE sql STABLE SET search_path FROM CURRENT AS $$
    SELECT coalesce(jsonb_object_agg(name, jsonb_build_array(
        journal_shown(name, old), journal_shown(name, new))), '{{}}')
    FROM (SELECT name, journal_said(before -> name) AS old, journal_said(after -> name) AS new
          FROM unnest(names) AS name) AS each
    WHERE old IS DISTINCT FROM new
$$;

CREATE FUNCTION journal_changed() RETURNS trigger LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
BEGIN
    INSERT INTO journal_entry (owner_id, kind, object_id, name, action, actor, via, changes)
    SELECT NEW.owner_id, TG_ARGV[0], NEW.id, journal_name(TG_ARGV[0], to_jsonb(NEW)), 'changed',
        actor, via, journal_changes(to_jsonb(OLD), to_jsonb(NEW), TG_ARGV[1]::text[])
    FROM journal_by();
    RETURN NULL;
END $$;
""".format(hidden=", ".join(f"'{name}'" for name in HIDDEN))

# Of all rows of a statement together: imports make and delete them by the thousand.
OF_STATEMENT = """
CREATE FUNCTION journal_{action}() RETURNS trigger LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
BEGIN
    INSERT INTO journal_entry (owner_id, kind, object_id, name, action, actor, via, changes)
    SELECT r.owner_id, TG_ARGV[0], r.id, journal_name(TG_ARGV[0], to_jsonb(r)), '{action}',
        actor, via, journal_changes({before}, {after}, TG_ARGV[1]::text[])
    FROM rows r, journal_by() ORDER BY r.id;
    RETURN NULL;
END $$;
"""


def triggers(kind: str) -> str:
    """Those of one table.

    An update of other columns fires none of them: beats and workers move schedules, budgets and
    hooks on without a word here, nor any cost. The few that they may set besides (`switch`) have
    a trigger of their own, which compares no long texts.
    """
    table, definition, switch = WATCHED[kind]
    told = f"'{kind}', '{{{','.join(definition + switch)}}}'"
    # Loads of a million rows for trials are not journalled (journal.actors.unnoted).
    said = "WHEN (current_setting('journal.off', true) IS DISTINCT FROM 'on')"

    def differs(columns: tuple[str, ...]) -> str:
        old, new = (", ".join(f"{row}.{name}" for name in columns) for row in ("OLD", "NEW"))
        return f"ROW({old}) IS DISTINCT FROM ROW({new})"

    found = f"""
CREATE TRIGGER journal_created AFTER INSERT ON {table} REFERENCING NEW TABLE AS rows
FOR EACH STATEMENT {said} EXECUTE FUNCTION journal_created({told});
CREATE TRIGGER journal_deleted AFTER DELETE ON {table} REFERENCING OLD TABLE AS rows
FOR EACH STATEMENT EXECUTE FUNCTION journal_deleted({told});
CREATE TRIGGER journal_changed AFTER UPDATE OF {", ".join(definition)} ON {table}
FOR EACH ROW WHEN ({differs(definition)}) EXECUTE FUNCTION journal_changed({told});
"""
    if switch:
        found += f"""
CREATE TRIGGER journal_switched AFTER UPDATE OF {", ".join(switch)} ON {table}
FOR EACH ROW WHEN ({differs(switch)} AND NOT {differs(definition)})
EXECUTE FUNCTION journal_changed({told});
"""
    return found


CREATE = (
    FUNCTIONS
    + OF_STATEMENT.format(action="created", before="NULL", after="to_jsonb(r)")
    + OF_STATEMENT.format(action="deleted", before="to_jsonb(r)", after="NULL")
    + "".join(triggers(kind) for kind in WATCHED)
)
DROP = """
DROP FUNCTION journal_created() CASCADE;
DROP FUNCTION journal_deleted() CASCADE;
DROP FUNCTION journal_changed() CASCADE;
DROP FUNCTION journal_changes(jsonb, jsonb, text[]);
DROP FUNCTION journal_shown(text, jsonb);
DROP FUNCTION journal_said(jsonb);
DROP FUNCTION journal_name(text, jsonb);
DROP FUNCTION journal_by();
"""


class Migration(migrations.Migration):

    dependencies = [
        ('journal', '0001_initial'),
        ('accounts', '0001_initial'),
        ('agents', '0002_supervision'),
        ('hooks', '0002_triggers'),
        ('schedules', '0013_tally'),
    ]

    operations = [migrations.RunSQL(CREATE, DROP)]
