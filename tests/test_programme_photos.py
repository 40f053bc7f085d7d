"""Photos of progress: chosen in the entry's form, seen by whoever may see the entry, undone, exported and backed up."""

import re
from datetime import timedelta
from io import BytesIO

import pytest
from PIL import ExifTags, Image
from sqlalchemy import select, update

from assetmap.domain.progress import ProgressEvent
from assetmap.importing.export import export_layer
from assetmap.importing.options import Options
from assetmap.importing.run import load
from assetmap.store import programmes
from assetmap.store.backup import backup_to, restore_from
from assetmap.store.programme_tables import photos as table
from assetmap.store.tidying import tidy
from tests.conftest import csrf_of, sign_in
from tests.live import serving
from tests.made_programmes import EDIT, make_listening, shared, today_of
from tests.photographed import file_of, halves, png_of_size

ENTRY = f"{EDIT}/deployment-progress/e180"
ADDRESS = re.compile(r"/programmes/photos/[0-9a-f]{24}\.webp")


@pytest.fixture
def planner(own_app):
    client = own_app.test_client()
    sign_in(client, "planner")
    return client


@pytest.fixture
def page(own_app):
    return make_listening(own_app)


def entry(app, record_id="e180") -> ProgressEvent:
    with shared(app).database.reading() as connection:
        return programmes.get(connection, "deployment-progress", record_id)[0]


def send(client, url=ENTRY + "/change", *, file=None, name="hall.jpg", **fields):
    """The form of an entry that was reached, as a browser sends it."""
    app = client.application
    with shared(app).database.reading() as connection:
        version = programmes.get(connection, "deployment-progress", "e180")[1]
    day = f"{today_of(app) - timedelta(180):%d/%m/%Y}"
    chosen = {} if file is None else {"photo_file": (BytesIO(file), name)}
    sent = client.post(url, data={"csrf": csrf_of(client), "step": "listen", "what": "reached", "day": day,
                                  "version": version, "photo": entry(app).photo, "photo_alt": entry(app).photo_alt}
                       | fields | chosen)
    sent.request.environ["wsgi.input"].close()  # of a large file the client makes one on the disk
    return sent


def with_photo(client, file=None, **fields) -> str:
    """The address of the photo that the entry now has."""
    sent = send(client, file=file or file_of(halves(), "JPEG"), **{"photo_alt": "A full hall", "photo_agreed": "yes"}
                | fields)
    assert sent.status_code == 303, sent.text
    return entry(client.application).photo


def kept(app) -> dict:
    """Id → since when no entry uses it, of all photos but the sample's own."""
    with shared(app).database.reading() as connection:
        return dict(connection.execute(select(table.c.id, table.c.unused_since).where(
            table.c.by != "assetmap init")).all())


def test_a_photo_is_chosen_shown_to_everybody_and_served_as_what_it_is(own_app, planner, page):
    exif = Image.Exif()
    exif.get_ifd(ExifTags.IFD.GPSInfo).update({1: "N", 2: (51.0, 32.0, 15.0)})
    exif[ExifTags.Base.Make] = "Zebedee-Cam"
    address = with_photo(planner, file_of(halves(2400, 1200), "JPEG", exif=exif))
    public = own_app.test_client()
    assert f'<img src="{address}" alt="A full hall" width="1600" height="800" loading="lazy"' in public.get(page).text
    told = public.get(f"{page}.json").json["timeline"][1]
    assert (told["photo"], told["photo_alt"]) == (address, "A full hall")
    shown = public.get(address)
    headers = shown.headers
    assert (shown.status_code, headers["Content-Type"], headers["X-Content-Type-Options"]) == (
        200, "image/webp", "nosniff")
    assert int(headers["Content-Length"]) == len(shown.data) and headers["Cache-Control"] == "private, max-age=3600"
    assert public.get(address, headers={"If-None-Match": headers["ETag"]}).status_code == 304
    assert public.head(address).headers["Content-Length"] == headers["Content-Length"]
    assert Image.open(BytesIO(shown.data)).size == (1600, 800) and b"Zebedee" not in shown.data


