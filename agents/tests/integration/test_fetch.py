"""Requests through the guard, to a real server on loopback."""

import asyncio
import gzip
import itertools
import socket
import ssl
import threading
import tracemalloc
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID

from agents.net import Answer, Refused, Unreachable, connections, fetch
from tests.scripted_web import ScriptedWeb, answer


@pytest.fixture
def web(settings: Any) -> Iterator[ScriptedWeb]:
    """A server that the deployment allows by its address."""
    settings.ALLOWED_PRIVATE_HOSTS = ["127.0.0.1"]
    with ScriptedWeb() as server:
        yield server


def get(url: str, method: str = "GET", **changes: Any) -> Answer:
    """One request on an event loop of its own."""
    options: dict[str, Any] = {"headers": {}, "timeout": 20, "max_bytes": 1000}
    return asyncio.run(fetch(method, url, **(options | changes)))


def leading_to(*answers: Sequence[str]) -> Any:
    """A resolver that gives these answers, one at each call, and no more."""
    left = iter(answers)

    async def resolve(host: str, port: int) -> Sequence[str]:
        return next(left)

    return resolve


def test_one_request_and_its_answer(web: ScriptedWeb) -> None:
    web.then(answer("hällo".encode(), 201, X_Thing="5", Content_Type="text/plain"))
    got = get(f"{web.url}/a?b=c#d", "POST", headers={"X-Mine": "1"}, content=b"{}")
    assert (got.status, got.text, got.truncated) == (201, "hällo", False)
    assert got.headers["x-thing"] == "5"
    (sent,) = web.requests
    assert (sent.method, sent.target, sent.body) == ("POST", "/a?b=c", b"{}")
    assert sent.headers["host"] == f"127.0.0.1:{web.port}"
    assert (sent.headers["x-mine"], sent.headers["accept-encoding"]) == ("1", "identity")


def test_nothing_private_is_reached(web: ScriptedWeb, settings: Any) -> None:
    settings.ALLOWED_PRIVATE_HOSTS = []
    for host in ("127.0.0.1", "localhost", "[::ffff:127.0.0.1]", "[::1]"):
        with pytest.raises(Refused, match="not public"):
            get(f"http://{host}:{web.port}/")
    assert web.connections == 0


class FlippingNames:
    """A name server that gives another answer at each look-up, for getaddrinfo."""

    def __init__(self, *answers: list[str]) -> None:
        self.answers = list(answers)
        self.asked: list[str] = []

    def __call__(self, host: str, port: int, *args: Any, **options: Any) -> list[Any]:
        self.asked.append(host)
        found = self.answers[min(len(self.asked), len(self.answers)) - 1]
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (a, port)) for a in found]


@pytest.mark.parametrize("later", ["169.254.169.254", "127.0.0.2"])
def test_rebinding(web: ScriptedWeb, monkeypatch: pytest.MonkeyPatch, later: str) -> None:
    """What is connected to is what was checked: the name is not looked up again."""
    names = FlippingNames(["127.0.0.1"], [later])
    monkeypatch.setattr(socket, "getaddrinfo", names)
    assert get(f"http://rebind.test:{web.port}/").text == "ok"
    assert names.asked == ["rebind.test"]
    assert web.requests[0].headers["host"] == f"rebind.test:{web.port}"
    with pytest.raises(Refused):
        get(f"http://rebind.test:{web.port}/")
    assert (names.asked, web.connections) == (["rebind.test"] * 2, 1)


@pytest.mark.parametrize("bad", ["10.0.0.5", "169.254.169.254", "::1", "64:ff9b::7f00:1"])
def test_one_bad_address_spoils_all(web: ScriptedWeb, bad: str) -> None:
    for addresses in (["127.0.0.1", bad], [bad, "127.0.0.1"]):
        with pytest.raises(Refused, match=r"^two\.test leads to an address that is not public;"):
            get(f"http://two.test:{web.port}/", resolve=leading_to(addresses))
    assert web.connections == 0


def test_refusals_do_not_name_inner_addresses() -> None:
    with pytest.raises(Refused) as caught:
        get("http://inner.test/", resolve=leading_to(["10.20.30.40"]))
    assert "10.20" not in str(caught.value)


def test_a_host_allowed_by_name(web: ScriptedWeb, settings: Any) -> None:
    settings.ALLOWED_PRIVATE_HOSTS = ["hooks.internal"]
    url = f"http://hooks.internal:{web.port}/"
    assert get(url, resolve=leading_to(["127.0.0.1"])).text == "ok"
    with pytest.raises(Refused):
        get(url.replace("hooks", "other"), resolve=leading_to(["127.0.0.1"]))


def test_the_next_address_where_the_first_is_dead(web: ScriptedWeb, settings: Any) -> None:
    """Nothing listens at 127.0.0.9; it is allowed like the one that answers."""
    settings.ALLOWED_PRIVATE_HOSTS = ["127.0.0.0/8"]
    url = f"http://two.test:{web.port}/"
    assert get(url, resolve=leading_to(["127.0.0.9", "127.0.0.1"])).text == "ok"


