"""Which processes have the pages of the consoles, and that they are checked where nobody has."""

import subprocess
import sys

SETUP = "import sys, django; import scheduler_project.celery; django.setup(); "
# Each page that is looked at has an error that says whose it is.
CHECK = """
from django.contrib.admin.checks import ModelAdminChecks
from django.core import checks
ModelAdminChecks.check = lambda self, page, **_: [checks.Error(page.opts.label_lower)]
print(*(error.msg for error in checks.run_checks(tags=[checks.Tags.admin])))
"""


def said(code: str) -> list[str]:
    command = [sys.executable, "-c", SETUP + code]
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout.split()


def test_beats_and_workers_do_without_the_pages() -> None:
    """A third of a second of each start, and 35 MB of each process."""
    loaded = set(said("print(*sys.modules)"))
    assert "schedules.models" in loaded
    assert not {"schedules.admin", "django_celery_beat.admin", "console.admin"} & loaded


def test_pages_are_checked_all_the_same() -> None:
    """Those of both consoles."""
    checked = said(CHECK)
    assert {checked.count(name) for name in ("schedules.schedule", "agents.agent")} == {2}
