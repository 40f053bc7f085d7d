"""Charts: round marks, nothing hidden, words that lie on nothing, and what people typed as text."""

import math

import numpy as np
import pytest
from flask import render_template_string
from hypothesis import example, given, settings
from hypothesis import strategies as st
from markupsafe import Markup

from assetmap.maps.charts import bars, curves, scatter
from assetmap.maps.charts.axes import Scale, spoken, ticks
from assetmap.maps.placing import Box, place_labels
from tests.drawn import HOSTILE, all_of, parsed, texts

NAN = math.nan
QUARTERS = scatter.Quarters("Less deprived, more groups", "More deprived, more groups", "Less deprived, fewer groups",
                            "More deprived, fewer groups", first="bottom_right")
FLAT = scatter.Limits([1000, 20000], [0.5, 1.5], [9, 2.5], [0.1, 1], [12, 3])
reasonable = st.floats(-1e9, 1e9, allow_nan=False)
wild = st.one_of(reasonable, st.sampled_from([NAN, math.inf, -math.inf, 0.0, 1e-300]))


def quadrants(names, x, y, **more):
    return scatter.quadrants("q", "Deprivation and groups", "In words.", names=names, x=x, y=y, x_label="Deprivation",
                             y_label="Groups per 1,000", x_split=20, y_split=2, quarters=QUARTERS, **more)


def funnel(names, population, rate, outside=None, **more):
    return scatter.funnel("f", "Rates", "In words.", names=names, population=population, rate=rate, average=2,
                          limits=FLAT, outside=outside or [0] * len(names), x_label="People", y_label="Rate", **more)


def interval_bars(names, value, **more):
    return bars.interval_bars("b", "Rates", "In words.", names=names, value=value, low=[v - 1 for v in value],
                              high=[v + 1 for v in value], x_label="Rate", **more)


def trend(names, lines, **more):
    return curves.trend("t", "Months", "In words.", times=[f"Month {n}" for n in range(len(lines[0]))], names=names,
                        lines=lines, x_label="Month", y_label="Rate", **more)


def gain(people, **more):
    return curves.gain("g", "More places", "In words.", people=people, x_label="Places", y_label="People", **more)


def concentration(people, share, name="Groups"):
    return curves.concentration("c", "Spread", "In words.", people=people, share=share, x_label="People",
                                y_label="Groups", curve_name=name)


@example(0.0, 5e-324, 2)
@given(reasonable, reasonable, st.integers(2, 9))
def test_marks_are_round_evenly_apart_and_hold_the_range(one, other, about):
    marks = ticks(one, other, about)
    low, high = min(one, other), max(one, other)
    step = marks[1] - marks[0]
    assert 2 <= len(marks) <= about + 2
    assert marks[0] <= low + step * 1e-6 and marks[-1] >= high - step * 1e-6
    assert np.allclose(np.diff(marks), step, rtol=1e-6)
    assert min(abs(step / 10 ** math.floor(math.log10(step) + 1e-9) - n) for n in (1, 2, 2.5, 5)) < 1e-6


def test_marks_where_all_is_equal_start_at_nought():
    assert ticks(0, 0) == pytest.approx([0, 0.2, 0.4, 0.6, 0.8, 1])
    assert ticks(7, 7)[0] == 0 and ticks(7, 7)[-1] >= 7 and ticks(-7, -7)[-1] == 0
    for wrong in (NAN, math.inf):
        with pytest.raises(ValueError, match="axis"):
            ticks(0, wrong)


def test_numbers_have_separators_and_the_decimals_that_their_marks_need():
    assert [spoken(12500, 500), spoken(2.5, 0.5), spoken(0.25, 0.25), spoken(-3, 1), spoken(-0.01, 0.5)] == [
        "12,500", "2.5", "0.25", "−3", "0.0"]


@given(st.lists(reasonable, min_size=1), st.floats(0, 300), st.floats(400, 900))
def test_a_scale_keeps_every_number_between_its_ends(values, start, end):
    scale = Scale.over(values, start, end)
    assert all(start - 1e-6 <= scale.at(value) <= end + 1e-6 for value in values)


@given(st.lists(st.tuples(st.floats(0, 600), st.floats(0, 400), st.text("abcdefgh ", max_size=24)), max_size=60))
def test_labels_lie_on_no_point_and_on_no_other_label(wards):
    points, names = [(x, y) for x, y, _ in wards], [name for *_, name in wards]
    inside, taken = Box(0, 0, 640, 440), Box(400, 0, 640, 60)
    labels = place_labels(points, names, size=15, inside=inside, order=range(len(points)), taken=[taken])
    for number, label in enumerate(labels):
        assert inside.holds(label.box) and not label.box.meets(taken)
        assert not any(label.box.meets(Box(x - 7, y - 7, x + 7, y + 7)) for x, y in points)
        assert not any(label.box.meets(other.box) for other in labels[:number])


@settings(max_examples=40)
@given(st.lists(st.tuples(st.text(max_size=40), wild, wild), max_size=20))
def test_whatever_the_figures_each_chart_is_sound_and_shows_each_ward_or_counts_it(wards):
    names, x, y = ([row[column] for row in wards] for column in range(3))
    both = sum(math.isfinite(a) and math.isfinite(b) for a, b in zip(x, y, strict=True))
    for drawn in (quadrants(names, x, y), funnel(names, x, y)):
        assert len(all_of(parsed(drawn), "chart-point")) == both
    assert len(all_of(parsed(interval_bars(names, y)), "chart-bar")) == sum(map(math.isfinite, y))
    parsed(gain(y)), parsed(concentration(x, y)), parsed(trend(["A"], [y])), parsed(bars.range_strip(1, y, NAN, "a"))


