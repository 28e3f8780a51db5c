"""What several commands take as arguments, each refusal a sentence."""

from argparse import ArgumentTypeError
from datetime import datetime

from django.contrib.auth.models import User
from django.core.management.base import CommandError, CommandParser

from scheduler_project.text import problem_with

LONGEST_NAME = 150


def at_least_one(text: str) -> int:
    """The number; a sentence about what is no whole number from 1 on."""
    if text.isdecimal() and int(text) >= 1:
        return int(text)
    raise ArgumentTypeError(f"{text!r} is not a whole number from 1 on.")


def instant(text: str) -> datetime:
    """The ISO 8601 instant; a sentence about what is none, or has no offset."""
    try:
        parsed = datetime.fromisoformat(text)
    except ValueError:
        raise ArgumentTypeError(f"{text!r} is no ISO 8601 time.") from None
    if parsed.tzinfo is None:
        # An offset needs a time before it.
        local = text if ":" in text else parsed.isoformat()
        raise ArgumentTypeError(f"{text!r} has no offset: write {local}Z for UTC.")
    return parsed


def add_owner(parser: CommandParser) -> None:
    """--owner NAME: one owner instead of the whole system."""
    parser.add_argument("--owner", metavar="NAME", help="This owner's only; else everybody's.")


def owner_named(username: str | None) -> User | None:
    """The owner, None where everybody is meant; CommandError if nobody has that name."""
    if username is None:
        return None
    # A terminal can send what the database cannot even be asked for.
    storable = not problem_with(username, LONGEST_NAME)
    if storable and (found := User.objects.filter(username=username).first()):
        return found
    raise CommandError(f"There is no user {username!r}.")
