"""The colours of wards: an order that every eye and a grey print can see, and words that can be read on them."""

import re
from itertools import combinations, pairwise

import pytest

from assetmap import paths
from assetmap.maps import palette
from assetmap.maps.palette import DIVERGING, DIVERGING_DARK, SEQUENTIAL, SEQUENTIAL_DARK, contrast, luminance
from tests.seeing import EYES, difference, lab

PALETTES = {"sequential": SEQUENTIAL, "sequential dark": SEQUENTIAL_DARK, "diverging": DIVERGING,
            "diverging dark": DIVERGING_DARK}
each_palette = pytest.mark.parametrize("colours", PALETTES.values(), ids=PALETTES)
each_eye = pytest.mark.parametrize("eyes", EYES)


@pytest.mark.parametrize(("one", "other", "published"), [
    ((50, 2.6772, -79.7751), (50, 0, -82.7485), 2.0425), ((50, 2.5, 0), (73, 25, -18), 27.1492),
    ((60.2574, -34.0099, 36.2677), (60.4626, -34.1751, 39.4387), 1.2644),
    ((2.0776, 0.0795, -1.1350), (0.9033, -0.0636, -0.5514), 0.9082),
])
def test_the_measure_of_difference_agrees_with_its_published_pairs(one, other, published):
    assert difference(one, other) == pytest.approx(published, abs=1e-4)


@each_eye
def test_more_is_darker_on_paper_and_brighter_in_the_dark_for_every_eye(eyes):
    for colours, direction in ((SEQUENTIAL, -1), (SEQUENTIAL_DARK, 1)):
        lightness = [lab(fill, eyes)[0] for fill in colours.fills]
        assert all((after - before) * direction > 5 for before, after in pairwise(lightness)), (colours, lightness)


def test_an_average_is_the_palest_on_paper_and_the_dimmest_in_the_dark():
    for colours, direction in ((DIVERGING, 1), (DIVERGING_DARK, -1)):
        a, b, c, d, e = (luminance(fill) * direction for fill in colours.fills)
        assert a < b < c > d > e


@each_palette
@each_eye
def test_no_two_shades_are_taken_for_one_another(colours, eyes):
    apart = {pair: difference(lab(pair[0], eyes), lab(pair[1], eyes)) for pair in combinations(colours.fills, 2)}
    assert min(apart.values()) > (5 if eyes == "grey" and "diverging" in _name(colours) else 7), apart


@each_palette
def test_an_outline_stands_out_from_every_fill_and_words_can_be_read_on_it(colours):
    assert min(contrast(colours.outline, fill) for fill in (*colours.fills, colours.no_data)) >= 3
    assert min(contrast(ink, fill) for ink, fill in zip(colours.inks, colours.fills, strict=True)) >= 4.5


@each_palette
def test_the_hatch_of_no_data_stands_out_from_its_ground_so_that_it_is_never_a_shade(colours):
    assert contrast(colours.hatch, colours.no_data) >= 3


@pytest.mark.parametrize("diverging", [False, True])
def test_fewer_classes_take_shades_that_are_further_apart(diverging):
    for classes in range(1, 6):
        chosen = palette.shades(classes, diverging)
        assert len(chosen) == classes and sorted(set(chosen)) == list(chosen)
    assert palette.shades(3, diverging) == (0, 2, 4)
    for classes in (0, 6):
        with pytest.raises(ValueError, match="cannot be coloured"):
            palette.shades(classes, diverging)


def test_a_ward_without_a_figure_is_hatched_and_a_class_that_is_not_there_is_refused():
    assert palette.css_class(-1, 5) == palette.css_class(-1, 0) == "ward-no-data"
    assert palette.css_class(0, 2) == "ward-class-1"
    for number, classes in ((5, 5), (-3, 5), (0, 0)):
        with pytest.raises(ValueError):
            palette.css_class(number, classes)


def test_a_legend_counts_the_wards_of_each_class_with_those_that_have_none():
    rows = palette.legend([0, 2, 2, -1], ["none", "1 to 2", "3 or more"])
    assert [(row.css_class, row.label, row.wards) for row in rows] == [
        ("ward-class-0", "none", 1), ("ward-class-2", "1 to 2", 0), ("ward-class-4", "3 or more", 2),
        ("ward-no-data", "", 1)]
    assert len(palette.legend([0], ["all"])) == 1


def test_the_stylesheet_has_the_same_colours():
    css = (paths.static() / "css" / "plan.css").read_text(encoding="utf-8")
    blocks = re.findall(r"--class-0: [^}]*", css)
    assert len(blocks) == 4
    for block, colours in zip(blocks, (SEQUENTIAL, DIVERGING, SEQUENTIAL_DARK, DIVERGING_DARK), strict=True):
        said = dict(re.findall(r"--([\w-]+): (#\w+)", block))
        assert [said[f"class-{n}"] for n in range(5)] == list(colours.fills)
        assert [said[f"class-ink-{n}"] for n in range(5)] == list(colours.inks)
        if "no-data" in said:
            assert (said["no-data"], said["no-data-line"]) == (colours.no_data, colours.hatch)
    assert re.findall(r"--ward-line: (#\w+)", css) == [SEQUENTIAL.outline]


def test_lines_dots_and_bars_of_charts_stand_out_from_the_page():
    css = (paths.static() / "css" / "plan.css").read_text(encoding="utf-8")
    site = (paths.static() / "css" / "site.css").read_text(encoding="utf-8")
    grounds = re.findall(r"--surface: (#\w+)", site)[:2]
    blocks = re.findall(r"--mark: [^}]*", css)
    assert len(blocks) == len(grounds) == 2
    for block, ground in zip(blocks, grounds, strict=True):
        marks = re.findall(r"--(mark[\w-]*): (#\w+)", block)
        assert {name: contrast(colour, ground) for name, colour in marks if contrast(colour, ground) < 3} == {}


def _name(colours) -> str:
    return next(name for name, one in PALETTES.items() if one is colours)
