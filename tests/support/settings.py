"""Settings that a shop must not start with, and the sentence that each is answered with."""

from typing import Any

LIVE = {
    "STRIPE_SECRET_KEY": "sk_live_1",
    "STRIPE_WEBHOOK_SECRET": "whsec_1",
    "STOREFRONT_PRODUCTION": "1",
    "STOREFRONT_LIVE_PAYMENTS": "1",
}
PRODUCTION = LIVE | {
    "SECRET_KEY": "k" * 32,
    "DATABASE_URL": "postgresql://shop:pw@db/shop",
    "STOREFRONT_PUBLIC_URL": "https://shop.example",
    "STOREFRONT_NAME": "Bergquell",
    "STOREFRONT_SUPPORT_EMAIL": "care@shop.example",
    "STOREFRONT_ADDRESS": "Shop Ltd, 1 Quay, Cork",
    "STOREFRONT_MAIL_URL": "smtp://mail.example",
}
COUNTRIES = "STOREFRONT_COUNTRIES must list ISO 3166 codes of two letters, like DE,AT."
LOOPBACK_LINKS = (
    "STOREFRONT_LINK_CHECKS=loopback lets guides make the worker ask this very machine, and is"
    " for tests only. Set it to on or off."
)
CURRENCY = "STOREFRONT_CURRENCY must be an ISO 4217 code like EUR."
COUNTED_OTHERWISE = (
    "STOREFRONT_CURRENCY is one that Stripe counts in other minor units than people write it;"
    " take another, such as EUR."
)
THREE_DECIMALS = (
    "STOREFRONT_DELIVERY_CENTS must end in 0: Stripe takes amounts in currencies of three decimals,"
    " such as KWD, to the second one."
)
DATABASE = "DATABASE_URL must look like postgresql://user:password@host/name or sqlite:///file."
KEY = "STRIPE_SECRET_KEY must start with sk_test_; copy it from Stripe."
LAYOUT = "STOREFRONT_LAYOUT is empty; name the template that every page extends, or unset it."
LOCALE = "STOREFRONT_LOCALE must be a known locale like en_IE or de_DE."
TIME_ZONE = "STOREFRONT_TIME_ZONE must be a time zone like Europe/Dublin or America/New_York."
LOGO = (
    "STOREFRONT_LOGO and STOREFRONT_LOGO_DARK must be files below static/,"
    " or empty to show the name."
)
POST = (
    "STOREFRONT_MAIL_URL must be file: or look like smtp://user:password@mail.example:587"
    " (smtps:// for TLS from the first byte)."
)
PUBLIC = "STOREFRONT_PUBLIC_URL must be an address like https://shop.example."
REDIS = "REDIS_URL must start with redis://, rediss:// or unix://; unset it to do without Redis."
SENDER = (
    "STOREFRONT_MAIL_FROM must be one plain address like orders@shop.example;"
    " without it, STOREFRONT_SUPPORT_EMAIL must be one."
)
STRIPE = "STRIPE_API_BASE must be an address like http://127.0.0.1:9000; unset it to reach Stripe."
TAX = (
    "STOREFRONT_TAX_RATES must look like standard=19,reduced=7, each from 0 to 100; a country"
    " with rates of its own has a standard one too: FR.standard=20,FR.reduced=5.5."
)
DELIVERY_TO = (
    "STOREFRONT_DELIVERY_CENTS_TO must look like IE=690,PT=890: ISO 3166 codes, and prices as"
    " STOREFRONT_DELIVERY_CENTS has them."
)
LANGUAGES = (
    "STOREFRONT_LANGUAGES must look like en=https://shop.example,de=https://de.shop.example and"
    " name STOREFRONT_PUBLIC_URL as one of them."
)
RETURN_POSTAGE = "STOREFRONT_RETURN_POSTAGE must be shopper or shop, or unset."
HOME = {"STOREFRONT_PUBLIC_URL": "https://shop.example"}

