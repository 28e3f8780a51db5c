"""What logs and error pages leave out, as it may be anybody's secret."""

import logging
import re
from collections.abc import ItemsView
from types import TracebackType
from typing import Any

from django.http import HttpRequest
from django.views.debug import SafeExceptionReporterFilter


class WithoutQuery(logging.Filter):
    """The web server's lines name addresses, without what somebody has put behind their `?`."""

    def filter(self, record: logging.LogRecord) -> bool:
        """All of them pass, cut."""
        if isinstance(record.args, tuple):
            record.args = tuple(_cut(each) for each in record.args)
        return True


def web_server() -> None:
    """Keep queries out of uvicorn's lines, whichever of them it was told to write."""
    for name in ("uvicorn.access", "uvicorn.error"):
        logging.getLogger(name).addFilter(WithoutQuery())


def _cut(value: object) -> object:
    is_address = isinstance(value, str) and value.startswith("/")
    return str(value).partition("?")[0] if is_address else value


class WithoutValues(SafeExceptionReporterFilter):
    """DEBUG's page without URLs of servers, which hold passwords, and without local variables."""

    hidden_settings = re.compile(
        f"{SafeExceptionReporterFilter.hidden_settings.pattern}|URL|BROKER", re.IGNORECASE
    )

    def get_traceback_frame_variables(
        self, request: HttpRequest | None, tb_frame: TracebackType
    ) -> ItemsView[str, Any]:
        """None: bodies, passwords and keys are among them, under any name."""
        nothing: dict[str, Any] = {}
        return nothing.items()
