"""Postcode directories as published: ONSPD and NSPL of any year, Code-Point Open, or our own exports."""

from __future__ import annotations

import io
import os
import re
from dataclasses import replace
from typing import BinaryIO

import numpy as np
import pandas as pd
import shapely

from assetmap.domain.errors import FileRefused, Problem
from assetmap.layers.crs import to_wgs84
from assetmap.layers.limits import DEFAULT_LIMITS, Limits
from assetmap.layers.opening import open_regular, read_head
from assetmap.layers.zip_guard import open_part, open_zip

DIRECTORY_LIMITS = Limits(max_bytes=2_500_000_000, max_rows=5_000_000)  # the whole ONSPD is 1.3 GB
_CODE_POINT_PART = re.compile(r"(^|/)Data/CSV/[a-z]{1,2}\.csv$", re.IGNORECASE)
_DIRECTORY_PART = re.compile(r"(^|/)Data/(ONSPD|NSPL)[^/]*\.csv$", re.IGNORECASE)
_CODE_POINT_COLUMNS = (
    "postcode", "quality", "eastings", "northings", "country", "nhs_region", "nhs_ha", "county", "district",
    "ward",
)  # fmt: skip
# Headings of every generation, best first.
_HEADINGS = {
    "postcode": ("pcds", "postcode", "pcd8", "pcd2", "pcd7", "pcd"),
    "lat": ("lat", "latitude"),
    "lon": ("long", "lon", "lng", "longitude"),
    "easting": ("easting", "eastings", "oseast1m", "east1m"),
    "northing": ("northing", "northings", "osnrth1m", "north1m"),
    "quality": ("quality", "positional_quality_indicator"),
    "ward_code": ("ward_code", "osward", "ward", r"wd\d\dcd", "admin_ward_code"),
    "terminated": ("terminated", "doterm"),
}
_SHAPE = r"[A-Z]{1,2}[0-9][A-Z0-9]? [0-9][A-Z]{2}"
_MAX_PROBLEMS = 100


def read_postcodes(
    path: str | os.PathLike[str], *, limits: Limits = DIRECTORY_LIMITS
) -> tuple[pd.DataFrame, list[Problem]]:
    """Every postcode of a directory file (a CSV, the publisher's own ZIP, or any table that can be loaded), and the
    rows that are none.

    The frame has postcode ("SS1 2AB", each once: the last row counts), lat, lon (NaN where there is no
    position), ward_code and terminated ("2014-06"; both "" when the file does not say). Those no
    longer in use are kept. Raises FileRefused when the file is not such a directory.
    """
    if _is_table(path):
        return _understood(_of_table(path, limits), first_row=2)
    with open_regular(path) as file:
        if os.fstat(file.fileno()).st_size > limits.max_bytes:
            most = limits.max_bytes // 1_000_000
            raise FileRefused(f"This file is larger than {most:,} MB. Load one region.")
        head = file.read(4)
        file.seek(0)
        parts = _parts(file, limits) if head.startswith(b"PK\x03\x04") else [file]
        raw = pd.concat([_raw(part) for part in parts], ignore_index=True)
    if len(raw) > limits.max_rows:
        raise FileRefused(f"This file has more than {limits.max_rows:,} postcodes. Load one region.")
    return _understood(raw, first_row=1 if raw.attrs.get("headless") else 2)


def _is_table(path: str | os.PathLike[str]) -> bool:
    """Whether it is a workbook, a GeoJSON file or a GeoPackage, told by its content."""
    head = read_head(path)
    if head.startswith(b"PK\x03\x04"):
        with open_regular(path) as file:
            return any(entry.filename == "[Content_Types].xml" for entry in open_zip(file.read()).infolist())
    return head.startswith(b"SQLite format 3\0") or head.lstrip(b"\xef\xbb\xbf \t\r\n")[:1] in (b"{", b"[")


def _of_table(path: str | os.PathLike[str], limits: Limits) -> pd.DataFrame:
    """As `_raw`, of a table that is no CSV; its points stand in for columns of coordinates."""
    from assetmap.layers.read import read_table  # brings every reader along, which a server does not need

    table = read_table(path, limits=replace(limits, max_bytes=min(limits.max_bytes, DEFAULT_LIMITS.max_bytes)))
    lower = [heading.lower() for heading in table.columns]
    chosen = {ours: name for ours, names in _HEADINGS.items() if (name := _first_match(lower, names))}
    if "postcode" not in chosen:
        raise FileRefused("This is not a postcode directory: it has no column called postcode.")
    frame = pd.DataFrame({ours: table.column(table.columns[lower.index(name)]) for ours, name in chosen.items()},
                         dtype=str)
    if table.geometry is not None and not {"lat", "easting"} & set(chosen):
        points = shapely.centroid(table.geometry)
        for name, values in (("lat", shapely.get_y(points)), ("lon", shapely.get_x(points))):
            frame[name] = ["" if np.isnan(value) else repr(float(value)) for value in values]
    return frame


