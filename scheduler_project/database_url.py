"""DATABASE_URL turned into what Django wants to know."""

from typing import Any

from psycopg2 import ProgrammingError
from psycopg2.extensions import parse_dsn

SCHEMES = ("postgresql://", "postgres://")
FORM = (
    "postgresql://user:password@host:5432/name, or postgresql://user@/name?host=/socket/directory"
)
DJANGO_NAMES = {
    "dbname": "NAME",
    "user": "USER",
    "password": "PASSWORD",
    "host": "HOST",
    "port": "PORT",
}


def parse(url: str) -> dict[str, Any]:
    """Django's settings of one database for a PostgreSQL URL.

    libpq itself reads the URL, so everything it knows works: several hosts, sockets
    (`?host=/directory`), `sslmode` and the like, which become OPTIONS. ValueError with a
    sentence, that never repeats the URL and so the password, if it is not such a URL.
    """
    if not url.startswith(SCHEMES):
        raise ValueError(f"DATABASE_URL must be a PostgreSQL URL: {FORM}.")
    try:
        parts = parse_dsn(url)
    except ProgrammingError as error:
        # Behind the first quote or colon libpq repeats a part of the URL.
        reason = str(error).replace("invalid dsn: ", "").partition('"')[0].partition(":")[0].strip()
        raise ValueError(f"DATABASE_URL cannot be read ({reason}): use {FORM}.") from None
    if not parts.get("dbname"):
        raise ValueError(f"DATABASE_URL names no database: use {FORM}.")
    settings: dict[str, Any] = {"ENGINE": "scheduler_project.postgresql"}
    settings |= {django: parts.pop(name, "") for name, django in DJANGO_NAMES.items()}
    return settings | {"OPTIONS": parts}
