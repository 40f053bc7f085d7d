"""United Kingdom postcodes: how they are written, and what a mistyped one probably meant."""

from __future__ import annotations

import re
from dataclasses import dataclass

from assetmap.domain.errors import BadInput

# The six shapes of the Royal Mail's Programmers' Guide; GIR 0AA is not a place.
_SHAPE = re.compile(r"([A-Z]{1,2}[0-9][A-Z0-9]?)([0-9][ABD-HJLNP-UW-Z]{2})")
_PART = re.compile(r"([A-Z]{1,2}[0-9][A-Z0-9]?)(?: ([0-9]))?")
_LOOKS_LIKE = re.compile(r"(?=[A-Z0-9]*[0-9])[A-Z]{1,2}[0-9OISZB][A-Z0-9]{1,5}")
_INSIDE = re.compile(r"\b([A-Z]{1,2}[0-9][A-Z0-9]?) ?([0-9][ABD-HJLNP-UW-Z]{2})\b")
_TO_DIGIT = str.maketrans("OISBZG", "015826")
_TO_LETTER = str.maketrans("015826", "OISBZG")


@dataclass(frozen=True, slots=True)
class Postcode:
    """A well-formed unit postcode, such as SS1 2AB. Whether it exists is another question."""

    text: str

    @classmethod
    def parse(cls, text: str) -> Postcode:
        """From any spacing and case. Raises BadInput, with a suggestion when one letter is confused."""
        squeezed = squeeze(text)
        match = _SHAPE.fullmatch(squeezed)
        if match:
            return cls(f"{match[1]} {match[2]}")
        guess = _unconfuse(squeezed)
        hint = f" Did you mean {guess}?" if guess else " A postcode looks like SS1 2AB."
        raise BadInput(f"“{text.strip()[:40]}” is not a postcode.{hint}")

    @property
    def outward(self) -> str:
        return self.text[:-4]

    @property
    def inward(self) -> str:
        return self.text[-3:]

    @property
    def sector(self) -> str:
        return self.text[:-2]

    def __str__(self) -> str:
        return self.text


def squeeze(text: str) -> str:
    """Upper case, without spaces, dots and dashes."""
    return re.sub(r"[\s.\-\u00a0\u2010-\u2015]+", "", text[:200]).upper()


def is_part(text: str) -> bool:
    """Whether it is a district or sector alone, such as SS2 or SS2 4."""
    return canonical_part(text) is not None


def canonical_part(text: str) -> str | None:
    """"ss2  4" becomes "SS2 4", "ss2" becomes "SS2"; anything else None."""
    upper = " ".join(text[:20].upper().split())
    match = _PART.fullmatch(upper)
    return upper if match else None


def looks_like_postcode(text: str) -> bool:
    """Whether somebody who typed this was probably typing a postcode, right or wrong."""
    squeezed = squeeze(text)
    return len(squeezed) <= 8 and bool(_LOOKS_LIKE.fullmatch(squeezed))


def find_inside(text: str) -> Postcode | None:
    """The last postcode inside a longer text, such as an address."""
    found = _INSIDE.findall(text[:2000].upper())
    return Postcode(f"{found[-1][0]} {found[-1][1]}") if found else None


def _unconfuse(squeezed: str) -> str | None:
    """The postcode it would be if one letter or digit had been taken for another that looks alike."""
    if not 5 <= len(squeezed) <= 7:
        return None
    outward, inward = squeezed[:-3], squeezed[-3:]
    inward = inward[0].translate(_TO_DIGIT) + inward[1:].translate(_TO_LETTER)
    for letters in (2, 1):  # five areas of six have two letters
        area = outward[:letters].translate(_TO_LETTER)
        rest = outward[letters:]
        for tail in (rest, rest[:1].translate(_TO_DIGIT) + rest[1:], rest.translate(_TO_DIGIT)):
            match = _SHAPE.fullmatch(area + tail + inward)
            if match and sum(a != b for a, b in zip(squeezed, area + tail + inward, strict=True)) == 1:
                return f"{match[1]} {match[2]}"
    return None
