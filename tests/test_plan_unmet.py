"""What was looked for in vain: what planners see of it, and that no small number can be worked out."""

import csv
import io
import re
from collections import defaultdict
from itertools import combinations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.optimize import linprog

from assetmap.analysis.suppression import LEAST, suppress
from assetmap.analysis.two_way import fixed_cells, suppress_two_way
from assetmap.store import signposts
from assetmap.store.reference import add_search_counts
from tests.live import serving

TABLES = st.tuples(st.integers(1, 5), st.integers(1, 5)).flatmap(lambda size: st.lists(
    st.lists(st.one_of(st.integers(0, 12), st.integers(0, 80)), min_size=size[1], max_size=size[1]),
    min_size=size[0], max_size=size[0])).map(np.array)


def told(table, least=LEAST):
    rows, columns = range(len(table)), range(table.shape[1])
    return suppress_two_way({(row, column): int(table[row, column]) for row in rows for column in columns}, rows,
                            columns, least)


@given(TABLES)
def test_what_is_told_is_right_and_sums_are_as_careful_as_in_one_direction(table):
    made = told(table)
    assert (made.rows, made.total) == suppress(dict(enumerate(table.sum(axis=1).tolist())))
    assert made.columns == suppress(dict(enumerate(table.sum(axis=0).tolist())))[0]
    for (row, column), (least, most) in made.cells.items():
        assert LEAST <= least <= table[row, column] <= (most or table.max())
        assert made.rows[row] is not None and made.columns[column] is not None


def tables_with(cells, total):
    """Every way to share a total among some cells."""
    for bars in combinations(range(total + cells - 1), cells - 1):
        edges = (-1, *bars, total + cells - 1)
        yield tuple(after - before - 1 for before, after in zip(edges, edges[1:], strict=False))


@pytest.mark.parametrize(("rows", "columns", "total", "least"), [(2, 2, 20, 2), (2, 3, 11, 2), (3, 3, 7, 2)])
def test_who_knows_the_rule_can_work_out_no_cell_and_no_sum_that_is_held_back(rows, columns, total, least):
    """Every table with a total, by what is told of it: no cell is the same in all tables that are told alike."""
    alike, some = defaultdict(list), 0
    for cells in tables_with(rows * columns, total):
        table = np.array(cells).reshape(rows, columns)
        made = told(table, least)
        alike[tuple(made.rows.values()), tuple(made.columns.values()), tuple(sorted(made.cells.items()))].append(table)
    for (by_row, by_column, cells), tables in alike.items():
        every = np.stack(tables)
        some += bool(cells)
        assert (every != every[0]).any(axis=0).all(), (by_row, by_column, cells)
        for shown, sums in ((by_row, every.sum(axis=2)), (by_column, every.sum(axis=1))):
            held = [at for at, number in enumerate(shown) if number is None]
            assert (sums != sums[0]).any(axis=0)[held].all(), (by_row, by_column, cells)
    assert some or total < 11, "there are tables of which cells are told"


