"""Requests against their schema: text becomes typed values, mistakes become Stripe's sentences."""

import re
from collections.abc import Callable

from ..errors import JSON, Refusal, empty_parameter, missing_parameter, unknown_parameters
from ..money import CURRENCIES

_INTEGER = re.compile(r"[+-]?\d+")
_DECIMAL = re.compile(r"-?\d+(\.\d{1,12})?")
_MOST_KEYS, _KEY_LENGTH, _VALUE_LENGTH = 50, 40, 500


def typed(schema: JSON, raw: JSON) -> JSON:
    """Return the parameters with their types; raises Refusal for the first mistake."""
    unknown: list[str] = []
    values = _object(schema, raw, "", unknown)
    if unknown:
        raise unknown_parameters(unknown)
    for name in _missing(schema, raw, ""):
        raise missing_parameter(name)
    return values


def _value(schema: JSON, raw: object, name: str, unknown: list[str]) -> object:
    if "anyOf" in schema:
        return _value(_branch(schema["anyOf"], raw), raw, name, unknown)
    kind = schema.get("type")
    if kind == "object":
        return _object_or_map(schema, raw, name, unknown)
    if kind == "array":
        return _array(schema, raw, name, unknown)
    if not isinstance(raw, str):
        raise Refusal(f"Invalid {kind or 'string'}: {name}", param=name)
    return _SCALARS[str(kind)](schema, raw, name)


def _branch(options: list[JSON], raw: object) -> JSON:
    """Choose the alternative that has the shape of the value."""
    is_empty = raw == ""
    for option in options:
        if is_empty and "" in option.get("enum", ()):
            return option
    wanted = ("object", "array") if isinstance(raw, dict) else ("string", "integer", "boolean")
    fitting = [one for one in options if one.get("type") in wanted and one.get("enum") != [""]]
    if isinstance(raw, dict):
        for option in fitting:
            if raw.keys() <= option.get("properties", {}).keys():
                return option
    return (fitting or options)[0]


def _object_or_map(schema: JSON, raw: object, name: str, unknown: list[str]) -> object:
    if schema.get("x-loosened"):
        return raw
    if not isinstance(raw, dict):
        if raw == "":
            raise empty_parameter(name)
        raise Refusal("Invalid object", param=name)
    if "properties" in schema:
        return _object(schema, raw, name, unknown)
    return _map(raw, name)


def _object(schema: JSON, raw: JSON, name: str, unknown: list[str]) -> JSON:
    values: JSON = {}
    for key, item in raw.items():
        full = f"{name}[{key}]" if name else key
        inner = schema["properties"].get(key)
        if inner is None:
            unknown.append(full)
            continue
        values[key] = _value(inner, item, full, unknown)
    return values


def _map(raw: JSON, name: str) -> JSON:
    if len(raw) > _MOST_KEYS:
        message = f"Invalid {name}: you can only have up to {_MOST_KEYS} keys, you passed in "
        raise Refusal(f"{message}{len(raw)}", param=name)
    for key, value in raw.items():
        full = f"{name}[{key}]"
        if not isinstance(value, str):
            message = "Metadata values must be strings, but for key `{}` you passed in an object"
            raise Refusal(message.format(key), param=full)
        if len(key) > _KEY_LENGTH:
            raise Refusal(f"Invalid metadata key: exceeds {_KEY_LENGTH} characters", param=full)
        if len(value) > _VALUE_LENGTH:
            message = f"Invalid metadata value: exceeds {_VALUE_LENGTH} characters"
            raise Refusal(message, param=full)
    return dict(raw)


def _array(schema: JSON, raw: object, name: str, unknown: list[str]) -> list[object]:
    if raw == "":
        raise empty_parameter(name)
    if not isinstance(raw, dict) or not all(key.isdecimal() for key in raw):
        raise Refusal("Invalid array", param=name)
    places = sorted(raw, key=int)
    return [_value(schema["items"], raw[key], f"{name}[{key}]", unknown) for key in places]


def _string(schema: JSON, raw: str, name: str) -> object:
    if "enum" in schema:
        return _choice(schema["enum"], raw, name)
    if raw == "":
        raise empty_parameter(name)
    longest = schema.get("maxLength")
    if longest and len(raw) > longest:
        message = f"Invalid string: {raw[:10]}...{raw[-4:]}; must be at most {longest} characters"
        raise Refusal(message, param=name)
    if schema.get("format") == "currency":
        return _currency(raw, name)
    if schema.get("format") == "decimal" and not _DECIMAL.fullmatch(raw):
        raise Refusal(f"Invalid decimal: {raw}", code="parameter_invalid_decimal", param=name)
    return raw


def _choice(options: list[str], raw: str, name: str) -> str:
    if raw in options:
        return raw
    if raw == "":
        raise empty_parameter(name)
    named = [option for option in options if option]
    *most, last = named
    comma = "," if len(named) > 2 else ""
    listed = f"{', '.join(most)}{comma} or {last}" if most else last
    label = "one of " if len(named) > 1 else ""
    raise Refusal(f"Invalid {name}: must be {label}{listed}", param=name)


def _currency(raw: str, name: str) -> str:
    if raw.lower() in CURRENCIES:
        return raw.lower()
    listed = ", ".join(CURRENCIES)
    message = f"Invalid currency: {raw}. Stripe currently supports these currencies: {listed}"
    raise Refusal(message, param=name)


def _integer(_schema: JSON, raw: str, name: str) -> int:
    if raw == "":
        raise empty_parameter(name)
    if not _INTEGER.fullmatch(raw) or len(raw) > 20:
        raise Refusal(f"Invalid integer: {raw}", code="parameter_invalid_integer", param=name)
    return int(raw)


def _boolean(_schema: JSON, raw: str, name: str) -> bool:
    if raw not in ("true", "false"):
        raise Refusal(f"Invalid boolean: {raw}", code="parameter_invalid_boolean", param=name)
    return raw == "true"


def _number(_schema: JSON, raw: str, name: str) -> float:
    if not _DECIMAL.fullmatch(raw):
        raise Refusal(f"Invalid decimal: {raw}", code="parameter_invalid_decimal", param=name)
    return float(raw)


_SCALARS: dict[str, Callable[[JSON, str, str], object]] = {
    "string": _string,
    "integer": _integer,
    "boolean": _boolean,
    "number": _number,
}


def _missing(schema: JSON, raw: object, name: str) -> list[str]:
    """List the required parameters that are absent, outermost first, in the order of the schema."""
    if "anyOf" in schema:
        return _missing(_branch(schema["anyOf"], raw), raw, name)
    if not isinstance(raw, dict):
        return []
    if schema.get("type") == "array":
        keys = sorted(raw, key=int)
        return [n for k in keys for n in _missing(schema["items"], raw[k], f"{name}[{k}]")]
    full = {key: f"{name}[{key}]" if name else key for key in schema.get("properties", {})}
    absent = [full[key] for key in schema.get("required", ()) if key not in raw]
    present = [key for key in full if key in raw]
    nested = [n for k in present for n in _missing(schema["properties"][k], raw[k], full[k])]
    return absent + nested
