"""HTTP: every endpoint of the protocol as a route, the gate before it, and the one shape of errors.

A handler is `async handler(services, call) -> Answer | Refusal | response struct`. What comes in was decoded by the
endpoint's types before; whatever goes wrong leaves as the one error shape, and nothing internal with it.
"""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable, Mapping
from typing import TYPE_CHECKING, Any

import attrs
import msgspec
from quart import Request, Response, request
from werkzeug.exceptions import HTTPException, RequestEntityTooLarge

from breeze_protocol import errors as e
from breeze_protocol.endpoints import BASE, Caller, Endpoint
from breeze_protocol.errors import Code, ProtocolError
from breeze_protocol.ids import is_uuid
from breeze_protocol.wire import decode, encode, fault

from .gate import Person, admit_agent, admit_person
from .refusal import Refusal

if TYPE_CHECKING:
    from sqlalchemy import RowMapping

    from .bounded_body import Application
    from .services import Services

log = logging.getLogger(__name__)

_STATUS_CODES = {404: e.NOT_FOUND, 405: e.METHOD_NOT_ALLOWED, 413: e.BODY_TOO_LARGE, 415: e.UNSUPPORTED_MEDIA_TYPE}


@attrs.frozen
class Call:
    """One admitted request, decoded."""

    endpoint: Endpoint
    parameters: Mapping[str, str]
    query: Any
    body: Any
    headers: Mapping[str, str]
    """As Werkzeug gives them: names in any case."""
    cookies: Mapping[str, str]
    source: str
    """The peer's address."""
    person: Person | None = None
    device: RowMapping | None = None

    @property
    def who(self) -> Person:
        """The person who calls; only for endpoints that a person may call."""
        assert self.person is not None
        return self.person

    @property
    def agent(self) -> RowMapping:
        """The device whose agent calls; only for endpoints that an agent may call."""
        assert self.device is not None
        return self.device


@attrs.frozen
class Answer:
    """A response with more than a body."""

    body: Any
    headers: tuple[tuple[str, str], ...] = ()


Handler = Callable[["Services", Call], Awaitable[Any]]


def register(
    app: Application, services: Services, endpoints: Mapping[str, Endpoint], handlers: Mapping[str, Handler]
) -> None:
    """Give every endpoint its route; a name without a handler is a KeyError, at start and not at the first call."""
    for name, endpoint in endpoints.items():
        path = BASE + "/".join(f"<{part[1:]}>" if part.startswith(":") else part for part in endpoint.path.split("/"))
        app.add_url_rule(
            path, name, _view(services, endpoint, handlers[name]), methods=[endpoint.method],
            provide_automatic_options=False,
        )  # fmt: skip
    app.register_error_handler(Exception, _failed)


def _view(services: Services, endpoint: Endpoint, handler: Handler) -> Callable[..., Awaitable[Response]]:
    async def view(**parameters: str) -> Response:
        call = await _admit(services, endpoint, parameters, request)
        outcome = call if isinstance(call, Refusal) else await handler(services, call)
        if isinstance(outcome, Refusal):
            return respond(outcome)
        answer = outcome if isinstance(outcome, Answer) else Answer(outcome)
        response = _json(endpoint.status, encode(answer.body))
        for name, value in answer.headers:
            response.headers.add(name, value)
        if isinstance(call, Call) and call.device is not None and call.device["previous_token_used"]:
            response.headers["x-token-rotation-required"] = "true"
        return response

    return view


def respond(refusal: Refusal) -> Response:
    """The one shape of errors."""
    response = _json(refusal.code.http, refusal.body())
    for name, value in refusal.headers:
        response.headers.add(name, value)
    return response


def _json(status: int, body: bytes) -> Response:
    headers = {"Cache-Control": "no-store", "X-Content-Type-Options": "nosniff"}
    return Response(body, status, headers, content_type="application/json")


async def _admit(services: Services, endpoint: Endpoint, parameters: dict[str, str], given: Request) -> Call | Refusal:
    person = device = None
    authorization = given.headers.get("Authorization")
    if endpoint.caller is Caller.USER:
        admitted = await admit_person(services, authorization, endpoint.permission, endpoint.mfa)
        if isinstance(admitted, Refusal):
            return admitted
        person = admitted
    elif endpoint.caller is Caller.AGENT:
        found = await admit_agent(services, parameters["agentId"], authorization)
        if isinstance(found, Refusal):
            return found
        device = found
    for name in endpoint.uuids:
        if name in parameters and not is_uuid(parameters[name]):
            return _invalid([{"path": f"$.{name}", "message": "Expected a lower-case UUID"}])
    query = _query(endpoint, given)
    if isinstance(query, Refusal):
        return query
    body = await _body(endpoint, given)
    if isinstance(body, Refusal):
        return body
    source = given.remote_addr or ""
    return Call(endpoint, parameters, query, body, given.headers, given.cookies, source, person, device)


def _query(endpoint: Endpoint, given: Request) -> Any:
    if endpoint.query is None:
        return None
    values = {name: given.args.getlist(name) for name in given.args}
    repeated = [name for name, each in values.items() if len(each) > 1]
    if repeated:
        return _invalid([{"path": f"$.{name}", "message": "Given more than once"} for name in repeated])
    try:
        return msgspec.convert({name: each[0] for name, each in values.items()}, endpoint.query, strict=False)
    except msgspec.ValidationError as error:
        return _invalid(fault(str(error)))


async def _body(endpoint: Endpoint, given: Request) -> Any:
    if endpoint.request is None:
        return None
    raw = await read_body(given, endpoint.body_limit)
    if isinstance(raw, Refusal):
        return raw
    if not raw and endpoint.optional_body:
        return None
    if given.mimetype != "application/json":
        return Refusal(e.UNSUPPORTED_MEDIA_TYPE)
    try:
        return decode(endpoint.request, raw, limit=endpoint.body_limit, code=e.VALIDATION_FAILED)
    except ProtocolError as error:
        return _invalid(error.details or [{"path": "$", "message": error.words}])


async def read_body(given: Request, limit: int) -> bytes | Refusal:
    """The request's body, or the refusal of one that is larger than `limit` bytes."""
    if (given.content_length or 0) > limit:
        return Refusal(e.BODY_TOO_LARGE)
    whole = bytearray()
    async for data in given.body:
        whole += data
        if len(whole) > limit:
            return Refusal(e.BODY_TOO_LARGE)
    return bytes(whole)


def _invalid(details: list[dict[str, str]]) -> Refusal:
    return Refusal(e.VALIDATION_FAILED, details=details)


async def _failed(error: Exception) -> Response:
    if isinstance(error, RequestEntityTooLarge):
        return respond(Refusal(e.BODY_TOO_LARGE))
    if isinstance(error, HTTPException) and error.code is not None:
        code: Code = _STATUS_CODES.get(error.code, e.VALIDATION_FAILED if error.code < 500 else e.UNAVAILABLE)
        refusal = Refusal(code, headers=tuple(h for h in error.get_headers() if h[0] == "Allow"))
        response = respond(refusal)
        response.status_code = error.code
        return response
    log.error("a request failed", exc_info=error)
    return respond(Refusal(e.UNAVAILABLE, retry_after=1))
