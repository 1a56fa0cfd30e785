"""Stripe's form encoding: `a[b][0][c]=v` becomes nested dictionaries of text."""

from urllib.parse import parse_qsl

from ..errors import JSON, Refusal


def decode(text: str) -> JSON:
    """Read a query string or form body; array positions stay keys until the schema is known."""
    tree: JSON = {}
    for name, value in parse_qsl(text, keep_blank_values=True):
        _put(tree, _steps(name), value, name=name)
    return tree


def _steps(name: str) -> list[str]:
    head, bracket, rest = name.partition("[")
    if not bracket:
        return [head]
    if not rest.endswith("]"):
        raise Refusal(f"Invalid parameter name: {name}", param=head)
    return [head, *rest[:-1].split("][")]


def _put(tree: JSON, steps: list[str], value: str, *, name: str) -> None:
    node = tree
    for place, step in enumerate(steps):
        key = str(len(node)) if step == "" else step
        if place == len(steps) - 1:
            if isinstance(node.get(key), dict):
                raise Refusal(f"Invalid object: {name}", param=name)
            node[key] = value
            return
        node = node.setdefault(key, {})
        if not isinstance(node, dict):
            raise Refusal(f"Invalid object: {name}", param=name)
