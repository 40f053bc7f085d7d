"""Opening a ZIP that somebody sent: how much comes out of it is counted, not believed."""

from __future__ import annotations

import io
import re
import zipfile
import zlib
from typing import BinaryIO

from assetmap.domain.errors import FileRefused

_MAX_ENTRIES = 5_000
_SMALL = 8_000_000  # bytes that any file may unpack to
_MAX_RATIO = 50  # a real workbook unpacks to 5 to 40 times its size
_MAX_UNPACKED = 600_000_000
_PIECE = 1 << 20
_OUTSIDE = re.compile(r"^[/\\]|^[A-Za-z]:|(^|[/\\])\.\.([/\\]|$)")
DAMAGED = (
    zipfile.BadZipFile,
    zlib.error,
    EOFError,
    OSError,
    NotImplementedError,
    RuntimeError,
    ValueError,
    KeyError,
)
_WORKBOOK_PART = "[Content_Types].xml"
_DAMAGED_TEXT = "This file is damaged or was cut short: it cannot be unpacked. Save it again."


def open_zip(data: bytes) -> zipfile.ZipFile:
    """The archive, its table of contents checked. Raises FileRefused for one that is not to be trusted."""
    try:
        archive = zipfile.ZipFile(io.BytesIO(data))
        entries = archive.infolist()
    except DAMAGED:
        raise FileRefused(_DAMAGED_TEXT) from None
    if len(entries) > _MAX_ENTRIES:
        raise FileRefused(f"This file holds {len(entries):,} parts; at most {_MAX_ENTRIES:,} can be read.")
    for entry in entries:
        if _OUTSIDE.search(entry.filename):
            raise FileRefused(f"This file holds a part that would lie outside it: “{entry.filename[:80]}”.")
        if entry.flag_bits & 0x1:
            raise FileRefused("This file is locked with a password. Save it without one.")
        if entry.external_attr >> 16 & 0o170000 == 0o120000:
            raise FileRefused(f"This file holds a link instead of a part: “{entry.filename[:80]}”.")
    return archive


def check_unpacked_size(archive: zipfile.ZipFile, size: int) -> None:
    """Unpack every part piece by piece, keeping none, until done or over what `size` bytes may unpack to.

    Raises FileRefused when it is too much, or damaged.
    """
    allowed = min(max(_SMALL, _MAX_RATIO * size), _MAX_UNPACKED)
    total = 0
    for entry in archive.infolist():
        for piece in _pieces(archive, entry):
            total += len(piece)
            if total > allowed:
                raise FileRefused(
                    f"This file of {size / 1_000_000:.1f} MB unpacks to more than {allowed // 1_000_000} MB. "
                    f"{_what_to_do(archive)}"
                )


def _what_to_do(archive: zipfile.ZipFile) -> str:
    if any(entry.filename == _WORKBOOK_PART for entry in archive.infolist()):
        return "Copy the rows that matter to a new workbook and save that."
    return "Unpack it and send the one file that is meant."


def _pieces(archive: zipfile.ZipFile, entry: zipfile.ZipInfo):
    try:
        with archive.open(entry) as part:
            while piece := part.read(_PIECE):
                yield piece
    except DAMAGED:
        raise FileRefused(_DAMAGED_TEXT) from None


def open_part(archive: zipfile.ZipFile, entry: zipfile.ZipInfo, most: int) -> BinaryIO:
    """One part unpacked into memory. Raises FileRefused when it is damaged, or over `most` bytes."""
    whole = io.BytesIO()
    for piece in _pieces(archive, entry):
        whole.write(piece)
        if whole.tell() > most:
            raise FileRefused(
                f"“{entry.filename[:80]}” unpacks to more than {most // 1_000_000} MB. {_what_to_do(archive)}"
            )
    whole.seek(0)
    return whole
