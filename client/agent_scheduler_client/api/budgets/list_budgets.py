from http import HTTPStatus
from typing import Any

import httpx

from ... import errors
from ...client import AuthenticatedClient
from ...models.list_budgets_action import ListBudgetsAction
from ...models.list_budgets_ordering import (
    ListBudgetsOrdering,
)
from ...models.list_budgets_period import ListBudgetsPeriod
from ...models.list_budgets_unit import ListBudgetsUnit
from ...models.paginated_budget_list import PaginatedBudgetList
from ...types import UNSET, Response, Unset


def _get_kwargs(
    *,
    action: ListBudgetsAction | Unset = UNSET,
    ordering: ListBudgetsOrdering | Unset = UNSET,
    page: int | Unset = UNSET,
    page_size: int | Unset = 50,
    period: ListBudgetsPeriod | Unset = UNSET,
    schedule: int | Unset = UNSET,
    unit: ListBudgetsUnit | Unset = UNSET,
) -> dict[str, Any]:

    headers: dict[str, Any] = {}

    params: dict[str, Any] = {}

    json_action: str | Unset = UNSET
    if not isinstance(action, Unset):
        json_action = action

    params["action"] = json_action

    json_ordering: str | Unset = UNSET
    if not isinstance(ordering, Unset):
        json_ordering = ordering

    params["ordering"] = json_ordering

    params["page"] = page

    params["page_size"] = page_size

    json_period: str | Unset = UNSET
    if not isinstance(period, Unset):
        json_period = period

    params["period"] = json_period

    params["schedule"] = schedule

    json_unit: str | Unset = UNSET
    if not isinstance(unit, Unset):
        json_unit = unit

    params["unit"] = json_unit

    params = {k: v for k, v in params.items() if v is not UNSET and v is not None}

    _kwargs: dict[str, Any] = {
        "method": "get",
        "url": "/api/budgets",
        "params": params,
    }
    headers["Accept"] = "application/json"
    _kwargs["headers"] = headers
    return _kwargs


def _parse_response(*, response: httpx.Response) -> PaginatedBudgetList:
    if response.status_code == 200:
        response_200 = PaginatedBudgetList.from_dict(response.json())

        return response_200

    raise errors.failure(response)


def _build_response(*, response: httpx.Response) -> Response[PaginatedBudgetList]:
    return Response(
        status_code=HTTPStatus(response.status_code),
        content=response.content,
        headers=response.headers,
        parsed=_parse_response(response=response),
    )


def sync_detailed(
    *,
    client: AuthenticatedClient,
    action: ListBudgetsAction | Unset = UNSET,
    ordering: ListBudgetsOrdering | Unset = UNSET,
    page: int | Unset = UNSET,
    page_size: int | Unset = 50,
    period: ListBudgetsPeriod | Unset = UNSET,
    schedule: int | Unset = UNSET,
    unit: ListBudgetsUnit | Unset = UNSET,
) -> Response[PaginatedBudgetList]:
    """As `sync`, with the status and the headers of the answer."""
    kwargs = _get_kwargs(
        action=action,
        ordering=ordering,
        page=page,
        page_size=page_size,
        period=period,
        schedule=schedule,
        unit=unit,
    )
    response = client.get_httpx_client().request(**kwargs)
    return _build_response(response=response)


def sync(
    *,
    client: AuthenticatedClient,
    action: ListBudgetsAction | Unset = UNSET,
    ordering: ListBudgetsOrdering | Unset = UNSET,
    page: int | Unset = UNSET,
    page_size: int | Unset = 50,
    period: ListBudgetsPeriod | Unset = UNSET,
    schedule: int | Unset = UNSET,
    unit: ListBudgetsUnit | Unset = UNSET,
) -> PaginatedBudgetList:
    """List budgets.

    What one's runs may spend: each, or in the last day, 7 or 30 days.

    In numbered pages, with how many there are.

    Args:
        action (ListBudgetsAction | Unset):
        ordering (ListBudgetsOrdering | Unset):
        page (int | Unset):
        page_size (int | Unset):  Default: 50.
        period (ListBudgetsPeriod | Unset):
        schedule (int | Unset):
        unit (ListBudgetsUnit | Unset):

    Raises:
        errors.Refused: With the problem that the server answers.
        httpx.HTTPError: If the server cannot be reached, or does not answer in time.
    """
    kwargs = _get_kwargs(
        action=action,
        ordering=ordering,
        page=page,
        page_size=page_size,
        period=period,
        schedule=schedule,
        unit=unit,
    )
    response = client.get_httpx_client().request(**kwargs)
    return _parse_response(response=response)


async def asyncio_detailed(
    *,
    client: AuthenticatedClient,
    action: ListBudgetsAction | Unset = UNSET,
    ordering: ListBudgetsOrdering | Unset = UNSET,
    page: int | Unset = UNSET,
    page_size: int | Unset = 50,
    period: ListBudgetsPeriod | Unset = UNSET,
    schedule: int | Unset = UNSET,
    unit: ListBudgetsUnit | Unset = UNSET,
) -> Response[PaginatedBudgetList]:
    """As `asyncio`, with the status and the headers of the answer."""
    kwargs = _get_kwargs(
        action=action,
        ordering=ordering,
        page=page,
        page_size=page_size,
        period=period,
        schedule=schedule,
        unit=unit,
    )
    response = await client.get_async_httpx_client().request(**kwargs)
    return _build_response(response=response)


async def asyncio(
    *,
    client: AuthenticatedClient,
    action: ListBudgetsAction | Unset = UNSET,
    ordering: ListBudgetsOrdering | Unset = UNSET,
    page: int | Unset = UNSET,
    page_size: int | Unset = 50,
    period: ListBudgetsPeriod | Unset = UNSET,
    schedule: int | Unset = UNSET,
    unit: ListBudgetsUnit | Unset = UNSET,
) -> PaginatedBudgetList:
    """As `sync`, without blocking."""
    kwargs = _get_kwargs(
        action=action,
        ordering=ordering,
        page=page,
        page_size=page_size,
        period=period,
        schedule=schedule,
        unit=unit,
    )
    response = await client.get_async_httpx_client().request(**kwargs)
    return _parse_response(response=response)