def test_a_photo_needs_words_for_those_who_cannot_see_it_and_the_people_s_yes_and_is_not_chosen_twice(
        own_app, planner, page):
    refused = send(planner, file=file_of(halves()), day="soon", note="We ate & sang")
    assert refused.status_code == 400 and entry(own_app).photo == ""
    for sentence in ("Say in words what the photo shows", "Tick this before the photo can be shown", "should be a date",
                     "We ate &amp; sang", "you need not choose it again"):
        assert sentence in refused.text
    address = ADDRESS.search(refused.text)[0]
    in_form = re.search(r'<img src="(/plan/[^"]+)" width="100" height="60"', refused.text)[1]
    assert planner.get(in_form).mimetype == "image/webp" and planner.get(in_form).headers["Cache-Control"] == "no-store"
    assert own_app.test_client().get(address).status_code == planner.get(address).status_code == 404, "no entry has it"
    again = {"photo": address, "photo_new": "yes", "photo_alt": "A full hall"}
    without = send(planner, **again)
    assert without.status_code == 400 and "Tick this before" in without.text and 'value="A full hall"' in without.text
    assert send(planner, **again, photo_agreed="yes").status_code == 303
    assert entry(own_app).photo == address and own_app.test_client().get(address).status_code == 200


@pytest.mark.parametrize("data, name, sentence", [
    (b"<!doctype html><script>alert(1)</script>", "hall.jpg", "This is no photo that can be read here."),
    (b"\x00\x00\x00\x18ftypheic" + b"\0" * 99, "IMG_0001.HEIC", "“Most Compatible”"),
    (png_of_size(9_000, 9_000), "bomb.png", "more than 50 million pixels"),
    (b"\xff\xd8" + b"x" * 10_000_000, "large.jpg", "larger than 10 MB"),
    (file_of(Image.effect_noise((300, 200), 90), "JPEG")[:9_000], "half.jpg", "damaged, or a part of it is missing")],
    ids=["page", "heic", "bomb", "large", "half"])
def test_what_is_no_photo_is_refused_beside_its_field_and_nothing_typed_is_lost(
        own_app, planner, page, data, name, sentence):
    refused = send(planner, file=data, name=name, note="We ate", photo_alt="A full hall", photo_agreed="yes")
    assert refused.status_code == 400 and kept(own_app) == {} and entry(own_app).note == ""
    assert sentence in refused.text.partition('id="error-photo_file"')[2].partition("</p>")[0]
    for typed in (">\nWe ate</textarea>", 'value="A full hall"', 'name="photo_agreed" value="yes" checked'):
        assert typed in refused.text


def test_more_than_is_read_at_all_is_refused_with_how_much_a_photo_may_have(own_app, planner, page):
    shared(own_app).settings.max_upload_mb = 1
    answer = send(planner, file=b"\xff\xd8" + b"x" * 3_100_000)
    assert answer.status_code == 413 and "a photo may have at most 1 MB" in answer.text
    answer = send(planner, file=b"\xff\xd8" + b"x" * 1_100_000)
    assert answer.status_code == 400 and "This is larger than 1 MB." in answer.text


def test_there_is_room_for_so_many_photos_and_no_more(own_app, planner, page):
    shared(own_app).settings.photos_mb = 0
    refused = send(planner, file=file_of(halves()), photo_alt="A full hall", photo_agreed="yes")
    assert refused.status_code == 400 and "There is no more room for photos." in refused.text and kept(own_app) == {}


def test_a_photo_is_seen_by_those_who_may_see_an_entry_that_uses_it_and_by_nobody_else(own_app, planner, page):
    address, public, connector = with_photo(planner), own_app.test_client(), own_app.test_client()
    sign_in(connector, "connector")
    askers = (public, connector, planner)

    def answers():
        return [client.get(address).status_code for client in askers]

    assert answers() == [200, 200, 200]
    send(planner, internal="yes")
    assert answers() == [404, 404, 200] and planner.get(address).headers["Cache-Control"] == "no-store"
    etag = planner.get(address).headers["ETag"]
    assert public.get(address, headers={"If-None-Match": etag}).status_code == 404, "nor whether it is the same"
    missing = public.get("/programmes/photos/" + "0" * 24 + ".webp")
    assert missing.status_code == 404 and "There is no such photo here." in missing.text
    assert "There is no such photo here." in public.get(address).text
    send(planner)
    assert answers() == [200, 200, 200]
    planner.post(ENTRY + "/away", data={"csrf": csrf_of(planner)})
    assert answers() == [404, 404, 404]
    in_form = address.replace("/programmes/photos/", f"{EDIT}/photos/")
    assert [client.get(in_form).status_code for client in askers] == [303, 403, 200]


