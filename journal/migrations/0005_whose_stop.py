"""A stop of one owner's is called so: once its owner is gone, nothing else says whose it was."""

from django.db import migrations

NAME = """
CREATE OR REPLACE FUNCTION journal_name(kind text, of jsonb) RETURNS text LANGUAGE sql {kind} AS $$
    SELECT CASE kind
        WHEN 'budget' THEN trim_scale((of ->> 'amount')::numeric) || ' ' || (of ->> 'unit')
            || ' a ' || (of ->> 'period')
        WHEN 'stop' THEN {stop}
        ELSE of ->> 'name' END
$$;
"""
# A function of its own, as a subquery would keep journal_name from being inlined (0003).
CREATE = """
CREATE FUNCTION journal_stop(owner integer) RETURNS text LANGUAGE sql STABLE AS $$
    SELECT 'everything' || coalesce(
        ' of ' || coalesce((SELECT username FROM auth_user WHERE id = owner), owner::text), '')
$$;
""" + NAME.format(kind="STABLE", stop="journal_stop((of ->> 'owner_id')::integer)")
DROP = NAME.format(kind="IMMUTABLE", stop="'everything'") + "DROP FUNCTION journal_stop(integer);"


class Migration(migrations.Migration):
    dependencies = [("journal", "0004_accounts")]

    operations = [migrations.RunSQL(CREATE, DROP)]
