"""The vendored part of Stripe's OpenAPI description: which requests and answers exist."""

import json
import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from ..errors import JSON
from .undocumented import PATHS

_FILE = Path(__file__).with_name("openapi.json")


@dataclass(frozen=True, kw_only=True)
class Operation:
    """One method on one path, with the schema of its parameters and of its answer."""

    method: str
    path: str
    parameters: JSON
    response: JSON


@cache
def document() -> JSON:
    """Return the whole description."""
    content: JSON = json.loads(_FILE.read_text(encoding="utf-8"))
    return content


@cache
def operation(method: str, path: str) -> Operation:
    """Return one operation by its path template; raises KeyError when the subset lacks it."""
    described = (PATHS.get(path) or document()["paths"][path])[method.lower()]
    return Operation(
        method=method,
        path=path,
        parameters=_parameters(described, method),
        response=described["responses"]["200"]["content"]["application/json"]["schema"],
    )


def schema(name: str) -> JSON:
    """Return a named object schema, such as `checkout.session`."""
    found: JSON = document()["components"]["schemas"][name]
    return found


@cache
def pattern(path: str) -> re.Pattern[str]:
    """Return a regular expression with one named group for each `{name}` of the path."""
    return re.compile(re.sub(r"\{(\w+)\}", r"(?P<\1>[^/]+)", path))


def _parameters(described: JSON, method: str) -> JSON:
    if method != "GET":
        content = described["requestBody"]["content"]["application/x-www-form-urlencoded"]
        body: JSON = content["schema"]
        return body
    queries = [one for one in described["parameters"] if one["in"] == "query"]
    return {
        "type": "object",
        "additionalProperties": False,
        "properties": {one["name"]: one["schema"] for one in queries},
        "required": [one["name"] for one in queries if one["required"]],
    }
