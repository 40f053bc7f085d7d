"""Bytes to text, in the encodings that spreadsheets of this country are saved in."""

from __future__ import annotations

import codecs
import re

from assetmap.domain.errors import Problem

_UTF8_PAIR = re.compile(rb"[\xc2-\xdf][\x80-\xbf]|[\xe0-\xef][\x80-\xbf]{2}|[\xf0-\xf4][\x80-\xbf]{3}")
_HIGH = re.compile(rb"[\x80-\xff]")
_NEWLINE = re.compile(r"\r\n|\r|\n")


def decode(data: bytes) -> tuple[str, list[Problem]]:
    """Text of a file in UTF-8, UTF-16 (with or without its mark) or Windows-1252, and what to say about it.

    Never raises: bytes that fit none become U+FFFD, with a notice for the first such line.
    """
    if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return _marked("utf-16", data)
    wide = _unmarked_utf16(data)
    if wide:
        return _marked(wide, data)
    try:
        return data.decode("utf-8-sig"), []
    except UnicodeDecodeError:
        pass
    pairs = _UTF8_PAIR.findall(data)
    stray = len(_HIGH.findall(data)) - sum(map(len, pairs))
    if len(pairs) > stray:
        return _marked("utf-8-sig", data)
    text = data.decode("cp1252", errors="replace")
    notice = "The file is not in UTF-8; it was read as Windows-1252. Check names with accents and the £ sign."
    return text, [Problem(1, "", notice, level="notice"), *_unreadable(text)]


def _marked(encoding: str, data: bytes) -> tuple[str, list[Problem]]:
    text = data.decode(encoding, errors="replace").removeprefix("\ufeff")
    return text, _unreadable(text)


def _unreadable(text: str) -> list[Problem]:
    """A notice for the first line with a character that could not be read."""
    where = text.find("\ufffd")
    if where < 0:
        return []
    line = len(_NEWLINE.findall(text, 0, where)) + 1
    message = "A character here could not be read and is shown as \ufffd. Save the file as UTF-8."
    return [Problem(line, "", message, level="notice")]


def _unmarked_utf16(data: bytes) -> str | None:
    """UTF-16 without its mark: plain text then has a zero in every other byte."""
    sample = data[:4000]
    half = len(sample) // 2
    if half < 2:
        return None
    even, odd = sample[0::2].count(0), sample[1::2].count(0)
    if odd > 0.6 * half and even < 0.1 * half:
        return "utf-16-le"
    if even > 0.6 * half and odd < 0.1 * half:
        return "utf-16-be"
    return None
