"""`python -m benchmarks.clients URL CASE`: clients of the API, each of which asks again and again.

A case is JSON: who they are (`user`, `password`), what they ask (`method`, `address`, perhaps a
`body` with {new} in it for what nobody said before), how many `clients`, for how many `seconds`.
"""

import asyncio
import json
import sys
import time
from typing import Any
from uuid import uuid4

import aiohttp

WARM_UP = 3


class Clients:
    """Those of one case; `seconds` are the times that their answers took."""

    def __init__(self, session: aiohttp.ClientSession, case: dict[str, Any], token: str) -> None:
        self._session = session
        self._case = case
        self._headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/json"}
        self.seconds: list[float] = []

    async def run(self) -> None:
        """Some unmeasured, then all at once."""
        for _ in range(WARM_UP * self._case["clients"]):
            await self._ask()
        self.seconds.clear()
        until = time.perf_counter() + self._case["seconds"]
        await asyncio.gather(*(self._ask_until(until) for _ in range(self._case["clients"])))

    async def _ask_until(self, until: float) -> None:
        while time.perf_counter() < until:
            await self._ask()

    async def _ask(self) -> None:
        body = self._case.get("body", "").replace("{new}", uuid4().hex)
        begun = time.perf_counter()
        request = self._session.request(
            self._case["method"], self._case["address"], data=body, headers=self._headers
        )
        async with request as response:
            answer = await response.read()
        self.seconds.append(time.perf_counter() - begun)
        if response.status >= 300:
            raise RuntimeError(f"{response.status}: {answer[:500]!r}")


async def main(url: str, case: dict[str, Any]) -> None:
    """Print the times as JSON."""
    connector = aiohttp.TCPConnector(limit=case["clients"])
    async with aiohttp.ClientSession(url, connector=connector) as session:
        who = {"username": case["user"], "password": case["password"]}
        async with session.post("/api/token", json=who) as response:
            token = (await response.json())["access"]
        clients = Clients(session, case, token)
        await clients.run()
    print(json.dumps(clients.seconds))


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1], json.loads(sys.argv[2])))
