from http import HTTPStatus
from typing import Any

import httpx

from ... import errors
from ...client import AuthenticatedClient
from ...models.schedule import Schedule
from ...models.schedule_request import ScheduleRequest
from ...types import UNSET, Response, Unset


def _get_kwargs(
    *,
    body: ScheduleRequest,
    idempotency_key: str | Unset = UNSET,
) -> dict[str, Any]:
    headers: dict[str, Any] = {}
    if not isinstance(idempotency_key, Unset):
        headers["Idempotency-Key"] = idempotency_key

    _kwargs: dict[str, Any] = {
        "method": "post",
        "url": "/api/scheduled-commands",
    }
    headers["Accept"] = "application/json"
    _kwargs["json"] = body.to_dict()

    headers["Content-Type"] = "application/json"
    _kwargs["headers"] = headers
    return _kwargs


def _parse_response(*, response: httpx.Response) -> Schedule:
    if response.status_code == 201:
        response_201 = Schedule.from_dict(response.json())

        return response_201

    raise errors.failure(response)


def _build_response(*, response: httpx.Response) -> Response[Schedule]:
    return Response(
        status_code=HTTPStatus(response.status_code),
        content=response.content,
        headers=response.headers,
        parsed=_parse_response(response=response),
    )


def sync_detailed(
    *,
    client: AuthenticatedClient,
    body: ScheduleRequest,
    idempotency_key: str | Unset = UNSET,
) -> Response[Schedule]:
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
    body: ScheduleRequest,
    idempotency_key: str | Unset = UNSET,
) -> Schedule:
    """Create scheduled command.

    An owner's standing orders to agents: what to do, and when.

    A new order of the requester's; the answer has its next planned times.

    Args:
        idempotency_key (str | Unset):
        body (ScheduleRequest): A scheduled command; what its fields may say is checked by
            the services.

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
    body: ScheduleRequest,
    idempotency_key: str | Unset = UNSET,
) -> Response[Schedule]:
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
    body: ScheduleRequest,
    idempotency_key: str | Unset = UNSET,
) -> Schedule:
    """As `sync`, without blocking."""
    kwargs = _get_kwargs(
        body=body,
        idempotency_key=idempotency_key,
    )
    response = await client.get_async_httpx_client().request(**kwargs)
    return _parse_response(response=response)