@given(TABLES, st.integers(1, 30))
def test_a_cell_is_called_fixed_exactly_when_it_can_be_one_number_only(table, width):
    low = np.maximum(table - table % width, 0)
    high = low + width - 1
    found = fixed_cells(table, low, high)
    size, equal = table.size, []
    for axis, many in enumerate(table.shape):
        for at in range(many):
            mask = np.zeros(table.shape)
            mask[(slice(None),) * axis + (at,)] = 1
            equal.append(mask.ravel())
    sums, bounds = np.array(equal) @ table.ravel(), list(zip(low.ravel(), high.ravel(), strict=True))
    for cell in range(0, size, max(1, size // 4)):
        ends = [linprog(side * np.eye(size)[cell], A_eq=np.array(equal), b_eq=sums, bounds=bounds).fun
                for side in (1, -1)]
        assert found.ravel()[cell] == (round(ends[0]) == round(-ends[1]))


def search(app, counts, day=None):
    """counts: (ward code, category) -> how many searches found nothing today."""
    held = app.extensions["assetmap"]
    day = day or held.current.get().today.isoformat()
    with held.database.writing() as connection:
        add_search_counts(connection, {(day, ward, kind, False): number for (ward, kind), number in counts.items()})


def rows_of(client):
    return list(csv.DictReader(io.StringIO(client.get("/plan/unmet.csv").text.lstrip("\ufeff"))))


def test_before_anybody_searched_the_page_says_so(own_client, own_app):
    assert "Nobody searched in vain yet." in own_client.get("/plan/unmet").text and rows_of(own_client) == []
    atlas = own_app.extensions["assetmap"].current.get()
    search(own_app, {(atlas.ward_codes[0], "dance"): 9})
    search(own_app, {(atlas.ward_codes[0], "dance"): 500}, day="2019-05-01")
    page = own_client.get("/plan/unmet").text
    assert "Fewer than 10 searches found nothing" in page and rows_of(own_client) == []
    assert own_client.get("/plan/unmet.json").json["total"] is None


def test_planners_see_what_is_missed_beside_what_there_is(own_client, own_app, open_page, barriers):
    atlas = own_app.extensions["assetmap"].current.get()
    wards, kinds = atlas.ward_codes, list(atlas.vocabulary.of("category"))
    counts = {(ward, kind): 1 + (at + of) % 3 for at, ward in enumerate(wards) for of, kind in enumerate(kinds)}
    search(own_app, counts | {(wards[4], "bereavement"): 31, ("E05999999", "no-such-kind"): 12, ("", ""): 15})
    with own_app.extensions["assetmap"].database.writing() as connection:
        for _number in range(3):
            signposts.add(connection, day=atlas.today.isoformat(), ward_code=wards[4], suggested=(), unmet=True,
                          interests=["bereavement", "dance"])
    held = own_client.get("/plan/unmet.json").json
    everything = sum(counts.values()) - counts[wards[4], "bereavement"] + 31 + 12 + 15 + 6
    assert held["total"] == everything, "a request for two kinds is one of each"
    assert sum(row["count"] for row in held["wards"]) == everything == sum(row["count"] for row in held["categories"])
    (both,) = held["together"]
    assert (both["ward_code"], both["code"], both["least"], both["most"]) == (wards[4], "bereavement", 20, 49)
    kind = next(row for row in held["categories"] if row["code"] == "bereavement")
    found = own_client.get("/find.json?category=bereavement&per_page=100").json["results"]
    assert kind["groups"] == len(found) and both["here"] == sum(one["ward_code"] == wards[4] for one in found)
    assert both["near"] >= both["here"] and kind["asks_url"] == "/opportunities?direction=ask&category=bereavement"
    assert own_client.get(kind["asks_url"].replace("?", ".json?")).status_code == 200
    assert kind["sites_url"] == "/plan/sites?of=groups&category=bereavement"
    rows = rows_of(own_client)
    assert {row["what"] for row in rows} == {"searches, not residents"}
    assert len(rows) == len(held["wards"]) + len(held["categories"]) + len(held["together"])
    shown = {row["code"]: row["count"] for row in held["wards"]}
    compared = own_client.get("/plan/wards.json?measure=unmet").json["wards"]
    assert {row["code"]: row["value"] for row in compared} == {code: shown.get(code) for code in wards}
    with serving(own_app) as address:
        page = open_page()
        page.goto(address + "/plan/unmet")
        row = page.get_by_role("region", name="Where it stands out").locator("tbody tr")
        assert row.count() == 1 and "20 to 49" in row.inner_text()
        assert barriers(page) == []


def test_a_number_that_is_held_back_is_on_no_page(own_client, own_app):
    atlas = own_app.extensions["assetmap"].current.get()
    wards = atlas.ward_codes
    search(own_app, {(wards[0], "dance"): 14, (wards[1], "dance"): 3, (wards[2], "walking"): 425})
    assert {row["code"]: row["count"] for row in own_client.get("/plan/unmet.json").json["wards"]} == {wards[2]: 425}
    assert "14" not in {row["at_least"] for row in rows_of(own_client)}
    page = own_client.get(f"/wards/{wards[0]}").text
    assert "The number is held back" in page and re.search(r"<b>held back</b>", page)
    assert "425 searches in the last 12 months" in own_client.get(f"/wards/{wards[2]}").text


def test_an_address_that_asks_for_something_is_refused_as_there_is_nothing_to_choose(own_client):
    for ending in ("", ".json", ".csv"):
        answer = own_client.get(f"/plan/unmet{ending}?colour=red")
        assert answer.status_code == 400 and "there is nothing to choose here" in answer.text
