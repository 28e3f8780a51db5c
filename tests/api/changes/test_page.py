"""docs/live.md is true."""

import os
import re
import sys
from pathlib import Path
from subprocess import PIPE, Popen

from django.contrib.auth.models import User

from feed.events import EVENTS
from tests.api.changes.scenes import change
from tests.api.sockets import token


def test_the_program_of_the_page(web: str, ann: User) -> None:
    page = Path("docs/live.md").read_text()
    (program,) = re.findall(r"^```python\n(.*?)^```", page, re.MULTILINE | re.DOTALL)
    (first, _) = change(ann, 2, name="Morning")
    given = {"BASE": f"http://{web}", "TOKEN": token(ann)["token"], "AFTER": str(first)}
    with Popen(
        [sys.executable, "-c", program], env=os.environ | given, stdout=PIPE, text=True
    ) as running:
        assert running.stdout
        assert running.stdout.readline() == "execution.pending Morning None\n"
        change(ann, event="execution.success", name="Morning")
        assert running.stdout.readline() == "execution.success Morning None\n"
        running.kill()


def test_the_page_names_every_event() -> None:
    page = Path("docs/live.md").read_text()
    for event in EVENTS:
        about, what = event.split(".")
        assert f"`{about}.`" in page
        assert f"`{what}`" in page
