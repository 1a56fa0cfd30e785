"""The outbox: each letter goes out once, to one person, and none is lost or stops the next."""

import re
import socket
import threading
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from email import message_from_bytes, policy
from pathlib import Path

import pytest
import sqlalchemy as sa
from flask import Flask

from conftest import Starter
from storefront import mail
from storefront.database import db
from storefront.mail.operations import claim_next, mark_failed, mark_sent
from support.shop import Shop
from support.smtp import AUTHORITY, MailServer

FIVE_MINUTES = timedelta(minutes=5)


@pytest.fixture
def server() -> Iterator[MailServer]:
    with MailServer() as found:
        yield found


@pytest.fixture
def config(config: dict[str, object], server: MailServer) -> dict[str, object]:
    return config | {"STOREFRONT_MAIL_URL": f"smtp://127.0.0.1:{server.port}"}


def write(shop: Shop, recipient: str = "ida@shop.example", **changes: str) -> None:
    """Puts a letter into the outbox."""
    number = str(len(shop.letters("note")))
    given = {"subject": "Your order", "text": "Thank you.\n", "html": "<p>Thank you.</p>"}
    letter = {"kind": "note", "reference": number, "recipient": recipient} | given | changes
    assert shop.do(lambda: mail.write(mail.NewLetter(**letter))) is True


def send(app: Flask) -> int:
    with app.app_context():
        return mail.send_waiting(app.extensions["storefront"].settings)


def states(shop: Shop) -> list[str]:
    return [letter.state for letter in sorted(shop.letters("note"), key=lambda one: one.id)]


def let_pass(shop: Shop, time: timedelta) -> None:
    """Moves what is to happen to every letter that much nearer."""

    def move() -> None:
        for letter in db.session.scalars(sa.select(mail.Letter)):
            letter.due_at -= time

    shop.do(move)


def test_a_letter_arrives_whole_and_once(app: Flask, shop: Shop, server: MailServer) -> None:
    write(shop, text="Grüße.\n.\nZwei Öle\n", html="<p>Grüße</p>")
    assert [send(app), send(app)] == [1, 0]
    (taken,) = server.taken
    assert (taken.sender, taken.recipients) == ("care@stillwater.example", ["ida@shop.example"])
    assert taken.message["To"] == "ida@shop.example"
    assert taken.message["Subject"] == "Your order"
    assert taken.message["Message-ID"] == "<letter-1-0@stillwater.example>"
    plain, html = taken.message.iter_parts()
    assert plain.get_content().replace("\r\n", "\n") == "Grüße.\n.\nZwei Öle\n"
    assert (html.get_content_type(), html.get_content().strip()) == ("text/html", "<p>Grüße</p>")
    (letter,) = shop.letters("note")
    assert (letter.state, letter.attempts, letter.error) == ("sent", 1, "")
    assert letter.sent_at is not None


def test_one_fact_gives_one_letter_and_a_rollback_none(shop: Shop) -> None:
    write(shop, reference="1001")
    again = mail.NewLetter("note", "1001", "bo@shop.example", "Again", "Again", "Again")
    assert shop.do(lambda: mail.write(again)) is False

    def write_and_fail() -> None:
        mail.write(mail.NewLetter("note", "1002", "bo@shop.example", "No", "No", "No"))
        raise ValueError("stop")

    with pytest.raises(ValueError, match="stop"):
        shop.do(write_and_fail)
    assert [letter.recipient for letter in shop.letters("note")] == ["ida@shop.example"]


@pytest.mark.parametrize(
    "name", ["Salt, Oil & Sons", "Müller Öle", 'The "Best" <shop>', "a@b.example", "Übermut; Söhne"]
)
def test_the_sender_is_one_address_with_the_shops_name_however_it_is_written(
    config: dict[str, object], server: MailServer, name: str, start_shop: Starter
) -> None:
    app = start_shop(config | {"STOREFRONT_NAME": name})
    write(Shop(app))
    assert send(app) == 1
    (sender,) = server.taken[0].message["From"].addresses
    assert (sender.display_name, sender.addr_spec) == (name, "care@stillwater.example")


def test_the_mail_servers_login_is_used_as_it_was_meant(
    config: dict[str, object], server: MailServer, start_shop: Starter
) -> None:
    url = f"smtp://shop%40mail.example:p%3Ass%2Fword@127.0.0.1:{server.port}"
    app = start_shop(config | {"STOREFRONT_MAIL_URL": url})
    write(Shop(app))
    assert (send(app), server.taken[0].login) == (1, "shop@mail.example p:ss/word")


