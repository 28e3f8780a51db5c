from http import HTTPStatus
from typing import Any

import httpx

from ... import errors
from ...client import AuthenticatedClient
from ...models.stop import Stop
from ...models.stop_order_request import StopOrderRequest
from ...types import UNSET, Response, Unset


def _get_kwargs(
    *,
    body: StopOrderRequest | Unset = UNSET,
    idempotency_key: str | Unset = UNSET,
) -> dict[str, Any]:
    headers: dict[str, Any] = {}
    if not isinstance(idempotency_key, Unset):
        headers["Idempotency-Key"] = idempotency_key

    _kwargs: dict[str, Any] = {
        "method": "post",
        "url": "/api/scheduler/stop",
    }
    headers["Accept"] = "application/json"

    if not isinstance(body, Unset):
        _kwargs["json"] = body.to_dict()

    headers["Content-Type"] = "application/json"
    _kwargs["headers"] = headers
    return _kwargs


def _parse_response(*, response: httpx.Response) -> Stop:
    if response.status_code == 200:
        response_200 = Stop.from_dict(response.json())

        return response_200

    raise errors.failure(response)


def _build_response(*, response: httpx.Response) -> Response[Stop]:
    return Response(
        status_code=HTTPStatus(response.status_code),
        content=response.content,
        headers=response.headers,
        parsed=_parse_response(response=response),
    )


def sync_detailed(
    *,
    client: AuthenticatedClient,
    body: StopOrderRequest | Unset = UNSET,
    idempotency_key: str | Unset = UNSET,
) -> Response[Stop]:
    """As `sync`, with the status and the headers of the answer."""
    kwargs = _get_kwargs(
        body=body,
        idempotency_key=idempotency_key,
    )
    response = client.get_httpx_client().request(**kwargs)
    return _build_response(response=response)


def sync(
    *,
    client: AuthenticatedClient,
    body: StopOrderRequest | Unset = UNSET,
    idempotency_key: str | Unset = UNSET,
) -> Stop:
    """Stop scheduler.

    Nothing starts, and what runs is halted within seconds, until it is resumed.

    Args:
        idempotency_key (str | Unset):
        body (StopOrderRequest | Unset): Whose runs shall stand still, and why.

    Raises:
        errors.Refused: With the problem that the server answers.
        httpx.HTTPError: If the server cannot be reached, or does not answer in time.
    """
    kwargs = _get_kwargs(
        body=body,
        idempotency_key=idempotency_key,
    )
    response = client.get_httpx_client().request(**kwargs)
    return _parse_response(response=response)


async def asyncio_detailed(
    *,
    client: AuthenticatedClient,
    body: StopOrderRequest | Unset = UNSET,
    idempotency_key: str | Unset = UNSET,
) -> Response[Stop]:
    """As `asyncio`, with the status and the headers of the answer."""
    kwargs = _get_kwargs(
        body=body,
        idempotency_key=idempotency_key,
    )
    response = await client.get_async_httpx_client().request(**kwargs)
    return _build_response(response=response)


async def asyncio(
    *,
    client: AuthenticatedClient,
    body: StopOrderRequest | Unset = UNSET,
    idempotency_key: str | Unset = UNSET,
) -> Stop:
    """As `sync`, without blocking."""
    kwargs = _get_kwargs(
        body=body,
        idempotency_key=idempotency_key,
    )
    response = await client.get_async_httpx_client().request(**kwargs)
    return _parse_response(response=response)
