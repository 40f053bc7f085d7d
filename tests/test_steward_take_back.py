"""What a step has to say leads on to where it can be taken back."""

import re
from html import unescape

import pytest

from assetmap.domain.suggestion import Purpose, document
from assetmap.store import history, suggestions
from tests.conftest import csrf_of
from tests.freshness_desk import desks
from tests.made_up import group
from tests.record_forms import GROUP, form_of, get, ids, lines, url_of


def offered(client, answer):
    """(address, label) of the link in the notice that follows an answer; None when there is none."""
    assert answer.status_code == 303, answer.text
    found = re.search(r'role="status"[^>]*>.*?<a href="([^"]*)">([^<]*)</a></p></div></div>',
                      client.get(answer.location).text, re.DOTALL)
    return found and (unescape(found[1]), unescape(found[2]))


def take_back(client, link):
    """Follow a notice's link, and press the button that it leads to."""
    url, label = link
    assert label == "Take it back"
    page = client.get(url).text
    if "#" in url:
        page = page[page.index(f'id="{url.partition("#")[2]}"'):]
    action = re.search(r'<form[^>]*method="post" action="([^"]*/undo)">', page)[1]
    assert client.post(action, data={"csrf": csrf_of(client)}).status_code == 303


def test_what_was_saved_in_a_form_can_be_taken_back_and_saving_nothing_offers_nothing(own_app, steward_client):
    before = get(own_app, "groups", GROUP)[0]
    data = form_of(steward_client, url_of("groups", GROUP))
    assert offered(steward_client, steward_client.post(url_of("groups", GROUP), data=data)) is None
    link = offered(steward_client, steward_client.post(url_of("groups", GROUP), data=data | {"summary": "Byrek"}))
    assert get(own_app, "groups", GROUP)[0].summary == "Byrek"
    take_back(steward_client, link)
    assert get(own_app, "groups", GROUP)[0] == before


def test_what_was_made_or_hidden_can_be_taken_back(own_app, steward_client):
    form = form_of(steward_client, "/steward/groups/new") | {"name": "Moonlight Rowers", "times": "Tuesdays 7-9pm"}
    take_back(steward_client, offered(steward_client, steward_client.post("/steward/groups/new", data=form)))
    assert get(own_app, "groups", "moonlight-rowers")[0].status == "hidden"
    hide = {"csrf": csrf_of(steward_client)}
    take_back(steward_client, offered(steward_client, steward_client.post(
        f"{url_of('groups', GROUP)}/status/hidden", data=hide)))
    assert get(own_app, "groups", GROUP)[0].status == "active"


def test_an_accepted_suggestion_can_be_taken_back_and_a_declined_one_changed_nothing(own_app, steward_client):
    with own_app.extensions["assetmap"].database.writing() as connection:
        for name in ("Kites", "Drums"):
            suggestions.add(connection, token=name, link=name, layer="groups", record_id="", version=None,
                            document=document(Purpose.NEW, fields={"name": name}))
    for number, do in ((1, "decline"), (2, "accept")):
        address = f"/steward/suggestions/{number}"
        version = re.search(r'name="version" value="(\d+)"', steward_client.get(address).text)
        link = offered(steward_client, steward_client.post(address, data={
            "csrf": csrf_of(steward_client), "do": do, "version": version[1] if version else "0"}))
        assert bool(link) == (do == "accept")
    take_back(steward_client, link)
    assert "kites" not in ids(own_app, "groups") and get(own_app, "groups", "drums")[0].status == "hidden"


def test_one_confirmation_leads_to_its_undo_and_several_to_the_list_of_edits(instance):
    with desks(instance) as made:
        desk = made(groups=[group("a"), group("b"), group("c")])
        take_back(desk.client, offered(desk.client, desk.do("right", desk.value("a"))))
        assert desk.record("a")[0].last_confirmed is None
        url, _label = offered(desk.client, desk.do("right", desk.value("b"), desk.value("c")))
        page = desk.page(url)
        assert page.count(f'href="{url_of("groups", "b")}/history"') == 1 == page.count(
            f'href="{url_of("groups", "c")}/history"')


@pytest.mark.parametrize("spoiled", [lambda cookie: cookie[:-3], lambda cookie: "x" * 40, lambda cookie: ""])
def test_a_notice_that_is_not_ours_says_nothing_and_leads_nowhere(own_app, steward_client, spoiled):
    answer = steward_client.post(f"{url_of('groups', GROUP)}/status/hidden", data={"csrf": csrf_of(steward_client)})
    steward_client.set_cookie("assetmap_said", spoiled(steward_client.get_cookie("assetmap_said").value))
    page = steward_client.get(answer.location).text
    assert 'class="note good"' not in page and "Take it back" not in page


def test_a_takeback_by_one_line_leaves_the_lines_before_it(own_app, steward_client):
    for summary in ("One", "Two"):
        data = form_of(steward_client, url_of("groups", GROUP)) | {"summary": summary}
        link = offered(steward_client, steward_client.post(url_of("groups", GROUP), data=data))
    take_back(steward_client, link)
    assert get(own_app, "groups", GROUP)[0].summary == "One"
    newest = lines(own_app, "groups", GROUP)[0]
    with own_app.extensions["assetmap"].database.reading() as connection:
        assert history.newest(connection, "groups", GROUP) == newest
        assert history.newest(connection, "groups", "nowhere") is None