ODD_RECIPIENTS = {
    "": "",
    "nobody": "",
    "ida@shop.example, evil@evil.example": "",
    "ida@shop.example\r\nBcc: evil@evil.example": "",
    "Ida <ida@shop.example>": "",
    "ida@": "",
    "<>": "",
    "idä@shop.example": "",
    "refused@shop.example": "SMTPRecipientsRefused",
}


@pytest.mark.parametrize(("recipient", "error"), ODD_RECIPIENTS.items())
def test_a_letter_that_cannot_be_sent_waits_longer_and_the_rest_go_out(
    app: Flask, shop: Shop, server: MailServer, recipient: str, error: str
) -> None:
    """Whatever is raised: these raise four kinds of exception, and not one is an OSError's only."""
    server.refuses = "refused"
    write(shop, "first@shop.example")
    write(shop, recipient)
    write(shop, "last@shop.example")
    before = datetime.now(UTC)
    assert send(app) == 2
    assert server.recipients == ["first@shop.example", "last@shop.example"]
    assert states(shop) == ["sent", "waiting", "sent"]
    ill = shop.letters("note")[1]
    assert (ill.attempts, ill.sent_at) == (1, None)
    assert re.match(rf"{error or '[A-Z]'}\w*:", ill.error)
    assert timedelta(seconds=59) < ill.due_at - before < timedelta(seconds=90)


@pytest.mark.parametrize("injected", ["Hi\r\nBcc: evil@evil.example", "Hi\nBcc: evil@evil.example"])
def test_no_text_becomes_a_header(
    app: Flask, shop: Shop, server: MailServer, injected: str
) -> None:
    write(shop, subject=injected)
    write(shop, reference=injected)
    assert (send(app), server.taken) == (0, [])
    assert states(shop) == ["waiting", "waiting"]


@pytest.fixture
def closed_port() -> Iterator[int]:
    """A port that belongs to this test and where nobody listens."""
    with socket.socket() as held:
        held.bind(("127.0.0.1", 0))
        yield held.getsockname()[1]


def test_a_mail_server_that_does_not_answer_is_tried_ten_times_longer_apart_each_time(
    config: dict[str, object], closed_port: int, start_shop: Starter
) -> None:
    app = start_shop(config | {"STOREFRONT_MAIL_URL": f"smtp://127.0.0.1:{closed_port}"})
    shop = Shop(app)
    write(shop)
    waits = []
    for _ in range(10):
        now = datetime.now(UTC)
        assert send(app) == 0
        (letter,) = shop.letters("note")
        waits.append(round((letter.due_at - now).total_seconds() / 60))
        let_pass(shop, letter.due_at - now)
    assert waits == [1, 2, 4, 8, 16, 32, 64, 128, 256, 360]
    assert (letter.state, letter.attempts) == ("failed", 10)
    assert letter.error.startswith("ConnectionRefusedError: ")
    assert (send(app), states(shop)) == (0, ["failed"])
    doctor = app.test_cli_runner().invoke(args=["shop", "doctor"])
    assert "1 letters could not be sent; see /staff/letters" in doctor.output


def test_failed_letters_are_sent_again_by_a_command_and_sent_ones_are_not(
    app: Flask, shop: Shop, server: MailServer
) -> None:
    def state(number: int, state: str, attempts: int) -> None:
        letter = db.session.scalars(sa.select(mail.Letter).order_by(mail.Letter.id)).all()[number]
        letter.state, letter.attempts = state, attempts
        letter.due_at += timedelta(hours=6)

    for name in ("sent", "failed", "waiting", "sending"):
        write(shop, f"{name}@shop.example")
    for number, (name, attempts) in enumerate(
        [("sent", 1), ("failed", 10), ("waiting", 3), ("sending", 1)]
    ):
        shop.do(lambda at=number, name=name, many=attempts: state(at, name, many))
    run = app.test_cli_runner().invoke
    assert run(args=["shop", "send-letters"]).output == "0 sent.\n"
    assert run(args=["shop", "send-letters", "--again"]).output == "2 sent.\n"
    assert server.recipients == ["failed@shop.example", "waiting@shop.example"]
    assert states(shop) == ["sent", "sent", "sent", "sending"]


def test_a_process_that_dies_with_a_letter_loses_it_to_the_next_one_after_five_minutes(
    app: Flask, shop: Shop, server: MailServer
) -> None:
    write(shop)
    held = shop.do(lambda: claim_next(datetime.now(UTC)))
    assert held is not None
    assert (send(app), states(shop)) == (0, ["sending"])
    let_pass(shop, FIVE_MINUTES)
    assert (send(app), states(shop), len(server.taken)) == (1, ["sent"], 1)


