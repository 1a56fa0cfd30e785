"""Identifiers that look like Stripe's."""

import secrets
import string

_ALPHABET = string.digits + string.ascii_letters
_LENGTHS = {"cs_test_": 58, "prod_": 14, "cus_": 14}


def new_id(prefix: str) -> str:
    """Return an unguessable identifier with Stripe's length for this prefix, such as `cs_test_`."""
    # One draw for the whole text: a session needs a dozen ids, and a draw a letter was a fourth
    # of the time that creating one took.
    rest = secrets.randbelow(62 ** (length := _LENGTHS.get(prefix, 24)))
    letters = []
    for _ in range(length):
        rest, place = divmod(rest, 62)
        letters.append(_ALPHABET[place])
    return prefix + "".join(letters)
