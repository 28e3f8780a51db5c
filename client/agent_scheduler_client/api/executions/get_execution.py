from http import HTTPStatus
from typing import Any
from urllib.parse import quote
from uuid import UUID

import httpx

from ... import errors
from ...client import AuthenticatedClient
from ...models.execution_detail import ExecutionDetail
from ...types import Response


def _get_kwargs(
    id: UUID,
) -> dict[str, Any]:

    headers: dict[str, Any] = {}

    _kwargs: dict[str, Any] = {
        "method": "get",
        "url": "/api/executions/{id}".format(
            id=quote(str(id), safe=""),
        ),
    }
    headers["Accept"] = "application/json"
    _kwargs["headers"] = headers
    return _kwargs


def _parse_response(*, response: httpx.Response) -> ExecutionDetail:
    if response.status_code == 200:
        response_200 = ExecutionDetail.from_dict(response.json())

        return response_200

    raise errors.failure(response)


def _build_response(*, response: httpx.Response) -> Response[ExecutionDetail]:
    return Response(
        status_code=HTTPStatus(response.status_code),
        content=response.content,
        headers=response.headers,
        parsed=_parse_response(response=response),
    )


def sync_detailed(
    id: UUID,
    *,
    client: AuthenticatedClient,
) -> Response[ExecutionDetail]:
    """As `sync`, with the status and the headers of the answer."""
    kwargs = _get_kwargs(
        id=id,
    )
    response = client.get_httpx_client().request(**kwargs)
    return _build_response(response=response)


def sync(
    id: UUID,
    *,
    client: AuthenticatedClient,
) -> ExecutionDetail:
    """Get execution.

    One's own executions, newest first; those of deleted schedules, too.

    One of them, by its id.

    Args:
        id (UUID):

    Raises:
        errors.Refused: With the problem that the server answers.
        httpx.HTTPError: If the server cannot be reached, or does not answer in time.
    """
    kwargs = _get_kwargs(
        id=id,
    )
    response = client.get_httpx_client().request(**kwargs)
    return _parse_response(response=response)


async def asyncio_detailed(
    id: UUID,
    *,
    client: AuthenticatedClient,
) -> Response[ExecutionDetail]:
    """As `asyncio`, with the status and the headers of the answer."""
    kwargs = _get_kwargs(
        id=id,
    )
    response = await client.get_async_httpx_client().request(**kwargs)
    return _build_response(response=response)


async def asyncio(
    id: UUID,
    *,
    client: AuthenticatedClient,
) -> ExecutionDetail:
    """As `sync`, without blocking."""
    kwargs = _get_kwargs(
        id=id,
    )
    response = await client.get_async_httpx_client().request(**kwargs)
    return _parse_response(response=response)
