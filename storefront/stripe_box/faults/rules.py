"""What a fault rule may say: the names of the faults, their values, and the refusal of the rest."""

import math
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from fnmatch import fnmatchcase
from types import MappingProxyType
from typing import Any, Literal

from ..errors import JSON, Refusal

Side = Literal["api", "webhook", "page"]
STATUSES = (400, 402, 409, 429, 500, 502)
#: With these Stripe (or a proxy before it) may have done the work all the same.
STATUSES_AFTER = (429, 500, 502)

API_FAULTS: Mapping[str, JSON] = MappingProxyType(
    {
        "delay_before": {"seconds": 1.0},
        "delay_after": {"seconds": 1.0},
        "drop_request": {},
        "drop_response": {},
        "status": {"status": 500, "code": "", "should_retry": None, "after": False},
        "truncate_json": {},
    }
)
WEBHOOK_FAULTS: Mapping[str, JSON] = MappingProxyType(
    {
        "drop": {},
        "delay": {"seconds": 60.0},
        "duplicate": {"count": 2},
        "twin": {},
        "reorder": {"count": 2, "seconds": 5.0},
        "before_response": {},
        "bad_signature": {"attempts": 1},
        "old_timestamp": {"seconds": 600.0, "attempts": 1},
        "other_account": {"account": "acct_1StripeBoxOther0"},
        "other_api_version": {"version": "2019-12-03"},
        "unknown_type": {"type": "stripe_box.unheard_of"},
    }
)
PAGE_FAULTS: Mapping[str, JSON] = MappingProxyType({"pays_late": {}})
_FAULTS: Mapping[str, JSON] = MappingProxyType({**API_FAULTS, **WEBHOOK_FAULTS, **PAGE_FAULTS})
_PATTERNS: Mapping[Side, tuple[str, ...]] = MappingProxyType(
    {"api": ("method", "path"), "webhook": ("event",), "page": ()}
)
_METHODS = ("*", "GET", "POST", "DELETE")
_LONGEST_SECONDS = 24 * 60 * 60
_SWITCHES = {"true": True, "false": False}


@dataclass(frozen=True, kw_only=True)
class Rule:
    """Which requests, events or pages a fault meets, how often, and with which values."""

    number: int
    fault: str
    side: Side
    method: str
    path: str
    event: str
    times: int | None
    probability: float
    values: Mapping[str, Any]

    def meets_request(self, method: str, path: str) -> bool:
        """Tell whether an API request is one of those that the rule is about."""
        if self.side != "api" or self.method not in ("*", method):
            return False
        return fnmatchcase(path, self.path)

    def meets_event(self, event: JSON) -> bool:
        """Tell whether an event to be delivered is one of those that the rule is about."""
        if self.fault == "before_response" and event["request"]["id"] is None:
            return False
        return self.side == "webhook" and fnmatchcase(event["type"], self.event)

    def as_json(self) -> JSON:
        """Return the rule as it is listed."""
        return {"number": self.number, "fault": self.fault, **self.asked()}

    def asked(self) -> JSON:
        """Return all that the rule was asked for, from which `read_rule` makes it again."""
        pattern = {name: getattr(self, name) for name in _PATTERNS[self.side]}
        often = {"times": self.times, "probability": self.probability}
        return {**pattern, **often, **self.values}


def read_rule(number: int, fault: str, asked: Mapping[str, Any]) -> Rule:
    """Return the rule that was asked for; raises Refusal with one sentence for a bad one."""
    if fault not in _FAULTS:
        raise Refusal(f"There is no fault {fault!r}; choose {_listed(_FAULTS)}.", param="fault")
    side = _side(fault)
    allowed = (*_PATTERNS[side], "times", "probability", *_FAULTS[fault])
    for name in asked:
        if name not in allowed:
            message = f"The fault {fault} takes {_listed(allowed)}, not {name}."
            raise Refusal(message, param=name)
    values = {
        name: _VALUES[name](name, asked.get(name, was)) for name, was in _FAULTS[fault].items()
    }
    _check_status(values)
    times = asked.get("times")
    return Rule(
        number=number,
        fault=fault,
        side=side,
        method=_method(asked.get("method", "*")),
        path=_path(asked.get("path", "*")),
        event=_text("event", asked.get("event", "*")),
        times=None if times is None else _count("times", times),
        probability=_probability(asked.get("probability", 1.0)),
        values=MappingProxyType(values),
    )


