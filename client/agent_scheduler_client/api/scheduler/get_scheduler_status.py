from http import HTTPStatus
from typing import Any

import httpx

from ... import errors
from ...client import AuthenticatedClient
from ...models.status import Status
from ...types import Response


def _get_kwargs() -> dict[str, Any]:

    headers: dict[str, Any] = {}

    _kwargs: dict[str, Any] = {
        "method": "get",
        "url": "/api/scheduler/status",
    }
    headers["Accept"] = "application/json"
    _kwargs["headers"] = headers
    return _kwargs


def _parse_response(*, response: httpx.Response) -> Status:
    if response.status_code == 200:
        response_200 = Status.from_dict(response.json())

        return response_200

    raise errors.failure(response)


def _build_response(*, response: httpx.Response) -> Response[Status]:
    return Response(
        status_code=HTTPStatus(response.status_code),
        content=response.content,
        headers=response.headers,
        parsed=_parse_response(response=response),
    )


def sync_detailed(
    *,
    client: AuthenticatedClient,
) -> Response[Status]:
    """As `sync`, with the status and the headers of the answer."""
    kwargs = _get_kwargs()
    response = client.get_httpx_client().request(**kwargs)
    return _build_response(response=response)


def sync(
    *,
    client: AuthenticatedClient,
) -> Status:
    """Get scheduler status.

    The health of all nodes, and the counts of what the requester may see.

    Raises:
        errors.Refused: With the problem that the server answers.
        httpx.HTTPError: If the server cannot be reached, or does not answer in time.
    """
    kwargs = _get_kwargs()
    response = client.get_httpx_client().request(**kwargs)
    return _parse_response(response=response)


async def asyncio_detailed(
    *,
    client: AuthenticatedClient,
) -> Response[Status]:
    """As `asyncio`, with the status and the headers of the answer."""
    kwargs = _get_kwargs()
    response = await client.get_async_httpx_client().request(**kwargs)
    return _build_response(response=response)


async def asyncio(
    *,
    client: AuthenticatedClient,
) -> Status:
    """As `sync`, without blocking."""
    kwargs = _get_kwargs()
    response = await client.get_async_httpx_client().request(**kwargs)
    return _parse_response(response=response)
