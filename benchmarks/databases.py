"""Databases made and dropped on a server, whoever is using them."""

import psycopg2

CUT_OFF = """
SELECT pg_terminate_backend(pid) FROM pg_stat_activity
WHERE datname = '{database}' AND usename = current_user
"""


def on_server(url: str, statement: str) -> list[tuple[str, ...]]:
    """Execute a statement outside any transaction; returns its rows."""
    connection = psycopg2.connect(url)
    connection.autocommit = True
    try:
        with connection.cursor() as cursor:
            cursor.execute(statement)
            return cursor.fetchall() if cursor.description else []
    finally:
        connection.close()


def drop(url: str, name: str) -> None:
    """Cut off whoever uses it, and drop it; no such database is fine."""
    # WITH (FORCE) would be refused while PostgreSQL's own autovacuum is at it.
    on_server(url, CUT_OFF.format(database=name))
    on_server(url, f"DROP DATABASE IF EXISTS {name}")
