import time
from typing import Any

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError, CommandParser

from schedules.loads import Load
from schedules.management.arguments import at_least_one, instant
from schedules.models import Schedule
from schedules.services.bulk import load_schedules


class Command(BaseCommand):
    """Fill the database with schedules, for trials and benchmarks."""

    help = "Add many schedules, with owners and agents of their own, for trials and benchmarks."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--count", type=at_least_one, required=True, help="How many.")
        parser.add_argument(
            "--every",
            type=at_least_one,
            metavar="SECONDS",
            help="An interval of this length, phases spread evenly over it; else daily crons.",
        )
        parser.add_argument(
            "--due-at",
            type=instant,
            metavar="INSTANT",
            help="The next occurrence of all of them, such as 2030-01-31T12:00:00Z.",
        )
        parser.add_argument(
            "--overlap",
            choices=Schedule.Overlap.values,
            default=Load.overlap_policy,
            help="What becomes of a run while another one is still going on.",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        load = Load(options["count"], options["every"], options["due_at"], options["overlap"])
        begun = time.monotonic()
        try:
            for done in load_schedules(load):
                self.stdout.write(f"\r{done:,} of {load.count:,}", ending="")
                self.stdout.flush()
        except ValidationError as error:
            raise CommandError(" ".join(error.messages)) from None
        seconds = time.monotonic() - begun
        self.stdout.write(
            f"\r{load.count:,} schedules in {seconds:.1f} s: {load.count / seconds:,.0f} rows/s"
        )
