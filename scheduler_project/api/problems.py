"""One error format for the whole API: RFC 9457 problem details."""

import json
import logging
from collections.abc import Mapping
from functools import singledispatch
from http import HTTPStatus
from typing import Any

from django.conf import settings
from django.core.exceptions import PermissionDenied, RequestDataTooBig, ValidationError
from django.db.models import ProtectedError, RestrictedError
from django.http import Http404, HttpRequest, HttpResponse
from django.views import defaults
from django.views.decorators.csrf import csrf_exempt
from rest_framework import exceptions
from rest_framework.views import set_rollback

from scheduler_project.api.browsable import page
from scheduler_project.api.field_errors import FieldError, field_errors
from scheduler_project.api.throttles import strangers
from scheduler_project.errors import Conflict, in_use, is_passing, is_unreachable
from scheduler_project.text import printable
from scheduler_project.versions import Stale

logger = logging.getLogger(__name__)


class Answered(Exception):  # noqa: N818
    """The request needs no view any more: this is the answer."""

    def __init__(self, response: HttpResponse) -> None:
        super().__init__(response)
        self.response = response


API_PREFIXES = ("/api/", "/scheduler/")
NOT_FOUND = "There is nothing at this address, or it belongs to someone else."


def problem(
    status: int,
    detail: str,
    errors: list[FieldError] | None = None,
    headers: Mapping[str, str] | None = None,
) -> HttpResponse:
    """The answer to a failed request; `detail` is a sentence, `errors` say which fields."""
    body: dict[str, Any] = {
        "type": "about:blank",
        "title": HTTPStatus(status).phrase,
        "status": status,
        "detail": printable(detail, 1000),
    }
    if errors is not None:
        body["errors"] = errors
    return HttpResponse(
        json.dumps(body), content_type="application/problem+json", status=status, headers=headers
    )


def handle(exc: Exception, context: Mapping[str, Any]) -> HttpResponse | None:
    """DRF's EXCEPTION_HANDLER; None (an error of ours) makes Django answer 500."""
    if is_unreachable(exc) or is_passing(exc):
        logger.warning("The database does not answer: %s", exc)
        return problem(
            503, "The database does not answer: try again.", headers={"Retry-After": "1"}
        )
    if getattr(exc, "status_code", None) == 401 and (wait := strangers.failed(context)):
        exc = exceptions.Throttled(wait)
    answer = _answer(exc)
    if answer is None:
        return None
    set_rollback()
    return answer if isinstance(exc, Answered) else page(answer, context)


@singledispatch
def _answer(exc: Exception) -> HttpResponse | None:
    return None


@_answer.register
def _api_error(exc: exceptions.APIException) -> HttpResponse:
    headers = {}
    if challenge := getattr(exc, "auth_header", None):
        headers["WWW-Authenticate"] = challenge
    if (wait := getattr(exc, "wait", None)) is not None:
        headers["Retry-After"] = str(int(wait))
    return problem(exc.status_code, _sentence(exc.detail), headers=headers)


@_answer.register
def _answered_before(exc: Answered) -> HttpResponse:
    return exc.response


@_answer.register
def _malformed(exc: exceptions.ParseError) -> HttpResponse:
    reason = str(exc.detail).removeprefix("JSON parse error - ")
    return problem(400, f"The body is not valid JSON: {reason}.", errors=[])


@_answer.register
def _invalid(exc: exceptions.ValidationError) -> HttpResponse:
    return _refused(field_errors(exc.detail))


@_answer.register
def _invalid_for_a_service(exc: ValidationError) -> HttpResponse:
    by_field = hasattr(exc, "error_dict")
    return _refused(field_errors(exc.message_dict if by_field else exc.messages))


@_answer.register
def _not_found(exc: Http404) -> HttpResponse:
    return problem(404, NOT_FOUND)


@_answer.register
def _forbidden(exc: PermissionDenied) -> HttpResponse:
    return problem(403, str(exc) or "You may not do this.")


@_answer.register
def _too_large(exc: RequestDataTooBig) -> HttpResponse:
    return too_large()


@_answer.register
def _conflict(exc: Conflict) -> HttpResponse:
    return problem(409, str(exc))


@_answer.register
def _stale(exc: Stale) -> HttpResponse:
    return problem(412, str(exc))


@_answer.register(ProtectedError)
@_answer.register(RestrictedError)
def _still_used(exc: ProtectedError | RestrictedError) -> HttpResponse:
    return problem(409, in_use(exc))


def too_large() -> HttpResponse:
    """The answer to a body that nobody reads to its end."""
    limit = settings.DATA_UPLOAD_MAX_MEMORY_SIZE
    return problem(413, f"The body is larger than the {limit:,} bytes that are allowed.")


def _refused(errors: list[FieldError]) -> HttpResponse:
    count = len(errors)
    detail = errors[0]["message"] if count == 1 else f"The request has {count} errors."
    return problem(400, detail, errors)


def _sentence(detail: Any) -> str:
    """The human part of an APIException's detail, whatever shape it has."""
    if isinstance(detail, dict) and "detail" in detail:
        detail = detail["detail"]
    return " ".join(error["message"] for error in field_errors(detail))


def is_api(request: HttpRequest) -> bool:
    """Whether errors of this request are answered as problems."""
    return request.path_info.startswith(API_PREFIXES)


@csrf_exempt
def no_such_route(request: HttpRequest, **captured: str) -> HttpResponse:
    """The view of every API address that no route declares."""
    return problem(404, NOT_FOUND)


def handler400(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Requests that Django refuses before any view sees them."""
    if is_api(request) and isinstance(exception, RequestDataTooBig):
        return too_large()
    if is_api(request):
        return problem(400, str(exception) or "The request is malformed.", errors=[])
    return defaults.bad_request(request, exception)


def handler403(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Requests that are refused outside DRF."""
    if is_api(request):
        return problem(403, str(exception) or "You may not do this.")
    return defaults.permission_denied(request, exception)


def handler404(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Addresses that no URL pattern matches."""
    if is_api(request):
        return problem(404, NOT_FOUND)
    return defaults.page_not_found(request, exception)


def handler500(request: HttpRequest) -> HttpResponse:
    """Errors of ours; Django has logged the traceback."""
    if is_api(request):
        return problem(500, "Something went wrong on our side; the error has been logged.")
    return defaults.server_error(request)
