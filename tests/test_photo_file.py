"""Photos as telephones and mischief-makers send them: what is read, what is left out, what is refused."""

import struct
import zlib
from io import BytesIO

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import ExifTags, Image, ImageCms, PngImagePlugin

from assetmap.domain.errors import FileRefused
from assetmap.importing.photo_file import LONGEST_SIDE, MOST_BYTES, read_photo
from tests.photographed import file_of, halves, png_of_size, seen


def refusal(data) -> str:
    with pytest.raises(FileRefused) as refused:
        read_photo(data)
    return refused.value.message


def test_where_and_with_what_a_photo_was_taken_and_what_somebody_wrote_into_it_is_gone():
    exif = Image.Exif()
    exif[ExifTags.Base.Make] = "Zebedee-Cam"
    exif[ExifTags.Base.ImageDescription] = "Zebedee at home"
    exif.get_ifd(ExifTags.IFD.GPSInfo).update({1: "N", 2: (51.0, 32.0, 15.0), 3: "E", 4: (0.0, 42.0, 30.0)})
    words = PngImagePlugin.PngInfo()
    words.add_itxt("Comment", "Zebedee")
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    xmp = b"<x:xmpmeta xmlns:x='adobe:ns:meta/'>Zebedee</x:xmpmeta>"
    for data in (file_of(halves(), "JPEG", exif=exif, comment=b"Zebedee", xmp=xmp, icc_profile=profile) + b"Zebedee",
                 file_of(halves(), "PNG", exif=exif, pnginfo=words) + b"PK\x03\x04 Zebedee",
                 file_of(halves(), "WEBP", exif=exif.tobytes(), xmp=xmp, icc_profile=profile)):
        assert b"Zebedee" in data
        made = read_photo(data)
        shown = Image.open(BytesIO(made.data))
        assert b"Zebedee" not in made.data and not shown.getexif() and b"EXIF" not in made.data
        assert not {"exif", "xmp", "icc_profile", "comment"} & shown.info.keys()
        assert seen(made, 10, 30) == "red" and seen(made, 90, 30) == "blue"


@pytest.mark.parametrize("turn, red_at", [(1, "left"), (3, "right"), (6, "top"), (8, "bottom"), (2, "right"),
                                          (5, "top"), (7, "bottom"), (99, "left")])
def test_a_photo_stands_upright_however_the_camera_was_held(turn, red_at):
    exif = Image.Exif()
    exif[ExifTags.Base.Orientation] = turn
    made = read_photo(file_of(halves(), "JPEG", exif=exif))
    assert (made.width, made.height) == ((100, 60) if red_at in ("left", "right") else (60, 100))
    middle = {"left": (5, 30), "right": (95, 30), "top": (30, 5), "bottom": (30, 95)}
    assert seen(made, *middle[red_at]) == "red"


def test_a_large_photo_is_made_small_and_the_same_photo_has_the_same_address():
    large = file_of(halves(4000, 2000), "JPEG")
    made = read_photo(large)
    assert (made.width, made.height) == (LONGEST_SIDE, LONGEST_SIDE // 2) and len(made.data) < 20_000
    assert read_photo(large).address == made.address != read_photo(file_of(halves(100, 61), "JPEG")).address


@pytest.mark.parametrize("mode", ["L", "P", "1", "LA", "RGBA", "I;16", "CMYK"])
def test_every_kind_of_picture_is_shown_as_it_looks_clear_parts_white(mode):
    picture = Image.new("L", (40, 20), 250)
    picture.paste(10, (0, 0, 20, 20))
    if mode == "I;16":
        picture = Image.frombytes("I;16", (40, 20), b"".join(
            struct.pack("<H", 257 * value) for value in picture.tobytes()))
    elif mode in ("LA", "RGBA"):
        picture = picture.convert(mode)
        picture.paste(0, (20, 0, 40, 20))  # black that nobody sees
    else:
        picture = picture.convert("RGB" if mode == "CMYK" else mode).convert(mode)
    made = read_photo(file_of(picture, "JPEG" if mode == "CMYK" else "PNG"))
    shown = Image.open(BytesIO(made.data)).convert("L")
    assert shown.getpixel((5, 10)) < 40 and shown.getpixel((35, 10)) > 220


def test_what_is_no_photo_is_refused_by_what_is_in_it_with_a_sentence_that_helps():
    no_photo = "This is no photo that can be read here. Choose a JPEG, PNG or WebP."
    svg = b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'
    for data in (b"<!doctype html><script>alert(1)</script>", svg, b"%PDF-1.7", b"MZ\x90", b"\xff\xd8",
                 file_of(halves(), "GIF"), file_of(halves(), "TIFF"), file_of(halves(), "BMP")):
        assert refusal(data) == no_photo, data[:20]
    heic = refusal(b"\x00\x00\x00\x18ftypheic\x00\x00\x00\x00mif1heic" + b"\x00" * 99)
    assert "HEIC" in heic and "“Most Compatible”" in heic and "JPEG" in heic
    assert refusal(b"").startswith("This file is empty") and "10 MB" in refusal(b"\xff\xd8" + b"x" * MOST_BYTES)


def test_a_page_hidden_behind_a_photo_does_not_go_on_with_it():
    polyglot = file_of(halves(), "PNG") + b"<script>alert(1)</script>"
    assert b"script" not in read_photo(polyglot).data


def test_a_few_bytes_that_say_they_are_an_enormous_picture_are_refused_before_they_are_unpacked():
    for width, height in ((60_000, 60_000), (9_000, 9_000), (2**31 - 1, 2**31 - 1)):
        bomb = png_of_size(width, height)
        assert len(bomb) < 1_000
        assert "more than 50 million pixels" in refusal(bomb), (width, height)


def test_text_in_a_picture_that_unpacks_to_an_enormous_length_is_refused():
    packed = zlib.compress(b"a" * 100_000_000, 9)
    chunk = b"zTXt" + b"Comment\0\0" + packed
    body = struct.pack(">I", len(chunk) - 4) + chunk + struct.pack(">I", zlib.crc32(chunk))
    png = file_of(halves(), "PNG")
    assert "damaged" in refusal(png[:33] + body + png[33:])


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
def test_a_photo_whose_end_is_missing_is_refused(kind):
    picture = Image.effect_noise((300, 200), 90).convert("RGB")
    data = file_of(picture, kind)
    said = refusal(data[:len(data) // 2])
    assert said.startswith("This photo is damaged") or said.startswith("This is no photo")


@settings(max_examples=150, deadline=None)
@given(kind=st.sampled_from(["JPEG", "PNG", "WEBP"]), at=st.integers(0, 2000), junk=st.binary(min_size=1, max_size=40))
def test_however_a_photo_was_spoilt_it_is_shown_or_refused_with_a_sentence(kind, at, junk):
    data = file_of(halves(), kind)
    at %= len(data)
    try:
        made = read_photo(data[:at] + junk + data[at + len(junk):])
    except FileRefused as refused:
        assert refused.message.endswith(".")
    else:
        assert Image.open(BytesIO(made.data)).size == (made.width, made.height)
