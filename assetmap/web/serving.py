"""The server: waitress, which takes in a file that may be uploaded, and tells in a sentence when it is too large."""

from __future__ import annotations

import socket

from flask import Flask
from waitress.channel import HTTPChannel
from waitress.parser import HTTPRequestParser
from waitress.server import TcpWSGIServer, create_server
from waitress.utilities import RequestEntityTooLarge

from assetmap.settings import Settings
from assetmap.web.language import gettext as _

_FORM_BYTES = 1_000_000  # of a request without a file


def server_over(app: Flask, settings: Settings, listening: socket.socket) -> TcpWSGIServer:
    """A server of the app on a socket that listens; `run` serves until it is closed.

    It takes in half as much again as a file may have, so that most who send too much are told so by a page of ours;
    what is larger still is not read.
    """
    most = settings.max_upload_mb * 1_500_000 + _FORM_BYTES
    server = create_server(app, sockets=[listening], threads=settings.threads, max_request_body_size=most,
                           ident="assetmap", clear_untrusted_proxy_headers=not settings.trusted_proxies)
    server.channel_class = _channel_class(_("This is larger than this site takes: a file may have at most %(most)s MB. "
                                            "Nothing was changed. Go back, split the file or leave out columns, and "
                                            "send it again.", most=settings.max_upload_mb))
    return server


def _channel_class(sentence: str) -> type[HTTPChannel]:
    class TooLarge(RequestEntityTooLarge):
        def to_response(self, ident: str | None = None) -> tuple[str, list[tuple[str, str]], bytes]:
            status, headers, _body = super().to_response(ident)
            return status, headers, sentence.encode()

    class Parser(HTTPRequestParser):
        def received(self, data: bytes) -> int:
            taken = super().received(data)
            if type(self.error) is RequestEntityTooLarge:
                self.error = TooLarge("")
            return taken

    class Channel(HTTPChannel):
        parser_class = Parser

    return Channel
