"""Somebody who looks at the console, and what their browser had to complain about."""

import re
from typing import Any
from urllib.parse import urlsplit

from playwright.sync_api import BrowserContext, ConsoleMessage, Page, Request

HOME = re.compile("/(console|admin)/$")


class Visitor:
    """One browser window; whatever a page fetches from elsewhere, or fails at, is remembered."""

    def __init__(self, context: BrowserContext) -> None:
        self._context = context
        self.complaints: list[str] = []
        self.page: Page = context.new_page()
        self.page.on("console", self._said)
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))
        self.page.on("request", self._asked)

    def sign_in(self, name: str, password: str) -> None:
        """At the owners' console, from where staff are led to theirs."""
        self.page.goto("/console/login/")
        self.page.get_by_label("Username").fill(name)
        self.page.get_by_label("Password").fill(password)
        self.page.get_by_role("button", name="Log in").click()
        self.page.wait_for_url(HOME)

    def leave(self) -> None:
        """Close the window; AssertionError if it had anything to complain about."""
        self._context.close()
        self.must_be_content()

    def must_be_content(self) -> None:
        """AssertionError if there was anything to complain about since the last time."""
        complaints, self.complaints[:] = [*self.complaints], []
        if complaints:
            raise AssertionError(complaints)

    @property
    def session(self) -> Any:
        """To be signed in with from the beginning."""
        return self._context.storage_state()

    def _said(self, message: ConsoleMessage) -> None:
        if message.type in ("error", "warning"):
            self.complaints.append(f"{message.text} ({message.location['url']})")

    def _asked(self, request: Request) -> None:
        host = urlsplit(request.url).hostname
        if host not in ("127.0.0.1", "localhost", None):
            self.complaints.append(f"fetched from elsewhere: {request.url}")
