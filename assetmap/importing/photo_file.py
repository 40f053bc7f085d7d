"""A photo as somebody's telephone made it, read and made anew: small, upright, and without what was hidden in it.

What a file is, is told by what is in it, never by its name. Only the pixels go on: no place, no camera, no thumbnail
of what was cut away, nothing behind the picture's end.
"""

from __future__ import annotations

from io import BytesIO
from threading import Lock
from typing import TYPE_CHECKING

from assetmap.domain.errors import FileRefused
from assetmap.domain.photo import Photo

if TYPE_CHECKING:
    from PIL.Image import Image

MOST_BYTES = 10_000_000
MOST_PIXELS = 50_000_000  # a telephone's finest; decoded a few bytes each
LONGEST_SIDE = 1600
_QUALITY = 80
_ORIENTATION = 0x0112  # of EXIF
_FORMATS = ("JPEG", "PNG", "WEBP")
_HEIC = {b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"mif1", b"msf1"}
_ONE_AT_A_TIME = Lock()  # so that several large ones at once do not use up the memory

NO_PHOTO = "This is no photo that can be read here. Choose a JPEG, PNG or WebP."
HEIC = ("This is a HEIC photo, which most browsers cannot show. On an iPhone: Settings, Camera, Formats, “Most "
        "Compatible”, and take it again; or open it, save or share it as a JPEG, and choose that.")
DAMAGED = "This photo is damaged, or a part of it is missing. Choose it again, or another."
TOO_MANY_PIXELS = f"This picture has more than {MOST_PIXELS // 1_000_000} million pixels. Make it smaller first."


def read_photo(data: bytes, most_bytes: int = MOST_BYTES) -> Photo:
    """The photo in a file of at most `most_bytes`, at most LONGEST_SIDE pixels long. Raises FileRefused."""
    if not data:
        raise FileRefused("This file is empty. Choose another.")
    if len(data) > most_bytes:
        raise FileRefused(f"This is larger than {most_bytes // 1_000_000} MB. Make the photo smaller first.")
    if data[4:8] == b"ftyp" and data[8:12] in _HEIC:
        raise FileRefused(HEIC)
    with _ONE_AT_A_TIME:
        return _made_anew(data)


def _made_anew(data: bytes) -> Photo:
    # Pillow is only imported by whoever sends a photo
    from PIL import Image, UnidentifiedImageError

    try:
        with Image.open(BytesIO(data), formats=_FORMATS) as sent:
            if sent.width * sent.height > MOST_PIXELS:
                raise FileRefused(TOO_MANY_PIXELS)
            seen = _upright(_small(sent), sent)
    except FileRefused:
        raise
    except UnidentifiedImageError as error:
        raise FileRefused(NO_PHOTO) from error
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        raise FileRefused(TOO_MANY_PIXELS) from error
    except Exception as error:  # noqa: BLE001 - whatever a decoder says to a file that was made to upset it
        raise FileRefused(DAMAGED) from error
    made = BytesIO()
    seen.save(made, "WEBP", quality=_QUALITY, method=4)
    return Photo(made.getvalue(), seen.width, seen.height)


def _small(sent: Image) -> Image:
    """The picture in plain RGB, transparent parts white, in a frame of its own that has none of the file's extras."""
    from PIL import Image

    sent.draft("RGB", (LONGEST_SIDE, LONGEST_SIDE))  # a JPEG is decoded no larger than it must be
    sent.load()
    wanted, seen = "RGBA" if sent.has_transparency_data else "RGB", sent
    if sent.mode.startswith(("I", "F")):  # 16 bits, of which a screen shows the upper eight
        seen = sent.point(lambda value: value / 256).convert("L")
    if seen.mode != wanted:
        seen = seen.convert(wanted)
    seen.thumbnail((LONGEST_SIDE, LONGEST_SIDE))
    plain = Image.new("RGB", seen.size, "white")
    plain.paste(seen, mask=seen.getchannel("A") if wanted == "RGBA" else None)
    profile = sent.info.get("icc_profile") if sent.mode in ("RGB", "RGBA") else None
    return _as_screens_show(plain, profile) if profile else plain


def _as_screens_show(plain: Image, profile: bytes) -> Image:
    """The same colours in sRGB, since the file's profile does not go on; as they are when it cannot be read."""
    from PIL import Image, ImageCms

    try:
        turned = ImageCms.profileToProfile(plain, BytesIO(profile), ImageCms.createProfile("sRGB"))
    except (ImageCms.PyCMSError, OSError, ValueError, TypeError):
        return plain
    anew = Image.new("RGB", turned.size)
    anew.paste(turned)
    return anew


def _upright(seen: Image, sent: Image) -> Image:
    """Turned as the camera was held; left as it is when what the file says of that cannot be read."""
    from PIL.Image import Transpose

    turns = {2: Transpose.FLIP_LEFT_RIGHT, 3: Transpose.ROTATE_180, 4: Transpose.FLIP_TOP_BOTTOM,
             5: Transpose.TRANSPOSE, 6: Transpose.ROTATE_270, 7: Transpose.TRANSVERSE, 8: Transpose.ROTATE_90}
    try:
        turn = turns.get(sent.getexif().get(_ORIENTATION))
    except Exception:  # noqa: BLE001 - its pixels are sound, and that is what counts
        turn = None
    return seen if turn is None else seen.transpose(turn)
