"""The classes of a measure's figures, with labels as the table shows the figures."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from assetmap.analysis.classes import classify
from assetmap.atlas.measuring import Measured
from assetmap.domain.measure import Kind
from assetmap.web.plan.ward_table import WardTable


@dataclass(frozen=True, slots=True)
class Shades:
    """`of_ward` (w,) is each ward's class, -1 for no data; `labels` has one for each class, the lowest first."""

    of_ward: np.ndarray
    labels: tuple[str, ...]


def of_table(table: WardTable) -> Shades:
    """The classes of a table's figures."""
    return of_figures(table.figures)


def of_figures(made: Measured) -> Shades:
    """The classes of a measure's figures: fifths of the wards from fifteen on, else round numbers."""
    return of_values(made.kind, made.value)


def of_values(kind: Kind, value: np.ndarray) -> Shades:
    """The classes of figures of one kind; shares are told in hundredths."""
    if kind is Kind.SHARE:
        made = classify(100 * value, decimals=0)
        return Shades(made.of_ward, tuple(f"{label} %" for label in made.labels()))
    decimals = 0 if kind is Kind.COUNT else 2 if np.nanmax(np.abs(value), initial=0) < 10 else 1
    made = classify(value, decimals=decimals)
    return Shades(made.of_ward, tuple(made.labels()))