def test_a_photo_is_replaced_taken_out_and_brought_back_by_undo(own_app, planner, page):
    first = with_photo(planner)
    second = with_photo(planner, file_of(halves(80, 90)), photo_alt="The same hall, empty")
    public = own_app.test_client()
    assert first != second and [public.get(each).status_code for each in (first, second)] == [404, 200]
    form = planner.get(ENTRY + "/change").text
    assert "Another photo in its place" in form and "Take this photo out" in form
    send(planner, photo_out="yes")
    assert (entry(own_app).photo, entry(own_app).photo_alt) == ("", "") and public.get(second).status_code == 404
    history = planner.get(f"{EDIT}/deployments/street-milton/history").text
    line = history.partition("/plan/programmes/edit/changes/")[2].partition("/")[0]
    planner.post(f"{EDIT}/changes/{line}/undo", data={"csrf": csrf_of(planner)})
    assert (entry(own_app).photo, entry(own_app).photo_alt) == (second, "The same hall, empty")
    assert f'src="{second}"' in public.get(page).text and public.get(second).status_code == 200


def test_photos_that_no_entry_uses_are_deleted_after_the_days_of_forgetting_and_the_page_says_so(
        own_app, planner, page):
    address, database, settings = with_photo(planner), shared(own_app).database, shared(own_app).settings
    send(planner, file=file_of(halves(70, 70)), day="soon")  # chosen, and never saved
    assert len(kept(own_app)) == 2 and tidy(database, settings).photos == 0
    assert sorted(map(bool, kept(own_app).values())) == [False, True], "one is used"

    def long_ago():
        with database.writing() as connection:
            connection.execute(update(table).where(table.c.unused_since != "").values(unused_since="2020-01-01"))

    long_ago()
    assert tidy(database, settings).photos == 1 and list(kept(own_app)) == [address[19:43]]
    planner.post(ENTRY + "/away", data={"csrf": csrf_of(planner)})
    assert tidy(database, settings).photos == 0
    long_ago()
    assert tidy(database, settings).photos == 1 and kept(own_app) == {}
    line = planner.get(f"{EDIT}/deployments/street-milton/history").text.partition("/changes/")[2].partition("/")[0]
    planner.post(f"{EDIT}/changes/{line}/undo", data={"csrf": csrf_of(planner)})
    text = own_app.test_client().get(page).text
    assert "There was a photo, which is not kept any more: A full hall" in text and address not in text
    assert "is not kept any more. Choose another, or take it out." in planner.get(ENTRY + "/change").text
    assert send(planner, note="Still here").status_code == 303 and entry(own_app).note == "Still here"


def test_an_export_holds_the_address_of_the_photo_and_loads_back_without_a_change(own_app, planner, page, tmp_path):
    address, database, settings = with_photo(planner), shared(own_app).database, shared(own_app).settings
    for name in ("all.csv", "all.xlsx"):
        export_layer(database, settings, "programmes", tmp_path / name)
        report = load(database, settings, "programmes", tmp_path / name, Options(source="again"))
        assert report.applied and report.counts["added"] == report.counts["changed"] == 0, report.headline()
    assert entry(own_app).photo == address and address in (tmp_path / "all.csv").read_text()
    public = own_app.test_client().get("/plan/programmes.json")
    assert public.status_code == 200


def test_a_row_that_names_a_photo_that_is_not_here_is_refused_and_one_elsewhere_stays_a_link(
        own_app, planner, page, tmp_path):
    address, database, settings = with_photo(planner), shared(own_app).database, shared(own_app).settings
    rows = ("record,deployment,step,day,photo,photo_alt\n"
            "progress,street-milton,meet,2026-01-05,{},A hall\n")

    def loaded(photo):
        file = tmp_path / "rows.csv"
        file.write_text(rows.format(photo))
        return load(database, settings, "programmes", file, Options(source="rows"))

    for missing in ("/programmes/photos/" + "0" * 24 + ".webp", "/programmes/photos/../../steward"):
        refused = loaded(missing)
        assert not refused.applied and "no such photo is kept here" in refused.refusals[0].message
    assert not loaded("/steward").applied
    assert loaded("https://photos.example/h.jpg").applied and loaded(address).applied
    shared(own_app).current.renew()
    assert own_app.test_client().get(page).text.count(f'src="{address}"') == 2


