"""How tests that commit leave the database: empty, in a few milliseconds.

Django truncates every table, which makes hundreds of files anew, and then writes all permissions
again: two fifths of the time of such a test.
"""

from typing import Any

from django.db import connection
from django.test import TransactionTestCase

# What migrations leave behind, and tests do not touch.
KEPT = ("django_migrations", "django_content_type", "auth_permission")
# Large tables come first, and are quicker made anew. Foreign keys are looked at when all is gone;
# what triggers have written meanwhile, into the audit log and the feed, goes the second time.
EMPTY = """
DO $$
DECLARE found record;
BEGIN
    FOR turn IN 1..2 LOOP
        FOR found IN
            SELECT oid::regclass AS name, pg_relation_size(oid) AS size FROM pg_class
            WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace
                AND relname <> ALL (ARRAY[{kept}]) AND pg_relation_size(oid) > 0
            ORDER BY size DESC
        LOOP
            EXECUTE format(
                CASE WHEN turn = 1 AND found.size > 2 ^ 20 THEN 'TRUNCATE %s CASCADE'
                ELSE 'DELETE FROM %s' END, found.name);
        END LOOP;
    END LOOP;
END $$
""".format(kept=", ".join(f"'{name}'" for name in KEPT))


def empty(_: Any) -> None:
    """In the place of TransactionTestCase._fixture_teardown."""
    with connection.cursor() as cursor:
        cursor.execute(EMPTY)


def patch(patches: Any) -> None:
    """For as long as these patches last (pytest's MonkeyPatch)."""
    patches.setattr(TransactionTestCase, "_fixture_teardown", empty)
