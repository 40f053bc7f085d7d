"""A ward is an area with a GSS code; its polygon travels in a frame, and its figures are these."""

from __future__ import annotations

import re
from dataclasses import dataclass

_GSS = re.compile(r"[ENSWJK][0-9]{8}")


@dataclass(frozen=True, slots=True)
class Figure:
    """One number of a ward, with where and when it comes from."""

    name: str
    value: float
    source: str = ""
    date: str = ""
    estimate: bool = False


def is_gss(code: str) -> bool:
    """Whether a code has the form of an ONS geography code, such as E05002212."""
    return bool(_GSS.fullmatch(code))
