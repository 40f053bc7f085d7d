"""SURVIVE.md 38, in addresses: numbers that no store holds, and tokens that are none."""

import io

import pytest

from tests.conftest import csrf_of

TOO_LONG = [str(2**63), "9" * 20, "9" * 5_000]


@pytest.mark.parametrize("number", TOO_LONG)
@pytest.mark.parametrize("address", ["/steward/changes/{}", "/steward/changes/{}/undo", "/steward/people/{}",
                                     "/steward/suggestions/{}", "/steward/suggestions/{}/edit"])
def test_survive_38_a_number_that_no_row_can_have_is_of_nothing(steward_client, address, number):
    assert steward_client.get(address.format(number)).status_code == 404


@pytest.mark.parametrize("address", ["/steward/changes/lines/{}/undo", "/steward/changes/{}/undo",
                                     "/steward/letters/{}", "/steward/people/{}/disable"])
def test_survive_38_nor_can_anything_be_done_to_it(steward_client, address):
    sent = steward_client.post(address.format(TOO_LONG[0]), data={"csrf": csrf_of(steward_client)})
    assert sent.status_code in (404, 405)


@pytest.mark.parametrize("token", ["%0a", "a%0d%0aSet-Cookie:%20x=1", "%F0%9F%8C%88", "..%2f..", "a" * 3_000])
@pytest.mark.parametrize("address", ["/confirm/{}", "/confirm/{}/change", "/suggestions/{}", "/welcome/{}"])
def test_survive_38_a_token_that_is_none_gets_a_page_and_no_fault(own_client, address, token):
    for answer in (own_client.get(address.format(token)), own_client.post(address.format(token), data={})):
        assert answer.status_code < 500 and "Set-Cookie: x" not in str(answer.headers)


def test_survive_30_a_name_of_300_letters_keeps_its_ending(steward_client):
    sent = steward_client.post("/steward/import", data={
        "csrf": csrf_of(steward_client), "layer": "groups", "source": "",
        "file": (io.BytesIO(b"name\nChess\n"), "x" * 300 + ".csv")})
    assert sent.status_code == 303 and sent.location.endswith("/columns")
