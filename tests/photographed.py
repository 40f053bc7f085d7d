"""What tests of photos share: pictures drawn here, as files of any kind."""

import struct
import zlib
from dataclasses import replace
from io import BytesIO

from PIL import Image

from assetmap.domain.photo import Photo
from assetmap.importing.photo_file import read_photo
from assetmap.store import photos, programmes
from assetmap.store.programme_rows import PROGRESS


def halves(width: int = 100, height: int = 60) -> Image.Image:
    """Red on the left, blue on the right."""
    made = Image.new("RGB", (width, height), (220, 20, 20))
    made.paste((20, 20, 220), (width // 2, 0, width, height))
    return made


def file_of(picture: Image.Image, kind: str = "JPEG", **more) -> bytes:
    """The picture as a file."""
    held = BytesIO()
    picture.save(held, kind, **more)
    return held.getvalue()


def png_of_size(width: int, height: int) -> bytes:
    """A file of some bytes whose heading says that the picture is this large."""
    def chunk(name: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))

    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)) + chunk(
        b"IDAT", zlib.compress(b"\0" * 9_999, 9)) + chunk(b"IEND", b"")


def seen(photo: Photo, x: int, y: int) -> str:
    """Whether a kept photo is red or blue at a point."""
    red, _green, blue = Image.open(BytesIO(photo.data)).convert("RGB").getpixel((x, y))
    return "red" if red > blue else "blue"


def shown_photo(app, event_id: str) -> str:
    """The id of a photo that an entry of progress now has."""
    shared, photo = app.extensions["assetmap"], read_photo(file_of(halves()))
    with shared.database.writing() as connection:
        event, version = programmes.get(connection, PROGRESS, event_id)
        photos.keep(connection, photo, by="the tests", most_bytes=10_000_000)
        programmes.save(connection, replace(event, photo=photo.address, photo_alt="Two colours"), version=version,
                        by="the tests")
    shared.current.renew()
    return photo.id
