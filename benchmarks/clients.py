"""`python -m benchmarks.clients CASE URL...`: clients of the API, who ask again and again.

Each stays with one of the web servers, as many with the one as with the other.

A case is JSON: who they are (`user` and `password`, or the `cookie` of a browser), what they ask
(`method`, `address`, perhaps a `body` with {new} in it for what nobody said before), how many
`clients`, for how many `seconds`.
"""

import asyncio
import json
import sys
import time
from itertools import cycle, islice
from typing import Any
from uuid import uuid4

import aiohttp

WARM_UP_SECONDS = 0.5


class Clients:
    """Those of one case; `seconds` are the times that their answers took."""

    def __init__(
        self,
        session: aiohttp.ClientSession,
        urls: list[str],
        case: dict[str, Any],
        known_by: dict[str, str],
    ) -> None:
        self._session = session
        self._urls = list(islice(cycle(urls), case["clients"]))
        self._case = case
        self._headers = {"Content-Type": "application/json", **known_by}
        self.seconds: list[float] = []

    async def run(self) -> None:
        """Some unmeasured, then all at once."""
        await self._all(time.perf_counter() + WARM_UP_SECONDS)
        self.seconds.clear()
        await self._all(time.perf_counter() + self._case["seconds"])

    async def _all(self, until: float) -> None:
        await asyncio.gather(*(self._ask_until(until, url) for url in self._urls))

    async def _ask_until(self, until: float, url: str) -> None:
        while time.perf_counter() < until:
            await self._ask(url)

    async def _ask(self, url: str) -> None:
        body = self._case.get("body", "").replace("{new}", uuid4().hex)
        begun = time.perf_counter()
        request = self._session.request(
            self._case["method"], url + self._case["address"], data=body, headers=self._headers
        )
        async with request as response:
            answer = await response.read()
        self.seconds.append(time.perf_counter() - begun)
        if response.status >= 300:
            raise RuntimeError(f"{response.status}: {answer[:500]!r}")


async def _known_by(
    session: aiohttp.ClientSession, url: str, case: dict[str, Any]
) -> dict[str, str]:
    """The header that says who asks."""
    if "cookie" in case:
        return {"Cookie": case["cookie"]}
    who = {"username": case["user"], "password": case["password"]}
    async with session.post(f"{url}/api/token", json=who) as response:
        return {"Authorization": f"Bearer {(await response.json())['access']}"}


async def main(case: dict[str, Any], urls: list[str]) -> None:
    """Print the times as JSON."""
    connector = aiohttp.TCPConnector(limit=case["clients"])
    async with aiohttp.ClientSession(connector=connector) as session:
        clients = Clients(session, urls, case, await _known_by(session, urls[0], case))
        await clients.run()
    print(json.dumps(clients.seconds))


if __name__ == "__main__":
    asyncio.run(main(json.loads(sys.argv[1]), sys.argv[2:]))
