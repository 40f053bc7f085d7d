"""Addresses of static files that change when the file does, so that browsers may keep them."""

from __future__ import annotations

from functools import lru_cache
from hashlib import blake2b
from pathlib import Path


class StaticVersions:
    """`/static/PATH?v=DIGEST`. The digest is of the file's bytes."""

    def __init__(self, folder: Path):
        self._folder = folder
        self.address = lru_cache(maxsize=512)(self._address)

    def _address(self, path: str) -> str:
        file = self._folder / path
        digest = blake2b(file.read_bytes(), digest_size=5).hexdigest() if file.is_file() else "0"
        return f"/static/{path}?v={digest}"
