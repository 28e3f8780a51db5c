"""Stands in for the project's ASGI application: answers everything with its environment."""

import json
import os


async def application(scope, receive, send):
    if scope["type"] != "http":
        return
    names = ("DATABASE_URL", "REDIS_URL", "MODEL_BASE_URL", "DATA_DIR")
    answer: dict[str, object] = {name: os.environ.get(name) for name in names}
    answer |= {"pid": os.getpid(), "client": scope["client"][0]}
    body = json.dumps(answer).encode()
    await send({"type": "http.response.start", "status": 200, "headers": []})
    await send({"type": "http.response.body", "body": body})
