"""A point on the Earth."""

from __future__ import annotations

import math
from dataclasses import dataclass

from assetmap.domain.errors import BadInput

EARTH_RADIUS_M = 6_371_008.8  # mean radius, IUGG


@dataclass(frozen=True, slots=True)
class Place:
    """A WGS84 point in decimal degrees. Raises BadInput when it is not on the Earth."""

    lat: float
    lon: float

    def __post_init__(self) -> None:
        if not (math.isfinite(self.lat) and -90 <= self.lat <= 90):
            raise BadInput(f"Latitude {self.lat:g} is not between -90 and 90.")
        if not (math.isfinite(self.lon) and -180 <= self.lon <= 180):
            raise BadInput(f"Longitude {self.lon:g} is not between -180 and 180.")

    @classmethod
    def parse(cls, text: str) -> Place:
        """From "51.5381,0.7134". Raises BadInput when there are not two numbers in range."""
        parts = text.split(",")
        try:
            lat, lon = (float(part) for part in parts)
        except ValueError:
            raise BadInput(f"“{text[:60]}” is not a latitude and a longitude, such as 51.5381,0.7134.") from None
        return cls(lat, lon)

    def distance_m(self, other: Place) -> float:
        """Great-circle distance in metres (haversine; within 0.5 % of the ellipsoid)."""
        lat1, lat2 = math.radians(self.lat), math.radians(other.lat)
        half_lat = (lat2 - lat1) / 2
        half_lon = math.radians(other.lon - self.lon) / 2
        h = math.sin(half_lat) ** 2 + math.cos(lat1) * math.cos(lat2) * math.sin(half_lon) ** 2
        return 2 * EARTH_RADIUS_M * math.asin(min(1.0, math.sqrt(h)))
