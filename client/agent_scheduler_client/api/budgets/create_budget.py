from http import HTTPStatus
from typing import Any

import httpx

from ... import errors
from ...client import AuthenticatedClient
from ...models.budget import Budget
from ...models.budget_request import BudgetRequest
from ...types import UNSET, Response, Unset


def _get_kwargs(
    *,
    body: BudgetRequest,
    idempotency_key: str | Unset = UNSET,
) -> dict[str, Any]:
    headers: dict[str, Any] = {}
    if not isinstance(idempotency_key, Unset):
        headers["Idempotency-Key"] = idempotency_key

    _kwargs: dict[str, Any] = {
        "method": "post",
        "url": "/api/budgets",
    }
    headers["Accept"] = "application/json"
    _kwargs["json"] = body.to_dict()

    headers["Content-Type"] = "application/json"
    _kwargs["headers"] = headers
    return _kwargs


def _parse_response(*, response: httpx.Response) -> Budget:
    if response.status_code == 201:
        response_201 = Budget.from_dict(response.json())

        return response_201

    raise errors.failure(response)


def _build_response(*, response: httpx.Response) -> Response[Budget]:
    return Response(
        status_code=HTTPStatus(response.status_code),
        content=response.content,
        headers=response.headers,
        parsed=_parse_response(response=response),
    )


def sync_detailed(
    *,
    client: AuthenticatedClient,
    body: BudgetRequest,
    idempotency_key: str | Unset = UNSET,
) -> Response[Budget]:
    """As `sync`, with the status and the headers of the answer."""
    kwargs = _get_kwargs(
        body=body,
        idempotency_key=idempotency_key,
    )
    response = client.get_httpx_client().request(**kwargs)
    return _build_response(response=response)


def sync(
    *,
    client: AuthenticatedClient,
    body: BudgetRequest,
    idempotency_key: str | Unset = UNSET,
) -> Budget:
    """Create budget.

    What one's runs may spend: each, or in the last day, 7 or 30 days.

    A new budget of the requester's, which counts from now what was spent before, too.

    Args:
        idempotency_key (str | Unset):
        body (BudgetRequest): A budget and how it stands; what its fields may say is checked
            by the services.

    Raises:
        errors.Refused: With the problem that the server answers.
        httpx.HTTPError: If the server cannot be reached, or does not answer in time.
    """
    kwargs = _get_kwargs(
        body=body,
        idempotency_key=idempotency_key,
    )
    response = client.get_httpx_client().request(**kwargs)
    return _parse_response(response=response)


async def asyncio_detailed(
    *,
    client: AuthenticatedClient,
    body: BudgetRequest,
    idempotency_key: str | Unset = UNSET,
) -> Response[Budget]:
    """As `asyncio`, with the status and the headers of the answer."""
    kwargs = _get_kwargs(
        body=body,
        idempotency_key=idempotency_key,
    )
    response = await client.get_async_httpx_client().request(**kwargs)
    return _build_response(response=response)


async def asyncio(
    *,
    client: AuthenticatedClient,
    body: BudgetRequest,
    idempotency_key: str | Unset = UNSET,
) -> Budget:
    """As `sync`, without blocking."""
    kwargs = _get_kwargs(
        body=body,
        idempotency_key=idempotency_key,
    )
    response = await client.get_async_httpx_client().request(**kwargs)
    return _parse_response(response=response)
