"""The stewards' lists: everything there is, as it is now, and a sentence for what makes no sense."""

import re
from html import unescape

import pytest

from assetmap.store import listing, records
from assetmap.store.rows import LAYERS
from tests.conftest import csrf_of
from tests.evaluated import was_evaluated


def rows_of(client, url):
    html = client.get(url).get_data(as_text=True)
    return [unescape(name) for name in re.findall(r'<a class="row-link" href="[^"]*">(.*?)</a>', html)]


def total(client, url):
    html = client.get(url).get_data(as_text=True)
    return unescape(re.search(r'<p class="lead">(.*?)</p>', html, re.DOTALL)[1]).strip()


@pytest.fixture
def client(steward_client):
    return steward_client


def shared(client):
    return client.application.extensions["assetmap"]


def test_every_record_is_on_one_of_the_pages_and_on_one_only(client):
    found = [name for page in range(1, 6) for name in rows_of(client, f"/steward/groups?page={page}")]
    with shared(client).database.reading() as connection:
        names = [name for _id, name, *_ in records.identities(connection, LAYERS["groups"])]
    assert len(found) > 200 and sorted(found) == sorted(names)
    assert [name.casefold() for name in found] == sorted(name.casefold() for name in found)


def test_what_was_saved_a_moment_ago_is_listed_and_hidden_ones_too(client):
    client.post("/steward/groups/adhd-teens-and-tea/status/hidden", data={"csrf": csrf_of(client)})
    assert "ADHD Teens and Tea" in rows_of(client, "/steward/groups")
    assert rows_of(client, "/steward/groups?status=hidden") == ["ADHD Teens and Tea"]
    html = client.get("/steward/groups?status=hidden").get_data(as_text=True)
    assert "Hidden from the public" in html and 'href="/groups/adhd-teens-and-tea"' not in html


@pytest.mark.parametrize(("words", "named"), [
    ("adhd", "ADHD Teens and Tea"), ("TEENS tea", "ADHD Teens and Tea"), ("drita", "Albanian Families Saturday"),
    ("albanian-families-saturday", "Albanian Families Saturday"), ("queensway-neighbourhood",
                                                                   "Albanian Families Saturday")])
def test_words_are_looked_for_in_names_ids_organisations_and_places(client, words, named):
    assert named in rows_of(client, f"/steward/groups?q={words}")


def test_words_are_found_whatever_their_accents_and_case(client):
    with shared(client).database.writing() as connection:
        group, version = records.get(connection, LAYERS["groups"], "adhd-teens-and-tea")
        from dataclasses import replace
        records.save_one(connection, LAYERS["groups"], replace(group, name="Café Zoë"), version=version, by="x")
    for words in ("cafe zoe", "CAFÉ", "Zoë"):
        assert "Café Zoë" in rows_of(client, f"/steward/groups?q={words}")


@pytest.mark.parametrize("layer", LAYERS)
def test_every_filter_answers_and_counts_what_it_lists(client, layer):
    shows = (*listing.lackings(LAYERS[layer]), "due", "stale", "too_old")
    for query in (*(f"show={show}" for show in shows), "sort=confirmed", "sort=source", "sort=status",
                  "status=ended", "status=paused&q=a"):
        url = f"/steward/{layer}?{query}"
        assert client.get(url).status_code == 200, query
        number = int(re.match(r"[\d,]+", total(client, url))[0].replace(",", ""))
        assert min(number, 50) == len(rows_of(client, url)), query


def test_those_without_a_position_are_those_that_are_at_no_hub_either(client):
    with shared(client).database.reading() as connection:
        held = records.rows(connection, LAYERS["groups"])
    nowhere = {row["name"] for row in held if row["lat"] is None and not row["hub_id"] and not row["online"]}
    assert set(rows_of(client, "/steward/groups?show=position")) == nowhere


def test_those_held_at_a_hub_are_listed_from_its_form(client):
    with shared(client).database.reading() as connection:
        there = {row["name"] for row in records.rows(connection, LAYERS["groups"])
                 if row["hub_id"] == "queensway-neighbourhood-hub"}
    assert set(rows_of(client, "/steward/groups?hub=queensway-neighbourhood-hub")) == there and there


@pytest.mark.parametrize("query", [
    "page=0", "page=-1", "page=x", "page=99999999999", "page=1.5", "page=%D9%A3", "page=7", "status=gone",
    "sort=random", "source=nobody", "show=everything", "nonsense=1", "q=a&q=b", "page=1&page=2", "q=" + "x" * 300,
    "status={{43*43}}", "sort=</script>"])
def test_an_absurd_page_or_filter_is_answered_with_a_sentence(client, query):
    """SURVIVE 38."""
    answer = client.get(f"/steward/groups?{query}")
    html = answer.get_data(as_text=True)
    assert answer.status_code == 400 and re.search(r'role="alert">.*?<p>[^<]{15,}', html, re.DOTALL)
    assert not was_evaluated(html) and "Show everything" in html


def test_what_was_typed_is_kept_in_the_filters(client):
    html = client.get("/steward/groups?q=tea+%22+%3Cb%3E&show=due&sort=confirmed").get_data(as_text=True)
    assert 'value="tea &#34; &lt;b&gt;"' in html and 'value="due" selected' in html
    assert 'value="confirmed" selected' in html


def test_pages_lead_to_each_other_with_the_filters(client):
    html = client.get("/steward/groups?status=active&page=2").get_data(as_text=True)
    assert 'href="/steward/groups?status=active&amp;page=3"' in html and 'href="/steward/groups?status=active"' in html


def test_an_empty_layer_says_how_to_begin(client):
    html = client.get("/steward/organisations").get_data(as_text=True)
    assert "Nothing here yet" in html and "/steward/organisations/new" in html


def test_a_form_changes_nothing_by_being_looked_at(client):
    before = shared(client).database.version()
    for path in ("/steward/groups", "/steward/groups/new", "/steward/groups/adhd-teens-and-tea",
                 "/steward/groups/adhd-teens-and-tea/status/hidden", "/steward/times?text=Mondays"):
        assert client.get(path).status_code == 200
    assert shared(client).database.version() == before
