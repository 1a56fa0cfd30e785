"""Email addresses, as far as one can tell without writing to them."""

_LONGEST = 254


def is_email(text: str) -> bool:
    """Tell whether the text can be an email address."""
    name, at, domain = text.rpartition("@")
    is_plain = not any(character.isspace() or character in '<>(),;:"' for character in text)
    has_dot = "." in domain.strip(".") and ".." not in domain and domain == domain.strip(".-")
    return bool(at and name and has_dot and is_plain and "@" not in name) and (
        len(text) <= _LONGEST
    )
