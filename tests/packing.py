"""What tests of packs and favourites share: a connector, the forms, and two groups and an offer of the sample."""

import re

from tests.conftest import csrf_of

CARDS, BEDS = "groups:cards-at-bournes-corner", "groups:raised-bed-regulars"
HEM = "opportunities:turn-up-a-hem-with-a-beginner"


def database(app):
    return app.extensions["assetmap"].database


def send(client, path, **fields):
    return client.post(path, data={"csrf": csrf_of(client), "once": fields.pop("once", "1"), **fields})


def make(client, picks=(CARDS, BEDS), **fields):
    """The address of a new pack's page for its connector."""
    lines = {f"line:{CARDS}": "Ask for Ana."}
    form = {"pick": list(picks), "do": "make", "language": "en"} | lines | fields
    answer = send(client, "/signpost/packs/new", **form)
    assert answer.status_code == 303, answer.text
    return answer.location


def link_of(client, path):
    """The path of the link that a connector's page shows."""
    return re.search(r'data-share="http://localhost(/packs/[\w-]+)"', client.get(path).text)[1]


def said(page: str) -> str:
    """A page's words without its tags."""
    return " ".join(re.sub(r"<[^>]+>", " ", page.split("<main", 1)[1]).split())
