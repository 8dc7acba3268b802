"""The API document and the schemas: valid, complete, and of one mind with the decoders."""

import jsonschema
import msgspec
import pytest

from breeze_protocol import openapi, registry
from breeze_protocol.terminal.messages import Connected, Data, DeviceLabel, Resize

DOCUMENT = openapi.document((*registry.ENDPOINTS, *registry.FURTHER_ENDPOINTS))


def test_every_endpoint_is_an_operation() -> None:
    operations = {said["operationId"] for path in DOCUMENT["paths"].values() for said in path.values()}

    assert operations == {each.name for each in (*registry.ENDPOINTS, *registry.FURTHER_ENDPOINTS)}


def test_every_reference_leads_somewhere() -> None:
    text = msgspec.json.encode(DOCUMENT).decode()
    named = {part.partition('"')[0] for part in text.split("#/components/schemas/")[1:]}

    assert named <= set(DOCUMENT["components"]["schemas"])


@pytest.mark.clause("ACCT-030", "ACCT-031")
def test_gated_operation_says_what_it_needs_and_how_it_refuses() -> None:
    create = DOCUMENT["paths"]["/api/v1/remote/sessions"]["post"]

    assert (create["x-permission"], create["x-mfa"]) == ("remote:access", True)
    assert "MFA_REQUIRED: MFA required" in create["responses"]["403"]["description"]
    assert {"201", "400", "401", "403", "404", "413", "415", "429"} == set(create["responses"])


def test_path_parameters_are_declared() -> None:
    details = DOCUMENT["paths"]["/api/v1/remote/sessions/{id}"]["get"]

    assert details["parameters"][0] == {
        "name": "id",
        "in": "path",
        "required": True,
        "schema": {"type": "string", "format": "uuid"},
    }


@pytest.mark.parametrize("noun", registry.FAMILIES)
def test_schema_of_a_socket_is_a_schema(noun: str) -> None:
    jsonschema.Draft202012Validator.check_schema(openapi.schema(registry.FAMILIES[noun]))


@pytest.mark.parametrize(
    ("family", "message", "fits"),
    [
        ("from_viewer", msgspec.to_builtins(Data("ls")), True),
        ("from_viewer", msgspec.to_builtins(Resize(80, 24)), True),
        ("from_viewer", {"type": "resize", "cols": 0, "rows": 24}, False),
        ("from_viewer", {"type": "nothing"}, False),
        (
            "to_viewer",
            msgspec.to_builtins(Connected("0" * 8 + "-0000-4000-8000-" + "0" * 12, DeviceLabel("h", "linux"))),
            True,
        ),
        ("to_viewer", {"type": "connected"}, False),
    ],
)
def test_schema_takes_what_the_decoder_takes(family: str, message: object, fits: bool) -> None:
    schema = openapi.schema(registry.FAMILIES["terminal"])
    validator = jsonschema.Draft202012Validator({**schema, "$ref": f"#/$defs/{family}"})

    assert validator.is_valid(message) == fits