def test_a_backup_has_the_photos_and_restoring_brings_them_back(own_app, planner, page, tmp_path):
    address, settings = with_photo(planner), shared(own_app).settings
    before = own_app.test_client().get(address).data
    backup_to(shared(own_app).database, tmp_path / "copy.db")
    with shared(own_app).database.writing() as connection:
        connection.execute(table.delete())
    assert own_app.test_client().get(address).status_code == 404
    restore_from(tmp_path / "copy.db", settings.database_file)
    assert own_app.test_client().get(address).data == before


def test_the_sample_has_a_drawing_in_the_place_of_a_photo(client):
    page = client.get("/programmes/c2-connecting-communities/c2-southchurch").text
    address = ADDRESS.search(page)[0]
    shown = client.get(address)
    assert 'alt="A drawing instead of a photo:' in page and len(shown.data) < 15_000
    assert Image.open(BytesIO(shown.data)).size == tuple(
        int(size) for size in re.search(rf'{address}"[^>]*width="(\d+)" height="(\d+)"', page).groups())


def test_of_two_who_change_the_photo_the_second_keeps_what_was_chosen_here(own_app, planner, page):
    first = with_photo(planner)
    old = {"version": 2, "photo": first}
    second = with_photo(planner, file_of(halves(80, 90)))
    both = send(planner, file=file_of(halves(33, 44)), **old, photo_agreed="yes", photo_alt="Mine")
    assert both.status_code == 409 and both.text.count("A photo that is kept here") == 2
    mine = ADDRESS.search(both.text.partition('name="photo"')[2])[0]
    assert mine not in (first, second)
    send(planner, photo=mine, photo_new="yes", photo_agreed="yes", photo_alt="Mine", **{"keep-photo": "mine"})
    assert entry(own_app).photo == mine


def test_the_form_and_the_timeline_have_no_barriers_and_a_photo_is_chosen_without_javascript(
        own_app, open_page, barriers, watch, page, tmp_path):
    from assetmap.web.signed_in import COOKIE
    from tests.conftest import signed_in_as

    _account, token = signed_in_as(own_app, "planner", "planner@example.org")
    watch.expect("status of 400")
    file = tmp_path / "hall.png"
    file.write_bytes(file_of(halves(1200, 900), "PNG"))
    with serving(own_app) as address:
        cookie = {"name": COOKIE, "value": token, "url": address}
        shown = open_page(java_script_enabled=False)
        shown.context.add_cookies([cookie])
        shown.goto(f"{address}{ENTRY}/change")
        shown.get_by_label("Choose a photo").set_input_files(file)
        shown.get_by_role("button", name="Save").last.click()
        shown.get_by_label("What the photo shows").fill("A full hall")
        shown.get_by_label("Those who can be recognised agree").check()
        shown.get_by_role("button", name="Save").last.click()
        shown.get_by_text("Saved.").wait_for()
        shown = open_page()
        shown.context.add_cookies([cookie])
        for path in (f"{ENTRY}/change", page):
            shown.goto(address + path)
            picture = shown.locator("figure img")
            picture.scroll_into_view_if_needed()
            assert picture.evaluate("image => image.decode().then(() => image.naturalWidth)") == 1200
            assert barriers(shown) == [], path


def test_a_photo_that_somebody_no_longer_agrees_to_is_deleted_for_good_at_once(own_app, page, planner):
    address = with_photo(planner)
    assert "Delete the photo for good" in planner.get(f"{ENTRY}/change").text
    answer = planner.post(f"{EDIT}/photos/{address.rpartition('/')[2].removesuffix('.webp')}/delete",
                          data={"csrf": csrf_of(planner), "next": page})
    assert answer.status_code == 303 and answer.location == page
    assert planner.get(address).status_code == 404 and entry(own_app).photo == entry(own_app).photo_alt == ""
    assert address not in planner.get(page).text
    assert not kept(own_app)
    again = planner.post(answer.request.path, data={"csrf": csrf_of(planner)})
    assert again.status_code == 404
