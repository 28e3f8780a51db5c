from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from scheduler_project.api.json import Renderer
from schedules import watching
from schedules.api.serializers import ExecutionDetailSerializer


class Command(BaseCommand):
    """Print each run as it ends."""

    help = "Print each run as it ends."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--until-success",
            action="store_true",
            help="End with the first timed run that succeeds, printed as a line of JSON.",
        )

    def handle(self, *args: Any, until_success: bool, **options: Any) -> None:
        for execution in watching.ended_runs(watching.start_of_this_stack()):
            self.stdout.write(watching.line(execution))
            self.stdout.flush()
            if until_success and watching.is_good(execution):
                shown = Renderer().render(ExecutionDetailSerializer(execution).data)
                self.stdout.write(shown.decode())
                return