def test_hosts_that_cannot_be_found() -> None:
    async def unknown(host: str, port: int) -> Sequence[str]:
        raise socket.gaierror(socket.EAI_NONAME, "no such name")

    for resolve in (unknown, leading_to([])):
        with pytest.raises(Unreachable, match=r"^nowhere\.test cannot be reached\.$"):
            get("http://nowhere.test/", resolve=resolve)


def test_look_ups_take_time_off_the_whole() -> None:
    async def silent(host: str, port: int) -> Sequence[str]:
        await asyncio.Event().wait()
        raise AssertionError

    with pytest.raises(Unreachable, match="did not answer in time"):
        get("http://slow.test/", resolve=silent, timeout=0.05)


def test_redirects_are_answers(web: ScriptedWeb) -> None:
    web.then(answer(b"", 302, Location="http://169.254.169.254/latest"))
    got = get(web.url)
    assert (got.status, got.headers["location"]) == (302, "http://169.254.169.254/latest")
    assert web.connections == 1


def test_the_machines_proxy_and_passwords_are_not_used(
    web: ScriptedWeb, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    (tmp_path / "netrc").write_text("machine 127.0.0.1 login me password planted\n")
    monkeypatch.setenv("NETRC", str(tmp_path / "netrc"))
    assert get(web.url).text == "ok"
    assert "authorization" not in web.requests[0].headers


def test_long_answers_are_cut(web: ScriptedWeb) -> None:
    web.then([b"HTTP/1.1 200 X\r\n\r\n", b"a" * 1000])
    web.then(itertools.chain([b"HTTP/1.1 200 X\r\n\r\n"], itertools.repeat(b"a" * 65536)))
    whole, endless = get(web.url), get(web.url)
    assert (whole.text, whole.truncated) == ("a" * 1000, False)
    assert (endless.text, endless.truncated) == ("a" * 1000, True)


def test_bombs_are_cut(web: ScriptedWeb) -> None:
    bomb = gzip.compress(bytes(100_000_000))
    web.then(answer(bomb, Content_Encoding="gzip"))
    tracemalloc.start()
    try:
        got = get(web.url, max_bytes=200_000)
        most = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert (len(got.text), got.truncated) == (200_000, True)
    assert most < 10_000_000


@pytest.mark.parametrize("encoding", ["gzip", "x-gzip", " GZIP"])
def test_what_is_packed_unasked(web: ScriptedWeb, encoding: str) -> None:
    web.then(answer(gzip.compress(b"plain"), Content_Encoding=encoding))
    got = get(web.url)
    assert (got.text, got.truncated) == ("plain", False)


@pytest.mark.parametrize("encoding", ["br", "zstd", "deflate", "gzip, gzip"])
def test_what_is_packed_in_other_ways(web: ScriptedWeb, encoding: str) -> None:
    web.then(answer(b"???", Content_Encoding=encoding))
    with pytest.raises(Unreachable, match="although it was asked not to"):
        get(web.url)
    web.then(answer(b"", Content_Encoding=encoding))
    assert get(web.url).text == ""


HEAD = b"HTTP/1.1 200 X\r\n"


@pytest.mark.parametrize(
    "script",
    [
        [b""],
        [b"SSH-2.0-OpenSSH_9.9\r\n"],
        [HEAD, b"Content-Length: 10\r\n\r\nshort"],
        [HEAD, b"Content-Encoding: gzip\r\n\r\nno gzip"],
        [HEAD, b"Transfer-Encoding: chunked\r\n\r\nzz\r\n"],
        itertools.chain([HEAD], itertools.repeat(b"X-Many: %s\r\n" % (b"x" * 1000))),
        itertools.chain([HEAD, b"X-Long: "], itertools.repeat(b"x" * 1000)),
    ],
    ids=["nothing", "no http", "short", "no gzip", "no chunk", "many headers", "long header"],
)
def test_answers_that_are_none(web: ScriptedWeb, script: list[bytes]) -> None:
    web.then(script)
    with pytest.raises(Unreachable, match=r"^127\.0\.0\.1 broke off, or its answer cannot be"):
        get(web.url)


@pytest.mark.parametrize(
    "started", [b"", HEAD, HEAD + b"\r\nab"], ids=["nothing", "headers", "body"]
)
def test_slow_answers(web: ScriptedWeb, started: bytes) -> None:
    release = threading.Event()
    web.then([started, release])
    with pytest.raises(Unreachable, match="did not answer in time"):
        get(web.url, timeout=0.2)
    release.set()


@pytest.mark.parametrize("piece", [b"HTTP/1.1 100 Continue\r\n\r\n", HEAD + b"\r\n"])
def test_answers_that_keep_coming(web: ScriptedWeb, piece: bytes) -> None:
    """Each read succeeds in time: only the time for all of it ends this."""
    started = piece if piece.startswith(HEAD) else b""

    def trickle() -> Iterator[bytes]:
        yield started
        while not release.wait(0.01):
            yield piece

    release = threading.Event()
    web.then(trickle())
    with pytest.raises(Unreachable, match="did not answer in time"):
        get(web.url, timeout=0.3, max_bytes=10**9)
    release.set()


def test_the_run_that_is_cancelled_ends_at_once(web: ScriptedWeb) -> None:
    release = threading.Event()
    web.then([release])

    async def cancelled() -> None:
        with pytest.raises(TimeoutError):
            async with asyncio.timeout(0.1):
                await fetch("GET", web.url, headers={}, timeout=20, max_bytes=10)

    asyncio.run(cancelled())
    release.set()


@pytest.mark.parametrize(
    ("charset", "body", "text"),
    [
        ("", "é".encode(), "é"),
        ("; charset=latin-1", b"\xe9", "é"),
        ("; charset=utf-16", "é".encode("utf-16"), "é"),
        ("; charset=punycode", b"a-b", "a-b"),
        ("; charset=utf-7", b"+AOk-", "+AOk-"),
        ("; charset=zip", b"abc", "abc"),
        ("; charset=no such", b"\xff", "\N{REPLACEMENT CHARACTER}"),
    ],
)
def test_texts(web: ScriptedWeb, charset: str, body: bytes, text: str) -> None:
    web.then(answer(body, Content_Type=f"text/plain{charset}"))
    assert get(web.url).text == text


@pytest.mark.parametrize(
    "headers",
    [
        {"Host": "metadata.internal"},
        {"content-length": "1"},
        {"Transfer-Encoding": "chunked"},
        {"X-A": "b\r\nHost: c"},
        {"X A": "b"},
        {"X-A": "ü"},
        {"X-A\n": "b"},
    ],
)
def test_headers_that_cannot_be_sent(web: ScriptedWeb, headers: dict[str, str]) -> None:
    with pytest.raises(Refused, match="headers"):
        get(web.url, headers=headers)
    assert web.requests == []


@pytest.mark.parametrize("method", ["CONNECT", "TRACE", "get", "GET /x HTTP/1.1\r\n", ""])
def test_methods(web: ScriptedWeb, method: str) -> None:
    with pytest.raises(Refused, match="method must be one of"):
        get(web.url, method)


def certificate(names: list[str], folder: Path) -> Path:
    """A certificate for these names that vouches for itself, with its key, in one file."""
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "test")])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder(subject, subject, key.public_key(), x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([*map(x509.DNSName, names)]), critical=False)
        .sign(key, hashes.SHA256())
    )
    private = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    path = folder / "certificate.pem"
    path.write_bytes(private + made.public_bytes(Encoding.PEM))
    return path


