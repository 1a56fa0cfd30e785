"""A small mail server that keeps what it is given, and can be as difficult as real ones."""

import base64
import socketserver
import ssl
import threading
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import Any

import trustme

AUTHORITY = trustme.CA()  # of this run alone
CERTIFICATE = AUTHORITY.issue_cert("127.0.0.1", "0.0.0.0", "localhost")


@dataclass(frozen=True, slots=True)
class Taken:
    """A letter as it arrived."""

    sender: str
    recipients: list[str]
    message: EmailMessage
    is_encrypted: bool
    login: str


@dataclass(slots=True)
class MailServer:
    """Listens on a port of its own from `with` on; offers STARTTLS, or speaks TLS at once."""

    offers_tls: bool = False
    speaks_tls: bool = False
    refuses: str = ""
    taken: list[Taken] = field(default_factory=list)
    commands: list[str] = field(default_factory=list)
    port: int = 0
    _server: Any = None

    def __enter__(self) -> "MailServer":
        self._server = socketserver.ThreadingTCPServer(("127.0.0.1", 0), _Conversation)
        self._server.daemon_threads = True
        self._server.books = self
        self.port = self._server.server_address[1]
        threading.Thread(target=self._server.serve_forever, args=(0.02,)).start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._server.server_close()

    @property
    def recipients(self) -> list[str]:
        """Everybody whom a letter has reached."""
        return sorted(address for letter in self.taken for address in letter.recipients)


class _Conversation(socketserver.StreamRequestHandler):
    def setup(self) -> None:
        self.books: MailServer = self.server.books  # type: ignore[attr-defined]
        self.is_encrypted, self.login = False, ""
        self.sender, self.recipients = "", list[str]()
        super().setup()

    def handle(self) -> None:
        try:
            if self.books.speaks_tls:
                self._encrypt()
            self._say("220 mail.example at your service")
            while line := self.rfile.readline():
                command = line.decode().strip()
                self.books.commands.append(command)
                if not self._answer(command):
                    return
        except OSError:  # the other side has gone, or does not trust us
            return

    def finish(self) -> None:
        super().finish()
        self.request.close()  # the server closes the socket it knows, not the encrypted one

    def _answer(self, command: str) -> bool:
        verb = command.split(" ", maxsplit=1)[0].split(":", maxsplit=1)[0].upper()
        if verb in {"EHLO", "HELO"}:
            offers = ["mail.example", "AUTH PLAIN"]
            offers += ["STARTTLS"] if self.books.offers_tls and not self.is_encrypted else []
            for offer in offers:
                self._say(f"250{'-' if offer is not offers[-1] else ' '}{offer}")
        elif verb == "STARTTLS" and self.books.offers_tls:
            self._say("220 go ahead")
            self._encrypt()
        elif verb == "AUTH":
            self.login = base64.b64decode(command.split(" ")[2]).decode().replace("\0", " ").strip()
            self._say("235 welcome")
        elif verb == "MAIL":
            self.sender, self.recipients = _address(command), []
            self._say("250 ok")
        elif verb == "RCPT":
            self._take_recipient(_address(command))
        elif verb == "DATA":
            self._take_letter()
        elif verb == "QUIT":
            self._say("221 bye")
            return False
        else:
            self._say("250 ok" if verb in {"RSET", "NOOP"} else "502 what?")
        return True

    def _take_recipient(self, address: str) -> None:
        if self.books.refuses and self.books.refuses in address:
            self._say("550 nobody of this name here")
            return
        self.recipients.append(address)
        self._say("250 ok")

    def _take_letter(self) -> None:
        self._say("354 go on")
        lines = []
        while (line := self.rfile.readline()) not in {b".\r\n", b""}:
            lines.append(line.removeprefix(b".") if line.startswith(b"..") else line)
        message = message_from_bytes(b"".join(lines), policy=policy.default)
        self.books.taken.append(
            Taken(self.sender, self.recipients, message, self.is_encrypted, self.login)
        )
        self._say("250 taken")

    def _encrypt(self) -> None:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        CERTIFICATE.configure_cert(context)
        self.request = context.wrap_socket(self.request, server_side=True)
        self.is_encrypted = True
        super().setup()

    def _say(self, line: str) -> None:
        self.wfile.write(f"{line}\r\n".encode())


def _address(command: str) -> str:
    return command.split("<", 1)[1].split(">", 1)[0]
