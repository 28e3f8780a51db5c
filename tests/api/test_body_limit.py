"""Bodies that are too large, or of a kind that nobody reads, at a real web server."""

import http.client
import json
import logging
from collections.abc import Iterator
from contextlib import closing
from typing import Any

import pytest
from django.conf import settings
from django.contrib.auth.models import User
from django.test import Client
from rest_framework_simplejwt.tokens import AccessToken

from tests.clients import problem_of

MIB = 2**20


def ask(web: str, user: User, body: bytes | Iterator[bytes]) -> tuple[int, str, dict[str, Any]]:
    """Status, type and body of the answer to a POST."""
    headers = {"Authorization": f"Bearer {AccessToken.for_user(user)}"}
    headers["Content-Type"] = "application/json"
    with closing(http.client.HTTPConnection(web, timeout=30)) as connection:
        connection.request("POST", "/api/agents", body, headers)
        answer = connection.getresponse()
        return answer.status, answer.headers["Content-Type"], json.load(answer)


@pytest.mark.parametrize("announced", [True, False])
@pytest.mark.django_db(transaction=True)
def test_it_is_cut_off_without_a_word_in_the_log(
    web: str, ann: User, announced: bool, caplog: pytest.LogCaptureFixture
) -> None:
    body = b'{"name": "' + b"x" * 3 * MIB + b'"}'
    sent = body if announced else iter([body[:MIB], body[MIB:]])
    with caplog.at_level(logging.WARNING):
        status, kind, problem = ask(web, ann, sent)
    assert (status, kind) == (413, "application/problem+json")
    assert problem["detail"] == "The body is larger than the 2,097,152 bytes that are allowed."
    assert [record.getMessage() for record in caplog.records if record.exc_info] == []


@pytest.mark.django_db(transaction=True)
def test_what_is_just_small_enough_is_read(web: str, ann: User) -> None:
    room = settings.DATA_UPLOAD_MAX_MEMORY_SIZE - len(b'{"name": ""}')
    body = b'{"name": "' + b"x" * room + b'"}'
    status, _, problem = ask(web, ann, body)
    assert (status, problem["errors"][0]["field"]) == (400, "name")


@pytest.mark.parametrize("key", [{}, {"Idempotency-Key": "k"}])
@pytest.mark.django_db
def test_other_servers_are_told_as_well(
    own: Client, key: dict[str, str], caplog: pytest.LogCaptureFixture
) -> None:
    large = json.dumps({"name": "x" * 3 * MIB})
    problem_of(own.post("/api/agents", large, content_type="application/json", headers=key), 413)
    assert [record for record in caplog.records if record.exc_info] == []


@pytest.mark.parametrize(
    "kind", ["text/plain", "multipart/form-data", "application/xml", "x" * 300]
)
@pytest.mark.django_db
def test_kinds_that_nobody_reads(own: Client, kind: str, caplog: pytest.LogCaptureFixture) -> None:
    problem_of(own.post("/api/agents", "name=x", content_type=kind), 415)
    assert [record for record in caplog.records if record.exc_info] == []
