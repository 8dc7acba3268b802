"""The endpoint table as an OpenAPI 3.1 document, and the messages as JSON Schemas (draft 2020-12)."""

import re
from collections.abc import Iterable, Mapping
from typing import Any, Final

import msgspec

from breeze_protocol.endpoints import BASE, Caller, Endpoint
from breeze_protocol.errors import (
    ACCESS_DENIED,
    AGENT_CREDENTIALS,
    BODY_TOO_LARGE,
    CREDENTIALS_MISSING,
    MFA_REQUIRED,
    TOKEN_INVALID,
    UNSUPPORTED_MEDIA_TYPE,
    VALIDATION_FAILED,
    Code,
)
from breeze_protocol.version import WIRE_VERSION
from breeze_protocol.wire import Open

DIALECT: Final = "https://json-schema.org/draft/2020-12/schema"

_SECURITY: Final[Mapping[Caller, list[dict[str, list[str]]]]] = {
    Caller.USER: [{"userToken": []}],
    Caller.AGENT: [{"agentToken": []}],
    Caller.COOKIE: [{"refreshCookie": []}],
    Caller.VIEWER: [{"viewerToken": []}],
    Caller.HELPER: [{"helperToken": []}, {"agentToken": []}],
    Caller.PERSON_OR_AGENT: [{"userToken": []}, {"agentToken": []}],
    Caller.ANYONE: [],
}


class Problem(Open):
    """WIRE-010: the one shape of every HTTP error; further fields depend on the code."""

    error: str
    message: str
    code: str
    details: Any = None


def document(endpoints: Iterable[Endpoint]) -> dict[str, Any]:
    """Write the HTTP API as an OpenAPI 3.1 document."""
    listed = tuple(endpoints)
    kinds = [kind for each in listed for kind in (each.request, each.response) if kind is not None]
    schemas, components = msgspec.json.schema_components([*kinds, Problem], ref_template="#/components/schemas/{name}")
    refs = dict(zip([*kinds, Problem], schemas, strict=True))
    paths: dict[str, dict[str, Any]] = {}
    for each in listed:
        path = BASE + re.sub(r":(\w+)", r"{\1}", each.path)
        paths.setdefault(path, {})[each.method.lower()] = _operation(each, refs)
    return {
        "openapi": "3.1.0",
        "info": {"title": "Breeze", "version": WIRE_VERSION},
        "jsonSchemaDialect": DIALECT,
        "paths": paths,
        "components": {
            "schemas": components,
            "securitySchemes": {
                "userToken": {"type": "http", "scheme": "bearer", "bearerFormat": "JWT"},
                "agentToken": {"type": "http", "scheme": "bearer", "bearerFormat": "brz_ and 64 hexadecimal digits"},
                "helperToken": {"type": "http", "scheme": "bearer", "bearerFormat": "brz_ and 64 hexadecimal digits"},
                "viewerToken": {"type": "http", "scheme": "bearer", "bearerFormat": "JWT for one session"},
                "refreshCookie": {"type": "apiKey", "in": "cookie", "name": "breeze_refresh_token"},
            },
        },
    }


def schema(kinds: Mapping[str, Any]) -> dict[str, Any]:
    """Write message families as one JSON Schema: each name under `$defs`, with everything that it refers to."""
    names = list(kinds)
    schemas, components = msgspec.json.schema_components([kinds[n] for n in names], ref_template="#/$defs/{name}")
    return {"$schema": DIALECT, "$defs": {**components, **dict(zip(names, schemas, strict=True))}}


def _operation(each: Endpoint, refs: Mapping[Any, Any]) -> dict[str, Any]:
    operation: dict[str, Any] = {
        "operationId": each.name,
        "description": " ".join(each.because),
        "security": _SECURITY[each.caller],
        "parameters": [*_path_parameters(each), *_query_parameters(each)],
        "responses": {str(each.status): _answer(each, refs), **_refusals(each, refs)},
    }
    if each.permission is not None:
        operation["x-permission"] = each.permission
    if each.mfa:
        operation["x-mfa"] = True
    if each.request is not None:
        operation["requestBody"] = {
            "required": not each.optional_body,
            "content": {each.media: {"schema": refs[each.request]}},
        }
    elif each.media != "application/json":
        operation["requestBody"] = {"required": True, "content": {each.media: {"schema": {"type": "string"}}}}
    return operation


def _path_parameters(each: Endpoint) -> list[dict[str, Any]]:
    return [
        {
            "name": name,
            "in": "path",
            "required": True,
            "schema": {"type": "string", **({"format": "uuid"} if name in each.uuids else {})},
        }
        for name in each.parameters
    ]


def _query_parameters(each: Endpoint) -> list[dict[str, Any]]:
    if each.query is None:
        return []
    (_,), components = msgspec.json.schema_components([each.query])
    properties = components[each.query.__name__]["properties"]
    return [{"name": name, "in": "query", "required": False, "schema": said} for name, said in properties.items()]


def _answer(each: Endpoint, refs: Mapping[Any, Any]) -> dict[str, Any]:
    if each.answer_media != "application/json":
        return {"description": "done", "content": {each.answer_media: {"schema": {"type": "string"}}}}
    if each.response is None:
        return {"description": "done"}
    return {"description": "done", "content": {"application/json": {"schema": refs[each.response]}}}


def _refusals(each: Endpoint, refs: Mapping[Any, Any]) -> dict[str, Any]:
    codes: list[Code] = list(each.errors)
    if each.request is not None or each.media != "application/json":
        codes += [VALIDATION_FAILED, BODY_TOO_LARGE, UNSUPPORTED_MEDIA_TYPE]
    elif (each.uuids and each.parameters) or each.query is not None:
        codes.append(VALIDATION_FAILED)
    if each.caller in (Caller.USER, Caller.PERSON_OR_AGENT):
        codes += [CREDENTIALS_MISSING, TOKEN_INVALID]
        codes += [ACCESS_DENIED] if each.permission else []
        codes += [MFA_REQUIRED] if each.mfa else []
    if each.caller in (Caller.AGENT, Caller.PERSON_OR_AGENT):
        codes.append(AGENT_CREDENTIALS)
    found: dict[str, dict[str, Any]] = {}
    for code in codes:
        words = f"{code.name}: {code.says}"
        known = found.get(str(code.http))
        if known is None:
            content = {"application/json": {"schema": refs[Problem]}}
            found[str(code.http)] = {"description": words, "content": content}
        elif words not in known["description"]:
            known["description"] += f"; {words}"
    return dict(sorted(found.items()))
