from http import HTTPStatus
from typing import Any

import httpx

from ... import errors
from ...client import AuthenticatedClient
from ...models.list_agents_ordering import (
    ListAgentsOrdering,
)
from ...models.paginated_agent_list import PaginatedAgentList
from ...types import UNSET, Response, Unset


def _get_kwargs(
    *,
    name: str | Unset = UNSET,
    ordering: ListAgentsOrdering | Unset = UNSET,
    page: int | Unset = UNSET,
    page_size: int | Unset = 50,
    runner: str | Unset = UNSET,
    search: str | Unset = UNSET,
) -> dict[str, Any]:

    headers: dict[str, Any] = {}

    params: dict[str, Any] = {}

    params["name"] = name

    json_ordering: str | Unset = UNSET
    if not isinstance(ordering, Unset):
        json_ordering = ordering

    params["ordering"] = json_ordering

    params["page"] = page

    params["page_size"] = page_size

    params["runner"] = runner

    params["search"] = search

    params = {k: v for k, v in params.items() if v is not UNSET and v is not None}

    _kwargs: dict[str, Any] = {
        "method": "get",
        "url": "/api/agents",
        "params": params,
    }
    headers["Accept"] = "application/json"
    _kwargs["headers"] = headers
    return _kwargs


def _parse_response(*, response: httpx.Response) -> PaginatedAgentList:
    if response.status_code == 200:
        response_200 = PaginatedAgentList.from_dict(response.json())

        return response_200

    raise errors.failure(response)


def _build_response(*, response: httpx.Response) -> Response[PaginatedAgentList]:
    return Response(
        status_code=HTTPStatus(response.status_code),
        content=response.content,
        headers=response.headers,
        parsed=_parse_response(response=response),
    )


def sync_detailed(
    *,
    client: AuthenticatedClient,
    name: str | Unset = UNSET,
    ordering: ListAgentsOrdering | Unset = UNSET,
    page: int | Unset = UNSET,
    page_size: int | Unset = 50,
    runner: str | Unset = UNSET,
    search: str | Unset = UNSET,
) -> Response[PaginatedAgentList]:
    """As `sync`, with the status and the headers of the answer."""
    kwargs = _get_kwargs(
        name=name,
        ordering=ordering,
        page=page,
        page_size=page_size,
        runner=runner,
        search=search,
    )
    response = client.get_httpx_client().request(**kwargs)
    return _build_response(response=response)


def sync(
    *,
    client: AuthenticatedClient,
    name: str | Unset = UNSET,
    ordering: ListAgentsOrdering | Unset = UNSET,
    page: int | Unset = UNSET,
    page_size: int | Unset = 50,
    runner: str | Unset = UNSET,
    search: str | Unset = UNSET,
) -> PaginatedAgentList:
    """List agents.

    Who runs commands: a runner kind, a model, instructions and limits.

    In numbered pages, with how many there are.

    Args:
        name (str | Unset):
        ordering (ListAgentsOrdering | Unset):
        page (int | Unset):
        page_size (int | Unset):  Default: 50.
        runner (str | Unset):
        search (str | Unset):

    Raises:
        errors.Refused: With the problem that the server answers.
        httpx.HTTPError: If the server cannot be reached, or does not answer in time.
    """
    kwargs = _get_kwargs(
        name=name,
        ordering=ordering,
        page=page,
        page_size=page_size,
        runner=runner,
        search=search,
    )
    response = client.get_httpx_client().request(**kwargs)
    return _parse_response(response=response)


async def asyncio_detailed(
    *,
    client: AuthenticatedClient,
    name: str | Unset = UNSET,
    ordering: ListAgentsOrdering | Unset = UNSET,
    page: int | Unset = UNSET,
    page_size: int | Unset = 50,
    runner: str | Unset = UNSET,
    search: str | Unset = UNSET,
) -> Response[PaginatedAgentList]:
    """As `asyncio`, with the status and the headers of the answer."""
    kwargs = _get_kwargs(
        name=name,
        ordering=ordering,
        page=page,
        page_size=page_size,
        runner=runner,
        search=search,
    )
    response = await client.get_async_httpx_client().request(**kwargs)
    return _build_response(response=response)


async def asyncio(
    *,
    client: AuthenticatedClient,
    name: str | Unset = UNSET,
    ordering: ListAgentsOrdering | Unset = UNSET,
    page: int | Unset = UNSET,
    page_size: int | Unset = 50,
    runner: str | Unset = UNSET,
    search: str | Unset = UNSET,
) -> PaginatedAgentList:
    """As `sync`, without blocking."""
    kwargs = _get_kwargs(
        name=name,
        ordering=ordering,
        page=page,
        page_size=page_size,
        runner=runner,
        search=search,
    )
    response = await client.get_async_httpx_client().request(**kwargs)
    return _parse_response(response=response)
