"""The pages of history: what was changed, by whom, and taking it back."""

from dataclasses import replace

import pytest

from assetmap.importing.run import Options, load
from assetmap.store import history, merging, records
from assetmap.store.rows import LAYERS
from tests.conftest import csrf_of, sign_in
from tests.evaluated import was_evaluated

GROUPS = LAYERS["groups"]
HOSTILE = "{{43*43}} <script>window.ran=1</script> ${x} `y` \u202e"


@pytest.fixture
def app(own_app):
    return own_app


@pytest.fixture
def client(steward_client):
    return steward_client


@pytest.fixture
def feed(app, tmp_path):
    """feed(count, new={numbers with other summaries}) loads a list of charities and returns the set's number."""
    held = app.extensions["assetmap"]

    def loaded(count, new=(), **options):
        file = tmp_path / "charities.csv"
        file.write_text("id,name,summary\n" + "".join(
            f"c{n},Charity number {n},{'New' if n in new else 'Old'} words {n}\n" for n in range(count)))
        return load(held.database, held.settings, "groups", file, Options(by="jo@example.org", **options)).import_id

    return loaded


def edit(app, record_id, by="jo@example.org", **values):
    with app.extensions["assetmap"].database.writing() as connection:
        record, version = records.get(connection, GROUPS, record_id)
        records.save_one(connection, GROUPS, replace(record, **values), version=version, by=by)
        return history.of_record(connection, "groups", record_id)[0]


def one(app, record_id):
    with app.extensions["assetmap"].database.reading() as connection:
        return records.get(connection, GROUPS, record_id)[0]


def text_of(client, path, status=200):
    answer = client.get(path)
    assert answer.status_code == status, path
    return answer.get_data(as_text=True)


def send(client, path):
    return client.post(path, data={"csrf": csrf_of(client)})


def test_a_records_history_says_who_changed_what_from_what_to_what_and_by_which_import(app, client, feed):
    number = feed(3)
    edit(app, "c1", summary="By hand", cost="free")
    page = text_of(client, "/steward/groups/c1/history")
    assert "History of Charity number 1" in page and "2 changes, newest first" in page
    assert "By jo@example.org" in page and "<del>Old words 1</del>" in page and "<ins>By hand</ins>" in page
    assert page.index("By hand") < page.index("Added"), "newest first"
    assert f'href="/steward/changes/{number}">Import of groups from charities.csv</a>' in page


def test_a_change_is_undone_from_its_page_and_the_page_says_so(app, client, feed):
    feed(3)
    line = edit(app, "c1", summary="By hand")
    answer = send(client, f"/steward/changes/lines/{line.id}/undo")
    assert (answer.status_code, answer.location) == (303, "/steward/groups/c1/history")
    page = text_of(client, answer.location)
    assert "Undone: it is as it was." in page and "Undone by steward@example.org on" in page
    assert one(app, "c1").summary == "Old words 1"
    assert "Undone: it is as it was." not in text_of(client, answer.location), "said once"


def test_an_undo_that_is_sent_twice_is_done_once(app, client, feed):
    """SURVIVE 36."""
    feed(3)
    line = edit(app, "c1", summary="By hand")
    path = f"/steward/changes/lines/{line.id}/undo"
    for _ in range(2):
        assert send(client, path).status_code == 303
    assert "Nothing was changed: it was undone before" in text_of(client, "/steward/groups/c1/history")
    with app.extensions["assetmap"].database.reading() as connection:
        assert len(history.of_record(connection, "groups", "c1")) == 3


def test_what_an_undo_would_do_is_shown_before_and_what_stays(app, client, feed):
    feed(3)
    edit(app, "c1", summary="By hand", organisation="Age Well")
    edit(app, "c1", summary="Again")
    page = text_of(client, "/steward/groups/c1/history")
    assert "Changed again since, so it stays as it is: In a sentence or two." in page
    with app.extensions["assetmap"].database.reading() as connection:
        line = history.of_record(connection, "groups", "c1")[1]
    answer = send(client, f"/steward/changes/lines/{line.id}/undo")
    assert "Undone in part. What was changed since stays as it is: In a sentence or two." in text_of(
        client, answer.location)
    assert (one(app, "c1").summary, one(app, "c1").organisation) == ("Again", "")


