"""The back office: one gate in front of it; it calls the same verbs as the shop."""

from .models import StaffMember
from .operations import add_member, sign_in
from .people import StaffPerson
from .refusals import WrongPassword

__all__ = ["StaffMember", "StaffPerson", "WrongPassword", "add_member", "sign_in"]
