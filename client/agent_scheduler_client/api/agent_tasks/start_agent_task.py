from http import HTTPStatus
from typing import Any

import httpx

from ... import errors
from ...client import AuthenticatedClient
from ...models.agent_task import AgentTask
from ...models.start_request import StartRequest
from ...types import UNSET, Response, Unset


def _get_kwargs(
    *,
    body: StartRequest,
    idempotency_key: str | Unset = UNSET,
) -> dict[str, Any]:
    headers: dict[str, Any] = {}
    if not isinstance(idempotency_key, Unset):
        headers["Idempotency-Key"] = idempotency_key

    _kwargs: dict[str, Any] = {
        "method": "post",
        "url": "/api/agent-tasks",
    }
    headers["Accept"] = "application/json"
    _kwargs["json"] = body.to_dict()

    headers["Content-Type"] = "application/json"
    _kwargs["headers"] = headers
    return _kwargs


def _parse_response(*, response: httpx.Response) -> AgentTask:
    if response.status_code == 202:
        response_202 = AgentTask.from_dict(response.json())

        return response_202

    raise errors.failure(response)


def _build_response(*, response: httpx.Response) -> Response[AgentTask]:
    return Response(
        status_code=HTTPStatus(response.status_code),
        content=response.content,
        headers=response.headers,
        parsed=_parse_response(response=response),
    )


def sync_detailed(
    *,
    client: AuthenticatedClient,
    body: StartRequest,
    idempotency_key: str | Unset = UNSET,
) -> Response[AgentTask]:
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
    body: StartRequest,
    idempotency_key: str | Unset = UNSET,
) -> AgentTask:
    """Start agent task.

    Start an agent task without a schedule.

    Args:
        idempotency_key (str | Unset):
        body (StartRequest): The order for an agent task of its own.

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
    body: StartRequest,
    idempotency_key: str | Unset = UNSET,
) -> Response[AgentTask]:
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
    body: StartRequest,
    idempotency_key: str | Unset = UNSET,
) -> AgentTask:
    """As `sync`, without blocking."""
    kwargs = _get_kwargs(
        body=body,
        idempotency_key=idempotency_key,
    )
    response = await client.get_async_httpx_client().request(**kwargs)
    return _parse_response(response=response)
