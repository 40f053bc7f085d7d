"""A Chromium for the tests, and a watch over what a page does in it."""

import os
import re
import struct
import zlib
from urllib.parse import urlsplit

from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, Playwright, Route

from tests import live
from tests.find_chromium import find

QUIET = ("--disable-gpu", "--disable-background-networking", "--disable-component-update", "--disable-sync",
         "--no-first-run", "--disable-quic")
ELSEWHERE = re.compile(r"^(https?|wss?)://(?!127\.0\.0\.1[:/])")


def launch(playwright: Playwright) -> Browser:
    """A headless Chromium that asks no one for anything. Exits with a sentence if there is none."""
    as_root = ["--no-sandbox"] if os.geteuid() == 0 else []
    return playwright.chromium.launch(executable_path=find(), args=[*QUIET, *as_root])


def picture(width: int = 256, height: int = 256, grey: int = 225) -> bytes:
    """A plain grey PNG of `width` × `height` pixels: what stands in for a map tile."""
    def chunk(kind: bytes, body: bytes) -> bytes:
        return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))

    rows = (b"\0" + bytes([grey]) * width) * height
    header = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    return b"".join([b"\x89PNG\r\n\x1a\n", chunk(b"IHDR", header), chunk(b"IDAT", zlib.compress(rows)),
                     chunk(b"IEND", b"")])


TILE = picture()


class Watch:
    """What went wrong on the pages of one test: console errors (a breach of the content security policy is
    one), errors that no script caught, and requests to anyone but us and the tile address."""

    def __init__(self, tile_host: str):
        self.tile_host = tile_host
        self.tiles_blocked = False
        self.tiles_asked = 0
        self._faults: list[str] = []
        self._expected: list[re.Pattern] = []

    def expect(self, pattern: str) -> None:
        """Lets pass what matches the pattern: `status of 404`, where a test asks for a missing page."""
        self._expected.append(re.compile(pattern))

    def over(self, context: BrowserContext) -> None:
        """Watches every page of the context, those opened later too."""
        context.route(ELSEWHERE, self._answer)
        context.on("page", self._watch)

    def _watch(self, page: Page) -> None:
        page.on("console", self._hear)
        page.on("pageerror", lambda error: self._faults.append(f"uncaught, on {page.url}: {error}"))

    def _hear(self, message: ConsoleMessage) -> None:
        about = message.location["url"]
        gone = "net::ERR_" in message.text and any(about.startswith(f"{address}/") for address in live.stopped)
        if message.type == "error" and not gone and not (self.tiles_blocked and _host(about) == self.tile_host):
            self._faults.append(f"console: {message.text} ({about})")

    def _answer(self, route: Route) -> None:
        if _host(route.request.url) != self.tile_host:
            self._faults.append(f"a request to someone else: {route.request.url}")
            route.abort()
        elif self.tiles_blocked:
            self.tiles_asked += 1
            route.abort()
        else:
            self.tiles_asked += 1
            route.fulfill(status=200, content_type="image/png", body=TILE)

    def faults(self) -> list[str]:
        """What was noted so far that no `expect` lets pass."""
        return [fault for fault in self._faults
                if not any(pattern.search(fault) for pattern in self._expected)]

    def forget(self) -> list[str]:
        """The faults so far, which then no longer fail the test."""
        forgotten = self.faults()
        self._faults.clear()
        return forgotten


def _host(url: str) -> str | None:
    return urlsplit(url).hostname