@pytest.fixture
def secure(
    settings: Any, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> Iterator[tuple[ScriptedWeb, list[str]]]:
    """A server with a trusted certificate for hooks.test, and the names it was asked for."""
    settings.ALLOWED_PRIVATE_HOSTS = ["127.0.0.1"]
    path = certificate(["hooks.test"], tmp_path)
    monkeypatch.setenv("SSL_CERT_FILE", str(path))
    connections.tls.cache_clear()
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(path)
    asked: list[str] = []
    context.sni_callback = lambda sock, name, ctx: asked.append(name)
    with ScriptedWeb(context) as server:
        yield server, asked
    connections.tls.cache_clear()


def test_tls_keeps_to_the_name(secure: tuple[ScriptedWeb, list[str]]) -> None:
    web, asked = secure
    got = get(f"https://hooks.test:{web.port}/", resolve=leading_to(["127.0.0.1"]))
    assert (got.text, asked) == ("ok", ["hooks.test"])
    assert web.requests[0].headers["host"] == f"hooks.test:{web.port}"


def test_a_certificate_for_another_name(secure: tuple[ScriptedWeb, list[str]]) -> None:
    web, _ = secure
    with pytest.raises(Unreachable, match=r"other\.test cannot be reached: its certificate is"):
        get(f"https://other.test:{web.port}/", resolve=leading_to(["127.0.0.1"]))
    assert web.requests == []


def test_no_tls_where_it_is_expected(web: ScriptedWeb) -> None:
    with pytest.raises(Unreachable):
        get(web.url.replace("http:", "https:"), timeout=0.2)


def test_a_handshake_that_is_broken_off_leaves_nothing_open(settings: Any) -> None:
    settings.ALLOWED_PRIVATE_HOSTS = ["127.0.0.1"]

    async def silent_server_sees_the_end() -> bytes:
        received: asyncio.Future[bytes] = asyncio.get_running_loop().create_future()

        async def accept(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            received.set_result(await reader.read())
            writer.close()

        async with await asyncio.start_server(accept, "127.0.0.1", 0) as server:
            url = f"https://127.0.0.1:{server.sockets[0].getsockname()[1]}/"
            with pytest.raises(TimeoutError):
                async with asyncio.timeout(0.1):
                    await fetch("GET", url, headers={}, timeout=20, max_bytes=10)
            return await asyncio.wait_for(received, 5)

    assert asyncio.run(silent_server_sees_the_end())
