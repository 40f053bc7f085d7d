"""The network of a whole map: what counts as a recorded link, and what is never in it."""

from datetime import date, timedelta

import pytest
from sqlalchemy import insert

from assetmap.atlas.atlas import Atlas
from assetmap.atlas.ties import Recorded, name_key, network, recorded
from assetmap.domain.opportunity import Opportunity
from assetmap.domain.pack import Item
from assetmap.importing.instance import load_or_raise, make_instance, open_instance
from assetmap.importing.options import no_progress
from assetmap.paths import geodata
from assetmap.settings import Settings
from assetmap.store import favourites
from assetmap.store.relation_tables import introductions
from tests.conftest import settings_at
from tests.made_up import group, hub, store, weekly

TODAY = date(2026, 11, 27)


def chance(id: str, **values) -> Opportunity:
    values = {"kind": "skill", "direction": "offer", "source": "test", "source_id": id} | values
    return Opportunity(id, id.replace("-", " ").capitalize(), **values)


HUBS = [hub("hall", 51.5405, 0.7105), hub("library", 51.534, 0.79), hub("empty-house", 51.55, 0.66),
        hub("shut", 51.55, 0.66, status="hidden")]
GROUPS = [
    group("yoga", hub_id="hall", organisation="The Long Trust"),
    group("chess", hub_id="hall", meetings=(weekly(1, 10), weekly(2, 10, "library"), weekly(3, 10, "library"))),
    group("walkers", organisation="long  trust ltd."), group("singers", organisation="Singers"),
    group("knitters", organisation="Library", categories=("art-craft",)),
    group("potters", 51.5405 + 300 / 111_250, organisation="Just Us", categories=("art-craft",)), group("alone"),
    group("gone", hub_id="hall", status="ended"), group("unseen", hub_id="hall", status="hidden"),
    group("dancers", hub_id="shut")]
OPPORTUNITIES = [
    chance("share-a-bench", giver="yoga", giver_kind="groups"),
    chance("lend-a-room", giver="hall", giver_kind="hubs", hub_id="hall"),
    chance("mend-a-coat", giver="LONG TRUST"), chance("paint-a-wall", giver="The Long Trust"),
    chance("ask-for-tea", direction="ask", giver="Unheard Of"),
    chance("a-person-s", giver_kind="person", hub_id="library"),
    chance("past", giver="yoga", giver_kind="groups", expires=TODAY - timedelta(days=1)),
    chance("taken", giver="yoga", giver_kind="groups", state="closed"),
    chance("of-the-hidden", giver="unseen", giver_kind="groups")]


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    """The instance, its store, and its Atlas."""
    settings = settings_at(tmp_path_factory.mktemp("ties"))
    make_instance(settings, sample=False).dispose()
    database = open_instance(settings)
    load_or_raise(database, settings, "wards", geodata() / "wards.geojson", no_progress)
    store(settings, hubs=HUBS, groups=GROUPS, opportunities=OPPORTUNITIES)
    yield database, Atlas(database, settings, TODAY)
    database.dispose()


def links(found) -> set:
    ids = [key.partition(":")[2] for key in found.ties.id]
    return {(type_, *sorted((ids[a], ids[b]))) for a, b, type_ in zip(
        found.ties.a, found.ties.b, found.ties.type.tolist(), strict=True)}


def test_links_are_what_public_records_say(made):
    _database, atlas = made
    found = network(atlas, Recorded())
    assert links(found) == {
        ("meets_at", "hall", "yoga"), ("meets_at", "chess", "hall"), ("meets_at", "chess", "library"),
        ("run_by", "long trust", "yoga"), ("run_by", "long trust", "walkers"), ("run_by", "knitters", "library"),
        ("given_by", "share-a-bench", "yoga"), ("given_by", "hall", "lend-a-room"),
        ("held_at", "hall", "lend-a-room"), ("given_by", "long trust", "mend-a-coat"),
        ("given_by", "long trust", "paint-a-wall")}


def test_who_runs_one_thing_alone_or_is_that_thing_is_no_link(made):
    _database, atlas = made
    found = network(atlas, Recorded())
    unlinked = {found.names[number] for number in found.summary().unlinked}
    assert unlinked == {"Singers", "Potters", "Alone", "Dancers"}
    assert found.summary().records == {"group": 8, "hub": 3, "opportunity": 6, "organisation": 1}


