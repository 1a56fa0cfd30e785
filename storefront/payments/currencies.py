"""What Stripe charges at least and at most in each currency (docs.stripe.com/currencies)."""

#: Minor units. Of the other currencies Stripe wants what comes to about half a dollar, and says so
#: when a page is opened.
MINIMUM_CENTS = {
    **{"USD": 50, "AED": 200, "AUD": 50, "BGN": 100, "BRL": 50, "CAD": 50, "CHF": 50},
    **{"CZK": 1500, "DKK": 250, "EUR": 50, "GBP": 30, "HKD": 400, "HUF": 17500, "INR": 50},
    **{"JPY": 50, "MXN": 1000, "MYR": 200, "NOK": 300, "NZD": 50, "PLN": 200, "RON": 200},
    **{"SEK": 300, "SGD": 50, "THB": 1000},
}
MOST_CENTS = 99_999_999  # the largest charge, in any currency


def minimum_cents(currency: str) -> int:
    """The smallest total above nothing that may be charged in this currency, in minor units."""
    return MINIMUM_CENTS.get(currency, 1)