def read_seed(asked: object) -> int:
    """Return the seed; raises Refusal for anything but a whole number."""
    return _whole("seed", asked)


def _side(fault: str) -> Side:
    if fault in PAGE_FAULTS:
        return "page"
    return "api" if fault in API_FAULTS else "webhook"


def _check_status(values: Mapping[str, Any]) -> None:
    status = values.get("status")
    if status == 502 and values["code"]:
        raise Refusal("A 502 is a proxy's page of HTML and has no code.", param="code")
    if values.get("after") and status not in STATUSES_AFTER:
        message = f"Stripe executes nothing when it answers {status}, so it cannot come after."
        raise Refusal(message, param="after")


def _method(asked: object) -> str:
    method = str(asked).upper()
    if method not in _METHODS:
        raise Refusal(f"The method must be one of {_listed(_METHODS)}.", param="method")
    return method


def _path(asked: object) -> str:
    path = _text("path", asked)
    if path != "*" and not path.startswith("/v1/"):
        message = "The path must be * or begin with /v1/, where * stands for anything."
        raise Refusal(message, param="path")
    return path


def _probability(asked: object) -> float:
    chance = _number("probability", asked)
    if not 0 < chance <= 1:
        raise Refusal("The probability must be above 0 and at most 1.", param="probability")
    return chance


def _seconds(name: str, asked: object) -> float:
    seconds = _number(name, asked)
    if not 0 <= seconds <= _LONGEST_SECONDS:
        raise Refusal(f"{name} must be between 0 and {_LONGEST_SECONDS}.", param=name)
    return seconds


def _count(name: str, asked: object) -> int:
    count = _whole(name, asked)
    if count < 1:
        raise Refusal(f"{name} must be at least 1.", param=name)
    return count


def _copies(name: str, asked: object) -> int:
    copies = _whole(name, asked)
    if not 2 <= copies <= 100:
        raise Refusal(f"{name} must be between 2 and 100.", param=name)
    return copies


def _status(name: str, asked: object) -> int:
    status = _whole(name, asked)
    if status not in STATUSES:
        raise Refusal(f"{name} must be one of {_listed(STATUSES)}.", param=name)
    return status


def _switch(name: str, asked: object) -> bool | None:
    if asked is None or isinstance(asked, bool):
        return asked
    if str(asked).lower() not in _SWITCHES:
        raise Refusal(f"{name} must be true or false.", param=name)
    return _SWITCHES[str(asked).lower()]


def _code(name: str, asked: object) -> str:
    return _text(name, asked) if asked else ""


def _text(name: str, asked: object) -> str:
    if not isinstance(asked, str) or not asked.strip():
        raise Refusal(f"{name} must be a text that is not empty.", param=name)
    return asked


def _whole(name: str, asked: object) -> int:
    number = _number(name, asked)
    if number != int(number):
        raise Refusal(f"{name} must be a whole number.", param=name)
    return int(number)


def _number(name: str, asked: object) -> float:
    """Read a number, or the text of one as a form sends it."""
    try:
        number = float(str(asked))
        if not math.isfinite(number):
            raise ValueError
    except ValueError as problem:
        raise Refusal(f"{name} must be a number.", param=name) from problem
    return number


def _listed(names: Iterable[object]) -> str:
    return ", ".join(str(name) for name in names)


_VALUES: Mapping[str, Callable[[str, object], Any]] = MappingProxyType(
    {
        **{"seconds": _seconds, "status": _status, "code": _code, "count": _copies},
        **{"should_retry": _switch, "after": _switch, "attempts": _count},
        **{"account": _text, "version": _text, "type": _text},
    }
)
