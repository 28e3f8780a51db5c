from http import HTTPStatus
from typing import Any

import httpx

from ... import errors
from ...client import AuthenticatedClient
from ...models.paginated_notification_list import PaginatedNotificationList
from ...types import UNSET, Response, Unset


def _get_kwargs(
    *,
    cursor: str | Unset = UNSET,
    page_size: int | Unset = 50,
    unread: bool | Unset = UNSET,
) -> dict[str, Any]:

    headers: dict[str, Any] = {}

    params: dict[str, Any] = {}

    params["cursor"] = cursor

    params["page_size"] = page_size

    params["unread"] = unread

    params = {k: v for k, v in params.items() if v is not UNSET and v is not None}

    _kwargs: dict[str, Any] = {
        "method": "get",
        "url": "/api/notifications",
        "params": params,
    }
    headers["Accept"] = "application/json"
    _kwargs["headers"] = headers
    return _kwargs


def _parse_response(*, response: httpx.Response) -> PaginatedNotificationList:
    if response.status_code == 200:
        response_200 = PaginatedNotificationList.from_dict(response.json())

        return response_200

    raise errors.failure(response)


def _build_response(*, response: httpx.Response) -> Response[PaginatedNotificationList]:
    return Response(
        status_code=HTTPStatus(response.status_code),
        content=response.content,
        headers=response.headers,
        parsed=_parse_response(response=response),
    )


def sync_detailed(
    *,
    client: AuthenticatedClient,
    cursor: str | Unset = UNSET,
    page_size: int | Unset = 50,
    unread: bool | Unset = UNSET,
) -> Response[PaginatedNotificationList]:
    """As `sync`, with the status and the headers of the answer."""
    kwargs = _get_kwargs(
        cursor=cursor,
        page_size=page_size,
        unread=unread,
    )
    response = client.get_httpx_client().request(**kwargs)
    return _build_response(response=response)


def sync(
    *,
    client: AuthenticatedClient,
    cursor: str | Unset = UNSET,
    page_size: int | Unset = 50,
    unread: bool | Unset = UNSET,
) -> PaginatedNotificationList:
    """List notifications.

    One's own notifications, newest first.

    In pages that `next` leads through: the last one takes no longer than the first.

    Args:
        cursor (str | Unset):
        page_size (int | Unset):  Default: 50.
        unread (bool | Unset):

    Raises:
        errors.Refused: With the problem that the server answers.
        httpx.HTTPError: If the server cannot be reached, or does not answer in time.
    """
    kwargs = _get_kwargs(
        cursor=cursor,
        page_size=page_size,
        unread=unread,
    )
    response = client.get_httpx_client().request(**kwargs)
    return _parse_response(response=response)


async def asyncio_detailed(
    *,
    client: AuthenticatedClient,
    cursor: str | Unset = UNSET,
    page_size: int | Unset = 50,
    unread: bool | Unset = UNSET,
) -> Response[PaginatedNotificationList]:
    """As `asyncio`, with the status and the headers of the answer."""
    kwargs = _get_kwargs(
        cursor=cursor,
        page_size=page_size,
        unread=unread,
    )
    response = await client.get_async_httpx_client().request(**kwargs)
    return _build_response(response=response)


async def asyncio(
    *,
    client: AuthenticatedClient,
    cursor: str | Unset = UNSET,
    page_size: int | Unset = 50,
    unread: bool | Unset = UNSET,
) -> PaginatedNotificationList:
    """As `sync`, without blocking."""
    kwargs = _get_kwargs(
        cursor=cursor,
        page_size=page_size,
        unread=unread,
    )
    response = await client.get_async_httpx_client().request(**kwargs)
    return _parse_response(response=response)
