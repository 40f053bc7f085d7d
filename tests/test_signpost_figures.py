"""Figures that tell nobody, and requests that nothing was there for."""

import re
from collections import defaultdict
from datetime import UTC, datetime
from itertools import permutations, product

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select

from assetmap.analysis.suppression import LEAST, suppress, suppress_each
from assetmap.store import records, signposts
from assetmap.store.relation_tables import signposts as table
from assetmap.store.rows import LAYERS
from assetmap.web.signed_in import COOKIE
from tests.conftest import sign_in, signed_in_as
from tests.live import serving
from tests.packing import database, said, send

COUNTS = st.dictionaries(st.integers(0, 30), st.integers(0, 40), max_size=7)


@pytest.fixture
def connector(own_app):
    client = own_app.test_client()
    sign_in(client, "connector")
    return client


@pytest.fixture
def ward(connector):
    return connector.get("/find.json?near=SS2+4").json["place"]["ward_code"]


@given(COUNTS)
def test_what_is_shown_is_right_and_not_small(counts):
    shown, total = suppress(counts)
    assert list(shown) == list(counts) and total in (None, sum(counts.values()))
    assert all(count is None or count == counts[key] >= LEAST for key, count in shown.items())
    assert total is None or total >= LEAST
    assert all(count is None or count >= LEAST for count in suppress_each(counts).values())


@given(COUNTS)
def test_counts_that_are_held_back_could_change_places_and_nobody_would_see_it(counts):
    published = suppress(counts)
    held = [key for key, count in published[0].items() if count is None]
    for order in list(permutations([counts[key] for key in held]))[:50]:
        assert suppress(counts | dict(zip(held, order, strict=True))) == published


@pytest.mark.parametrize(("least", "highest", "cells"), [(3, 9, 2), (3, 9, 3), (2, 6, 4), (4, 9, 3), (10, 24, 2)])
def test_who_knows_the_rule_can_work_out_no_count_that_is_held_back(least, highest, cells):
    """Every table of some cells, by what is published of it: no count that is held back is the same in all of them."""
    alike = defaultdict(list)
    for counts in product(range(highest + 1), repeat=cells):
        shown, total = suppress(dict(enumerate(counts)), least)
        alike[tuple(shown.values()), total].append(counts)
    known = [published for published, tables in alike.items() if (published[1] or 0) <= highest
             for cell, count in enumerate(published[0]) if count is None and len({one[cell] for one in tables}) == 1]
    assert known == []


def count(app, number, **fields):
    given_ = {"day": datetime.now(UTC).date().isoformat(), "ward_code": "", "interests": [], "suggested": ()}
    with database(app).writing() as connection:
        return [signposts.add(connection, **given_ | fields) for _number in range(number)]


def test_figures_hold_small_counts_back_and_one_more_where_that_would_tell(connector, own_app):
    codes = own_app.extensions["assetmap"].current.get().ward_codes
    for number, code, interests in ((14, codes[0], ["gardening"]), (3, codes[1], ["gardening", "dance"]),
                                    (25, codes[2], ["games-cards"])):
        for one in count(own_app, number, ward_code=code, interests=interests):
            if code == codes[2]:
                with database(own_app).writing() as connection:
                    signposts.settle(connection, one, "went", "2026-11-01")
    page = connector.get("/signpost/figures").text
    rows = dict(re.findall(r'<tr><th scope="row">([^<]+?) ?(?:<span[^>]*>[^<]*</span>)?</th><td class="number">([^<]+)',
                           page))
    names = own_app.extensions["assetmap"].current.get().ward_names
    assert "42 signposts were counted" in said(page) and rows["All"] == "42"
    assert rows[names[2]] == "25" and names[1] not in rows and names[0] not in rows, "42 - 25 - 14 would be 3"
    assert rows["Gardening and growing"] == "17" and rows["Games and cards"] == "25" and "Dance" not in rows
    assert rows["They went"] == "25" and "Nobody has said yet" not in rows, "the others are 0: 17 is held with them"
    assert all(int(number) >= LEAST for number in rows.values())


def test_with_few_signposts_no_number_is_shown(connector, own_app):
    count(own_app, 9, interests=["dance"])
    count(own_app, 4, interests=["dance"], unmet=True)
    page = connector.get("/signpost/figures").text
    assert "Fewer than 10 signposts" in page and 'class="number">' not in page.replace('scope="col" class="number"', "")


def test_nothing_suitable_is_counted_once_and_becomes_one_ask(connector, own_app, ward):
    fields = {"ward": ward, "interests": ["games-cards", "english-lessons", "nonsense"]}
    page = send(connector, "/signpost/unmet", **fields).location
    assert send(connector, "/signpost/unmet", **fields).location == page
    with database(own_app).reading() as connection:
        (row,) = connection.execute(select(table)).mappings()
    assert row["unmet"] and row["ward_code"] == ward and row["interests"] == '["english-lessons", "games-cards"]'
    assert send(connector, page + "/ask").location == page
    asked = re.search(r'href="/opportunities/([^"]+)"', connector.get(page).text)[1]
    assert send(connector, page + "/ask").location == page and "Put it on the map" not in connector.get(page).text
    with database(own_app).reading() as connection:
        record, _version = records.get(connection, LAYERS["opportunities"], asked)
        alike = [one for one in records.rows(connection, LAYERS["opportunities"]) if one["name"] == record.name]
    assert len(alike) == 1 and (record.kind, record.direction, record.ward_code) == ("start_a_group", "ask", ward)
    assert record.topics == ("english-lessons", "games-cards") and record.expires and not record.giver
    public = own_app.test_client()
    assert "Somewhere in" in public.get("/opportunities?q=games").text
    assert asked in public.get("/opportunities.csv").text, "nobody's own offer or ask, so it is open data"


def test_an_ask_that_is_over_or_elsewhere_is_not_taken_for_this_one(connector, own_app, ward):
    first = send(connector, "/signpost/unmet", ward=ward, interests=["dance"], once="a").location
    send(connector, first + "/ask")
    elsewhere = send(connector, "/signpost/unmet", ward="", interests=["dance"], once="b").location
    assert "Put it on the map" in connector.get(elsewhere).text
    more = send(connector, "/signpost/unmet", ward=ward, interests=["dance", "cycling"], once="c").location
    assert "Put it on the map" in connector.get(more).text
    from dataclasses import replace

    asked = re.search(r'href="/opportunities/([^"]+)"', connector.get(first).text)[1]
    with database(own_app).writing() as connection:
        record, version = records.get(connection, LAYERS["opportunities"], asked)
        records.save_one(connection, LAYERS["opportunities"], replace(record, state="closed"), version=version, by="t")
    assert "Put it on the map" in connector.get(first).text


def test_without_an_interest_nothing_is_counted(connector, own_app, ward):
    assert send(connector, "/signpost/unmet", ward=ward).status_code == 400
    with database(own_app).reading() as connection:
        assert connection.execute(select(table)).all() == []
    assert connector.get("/signpost/unmet/1").status_code == 404


def test_the_pages_hold_no_barrier(connector, own_app, open_page, barriers, ward):
    count(own_app, 40, ward_code=ward, interests=["dance"])
    unmet = send(connector, "/signpost/unmet", ward=ward, interests=["dance"]).location
    with serving(own_app) as address:
        page = open_page()
        _account, token = signed_in_as(own_app, "connector", "connector@example.org")
        page.context.add_cookies([{"name": COOKIE, "value": token, "url": address}])
        for where in ("/signpost/figures", unmet):
            page.goto(address + where)
            assert barriers(page) == [], where
