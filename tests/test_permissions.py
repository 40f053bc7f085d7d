"""Who may do what: every route, with every method it takes, asked by everybody, against one written table."""

import re
import shutil
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path

import pytest
from sqlalchemy import select, update

from assetmap.domain.pack import Item
from assetmap.domain.person import Person
from assetmap.store import (
    account_links,
    accounts,
    confirmations,
    favourites,
    introductions,
    ledger,
    ledger_members,
    messages,
    packs,
    people,
    scenarios,
    signposts,
    steward_tables,
    suggestions,
)
from assetmap.store import history as history_lines
from assetmap.store.tables import history, metadata, opportunities
from assetmap.web.access import WHO_MAY
from tests.conftest import app_over, csrf_of, settings_at, sign_in
from tests.every_route import ANYONE, CONNECTORS, EDIT_OF_RECORD, PLANNERS, READS, SIGNED_IN, STEWARDS, TABLE
from tests.made_programmes import make_listening
from tests.photographed import shown_photo


@pytest.fixture(scope="module")
def app(made_sample, tmp_path_factory):
    home = Path(shutil.copytree(made_sample, tmp_path_factory.mktemp("walked") / "instance"))
    with app_over(settings_at(home)) as app:
        yield app


@pytest.fixture(scope="module")
def real(app) -> dict[str, str]:
    """An argument of each name that leads to something that is there."""
    steward = app.test_client()
    sign_in(steward, "steward", "uploader@example.org")
    group, other = (result["id"] for result in steward.get("/find.json").json["results"][:2])
    ward = next(feature["properties"]["code"] for feature in steward.get("/map/wards.json").json["features"])
    upload = steward.post("/steward/import", data={
        "csrf": csrf_of(steward), "layer": "groups", "file": (BytesIO(b"name\nChess in the park\n"), "clubs.csv")})
    health = re.search(r'/steward/health/([\w-]+)"', steward.get("/steward/health").text)[1]
    make_listening(app)
    photo = shown_photo(app, "e180")
    with app.extensions["assetmap"].database.writing() as connection:
        programme_line = history_lines.newest(connection, "programmes", "street").id
        line = connection.execute(select(history.c.id, history.c.import_id).where(history.c.layer == "groups")).first()
        account = accounts.add(connection, "kim@example.org", accounts.Role.PLANNER, by="the tests")
        letter = messages.add(connection, recipient="a@example.org", subject="Hello", body="Hello", layer="groups",
                              record_id=group, by="the tests")
        suggestions.add(connection, token="form", link="a-private-link", layer="groups", record_id=group, version=1,
                        document={"purpose": "report", "what": "wrong", "detail": "It starts at 2 now."})
        number = suggestions.pending(connection)[0].id
        confirm = confirmations.make(connection, "groups", group, "a@example.org", by="the tests", days=30)
        welcome = account_links.make(connection, account, by="the tests", days=7)
        chance = connection.execute(select(opportunities.c.id)).scalar()
        person = people.add(connection, Person(name="Jo", phone="01632 960001"), by="the tests")
        people.tie(connection, chance, person)
        talk = introductions.start(connection, chance, name="Kim", email="k@example.org", body="Hello", form="talk")
        items = (Item("groups", group, "Ask for Ana."),)
        counted = signposts.add(connection, day="2026-11-01", ward_code=ward, interests=["walking"], suggested=())
        wanted = signposts.add(connection, day="2026-11-01", ward_code=ward, interests=["dance"], suggested=(),
                               unmet=True)
        pack = packs.add(connection, items, by="the tests", language="en", heading="", days=9, signpost_id=counted,
                         secret=app.secret_key)
        pack_link = packs.token_of(packs.get(connection, pack), app.secret_key)
        scenario = scenarios.add(connection, "Two halls", steward.get("/plan/sites.json?places=1").json, by="the tests")
        favourites.add(connection, "Ours", hub_id="", lead="", items=items, by="the tests")
        members = [ledger_members.add(connection, "group", by="the tests", record_id=each) for each in (group, other)]
        booking = ledger.book(connection, {members[0]: 60, members[1]: -60}, day="2026-11-01", by="the tests", form="b")
        ledger_members.set_link(connection, members[0], "a-members-link")
        introductions.set_links(connection, talk, "an-owners-link", "an-answerers-link")
    return {"name": "groups", "layer_name": "groups", "layer": "groups", "record_id": group, "first_id": group,
            "second_id": other, "code": "walking", "kind": "category", "status": "hidden", "ending": "", "ward": ward,
            "import_id": line.import_id, "line_id": line.id, "draft_id": upload.location.split("/")[3],
            "account_id": account.id, "number": number, "letter": letter, "link": "a-private-link", "confirm": confirm,
            "welcome": welcome, "filename": "favicon.svg", "health": health,
            "under": {"/signpost/people": {"number": person, "record_id": chance, "state": "closed"},
                      "/signpost/introductions": {"number": talk}, "/steward/introductions": {"number": talk},
                      "/opportunities/": {"record_id": chance}, "/introductions/": {"token": "an-owners-link"},
                      "/packs/": {"token": pack_link}, "/signpost/packs/": {"pack_id": pack},
                      "/signpost/unmet/": {"number": wanted},
                      "/timebank/members/": {"number": members[0], "act": "link"},
                      "/statements/": {"token": "a-members-link"},
                      "/timebank/bookings/": {"number": booking},
                      "/programmes/": {"programme_id": "street", "deployment_id": "street-milton", "photo_id": photo},
                      "/plan/programmes/edit/": {"layer_name": "programmes", "record_id": "street",
                                                 "line_id": programme_line, "photo_id": photo},
                      "/favourites/": {"page_id": "ours"}, "/plan/scenarios/": {"slug": scenario},
                      "/signpost/favourites/": {"page_id": "ours"}}}


