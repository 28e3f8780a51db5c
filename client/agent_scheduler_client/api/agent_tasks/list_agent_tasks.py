from http import HTTPStatus
from typing import Any

import httpx

from ... import errors
from ...client import AuthenticatedClient
from ...models.list_agent_tasks_state import (
    ListAgentTasksState,
)
from ...models.paginated_agent_task_row_list import PaginatedAgentTaskRowList
from ...types import UNSET, Response, Unset


def _get_kwargs(
    *,
    agent: int | Unset = UNSET,
    cursor: str | Unset = UNSET,
    page_size: int | Unset = 50,
    state: ListAgentTasksState | Unset = UNSET,
) -> dict[str, Any]:

    headers: dict[str, Any] = {}

    params: dict[str, Any] = {}

    params["agent"] = agent

    params["cursor"] = cursor

    params["page_size"] = page_size

    json_state: str | Unset = UNSET
    if not isinstance(state, Unset):
        json_state = state

    params["state"] = json_state

    params = {k: v for k, v in params.items() if v is not UNSET and v is not None}

    _kwargs: dict[str, Any] = {
        "method": "get",
        "url": "/api/agent-tasks",
        "params": params,
    }
    headers["Accept"] = "application/json"
    _kwargs["headers"] = headers
    return _kwargs


def _parse_response(*, response: httpx.Response) -> PaginatedAgentTaskRowList:
    if response.status_code == 200:
        response_200 = PaginatedAgentTaskRowList.from_dict(response.json())

        return response_200

    raise errors.failure(response)


def _build_response(*, response: httpx.Response) -> Response[PaginatedAgentTaskRowList]:
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
    page_size: int | Unset = 50,
    state: ListAgentTasksState | Unset = UNSET,
) -> Response[PaginatedAgentTaskRowList]:
    """As `sync`, with the status and the headers of the answer."""
    kwargs = _get_kwargs(
        agent=agent,
        cursor=cursor,
        page_size=page_size,
        state=state,
    )
    response = client.get_httpx_client().request(**kwargs)
    return _build_response(response=response)


def sync(
    *,
    client: AuthenticatedClient,
    agent: int | Unset = UNSET,
    cursor: str | Unset = UNSET,
    page_size: int | Unset = 50,
    state: ListAgentTasksState | Unset = UNSET,
) -> PaginatedAgentTaskRowList:
    """List agent tasks.

    Agent runs, newest first, whatever started them.

    In pages that `next` leads through: the last one takes no longer than the first.

    Args:
        agent (int | Unset):
        cursor (str | Unset):
        page_size (int | Unset):  Default: 50.
        state (ListAgentTasksState | Unset):

    Raises:
        errors.Refused: With the problem that the server answers.
        httpx.HTTPError: If the server cannot be reached, or does not answer in time.
    """
    kwargs = _get_kwargs(
        agent=agent,
        cursor=cursor,
        page_size=page_size,
        state=state,
    )
    response = client.get_httpx_client().request(**kwargs)
    return _parse_response(response=response)


async def asyncio_detailed(
    *,
    client: AuthenticatedClient,
    agent: int | Unset = UNSET,
    cursor: str | Unset = UNSET,
    page_size: int | Unset = 50,
    state: ListAgentTasksState | Unset = UNSET,
) -> Response[PaginatedAgentTaskRowList]:
    """As `asyncio`, with the status and the headers of the answer."""
    kwargs = _get_kwargs(
        agent=agent,
        cursor=cursor,
        page_size=page_size,
        state=state,
    )
    response = await client.get_async_httpx_client().request(**kwargs)
    return _build_response(response=response)


async def asyncio(
    *,
    client: AuthenticatedClient,
    agent: int | Unset = UNSET,
    cursor: str | Unset = UNSET,
    page_size: int | Unset = 50,
    state: ListAgentTasksState | Unset = UNSET,
) -> PaginatedAgentTaskRowList:
    """As `sync`, without blocking."""
    kwargs = _get_kwargs(
        agent=agent,
        cursor=cursor,
        page_size=page_size,
        state=state,
    )
    response = await client.get_async_httpx_client().request(**kwargs)
    return _parse_response(response=response)
