"""What every answer carries, and what each kind of mistake is told."""

import json
import re

import pytest

HTML = ("/", "/?near=SS1+2AB", "/wards", "/whats-on", "/opportunities", "/suggest", "/data", "/about", "/nothing-here")


@pytest.mark.parametrize("path", HTML)
def test_every_page_has_a_policy_that_allows_no_inline_script_and_nobody_else(path, client):
    response = client.get(path)
    policy = response.headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy and "unsafe" not in policy and "frame-ancestors 'none'" in policy
    nonce = re.search(r"'nonce-([^']+)'", policy)[1]
    page = response.get_data(as_text=True)
    assert set(re.findall(r'nonce="([^"]*)"', page)) <= {nonce}
    for script in re.findall(r"<script([^>]*)>", page):
        assert "src=" in script or f'nonce="{nonce}"' in script or "json" in script
    assert not re.search(r"\son\w+=", page) and "javascript:" not in page
    assert not re.search(r"<[^>]+\sstyle=", page)


def test_each_answer_has_its_own_nonce(client):
    nonces = {re.search(r"'nonce-([^']+)'", client.get("/").headers["Content-Security-Policy"])[1] for _ in range(3)}
    assert len(nonces) == 3


def test_nobody_is_given_a_cookie(client):
    for path in (*HTML, "/find.json?near=SS1+2AB", "/find.csv"):
        assert "Set-Cookie" not in client.get(path).headers


@pytest.mark.parametrize(("query", "status", "field", "words"), [
    ("near=SS1+2A0", 400, "near", "is not a postcode"),
    ("near=WA15+OHF", 400, "near", "Did you mean WA15 0HF?"),
    ("near=SS1+1ZZ", 404, "near", "There is no postcode SS1 1ZZ"),
    ("near=Narnia", 404, "near", "There is no place called"),
    ("near=95,200", 400, "near", "not between"),
    ("within=0", 400, "within", "from 1 to 50,000"),
    ("within=50001", 400, "within", "from 1 to 50,000"),
    ("within=near", 400, "within", "whole number"),
    ("category=gardning", 400, "category", "is not a category"),
    ("day=caturday", 400, "day", "is not a day"),
    ("sort=best", 400, "sort", "is not a way to sort"),
    ("age=-1", 400, "age", "whole number from 0 to 120"),
    ("page=0", 400, "page", "from 1"),
    ("page=999", 400, "page", "there is no page 999"),
    ("per_page=101", 400, "per_page", "to 100"),
    ("near=SS1&near=SS2", 400, "near", "given 2 times"),
    ("colour=red", 400, "colour", "not something this page can filter by"),
    ("ward=E99999999", 400, "ward", "is not the code of a ward"),
])
def test_a_query_without_sense_is_told_what_is_wrong(query, status, field, words, client):
    answer = client.get(f"/find.json?{query}")
    assert answer.status_code == status
    assert words in answer.json["error"] and answer.json["field"] == field
    page = client.get(f"/?{query}")
    assert page.status_code == status
    assert words.split("“")[0] in page.get_data(as_text=True).replace("&#39;", "'")


def test_what_was_typed_is_kept_beside_the_fault(client):
    page = client.get("/?near=Narn%22ia%3C&q=chess").get_data(as_text=True)
    assert "Narn&#34;ia&lt;" in page and 'value="chess"' in page


def test_find_json_answers_with_the_fields_that_partners_rely_on(client):
    answer = client.get("/find.json?near=ss12ab&within=3000&sort=distance").json
    assert set(answer) == {"query", "place", "total", "page", "pages", "results"}
    assert set(answer["place"]) == {"label", "lat", "lon", "ward_code", "ward_name"}
    assert answer["place"]["label"] == "SS1 2AB"
    first = answer["results"][0]
    assert list(first) == ["id", "kind", "name", "summary", "categories", "distance_m", "lat", "lon", "hub_id",
                           "hub_name", "ward_code", "ward_name", "next_session", "cost", "url"]
    distances = [result["distance_m"] for result in answer["results"]]
    assert distances == sorted(distances)
    assert client.get("/find.json").json["place"] is None


@pytest.mark.parametrize("path", ["/groups/none", "/hubs/none", "/opportunities/none", "/wards/E00000000",
                                  "/groups/none.json", "/groups/none/report", "/nothing"])
def test_what_is_not_there_is_not_found(path, client):
    assert client.get(path).status_code == 404


def test_reading_pages_take_no_posts(client):
    assert client.post("/").status_code == 405


def test_a_group_page_describes_itself_to_search_engines(client):
    url = client.get("/find.json?near=SS1+2AB").json["results"][0]["url"]
    page = client.get(url).get_data(as_text=True)
    block = re.search(r'<script type="application/ld\+json"[^>]*>(.*?)</script>', page, re.DOTALL)[1]
    assert json.loads(block)["@context"] == "https://schema.org"


def test_health_says_up_and_ready(client):
    assert client.get("/healthz").json["status"] == "ok"
    assert client.get("/readyz").json["status"] == "ok"


def test_when_the_store_is_damaged_readyz_says_so_and_pages_still_answer(own_app, sample_home):
    client = own_app.test_client()
    assert client.get("/").status_code == 200
    for name in ("assetmap.db", "assetmap.db-wal", "assetmap.db-shm"):
        (sample_home / name).unlink(missing_ok=True)
    (sample_home / "assetmap.db").write_bytes(b"this is no database at all" * 400)
    assert client.get("/readyz").status_code == 503
    assert client.get("/").status_code == 200


def test_a_program_that_never_had_its_data_says_so_in_a_sentence(own_app, sample_home):
    for name in ("assetmap.db", "assetmap.db-wal", "assetmap.db-shm"):
        (sample_home / name).unlink(missing_ok=True)
    (sample_home / "assetmap.db").write_bytes(b"this is no database at all" * 400)
    answer = own_app.test_client().get("/")
    assert answer.status_code == 503
    page = answer.get_data(as_text=True)
    assert "Restore a backup" in page and "Traceback" not in page and "sqlite" not in page.lower()
