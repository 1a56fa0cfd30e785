"""The Stripe box: an offline stand-in for Stripe's test mode, for the demo and for tests."""

from .controls.remote import RemoteControl
from .errors import Refusal
from .server import BoxServer
from .settings import BadSettings, BoxSettings

__all__ = ["BadSettings", "BoxServer", "BoxSettings", "Refusal", "RemoteControl"]
