"""Databases for installations: migrated once, then copied."""

import os
import subprocess
import sys
from pathlib import Path
from typing import Any, Self
from urllib.parse import urlsplit
from uuid import uuid4

import psycopg2

ROOT = Path(__file__).resolve().parents[2]
PASSWORD = "correct horse battery"
OWNERS = ("ada", "eve")
CUT_OFF = """
SELECT pg_terminate_backend(pid) FROM pg_stat_activity
WHERE datname = '{database}' AND usename = current_user
"""
MAKE_OWNERS = f"""
from django.contrib.auth.models import User
for name in {OWNERS}:
    User.objects.create_user(name, password={PASSWORD!r})
"""


class Database:
    """A database on the tests' server; a context manager that drops it."""

    def __init__(self, template: "Database | None" = None) -> None:
        self.name = f"acceptance_{uuid4().hex[:12]}"
        self.url = urlsplit(os.environ["DATABASE_URL"])._replace(path=f"/{self.name}").geturl()
        self.template = template

    def __enter__(self) -> Self:
        source = f" TEMPLATE {self.template.name}" if self.template else ""
        on_server(f"CREATE DATABASE {self.name}{source}")
        return self

    def __exit__(self, *error: object) -> None:
        # WITH (FORCE) would be refused while PostgreSQL's own autovacuum is at it.
        on_server(CUT_OFF.format(database=self.name))
        on_server(f"DROP DATABASE {self.name}")

    def fill(self) -> None:
        """Migrate it and make its owners, who are nobody special."""
        self.manage("migrate", "--no-input")
        self.manage("shell", "-v0", "-c", MAKE_OWNERS)

    def manage(self, *arguments: str) -> str:
        """The output of a command of manage.py on this database."""
        done = subprocess.run(
            [sys.executable, "manage.py", *arguments],
            cwd=ROOT,
            env={**os.environ, "DATABASE_URL": self.url},
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    def query(self, statement: str, *values: object) -> list[tuple[Any, ...]]:
        """Rows, read without Django."""
        connection = psycopg2.connect(self.url)
        try:
            with connection, connection.cursor() as cursor:
                cursor.execute(statement, values)
                return cursor.fetchall()
        finally:
            connection.close()

    def execute(self, statement: str) -> None:
        """Have a statement done and committed, without Django."""
        connection = psycopg2.connect(self.url)
        try:
            with connection, connection.cursor() as cursor:
                cursor.execute(statement)
        finally:
            connection.close()


def on_server(statement: str) -> None:
    """Execute a statement outside any transaction."""
    connection = psycopg2.connect(os.environ["DATABASE_URL"])
    connection.autocommit = True
    try:
        connection.cursor().execute(statement)
    finally:
        connection.close()