def test_nothing_hidden_over_or_of_one_person_is_in_it(made):
    _database, atlas = made
    found = network(atlas, Recorded((("library", "opportunities", "a-person-s"), ("library", "groups", "unseen"))))
    text = " ".join([*map(str, found.ties.id), *found.names]).lower()
    assert not [word for word in ("person", "past", "taken", "gone", "unseen", "shut") if word in text]
    assert found.individuals == 1 and "points_to" not in found.summary().by_type


def test_an_organisation_is_called_as_most_write_it_and_stands_in_no_ward(made):
    _database, atlas = made
    found = network(atlas, Recorded())
    number = found.number_of["organisation:long trust"]
    assert found.names[number] == "The Long Trust" and found.ties.ward[number] == -1
    assert found.ties.ward[found.number_of["groups:chess"]] == atlas.ward_at(51.5405, 0.7105) >= 0
    assert name_key("Ltd") == "ltd" and name_key("Café Trust") == name_key("The Cafe Trust") and name_key("!") == ""


def test_favourites_are_referrals_and_introductions_are_only_counted(made):
    database, atlas = made
    with database.writing() as connection:
        for title, hub_id in (("Ours", "library"), ("Of a surgery", "")):
            favourites.add(connection, title, hub_id=hub_id, lead="", items=(Item("groups", "alone"),), by="test")
        for number, state in enumerate(("connected", "ended")):
            connection.execute(insert(introductions).values(
                opportunity_id="share-a-bench", form=str(number), name="Ana", email="ana@example.org", state=state,
                owner_token=f"a{number}", answerer_token=f"b{number}",
                **dict.fromkeys(("at", "consent_at", "last_at", "followed_up_at", "ended_at", "forgotten_at"), "")))
    before, said = network(atlas, Recorded()), recorded(database)
    assert said == Recorded((("library", "groups", "alone"),), 1)
    found = network(atlas, said)
    assert links(found) - links(before) == {("points_to", "alone", "library")}
    assert network(atlas, said) is found and found.summary() is found.summary()
    with database.writing() as connection:
        page = favourites.of_hub(connection, "library")[0]
        favourites.change(connection, type(page)(**{name: getattr(page, name) for name in page.__slots__}
                                                 | {"hidden": True}), by="test")
    assert recorded(database) == Recorded((), 1)


def test_an_introduction_across_the_map_says_how_far_and_what_they_share(made):
    _database, atlas = made
    found = network(atlas, Recorded())
    one = found.introductions[0]
    assert (found.names[one.first], found.names[one.second], one.gain) == ("Knitters", "Potters", 11)
    assert one.metres == pytest.approx(300, abs=2) and len(one.shared) == 1
    assert [other.gain for other in found.introductions[1:5]] == [11] * 4 and not found.introductions[1].shared
    assert found.by_ward()["groups"].sum() == 8 and len(found.by_ward()) == len(atlas.wards)


def test_a_place_too_old_to_be_listed_still_joins_what_meets_there(tmp_path):
    settings = Settings.load(home=tmp_path, environ={"ASSETMAP_HIDE_DAYS": "400"})
    make_instance(settings, sample=False).dispose()
    database = open_instance(settings)
    load_or_raise(database, settings, "wards", geodata() / "wards.geojson", no_progress)
    fresh = {"last_confirmed": TODAY}
    old = hub("old-hall", 51.5405, 0.7105, last_confirmed=TODAY - timedelta(days=settings.hide_days + 1))
    store(settings, hubs=[old], groups=[group(name, None, hub_id="old-hall", **fresh) for name in ("yoga", "chess")])
    atlas = Atlas(database, settings, TODAY)
    found = network(atlas, Recorded())
    database.dispose()
    assert "old-hall" in atlas.faded_hubs
    assert links(found) == {("meets_at", "old-hall", "yoga"), ("meets_at", "chess", "old-hall")}
    assert found.names[found.number_of["hubs:old-hall"]].startswith("Old Hall")
    assert set(found.ties.ward) == {atlas.ward_at(51.5405, 0.7105)}
