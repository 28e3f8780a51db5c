from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand

from journal.actors import by_command
from scheduler_project.environment import kept_secret
from scheduler_project.errors import Conflict
from schedules import demo


class Command(BaseCommand):
    """Create the demo, or set its one-off anew, and say how to log in."""

    help = "Create the demo owner, agent and schedules, and print the login."

    def handle(self, *args: Any, **options: Any) -> None:
        password = kept_secret(settings.DATA_DIR / "demo_password", length=9)
        try:
            with by_command("demo"):
                owner = demo.prepare(password)
        except (Conflict, ValidationError) as error:
            self.stdout.write(f"No demo, as this deployment's settings refuse it: {error}")
            return
        if owner.check_password(password):
            self.stdout.write(f"login: {demo.OWNER} / {password}")
        else:
            self.stdout.write(f"login: {demo.OWNER}, with the password that was set elsewhere")
