"""The back office: one gate in front of it; it calls the same verbs as the shop."""

from .people.models import StaffMember
from .people.operations import add_member, sign_in
from .people.person import StaffPerson
from .people.refusals import WrongPassword

__all__ = ["StaffMember", "StaffPerson", "WrongPassword", "add_member", "sign_in"]
