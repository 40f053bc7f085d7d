"""A steward's work on what has not been confirmed: what to check first, checking it, and asking."""

import re
from dataclasses import replace
from urllib.parse import parse_qs, urlsplit

import pytest

from assetmap.domain.opportunity import Opportunity
from assetmap.domain.organisation import Organisation
from assetmap.domain.suggestion import Purpose
from assetmap.store import confirmations, history, records, reference, tables
from assetmap.store.rows import LAYERS
from assetmap.web.steward.freshness_list import PER_PAGE, Choice
from tests.evaluated import was_evaluated
from tests.freshness_desk import HERE, TODAY, Desk, days_ago, desks, groups, reachable
from tests.made_up import at, group, hub, once, weekly


@pytest.fixture
def make_desk(instance):
    with desks(instance) as made:
        yield made


# The list ----------------------------------------------------------------------------------------

def test_it_holds_what_is_not_fresh_the_riskiest_first(make_desk):
    desk = make_desk(groups=groups())
    assert desk.names() == ["Vanished", "Never", "Stale", "Due"]
    assert desk.points() == [4, 3, 3, 1]


def test_counts_by_state_lead_to_their_lists(make_desk):
    desk = make_desk(groups=groups())
    page = desk.page()
    for label, number in (("Fresh", 1), ("Due", 1), ("Stale", 1), ("Never confirmed", 1), ("Out of sight by age", 1)):
        assert re.search(rf"{label} <b>{number}</b>", page)
    for state, name in (("due", "Due"), ("stale", "Stale"), ("never", "Never"), ("hidden", "Vanished")):
        assert desk.names(f"{HERE}?state={state}") == [name]


def test_each_reason_adds_its_points_and_is_said(make_desk):
    held = weekly(1, 10)
    desk = make_desk(groups=[
        group("plain", contact=reachable(), last_confirmed=days_ago(400)),
        group("kids", contact=reachable(), last_confirmed=days_ago(400), audiences=("children",)),
        group("meals", contact=reachable(), last_confirmed=days_ago(400), categories=("food-help",),
              meetings=(held,)),
        group("daily", contact=reachable(), last_confirmed=days_ago(400),
              meetings=tuple(weekly(day, 9) for day in range(4))),
        group("silent", last_confirmed=days_ago(400))])
    page = desk.page()
    assert dict(zip(desk.names(), desk.points(), strict=True)) == {
        "Meals": 6, "Kids": 5, "Daily": 5, "Silent": 4, "Plain": 3}
    for words in ("For children or older people, or about food or health", "People go there every week",
                  "People go there often", "Nobody knows how to reach it"):
        assert words in page
    assert "How the order is made" in page and "Nobody has ever confirmed it" in page


def test_what_residents_say_brings_even_the_fresh_to_the_top(make_desk):
    desk = make_desk(groups=groups())
    desk.suggest("fresh", purpose=Purpose.RUNNING, closed=True)
    desk.suggest("due", purpose=Purpose.REPORT, detail="The times are wrong")
    desk.suggest("stale", purpose=Purpose.RUNNING)
    assert desk.names()[0] == "Fresh" and desk.points()[0] == 5
    assert desk.names(f"{HERE}?state=closed") == ["Fresh"]
    page = desk.page()
    assert "Somebody says that something is wrong" in page and "A resident says that it still runs." in page


def test_searches_and_lists_gone_silent_count(make_desk):
    desk = make_desk(groups=[group("walkers", contact=reachable(), last_confirmed=days_ago(400),
                                   categories=("walking",))])
    assert desk.points() == [3]
    with desk.database.writing() as connection:
        reference.add_search_counts(connection, {(days_ago(5).isoformat(), "", "walking", True): 10})
    assert desk.points() == [4]
    with desk.database.writing() as connection:
        connection.execute(tables.imports.insert().values(
            at="2020-01-01T00:00:00+00:00", by="s", layer="groups", file="f", source="test", counts="{}",
            kind="import", draft_id=""))
    assert desk.points() == [5]


def test_what_is_over_hidden_or_ended_is_not_work(make_desk):
    def offer(id, **values):
        return Opportunity(id, id.title(), "volunteering", "offer", location=at(51.54, 0.71), source="test",
                           source_id=id, **values)

    desk = make_desk(
        groups=[group("hidden", status="hidden"), group("ended", status="ended"), group("paused", status="paused"),
                group("gone-by", meetings=(once(days_ago(50)),))],
        opportunities=[offer("open"), offer("taken", state="connected"), offer("expired", expires=days_ago(2))])
    assert sorted(desk.names()) == ["Open", "Paused"]


