from http import HTTPStatus
from typing import Any
from urllib.parse import quote

import httpx

from ... import errors
from ...client import AuthenticatedClient
from ...models.list_deliveries_state import (
    ListDeliveriesState,
)
from ...models.paginated_delivery_list import PaginatedDeliveryList
from ...types import UNSET, Response, Unset


def _get_kwargs(
    hook: int,
    *,
    cursor: str | Unset = UNSET,
    page_size: int | Unset = 50,
    state: ListDeliveriesState | Unset = UNSET,
) -> dict[str, Any]:

    headers: dict[str, Any] = {}

    params: dict[str, Any] = {}

    params["cursor"] = cursor

    params["page_size"] = page_size

    json_state: str | Unset = UNSET
    if not isinstance(state, Unset):
        json_state = state

    params["state"] = json_state

    params = {k: v for k, v in params.items() if v is not UNSET and v is not None}

    _kwargs: dict[str, Any] = {
        "method": "get",
        "url": "/api/hooks/{hook}/deliveries".format(
            hook=quote(str(hook), safe=""),
        ),
        "params": params,
    }
    headers["Accept"] = "application/json"
    _kwargs["headers"] = headers
    return _kwargs


def _parse_response(*, response: httpx.Response) -> PaginatedDeliveryList:
    if response.status_code == 200:
        response_200 = PaginatedDeliveryList.from_dict(response.json())

        return response_200

    raise errors.failure(response)


def _build_response(*, response: httpx.Response) -> Response[PaginatedDeliveryList]:
    return Response(
        status_code=HTTPStatus(response.status_code),
        content=response.content,
        headers=response.headers,
        parsed=_parse_response(response=response),
    )


def sync_detailed(
    hook: int,
    *,
    client: AuthenticatedClient,
    cursor: str | Unset = UNSET,
    page_size: int | Unset = 50,
    state: ListDeliveriesState | Unset = UNSET,
) -> Response[PaginatedDeliveryList]:
    """As `sync`, with the status and the headers of the answer."""
    kwargs = _get_kwargs(
        hook=hook,
        cursor=cursor,
        page_size=page_size,
        state=state,
    )
    response = client.get_httpx_client().request(**kwargs)
    return _build_response(response=response)


def sync(
    hook: int,
    *,
    client: AuthenticatedClient,
    cursor: str | Unset = UNSET,
    page_size: int | Unset = 50,
    state: ListDeliveriesState | Unset = UNSET,
) -> PaginatedDeliveryList:
    """List deliveries.

    What was sent to one of one's webhooks, and what is to be; newest first.

    In pages that `next` leads through: the last one takes no longer than the first.

    Args:
        hook (int):
        cursor (str | Unset):
        page_size (int | Unset):  Default: 50.
        state (ListDeliveriesState | Unset):

    Raises:
        errors.Refused: With the problem that the server answers.
        httpx.HTTPError: If the server cannot be reached, or does not answer in time.
    """
    kwargs = _get_kwargs(
        hook=hook,
        cursor=cursor,
        page_size=page_size,
        state=state,
    )
    response = client.get_httpx_client().request(**kwargs)
    return _parse_response(response=response)


async def asyncio_detailed(
    hook: int,
    *,
    client: AuthenticatedClient,
    cursor: str | Unset = UNSET,
    page_size: int | Unset = 50,
    state: ListDeliveriesState | Unset = UNSET,
) -> Response[PaginatedDeliveryList]:
    """As `asyncio`, with the status and the headers of the answer."""
    kwargs = _get_kwargs(
        hook=hook,
        cursor=cursor,
        page_size=page_size,
        state=state,
    )
    response = await client.get_async_httpx_client().request(**kwargs)
    return _build_response(response=response)


async def asyncio(
    hook: int,
    *,
    client: AuthenticatedClient,
    cursor: str | Unset = UNSET,
    page_size: int | Unset = 50,
    state: ListDeliveriesState | Unset = UNSET,
) -> PaginatedDeliveryList:
    """As `sync`, without blocking."""
    kwargs = _get_kwargs(
        hook=hook,
        cursor=cursor,
        page_size=page_size,
        state=state,
    )
    response = await client.get_async_httpx_client().request(**kwargs)
    return _parse_response(response=response)
