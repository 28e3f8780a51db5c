from http import HTTPStatus
from typing import Any

import httpx

from ... import errors
from ...client import AuthenticatedClient
from ...models.list_scheduled_commands_ordering import (
    ListScheduledCommandsOrdering,
)
from ...models.list_scheduled_commands_schedule_type import (
    ListScheduledCommandsScheduleType,
)
from ...models.paginated_schedule_list import PaginatedScheduleList
from ...types import UNSET, Response, Unset


def _get_kwargs(
    *,
    agent: int | Unset = UNSET,
    cursor: str | Unset = UNSET,
    enabled: bool | Unset = UNSET,
    ordering: ListScheduledCommandsOrdering | Unset = UNSET,
    page_size: int | Unset = 50,
    schedule_type: ListScheduledCommandsScheduleType | Unset = UNSET,
    search: str | Unset = UNSET,
) -> dict[str, Any]:

    headers: dict[str, Any] = {}

    params: dict[str, Any] = {}

    params["agent"] = agent

    params["cursor"] = cursor

    params["enabled"] = enabled

    json_ordering: str | Unset = UNSET
    if not isinstance(ordering, Unset):
        json_ordering = ordering

    params["ordering"] = json_ordering

    params["page_size"] = page_size

    json_schedule_type: str | Unset = UNSET
    if not isinstance(schedule_type, Unset):
        json_schedule_type = schedule_type

    params["schedule_type"] = json_schedule_type

    params["search"] = search

    params = {k: v for k, v in params.items() if v is not UNSET and v is not None}

    _kwargs: dict[str, Any] = {
        "method": "get",
        "url": "/api/scheduled-commands",
        "params": params,
    }
    headers["Accept"] = "application/json"
    _kwargs["headers"] = headers
    return _kwargs


def _parse_response(*, response: httpx.Response) -> PaginatedScheduleList:
    if response.status_code == 200:
        response_200 = PaginatedScheduleList.from_dict(response.json())

        return response_200

    raise errors.failure(response)


def _build_response(*, response: httpx.Response) -> Response[PaginatedScheduleList]:
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
    enabled: bool | Unset = UNSET,
    ordering: ListScheduledCommandsOrdering | Unset = UNSET,
    page_size: int | Unset = 50,
    schedule_type: ListScheduledCommandsScheduleType | Unset = UNSET,
    search: str | Unset = UNSET,
) -> Response[PaginatedScheduleList]:
    """As `sync`, with the status and the headers of the answer."""
    kwargs = _get_kwargs(
        agent=agent,
        cursor=cursor,
        enabled=enabled,
        ordering=ordering,
        page_size=page_size,
        schedule_type=schedule_type,
        search=search,
    )
    response = client.get_httpx_client().request(**kwargs)
    return _build_response(response=response)


def sync(
    *,
    client: AuthenticatedClient,
    agent: int | Unset = UNSET,
    cursor: str | Unset = UNSET,
    enabled: bool | Unset = UNSET,
    ordering: ListScheduledCommandsOrdering | Unset = UNSET,
    page_size: int | Unset = 50,
    schedule_type: ListScheduledCommandsScheduleType | Unset = UNSET,
    search: str | Unset = UNSET,
) -> PaginatedScheduleList:
    """List scheduled commands.

    An owner's standing orders to agents: what to do, and when.

    In pages that `next` leads through: the last one takes no longer than the first.

    Args:
        agent (int | Unset):
        cursor (str | Unset):
        enabled (bool | Unset):
        ordering (ListScheduledCommandsOrdering | Unset):
        page_size (int | Unset):  Default: 50.
        schedule_type (ListScheduledCommandsScheduleType | Unset):
        search (str | Unset):

    Raises:
        errors.Refused: With the problem that the server answers.
        httpx.HTTPError: If the server cannot be reached, or does not answer in time.
    """
    kwargs = _get_kwargs(
        agent=agent,
        cursor=cursor,
        enabled=enabled,
        ordering=ordering,
        page_size=page_size,
        schedule_type=schedule_type,
        search=search,
    )
    response = client.get_httpx_client().request(**kwargs)
    return _parse_response(response=response)


async def asyncio_detailed(
    *,
    client: AuthenticatedClient,
    agent: int | Unset = UNSET,
    cursor: str | Unset = UNSET,
    enabled: bool | Unset = UNSET,
    ordering: ListScheduledCommandsOrdering | Unset = UNSET,
    page_size: int | Unset = 50,
    schedule_type: ListScheduledCommandsScheduleType | Unset = UNSET,
    search: str | Unset = UNSET,
) -> Response[PaginatedScheduleList]:
    """As `asyncio`, with the status and the headers of the answer."""
    kwargs = _get_kwargs(
        agent=agent,
        cursor=cursor,
        enabled=enabled,
        ordering=ordering,
        page_size=page_size,
        schedule_type=schedule_type,
        search=search,
    )
    response = await client.get_async_httpx_client().request(**kwargs)
    return _build_response(response=response)


async def asyncio(
    *,
    client: AuthenticatedClient,
    agent: int | Unset = UNSET,
    cursor: str | Unset = UNSET,
    enabled: bool | Unset = UNSET,
    ordering: ListScheduledCommandsOrdering | Unset = UNSET,
    page_size: int | Unset = 50,
    schedule_type: ListScheduledCommandsScheduleType | Unset = UNSET,
    search: str | Unset = UNSET,
) -> PaginatedScheduleList:
    """As `sync`, without blocking."""
    kwargs = _get_kwargs(
        agent=agent,
        cursor=cursor,
        enabled=enabled,
        ordering=ordering,
        page_size=page_size,
        schedule_type=schedule_type,
        search=search,
    )
    response = await client.get_async_httpx_client().request(**kwargs)
    return _parse_response(response=response)