def test_places_and_organisations_are_on_it_too(make_desk):
    desk = make_desk(hubs=[hub("hall", 51.54, 0.71)], groups=groups(hub_id="hall"))
    with desk.database.writing() as connection:
        records.add_one(connection, LAYERS["organisations"], Organisation("trust", "The Trust"), by="s@example.org")
    assert {"Hall", "The Trust"} <= set(desk.names())
    assert desk.names(f"{HERE}?layer=organisations") == ["The Trust"]
    assert desk.names(f"{HERE}?layer=hubs") == ["Hall"]


def test_it_is_narrowed_by_ward_category_and_address(own_app):
    desk = Desk(own_app)
    with desk.database.writing() as connection:
        table = tables.groups
        connection.execute(table.update().values(last_confirmed=days_ago(500), email=""))
        connection.execute(table.update().where(table.c.categories.contains("walking")).values(email="a@example.org"))
    atlas_wards = re.findall(r'<option value="(E\d+)">', desk.page())
    by_ward = [int(re.search(r"([\d,]+) entr(y|ies) to check", page)[1])
               for page in (desk.page(f"{HERE}?layer=groups&state=stale&ward={code}") for code in atlas_wards)
               if "to check" in page]
    whole = int(re.search(r"([\d,]+) entries to check", desk.page(f"{HERE}?layer=groups&state=stale"))[1])
    assert 0 < sum(by_ward) <= whole and len(by_ward) > 5
    walking = set(desk.names(f"{HERE}?category=walking&layer=groups"))
    assert walking and walking == set(desk.names(f"{HERE}?email=yes&layer=groups"))


def test_a_long_list_has_pages_that_hold_everything_once(make_desk):
    desk = make_desk(groups=[group(f"group-{number:03}") for number in range(2 * PER_PAGE + 3)])
    names = [name for page in (1, 2, 3) for name in desk.names(f"{HERE}?page={page}")]
    assert len(names) == len(set(names)) == 2 * PER_PAGE + 3
    assert desk.names(f"{HERE}?page=99") == desk.names(f"{HERE}?page=3")


def test_what_makes_no_sense_in_the_address_is_no_fault(make_desk):
    desk = make_desk(groups=groups())
    for query in ("page=0", "page=-1", "page=²", "page=9999999999999", "state=nonsense", "ward=%00", "layer=accounts",
                  "category={{43*43}}", "email=maybe", "page=1&page=2"):
        assert desk.client.get(f"{HERE}?{query}").status_code == 200, query


def test_an_address_tells_the_choice_and_back():
    choice = Choice("groups", "stale", "E05", "walking", "yes", 3)
    query = {name: values[0] for name, values in parse_qs(urlsplit(choice.address()).query).items()}
    assert Choice.of(query) == choice and Choice().address() == HERE


def test_when_all_is_fresh_the_page_says_so(make_desk):
    assert "All is fresh" in make_desk(groups=[group("fresh", last_confirmed=TODAY)]).page()


def test_hostile_names_are_only_text(make_desk):
    desk = make_desk(groups=[group("bad", name="<script>alert(1)</script>{{43*43}}", summary="x")])
    assert "<script>alert" not in desk.page() and not was_evaluated(desk.page() + desk.page(HERE + "/print"))


# What is done about it ---------------------------------------------------------------------------

def test_i_checked_confirms_it_today_by_a_steward_with_history(make_desk):
    desk = make_desk(groups=groups())
    assert desk.client.get("/groups/vanished").status_code == 404
    assert desk.said(desk.do("right", desk.value("vanished"))) == "“Vanished” is confirmed today."
    record, _version = desk.record("vanished")
    assert (record.last_confirmed, record.confirmed_by) == (TODAY, "a steward")
    with desk.database.reading() as connection:
        line = history.of_record(connection, "groups", "vanished")[0]
    assert line.by == "steward@example.org" and set(line.changes) == {"last_confirmed", "confirmed_by"}
    assert "by a steward" in desk.client.get("/groups/vanished").get_data(as_text=True)
    assert "Vanished" not in desk.names()