def test_a_process_that_was_slow_cannot_say_what_became_of_a_letter_it_has_lost(
    app: Flask, shop: Shop
) -> None:
    """Otherwise its failure would have the letter sent once more."""
    write(shop)
    slow = shop.do(lambda: claim_next(datetime.now(UTC)))
    assert slow is not None
    let_pass(shop, FIVE_MINUTES)
    quick = shop.do(lambda: claim_next(datetime.now(UTC)))
    assert quick is not None
    shop.do(lambda: mark_failed(slow.id, "too late", attempts=1))
    assert states(shop) == ["sending"]
    shop.do(lambda: mark_sent(quick.id, attempts=2))
    shop.do(lambda: mark_failed(slow.id, "too late", attempts=1))
    assert (send(app), states(shop)) == (0, ["sent"])


def test_processes_that_send_at_the_same_moment_send_each_letter_once(
    app: Flask, shop: Shop, server: MailServer
) -> None:
    """On PostgreSQL, without claim_next's lock and condition two of them take the same letter."""
    everybody = [f"{number:02}@shop.example" for number in range(12)]
    for recipient in everybody:
        write(shop, recipient)
    start, sent = threading.Barrier(4), list[int]()

    def work() -> None:
        start.wait()
        sent.append(send(app))

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    send(app)
    assert server.recipients == everybody
    assert states(shop) == ["sent"] * 12


# 0.0.0.0 is this machine too, but nothing that the shop takes for it.
@pytest.mark.parametrize("is_trusted", [True, False])
@pytest.mark.parametrize("kind", ["smtp", "smtps"])
def test_a_mail_server_elsewhere_must_prove_who_it_is_before_it_hears_the_password(
    config: dict[str, object],
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
    kind: str,
    is_trusted: bool,
    start_shop: Starter,
) -> None:
    trusted = tmp_path / "trusted.pem"
    AUTHORITY.cert_pem.write_to_path(trusted)
    monkeypatch.setenv("SSL_CERT_FILE", str(trusted) if is_trusted else "/dev/null")
    with MailServer(offers_tls=kind == "smtp", speaks_tls=kind == "smtps") as server:
        url = f"{kind}://shop:secret@0.0.0.0:{server.port}"
        app = start_shop(config | {"STOREFRONT_MAIL_URL": url})
        shop = Shop(app)
        write(shop)
        assert send(app) == is_trusted
        (letter,) = shop.letters("note")
    if is_trusted:
        assert [(taken.is_encrypted, taken.login) for taken in server.taken] == [
            (True, "shop secret")
        ]
        return
    assert "CERTIFICATE_VERIFY_FAILED" in letter.error
    assert not any(command.startswith(("AUTH", "MAIL")) for command in server.commands)


def test_a_mail_server_elsewhere_without_tls_gets_no_letter_and_no_password(
    config: dict[str, object], server: MailServer, start_shop: Starter
) -> None:
    url = f"smtp://shop:secret@0.0.0.0:{server.port}"
    app = start_shop(config | {"STOREFRONT_MAIL_URL": url})
    write(Shop(app))
    assert send(app) == 0
    assert Shop(app).letters("note")[0].error.startswith("SMTPNotSupportedError: ")
    assert not any(command.startswith(("AUTH", "MAIL")) for command in server.commands)


def test_without_a_mail_server_letters_are_files_in_the_instance_folder(
    config: dict[str, object], tmp_path: Path, start_shop: Starter
) -> None:
    app = start_shop(config | {"STOREFRONT_MAIL_URL": "file:"})
    write(Shop(app), text="Grüße\n")
    assert send(app) == 1
    (file,) = (tmp_path / "instance" / "letters").iterdir()
    assert file.name == "000001-note.eml"
    message = message_from_bytes(file.read_bytes(), policy=policy.default)
    assert (message["To"], message["Subject"]) == ("ida@shop.example", "Your order")
    body = message.get_body(("plain",))
    assert body is not None
    assert body.get_content() == "Grüße\n"


def test_all_that_are_due_leave_in_one_turn(app: Flask, shop: Shop, server: MailServer) -> None:
    """Fails when a turn stops after so many: after a bad day the last would wait for the next."""

    def fill() -> None:
        for number in range(230):
            mail.write(mail.NewLetter("note", str(number), "ida@shop.example", "s", "t", "h"))

    shop.do(fill)
    assert (send(app), len(server.taken)) == (230, 230)


def test_a_long_name_of_the_shop_never_undoes_what_a_letter_tells_of(shop: Shop) -> None:
    """PostgreSQL refuses a subject of more than 200 characters, and with it the whole payment."""
    write(shop, subject="x" * 300)
    (letter,) = shop.letters("note")
    assert letter.subject == "x" * 200