@pytest.mark.parametrize("text", HOSTILE)
def test_what_people_typed_is_text_in_every_chart(text):
    names = [f"Ward {text}", "Milton"]
    charts = [quadrants(names, [10, 30], [1, 3]), funnel(names, [5000, 9000], [1, 3]), interval_bars(names, [1, 3]),
              trend(names, [[1, 2], [2, 3]]), concentration([0, 1], [0, 1], names[0]),
              bars.range_strip(1, [1, 2], 1.5, names[0])]
    clean = "".join(letter for letter in names[0] if letter.isprintable())
    for drawn in charts:
        root = parsed(drawn)
        said = " ".join(element.text or "" for element in root.iter()) + " ".join(
            element.get("aria-label", "") for element in root.iter())
        assert " ".join(clean.split()) in " ".join(said.split())


def test_a_chart_has_a_name_a_description_and_says_what_is_left_out():
    root = parsed(quadrants(["A", "B", "C"], [10, NAN, 30], [1, 2, 3]))
    svg = next(element for element in root.iter("svg"))
    ids = {element.get("id"): element.text for element in svg}
    assert svg.get("role") == "img"
    assert ids[svg.get("aria-labelledby")] == "Deprivation and groups"
    assert ids[svg.get("aria-describedby")] == "In words."
    assert texts(root, "p") == ["1 ward has no figure and is not shown."]


def test_with_nothing_to_draw_a_chart_says_so_and_is_no_picture():
    for drawn in (quadrants(["A", "B"], [NAN, 1], [1, NAN]), funnel([], [], []), interval_bars(["A"], [NAN]),
                  gain([]), gain([NAN]), concentration([], []), trend(["A"], [[NAN, NAN]])):
        root = parsed(drawn)
        assert not list(root.iter("svg")) and texts(root, "p")[0] == "There is nothing to draw here yet."


def test_wards_of_the_quarter_to_look_at_are_diamonds_and_are_named():
    root = parsed(quadrants(["Leafy", "Shore", "Mill"], [10, 35, 30], [3, 0, 1]))
    assert len(all_of(root, "is-marked")) == 2
    assert {"Shore", "Mill", "Leafy"} <= set(texts(root))
    assert [text for text in texts(root) if text.endswith("groups")] == [
        "Less deprived, moregroups", "More deprived, moregroups", "Less deprived,fewer groups",
        "More deprived,fewer groups"]


def test_a_ward_beyond_what_chance_allows_is_a_diamond_whatever_its_rank():
    root = parsed(funnel(["Low", "High", "Small"], [9000, 9000, 1000], [1.9, 2.9, 8], [0, 2, 0],
                         codes=["A1", "A2", "A3"]))
    assert [point.get("data-ward") for point in all_of(root, "chart-point") if all_of(point, "is-marked")] == ["A2"]
    assert len(all_of(root, "chart-band")) == 2


def test_a_line_has_a_gap_where_nothing_is_known_and_a_month_alone_is_a_dot():
    months = [1.0, 2.0, NAN, 3.0, NAN, *[4.0] * 20]
    root = parsed(trend(["A"], [months]))
    assert len(all_of(root, "chart-line")) == 2
    assert len(all_of(root, "chart-dot")) == 1
    with pytest.raises(ValueError, match="at most 5"):
        trend(list("abcdef"), [[1.0]] * 6)


def test_a_curve_of_gain_names_the_chosen_number_and_starts_at_nought():
    root = parsed(gain([5210, 9110, 12060], chosen=2))
    assert len(all_of(root, "is-marked")) == 1
    assert "9,110" in texts(root)


def test_a_strip_puts_the_ward_between_the_least_and_the_most():
    root = parsed(bars.range_strip(3.0, [1.0, 2.0, 5.0, NAN], 2.5, "3 per 1,000; the average is 2.5"))
    dot, = all_of(root, "strip-dot")
    assert float(dot.get("cx")) == pytest.approx(90, abs=0.2)  # half way along 180 units
    assert next(root.iter("svg")).get("aria-label") == "3 per 1,000; the average is 2.5"
    assert not all_of(parsed(bars.range_strip(NAN, [1.0, 2.0], 1.5, "no data")), "strip-dot")


def test_charts_can_be_read_narrow_wide_and_in_the_dark(own_app, open_page, barriers):
    from tests.live import serving

    rng = np.random.default_rng(4)
    names = [f"Ward of {'Saint ' * (n % 4)}{n}" for n in range(60)]
    x, y = rng.gamma(5, 5, 60), rng.gamma(4, 0.6, 60)
    charts = [quadrants(names, x, y), funnel(names, x * 400 + 1000, y), interval_bars(names, y, average=2.1),
              trend(["A", "B", "C", "D", "E"], [list(rng.random(30) + n) for n in range(5)]), gain([10, 18, 22]),
              concentration([0, 0.5, 1], [0, 0.7, 1]), quadrants([], [], [])]
    template = """{% extends "base.html" %}{% import "plan/_figures.html" as figures with context %}
        {% block map_styles %}{{ figures.styles() }}{% endblock %}
        {% block main %}<div class="page"><h1>Charts</h1>{{ charts }}</div>{% endblock %}"""
    own_app.add_url_rule("/try/charts", "charts", lambda: render_template_string(
        template, charts=Markup("").join(charts)))
    with serving(own_app) as address:
        page = open_page(width=360)
        page.goto(f"{address}/try/charts")
        assert barriers(page) == []
        for width, least in ((360, 10.5), (1440, 15)):
            page.set_viewport_size({"width": width, "height": 800})
            sizes = page.locator(".chart-mark").evaluate_all(
                "marks => marks.map(m => parseFloat(getComputedStyle(m).fontSize) * m.getScreenCTM().a)")
            assert min(sizes) > least