def _parts(file: BinaryIO, limits: Limits) -> list[BinaryIO]:
    """The tables inside the publisher's ZIP."""
    data = file.read()
    archive = open_zip(data)
    names = [entry for entry in archive.infolist() if _CODE_POINT_PART.search(entry.filename)]
    names = names or [entry for entry in archive.infolist() if _DIRECTORY_PART.search(entry.filename)][:1]
    if not names:
        raise FileRefused(
            "This ZIP is not a postcode product: it has no Data/CSV/*.csv (Code-Point Open) and no "
            "Data/ONSPD*.csv. Unpack it and load the CSV inside."
        )
    allowed = min(limits.max_bytes, max(8_000_000, 50 * len(data)))
    parts = []
    for entry in names:
        parts.append(open_part(archive, entry, allowed))
        allowed -= parts[-1].getbuffer().nbytes
    return parts


def _raw(file: BinaryIO) -> pd.DataFrame:
    """The columns we know, under our names, as text."""
    head = io.TextIOWrapper(io.BytesIO(file.read(8192)), "utf-8-sig", errors="replace").read()
    file.seek(0)
    first = (
        [cell.strip().strip('"').lower() for cell in head.splitlines()[0].split(",")] if head.strip() else []
    )
    chosen = {ours: name for ours, names in _HEADINGS.items() if (name := _first_match(first, names))}
    headless = "postcode" not in chosen
    if headless:
        if len(first) != len(_CODE_POINT_COLUMNS) or not re.fullmatch(
            r"[A-Z]{1,2}\d.{2,6}", first[0].upper()
        ):
            raise FileRefused(
                "This is not a postcode directory. An ONSPD, NSPL or Code-Point Open file was expected, or a "
                "CSV with the columns postcode, lat, lon, ward_code."
            )
        first = list(_CODE_POINT_COLUMNS)
        chosen = {ours: name for ours, names in _HEADINGS.items() if (name := _first_match(first, names))}
    at = {first.index(name): ours for ours, name in chosen.items()}
    frame = _parsed(file, sorted(at), headless)
    frame.columns = [at[index] for index in sorted(at)]
    frame.attrs["headless"] = headless
    return frame


def _first_match(headings: list[str], patterns: tuple[str, ...]) -> str | None:
    return next(
        (heading for pattern in patterns for heading in headings if re.fullmatch(pattern, heading)), None
    )


def _parsed(file: BinaryIO, columns: list[int], headless: bool) -> pd.DataFrame:
    try:
        return pd.read_csv(
            file, usecols=columns, header=None if headless else 0, dtype=str, keep_default_na=False,
            encoding="utf-8-sig", encoding_errors="replace", skipinitialspace=True,
        )  # fmt: skip
    except (pd.errors.ParserError, pd.errors.EmptyDataError, ValueError) as error:
        detail = str(error).removeprefix("Error tokenizing data. C error: ").strip()[:160]
        raise FileRefused(f"This postcode file cannot be read: {detail}. Download it again.") from None


def _understood(raw: pd.DataFrame, first_row: int) -> tuple[pd.DataFrame, list[Problem]]:
    squeezed = raw["postcode"].str.replace(" ", "", regex=False).str.upper()
    frame = pd.DataFrame({"postcode": squeezed.str[:-3] + " " + squeezed.str[-3:]})
    frame["lat"], frame["lon"] = _positions(raw)
    for name in ("ward_code", "terminated"):
        frame[name] = raw[name].str.strip() if name in raw else ""
    frame["terminated"] = frame["terminated"].str.replace(r"^(\d{4})-?(\d\d).*$", r"\1-\2", regex=True)
    good = frame["postcode"].str.fullmatch(_SHAPE)
    problems = [
        Problem(
            int(index) + first_row,
            "postcode",
            "This is not a postcode; one looks like SS1 2AB.",
            str(text)[:40],
        )
        for index, text in raw["postcode"][~good].head(_MAX_PROBLEMS).items()
    ]
    return frame[good].drop_duplicates("postcode", keep="last").reset_index(drop=True), problems


def _positions(raw: pd.DataFrame) -> tuple[np.ndarray, np.ndarray]:
    """Latitudes and longitudes; NaN where the publisher marks none (latitude 99.999999, quality 90)."""
    if {"lat", "lon"} <= set(raw.columns):
        lat, lon = _numbers(raw["lat"]), _numbers(raw["lon"])
    elif {"easting", "northing"} <= set(raw.columns):
        lon, lat = to_wgs84(*_national_grid(raw))
    else:
        raise FileRefused("This postcode file has neither lat and lon nor eastings and northings.")
    nowhere = ~((np.abs(lat) <= 90) & (np.abs(lon) <= 180))
    if "quality" in raw:
        nowhere |= (raw["quality"].str.strip() == "90").to_numpy()
    return np.where(nowhere, np.nan, lat), np.where(nowhere, np.nan, lon)


def _national_grid(raw: pd.DataFrame) -> tuple[np.ndarray, np.ndarray]:
    east, north = _numbers(raw["easting"]), _numbers(raw["northing"])
    none = (east <= 0) | (north <= 0)
    # Northern Ireland is published in the Irish Grid, which these columns do not say.
    none |= raw["postcode"].str.upper().str.startswith("BT").to_numpy()
    return np.where(none, np.nan, east), np.where(none, np.nan, north)


def _numbers(texts: pd.Series) -> np.ndarray:
    return pd.to_numeric(texts.str.strip(), errors="coerce").to_numpy(dtype=float)
