"""The watch over the browser must see what it is there to see; otherwise every browser test is blind."""

import pytest
from flask import Flask, request

from tests.browser import Watch
from tests.live import serving

POLICY = ("default-src 'none'; script-src 'self' 'nonce-n'; style-src 'self'; "
          "img-src 'self' data: https://tile.openstreetmap.org")
A_TILE = "<img alt='' src=https://tile.openstreetmap.org/1/1/1.png>"


@pytest.fixture(scope="module")
def stand():
    """A server that answers any path with the HTML given as `body`, under the policy of the real pages."""
    stand = Flask(__name__)

    @stand.get("/")
    def answer():
        return (f"<!doctype html><html lang=en><title>Stand</title><main>{request.args['body']}</main>",
                {"Content-Security-Policy": POLICY})

    with serving(stand) as address:
        yield address


@pytest.mark.parametrize(("body", "seen"), [
    ("<script nonce=n>console.error('told')</script>", "told"),
    ("<script nonce=n>nothing.there()</script>", "uncaught"),
    ("<script>ran()</script>", "Content Security Policy"),
    ("<img src=https://elsewhere.example/a.png>", "Content Security Policy"),
    ("<img src=/missing.png>", "404"),
    ("<script nonce=n>open('https://elsewhere.example/')</script>", "someone else"),
])
def test_a_fault_on_a_page_is_seen(stand, open_page, watch, body, seen):
    page = open_page()
    page.goto(f"{stand}/?body={body}", wait_until="networkidle")
    page.wait_for_timeout(100)
    faults = watch.forget()
    assert any(seen in fault for fault in faults), faults


def test_a_tile_is_a_plain_picture_and_no_fault(stand, page, watch):
    page.goto(f"{stand}/?body={A_TILE}", wait_until="networkidle")
    assert page.evaluate("document.querySelector('img').naturalWidth") == 256
    assert watch.tiles_asked == 1


def test_a_blocked_tile_is_no_fault(stand, page, watch):
    watch.tiles_blocked = True
    page.goto(f"{stand}/?body={A_TILE}", wait_until="networkidle")
    assert page.evaluate("document.querySelector('img').naturalWidth") == 0
    assert watch.tiles_asked == 1


def test_an_expected_error_passes(stand, page, watch):
    watch.expect("status of 404")
    page.goto(f"{stand}/?body=<img alt='' src=/missing.png>", wait_until="networkidle")


def test_a_page_that_is_given_back_brings_nothing_of_one_test_to_the_next(stand, pages):
    first, second = Watch("tile.openstreetmap.org"), Watch("tile.openstreetmap.org")
    page = pages.take(first, 360, 740)
    heard = []
    page.on("dialog", lambda dialog: heard.append(dialog.dismiss()))
    page.context.add_cookies([{"name": "who", "value": "steward", "url": stand}])
    page.route("**/*", lambda route: route.abort())
    page.unroute_all()
    page.goto(f"{stand}/?body=<p>One")
    page.goto(f"{stand}/?body=<script nonce=n>console.error('told')</script>")
    page.evaluate("localStorage.left = sessionStorage.left = 1")
    page.emulate_media(color_scheme="dark", reduced_motion="reduce", media="print")
    page.route("**/?body=next", lambda route: route.abort())
    page.context.new_page()
    pages.give_back(page, first)
    assert first.faults() != []

    again = pages.take(second, 1280, 800)
    assert again == page and again.url == "about:blank" and again.context.pages == [again]
    assert again.evaluate("history.length") == 1
    again.goto(f"{stand}/?body=next")
    assert again.context.cookies() == [] and again.evaluate("innerWidth") == 1280
    assert again.evaluate("localStorage.length + sessionStorage.length") == 0
    assert not any(again.evaluate("query => matchMedia(query).matches", query) for query in (
        "(prefers-color-scheme: dark)", "(prefers-reduced-motion: reduce)", "print"))
    again.evaluate("alert(1)")
    pages.give_back(again, second)
    assert heard == [] and second.faults() == []


def test_pages_of_one_test_and_of_other_options_are_apart(pages):
    watch = Watch("tile.openstreetmap.org")
    taken = [pages.take(watch, 360, 740), pages.take(watch, 360, 740),
             pages.take(watch, 360, 740, java_script_enabled=False)]
    assert len({page.context for page in taken}) == 3
    taken[1].context.close()
    for page in taken:
        pages.give_back(page, watch)
    assert pages.take(watch, 360, 740) == taken[0] and pages.take(watch, 360, 740) not in taken


def test_axe_names_the_rule_and_the_place(stand, page, axe):
    page.goto(f"{stand}/?body=<h1>Stand</h1><img src=/?body=picture>", wait_until="networkidle")
    assert any(line.startswith("image-alt (critical)") for line in axe(page)), axe(page)
