from http import HTTPStatus
from typing import Any

import httpx

from ... import errors
from ...client import AuthenticatedClient
from ...models.document_request import DocumentRequest
from ...models.export_scheduled_commands_format import (
    ExportScheduledCommandsFormat,
)
from ...types import UNSET, Response, Unset


def _get_kwargs(
    *,
    format_: ExportScheduledCommandsFormat | Unset = UNSET,
) -> dict[str, Any]:

    headers: dict[str, Any] = {}

    params: dict[str, Any] = {}

    json_format_: str | Unset = UNSET
    if not isinstance(format_, Unset):
        json_format_ = format_

    params["format"] = json_format_

    params = {k: v for k, v in params.items() if v is not UNSET and v is not None}

    _kwargs: dict[str, Any] = {
        "method": "get",
        "url": "/api/scheduled-commands/export",
        "params": params,
    }
    headers["Accept"] = "application/json"
    _kwargs["headers"] = headers
    return _kwargs


def _parse_response(*, response: httpx.Response) -> DocumentRequest:
    if response.status_code == 200:
        response_200 = DocumentRequest.from_dict(response.json())

        return response_200

    raise errors.failure(response)


def _build_response(*, response: httpx.Response) -> Response[DocumentRequest]:
    return Response(
        status_code=HTTPStatus(response.status_code),
        content=response.content,
        headers=response.headers,
        parsed=_parse_response(response=response),
    )


def sync_detailed(
    *,
    client: AuthenticatedClient,
    format_: ExportScheduledCommandsFormat | Unset = UNSET,
) -> Response[DocumentRequest]:
    """As `sync`, with the status and the headers of the answer."""
    kwargs = _get_kwargs(
        format_=format_,
    )
    response = client.get_httpx_client().request(**kwargs)
    return _build_response(response=response)


def sync(
    *,
    client: AuthenticatedClient,
    format_: ExportScheduledCommandsFormat | Unset = UNSET,
) -> DocumentRequest:
    """Export scheduled commands.

    All of one's own, as `import` reads them: in a stable order, agents by name.

    Args:
        format_ (ExportScheduledCommandsFormat | Unset):

    Raises:
        errors.Refused: With the problem that the server answers.
        httpx.HTTPError: If the server cannot be reached, or does not answer in time.
    """
    kwargs = _get_kwargs(
        format_=format_,
    )
    response = client.get_httpx_client().request(**kwargs)
    return _parse_response(response=response)


async def asyncio_detailed(
    *,
    client: AuthenticatedClient,
    format_: ExportScheduledCommandsFormat | Unset = UNSET,
) -> Response[DocumentRequest]:
    """As `asyncio`, with the status and the headers of the answer."""
    kwargs = _get_kwargs(
        format_=format_,
    )
    response = await client.get_async_httpx_client().request(**kwargs)
    return _build_response(response=response)


async def asyncio(
    *,
    client: AuthenticatedClient,
    format_: ExportScheduledCommandsFormat | Unset = UNSET,
) -> DocumentRequest:
    """As `sync`, without blocking."""
    kwargs = _get_kwargs(
        format_=format_,
    )
    response = await client.get_async_httpx_client().request(**kwargs)
    return _parse_response(response=response)
