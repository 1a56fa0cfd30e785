"""The back office: one gate in front of it; it calls the same verbs as the shop."""

from .models import StaffMember
from .operations import WrongPassword, add_member, sign_in
from .people import StaffPerson

__all__ = ["StaffMember", "StaffPerson", "WrongPassword", "add_member", "sign_in"]
