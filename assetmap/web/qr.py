"""An address as a square that telephones read: drawn into the page, since nothing may come from elsewhere."""

from __future__ import annotations

import segno
from markupsafe import Markup


def qr_code(url: str) -> Markup:
    """An SVG of black on white with its quiet margin; its size is the stylesheet's."""
    made = segno.make(url, error="m", micro=False)
    return Markup(made.svg_inline(border=4, omitsize=True, dark="#000", light="#fff", svgclass="qr", lineclass=None))
