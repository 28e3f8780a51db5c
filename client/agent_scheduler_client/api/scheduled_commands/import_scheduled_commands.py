from http import HTTPStatus
from typing import Any

import httpx

from ... import errors
from ...client import AuthenticatedClient
from ...models.document_request import DocumentRequest
from ...models.imported import Imported
from ...types import UNSET, Response, Unset


def _get_kwargs(
    *,
    body: DocumentRequest,
    dry_run: bool | Unset = False,
    prune: bool | Unset = False,
    idempotency_key: str | Unset = UNSET,
) -> dict[str, Any]:
    headers: dict[str, Any] = {}
    if not isinstance(idempotency_key, Unset):
        headers["Idempotency-Key"] = idempotency_key

    params: dict[str, Any] = {}

    params["dry_run"] = dry_run

    params["prune"] = prune

    params = {k: v for k, v in params.items() if v is not UNSET and v is not None}

    _kwargs: dict[str, Any] = {
        "method": "post",
        "url": "/api/scheduled-commands/import",
        "params": params,
    }
    headers["Accept"] = "application/json"
    _kwargs["json"] = body.to_dict()

    headers["Content-Type"] = "application/json"
    _kwargs["headers"] = headers
    return _kwargs


def _parse_response(*, response: httpx.Response) -> Imported:
    if response.status_code == 200:
        response_200 = Imported.from_dict(response.json())

        return response_200

    raise errors.failure(response)


def _build_response(*, response: httpx.Response) -> Response[Imported]:
    return Response(
        status_code=HTTPStatus(response.status_code),
        content=response.content,
        headers=response.headers,
        parsed=_parse_response(response=response),
    )


def sync_detailed(
    *,
    client: AuthenticatedClient,
    body: DocumentRequest,
    dry_run: bool | Unset = False,
    prune: bool | Unset = False,
    idempotency_key: str | Unset = UNSET,
) -> Response[Imported]:
    """As `sync`, with the status and the headers of the answer."""
    kwargs = _get_kwargs(
        body=body,
        dry_run=dry_run,
        prune=prune,
        idempotency_key=idempotency_key,
    )
    response = client.get_httpx_client().request(**kwargs)
    return _build_response(response=response)


def sync(
    *,
    client: AuthenticatedClient,
    body: DocumentRequest,
    dry_run: bool | Unset = False,
    prune: bool | Unset = False,
    idempotency_key: str | Unset = UNSET,
) -> Imported:
    """Import scheduled commands.

    Make or change all that a document names, or none of it.

    Args:
        dry_run (bool | Unset):  Default: False.
        prune (bool | Unset):  Default: False.
        idempotency_key (str | Unset):
        body (DocumentRequest): Scheduled commands by name; what an entry leaves out has its
            default.

    Raises:
        errors.Refused: With the problem that the server answers.
        httpx.HTTPError: If the server cannot be reached, or does not answer in time.
    """
    kwargs = _get_kwargs(
        body=body,
        dry_run=dry_run,
        prune=prune,
        idempotency_key=idempotency_key,
    )
    response = client.get_httpx_client().request(**kwargs)
    return _parse_response(response=response)


async def asyncio_detailed(
    *,
    client: AuthenticatedClient,
    body: DocumentRequest,
    dry_run: bool | Unset = False,
    prune: bool | Unset = False,
    idempotency_key: str | Unset = UNSET,
) -> Response[Imported]:
    """As `asyncio`, with the status and the headers of the answer."""
    kwargs = _get_kwargs(
        body=body,
        dry_run=dry_run,
        prune=prune,
        idempotency_key=idempotency_key,
    )
    response = await client.get_async_httpx_client().request(**kwargs)
    return _build_response(response=response)


async def asyncio(
    *,
    client: AuthenticatedClient,
    body: DocumentRequest,
    dry_run: bool | Unset = False,
    prune: bool | Unset = False,
    idempotency_key: str | Unset = UNSET,
) -> Imported:
    """As `sync`, without blocking."""
    kwargs = _get_kwargs(
        body=body,
        dry_run=dry_run,
        prune=prune,
        idempotency_key=idempotency_key,
    )
    response = await client.get_async_httpx_client().request(**kwargs)
    return _parse_response(response=response)
