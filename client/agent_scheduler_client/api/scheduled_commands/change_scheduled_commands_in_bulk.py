from http import HTTPStatus
from typing import Any

import httpx

from ... import errors
from ...client import AuthenticatedClient
from ...models.bulk_answer import BulkAnswer
from ...models.bulk_request import BulkRequest
from ...types import UNSET, Response, Unset


def _get_kwargs(
    *,
    body: BulkRequest,
    idempotency_key: str | Unset = UNSET,
) -> dict[str, Any]:
    headers: dict[str, Any] = {}
    if not isinstance(idempotency_key, Unset):
        headers["Idempotency-Key"] = idempotency_key

    _kwargs: dict[str, Any] = {
        "method": "post",
        "url": "/api/scheduled-commands/bulk",
    }
    headers["Accept"] = "application/json"
    _kwargs["json"] = body.to_dict()

    headers["Content-Type"] = "application/json"
    _kwargs["headers"] = headers
    return _kwargs


def _parse_response(*, response: httpx.Response) -> BulkAnswer:
    if response.status_code == 200:
        response_200 = BulkAnswer.from_dict(response.json())

        return response_200

    raise errors.failure(response)


def _build_response(*, response: httpx.Response) -> Response[BulkAnswer]:
    return Response(
        status_code=HTTPStatus(response.status_code),
        content=response.content,
        headers=response.headers,
        parsed=_parse_response(response=response),
    )


def sync_detailed(
    *,
    client: AuthenticatedClient,
    body: BulkRequest,
    idempotency_key: str | Unset = UNSET,
) -> Response[BulkAnswer]:
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
    body: BulkRequest,
    idempotency_key: str | Unset = UNSET,
) -> BulkAnswer:
    """Change scheduled commands in bulk.

    Enable, disable or delete all that a filter describes, or none if one of them cannot.

    Args:
        idempotency_key (str | Unset):
        body (BulkRequest): What to do with many scheduled commands.

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
    body: BulkRequest,
    idempotency_key: str | Unset = UNSET,
) -> Response[BulkAnswer]:
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
    body: BulkRequest,
    idempotency_key: str | Unset = UNSET,
) -> BulkAnswer:
    """As `sync`, without blocking."""
    kwargs = _get_kwargs(
        body=body,
        idempotency_key=idempotency_key,
    )
    response = await client.get_async_httpx_client().request(**kwargs)
    return _parse_response(response=response)
