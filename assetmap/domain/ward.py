"""A ward: an area with its GSS code, and the figures known of it."""

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


@dataclass(frozen=True, slots=True)
class Ward:
    """Without its polygon, which travels beside it in a frame or as WKB."""

    code: str
    name: str
    council_code: str = ""
    council_name: str = ""
    boundary_year: int | None = None
    approximate: bool = False
    note: str = ""
    source: str = ""


def is_gss(code: str) -> bool:
    """Whether a code has the form of an ONS geography code, such as E05002212."""
    return bool(_GSS.fullmatch(code))
