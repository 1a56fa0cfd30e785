"""The Stripe box: an offline stand-in for Stripe's test mode, for the demo and for tests."""

from .errors import Refusal
from .remote import RemoteControl
from .server import BoxServer
from .settings import BadSettings, BoxSettings

__all__ = ["BadSettings", "BoxServer", "BoxSettings", "Refusal", "RemoteControl"]