#: (settings, the sentence): no sentence of config_checks is without a line here.
WRONG: list[tuple[dict[str, Any], str]] = [
    ({"STRIPE_SECRET_KEY": "pk_test_1"}, KEY),
    ({"STRIPE_SECRET_KEY": "sk_other_1"}, KEY),
    (
        PRODUCTION | {"STRIPE_SECRET_KEY": "sk_test_1"},
        "STOREFRONT_PRODUCTION is on but no real money would come in: set STRIPE_SECRET_KEY to a"
        " live key and STOREFRONT_LIVE_PAYMENTS=1, or turn STOREFRONT_PRODUCTION off to try out.",
    ),
    *[
        (
            PRODUCTION | {"STRIPE_SECRET_KEY": key, "STOREFRONT_LIVE_PAYMENTS": "0"},
            "STRIPE_SECRET_KEY is a live key; use an sk_test_ key,"
            " or set STOREFRONT_LIVE_PAYMENTS=1 to take real money.",
        )
        for key in ("sk_live_1", "rk_live_1")
    ],
    (
        LIVE | {"STOREFRONT_PRODUCTION": "0"},
        "STRIPE_SECRET_KEY is a live key; set STOREFRONT_PRODUCTION=1 as well,"
        " or use an sk_test_ key.",
    ),
    (
        PRODUCTION | {"STRIPE_API_BASE": "http://127.0.0.1:9000"},
        "A live key must reach Stripe and nobody else; unset STRIPE_API_BASE.",
    ),
    (
        {"STRIPE_SECRET_KEY": "sk_test_1"},
        "STRIPE_WEBHOOK_SECRET is missing; copy the whsec_… of your webhook endpoint.",
    ),
    ({"STRIPE_WEBHOOK_SECRET": "secret"}, "STRIPE_WEBHOOK_SECRET must start with whsec_."),
    (
        {"STRIPE_SECRET_KEY": "sk_test_1", "STRIPE_WEBHOOK_SECRET": "whsec_box_1"},
        "STRIPE_WEBHOOK_SECRET belongs to the Stripe box but the key talks to Stripe;"
        " set the secret of Stripe's own webhook endpoint.",
    ),
    ({"DATABASE_URL": "mysql://db/shop"}, DATABASE),
    ({"DATABASE_URL": "sqlite:shop.db"}, DATABASE),
    ({"DATABASE_URL": "postgresql://db:port/shop"}, DATABASE),
    ({"DATABASE_URL": "shop.db"}, DATABASE),
    ({"REDIS_URL": "cache:6379"}, REDIS),
    ({"STRIPE_API_BASE": "127.0.0.1:9000", "STRIPE_WEBHOOK_SECRET": "whsec_1"}, STRIPE),
    *[
        ({"STOREFRONT_PUBLIC_URL": url}, PUBLIC)
        for url in ("shop.example", "ftp://shop.example", "https://", "https://shop.example/?a=b",
                    "https://shop.example/#top", "https://shop.example:port", "https://[")
    ],
    (
        PRODUCTION | {"STOREFRONT_PUBLIC_URL": "http://shop.example"},
        "STOREFRONT_PUBLIC_URL must start with https:// in production.",
    ),
    *[
        ({"STOREFRONT_MAIL_URL": url}, POST)
        for url in ("mail.example:587", "smtp://", "http://mail.example", "smtp://mail.example:99999")
    ],
    (
        PRODUCTION | {"STOREFRONT_MAIL_URL": "file:"},
        "STOREFRONT_PRODUCTION is on but letters would stay in a folder: set STOREFRONT_MAIL_URL"
        " to smtp://user:password@mail.example:587.",
    ),
    ({"STOREFRONT_MAIL_FROM": "Shop <orders@shop.example>"}, SENDER),
    ({"STOREFRONT_MAIL_FROM": "a@shop.example, b@shop.example"}, SENDER),
    ({"STOREFRONT_MAIL_FROM": "a@shop.example\r\nBcc: b@shop.example"}, SENDER),
    ({"STOREFRONT_MAIL_FROM": "käufer@shop.example"}, SENDER),
    ({"STOREFRONT_SUPPORT_EMAIL": "care"}, SENDER),
    ({"STOREFRONT_LINK_CHECKS": "maybe"}, "STOREFRONT_LINK_CHECKS must be on or off."),
    ({**PRODUCTION, "STOREFRONT_LINK_CHECKS": "loopback"}, LOOPBACK_LINKS),
    ({"STOREFRONT_CURRENCY": "euro"}, CURRENCY),
    ({"STOREFRONT_CURRENCY": "isk"}, COUNTED_OTHERWISE),
    ({"STOREFRONT_CURRENCY": "UGX"}, COUNTED_OTHERWISE),
    ({"STOREFRONT_CURRENCY": "KWD", "STOREFRONT_DELIVERY_CENTS": "1255"}, THREE_DECIMALS),
    ({"STOREFRONT_COUNTRIES": "DE,Austria"}, COUNTRIES),
    ({"STOREFRONT_COUNTRIES": "DE,EU"}, COUNTRIES),
    ({"STOREFRONT_COUNTRIES": ""}, COUNTRIES),
    ({"STOREFRONT_LOCALE": "de-DE-x"}, LOCALE),
    ({"STOREFRONT_LOCALE": "zz_ZZ"}, LOCALE),
    ({"STOREFRONT_TIME_ZONE": "Mars/Olympus"}, TIME_ZONE),
    ({"STOREFRONT_TIME_ZONE": "Europe"}, TIME_ZONE),
    ({"STOREFRONT_TIME_ZONE": "../etc/passwd"}, TIME_ZONE),
    ({"STOREFRONT_TAX_RATES": "reduced=7"}, TAX),
    ({"STOREFRONT_TAX_RATES": "standard=101"}, TAX),
    ({"STOREFRONT_TAX_RATES": "standard=-1"}, TAX),
    ({"STOREFRONT_TAX_RATES": "standard=nan"}, TAX),
    ({"STOREFRONT_TAX_RATES": "standard=inf"}, TAX),
    ({"STOREFRONT_TAX_RATES": "standard"}, TAX),
    ({"STOREFRONT_TAX_RATES": "standard=19,FR.reduced=5"}, TAX),
    ({"STOREFRONT_TAX_RATES": "standard=19,EU.standard=20"}, TAX),
    ({"STOREFRONT_TAX_RATES": "standard=19,FR.standard=120"}, TAX),
    ({"STOREFRONT_DELIVERY_CENTS_TO": "IE"}, DELIVERY_TO),
    ({"STOREFRONT_DELIVERY_CENTS_TO": "EU=690"}, DELIVERY_TO),
    ({"STOREFRONT_DELIVERY_CENTS_TO": "IE=6.90"}, DELIVERY_TO),
    ({"STOREFRONT_DELIVERY_CENTS_TO": "IE=-1"}, DELIVERY_TO),
    ({"STOREFRONT_CURRENCY": "KWD", "STOREFRONT_DELIVERY_CENTS_TO": "IE=1255"}, DELIVERY_TO),
    ({"STOREFRONT_LANGUAGES": "en"}, LANGUAGES),
    ({"STOREFRONT_LANGUAGES": "english one=https://shop.example"}, LANGUAGES),
    (HOME | {"STOREFRONT_LANGUAGES": "en=https://shop.example,EN=https://uk.example"}, LANGUAGES),
    (HOME | {"STOREFRONT_LANGUAGES": "en=https://shop.example,de=shop.example"}, LANGUAGES),
    (HOME | {"STOREFRONT_LANGUAGES": "de=https://de.shop.example"}, LANGUAGES),
    ({"STOREFRONT_RETURN_POSTAGE": "nobody"}, RETURN_POSTAGE),
    ({"STOREFRONT_LAYOUT": ""}, LAYOUT),
    ({"STOREFRONT_LAYOUT": " "}, LAYOUT),
    ({"STOREFRONT_LOGO": "brand/nope.svg"}, LOGO),
    ({"STOREFRONT_LOGO_DARK": "../README.md"}, LOGO),
    *[
        ({name: value}, f"{name} must be a whole number from {least} to {most}.")
        for name, least, most in (
            ("PORT", 1, 65_535),
            ("WEB_WORKERS", 1, 256),
            ("WEB_THREADS", 1, 256),
            ("STOREFRONT_TRUSTED_PROXIES", 0, 100),
            ("STOREFRONT_DELIVERY_CENTS", 0, 2_000_000_000),
            ("STOREFRONT_FREE_DELIVERY_FROM_CENTS", 0, 2_000_000_000),
            ("STOREFRONT_LOW_STOCK", 0, 2_000_000_000),
            ("STOREFRONT_RETURN_DAYS", 0, 3650),
            ("STOREFRONT_REVIEW_DAYS", 1, 59),
            ("STOREFRONT_SESSION_MINUTES", 32, 1439),
            ("STOREFRONT_HOLD_GRACE_MINUTES", 1, 100_000),
            ("STOREFRONT_DRAFT_DAYS", 1, 365),
            ("STOREFRONT_PAGE_CACHE_SECONDS", 0, 2_000_000_000),
        )
        for value in (least - 1, most + 1)
    ],
    ({"PORT": "eighty"}, "PORT is 'eighty'; set it to a whole number."),
    ({"PORT": [8000]}, "PORT is [8000]; set it to a whole number."),
    ({"STOREFRONT_PRODUCTION": "maybe"}, "STOREFRONT_PRODUCTION is 'maybe'; set it to 1 or 0."),
    (
        {"STOREFRONT_PRODUCTION": "1"},
        "STOREFRONT_PRODUCTION is on, so set DATABASE_URL, SECRET_KEY, STRIPE_SECRET_KEY,"
        " STRIPE_WEBHOOK_SECRET, STOREFRONT_PUBLIC_URL, STOREFRONT_NAME, STOREFRONT_SUPPORT_EMAIL,"
        " STOREFRONT_ADDRESS before starting.",
    ),
    (
        PRODUCTION | {"SECRET_KEY": "k" * 31},
        "SECRET_KEY is short; use 32 or more random characters.",
    ),
]  # fmt: skip
EMPTY_KEY = (
    "SECRET_KEY is empty; remove secret_key from the instance folder to have a new one made."
)
