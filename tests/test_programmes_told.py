"""What the pages of programmes say of what nobody noted, of what was refused, and of what cannot be shown."""

from datetime import timedelta
from html import unescape

import pytest

from assetmap.domain.programme import Deployment
from assetmap.domain.programme_entries import PlannedDate
from assetmap.domain.progress import ProgressEvent
from assetmap.web.programmes.words import day_said
from tests.conftest import sign_in
from tests.made_programmes import AREA, EDIT, keep, make_listening, send, shared, text_of, today_of


@pytest.fixture
def planner(own_app):
    client = own_app.test_client()
    sign_in(client, "planner")
    return client


def test_a_step_nobody_noted_is_reached_by_then_to_whoever_does_not_see_its_entry(own_app, planner):
    make_listening(own_app)
    ward, today = shared(own_app).current.get().ward_codes[1], today_of(own_app)
    keep(own_app, Deployment("street-fast", "Street by street, fast", "street", wards=(ward,)),
         ProgressEvent("quiet", "", "street-fast", "listen", "reached", today - timedelta(40),
                       note="Behind closed doors", public=False))
    form = f"{EDIT}/deployment-progress/new?of=street-fast"
    day = today - timedelta(9)
    saved = send(planner, form, step="stand", what="begun", day=f"{day:%d/%m/%Y}")
    assert "#" not in saved.location, "the notice is at the top of the page"
    seen, public = text_of(planner.get(saved.location)), text_of(own_app.test_client().get(saved.location))
    assert "Saved. Step 2 counts as reached by then: note it too if you know when." in seen
    by = f"Reached by {day_said(day)}, day not noted"
    assert f"Listening event Reached on {day_said(today - timedelta(40))}" in seen and seen.count(by) == 1
    assert public.count(by) == 2 and "closed doors" not in public and day_said(today - timedelta(40)) not in public
    parts = own_app.test_client().get(f"{saved.location}.json").json["standing"]["parts"]
    assert [(part["since"], part["noted"]) for part in parts.values()] == [
        (str(day), False), (str(day), False), (str(day), True)]
    again = send(planner, form, step="meet", what="reached", day=f"{day - timedelta(5):%d.%m.%y}")
    assert "Saved. Take it back" in text_of(planner.get(again.location)), "a year of two digits will do"
    assert f"Monthly meetings Reached on {day_said(day - timedelta(5))}" in text_of(planner.get(again.location))


def test_going_back_to_what_was_not_reached_is_refused_beside_the_field_and_real_going_back_is_told_first(own_app,
                                                                                                          planner):
    url, today = make_listening(own_app), today_of(own_app)
    form = f"{EDIT}/deployment-progress/new?of={AREA}"
    assert "Went back to" in planner.get(form).text and "Those after it no longer count" in planner.get(form).text
    refused = send(planner, form, step="stand", what="gone_back", day=f"{today:%d/%m/%Y}")
    assert refused.status_code == 400 and "<title>Please check: Note progress" in refused.text
    assert 'id="error-step"' in refused.text and "comes after step 1, “Listening event”" in unescape(refused.text)
    for client in (planner, own_app.test_client()):
        stands = text_of(client.get(url)).partition("Where it stands")[2].partition("How it came to this")[0]
        assert f"Went back on {day_said(today - timedelta(20))}" in stands
    assert send(planner, f"{EDIT}/deployment-progress/e20/change", step="listen", what="gone_back", version=1,
                day=f"{today - timedelta(20):%d/%m/%Y}", note="Told anew").status_code == 303, "it was there before"


def test_a_day_that_cannot_be_shown_is_told_where_it_was_typed_and_the_page_is_todays(own_app):
    url, client = make_listening(own_app), own_app.test_client()
    for address, first in ((url, "1. Listening event"), ("/programmes/street", "Street by street in Milton")):
        page = text_of(client.get(f"{address}?on=soon"))
        assert page.startswith("Please check: Street by street"), page[:80]
        told = page.index("“soon” is no day that can be read. Write it such as 24/11/2026.")
        assert told < page.index("Shown as it stands today.") < page.index(first, told)


def test_two_counts_of_people_are_told_apart_and_a_telephone_that_is_not_published_is_marked(own_app, planner):
    url, today = make_listening(own_app), today_of(own_app)
    client, differ = own_app.test_client(), "is another count: the same people may be in both"
    assert differ not in client.get(url).text
    keep(own_app, PlannedDate("meal", "Meal", AREA, today - timedelta(20), done=True, attended=38))
    for address in (url, "/programmes/street"):
        assert differ in client.get(address).text
        assert text_of(planner.get(address)).count("Coordinator Telephone and e-mail: not published 01702 555 012") == 1
        assert "not published" not in client.get(address).text
