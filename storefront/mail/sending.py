"""How letters leave: as files in the demo, by SMTP otherwise."""

import smtplib
import ssl
from email.headerregistry import Address
from email.message import EmailMessage
from email.utils import format_datetime
from pathlib import Path
from urllib.parse import SplitResult, unquote, urlsplit

from ..config import LOOPBACK, Settings
from ..database import forbid_transaction
from .models import Letter

_SMTP_TIMEOUT_SECONDS = 20


def deliver(letter: Letter, settings: Settings) -> None:
    """Hands a letter over; raises whatever keeps it from being written or taken."""
    forbid_transaction()
    message = _message(letter, settings)
    url = urlsplit(settings.STOREFRONT_MAIL_URL)
    if url.scheme == "file":
        folder = settings.instance / "letters"
        _write_file(message, folder / f"{letter.id:06}-{letter.kind}.eml")
        return
    _send(message, settings.STOREFRONT_MAIL_URL)


def _message(letter: Letter, settings: Settings) -> EmailMessage:
    message = EmailMessage()
    message["From"] = Address(settings.STOREFRONT_NAME, addr_spec=settings.STOREFRONT_MAIL_FROM)
    message["To"] = Address(addr_spec=letter.recipient)  # one person, whatever was typed
    message["Subject"] = letter.subject
    message["Date"] = format_datetime(letter.created_at)
    # The same letter keeps its id, so that a mail program shows a repeated one once.
    domain = settings.STOREFRONT_MAIL_FROM.rpartition("@")[2] or "localhost"
    message["Message-ID"] = f"<letter-{letter.id}-{letter.reference}@{domain}>"
    if letter.unsubscribe_url:
        message["List-Unsubscribe"] = f"<{letter.unsubscribe_url}>"
        message["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
    message.set_content(letter.text)
    message.add_alternative(letter.html, subtype="html")
    return message


def _send(message: EmailMessage, mail_url: str) -> None:
    url = urlsplit(mail_url)
    with _connect(url) as smtp:
        if url.scheme == "smtp" and url.hostname not in LOOPBACK:
            smtp.starttls(context=ssl.create_default_context())
        if url.username:
            smtp.login(unquote(url.username), unquote(url.password or ""))
        smtp.send_message(message)


def _connect(url: SplitResult) -> smtplib.SMTP:
    host, port = url.hostname or "localhost", url.port or 0
    if url.scheme == "smtp":
        return smtplib.SMTP(host, port, timeout=_SMTP_TIMEOUT_SECONDS)
    return smtplib.SMTP_SSL(
        host, port, timeout=_SMTP_TIMEOUT_SECONDS, context=ssl.create_default_context()
    )


def _write_file(message: EmailMessage, path: Path) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_suffix(".part")
    draft.write_bytes(message.as_bytes())
    draft.replace(path)