def test_looking_changes_nothing(app, client, feed):
    number = feed(3)
    edit(app, "c1", summary="By hand")
    database = app.extensions["assetmap"].database
    before = database.version()
    for path in ("/steward/groups/c1/history", "/steward/changes", "/steward/changes?show=edits",
                 f"/steward/changes/{number}", f"/steward/changes/{number}/undo"):
        text_of(client, path)
    with database.reading() as connection:
        assert database.version() == before and history.sets(connection)[0].id == number


def test_an_import_of_twenty_changed_rows_is_shown_and_undone(app, client, feed):
    feed(40)
    number = feed(42, new=range(20))
    assert "2 added, 20 changed" in text_of(client, "/steward/changes")
    page = text_of(client, f"/steward/changes/{number}")
    assert "22 changes" in page and page.count("<ins>New") == 20
    page = text_of(client, f"/steward/changes/{number}/undo")
    assert page.count("<ins>Old") == 20 and "Charity number 41" in page
    answer = send(client, f"/steward/changes/{number}/undo")
    page = text_of(client, answer.location)
    assert "Undone: 20 were set back as they were, 2 were hidden." in page
    assert {one(app, f"c{n}").summary for n in range(20)} == {f"Old words {n}" for n in range(20)}
    assert one(app, "c41").status == "hidden"
    assert "This was undone by steward@example.org" in text_of(client, f"/steward/changes/{number}")
    assert text_of(client, "/steward/changes").count(">Undone</span>") == 1


def test_what_a_steward_changed_since_is_left_and_named(app, client, feed):
    feed(5)
    number = feed(5, new=range(3))
    edit(app, "c2", summary="A steward's")
    page = text_of(client, f"/steward/changes/{number}/undo")
    assert "Stays as it is, because it was changed again since" in page and "Charity number 2" in page
    answer = send(client, f"/steward/changes/{number}/undo")
    assert "In 1, what was changed since stays as it is." in text_of(client, answer.location)
    assert one(app, "c2").summary == "A steward's"


def test_the_public_no_longer_sees_what_an_undone_import_brought(app, client, feed):
    number = feed(3)
    app.extensions["assetmap"].current.refresh()
    public = app.test_client()
    assert public.get("/groups/c1").status_code == 200
    send(client, f"/steward/changes/{number}/undo")
    app.extensions["assetmap"].current.refresh()
    assert public.get("/groups/c1").status_code in (404, 410)


def test_an_undo_is_undone_by_its_own_page(app, client, feed):
    number = feed(3)
    undo = send(client, f"/steward/changes/{number}/undo").location
    page = text_of(client, undo)
    assert "Undo of a whole set of changes" in page and "It took back" in page and "Undo this undo" in page
    send(client, f"{undo}/undo")
    assert one(app, "c1").status == "active"
    assert ">Undone</span>" not in text_of(client, f"/steward/changes/{number}")


def test_a_long_import_is_paged(app, client, feed):
    number = feed(120)
    page = text_of(client, f"/steward/changes/{number}")
    assert "Page 1 of 3" in page and "Charity number 60" not in page
    assert "Charity number 60" in text_of(client, f"/steward/changes/{number}?page=2")
    assert "And 20 more" not in text_of(client, f"/steward/changes/{number}/undo")


@pytest.mark.parametrize("page", ["0", "-1", "x", "9" * 30, "1.5", "٣"])
def test_survive_38_a_page_that_is_none_is_a_sentence(client, page):
    assert "is not a page" in text_of(client, f"/steward/changes?page={page}", 400)


def test_edits_one_by_one_have_a_list_of_their_own(app, client, feed):
    feed(3)
    edit(app, "c1", summary="By hand")
    page = text_of(client, "/steward/changes?show=edits")
    assert "Charity number 1" in page and "<ins>By hand</ins>" in page and "charities.csv" not in page


def test_postcodes_say_why_they_cannot_be_undone(app, client):
    with app.extensions["assetmap"].database.reading() as connection:
        number = next(made.id for made in history.sets(connection) if made.layer == "postcodes")
    page = text_of(client, f"/steward/changes/{number}")
    assert "load the older list again" in page and f"/steward/changes/{number}/undo" not in page
    assert send(client, f"/steward/changes/{number}/undo").status_code == 400


