"""Letters through the mail server of the settings. Without one, or when it fails, they wait for a steward."""

from __future__ import annotations

import logging
import smtplib
import ssl
import threading
from collections.abc import Sequence
from email.errors import MessageError
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime, localtime, make_msgid

from flask import after_this_request, current_app, g, has_request_context
from werkzeug.wrappers import Response

from assetmap.domain.errors import AssetmapError, BadInput
from assetmap.domain.text import EMAIL, clean, one_line, short
from assetmap.settings import Settings
from assetmap.store import messages
from assetmap.store.database import Connection, Database
from assetmap.web import services
from assetmap.web.language import gettext as _

log = logging.getLogger(__name__)
TIMEOUT_S = 20.0
LONGEST_SUBJECT = 200
LONGEST_BODY = 20_000


def send_or_queue(connection: Connection, *, recipient: str, subject: str, body: str, layer: str = "",
                  record_id: str = "", by: str) -> None:
    """Queue a letter to one person, in the transaction of what it is about.

    When a mail server is set, a thread sends it once this request's transaction is on the disk: nothing waits for
    the server, and a letter about something that was not saved is never sent. One that cannot be sent stays queued,
    with the reason. Raises BadInput for a recipient that is not one plain e-mail address.
    """
    number = messages.add(connection, recipient=address(recipient), subject=short(subject, LONGEST_SUBJECT),
                          body=clean(body)[:LONGEST_BODY], layer=layer, record_id=record_id, by=by)
    if services.settings().smtp_host and has_request_context():
        _after_this_request(number)


def send_again(number: int) -> None:
    """Try a letter that waits once more, after this request."""
    _after_this_request(number)


def address(text: str) -> str:
    """One plain e-mail address. Raises BadInput for anything else: several, a name with it, a line break."""
    said = one_line(text)
    if said != text.strip() or not EMAIL.fullmatch(said):
        raise BadInput(_("“%(text)s” is not an e-mail address.", text=short(text, 80)))
    return said


def _after_this_request(number: int) -> None:
    if "letters" not in g:
        g.letters = []

        @after_this_request
        def hand_over(response: Response) -> Response:
            postman().send(g.letters)
            return response

    g.letters.append(number)


def postman() -> Postman:
    """This app's own."""
    shared = current_app.extensions["assetmap"]
    return current_app.extensions.setdefault("assetmap_postman", Postman(shared.database, shared.settings))


class Postman:
    """Sends queued letters, one after the other, in a thread of its own that ends when they are sent."""

    def __init__(self, database: Database, settings: Settings, timeout_s: float = TIMEOUT_S):
        self._database, self._settings, self._timeout_s = database, settings, timeout_s
        self._lock = threading.Lock()
        self._thread: threading.Thread | None = None
        self._waiting: list[int] = []

    def send(self, numbers: Sequence[int]) -> None:
        """Begin, and return at once."""
        with self._lock:
            self._waiting.extend(numbers)
            if self._waiting and self._thread is None:
                self._thread = threading.Thread(target=self._run, daemon=True, name="postman")
                self._thread.start()

    def wait(self, timeout_s: float | None = None) -> None:
        """Until everything that was handed over has been tried."""
        thread = self._thread
        if thread is not None:
            thread.join(timeout_s)

    def _run(self) -> None:
        while True:
            with self._lock:
                if not self._waiting:
                    self._thread = None
                    return
                number = self._waiting.pop(0)
            try:
                self._one(number)
            except AssetmapError as error:  # the store is busy or gone: the letter stays where it is
                log.error("Letter %s: %s", number, error.message)
            except Exception:  # no fault of one letter may keep the others
                log.exception("Letter %s could not be sent", number)

    def _one(self, number: int) -> None:
        """Claim, send, note: the store's pen is held for the first and the last, never while the server is asked."""
        with self._database.writing() as connection:
            letter = messages.claim(connection, number)
        if letter is None:
            return
        error = self._deliver(letter)
        with self._database.writing() as connection:
            if error:
                messages.failed(connection, number, error)
            else:
                messages.settle(connection, number, "sent")

    def _deliver(self, letter: messages.Letter) -> str:
        """Give the letter to the server; the reason when that fails, "" when it took it."""
        try:
            deliver(self._settings, compose(self._settings, letter), self._timeout_s)
        except (OSError, smtplib.SMTPException, MessageError, ValueError) as error:
            log.warning("Letter %s was not sent: %s", letter.id, type(error).__name__)
            return reason(error, self._settings)
        return ""


