"""The watch over the browser must see what it is there to see; otherwise every browser test is blind."""

import pytest
from flask import Flask, request

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


def test_axe_names_the_rule_and_the_place(stand, page, axe):
    page.goto(f"{stand}/?body=<h1>Stand</h1><img src=/?body=picture>", wait_until="networkidle")
    assert any(line.startswith("image-alt (critical)") for line in axe(page)), axe(page)
