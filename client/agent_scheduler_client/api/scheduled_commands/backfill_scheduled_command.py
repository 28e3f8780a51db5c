from http import HTTPStatus
from typing import Any
from urllib.parse import quote

import httpx

from ... import errors
from ...client import AuthenticatedClient
from ...models.backfill_request import BackfillRequest
from ...models.backfilled import Backfilled
from ...types import UNSET, Response, Unset


def _get_kwargs(
    id: int,
    *,
    body: BackfillRequest,
    idempotency_key: str | Unset = UNSET,
) -> dict[str, Any]:
    headers: dict[str, Any] = {}
    if not isinstance(idempotency_key, Unset):
        headers["Idempotency-Key"] = idempotency_key

    _kwargs: dict[str, Any] = {
        "method": "post",
        "url": "/api/scheduled-commands/{id}/backfill".format(
            id=quote(str(id), safe=""),
        ),
    }
    headers["Accept"] = "application/json"
    _kwargs["json"] = body.to_dict()

    headers["Content-Type"] = "application/json"
    _kwargs["headers"] = headers
    return _kwargs


def _parse_response(*, response: httpx.Response) -> Backfilled:
    if response.status_code == 202:
        response_202 = Backfilled.from_dict(response.json())

        return response_202

    raise errors.failure(response)


def _build_response(*, response: httpx.Response) -> Response[Backfilled]:
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
    body: BackfillRequest,
    idempotency_key: str | Unset = UNSET,
) -> Response[Backfilled]:
    """As `sync`, with the status and the headers of the answer."""
    kwargs = _get_kwargs(
        id=id,
        body=body,
        idempotency_key=idempotency_key,
    )
    response = client.get_httpx_client().request(**kwargs)
    return _build_response(response=response)


def sync(
    id: int,
    *,
    client: AuthenticatedClient,
    body: BackfillRequest,
    idempotency_key: str | Unset = UNSET,
) -> Backfilled:
    """Backfill scheduled command.

    Run it for planned times that have passed and have not run: one after the other, or a
    few seconds apart where its runs may overlap.

    Args:
        id (int):
        idempotency_key (str | Unset):
        body (BackfillRequest): The planned times that are meant, both ends included.

    Raises:
        errors.Refused: With the problem that the server answers.
        httpx.HTTPError: If the server cannot be reached, or does not answer in time.
    """
    kwargs = _get_kwargs(
        id=id,
        body=body,
        idempotency_key=idempotency_key,
    )
    response = client.get_httpx_client().request(**kwargs)
    return _parse_response(response=response)


async def asyncio_detailed(
    id: int,
    *,
    client: AuthenticatedClient,
    body: BackfillRequest,
    idempotency_key: str | Unset = UNSET,
) -> Response[Backfilled]:
    """As `asyncio`, with the status and the headers of the answer."""
    kwargs = _get_kwargs(
        id=id,
        body=body,
        idempotency_key=idempotency_key,
    )
    response = await client.get_async_httpx_client().request(**kwargs)
    return _build_response(response=response)


async def asyncio(
    id: int,
    *,
    client: AuthenticatedClient,
    body: BackfillRequest,
    idempotency_key: str | Unset = UNSET,
) -> Backfilled:
    """As `sync`, without blocking."""
    kwargs = _get_kwargs(
        id=id,
        body=body,
        idempotency_key=idempotency_key,
    )
    response = await client.get_async_httpx_client().request(**kwargs)
    return _parse_response(response=response)
