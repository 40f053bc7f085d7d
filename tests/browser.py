"""A Chromium for the tests, and a watch over what a page does in it."""

import base64
import os
import re
import struct
import zlib
from contextlib import suppress
from urllib.parse import urlsplit

from playwright.sync_api import Browser, BrowserContext, CDPSession, ConsoleMessage, Error, Page, Playwright, Request

from tests import live
from tests.find_chromium import find

QUIET = ("--disable-gpu", "--disable-background-networking", "--disable-component-update", "--disable-sync",
         "--no-first-run", "--disable-quic", "--no-proxy-server",
         "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1")  # what a watch does not stop finds nobody either
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
TILE_AS_TEXT = base64.b64encode(TILE).decode()
STORED = "local_storage,indexeddb,cache_storage,service_workers"


class Pages:
    """Pages of one browser, each in a context of its own, for one test after the other.

    A new page costs the machine as much as eight visits with one that is there: the browser starts a process for it
    and reads every script and font anew. What a test leaves is taken out: other pages, cookies, storage, history,
    routes, listeners, what is emulated, where the mouse was.
    """

    def __init__(self, browser: Browser):
        self._browser = browser
        self._idle: dict[str, list[Page]] = {}
        self._kinds: dict[BrowserContext, str] = {}
        self._origins: dict[BrowserContext, set[str]] = {}

    def take(self, watch: "Watch", width: int, height: int, **options) -> Page:
        """A blank page that nobody else has, in a window of this size, its context made with Playwright's options."""
        kind = repr(sorted(options.items()))
        page = self._idle[kind].pop() if self._idle.get(kind) else self._new(kind, options)
        page.set_viewport_size({"width": width, "height": height})
        session = watch.over(page)
        for origin in self._origins[page.context]:
            session.send("Storage.clearDataForOrigin", {"origin": origin, "storageTypes": STORED})
        session.send("Page.resetNavigationHistory")
        self._origins[page.context].clear()
        return page

    def _new(self, kind: str, options: dict) -> Page:
        context = self._browser.new_context(locale="en-GB", timezone_id="Europe/London", **options)
        context.set_default_timeout(15_000)
        self._kinds[context], self._origins[context] = kind, set()
        return context.new_page()

    def give_back(self, page: Page, watch: "Watch") -> None:
        """Leaves the page for the next test, empty; unless it was closed."""
        context = page.context
        with suppress(Error):  # a page of no origin has no storage
            page.evaluate("sessionStorage.clear()")
        watch.leave(page)
        if page.is_closed():
            with suppress(Error):  # it may be closed too
                context.close()
            return
        for other in context.pages:
            if other != page:
                other.close()
        for event in ("console", "dialog", "download", "pageerror", "popup", "request", "response"):
            page._impl_obj.remove_all_listeners(event)
        page.unroute_all()
        page.goto("about:blank")
        page.mouse.move(-10, -10)
        page.emulate_media(media="null", color_scheme="null", reduced_motion="null", forced_colors="null",
                           contrast="null")
        context.unroute_all()
        context.clear_cookies()
        context.clear_permissions()
        self._origins[context] |= watch.origins
        self._idle.setdefault(self._kinds[context], []).append(page)


class Watch:
    """What went wrong on the pages of one test: console errors (a breach of the content security policy is
    one), errors that no script caught, and requests to anyone but us and the tile address."""

    def __init__(self, tile_host: str):
        self.tile_host = tile_host
        self.tiles_blocked = False
        self.tiles_asked = 0
        self.origins: set[str] = set()
        self._sessions: dict[Page, CDPSession] = {}
        self._faults: list[str] = []
        self._expected: list[re.Pattern] = []

    def expect(self, pattern: str) -> None:
        """Lets pass what matches the pattern: `status of 404`, where a test asks for a missing page."""
        self._expected.append(re.compile(pattern))

    def over(self, page: Page) -> CDPSession:
        """Watches a page and those that it opens. The session is what answers for the page's tiles."""
        page.context.on("page", self._opened)
        page.context.on("request", self._note)
        self._listen(page)
        self._sessions[page] = self._answer_tiles(page)
        return self._sessions[page]

    def leave(self, page: Page) -> None:
        """Watches no longer."""
        page.context.remove_listener("page", self._opened)
        page.context.remove_listener("request", self._note)
        with suppress(Error):  # the page may be closed
            self._sessions.pop(page).detach()

    def _opened(self, page: Page) -> None:
        self._listen(page)
        with suppress(Error):  # it may be closed by now
            self._answer_tiles(page)

    def _listen(self, page: Page) -> None:
        page.on("console", self._hear)
        page.on("pageerror", lambda error: self._faults.append(f"uncaught, on {page.url}: {error}"))

    def _note(self, request: Request) -> None:
        if not ELSEWHERE.match(request.url):
            self.origins.add("{0.scheme}://{0.netloc}".format(urlsplit(request.url)))
        elif _host(request.url) != self.tile_host:
            self._faults.append(f"a request to someone else: {request.url}")

    def _answer_tiles(self, page: Page) -> CDPSession:
        # Playwright's own routes would do, were it not that they stop every request there is and turn the cache off.
        session = page.context.new_cdp_session(page)
        session.on("Fetch.requestPaused", lambda event: self._answer(session, event))
        session.send("Fetch.enable", {"patterns": [{"urlPattern": "https://*"}]})
        return session

    def _hear(self, message: ConsoleMessage) -> None:
        about = message.location["url"]
        gone = "net::ERR_" in message.text and any(about.startswith(f"{address}/") for address in live.stopped)
        if message.type == "error" and not gone and not (self.tiles_blocked and _host(about) == self.tile_host):
            self._faults.append(f"console: {message.text} ({about})")

    def _answer(self, session: CDPSession, event: dict) -> None:
        ours = _host(event["request"]["url"]) == self.tile_host
        self.tiles_asked += ours
        with suppress(Error):  # the page may be gone by now
            if ours and not self.tiles_blocked:
                session.send("Fetch.fulfillRequest", {
                    "requestId": event["requestId"], "responseCode": 200, "body": TILE_AS_TEXT,
                    "responseHeaders": [{"name": "Content-Type", "value": "image/png"}]})
            else:
                session.send("Fetch.failRequest", {"requestId": event["requestId"], "errorReason": "Failed"})

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
