"""Requests that nobody would make by hand, by schemathesis; `python -m tests.fuzz --help`."""
