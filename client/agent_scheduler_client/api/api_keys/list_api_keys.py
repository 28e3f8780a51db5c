from http import HTTPStatus
from typing import Any

import httpx

from ... import errors
from ...client import AuthenticatedClient
from ...models.list_api_keys_ordering import (
    ListApiKeysOrdering,
)
from ...models.list_api_keys_scope import ListApiKeysScope
from ...models.paginated_api_key_list import PaginatedApiKeyList
from ...types import UNSET, Response, Unset


def _get_kwargs(
    *,
    ordering: ListApiKeysOrdering | Unset = UNSET,
    page: int | Unset = UNSET,
    page_size: int | Unset = 50,
    scope: ListApiKeysScope | Unset = UNSET,
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

    json_scope: str | Unset = UNSET
    if not isinstance(scope, Unset):
        json_scope = scope

    params["scope"] = json_scope

    params["search"] = search

    params = {k: v for k, v in params.items() if v is not UNSET and v is not None}

    _kwargs: dict[str, Any] = {
        "method": "get",
        "url": "/api/api-keys",
        "params": params,
    }
    headers["Accept"] = "application/json"
    _kwargs["headers"] = headers
    return _kwargs


def _parse_response(*, response: httpx.Response) -> PaginatedApiKeyList:
    if response.status_code == 200:
        response_200 = PaginatedApiKeyList.from_dict(response.json())

        return response_200

    raise errors.failure(response)


def _build_response(*, response: httpx.Response) -> Response[PaginatedApiKeyList]:
    return Response(
        status_code=HTTPStatus(response.status_code),
        content=response.content,
        headers=response.headers,
        parsed=_parse_response(response=response),
    )


def sync_detailed(
    *,
    client: AuthenticatedClient,
    ordering: ListApiKeysOrdering | Unset = UNSET,
    page: int | Unset = UNSET,
    page_size: int | Unset = 50,
    scope: ListApiKeysScope | Unset = UNSET,
    search: str | Unset = UNSET,
) -> Response[PaginatedApiKeyList]:
    """As `sync`, with the status and the headers of the answer."""
    kwargs = _get_kwargs(
        ordering=ordering,
        page=page,
        page_size=page_size,
        scope=scope,
        search=search,
    )
    response = client.get_httpx_client().request(**kwargs)
    return _build_response(response=response)


def sync(
    *,
    client: AuthenticatedClient,
    ordering: ListApiKeysOrdering | Unset = UNSET,
    page: int | Unset = UNSET,
    page_size: int | Unset = 50,
    scope: ListApiKeysScope | Unset = UNSET,
    search: str | Unset = UNSET,
) -> PaginatedApiKeyList:
    """List API keys.

    Keys of the requester, for programs; each is shown whole at its creation only.

    In numbered pages, with how many there are.

    Args:
        ordering (ListApiKeysOrdering | Unset):
        page (int | Unset):
        page_size (int | Unset):  Default: 50.
        scope (ListApiKeysScope | Unset):
        search (str | Unset):

    Raises:
        errors.Refused: With the problem that the server answers.
        httpx.HTTPError: If the server cannot be reached, or does not answer in time.
    """
    kwargs = _get_kwargs(
        ordering=ordering,
        page=page,
        page_size=page_size,
        scope=scope,
        search=search,
    )
    response = client.get_httpx_client().request(**kwargs)
    return _parse_response(response=response)


async def asyncio_detailed(
    *,
    client: AuthenticatedClient,
    ordering: ListApiKeysOrdering | Unset = UNSET,
    page: int | Unset = UNSET,
    page_size: int | Unset = 50,
    scope: ListApiKeysScope | Unset = UNSET,
    search: str | Unset = UNSET,
) -> Response[PaginatedApiKeyList]:
    """As `asyncio`, with the status and the headers of the answer."""
    kwargs = _get_kwargs(
        ordering=ordering,
        page=page,
        page_size=page_size,
        scope=scope,
        search=search,
    )
    response = await client.get_async_httpx_client().request(**kwargs)
    return _build_response(response=response)


async def asyncio(
    *,
    client: AuthenticatedClient,
    ordering: ListApiKeysOrdering | Unset = UNSET,
    page: int | Unset = UNSET,
    page_size: int | Unset = 50,
    scope: ListApiKeysScope | Unset = UNSET,
    search: str | Unset = UNSET,
) -> PaginatedApiKeyList:
    """As `sync`, without blocking."""
    kwargs = _get_kwargs(
        ordering=ordering,
        page=page,
        page_size=page_size,
        scope=scope,
        search=search,
    )
    response = await client.get_async_httpx_client().request(**kwargs)
    return _parse_response(response=response)
