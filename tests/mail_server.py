"""A mail server on this machine that keeps what it is given, and can be told to refuse or to stay silent."""

import socketserver
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field


@dataclass
class Received:
    """One message: the envelope's sender and recipients, and the bytes between DATA and the full stop."""

    sender: str
    recipients: list[str]
    data: bytes


@dataclass
class MailServer:
    """`refuse` maps a command such as RCPT to the answer it gets; `silent` holds back the greeting until set."""

    port: int = 0
    received: list[Received] = field(default_factory=list)
    refuse: dict[str, str] = field(default_factory=dict)
    extensions: list[str] = field(default_factory=lambda: ["8BITMIME", "SMTPUTF8"])
    speak: threading.Event = field(default_factory=threading.Event)
    greeted: list[str] = field(default_factory=list)


class _Conversation(socketserver.StreamRequestHandler):
    def handle(self):
        kept: MailServer = self.server.kept
        kept.speak.wait(20)
        self._say("220 loopback ready")
        sender, recipients = "", []
        while line := self.rfile.readline().decode("utf-8", "replace").strip():
            command = line.split()[0].upper()
            if command in kept.refuse:
                self._say(kept.refuse[command])
            elif command == "EHLO":
                kept.greeted.append(line)
                said = ["loopback", *kept.extensions]
                self._say("\r\n".join(f"250{' ' if one == said[-1] else '-'}{one}" for one in said))
            elif command == "MAIL":
                sender = line.split("<")[1].split(">")[0]
                self._say("250 fine")
            elif command == "RCPT":
                recipients.append(line.split("<")[1].split(">")[0])
                self._say("250 fine")
            elif command == "DATA":
                self._say("354 go on")
                lines = []
                while (data := self.rfile.readline()) not in (b".\r\n", b""):
                    lines.append(data[1:] if data.startswith(b"..") else data)
                kept.received.append(Received(sender, recipients, b"".join(lines)))
                sender, recipients = "", []
                self._say("250 kept")
            elif command == "QUIT":
                self._say("221 bye")
                return
            else:
                self._say("502 what?")

    def _say(self, text: str) -> None:
        self.wfile.write(text.encode() + b"\r\n")


class _Server(socketserver.ThreadingTCPServer):
    daemon_threads = True
    allow_reuse_address = True

    def handle_error(self, request, client_address):
        """Somebody hung up."""


@contextmanager
def mail_server() -> Iterator[MailServer]:
    """Runs for as long as the block does."""
    kept = MailServer()
    kept.speak.set()
    with _Server(("127.0.0.1", 0), _Conversation) as server:
        kept.port = server.server_address[1]
        server.kept = kept
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
        thread.start()
        yield kept
        kept.speak.set()
        server.shutdown()
        thread.join(5)