def address_of(app, rule, real: dict) -> str:
    """A real address of a route."""
    values = {name: real.get(name) for name in rule.arguments}
    if rule.rule.startswith("/wards/"):
        values["code"] = real["ward"]
    elif rule.rule.startswith("/steward/letters/"):
        values["number"] = real["letter"]
    elif rule.rule.startswith("/steward/health/"):
        values["code"] = real["health"]
    elif "<token>" in rule.rule:
        values["token"] = real.get(rule.rule.split("/")[1])
    elif "<any(csv, xlsx):kind>" in rule.rule:
        values["kind"] = "csv"
    for prefix, its_own in real["under"].items():
        if rule.rule.startswith(prefix):
            values |= {name: value for name, value in its_own.items() if name in rule.arguments}
    for name in ("name", "ending"):
        if name in rule.arguments and f"):{name}>" in rule.rule:
            choices = rule.rule.split(f"):{name}>")[0].rsplit("any(", 1)[1].split(", ")
            values[name] = values[name] if values[name] in choices else choices[0]
    assert None not in values.values(), f"give {rule.rule} a real value for each of {values}"
    with app.test_request_context():
        return rule.build(values, append_unknown=False)[1]


@pytest.fixture(scope="module")
def walk(app, real) -> list[tuple[str, str, str]]:
    """(rule, method, address) of all there is."""
    return [(rule.rule, method, address_of(app, rule, real))
            for rule in sorted(app.url_map.iter_rules(), key=lambda rule: rule.rule)
            for method in sorted(rule.methods, key=lambda method: (method not in READS, method))]


def browser_of(app, asker: str):
    """A client as the asker has it; a disabled account's cookie is still there."""
    client = app.test_client()
    if asker != "anonymous":
        role = "steward" if asker == "disabled" else asker
        account = sign_in(client, role, f"{asker}@example.org")
        if asker == "disabled":  # even if the end of the session was lost
            table = steward_tables.accounts
            with app.extensions["assetmap"].database.writing() as connection:
                connection.execute(update(table).where(table.c.id == account.id).values(disabled_at="2026-01-01"))
    return client


def content(app) -> dict[str, list]:
    """Every row of every table but the sessions, which pages themselves note the use of."""
    with app.extensions["assetmap"].database.reading() as connection:
        return {name: connection.execute(select(table)).all() for name, table in metadata.tables.items()
                if name not in ("sign_ins", "search_counts", "meta")}


def refused(walk, asker: str) -> Iterator[tuple[str, str, str]]:
    return ((rule, method, address) for rule, method, address in walk if asker not in TABLE[rule])


def test_the_table_names_every_route_and_no_other(app):
    rules = {rule.rule for rule in app.url_map.iter_rules()}
    assert rules - set(TABLE) == set(), "routes that nobody wrote down who may use"
    assert set(TABLE) - rules == set()


def test_every_page_of_stewards_is_for_stewards_alone():
    for rule, who in TABLE.items():
        guarded = next((prefix for prefix, _roles in WHO_MAY if rule == prefix or rule.startswith(prefix + "/")), "")
        assert (who == STEWARDS) == (guarded == "/steward") and (who == SIGNED_IN) == (guarded == "/account"), rule
        assert (who == CONNECTORS) == (guarded in ("/signpost", "/timebank")), rule
        assert (who == PLANNERS) == guarded.startswith("/plan/"), rule