@pytest.mark.parametrize(("path", "status"), [
    ("/steward/changes/99999", 404), ("/steward/changes/99999/undo", 404), ("/steward/groups/nothing/history", 404),
    ("/steward/nonsense/x/history", 404), ("/steward/changes/-1", 404)])
def test_what_there_is_not_is_a_page_that_says_so(client, path, status):
    assert client.get(path).status_code == status


def test_the_history_of_accounts_and_words_can_be_read(client):
    page = text_of(client, "/steward/accounts/steward@example.org/history")
    assert "Added" in page and "Undo this change" not in page


@pytest.mark.parametrize("role", [None, "connector", "planner"])
def test_only_stewards_see_history_and_undo(app, feed, role):
    number = feed(3)
    client = app.test_client()
    if role:
        sign_in(client, role)
    for path in ("/steward/changes", f"/steward/changes/{number}", "/steward/groups/c1/history"):
        assert client.get(path).status_code == (403 if role else 303)
    answer = send(client, f"/steward/changes/{number}/undo")
    assert answer.status_code == (403 if role else 401) and one(app, "c1").status == "active"


def test_an_undo_without_its_token_is_refused(app, client, feed):
    """SURVIVE 36."""
    number = feed(3)
    assert client.post(f"/steward/changes/{number}/undo", data={"csrf": "made up"}).status_code == 400
    assert one(app, "c1").status == "active"


def test_survive_1_to_9_what_was_typed_is_shown_as_text(app, client, feed):
    feed(3)
    edit(app, "c1", by=HOSTILE, name=HOSTILE, summary=HOSTILE)
    for path in ("/steward/groups/c1/history", "/steward/changes?show=edits"):
        page = text_of(client, path)
        assert "{{43*43}}" in page and "<script>window" not in page and not was_evaluated(page)


def test_the_pages_are_accessible_and_an_import_is_undone_by_keyboard(steward_page, axe, barriers, own_app, feed):
    page, address = steward_page
    feed(5)
    number = feed(6, new=range(3))
    edit(own_app, "c1", summary="By hand " + "verylongword" * 20)
    for path in ("/steward/changes", "/steward/changes?show=edits", f"/steward/changes/{number}",
                 f"/steward/changes/{number}/undo", "/steward/groups/c1/history"):
        page.goto(address + path)
        assert barriers(page) == [], path
    page.goto(f"{address}/steward/changes/{number}")
    page.get_by_role("link", name="Undo the whole import").focus()
    page.keyboard.press("Enter")
    page.get_by_role("button", name="Yes, undo it").focus()
    page.keyboard.press("Enter")
    page.get_by_text("Undone: 2 were set back as they were, 1 was hidden.").wait_for()
    assert axe(page) == []


def test_one_change_is_undone_without_javascript(own_app, open_page, feed):
    from assetmap.web.signed_in import COOKIE
    from tests.conftest import signed_in_as
    from tests.live import serving

    feed(3)
    edit(own_app, "c1", summary="By hand")
    with serving(own_app) as address:
        page = open_page(java_script_enabled=False)
        token = signed_in_as(own_app, "steward", "steward@example.org")[1]
        page.context.add_cookies([{"name": COOKIE, "value": token, "url": address}])
        page.goto(f"{address}/steward/groups/c1/history")
        page.get_by_text("Undo this change").first.click()
        page.get_by_role("button", name="Undo it").first.click()
        page.get_by_text("Undone: it is as it was.").wait_for()
        page.wait_for_load_state("networkidle")
        page.close()
    assert one(own_app, "c1").summary == "Old words 1"


def test_a_merge_says_which_two_it_was_and_is_undone(app, client, feed):
    feed(3)
    with app.extensions["assetmap"].database.writing() as connection:
        keep, version = records.get(connection, GROUPS, "c1")
        number = merging.merge(connection, GROUPS, keep, "c2", version=version, lose_version=1, by="jo@example.org")
    page = text_of(client, f"/steward/changes/{number}")
    assert "Merge of two groups" in page and "Merged into it" in page and "Charity number 2" in page
    assert "Undo the whole merge" in page and ">File<" not in page
    text_of(client, f"/steward/changes/{number}/undo")
    send(client, f"/steward/changes/{number}/undo")
    assert one(app, "c2").status == "active"
