from http import HTTPStatus
from typing import Any
from urllib.parse import quote

import httpx

from ... import errors
from ...client import AuthenticatedClient
from ...models.delivery import Delivery
from ...types import Response


def _get_kwargs(
    hook: int,
    id: int,
) -> dict[str, Any]:

    headers: dict[str, Any] = {}

    _kwargs: dict[str, Any] = {
        "method": "get",
        "url": "/api/hooks/{hook}/deliveries/{id}".format(
            hook=quote(str(hook), safe=""),
            id=quote(str(id), safe=""),
        ),
    }
    headers["Accept"] = "application/json"
    _kwargs["headers"] = headers
    return _kwargs


def _parse_response(*, response: httpx.Response) -> Delivery:
    if response.status_code == 200:
        response_200 = Delivery.from_dict(response.json())

        return response_200

    raise errors.failure(response)


def _build_response(*, response: httpx.Response) -> Response[Delivery]:
    return Response(
        status_code=HTTPStatus(response.status_code),
        content=response.content,
        headers=response.headers,
        parsed=_parse_response(response=response),
    )


def sync_detailed(
    hook: int,
    id: int,
    *,
    client: AuthenticatedClient,
) -> Response[Delivery]:
    """As `sync`, with the status and the headers of the answer."""
    kwargs = _get_kwargs(
        hook=hook,
        id=id,
    )
    response = client.get_httpx_client().request(**kwargs)
    return _build_response(response=response)


def sync(
    hook: int,
    id: int,
    *,
    client: AuthenticatedClient,
) -> Delivery:
    """Get delivery.

    What was sent to one of one's webhooks, and what is to be; newest first.

    One of them, by its id.

    Args:
        hook (int):
        id (int):

    Raises:
        errors.Refused: With the problem that the server answers.
        httpx.HTTPError: If the server cannot be reached, or does not answer in time.
    """
    kwargs = _get_kwargs(
        hook=hook,
        id=id,
    )
    response = client.get_httpx_client().request(**kwargs)
    return _parse_response(response=response)


async def asyncio_detailed(
    hook: int,
    id: int,
    *,
    client: AuthenticatedClient,
) -> Response[Delivery]:
    """As `asyncio`, with the status and the headers of the answer."""
    kwargs = _get_kwargs(
        hook=hook,
        id=id,
    )
    response = await client.get_async_httpx_client().request(**kwargs)
    return _build_response(response=response)


async def asyncio(
    hook: int,
    id: int,
    *,
    client: AuthenticatedClient,
) -> Delivery:
    """As `sync`, without blocking."""
    kwargs = _get_kwargs(
        hook=hook,
        id=id,
    )
    response = await client.get_async_httpx_client().request(**kwargs)
    return _parse_response(response=response)
