"""Where events are posted: the address of the settings, and the endpoints made by the API."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from ..errors import JSON
from ..ids import new_id
from ..objects import Condition

if TYPE_CHECKING:
    from ..box import Box

KIND, SECRET = "webhook_endpoint", "webhook_secret"
ROLLED_SECONDS = 24 * 60 * 60
_CONFIGURED = ""


@dataclass(frozen=True, kw_only=True)
class Target:
    """One address, the secrets that sign for it and the API version that it asked for."""

    endpoint: str
    url: str
    secrets: tuple[str, ...]
    api_version: str | None = None


def targets_for(box: "Box", kind: str) -> list[Target]:
    """Return everybody who listens to this type of event."""
    wanted = box.settings.webhook_events
    found = []
    if box.webhooks.url and _listens(wanted, kind):
        found.append(_configured(box))
    for endpoint in box.objects.matching(KIND, Condition(path="status", value="enabled")):
        if _listens(endpoint["enabled_events"], kind):
            found.append(_made(box, endpoint))
    return found


def target_of(box: "Box", row: JSON) -> Target | None:
    """Return where a delivery goes now; None when its endpoint was deleted or disabled."""
    if row["endpoint"] == _CONFIGURED:
        return _configured(box, url=row["url"])
    endpoint = box.objects.find(KIND, row["endpoint"])
    if endpoint is None or endpoint["status"] != "enabled":
        return None
    return _made(box, endpoint)


def first_secret(box: "Box", endpoint: str) -> str:
    """Make and return the secret of a new endpoint."""
    secret = new_id("whsec_")
    kept = {"id": _secret_id(endpoint), "secret": secret, "older": None, "until": 0}
    box.objects.save(SECRET, kept, parent=endpoint)
    return secret


def roll_secret(box: "Box", endpoint: str) -> str:
    """Return a new secret; for a day of the box's clock the older one signs as well.

    Raises Refusal 404 for an unknown endpoint.
    """
    with box.store.transaction():
        box.objects.get(KIND, endpoint, param="webhook_endpoint")
        kept = box.objects.get(SECRET, _secret_id(endpoint))
        until = box.clock.now() + ROLLED_SECONDS
        kept.update(secret=new_id("whsec_"), older=kept["secret"], until=until)
        return str(box.objects.save(SECRET, kept)["secret"])


def forget_secret(box: "Box", endpoint: str) -> None:
    """Remove the secret of a deleted endpoint."""
    box.objects.remove(_secret_id(endpoint))


def _configured(box: "Box", *, url: str = "") -> Target:
    secrets = (box.settings.webhook_secret,)
    return Target(endpoint=_CONFIGURED, url=url or box.webhooks.url, secrets=secrets)


def _made(box: "Box", endpoint: JSON) -> Target:
    kept = box.objects.get(SECRET, _secret_id(endpoint["id"]))
    is_rolled = kept["older"] and box.clock.now() < kept["until"]
    secrets = (kept["secret"], kept["older"]) if is_rolled else (kept["secret"],)
    version = endpoint["api_version"]
    return Target(
        endpoint=endpoint["id"], url=endpoint["url"], secrets=secrets, api_version=version
    )


def _listens(wanted: list[str] | tuple[str, ...], kind: str) -> bool:
    return "*" in wanted or kind in wanted


def _secret_id(endpoint: str) -> str:
    return f"secret_{endpoint}"
