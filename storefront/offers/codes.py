"""Codes as shoppers type them, and addresses as they are counted."""

import hashlib
import re

LONGEST_CODE = 32
CODE = re.compile(rf"[A-Z0-9][A-Z0-9-]{{1,{LONGEST_CODE - 1}}}")


def read_code(text: str) -> str:
    """A code as it is kept: capitals, without spaces; '' for what no code can be."""
    code = "".join(text.split()).upper()
    return code if len(code) <= LONGEST_CODE and CODE.fullmatch(code) else ""


def shopper_of(email: str) -> str:
    """What stands for a shopper in the count of their uses; '' without an address.

    Capitals and what follows a plus sign make no other person. Only a hash is kept, since an order
    whose shopper asked to be forgotten must not be known again by what was used for it.
    """
    name, _, domain = email.strip().casefold().rpartition("@")
    plain = f"{name.partition('+')[0] or name}@{domain}"
    return hashlib.sha256(plain.encode()).hexdigest() if name and domain else ""
