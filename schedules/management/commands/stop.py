from shlex import quote
from typing import Any

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError, CommandParser

from journal.actors import by_command
from schedules import services
from schedules.management.arguments import add_owner, owner_named


class Command(BaseCommand):
    """Stop everything from a terminal, when the web server is what is on fire."""

    help = "Let nothing start, and halt what runs, until `manage.py resume`."

    def add_arguments(self, parser: CommandParser) -> None:
        add_owner(parser)
        parser.add_argument("--note", default="", help="Why.")

    def handle(self, *args: Any, **options: Any) -> None:
        owner = owner_named(options["owner"])
        try:
            with by_command("stop"):
                stop = services.stop(owner=owner, by="manage.py", note=options["note"])
        except ValidationError as error:
            raise CommandError(f"--note: {' '.join(error.messages)}") from None
        scope = f" --owner {quote(owner.username)}" if owner else ""
        self.stdout.write(f"Stopped: {stop}. It goes on with `manage.py resume{scope}`.")
