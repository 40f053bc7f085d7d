"""Groups, places, offers and asks carry connected themes: through files, forms, history, merges and every list."""

import csv
import io
import sqlite3
from contextlib import closing
from dataclasses import replace

import pytest

from assetmap.importing.export import export_layer
from assetmap.importing.side_by_side import brought_together, side_by_side
from assetmap.store import history, records, undo, vocabulary
from assetmap.store.backup import restore_from
from assetmap.store.database import Database, latest_revision
from assetmap.store.rows import LAYERS, fingerprint
from tests.conftest import app_over, sign_in
from tests.loading import Loader
from tests.record_forms import NEW, form_of, get, ids, lines, public, url_of
from tests.test_backup import migrate_to

ASSETS = ("groups", "hubs", "opportunities")
STEWARD = "steward@example.org"
COMMUNITY = "Voluntary, community and faith organisations"


@pytest.fixture
def loader(instance, tmp_path):
    loader = Loader(instance, tmp_path)
    yield loader
    loader.database.dispose()


def load(loader, layer, themes, heading="Connected themes", id="tea"):
    kind = {"hubs": "library", "opportunities": "befriending"}.get(layer, "")
    return loader.load(layer, f'id,name,kind,{heading}\n{id},Tea,{kind},"{themes}"\n', "feed.csv")


def themes_of(loader, layer="groups"):
    return loader.one(layer).connected_themes


@pytest.mark.parametrize("layer", ASSETS)
@pytest.mark.parametrize(("written", "codes"), [
    ("people;decision_making", ("people", "decision_making")),
    (f"People, {COMMUNITY}, Services", ("people", "community_organisations", "services")),
    ("residents; VCSE; places; residents", ("people", "community_organisations", "neighbourhoods")), ("n/a", ())])
def test_themes_are_read_by_code_label_and_everyday_word(loader, layer, written, codes):
    report = load(loader, layer, written)
    assert not report.refusals and themes_of(loader, layer) == codes
    assert not loader.one(layer).notes


@pytest.mark.parametrize("layer", ASSETS)
def test_an_unknown_theme_refuses_its_row_and_says_which_are_known(loader, layer):
    before = loader.state()
    load(loader, layer, "People; the moon", "connects")
    (fault,) = loader.faults()
    assert "row 2" in fault.lower() and "connects" in fault and "“the moon”" in fault
    assert f"People; Services; Neighbourhoods; {COMMUNITY}; Decision making" in fault
    assert loader.state() == before


@pytest.mark.parametrize("heading", ["theme", "Themes"])
def test_a_groups_column_called_theme_still_says_what_it_is_about(loader, heading):
    loader.load("groups", f"name,{heading},Connected theme\nTea,Gardening,People\n")
    assert (loader.one("groups").categories, themes_of(loader)) == (("gardening",), ("people",))
    loader.load("groups", f"name,{heading}\nTea,Gardening\n")
    assert loader.report.unused == [] and loader.report.mapping["categories"] == heading


@pytest.mark.parametrize("layer", ASSETS)
def test_an_export_with_themes_changes_nothing_when_it_is_loaded(loader, layer):
    load(loader, layer, f"Services; {COMMUNITY}")
    before = loader.state()
    for ending in ("csv", "xlsx", "geojson", "gpkg"):
        file = loader.folder / f"out.{ending}"
        export_layer(loader.database, loader.settings, layer, file)
        assert loader.load(layer, file).counts == {"added": 0, "changed": 0, "unchanged": 1}, ending
        assert loader.state() == before, ending
    assert "services;community_organisations" in (loader.folder / "out.geojson").read_text()


def edit(loader, **values):
    with loader.database.writing() as connection:
        record, version = records.get(connection, LAYERS["groups"], "tea")
        assert records.save_one(connection, LAYERS["groups"], replace(record, **values), version=version, by=STEWARD)


def test_a_file_without_the_column_leaves_themes_that_somebody_set_by_hand(loader):
    feed = "id,name,summary\ntea,Tea,{}\n"
    loader.load("groups", feed.format("Old"), "feed.csv")
    edit(loader, connected_themes=("people", "services"))
    before = loader.state()
    assert loader.load("groups", feed.format("Old"), "feed.csv").counts["unchanged"] == 1 and loader.state() == before
    assert loader.load("groups", feed.format("New"), "feed.csv").counts["changed"] == 1
    assert (loader.one("groups").summary, themes_of(loader)) == ("New", ("people", "services"))
    load(loader, "groups", "Neighbourhoods")
    assert themes_of(loader) == ("neighbourhoods",), "the feed has news of them"


