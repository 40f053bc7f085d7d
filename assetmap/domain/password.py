"""What a password must be: long, and not one of the first that people guess. What it is made of is free."""

from __future__ import annotations

import unicodedata

from assetmap.domain.text import plain

SHORTEST, LONGEST = 12, 200

# What the most common passwords are made of; digits and signs at their ends do not make them any better.
_COMMON = frozenset("""
    abc access admin administrator assetmap baseball batman changeme charlie computer default dragon
    everton football guest hello iloveyou letmein liverpool login manager master monkey pass passw0rd password
    passwort pokemon princess qwerty qwertyuiop root secret sample shadow starwars steward summer sunshine superman
    test trustno welcome whatever winter
""".split())
_RUNS = ("abcdefghijklmnopqrstuvwxyz", "qwertyuiopasdfghjklzxcvbnm", "qazwsxedcrfvtgbyhnujmikolp", "1qaz2wsx3edc4rfv",
         "12345678901234567890", "09876543210987654321", "1q2w3e4r5t6y7u8i9o0p")


def normal(password: str) -> str:
    """One spelling for the ways in which keyboards write one text (NFKC)."""
    return unicodedata.normalize("NFKC", password)


def password_fault(password: str, email: str = "") -> str:
    """Why a password cannot be taken, in a sentence; "" when it can."""
    if len(password) > LONGEST:
        return f"This password is too long: {LONGEST} characters fit."
    said = normal(password)
    if len(said) < SHORTEST:
        return f"This password is too short. Use at least {SHORTEST} characters; a few words in a row do well."
    if email and said.strip().casefold() in {email.casefold(), email.partition("@")[0].casefold()}:
        return "This is the e-mail address. Use a password that nobody can guess from it."
    if _is_common(plain(said)):
        return "This is one of the first passwords that people guess. Use another one; a few words in a row do well."
    return ""


def _is_common(said: str) -> bool:
    letters = _unit("".join(character for character in said if character.isalnum()))
    return (len(set(said)) < 3 or letters in _COMMON or _unit(letters.strip("0123456789")) in _COMMON
            or bool(letters) and any(letters in run * 3 or letters in run[::-1] * 3 for run in _RUNS))


def _unit(letters: str) -> str:
    """The shortest text that this one repeats: of "passpass" it is "pass"."""
    return letters[: (letters + letters).find(letters, 1)] if letters else ""