def test_many_are_done_at_once_and_what_somebody_changed_is_left(make_desk):
    desk = make_desk(groups=groups())
    chosen = [desk.value(name) for name in ("stale", "never", "due")]
    record, version = desk.record("due")
    with desk.database.writing() as connection:
        records.save_one(connection, LAYERS["groups"], replace(record, times="Mondays"), version=version, by="other")
    said = desk.said(desk.do("right", *chosen))
    assert said == "2 entries are confirmed today. “Due” was changed by somebody else since you looked."
    assert desk.record("due")[0].last_confirmed == days_ago(200)


def test_has_closed_ends_it_and_can_be_found_in_its_history(make_desk):
    desk = make_desk(groups=groups())
    assert "has ended" in desk.said(desk.do("ended", desk.value("stale")))
    assert desk.record("stale")[0].status == "ended"
    assert "This group has ended" in desk.client.get("/groups/stale").get_data(as_text=True)


def test_asking_makes_a_link_and_a_letter_and_asking_again_ends_the_first(make_desk):
    desk = make_desk(groups=groups(contact=reachable(email="chess@example.org")))
    said = desk.said(desk.do("ask", desk.value("stale"), desk.value("never")))
    assert said == "2 letters wait under Letters, for you to send."
    first = desk.letters()
    assert {letter.record_id for letter in first} == {"stale", "never"}
    assert "Asked today, no answer yet" in desk.page() and desk.names(f"{HERE}?state=asked") == ["Never", "Stale"]
    desk.do("ask", desk.value("stale"))
    links = [re.search(r"/confirm/([\w-]+)", letter.body)[1] for letter in desk.letters()
             if letter.record_id == "stale"]
    with desk.database.reading() as connection:
        assert [confirmations.find(connection, link).is_open for link in links] == [True, False]
        assert confirmations.queued(connection) == 2


def test_who_has_no_address_cannot_be_asked_and_is_named(make_desk):
    desk = make_desk(groups=groups())
    assert "“Stale” has no e-mail address to ask at." in desk.said(desk.do("ask", desk.value("stale")))
    assert desk.letters() == [] and "Ask them</button>" not in desk.page()


def test_a_form_sent_twice_asks_once(make_desk):
    desk = make_desk(groups=groups(contact=reachable(email="chess@example.org")))
    for _time in range(2):
        assert desk.do("ask", desk.value("stale"), once="the-same").status_code == 303
    assert len(desk.letters()) == 1


def test_a_form_that_cannot_be_done_changes_nothing(make_desk):
    desk = make_desk(groups=groups())
    before = desk.database.version()
    for action, values, status in (
            ("", ["groups/stale/1"], 303), ("right", [], 303), ("delete", ["groups/stale/1"], 303),
            ("right", ["groups/stale/x"], 400), ("right", ["accounts/1/1"], 400), ("right", ["groups"], 400),
            ("right", ["groups/nobody/1"], 303), ("ended", ["groups/stale/99"], 303),
            ("right", [f"groups/{number}/1" for number in range(101)], 400)):
        assert desk.do(action, *values).status_code == status, (action, values)
    assert desk.database.version() == before


def test_it_leads_back_to_the_list_as_it_was_and_nowhere_else(make_desk):
    desk = make_desk(groups=groups())
    here = f"{HERE}?state=stale&page=2"
    for back, location in ((here, here), ("https://evil.example/", HERE), ("//evil.example", HERE),
                           (f"{HERE}?next=https://evil.example", HERE), ("", HERE)):
        assert desk.do("right", desk.value("stale"), back=back).location == location


def test_nothing_is_done_without_the_forms_own_field(make_desk):
    desk = make_desk(groups=groups())
    answer = desk.client.post(HERE, data={"action": "right", "record": desk.value("stale")})
    assert answer.status_code == 400 and desk.record("stale")[0].last_confirmed == days_ago(400)


def test_a_list_for_the_telephone_has_numbers_times_and_boxes(make_desk):
    desk = make_desk(groups=groups(contact=reachable(phone="01632 960222"), meetings=(weekly(1, 10),)))
    page = desk.page(f"{HERE}/print?state=stale")
    assert page.count('<tr role="row">') == 2 and 'href="tel:01632960222"' in page
    for words in ("01632 960222", "Tuesdays", "Still right", "Closed", "No answer", "Stale"):
        assert words in page