def test_setting_themes_is_in_the_history_and_can_be_undone(loader):
    load(loader, "groups", "People")
    load(loader, "groups", "People; Services")
    with loader.database.writing() as connection:
        newest = history.of_record(connection, "groups", "tea")[0]
        assert newest.changes["connected_themes"] == ['["people"]', '["people", "services"]']
        undo.undo_set(connection, history.sets(connection)[0].id, by=STEWARD)
    assert themes_of(loader) == ("people",)


@pytest.mark.parametrize("layer", ASSETS)
def test_two_records_put_together_have_the_themes_of_both(loader, layer):
    load(loader, layer, "People")
    load(loader, layer, "People; Services", id="chat")
    sides = side_by_side(layer, *loader.all(layer).values())
    assert set(brought_together(sides, {}).connected_themes) == {"people", "services"}


# What older releases made

def older_store(loader, path, revision="0005"):
    """A store of an older release with all that this one's has, fingerprints as that release made them."""
    older = Database(f"sqlite:///{path}")
    migrate_to(older, revision)
    older.dispose()
    loader.database.dispose()
    with closing(sqlite3.connect(path)) as store:
        store.execute("ATTACH ? AS newer", (str(loader.settings.database_file),))
        for (table,) in store.execute("SELECT name FROM main.sqlite_master WHERE type = 'table' AND name NOT IN "
                                      "('alembic_version', 'sqlite_sequence')").fetchall():
            columns = ", ".join(f'"{row[1]}"' for row in store.execute(f'PRAGMA main.table_info("{table}")'))
            store.execute(f'DELETE FROM main."{table}"')
            store.execute(f'INSERT INTO main."{table}" ({columns}) SELECT {columns} FROM newer."{table}"')
        for layer in ASSETS:
            content = [name for name in LAYERS[layer].content if name != "connected_themes"]
            for row in store.execute(f"SELECT id, {', '.join(content)} FROM main.{layer}").fetchall():
                store.execute(f"UPDATE main.{layer} SET fingerprint = ? WHERE id = ?", (fingerprint(row[1:]), row[0]))
        store.commit()


FEEDS = {"hubs": "id,name,postcode,lat,lon\nhall,The Hall,SS9 2DD,51.5418,0.6553\n",
         "groups": "id,name,themes,times,venue,languages\ntea,Tea,coffee-chat,Tuesdays 10am-12,hall,en;pl\n",
         "opportunities": "id,name,kind,from,expires\nlend,Lend a room,room,hall,2027-01-01\n"}


def test_a_store_of_the_release_before_is_upgraded_with_all_it_holds_and_its_feeds_change_nothing(loader, tmp_path):
    for layer, text in FEEDS.items():
        loader.load(layer, text, f"{layer}-feed.csv")
    was = {layer: loader.all(layer) for layer in LAYERS}
    lines = loader.count("history")
    older_store(loader, tmp_path / "older.db")
    restore_from(tmp_path / "older.db", loader.settings.database_file)  # as opening it does, an old backup is upgraded
    assert loader.database.revision() == latest_revision()
    assert {layer: loader.all(layer) for layer in LAYERS} == was and loader.count("history") == lines
    for layer, text in FEEDS.items():
        counts = loader.load(layer, text, f"{layer}-feed.csv").counts
        assert counts == {"added": 0, "changed": 0, "unchanged": 1}, layer
        before = loader.state()
        loader.load(layer, text, f"{layer}-feed.csv")
        assert loader.state() == before, "from then on it is known at a glance"
    assert loader.count("history") == lines
    load(loader, "hubs", "Services", id="library")
    assert loader.all("hubs")["library"].connected_themes == ("services",), "the words are there"


# Words

def test_a_theme_that_something_carries_is_counted_and_stays(loader):
    for layer, themes in zip(ASSETS, ("people", "people;services", "people"), strict=True):
        load(loader, layer, themes)
    with loader.database.writing() as connection:
        assert vocabulary.uses(connection, "connected_theme") == {"people": 3, "services": 1}
        held = vocabulary.get(connection, "connected_theme", "services")
        with pytest.raises(Exception, match="is in use, so it stays"):
            vocabulary.remove(connection, held.term, mark=held.mark, by=STEWARD)


# Forms

@pytest.fixture
def steward(own_app):
    client = own_app.test_client()
    sign_in(client)
    return client


