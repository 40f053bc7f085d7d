"""A photo that is kept here, and its address."""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass

PREFIX = "/programmes/photos/"
_ADDRESS = re.compile(re.escape(PREFIX) + r"([0-9a-f]{24})\.webp")


@dataclass(frozen=True, slots=True)
class Photo:
    """A picture as WebP, its size in pixels. It holds what is seen and nothing else."""

    data: bytes
    width: int
    height: int

    @property
    def id(self) -> str:
        """The same picture has the same id, so that one that is sent twice is kept once."""
        return hashlib.sha256(self.data).hexdigest()[:24]

    @property
    def address(self) -> str:
        return address_of(self.id)


def address_of(photo_id: str) -> str:
    """Where a photo is seen."""
    return f"{PREFIX}{photo_id}.webp"


def id_in(address: str) -> str:
    """The id of the photo of ours that an address names; "" for any other address."""
    found = _ADDRESS.fullmatch(address)
    return found[1] if found else ""