@pytest.mark.parametrize("asker", sorted(ANYONE))
def test_what_is_not_for_somebody_is_refused_whole(app, walk, asker):
    """With the token of their own forms, so that it is the role alone that refuses."""
    client, wrong = browser_of(app, asker), []
    token, before = csrf_of(client), content(app)
    for rule, method, address in refused(walk, asker):
        answer = client.open(address, method=method, data={"csrf": token} if method not in READS else None)
        if asker in SIGNED_IN:
            good = answer.status_code == 403
        elif method in ("GET", "HEAD") and answer.status_code == 303:
            good = answer.location.startswith("/sign-in?next=/")
        else:
            good = answer.status_code == 401
        good &= answer.headers["Cache-Control"] == "no-store"
        wrong += [] if good else [f"{method} {rule}: {answer.status}"]
    assert wrong == [], "\n".join(wrong)
    assert content(app) == before, "nothing that was refused left a trace"


@pytest.mark.parametrize("asker", sorted(ANYONE))
def test_what_is_for_somebody_can_be_read(app, walk, asker):
    client, wrong = browser_of(app, asker), []
    for rule, method, address in walk:
        if asker in TABLE[rule] and method in READS:
            answer = client.open(address, method=method)
            # the upload that is there is at its first step
            not_yet = rule.endswith(("/rejected.csv", "/result", "/preview", "<draft_id>"))
            leads_on = {"/steward/backup", EDIT_OF_RECORD, *(("/sign-in",) if asker in SIGNED_IN else ())}
            good = {200} | ({303, 404} if not_yet else set()) | ({301, 303, 308} if rule in leads_on else set())
            wrong += [] if answer.status_code in good else [f"{method} {rule}: {answer.status} {answer.location}"]
            answer.close()
    assert wrong == [], "\n".join(wrong)


@pytest.mark.parametrize("asker", sorted(SIGNED_IN))
def test_survive_36_no_form_of_a_guarded_page_is_taken_without_its_token(app, walk, asker):
    client, elsewhere = browser_of(app, asker), app.test_client()
    sign_in(elsewhere, "steward", "attacker@example.org")
    before, taken = content(app), []
    for rule, method, address in walk:
        if asker in TABLE[rule] and TABLE[rule] is not ANYONE and method not in READS:
            for token in ({}, {"csrf": ""}, {"csrf": csrf_of(elsewhere)}, {"csrf": "x" * 5000}):
                answer = client.open(address, method=method, data=token)
                if answer.status_code != 400 or "did not come from this site" not in answer.text:
                    taken.append(f"{method} {rule}: {answer.status}")
    assert taken == []
    assert content(app) == before


def test_no_form_for_anyone_is_taken_without_its_token(app, walk):
    client, taken = app.test_client(), []
    before = content(app)
    for rule, method, address in walk:
        if TABLE[rule] is ANYONE and method not in READS and rule != "/sign-out":  # there is no session to end
            answer = client.open(address, method=method, data={"outcome": "right", "what": "closed", "name": "Chess"})
            if answer.status_code < 400:
                taken.append(f"{method} {rule}: {answer.status}")
    assert taken == []
    assert content(app) == before


def test_what_is_for_somebody_can_be_sent(app, walk):
    """An empty form with its token is understood: done, or told what is missing. Last of all, since things happen."""
    wrong = []
    for asker in sorted(SIGNED_IN):
        client = browser_of(app, asker)
        for rule, method, address in walk:
            if asker in TABLE[rule] and method not in READS:
                if client.get("/account").status_code != 200:  # signed out by the step before
                    client = browser_of(app, asker)
                answer = client.open(address, method=method, data={"csrf": csrf_of(client)})
                if answer.status_code in (401, 403, 405) or answer.status_code >= 500:
                    wrong.append(f"{asker} {method} {rule}: {answer.status}")
                answer.close()
    assert wrong == [], "\n".join(wrong)


@pytest.mark.parametrize("address", [
    "/steward/", "/steward/nothing", "/steward//groups", "//steward", "/steward%2Fpeople", "/steward/people/",
    "/steward.json", "/steward/../steward", "/STEWARD", "/steward/groups.csv", "/account/", "/account/nothing",
    "/steward;x", "/steward/%00"])
def test_no_other_spelling_of_an_address_is_a_way_around(app, address):
    answer = app.test_client().get(address, follow_redirects=False)
    assert answer.status_code in (303, 308, 401, 404)
    assert answer.status_code != 303 or answer.location.startswith("/sign-in")
    for asker in ("connector", "planner"):
        if not address.startswith("/account"):
            assert browser_of(app, asker).get(address).status_code in (308, 403, 404)


@pytest.mark.parametrize("method", ["PUT", "DELETE", "PATCH", "TRACE", "PROPFIND"])
def test_other_methods_are_a_way_around_nothing(app, method):
    for asker, expected in (("anonymous", {401}), ("connector", {403}), ("steward", {400, 405})):
        assert browser_of(app, asker).open("/steward/people", method=method).status_code in expected
