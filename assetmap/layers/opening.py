"""Opening a file that somebody named: only a real file on this computer, never more of it than allowed."""

from __future__ import annotations

import os
import re
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

from assetmap.domain.errors import FileRefused

# GDAL's virtual files and web addresses: both would make this computer fetch something.
_ELSEWHERE = re.compile(r"/vsi\w+|[a-z][a-z0-9+.-]+:/", re.IGNORECASE)


@contextmanager
def open_regular(path: str | os.PathLike[str]) -> Iterator[BinaryIO]:
    """The file opened for reading. Raises FileRefused for an address, a folder, a device, or no file."""
    shown = os.fspath(path)
    if _ELSEWHERE.match(shown):
        raise FileRefused(
            f"“{shown[:200]}” is an address, not a file on this computer. Download it, then load it."
        )
    # Without O_NONBLOCK, opening a named pipe would wait for ever.
    flags = (
        os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0) | getattr(os, "O_CLOEXEC", 0)
    )
    try:
        descriptor = os.open(shown, flags)
    except FileNotFoundError:
        raise FileRefused(f"There is no file “{shown[:200]}”. Check the name and the folder.") from None
    except PermissionError:
        raise FileRefused(f"“{shown[:200]}” may not be read by this user. Change its permissions.") from None
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise FileRefused(f"“{shown[:200]!a}” cannot be opened: {reason}.") from None
    kind = os.fstat(descriptor).st_mode
    if not stat.S_ISREG(kind):
        os.close(descriptor)
        if stat.S_ISDIR(kind):
            raise FileRefused(f"“{shown[:200]}” is a folder. Name one file in it.")
        raise FileRefused(
            f"“{shown[:200]}” is not an ordinary file. Save the data to a file, then load that."
        )
    with open(descriptor, "rb") as file:
        yield file


def read_bytes(path: str | os.PathLike[str], max_bytes: int) -> bytes:
    """The whole file. Raises FileRefused when it cannot be read or is larger than `max_bytes`."""
    with open_regular(path) as file:
        try:
            data = file.read(max_bytes + 1)
        except OSError as error:
            raise FileRefused(f"“{Path(path).name}” cannot be read: {error.strerror}.") from None
    if len(data) > max_bytes:
        raise FileRefused(
            f"This file is larger than {max_bytes // 1_000_000} MB. Split it, or leave out columns."
        )
    return data


def read_head(path: str | os.PathLike[str], count: int = 4096) -> bytes:
    """The first bytes, to see what kind of file it is. Raises FileRefused like `open_regular`."""
    with open_regular(path) as file:
        return file.read(count)