def sender_of(settings: Settings) -> str:
    """The address that letters come from; "" when none is set."""
    return settings.mail_from or settings.contact_email


def compose(settings: Settings, letter: messages.Letter) -> EmailMessage:
    """The letter as it goes over the wire: one recipient, plain text in UTF-8.

    Raises ValueError or MessageError for an address that cannot stand in a header.
    """
    sender = Address(display_name=one_line(settings.area_name), addr_spec=_wire(sender_of(settings)))
    made = EmailMessage(policy=SMTP)
    made["From"] = sender
    made["To"] = Address(addr_spec=_wire(letter.recipient))
    made["Subject"] = one_line(letter.subject)
    made["Date"] = format_datetime(localtime())
    made["Message-ID"] = make_msgid(idstring=f"letter-{letter.id}", domain=sender.domain)
    made["Auto-Submitted"] = "auto-generated"
    made.set_content(clean(letter.body) + "\n", charset="utf-8")
    return made


def _wire(text: str) -> str:
    """An address with its domain in the letters that mail servers know."""
    if not EMAIL.fullmatch(text):
        raise ValueError(f"“{text[:80]}” is not an e-mail address")
    name, _at, domain = text.rpartition("@")
    return f"{name}@{domain if domain.isascii() else domain.encode('idna').decode()}"


def deliver(settings: Settings, message: EmailMessage, timeout_s: float = TIMEOUT_S) -> None:
    """Give one message to the mail server. Raises OSError or SMTPException when it is not taken."""
    context = ssl.create_default_context()
    own_name = message["From"].addresses[0].domain
    if settings.smtp_security == "ssl":
        server = smtplib.SMTP_SSL(settings.smtp_host, settings.smtp_port, own_name, timeout=timeout_s, context=context)
    else:
        server = smtplib.SMTP(settings.smtp_host, settings.smtp_port, own_name, timeout=timeout_s)
    with server:
        if settings.smtp_security == "starttls":
            server.starttls(context=context)
        if settings.smtp_user:
            server.login(settings.smtp_user, settings.smtp_password)
        server.send_message(message)


def reason(error: Exception, settings: Settings) -> str:
    """Why a letter was not sent, in a sentence without anything secret."""
    host = settings.smtp_host
    if isinstance(error, smtplib.SMTPAuthenticationError):
        return _("The mail server %(host)s did not accept SMTP_USER with SMTP_PASSWORD.", host=host)
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        return _("The mail server %(host)s refused the address that the letter goes to.", host=host)
    if isinstance(error, smtplib.SMTPSenderRefused):
        return _("The mail server %(host)s refused the sender's address. See MAIL_FROM.", host=host)
    if isinstance(error, smtplib.SMTPNotSupportedError):
        return _("The mail server %(host)s does not offer what SMTP_SECURITY or SMTP_USER ask for.", host=host)
    if isinstance(error, ssl.SSLError):
        return _("The mail server %(host)s could not show that it is who it says. See SMTP_SECURITY.", host=host)
    if isinstance(error, TimeoutError | smtplib.SMTPServerDisconnected):  # it also stands for a silent greeting
        return _("The mail server %(host)s did not answer in time, or hung up.", host=host)
    if isinstance(error, smtplib.SMTPException):
        return _("The mail server %(host)s did not take the letter.", host=host)
    if isinstance(error, OSError):
        return _("The mail server %(host)s cannot be reached. See SMTP_HOST and SMTP_PORT.", host=host)
    return _("The letter could not be made: the sender's or the recipient's address cannot be used. See MAIL_FROM.")
