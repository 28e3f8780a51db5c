from http import HTTPStatus
from typing import Any
from urllib.parse import quote

import httpx

from ... import errors
from ...client import AuthenticatedClient
from ...models.agent import Agent
from ...models.patched_agent_request import PatchedAgentRequest
from ...types import UNSET, Response, Unset


def _get_kwargs(
    id: int,
    *,
    body: PatchedAgentRequest | Unset = UNSET,
    if_match: str | Unset = UNSET,
) -> dict[str, Any]:
    headers: dict[str, Any] = {}
    if not isinstance(if_match, Unset):
        headers["If-Match"] = if_match

    _kwargs: dict[str, Any] = {
        "method": "patch",
        "url": "/api/agents/{id}".format(
            id=quote(str(id), safe=""),
        ),
    }
    headers["Accept"] = "application/json"

    if not isinstance(body, Unset):
        _kwargs["json"] = body.to_dict()

    headers["Content-Type"] = "application/json"
    _kwargs["headers"] = headers
    return _kwargs


def _parse_response(*, response: httpx.Response) -> Agent:
    if response.status_code == 200:
        response_200 = Agent.from_dict(response.json())

        return response_200

    raise errors.failure(response)


def _build_response(*, response: httpx.Response) -> Response[Agent]:
    return Response(
        status_code=HTTPStatus(response.status_code),
        content=response.content,
        headers=response.headers,
        parsed=_parse_response(response=response),
    )


def sync_detailed(
    id: int,
    *,
    client: AuthenticatedClient,
    body: PatchedAgentRequest | Unset = UNSET,
    if_match: str | Unset = UNSET,
) -> Response[Agent]:
    """As `sync`, with the status and the headers of the answer."""
    kwargs = _get_kwargs(
        id=id,
        body=body,
        if_match=if_match,
    )
    response = client.get_httpx_client().request(**kwargs)
    return _build_response(response=response)


def sync(
    id: int,
    *,
    client: AuthenticatedClient,
    body: PatchedAgentRequest | Unset = UNSET,
    if_match: str | Unset = UNSET,
) -> Agent:
    """Update agent.

    Who runs commands: a runner kind, a model, instructions and limits.

    PATCH changes what is given; PUT sets the rest to its defaults, all but the secrets.

    Args:
        id (int):
        if_match (str | Unset):
        body (PatchedAgentRequest | Unset): An agent; what its fields may say is checked by
            the services.

    Raises:
        errors.Refused: With the problem that the server answers.
        httpx.HTTPError: If the server cannot be reached, or does not answer in time.
    """
    kwargs = _get_kwargs(
        id=id,
        body=body,
        if_match=if_match,
    )
    response = client.get_httpx_client().request(**kwargs)
    return _parse_response(response=response)


async def asyncio_detailed(
    id: int,
    *,
    client: AuthenticatedClient,
    body: PatchedAgentRequest | Unset = UNSET,
    if_match: str | Unset = UNSET,
) -> Response[Agent]:
    """As `asyncio`, with the status and the headers of the answer."""
    kwargs = _get_kwargs(
        id=id,
        body=body,
        if_match=if_match,
    )
    response = await client.get_async_httpx_client().request(**kwargs)
    return _build_response(response=response)


async def asyncio(
    id: int,
    *,
    client: AuthenticatedClient,
    body: PatchedAgentRequest | Unset = UNSET,
    if_match: str | Unset = UNSET,
) -> Agent:
    """As `sync`, without blocking."""
    kwargs = _get_kwargs(
        id=id,
        body=body,
        if_match=if_match,
    )
    response = await client.get_async_httpx_client().request(**kwargs)
    return _parse_response(response=response)
