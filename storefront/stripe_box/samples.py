"""Believable test values with which the payment page is filled in before anybody types."""

from babel import Locale

SAMPLE_EMAIL = "shopper@example.com"
SAMPLE_NAME = "Alex Test"
SAMPLE_CARD = "4242 4242 4242 4242"
SAMPLE_CVC = "123"
SAMPLE_IBAN = "DE89 3704 0044 0532 0130 00"

_ADDRESSES = {
    "AT": ("Praterstraße 1", "1020", "Wien", ""),
    "BE": ("Rue Neuve 1", "1000", "Bruxelles", ""),
    "CH": ("Bahnhofstrasse 1", "8001", "Zürich", ""),
    "DE": ("Lindenallee 1", "10115", "Berlin", ""),
    "DK": ("Strøget 1", "1160", "København", ""),
    "ES": ("Calle Mayor 1", "28013", "Madrid", ""),
    "FI": ("Aleksanterinkatu 1", "00100", "Helsinki", ""),
    "FR": ("1 rue de la Paix", "75002", "Paris", ""),
    "GB": ("1 High Street", "SW1A 1AA", "London", ""),
    "IE": ("1 Grafton Street", "D02 XY45", "Dublin", ""),
    "IT": ("Via Roma 1", "00184", "Roma", "RM"),
    "LU": ("Grand-Rue 1", "1660", "Luxembourg", ""),
    "NL": ("Damrak 1", "1012 LG", "Amsterdam", ""),
    "PL": ("Nowy Świat 1", "00-496", "Warszawa", ""),
    "PT": ("Rua Augusta 1", "1100-048", "Lisboa", ""),
    "SE": ("Drottninggatan 1", "111 51", "Stockholm", ""),
    "US": ("1 Main Street", "94103", "San Francisco", "CA"),
}
_PREFERRED = ("DE", "FR", "NL", "AT", "IE", "GB", "US")
_NAMES = Locale("en").territories


def country_name(code: str) -> str:
    """Return the English name of a country."""
    return str(_NAMES.get(code, code))


def sample_country(allowed: list[str]) -> str:
    """Choose the country with which the form begins."""
    for code in (*_PREFERRED, *sorted(_ADDRESSES)):
        if code in allowed:
            return code
    return allowed[0] if allowed else "DE"


def sample_address(country: str) -> dict[str, str]:
    """Return an address that could be in this country."""
    line1, postal_code, city, state = _ADDRESSES.get(
        country, ("1 Test Street", "10000", "Town", "")
    )
    return {
        "line1": line1,
        "line2": "",
        "postal_code": postal_code,
        "city": city,
        "state": state,
        "country": country,
    }
