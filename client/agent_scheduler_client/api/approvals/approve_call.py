from http import HTTPStatus
from typing import Any
from urllib.parse import quote

import httpx

from ... import errors
from ...client import AuthenticatedClient
from ...models.approval import Approval
from ...models.decision_request import DecisionRequest
from ...types import UNSET, Response, Unset


def _get_kwargs(
    id: int,
    *,
    body: DecisionRequest | Unset = UNSET,
    idempotency_key: str | Unset = UNSET,
) -> dict[str, Any]:
    headers: dict[str, Any] = {}
    if not isinstance(idempotency_key, Unset):
        headers["Idempotency-Key"] = idempotency_key

    _kwargs: dict[str, Any] = {
        "method": "post",
        "url": "/api/approvals/{id}/approve".format(
            id=quote(str(id), safe=""),
        ),
    }
    headers["Accept"] = "application/json"

    if not isinstance(body, Unset):
        _kwargs["json"] = body.to_dict()

    headers["Content-Type"] = "application/json"
    _kwargs["headers"] = headers
    return _kwargs


def _parse_response(*, response: httpx.Response) -> Approval:
    if response.status_code == 200:
        response_200 = Approval.from_dict(response.json())

        return response_200

    raise errors.failure(response)


def _build_response(*, response: httpx.Response) -> Response[Approval]:
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
    body: DecisionRequest | Unset = UNSET,
    idempotency_key: str | Unset = UNSET,
) -> Response[Approval]:
    """As `sync`, with the status and the headers of the answer."""
    kwargs = _get_kwargs(
        id=id,
        body=body,
        idempotency_key=idempotency_key,
    )
    response = client.get_httpx_client().request(**kwargs)
    return _build_response(response=response)


def sync(
    id: int,
    *,
    client: AuthenticatedClient,
    body: DecisionRequest | Unset = UNSET,
    idempotency_key: str | Unset = UNSET,
) -> Approval:
    """Approve call.

    Let the call be made; the run goes on once all its calls are decided.

    Args:
        id (int):
        idempotency_key (str | Unset):
        body (DecisionRequest | Unset): What goes with a decision.

    Raises:
        errors.Refused: With the problem that the server answers.
        httpx.HTTPError: If the server cannot be reached, or does not answer in time.
    """
    kwargs = _get_kwargs(
        id=id,
        body=body,
        idempotency_key=idempotency_key,
    )
    response = client.get_httpx_client().request(**kwargs)
    return _parse_response(response=response)


async def asyncio_detailed(
    id: int,
    *,
    client: AuthenticatedClient,
    body: DecisionRequest | Unset = UNSET,
    idempotency_key: str | Unset = UNSET,
) -> Response[Approval]:
    """As `asyncio`, with the status and the headers of the answer."""
    kwargs = _get_kwargs(
        id=id,
        body=body,
        idempotency_key=idempotency_key,
    )
    response = await client.get_async_httpx_client().request(**kwargs)
    return _build_response(response=response)


async def asyncio(
    id: int,
    *,
    client: AuthenticatedClient,
    body: DecisionRequest | Unset = UNSET,
    idempotency_key: str | Unset = UNSET,
) -> Approval:
    """As `sync`, without blocking."""
    kwargs = _get_kwargs(
        id=id,
        body=body,
        idempotency_key=idempotency_key,
    )
    response = await client.get_async_httpx_client().request(**kwargs)
    return _parse_response(response=response)
