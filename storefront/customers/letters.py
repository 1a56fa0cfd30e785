"""The two letters of a sign-up."""

from flask import render_template

from .. import catalog, mail
from ..display import shop_facts
from ..pages import public_url, settings
from .models import SignUp

KINDS = ("sign_up_confirm", "back_in_stock")


def write_please_confirm(sign_up: SignUp) -> bool:
    """Asks whether the address is theirs; nothing else stands in it, as the law wants."""
    article = catalog.variants_by_sku([sign_up.sku])[sign_up.sku]
    subject = f"Shall we write to you about {article.product_name}?"
    return _write("sign_up_confirm", sign_up, article, subject, reference=f".{sign_up.asks}")


def write_is_back(sign_up: SignUp, article: catalog.VariantView) -> bool:
    """Says that an article is back, once."""
    return _write("back_in_stock", sign_up, article, f"{article.product_name} is back")


def _write(
    kind: str, sign_up: SignUp, article: catalog.VariantView, subject: str, *, reference: str = ""
) -> bool:
    subject = f"{settings().STOREFRONT_NAME}: {subject}"
    context = {
        "subject": subject,
        "article": article,
        "article_url": f"{public_url('product', slug=article.slug)}?variant={article.sku}",
        "sign_up_url": public_url("sign_up", token=sign_up.token),
        "shop": shop_facts(),
    }
    return mail.write(
        mail.NewLetter(
            kind=kind,
            reference=f"{sign_up.token}{reference}",
            recipient=sign_up.email,
            subject=subject,
            text=render_template(f"storefront/mail/{kind}.txt", **context),
            html=render_template(f"storefront/mail/{kind}.html", **context),
            unsubscribe_url=public_url("sign_up_end", token=sign_up.token),
        )
    )
