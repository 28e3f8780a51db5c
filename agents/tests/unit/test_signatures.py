"""Signatures of webhooks, by the specification's own example and by a second implementation."""

import base64
import hashlib
import hmac

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agents import signatures

# From the test suite of https://github.com/standard-webhooks/standard-webhooks.
SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
KEYS = st.binary(min_size=24, max_size=64)


def written(key: bytes) -> str:
    return "whsec_" + base64.b64encode(key).decode()


def test_the_example_of_the_specification() -> None:
    assert signatures.headers(
        [SECRET],
        message_id="msg_p5jXN8AQM9LWM0D4loKWxJek",
        timestamp=1614265330,
        body=b'{"test": 2432232314}',
    ) == {
        "webhook-id": "msg_p5jXN8AQM9LWM0D4loKWxJek",
        "webhook-timestamp": "1614265330",
        "webhook-signature": "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=",
    }


@given(st.lists(KEYS, min_size=1, max_size=3), st.uuids(), st.integers(0, 2**40), st.binary())
def test_one_signature_for_each_secret(
    keys: list[bytes], message: object, timestamp: int, body: bytes
) -> None:
    made = signatures.headers(
        map(written, keys), message_id=str(message), timestamp=timestamp, body=body
    )
    assert made["webhook-id"] == str(message)
    for key, signature in zip(keys, made["webhook-signature"].split(" "), strict=True):
        expected = hmac.new(key, f"{message}.{timestamp}.".encode() + body, hashlib.sha256)
        assert signature == "v1," + base64.b64encode(expected.digest()).decode()


def test_without_a_secret_there_is_no_signature() -> None:
    made = signatures.headers([], message_id="m", timestamp=1, body=b"")
    assert made == {"webhook-id": "m", "webhook-timestamp": "1"}


@pytest.mark.parametrize(
    "secret",
    [
        *("", "whsec_", "planted", SECRET.removeprefix("whsec_"), SECRET[:-1], "whsec_ä" * 8),
        *(written(b"planted" * 3), written(b"planted" * 10), f" {SECRET}", f"{SECRET}\n"),
    ],
)
def test_secrets_that_are_none(secret: str) -> None:
    with pytest.raises(ValueError, match=r"whsec_ followed by 24 to 64 random bytes") as caught:
        signatures.key(secret)
    assert "planted" not in str(caught.value)
    assert caught.value.__suppress_context__ or caught.value.__context__ is None
