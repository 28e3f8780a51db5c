"""Real servers out of pip packages, for a machine that has none: PostgreSQL, Valkey, a model.

`start` runs them, `running` finds them. No Django in here.
"""

from scheduler_project.embedded.errors import EmbeddedError
from scheduler_project.embedded.services import Services, erase, running, start

__all__ = ["EmbeddedError", "Services", "erase", "running", "start"]
