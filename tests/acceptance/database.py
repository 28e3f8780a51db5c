"""Databases for installations: migrated once, then copied."""

import os
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Self
from urllib.parse import urlsplit
from uuid import uuid4

import psycopg2

from benchmarks.databases import drop, on_server

ROOT = Path(__file__).resolve().parents[2]
PASSWORD = "correct horse battery"
OWNERS = ("ada", "eve")
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
        on_server(os.environ["DATABASE_URL"], f"CREATE DATABASE {self.name}{source}")
        return self

    def __exit__(self, *error: object) -> None:
        drop(os.environ["DATABASE_URL"], self.name)

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

    def execute(self, statement: str, values: Mapping[str, object] | None = None) -> None:
        """Have a statement done and committed, without Django."""
        connection = psycopg2.connect(self.url)
        try:
            with connection, connection.cursor() as cursor:
                cursor.execute(statement, values)
        finally:
            connection.close()
