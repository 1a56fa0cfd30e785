"""The page about the box names what the box offers."""

from pathlib import Path

import pytest

from storefront.stripe_box.api.endpoints import ENDPOINTS, Endpoint

PAGE = Path(__file__).parents[2] / "docs" / "stripe-box.md"
VERBS = {"GET": "retrieve", "POST": "update", "DELETE": "delete"}


def offer(endpoint: Endpoint) -> tuple[str, str]:
    """The address and the verb under which an endpoint stands in the table."""
    address, _, rest = endpoint.path.partition("/{")
    if rest:
        named = rest.partition("/")[2]
        return address, named.replace("_", " ") or VERBS[endpoint.method]
    if address == "/v1/balance":
        return address, "retrieve"
    return address, "create" if endpoint.method == "POST" else "list"


@pytest.mark.parametrize("endpoint", ENDPOINTS, ids=lambda one: f"{one.method} {one.path}")
def test_every_endpoint_stands_in_the_table(endpoint: Endpoint) -> None:
    address, verb = offer(endpoint)
    rows = [row for row in PAGE.read_text().splitlines() if row.startswith(f"| `{address}` |")]
    assert len(rows) == 1
    assert verb in rows[0]
