"""Requests to the box and its answers against Stripe's description."""

import copy
import json
import re
from collections.abc import Mapping
from functools import cache
from typing import Any
from urllib.parse import urlsplit

import stripe
from jsonschema import Draft202012Validator

from storefront.stripe_box.api import specification
from storefront.stripe_box.api.endpoints import match
from storefront.stripe_box.api.wire import decode


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


@cache
def _validator(schema: str) -> Draft202012Validator:
    return Draft202012Validator({**_closed(json.loads(schema)), "components": _components()})


def assert_fits(schema: Mapping[str, Any], body: Any, *, what: str = "") -> None:
    """Fail with the first place where a body differs from its schema."""
    validator = _validator(json.dumps(schema))
    problems = sorted(validator.iter_errors(body), key=lambda e: str(e.path))
    assert not problems, f"{what} {problems[0].json_path}: {problems[0].message}"[:800]


def assert_object_fits(body: dict[str, Any]) -> None:
    """Check an object by the schema with the name of its `object` field."""
    assert_fits({"$ref": f"#/components/schemas/{body['object']}"}, body)


def assert_request_fits(method: str, url: str, form: str) -> None:
    """Check what is sent, read on its own and not with the box's validation."""
    path = urlsplit(url).path
    schema = match(method, path)[0].operation.parameters
    asked = decode(form if method == "POST" else urlsplit(url).query)
    assert_fits(schema, _typed(schema, asked), what=f"{method} {path}")


def assert_answer_fits(method: str, url: str, *, status: int, content: str) -> None:
    """Check what came back: an answer by its endpoint, anything else as one of Stripe's errors."""
    path = urlsplit(url).path
    schema: Mapping[str, Any] = {"$ref": "#/components/schemas/error"}
    if status == 200:
        schema = match(method, path)[0].operation.response
    assert_fits(schema, json.loads(content), what=f"{method} {path} {status}")


def _typed(schema: Mapping[str, Any], asked: Any) -> Any:
    """Turn a decoded form into JSON: lists, numbers and truth values where the schema has them."""
    if "anyOf" in schema:
        return next(
            (
                value
                for one in schema["anyOf"]
                if _validator(json.dumps(one)).is_valid(value := _typed(one, asked))
            ),
            asked,
        )
    kind = schema.get("type")
    if isinstance(asked, dict) and kind == "array":
        return [_typed(schema["items"], value) for value in asked.values()]
    if isinstance(asked, dict):
        inner = schema.get("properties", {})
        return {key: _typed(inner.get(key, {}), value) for key, value in asked.items()}
    if kind == "boolean" and asked in ("true", "false"):
        return asked == "true"
    if kind in ("integer", "number") and re.fullmatch(r"-?\d+(\.\d+)?", asked):
        return json.loads(asked)
    return asked


class CheckingClient(stripe.RequestsClient):
    """The SDK's HTTP client, which checks every answer of the box and what was asked for it."""

    def request(  # type: ignore[override]
        self, method: str, url: str, headers: Any, post_data: Any = None
    ) -> tuple[Any, int, Any]:
        content, status, answered = super().request(method, url, headers, post_data)
        assert_answer_fits(method.upper(), url, status=status, content=content)
        if status == 200:
            assert_request_fits(method.upper(), url, post_data or "")
        return content, status, answered
