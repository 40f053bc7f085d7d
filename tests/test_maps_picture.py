"""The picture of wards: for paper, for a page without scripts, and as a file that stands alone."""

import re
from xml.etree import ElementTree

import pytest
import shapely

from assetmap.maps.palette import SEQUENTIAL
from assetmap.maps.picture import picture
from assetmap.maps.sheet import standalone
from tests.drawn import HOSTILE, all_of, parsed, texts


def squares(count, side=2000.0, across=8):
    """Wards in rows of eight; metres."""
    return [shapely.box(side * (n % across), side * (n // across), side * (n % across + 1), side * (n // across + 1))
            for n in range(count)]


def drawn(names, shapes=None, class_of=None, **more):
    shapes = squares(len(names)) if shapes is None else shapes
    return picture("wards", "Groups per 1,000", "In words.", codes=[f"E{n:08}" for n in range(len(names))], names=names,
                   shapes=shapes, class_of=class_of or [n % 5 for n in range(len(names))], classes=5, **more)


def as_file(names, shapes=None, class_of=None, **more):
    return standalone("Groups per 1,000", "In words.", codes=[f"E{n:08}" for n in range(len(names))], names=names,
                      shapes=shapes or squares(len(names)), class_of=class_of or [n % 3 for n in range(len(names))],
                      labels=["none", "1 to 2", "3 or more"], **more)


@pytest.mark.parametrize("text", HOSTILE)
def test_a_wards_name_is_text_in_the_picture_and_in_the_file(text):
    root = parsed(drawn([f"Ward {text}", "Milton"], figures=[text, "2.3"], caption=text))
    assert len(all_of(root, "ward-shape")) == 2
    clean = " ".join("".join(letter for letter in f"Ward {text}" if letter.isprintable()).split())
    assert clean in " ".join(" ".join(texts(root, "b")).split())
    parsed(as_file([f"Ward {text}", "Milton"], figures=[text, "2.3"], caption=text, unit=text))


def test_every_ward_can_be_told_with_one_ward_with_seventeen_and_with_sixty():
    for count in (1, 17, 60):
        names = [f"Ward {n} of the long and winding road" if n % 3 else f"W{n}" for n in range(count)]
        root = parsed(drawn(names, figures=["1.2"] * count))
        keyed = list(root.iter("li"))
        assert [int(element.get("value")) for element in keyed] == list(range(1, count + 1))
        narrow = next(element for element in all_of(root, "is-narrow"))
        assert sorted(map(int, texts(narrow))) == list(range(1, count + 1))
        named = len(all_of(root, "is-named"))
        wide = next(element for element in all_of(root, "is-wide"))
        assert named + len([text for text in texts(wide) if text.isdigit()]) == count


def test_a_ward_too_small_for_its_number_has_it_beside_it_on_a_line():
    shapes = [shapely.box(0, 0, 20000, 20000), shapely.box(20000, 0, 20100, 100)]
    root = parsed(drawn(["Large", "Small"], shapes))
    assert len(all_of(root, "ward-lead")) == 2  # once where it is wide, once where it is narrow


def test_no_data_is_hatched_and_nought_is_not():
    root = parsed(drawn(["None there", "Not known"], class_of=[0, -1]))
    nought, unknown = all_of(root, "ward-shape")
    pattern = next(root.iter("pattern")).get("id")
    assert unknown.get("fill") == f"url(#{pattern})" and nought.get("fill") is None
    assert "ward-class-0" in nought.get("class")


def test_the_scale_bar_is_as_long_as_it_says():
    root = parsed(drawn(list("abcdefgh")))  # 16 km across
    bar, = all_of(root, "scale-line")
    xs = [float(number) for number in re.findall(r"[ML](\S+) ", bar.get("d"))]
    assert "2 km" in texts(root)
    assert max(xs) - min(xs) == pytest.approx(2 * (720 - 24) / 16, abs=0.3)


def test_outlines_lose_detail_that_no_eye_would_see_and_keep_islands_and_holes():
    circle = shapely.Point(0, 0).buffer(5000, quad_segs=4000)
    island = shapely.union_all([circle.difference(shapely.Point(0, 0).buffer(1000)), shapely.box(6000, 0, 7000, 900)])
    root = parsed(drawn(["Isle"], [island]))
    shape, = all_of(root, "ward-shape")
    assert shape.get("d").count("M") == 3 and len(shape.get("d")) < 4000


def test_wards_that_overlap_and_points_that_are_nowhere_do_not_stop_it():
    shapes = [shapely.box(0, 0, 3000, 3000), shapely.box(1000, 1000, 4000, 4000)]
    root = parsed(drawn(["A", "B"], shapes, points=[(1500, 1500, "hub"), (float("nan"), 0, "hub"), (1, 1, "{{x}}")]))
    assert [element.get("class") for element in all_of(root, "plan-point")] == ["plan-point is-hub",
                                                                                 "plan-point is-plain"]
    assert "no wards" in drawn([])
    with pytest.raises(ValueError, match="no wards"):
        as_file([])


def test_the_file_needs_no_stylesheet():
    text = as_file(["Milton", "Leigh", "Not known", "Thorpe"], class_of=[0, 2, -1, 1], unit="Groups per 1,000",
                   caption="Contains OS data", points=[(100, 100, "hub")])
    root = ElementTree.fromstring(text)
    assert not [element for element in root.iter() if element.get("class")]
    fills = [element.get("fill") for element in root.iter("{http://www.w3.org/2000/svg}path") if element.get("stroke")]
    assert fills[:4] == [SEQUENTIAL.fills[0], SEQUENTIAL.fills[4], "url(#sheet-hatch)", SEQUENTIAL.fills[2]]
    assert {"Groups per 1,000", "none (1 ward)", "3 or more (1 ward)", "No data (1 ward)",
            "Contains OS data"} <= set(texts(root))
    assert float(root.get("width")) == 720 and root.get("viewBox").startswith("0 0 720")
