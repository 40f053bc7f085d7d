"""Residents' words are kept once, unseen by the public, and without an account."""

import time

import pytest

from tests.suggesting import form_of, private_link, quick, send, waiting


@pytest.fixture
def forms(own_app):
    return quick(own_app).test_client()


def a_group(client) -> str:
    return client.get("/find.json").json["results"][0]["url"]


def test_a_report_is_kept_for_a_steward_and_changes_nothing(forms, own_app):
    path = a_group(forms) + "/report"
    before = forms.get("/find.json").json
    answer = send(forms, path, detail="It starts at 2 now.")
    assert answer.status_code == 303
    (kept,) = waiting(own_app)
    assert (kept.layer, kept.record_id, kept.detail) == ("groups", path.split("/")[2], "It starts at 2 now.")
    assert forms.get("/find.json").json == before


def test_a_form_sent_twice_is_kept_once_and_leads_to_the_same_link(forms, own_app):
    form = form_of(forms, "/suggest") | {"name": "Chess in the park"}
    links = {private_link(forms.post("/suggest", data=form)) for _time in range(2)}
    assert len(links) == 1 and len(waiting(own_app)) == 1


def test_a_form_without_a_token_of_ours_is_not_kept_and_keeps_what_was_typed(forms, own_app):
    for token in ("", "made-up", None):
        form = {"name": "Chess with Zbigniew"} | ({} if token is None else {"token": token})
        answer = forms.post("/suggest", data=form)
        assert answer.status_code == 400 and "did not come from this site" in answer.text
        assert 'value="Chess with Zbigniew"' in answer.text
    assert waiting(own_app) == []


def test_a_robot_that_fills_in_everything_is_thanked_and_not_kept(forms, own_app):
    answer = send(forms, "/suggest", name="Buy now", website2="https://spam.example")
    assert answer.headers["Location"] == "/suggestions/thanks"
    assert forms.get("/suggestions/thanks").status_code == 200
    assert waiting(own_app) == []


def test_a_form_that_comes_back_at_once_is_asked_for_again_and_then_taken(own_app):
    own_app.config["FORM_LEAST_S"] = 2
    client = own_app.test_client()
    form = form_of(client, "/suggest") | {"name": "Chess"}
    refused = client.post("/suggest", data=form)
    assert refused.status_code == 400 and "Please press once more" in refused.text and 'value="Chess"' in refused.text
    own_app.config["FORM_LEAST_S"] = 0
    again = form_of_answer(refused)
    assert again["token"] == form["token"]  # the waiting has begun, and is not begun anew
    assert client.post("/suggest", data=again).status_code == 303
    assert len(waiting(own_app)) == 1


def test_one_press_that_a_group_still_runs_is_taken_however_quick_it_is(own_app):
    own_app.config["FORM_LEAST_S"] = 60
    client = own_app.test_client()
    path = a_group(client) + "/running"
    answer = client.post(path, data=form_of(client, path) | {"still": "yes"})
    assert answer.status_code == 303
    assert len(waiting(own_app)) == 1
    assert client.post(path, data={"still": "yes", "token": "made-up"}).status_code == 400


def form_of_answer(answer) -> dict:
    from tests.suggesting import form_in

    return form_in(answer.text, "/suggest")


def test_a_form_that_was_open_for_more_than_a_day_gets_a_new_token(forms, own_app, monkeypatch):
    form = form_of(forms, "/suggest") | {"name": "Chess"}
    really = time.time
    monkeypatch.setattr("itsdangerous.timed.time.time", lambda: really() + 25 * 3600)
    late = forms.post("/suggest", data=form)
    assert late.status_code == 400 and "more than a day" in late.text
    assert forms.post("/suggest", data=form_of_answer(late)).status_code == 303
    assert len(waiting(own_app)) == 1


@pytest.mark.parametrize(("form", "field"), [
    ({"name": ""}, "name"), ({"name": "x" * 201}, "name"), ({"what_happens": "y" * 2001}, "what_happens"),
    ({"name": "See www.a.example"}, "name"),
    ({"what_happens": "http://a.example http://b.example http://c.example"}, "what_happens")])
def test_what_is_missing_too_long_or_full_of_links_is_said_beside_its_field(form, field, forms, own_app):
    answer = send(forms, "/suggest", **({"name": "Chess"} | form))
    assert answer.status_code == 400
    assert f'id="error-{field}"' in answer.text and f'href="#{field}"' in answer.text
    assert all(text in answer.text for text in form.values())
    assert waiting(own_app) == []


def test_the_same_words_from_another_form_are_kept_once_and_do_not_give_the_first_ones_link_away(forms, own_app):
    path = a_group(forms) + "/report"
    first = private_link(send(forms, path, detail="It has moved to Tuesday."))
    second = send(forms, path, detail="It has moved to  Tuesday. ")
    assert second.headers["Location"] == "/suggestions/thanks" and first not in second.text
    assert len(waiting(own_app)) == 1
    send(forms, path, detail="It has moved to Wednesday.")
    assert len(waiting(own_app)) == 2


def test_nothing_about_the_person_is_in_the_store(forms, own_app):
    path = a_group(forms) + "/report"
    forms.environ_base.update(REMOTE_ADDR="203.0.113.77", HTTP_USER_AGENT="Sonderbar/7")
    link = private_link(send(forms, path, detail="It starts at 2."))
    database = own_app.extensions["assetmap"].database
    with database.reading() as connection:
        dump = "\n".join(connection.connection.driver_connection.iterdump())
    for sign in ("203.0.113.77", "Sonderbar", link.rpartition("/")[2]):
        assert sign not in dump


def test_survive_40_flooding_from_one_address_is_stopped_with_a_sentence_and_what_was_typed(forms, own_app):
    for number in range(20):
        assert send(forms, "/suggest", name=f"Chess {number}").status_code == 303
    answer = send(forms, "/suggest", name="The last straw")
    assert answer.status_code == 429
    assert "please wait" in answer.text and 'value="The last straw"' in answer.text
    assert forms.get("/suggest").status_code == 200
    assert len(waiting(own_app)) == 20


def test_survive_40_flooding_from_many_addresses_is_stopped_too(forms, own_app):
    flood = own_app.extensions["assetmap_flood"]
    assert flood.most == 200
    flood.most = 12
    for number in range(12):
        forms.environ_base["REMOTE_ADDR"] = f"198.51.100.{number}"
        assert send(forms, "/suggest", name=f"Chess {number}").status_code == 303
    forms.environ_base["REMOTE_ADDR"] = "198.51.100.250"
    answer = send(forms, "/suggest", name="The last straw")
    assert answer.status_code == 429 and "in an hour" in answer.text and 'value="The last straw"' in answer.text
    assert len(waiting(own_app)) == 12


def test_forms_that_are_put_right_first_do_not_count_against_anybody(forms, own_app):
    for _number in range(25):
        assert send(forms, "/suggest", name="").status_code == 400
    assert send(forms, "/suggest", name="Chess").status_code == 303
