from http import HTTPStatus
from typing import Any

import httpx

from ... import errors
from ...client import AuthenticatedClient
from ...models.list_hooks_ordering import ListHooksOrdering
from ...models.paginated_hook_list import PaginatedHookList
from ...types import UNSET, Response, Unset


def _get_kwargs(
    *,
    ordering: ListHooksOrdering | Unset = UNSET,
    page: int | Unset = UNSET,
    page_size: int | Unset = 50,
    search: str | Unset = UNSET,
) -> dict[str, Any]:

    headers: dict[str, Any] = {}

    params: dict[str, Any] = {}

    json_ordering: str | Unset = UNSET
    if not isinstance(ordering, Unset):
        json_ordering = ordering

    params["ordering"] = json_ordering

    params["page"] = page

    params["page_size"] = page_size

    params["search"] = search

    params = {k: v for k, v in params.items() if v is not UNSET and v is not None}

    _kwargs: dict[str, Any] = {
        "method": "get",
        "url": "/api/hooks",
        "params": params,
    }
    headers["Accept"] = "application/json"
    _kwargs["headers"] = headers
    return _kwargs


def _parse_response(*, response: httpx.Response) -> PaginatedHookList:
    if response.status_code == 200:
        response_200 = PaginatedHookList.from_dict(response.json())

        return response_200

    raise errors.failure(response)


def _build_response(*, response: httpx.Response) -> Response[PaginatedHookList]:
    return Response(
        status_code=HTTPStatus(response.status_code),
        content=response.content,
        headers=response.headers,
        parsed=_parse_response(response=response),
    )


def sync_detailed(
    *,
    client: AuthenticatedClient,
    ordering: ListHooksOrdering | Unset = UNSET,
    page: int | Unset = UNSET,
    page_size: int | Unset = 50,
    search: str | Unset = UNSET,
) -> Response[PaginatedHookList]:
    """As `sync`, with the status and the headers of the answer."""
    kwargs = _get_kwargs(
        ordering=ordering,
        page=page,
        page_size=page_size,
        search=search,
    )
    response = client.get_httpx_client().request(**kwargs)
    return _build_response(response=response)


def sync(
    *,
    client: AuthenticatedClient,
    ordering: ListHooksOrdering | Unset = UNSET,
    page: int | Unset = UNSET,
    page_size: int | Unset = 50,
    search: str | Unset = UNSET,
) -> PaginatedHookList:
    """List hooks.

    URLs that one's events are sent to, signed as https://www.standardwebhooks.com says.

    In numbered pages, with how many there are.

    Args:
        ordering (ListHooksOrdering | Unset):
        page (int | Unset):
        page_size (int | Unset):  Default: 50.
        search (str | Unset):

    Raises:
        errors.Refused: With the problem that the server answers.
        httpx.HTTPError: If the server cannot be reached, or does not answer in time.
    """
    kwargs = _get_kwargs(
        ordering=ordering,
        page=page,
        page_size=page_size,
        search=search,
    )
    response = client.get_httpx_client().request(**kwargs)
    return _parse_response(response=response)


async def asyncio_detailed(
    *,
    client: AuthenticatedClient,
    ordering: ListHooksOrdering | Unset = UNSET,
    page: int | Unset = UNSET,
    page_size: int | Unset = 50,
    search: str | Unset = UNSET,
) -> Response[PaginatedHookList]:
    """As `asyncio`, with the status and the headers of the answer."""
    kwargs = _get_kwargs(
        ordering=ordering,
        page=page,
        page_size=page_size,
        search=search,
    )
    response = await client.get_async_httpx_client().request(**kwargs)
    return _build_response(response=response)


async def asyncio(
    *,
    client: AuthenticatedClient,
    ordering: ListHooksOrdering | Unset = UNSET,
    page: int | Unset = UNSET,
    page_size: int | Unset = 50,
    search: str | Unset = UNSET,
) -> PaginatedHookList:
    """As `sync`, without blocking."""
    kwargs = _get_kwargs(
        ordering=ordering,
        page=page,
        page_size=page_size,
        search=search,
    )
    response = await client.get_async_httpx_client().request(**kwargs)
    return _parse_response(response=response)
