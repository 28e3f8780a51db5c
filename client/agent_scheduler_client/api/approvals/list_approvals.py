from http import HTTPStatus
from typing import Any
from uuid import UUID

import httpx

from ... import errors
from ...client import AuthenticatedClient
from ...models.list_approvals_state import (
    ListApprovalsState,
)
from ...models.paginated_approval_list import PaginatedApprovalList
from ...types import UNSET, Response, Unset


def _get_kwargs(
    *,
    cursor: str | Unset = UNSET,
    execution: UUID | Unset = UNSET,
    page_size: int | Unset = 50,
    state: ListApprovalsState | Unset = UNSET,
) -> dict[str, Any]:

    headers: dict[str, Any] = {}

    params: dict[str, Any] = {}

    params["cursor"] = cursor

    json_execution: str | Unset = UNSET
    if not isinstance(execution, Unset):
        json_execution = str(execution)
    params["execution"] = json_execution

    params["page_size"] = page_size

    json_state: str | Unset = UNSET
    if not isinstance(state, Unset):
        json_state = state

    params["state"] = json_state

    params = {k: v for k, v in params.items() if v is not UNSET and v is not None}

    _kwargs: dict[str, Any] = {
        "method": "get",
        "url": "/api/approvals",
        "params": params,
    }
    headers["Accept"] = "application/json"
    _kwargs["headers"] = headers
    return _kwargs


def _parse_response(*, response: httpx.Response) -> PaginatedApprovalList:
    if response.status_code == 200:
        response_200 = PaginatedApprovalList.from_dict(response.json())

        return response_200

    raise errors.failure(response)


def _build_response(*, response: httpx.Response) -> Response[PaginatedApprovalList]:
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
    execution: UUID | Unset = UNSET,
    page_size: int | Unset = 50,
    state: ListApprovalsState | Unset = UNSET,
) -> Response[PaginatedApprovalList]:
    """As `sync`, with the status and the headers of the answer."""
    kwargs = _get_kwargs(
        cursor=cursor,
        execution=execution,
        page_size=page_size,
        state=state,
    )
    response = client.get_httpx_client().request(**kwargs)
    return _build_response(response=response)


def sync(
    *,
    client: AuthenticatedClient,
    cursor: str | Unset = UNSET,
    execution: UUID | Unset = UNSET,
    page_size: int | Unset = 50,
    state: ListApprovalsState | Unset = UNSET,
) -> PaginatedApprovalList:
    """List approvals.

    One's own approvals, newest first; staff decide everybody's.

    In pages that `next` leads through: the last one takes no longer than the first.

    Args:
        cursor (str | Unset):
        execution (UUID | Unset):
        page_size (int | Unset):  Default: 50.
        state (ListApprovalsState | Unset):

    Raises:
        errors.Refused: With the problem that the server answers.
        httpx.HTTPError: If the server cannot be reached, or does not answer in time.
    """
    kwargs = _get_kwargs(
        cursor=cursor,
        execution=execution,
        page_size=page_size,
        state=state,
    )
    response = client.get_httpx_client().request(**kwargs)
    return _parse_response(response=response)


async def asyncio_detailed(
    *,
    client: AuthenticatedClient,
    cursor: str | Unset = UNSET,
    execution: UUID | Unset = UNSET,
    page_size: int | Unset = 50,
    state: ListApprovalsState | Unset = UNSET,
) -> Response[PaginatedApprovalList]:
    """As `asyncio`, with the status and the headers of the answer."""
    kwargs = _get_kwargs(
        cursor=cursor,
        execution=execution,
        page_size=page_size,
        state=state,
    )
    response = await client.get_async_httpx_client().request(**kwargs)
    return _build_response(response=response)


async def asyncio(
    *,
    client: AuthenticatedClient,
    cursor: str | Unset = UNSET,
    execution: UUID | Unset = UNSET,
    page_size: int | Unset = 50,
    state: ListApprovalsState | Unset = UNSET,
) -> PaginatedApprovalList:
    """As `sync`, without blocking."""
    kwargs = _get_kwargs(
        cursor=cursor,
        execution=execution,
        page_size=page_size,
        state=state,
    )
    response = await client.get_async_httpx_client().request(**kwargs)
    return _parse_response(response=response)
