"""Who gave whom which rights is in the journal: users, groups, and what belongs to them."""

from django.conf import settings
from django.db import migrations, models

USER = (
    *("username", "first_name", "last_name", "email"),
    *("password", "is_active", "is_staff", "is_superuser"),
)
# By table: its kind, whose thing it is, its fields.
WATCHED = {
    "auth_user": ("user", "r.id", USER),
    "auth_group": ("group", "NULL", ("name",)),
}
# By table of what somebody is given: whose, what, and how it is called there.
GIVEN = {
    "auth_user_groups": ("user", "group", "groups"),
    "auth_user_user_permissions": ("user", "permission", "permissions"),
    "auth_group_permissions": ("group", "permission", "permissions"),
}
# What it is called in words.
NAMES = {"user": "username", "group": "name"}
SAID = {
    "group": "SELECT id, name AS said FROM auth_group",
    "permission": "SELECT p.id, app_label || '.' || codename AS said FROM auth_permission p"
    " JOIN django_content_type c ON c.id = content_type_id",
}
# What somebody had before, of what they have now and the rows that came or went.
BEFORE = {"INSERT": "EXCEPT", "DELETE": "UNION"}
NOTE = "INSERT INTO journal_entry (owner_id, kind, object_id, name, action, actor, via, changes)"
# Loads for trials make users, too.
NOTED = "WHEN (current_setting('journal.off', true) IS DISTINCT FROM 'on')"


def function(name: str, on: str, body: str) -> str:
    """A trigger and its function."""
    return f"""
CREATE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
BEGIN
    {body};
    RETURN NULL;
END $$;
CREATE TRIGGER journal_{on} EXECUTE FUNCTION {name}();
"""


def of_table(table: str) -> str:
    """Its rows made, changed and deleted."""
    kind, owner, fields = WATCHED[table]
    columns = f"'{{{','.join(fields)}}}'"

    def noted(action: str, rows: str, before: str, after: str) -> str:
        return (
            f"{NOTE} SELECT {owner}, '{kind}', r.id, r.{NAMES[kind]}, '{action}', actor, via,"
            f" journal_changes({before}, {after}, {columns}) FROM {rows} r, journal_by()"
        )

    old, new = (", ".join(f"{row}.{field}" for field in fields) for row in ("OLD", "NEW"))
    return (
        function(
            f"journal_{kind}_created",
            f"created AFTER INSERT ON {table} REFERENCING NEW TABLE AS rows"
            f" FOR EACH STATEMENT {NOTED}",
            noted("created", "rows", "NULL", "to_jsonb(r)") + " ORDER BY r.id",
        )
        + function(
            f"journal_{kind}_deleted",
            f"deleted AFTER DELETE ON {table} REFERENCING OLD TABLE AS rows FOR EACH STATEMENT",
            noted("deleted", "rows", "to_jsonb(r)", "NULL") + " ORDER BY r.id",
        )
        # No sign-in: that sets last_login only.
        + function(
            f"journal_{kind}_changed",
            f"changed AFTER UPDATE OF {', '.join(fields)} ON {table} FOR EACH ROW"
            f" WHEN (ROW({old}) IS DISTINCT FROM ROW({new}))",
            noted("changed", "(SELECT NEW.*)", "to_jsonb(OLD)", "to_jsonb(NEW)"),
        )
    )


def of_given(table: str) -> str:
    """What somebody is given, or deprived of: all that they had of it before and have now."""
    kind, thing, field = GIVEN[table]
    pair = f"{kind}_id, {thing}_id"

    def body(action: str) -> str:
        def said(rows: str) -> str:
            return (
                f"(SELECT jsonb_agg(said ORDER BY said) FROM {rows} x"
                f" JOIN ({SAID[thing]}) y ON y.id = x.{thing}_id WHERE x.{kind}_id = r.id)"
            )

        owner = WATCHED[f"auth_{kind}"][1]
        return f"""WITH now AS (SELECT {pair} FROM {table}
              WHERE {kind}_id IN (SELECT {kind}_id FROM rows)),
         before AS (TABLE now {BEFORE[action]} SELECT {pair} FROM rows)
    {NOTE} SELECT {owner}, '{kind}', r.id, r.{NAMES[kind]}, 'changed', actor, via,
        jsonb_build_object('{field}', jsonb_build_array({said("before")}, {said("now")}))
    FROM auth_{kind} r, journal_by() WHERE r.id IN (SELECT {kind}_id FROM rows) ORDER BY r.id"""

    return "".join(
        function(
            f"journal_{kind}_{name}_{thing}",
            f"{name} AFTER {action} ON {table} REFERENCING {side} TABLE AS rows FOR EACH STATEMENT",
            body(action),
        )
        for name, action, side in (("given", "INSERT", "NEW"), ("taken", "DELETE", "OLD"))
    )


SHOWN = """
CREATE OR REPLACE FUNCTION journal_shown(name text, value jsonb) RETURNS jsonb
LANGUAGE sql STABLE AS $$
    SELECT CASE
        WHEN value IS NULL THEN NULL
        WHEN name IN ('secrets', 'secret', 'mcp_servers'{hidden}) THEN '"[hidden]"'
        WHEN name = 'agent_id' THEN coalesce(journal_agent(value::text::bigint), value)
        WHEN name IN ('url', 'options') THEN regexp_replace(
            value::text, '(https?://[^"?\\s\\\\]*)\\?[^"\\s\\\\]*', '\\1?[hidden]', 'gi')::jsonb
        ELSE value END
$$;
"""
CREATE = SHOWN.format(hidden=", 'password'") + "".join(
    [of_table(table) for table in WATCHED] + [of_given(table) for table in GIVEN]
)
DROP = "".join(
    [
        f"DROP FUNCTION journal_{kind}_{action}() CASCADE;\n"
        for kind, _, _ in WATCHED.values()
        for action in ("created", "deleted", "changed")
    ]
    + [
        f"DROP FUNCTION journal_{kind}_{name}_{thing}() CASCADE;\n"
        for kind, thing, _ in GIVEN.values()
        for name in ("given", "taken")
    ]
) + SHOWN.format(hidden="")


class Migration(migrations.Migration):
    dependencies = [
        ("journal", "0003_quicker"),
        ("auth", "0012_alter_user_first_name_max_length"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AlterField(
            "entry",
            "kind",
            models.CharField(
                max_length=10,
                choices=[
                    ("schedule", "Schedule"),
                    ("agent", "Agent"),
                    ("budget", "Budget"),
                    ("webhook", "Hook"),
                    ("api_key", "API key"),
                    ("stop", "Stop"),
                    ("user", "User"),
                    ("group", "Group"),
                ],
            ),
        ),
        migrations.RunSQL(CREATE, DROP),
    ]
