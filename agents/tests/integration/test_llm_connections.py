"""Connections to models: kept, given up, counted, secured, and led through proxies."""

import asyncio
import datetime
import gzip
import ssl
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from ipaddress import ip_address
from pathlib import Path
from typing import Any

import httpx2
import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from agents.runners import llm_connections
from agents.runners.llm_connections import Connections
from tests.scripted_model import ScriptedModel

OK = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"
Answering = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]


class Server:
    """Answers each request with the same bytes and counts connections."""

    def __init__(self, answer: bytes = OK, close_after: bool = False) -> None:
        self.answer = answer
        self.close_after = close_after
        self.connections = 0
        self.ended = 0
        self.url = ""

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.connections += 1
        try:
            while await reader.readline():
                while (await reader.readline()).strip():
                    pass
                writer.write(self.answer)
                await writer.drain()
                if self.close_after:
                    break
        except ConnectionError:
            pass
        finally:
            self.ended += 1
            writer.close()


@asynccontextmanager
async def serving(server: Server, **options: Any) -> AsyncIterator[httpx2.AsyncClient]:
    """The server, and a client with our transport."""
    listening = await asyncio.start_server(server.serve, "127.0.0.1", 0, **options)
    port = listening.sockets[0].getsockname()[1]
    server.url = f"{'https' if options else 'http'}://127.0.0.1:{port}/"
    async with listening, httpx2.AsyncClient(transport=Connections(), timeout=5) as client:
        yield client


def test_a_connection_is_used_again() -> None:
    async def three() -> int:
        server = Server()
        async with serving(server) as client:
            for _ in range(3):
                assert (await client.get(server.url)).text == "ok"
        return server.connections

    assert asyncio.run(three()) == 1


def test_one_that_was_closed_meanwhile_is_not() -> None:
    async def two() -> int:
        server = Server(close_after=True)
        async with serving(server) as client:
            for _ in range(2):
                assert (await client.get(server.url)).text == "ok"
                await asyncio.sleep(0.05)
        return server.connections

    assert asyncio.run(two()) == 2


def test_nor_one_that_has_rested_for_long(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(llm_connections, "MAX_REST_SECONDS", 0.05)

    async def two() -> int:
        server = Server()
        async with serving(server) as client:
            for _ in range(2):
                assert (await client.get(server.url)).text == "ok"
                await asyncio.sleep(0.1)
        return server.connections

    assert asyncio.run(two()) == 2


def test_a_crowd_is_let_in_bit_by_bit(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(llm_connections, "MAX_OPENING", 1)

    async def crowd() -> list[str]:
        server = Server()
        async with serving(server) as client:
            answers = await asyncio.gather(*(client.get(server.url) for _ in range(50)))
        return [answer.text for answer in answers]

    assert asyncio.run(crowd()) == ["ok"] * 50


@pytest.mark.parametrize(
    ("answer", "error"),
    [
        (b"", httpx2.RemoteProtocolError),
        (b"garbage\r\n\r\n", httpx2.RemoteProtocolError),
        (b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nshort", httpx2.RemoteProtocolError),
    ],
)
def test_a_broken_answer(answer: bytes, error: type[Exception]) -> None:
    async def ask() -> None:
        server = Server(answer, close_after=True)
        async with serving(server) as client:
            with pytest.raises(error):
                await client.get(server.url)

    asyncio.run(ask())


def test_nobody_listens() -> None:
    async def ask() -> None:
        async with httpx2.AsyncClient(transport=Connections()) as client:
            with pytest.raises(httpx2.ConnectError):
                await client.get("http://127.0.0.1:1/")

    asyncio.run(ask())


def test_no_answer_in_time() -> None:
    async def ask() -> None:
        server = Server(b"HTTP/1.1 200")
        async with serving(server) as client:
            with pytest.raises(httpx2.ReadTimeout):
                await client.get(server.url, timeout=0.1)

    asyncio.run(ask())


def test_what_comes_before_the_answer_is_passed_over() -> None:
    async def ask() -> str:
        server = Server(b"HTTP/1.1 103 Early Hints\r\nLink: x\r\n\r\n" + OK)
        async with serving(server) as client:
            return (await client.get(server.url)).text

    assert asyncio.run(ask()) == "ok"


def test_compressed_chunks() -> None:
    body = gzip.compress(b"hello")
    chunks = b"".join(b"1\r\n" + bytes([byte]) + b"\r\n" for byte in body) + b"0\r\n\r\n"
    head = b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nTransfer-Encoding: chunked\r\n\r\n"

    async def ask() -> str:
        server = Server(head + chunks)
        async with serving(server) as client:
            return (await client.get(server.url)).text

    assert asyncio.run(ask()) == "hello"


def test_a_cancelled_request_gives_its_connection_up() -> None:
    async def ask() -> str:
        server = Server(b"HTTP/1.1 200")
        async with serving(server) as client:
            task = asyncio.create_task(client.get(server.url))
            while not server.connections:
                await asyncio.sleep(0.01)
            await asyncio.sleep(0.05)
            task.cancel()
            with pytest.raises(asyncio.CancelledError):
                await task
            async with asyncio.timeout(2):
                while not server.ended:
                    await asyncio.sleep(0.01)
            server.answer = OK
            return (await client.get(server.url)).text

    assert asyncio.run(ask()) == "ok"


def test_a_proxy_of_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("NO_PROXY", "no_proxy", "http_proxy"):
        monkeypatch.delenv(name, raising=False)
    with ScriptedModel() as proxy:
        monkeypatch.setenv("HTTP_PROXY", proxy.url.removesuffix("/v1"))

        async def ask(url: str) -> int:
            async with httpx2.AsyncClient(transport=Connections()) as client:
                body = {"messages": [{"role": "user", "content": "say hi"}]}
                return (await client.post(url, json=body)).status_code

        assert asyncio.run(ask("http://models.invalid/v1/x")) == 200
        assert proxy.requests[0]["path"] == "http://models.invalid/v1/x"
        assert asyncio.run(ask(f"{proxy.url}/x")) == 200
        assert proxy.requests[1]["path"] == "/v1/x"
        monkeypatch.setenv("NO_PROXY", "models.invalid")
        with pytest.raises(httpx2.ConnectError):
            asyncio.run(ask("http://models.invalid/v1/x"))


@pytest.fixture
def certificate(tmp_path: Path) -> Path:
    """A certificate for 127.0.0.1 and its key, in one file."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "test")])
    now = datetime.datetime.now(datetime.UTC)
    address = x509.IPAddress(ip_address("127.0.0.1"))
    made = (
        x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
        .not_valid_before(now - datetime.timedelta(days=1))
        .not_valid_after(now + datetime.timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([address]), critical=False)
        .sign(key, hashes.SHA256())
    )
    pem, none = serialization.Encoding.PEM, serialization.NoEncryption()
    file = tmp_path / "certificate.pem"
    secret = key.private_bytes(pem, serialization.PrivateFormat.PKCS8, none)
    file.write_bytes(made.public_bytes(pem) + secret)
    return file


@pytest.mark.parametrize("trusted", [True, False])
def test_certificates_are_checked(
    certificate: Path, monkeypatch: pytest.MonkeyPatch, trusted: bool
) -> None:
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(certificate)
    if trusted:
        monkeypatch.setenv("SSL_CERT_FILE", str(certificate))

    async def ask() -> str:
        server = Server()
        async with serving(server, ssl=context) as client:
            return (await client.get(server.url)).text

    if trusted:
        assert asyncio.run(ask()) == "ok"
    else:
        with pytest.raises(httpx2.ConnectError):
            asyncio.run(ask())
