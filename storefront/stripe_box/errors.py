"""Refusals in Stripe's own words."""

from collections.abc import Sequence
from typing import Any

JSON = dict[str, Any]
DOCUMENTATION = "https://stripe.com/docs/error-codes/"


class Refusal(Exception):
    """An answer other than 200, with further fields of the error in `details`.

    `is_saved` says whether an idempotency key remembers it.
    """

    def __init__(
        self,
        message: str,
        *,
        status: int = 400,
        kind: str = "invalid_request_error",
        code: str | None = None,
        param: str | None = None,
        is_saved: bool = False,
        details: JSON | None = None,
    ) -> None:
        super().__init__(message)
        self.message, self.status, self.kind = message, status, kind
        self.code, self.param, self.is_saved = code, param, is_saved
        self.details = details or {}

    def as_json(self) -> JSON:
        """Return the body that Stripe sends; empty fields are left out."""
        error: JSON = {"message": self.message, "type": self.kind}
        if self.code:
            error["code"] = self.code
            error["doc_url"] = DOCUMENTATION + self.code.replace("_", "-")
        if self.param:
            error["param"] = self.param
        return {"error": {**error, **self.details}}


class Declined(Refusal):
    """A refusal after work that stays done: the failed charge, its events."""


def unknown_parameters(names: Sequence[str]) -> Refusal:
    """Refuse parameters that the endpoint does not know."""
    noun = "parameter" if len(names) == 1 else "parameters"
    message = f"Received unknown {noun}: {', '.join(names)}"
    return Refusal(message, code="parameter_unknown", param=names[0])


def missing_parameter(param: str) -> Refusal:
    """Refuse a request that lacks a parameter."""
    return Refusal(f"Missing required param: {param}.", code="parameter_missing", param=param)


def empty_parameter(param: str) -> Refusal:
    """Refuse an empty value for a parameter that cannot be unset."""
    return Refusal(
        f"You passed an empty string for '{param}'. We assume empty values are an attempt to unset"
        f" a parameter; however '{param}' cannot be unset. You should remove '{param}' from your"
        " request or supply a non-empty value.",
        code="parameter_invalid_empty",
        param=param,
    )


def no_such(kind: str, identifier: str, *, param: str = "id", status: int = 404) -> Refusal:
    """Refuse an identifier that does not exist."""
    message = f"No such {kind}: '{identifier}'"
    return Refusal(message, status=status, code="resource_missing", param=param)


def not_offered(param: str, sentence: str = "") -> Refusal:
    """Refuse what real Stripe knows and the box would have to ignore; never ignore it silently."""
    message = f"The Stripe box does not offer `{param}` yet. {sentence}".strip()
    return Refusal(message, param=param)


def unauthorised(message: str, *, code: str | None = None) -> Refusal:
    """Refuse a missing or wrong API key."""
    return Refusal(message, status=401, code=code)
