"""Taking back loads of wards, figures, places and words."""

import json

import pytest

from assetmap.domain.vocabulary import Term
from assetmap.importing.reference import read_vocabulary
from assetmap.paths import geodata
from assetmap.store import history, reference, tables, undo, vocabulary
from tests.loading import Loader

STEWARD = "steward@example.org"
TABLES = (tables.wards, tables.ward_figures, tables.places, tables.terms)


@pytest.fixture
def loader(instance, tmp_path):
    loader = Loader(instance, tmp_path)
    yield loader
    loader.database.dispose()


def there(loader):
    """Every reference row."""
    with loader.database.reading() as connection:
        return [list(map(dict, reference.rows(connection, table))) for table in TABLES]


def undo_newest(loader):
    with loader.database.writing() as connection:
        return undo.undo_set(connection, history.sets(connection)[0].id, by=STEWARD)


def wards(*codes, name="Ward", shift=0.0):
    def feature(number, code):
        west = number + shift
        ring = [[west, 51], [west + 1, 51], [west + 1, 52], [west, 52], [west, 51]]
        return {"type": "Feature", "geometry": {"type": "Polygon", "coordinates": [ring]},
                "properties": {"WD24CD": code, "WD24NM": f"{name} {number}", "LAD24CD": "E07000001",
                               "LAD24NM": "Town"}}

    return json.dumps({"type": "FeatureCollection", "features": list(map(feature, range(len(codes)), codes))})


CODES = ("E05000001", "E05000002", "E05000003")
FIRST = {
    "wards": (wards(*CODES), "wards.geojson"),
    "ward-figures": ("ward_code,population\nE05000001,100\nE05000002,200\n", "figures.csv"),
    "places": ("name,kind,lat,lon\nOld Town,area,51.5,0.7\nNew Town,area,51.6,0.8\n", "places.csv"),
}
SECOND = {
    "wards": (wards(*CODES[:2], name="New name", shift=0.5), "wards.geojson"),
    "ward-figures": ("ward_code,population\nE05000001,150\nE05000003,300\n", "figures.csv"),
    "places": ("name,kind,lat,lon\nOld Town,quarter,51.55,0.75\nThird Town,area,51.7,0.9\n", "places.csv"),
}


@pytest.mark.parametrize("layer", FIRST)
def test_a_later_load_is_undone_exactly_and_that_again(loader, layer):
    loader.load(layer, *FIRST[layer])
    before = there(loader)
    loader.load(layer, *SECOND[layer])
    after = there(loader)
    assert before != after
    version = loader.database.version()
    undo_newest(loader)
    assert there(loader) == before and loader.database.version() == version + 1
    undo_newest(loader)
    assert there(loader) == after
    undo_newest(loader)
    assert there(loader) == before


@pytest.mark.parametrize("layer", FIRST)
def test_a_first_load_is_undone_to_nothing_and_put_back(loader, layer):
    empty = there(loader)
    loader.load(layer, *FIRST[layer])
    loaded = there(loader)
    undone = undo_newest(loader)
    assert there(loader) == empty and undone.left == []
    undo_newest(loader)
    assert there(loader) == loaded


@pytest.mark.parametrize("layer", FIRST)
def test_what_was_loaded_again_since_stays(loader, layer):
    loader.load(layer, *FIRST[layer])
    with loader.database.reading() as connection:
        first = history.sets(connection)[0].id
    loader.load(layer, *SECOND[layer])
    with loader.database.writing() as connection:
        undone = undo.undo_set(connection, first, by=STEWARD)
    assert undone.left, "the rows that the second load changed"
    assert all(there(loader)[:3][list(FIRST).index(layer)])


def test_a_load_that_changes_nothing_leaves_no_history(loader):
    for layer, file in FIRST.items():
        loader.load(layer, *file)
    before = loader.count("history")
    for layer, file in FIRST.items():
        loader.load(layer, *file)
    assert loader.count("history") == before


def words(loader, change):
    """The vocabulary's own file with one thing changed."""
    document = json.loads((geodata() / "vocabulary.json").read_text())
    change(document)
    return loader.file(json.dumps(document), "vocabulary.json")


def test_a_load_of_words_is_undone(loader):
    before = there(loader)

    def change(document):
        document["categories"][0]["label"] = "Another label"
        document["categories"].append(document["categories"][0] | {"code": "brand-new", "label": "Brand new"})

    loader.load("vocabulary", words(loader, change))
    with loader.database.reading() as connection:
        assert reference.load_vocabulary(connection).of("category")["brand-new"].label == "Brand new"
    undone = undo_newest(loader)
    assert there(loader) == before and "category:brand-new" in undone.changed


def test_a_word_in_use_is_not_taken_out(loader):
    def change(document):
        document["categories"].append(document["categories"][0] | {"code": "brand-new", "label": "Brand new"})

    loader.load("vocabulary", words(loader, change))
    with loader.database.reading() as connection:
        number = history.sets(connection)[0].id
    loader.load("groups", "name,categories\nTea,brand-new\n")
    with loader.database.writing() as connection:
        assert ("category:brand-new", "") in undo.undo_set(connection, number, by=STEWARD).left
    with loader.database.reading() as connection:
        assert "brand-new" in reference.load_vocabulary(connection).of("category")


def test_words_changed_added_and_taken_out_by_hand_are_undone_one_by_one(loader):
    term = Term("category", "brand-new", "Brand new", synonyms=("novel", "fresh"))
    with loader.database.writing() as connection:
        vocabulary.add(connection, term, by=STEWARD)
        kept = vocabulary.get(connection, "category", "brand-new")
        vocabulary.save(connection, Term("category", "brand-new", "Newer"), mark=kept.mark, by=STEWARD)
        kept = vocabulary.get(connection, "category", "brand-new")
        vocabulary.remove(connection, kept.term, mark=kept.mark, by=STEWARD)
        removed, changed, added = history.of_record(connection, "vocabulary", "category:brand-new")
        undo.undo_line(connection, removed.id, by=STEWARD)
        assert vocabulary.get(connection, "category", "brand-new").term.label == "Newer"
        undo.undo_line(connection, changed.id, by=STEWARD)
        assert vocabulary.get(connection, "category", "brand-new").term == term
        undo.undo_line(connection, added.id, by=STEWARD)
        assert "brand-new" not in reference.load_vocabulary(connection).of("category")


def test_the_words_an_instance_is_made_with_are_no_change(loader):
    assert loader.count("history") == 0
    assert len(there(loader)[3]) == len(read_vocabulary(geodata() / "vocabulary.json").terms)
