"""Answers of the box against the response schemas of Stripe's description."""

import copy
import json
from collections.abc import Mapping
from functools import cache
from typing import Any

import stripe
from jsonschema import Draft202012Validator

from storefront.stripe_box import specification
from storefront.stripe_box.endpoints import match


def _closed(node: Any) -> Any:
    """Turn OpenAPI 3.0 into JSON Schema that also refuses fields which Stripe does not have."""
    if isinstance(node, list):
        return [_closed(item) for item in node]
    if not isinstance(node, dict):
        return node
    schema = {key: _closed(value) for key, value in node.items()}
    is_object = schema.get("type") == "object" and "properties" in schema
    if is_object and not schema.get("x-loosened"):
        schema.setdefault("additionalProperties", False)
    if schema.pop("nullable", False) is True:
        return {"anyOf": [{"type": "null"}, schema]}
    return schema


@cache
def _components() -> dict[str, Any]:
    found: dict[str, Any] = _closed(copy.deepcopy(specification.document()["components"]))
    return found


def assert_fits(schema: Mapping[str, Any], body: Any) -> None:
    """Fail with the first place where a body differs from its schema."""
    whole = {**_closed(dict(schema)), "components": _components()}
    problems = sorted(Draft202012Validator(whole).iter_errors(body), key=lambda e: str(e.path))
    assert not problems, f"{problems[0].json_path}: {problems[0].message}"[:800]


def assert_object_fits(body: dict[str, Any]) -> None:
    """Check an object by the schema with the name of its `object` field."""
    assert_fits({"$ref": f"#/components/schemas/{body['object']}"}, body)


class CheckingClient(stripe.RequestsClient):
    """The SDK's HTTP client, which checks every answer of the box on the way in."""

    def request(  # type: ignore[override]
        self, method: str, url: str, headers: Any, post_data: Any = None
    ) -> tuple[Any, int, Any]:
        content, status, answered = super().request(method, url, headers, post_data)
        path = url.split("?", maxsplit=1)[0].partition("/v1/")[2]
        if status == 200:
            endpoint, _ = match(method.upper(), f"/v1/{path}")
            assert_fits(endpoint.operation.response, json.loads(content))
        else:
            assert_fits({"$ref": "#/components/schemas/error"}, json.loads(content))
        return content, status, answered
