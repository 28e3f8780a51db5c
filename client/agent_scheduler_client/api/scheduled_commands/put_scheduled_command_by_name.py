from http import HTTPStatus
from typing import Any
from urllib.parse import quote

import httpx

from ... import errors
from ...client import AuthenticatedClient
from ...models.put_scheduled_command_by_name_if_none_match import (
    PutScheduledCommandByNameIfNoneMatch,
)
from ...models.schedule import Schedule
from ...models.schedule_request import ScheduleRequest
from ...types import UNSET, Response, Unset


def _get_kwargs(
    name: str,
    *,
    body: ScheduleRequest,
    if_match: str | Unset = UNSET,
    if_none_match: PutScheduledCommandByNameIfNoneMatch | Unset = UNSET,
) -> dict[str, Any]:
    headers: dict[str, Any] = {}
    if not isinstance(if_match, Unset):
        headers["If-Match"] = if_match

    if not isinstance(if_none_match, Unset):
        headers["If-None-Match"] = str(if_none_match)

    _kwargs: dict[str, Any] = {
        "method": "put",
        "url": "/api/scheduled-commands/by-name/{name}".format(
            name=quote(str(name), safe=""),
        ),
    }
    headers["Accept"] = "application/json"
    _kwargs["json"] = body.to_dict()

    headers["Content-Type"] = "application/json"
    _kwargs["headers"] = headers
    return _kwargs


def _parse_response(*, response: httpx.Response) -> Schedule:
    if response.status_code == 200:
        response_200 = Schedule.from_dict(response.json())

        return response_200

    if response.status_code == 201:
        response_201 = Schedule.from_dict(response.json())

        return response_201

    raise errors.failure(response)


def _build_response(*, response: httpx.Response) -> Response[Schedule]:
    return Response(
        status_code=HTTPStatus(response.status_code),
        content=response.content,
        headers=response.headers,
        parsed=_parse_response(response=response),
    )


def sync_detailed(
    name: str,
    *,
    client: AuthenticatedClient,
    body: ScheduleRequest,
    if_match: str | Unset = UNSET,
    if_none_match: PutScheduledCommandByNameIfNoneMatch | Unset = UNSET,
) -> Response[Schedule]:
    """As `sync`, with the status and the headers of the answer."""
    kwargs = _get_kwargs(
        name=name,
        body=body,
        if_match=if_match,
        if_none_match=if_none_match,
    )
    response = client.get_httpx_client().request(**kwargs)
    return _build_response(response=response)


def sync(
    name: str,
    *,
    client: AuthenticatedClient,
    body: ScheduleRequest,
    if_match: str | Unset = UNSET,
    if_none_match: PutScheduledCommandByNameIfNoneMatch | Unset = UNSET,
) -> Schedule:
    """Put scheduled command by name.

    Make the one of this name, or change it: what the body leaves out has its default.

    Args:
        name (str):
        if_match (str | Unset):
        if_none_match (PutScheduledCommandByNameIfNoneMatch | Unset):
        body (ScheduleRequest): A scheduled command; what its fields may say is checked by
            the services.

    Raises:
        errors.Refused: With the problem that the server answers.
        httpx.HTTPError: If the server cannot be reached, or does not answer in time.
    """
    kwargs = _get_kwargs(
        name=name,
        body=body,
        if_match=if_match,
        if_none_match=if_none_match,
    )
    response = client.get_httpx_client().request(**kwargs)
    return _parse_response(response=response)


async def asyncio_detailed(
    name: str,
    *,
    client: AuthenticatedClient,
    body: ScheduleRequest,
    if_match: str | Unset = UNSET,
    if_none_match: PutScheduledCommandByNameIfNoneMatch | Unset = UNSET,
) -> Response[Schedule]:
    """As `asyncio`, with the status and the headers of the answer."""
    kwargs = _get_kwargs(
        name=name,
        body=body,
        if_match=if_match,
        if_none_match=if_none_match,
    )
    response = await client.get_async_httpx_client().request(**kwargs)
    return _build_response(response=response)


async def asyncio(
    name: str,
    *,
    client: AuthenticatedClient,
    body: ScheduleRequest,
    if_match: str | Unset = UNSET,
    if_none_match: PutScheduledCommandByNameIfNoneMatch | Unset = UNSET,
) -> Schedule:
    """As `sync`, without blocking."""
    kwargs = _get_kwargs(
        name=name,
        body=body,
        if_match=if_match,
        if_none_match=if_none_match,
    )
    response = await client.get_async_httpx_client().request(**kwargs)
    return _parse_response(response=response)
