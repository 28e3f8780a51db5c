from http import HTTPStatus
from typing import Any

import httpx

from ... import errors
from ...client import AuthenticatedClient, Client
from ...models.sign_out_request import SignOutRequest
from ...types import Response


def _get_kwargs(
    *,
    body: SignOutRequest,
) -> dict[str, Any]:
    headers: dict[str, Any] = {}

    _kwargs: dict[str, Any] = {
        "method": "post",
        "url": "/api/token/logout",
    }
    headers["Accept"] = "application/json"
    _kwargs["json"] = body.to_dict()

    headers["Content-Type"] = "application/json"
    _kwargs["headers"] = headers
    return _kwargs


def _parse_response(*, response: httpx.Response) -> None:
    if response.status_code == 204:
        return None
    raise errors.failure(response)


def _build_response(*, response: httpx.Response) -> Response[None]:
    _parse_response(response=response)
    return Response(
        status_code=HTTPStatus(response.status_code),
        content=response.content,
        headers=response.headers,
        parsed=None,
    )


def sync_detailed(
    *,
    client: AuthenticatedClient | Client,
    body: SignOutRequest,
) -> Response[None]:
    """As `sync`, with the status and the headers of the answer."""
    kwargs = _get_kwargs(
        body=body,
    )
    response = client.get_httpx_client().request(**kwargs)
    return _build_response(response=response)


def sync(
    *,
    client: AuthenticatedClient | Client,
    body: SignOutRequest,
) -> None:
    """Sign out.

    The refresh token is void from now on; 401 for one that is so already.

    Args:
        body (SignOutRequest): The refresh token that shall be void.

    Raises:
        errors.Refused: With the problem that the server answers.
        httpx.HTTPError: If the server cannot be reached, or does not answer in time.
    """
    kwargs = _get_kwargs(
        body=body,
    )
    response = client.get_httpx_client().request(**kwargs)
    _parse_response(response=response)


async def asyncio_detailed(
    *,
    client: AuthenticatedClient | Client,
    body: SignOutRequest,
) -> Response[None]:
    """As `asyncio`, with the status and the headers of the answer."""
    kwargs = _get_kwargs(
        body=body,
    )
    response = await client.get_async_httpx_client().request(**kwargs)
    return _build_response(response=response)


async def asyncio(
    *,
    client: AuthenticatedClient | Client,
    body: SignOutRequest,
) -> None:
    """As `sync`, without blocking."""
    kwargs = _get_kwargs(
        body=body,
    )
    response = await client.get_async_httpx_client().request(**kwargs)
    _parse_response(response=response)
