import datetime
from http import HTTPStatus
from typing import Any

import httpx

from ... import errors
from ...client import AuthenticatedClient
from ...models.get_spending_by import GetSpendingBy
from ...models.spending import Spending
from ...types import UNSET, Response, Unset


def _get_kwargs(
    *,
    by: GetSpendingBy | Unset = "day",
    model: str | Unset = UNSET,
    owner: int | Unset = UNSET,
    schedule: int | Unset = UNSET,
    since: datetime.datetime | Unset = UNSET,
    until: datetime.datetime | Unset = UNSET,
) -> dict[str, Any]:

    headers: dict[str, Any] = {}

    params: dict[str, Any] = {}

    json_by: str | Unset = UNSET
    if not isinstance(by, Unset):
        json_by = by

    params["by"] = json_by

    params["model"] = model

    params["owner"] = owner

    params["schedule"] = schedule

    json_since: str | Unset = UNSET
    if not isinstance(since, Unset):
        json_since = since.isoformat()
    params["since"] = json_since

    json_until: str | Unset = UNSET
    if not isinstance(until, Unset):
        json_until = until.isoformat()
    params["until"] = json_until

    params = {k: v for k, v in params.items() if v is not UNSET and v is not None}

    _kwargs: dict[str, Any] = {
        "method": "get",
        "url": "/api/spending",
        "params": params,
    }
    headers["Accept"] = "application/json"
    _kwargs["headers"] = headers
    return _kwargs


def _parse_response(*, response: httpx.Response) -> Spending:
    if response.status_code == 200:
        response_200 = Spending.from_dict(response.json())

        return response_200

    raise errors.failure(response)


def _build_response(*, response: httpx.Response) -> Response[Spending]:
    return Response(
        status_code=HTTPStatus(response.status_code),
        content=response.content,
        headers=response.headers,
        parsed=_parse_response(response=response),
    )


def sync_detailed(
    *,
    client: AuthenticatedClient,
    by: GetSpendingBy | Unset = "day",
    model: str | Unset = UNSET,
    owner: int | Unset = UNSET,
    schedule: int | Unset = UNSET,
    since: datetime.datetime | Unset = UNSET,
    until: datetime.datetime | Unset = UNSET,
) -> Response[Spending]:
    """As `sync`, with the status and the headers of the answer."""
    kwargs = _get_kwargs(
        by=by,
        model=model,
        owner=owner,
        schedule=schedule,
        since=since,
        until=until,
    )
    response = client.get_httpx_client().request(**kwargs)
    return _build_response(response=response)


def sync(
    *,
    client: AuthenticatedClient,
    by: GetSpendingBy | Unset = "day",
    model: str | Unset = UNSET,
    owner: int | Unset = UNSET,
    schedule: int | Unset = UNSET,
    since: datetime.datetime | Unset = UNSET,
    until: datetime.datetime | Unset = UNSET,
) -> Spending:
    """Get spending.

    Tokens, calls and dollars by day, hour, owner, schedule or model.

    Args:
        by (GetSpendingBy | Unset):  Default: 'day'.
        model (str | Unset):
        owner (int | Unset):
        schedule (int | Unset):
        since (datetime.datetime | Unset):
        until (datetime.datetime | Unset):

    Raises:
        errors.Refused: With the problem that the server answers.
        httpx.HTTPError: If the server cannot be reached, or does not answer in time.
    """
    kwargs = _get_kwargs(
        by=by,
        model=model,
        owner=owner,
        schedule=schedule,
        since=since,
        until=until,
    )
    response = client.get_httpx_client().request(**kwargs)
    return _parse_response(response=response)


async def asyncio_detailed(
    *,
    client: AuthenticatedClient,
    by: GetSpendingBy | Unset = "day",
    model: str | Unset = UNSET,
    owner: int | Unset = UNSET,
    schedule: int | Unset = UNSET,
    since: datetime.datetime | Unset = UNSET,
    until: datetime.datetime | Unset = UNSET,
) -> Response[Spending]:
    """As `asyncio`, with the status and the headers of the answer."""
    kwargs = _get_kwargs(
        by=by,
        model=model,
        owner=owner,
        schedule=schedule,
        since=since,
        until=until,
    )
    response = await client.get_async_httpx_client().request(**kwargs)
    return _build_response(response=response)


async def asyncio(
    *,
    client: AuthenticatedClient,
    by: GetSpendingBy | Unset = "day",
    model: str | Unset = UNSET,
    owner: int | Unset = UNSET,
    schedule: int | Unset = UNSET,
    since: datetime.datetime | Unset = UNSET,
    until: datetime.datetime | Unset = UNSET,
) -> Spending:
    """As `sync`, without blocking."""
    kwargs = _get_kwargs(
        by=by,
        model=model,
        owner=owner,
        schedule=schedule,
        since=since,
        until=until,
    )
    response = await client.get_async_httpx_client().request(**kwargs)
    return _parse_response(response=response)
