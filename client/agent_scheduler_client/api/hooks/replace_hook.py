from http import HTTPStatus
from typing import Any
from urllib.parse import quote

import httpx

from ... import errors
from ...client import AuthenticatedClient
from ...models.hook import Hook
from ...models.hook_request import HookRequest
from ...types import UNSET, Response, Unset


def _get_kwargs(
    id: int,
    *,
    body: HookRequest,
    if_match: str | Unset = UNSET,
) -> dict[str, Any]:
    headers: dict[str, Any] = {}
    if not isinstance(if_match, Unset):
        headers["If-Match"] = if_match

    _kwargs: dict[str, Any] = {
        "method": "put",
        "url": "/api/hooks/{id}".format(
            id=quote(str(id), safe=""),
        ),
    }
    headers["Accept"] = "application/json"
    _kwargs["json"] = body.to_dict()

    headers["Content-Type"] = "application/json"
    _kwargs["headers"] = headers
    return _kwargs


def _parse_response(*, response: httpx.Response) -> Hook:
    if response.status_code == 200:
        response_200 = Hook.from_dict(response.json())

        return response_200

    raise errors.failure(response)


def _build_response(*, response: httpx.Response) -> Response[Hook]:
    return Response(
        status_code=HTTPStatus(response.status_code),
        content=response.content,
        headers=response.headers,
        parsed=_parse_response(response=response),
    )


def sync_detailed(
    id: int,
    *,
    client: AuthenticatedClient,
    body: HookRequest,
    if_match: str | Unset = UNSET,
) -> Response[Hook]:
    """As `sync`, with the status and the headers of the answer."""
    kwargs = _get_kwargs(
        id=id,
        body=body,
        if_match=if_match,
    )
    response = client.get_httpx_client().request(**kwargs)
    return _build_response(response=response)


def sync(
    id: int,
    *,
    client: AuthenticatedClient,
    body: HookRequest,
    if_match: str | Unset = UNSET,
) -> Hook:
    """Replace hook.

    URLs that one's events are sent to, signed as https://www.standardwebhooks.com says.

    PATCH changes what is given; PUT sets the rest to its defaults.

    Args:
        id (int):
        if_match (str | Unset):
        body (HookRequest): A webhook, without its secret.

    Raises:
        errors.Refused: With the problem that the server answers.
        httpx.HTTPError: If the server cannot be reached, or does not answer in time.
    """
    kwargs = _get_kwargs(
        id=id,
        body=body,
        if_match=if_match,
    )
    response = client.get_httpx_client().request(**kwargs)
    return _parse_response(response=response)


async def asyncio_detailed(
    id: int,
    *,
    client: AuthenticatedClient,
    body: HookRequest,
    if_match: str | Unset = UNSET,
) -> Response[Hook]:
    """As `asyncio`, with the status and the headers of the answer."""
    kwargs = _get_kwargs(
        id=id,
        body=body,
        if_match=if_match,
    )
    response = await client.get_async_httpx_client().request(**kwargs)
    return _build_response(response=response)


async def asyncio(
    id: int,
    *,
    client: AuthenticatedClient,
    body: HookRequest,
    if_match: str | Unset = UNSET,
) -> Hook:
    """As `sync`, without blocking."""
    kwargs = _get_kwargs(
        id=id,
        body=body,
        if_match=if_match,
    )
    response = await client.get_async_httpx_client().request(**kwargs)
    return _parse_response(response=response)
