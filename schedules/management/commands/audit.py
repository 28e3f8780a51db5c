from datetime import UTC, datetime
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import DatabaseError

from schedules.audit import Report, audit
from schedules.management.arguments import instant

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
SHOWN = 20


class Command(BaseCommand):
    """Account for every occurrence: the proof that none was lost and none was made twice."""

    help = (
        "Compute every occurrence of every schedule again from the history of its definitions, "
        "and find the one row of the ledger that accounts for it. Ends with 1 if any is missing "
        "or accounted for twice."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--since",
            type=instant,
            default=EPOCH,
            metavar="INSTANT",
            help="The first instant, such as 2030-01-31T00:00:00Z; else all there is.",
        )
        parser.add_argument("--until", type=instant, metavar="INSTANT", help="The last; else now.")
        parser.add_argument(
            "--all", action="store_true", help=f"Print every exception, not the first {SHOWN}."
        )

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            report = audit(options["since"], options["until"])
        except DatabaseError as error:
            raise CommandError(f"The database does not answer: {error}") from None
        self._print_counts(report)
        shown = report.exceptions if options["all"] else report.exceptions[:SHOWN]
        for exception in shown:
            self.stdout.write(f"  {exception}")
        if count := len(report.exceptions):
            more = count - len(shown)
            rest = f" {more:,} more are shown with --all." if more else ""
            raise CommandError(f"{count:,} exceptions.{rest}")
        self.stdout.write("Every occurrence has exactly one disposition.")

    def _print_counts(self, report: Report) -> None:
        self.stdout.write(
            f"{report.schedules:,} schedules, {report.definitions:,} definitions, "
            f"{report.occurrences:,} occurrences:"
        )
        for state, count in sorted(report.dispositions.items()):
            self.stdout.write(f"  {state:<20}{count:>12,}")
        if report.overdue:
            self.stdout.write(f"{report.overdue:,} schedules are due and wait for a beat.")
