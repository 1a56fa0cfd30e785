"""Currencies and how amounts in minor units are written."""

from decimal import Decimal

from babel.numbers import format_currency

_ZERO_DECIMAL = "bif clp djf gnf jpy kmf krw mga pyg rwf ugx vnd vuv xaf xof xpf"
_THREE_DECIMAL = "bhd jod kwd omr tnd"
_TWO_DECIMAL = (
    "usd aed afn all amd ang aoa ars aud awg azn bam bbd bdt bgn bmd bnd bob brl bsd bwp byn bzd"
    " cad cdf chf cny cop crc cve czk dkk dop dzd egp etb eur fjd fkp gbp gel gip gmd gtq gyd hkd"
    " hnl htg huf idr ils inr isk jmd kes kgs khr kyd kzt lak lbp lkr lrd lsl mad mdl mkd mmk mnt"
    " mop mur mvr mwk mxn myr mzn nad ngn nio nok npr nzd pab pen pgk php pkr pln qar ron rsd rub"
    " sar sbd scr sek sgd shp sle sos srd std szl thb tjs top try ttd twd tzs uah uyu uzs wst xcd"
    " xcg yer zar zmw"
)
_ZERO, _THREE = frozenset(_ZERO_DECIMAL.split()), frozenset(_THREE_DECIMAL.split())
CURRENCIES = tuple(sorted(_ZERO | _THREE | frozenset(_TWO_DECIMAL.split())))
LARGEST_AMOUNT = 99_999_999
_SYMBOLS = {"usd": "$", "eur": "€", "gbp": "£", "hkd": "$", "aud": "$", "cad": "$", "jpy": "¥"}


def decimals_of(currency: str) -> int:
    """Return how many decimal places the currency has at Stripe."""
    return 0 if currency in _ZERO else 3 if currency in _THREE else 2


def written(amount: int, currency: str) -> str:
    """Write an amount in minor units for people, such as `€12.34`."""
    places = decimals_of(currency)
    pattern = f"¤#,##0{'.' if places else ''}{'0' * places}"
    value = Decimal(amount).scaleb(-places)
    text = format_currency(value, currency.upper(), pattern, locale="en", currency_digits=False)
    return str(text)


def written_minimum(amount: int, currency: str) -> str:
    """Write an amount as Stripe's refusals do, such as `€0.50 eur` or `175.00 Ft huf`."""
    places = decimals_of(currency)
    figure = f"{Decimal(amount).scaleb(-places):.{places}f}"
    if currency == "huf":
        return f"{figure} Ft huf"
    return f"{_SYMBOLS.get(currency, '')}{figure} {currency}"
