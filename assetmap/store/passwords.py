"""Hashes of passwords: argon2id, made anew when the cost of making them is raised."""

from __future__ import annotations

import base64
import secrets
import threading

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from argon2.profiles import RFC_9106_LOW_MEMORY

from assetmap.domain.password import normal

hasher = PasswordHasher.from_parameters(RFC_9106_LOW_MEMORY)
# One hash takes 64 MB; a burst of guesses waits its turn rather than filling the machine.
_at_once = threading.BoundedSemaphore(2)


def hashed(password: str) -> str:
    """What the store keeps of a password."""
    with _at_once:
        return hasher.hash(_bytes(password))


def is_right(kept: str, password: str) -> bool:
    """Whether a password is the one that `kept` was made of.

    With no hash to compare with (`kept` is "") the same work is done, so that nobody learns from the time it takes
    whether there is an account.
    """
    with _at_once:
        try:
            return hasher.verify(kept or _of_nobody(), _bytes(password)) and bool(kept)
        except (VerificationError, InvalidHashError):
            return False


def is_outdated(kept: str) -> bool:
    """Whether a hash was made at another cost than today's."""
    return hasher.check_needs_rehash(kept)


def _of_nobody() -> str:
    """A hash of today's cost that no password fits."""
    salt, body = (base64.b64encode(secrets.token_bytes(length)).decode().rstrip("=") for length in (16, 32))
    cost = f"m={hasher.memory_cost},t={hasher.time_cost},p={hasher.parallelism}"
    return f"$argon2id$v=19${cost}${salt}${body}"


def _bytes(password: str) -> bytes:
    return normal(password).encode("utf-8", "surrogatepass")
