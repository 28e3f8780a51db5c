from http import HTTPStatus
from typing import Any

import httpx

from ... import errors
from ...client import AuthenticatedClient
from ...models.list_executions_state import (
    ListExecutionsState,
)
from ...models.list_executions_trigger import (
    ListExecutionsTrigger,
)
from ...models.paginated_execution_list import PaginatedExecutionList
from ...types import UNSET, Response, Unset


def _get_kwargs(
    *,
    agent: int | Unset = UNSET,
    cursor: str | Unset = UNSET,
    former_schedule: int | Unset = UNSET,
    page_size: int | Unset = 50,
    schedule: int | Unset = UNSET,
    state: ListExecutionsState | Unset = UNSET,
    trigger: ListExecutionsTrigger | Unset = UNSET,
) -> dict[str, Any]:

    headers: dict[str, Any] = {}

    params: dict[str, Any] = {}

    params["agent"] = agent

    params["cursor"] = cursor

    params["former_schedule"] = former_schedule

    params["page_size"] = page_size

    params["schedule"] = schedule

    json_state: str | Unset = UNSET
    if not isinstance(state, Unset):
        json_state = state

    params["state"] = json_state

    json_trigger: str | Unset = UNSET
    if not isinstance(trigger, Unset):
        json_trigger = trigger

    params["trigger"] = json_trigger

    params = {k: v for k, v in params.items() if v is not UNSET and v is not None}

    _kwargs: dict[str, Any] = {
        "method": "get",
        "url": "/api/executions",
        "params": params,
    }
    headers["Accept"] = "application/json"
    _kwargs["headers"] = headers
    return _kwargs


def _parse_response(*, response: httpx.Response) -> PaginatedExecutionList:
    if response.status_code == 200:
        response_200 = PaginatedExecutionList.from_dict(response.json())

        return response_200

    raise errors.failure(response)


def _build_response(*, response: httpx.Response) -> Response[PaginatedExecutionList]:
    return Response(
        status_code=HTTPStatus(response.status_code),
        content=response.content,
        headers=response.headers,
        parsed=_parse_response(response=response),
    )


def sync_detailed(
    *,
    client: AuthenticatedClient,
    agent: int | Unset = UNSET,
    cursor: str | Unset = UNSET,
    former_schedule: int | Unset = UNSET,
    page_size: int | Unset = 50,
    schedule: int | Unset = UNSET,
    state: ListExecutionsState | Unset = UNSET,
    trigger: ListExecutionsTrigger | Unset = UNSET,
) -> Response[PaginatedExecutionList]:
    """As `sync`, with the status and the headers of the answer."""
    kwargs = _get_kwargs(
        agent=agent,
        cursor=cursor,
        former_schedule=former_schedule,
        page_size=page_size,
        schedule=schedule,
        state=state,
        trigger=trigger,
    )
    response = client.get_httpx_client().request(**kwargs)
    return _build_response(response=response)


def sync(
    *,
    client: AuthenticatedClient,
    agent: int | Unset = UNSET,
    cursor: str | Unset = UNSET,
    former_schedule: int | Unset = UNSET,
    page_size: int | Unset = 50,
    schedule: int | Unset = UNSET,
    state: ListExecutionsState | Unset = UNSET,
    trigger: ListExecutionsTrigger | Unset = UNSET,
) -> PaginatedExecutionList:
    """List executions.

    One's own executions, newest first; those of deleted schedules, too.

    In pages that `next` leads through: the last one takes no longer than the first.

    Args:
        agent (int | Unset):
        cursor (str | Unset):
        former_schedule (int | Unset):
        page_size (int | Unset):  Default: 50.
        schedule (int | Unset):
        state (ListExecutionsState | Unset):
        trigger (ListExecutionsTrigger | Unset):

    Raises:
        errors.Refused: With the problem that the server answers.
        httpx.HTTPError: If the server cannot be reached, or does not answer in time.
    """
    kwargs = _get_kwargs(
        agent=agent,
        cursor=cursor,
        former_schedule=former_schedule,
        page_size=page_size,
        schedule=schedule,
        state=state,
        trigger=trigger,
    )
    response = client.get_httpx_client().request(**kwargs)
    return _parse_response(response=response)


async def asyncio_detailed(
    *,
    client: AuthenticatedClient,
    agent: int | Unset = UNSET,
    cursor: str | Unset = UNSET,
    former_schedule: int | Unset = UNSET,
    page_size: int | Unset = 50,
    schedule: int | Unset = UNSET,
    state: ListExecutionsState | Unset = UNSET,
    trigger: ListExecutionsTrigger | Unset = UNSET,
) -> Response[PaginatedExecutionList]:
    """As `asyncio`, with the status and the headers of the answer."""
    kwargs = _get_kwargs(
        agent=agent,
        cursor=cursor,
        former_schedule=former_schedule,
        page_size=page_size,
        schedule=schedule,
        state=state,
        trigger=trigger,
    )
    response = await client.get_async_httpx_client().request(**kwargs)
    return _build_response(response=response)


async def asyncio(
    *,
    client: AuthenticatedClient,
    agent: int | Unset = UNSET,
    cursor: str | Unset = UNSET,
    former_schedule: int | Unset = UNSET,
    page_size: int | Unset = 50,
    schedule: int | Unset = UNSET,
    state: ListExecutionsState | Unset = UNSET,
    trigger: ListExecutionsTrigger | Unset = UNSET,
) -> PaginatedExecutionList:
    """As `sync`, without blocking."""
    kwargs = _get_kwargs(
        agent=agent,
        cursor=cursor,
        former_schedule=former_schedule,
        page_size=page_size,
        schedule=schedule,
        state=state,
        trigger=trigger,
    )
    response = await client.get_async_httpx_client().request(**kwargs)
    return _parse_response(response=response)