@pytest.mark.parametrize("layer", ASSETS)
def test_a_steward_ticks_themes_in_the_form_and_the_page_shows_them(own_app, steward, layer):
    data = form_of(steward, f"/steward/{layer}/new") | NEW[layer]
    assert "connected_themes" not in data
    refused = steward.post(f"/steward/{layer}/new", data=data | {"connected_themes": ["people", "<b>moon"]})
    assert refused.status_code == 400 and "which the vocabulary does not know. It knows: People;" in refused.text
    before = set(ids(own_app, layer))
    data = form_of(steward, f"/steward/{layer}/new") | NEW[layer]
    assert steward.post(f"/steward/{layer}/new", data=data | {"connected_themes": ["people"]}).status_code == 303
    (made,) = set(ids(own_app, layer)) - before
    data = form_of(steward, url_of(layer, made))
    assert data["connected_themes"] == ["people"]
    steward.post(url_of(layer, made), data=data | {"connected_themes": ["community_organisations", "people"]})
    assert get(own_app, layer, made)[0].connected_themes == ("people", "community_organisations")
    assert list(lines(own_app, layer, made)[0].changes) == ["connected_themes"], "and nothing else was touched"
    told = steward.get(f"/steward/{layer}/{made}/history").text
    assert "Connected themes" in told and f"People, {COMMUNITY}" in told
    page = public(own_app, steward, f"/{layer}/{made}").text
    assert "Connects" in page and f'?connected=community_organisations">{COMMUNITY}</a>' in page
    assert steward.get(f"/{layer}/{made}.json").json["connected_themes"] == ["people", "community_organisations"]


def test_a_word_that_is_gone_stays_on_a_record_until_its_themes_are_changed(own_app, steward):
    shared = own_app.extensions["assetmap"]
    with shared.database.writing() as connection:
        record, version = records.get(connection, LAYERS["groups"], "thursday-clay")
        records.save_one(connection, LAYERS["groups"], replace(record, connected_themes=("people", "long-gone")),
                         version=version, by=STEWARD)
    url = url_of("groups", "thursday-clay")
    assert steward.post(url, data=form_of(steward, url) | {"summary": "Slow evenings"}).status_code == 303
    assert get(own_app, "groups", "thursday-clay")[0].connected_themes == ("people", "long-gone")
    steward.post(url, data=form_of(steward, url) | {"connected_themes": ["services"]})
    assert get(own_app, "groups", "thursday-clay")[0].connected_themes == ("services",)


# Lists

def rows(answer):
    return list(csv.DictReader(io.StringIO(answer.text.lstrip("\ufeff"))))


@pytest.mark.parametrize(("layer", "path"), [("groups", "/find"), *((name, f"/{name}") for name in ASSETS[1:])])
def test_lists_are_narrowed_by_themes_in_every_format(app, client, layer, path):
    every = rows(client.get(f"{path}.csv"))
    labels = {"services": "Services", "decision_making": "Decision making"}

    def carrying(*codes):
        wanted = {labels[code] for code in codes}
        return {row["id"] for row in every if wanted & set(row["connected_themes"].split("; "))}

    assert 0 < len(carrying("decision_making")) < len(carrying(*labels)) < len(every)
    query = "connected=services&connected=decision_making"
    assert {row["id"] for row in rows(client.get(f"{path}.csv?{query}"))} == carrying(*labels)
    found = client.get(f"{path}.json?{query}").json
    assert found["total"] == len(carrying(*labels)) and found["query"]["connected"] == list(labels)
    assert {one["id"] for one in client.get(f"{path}.geojson?{query}").json["features"]} == carrying(*labels)
    bare = {"/find": "/"}.get(path, path)
    page = client.get(f"{bare}?connected=services").text
    assert f"Decision making <span class=\"count\">({len(carrying('decision_making'))})" in page
    assert 'value="services" id="f-connected-services" checked' in page
    points = f"/map/points.json?layer={layer}"
    assert 0 < client.get(f"{points}&connected=decision_making").json["total"] < client.get(points).json["total"]
    for ending in ("", ".json", ".geojson", ".csv"):
        refused = client.get(f"{path if ending else bare}{ending}?connected=fish")
        assert refused.status_code == 400 and "“fish” is not a connected theme that is known" in refused.text


def test_a_calendar_has_the_groups_of_a_theme_alone(client):
    assert 0 < client.get("/find.ics?connected=services").text.count("BEGIN:VEVENT") < \
        client.get("/find.ics").text.count("BEGIN:VEVENT")


def test_where_nothing_carries_a_theme_there_is_no_choice_of_them(loader):
    loader.load("groups", "name,postcode\nTea,SS9 2DD\n")
    with app_over(loader.settings) as app:
        client = app.test_client()
        assert "facet-connected" not in client.get("/").text
        refused = client.get("/?connected=fish")
        assert refused.status_code == 400 and "connected theme that is known" in refused.text
