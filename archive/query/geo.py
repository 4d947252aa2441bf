"""Boxes and circles on the globe, as people write them."""

import math
import re
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from archive.types import EARTH_KM

BOX_FORM = "west,south,east,north in degrees, as in 5.9,45.8,10.5,47.8"
CIRCLE_FORM = "latitude,longitude,kilometres, as in 52.52,13.4,50"
_NUMBER = re.compile(r"[+-]?\d{1,5}(?:\.\d{1,12})?", re.ASCII)
_FARTHEST_KM = 20_038.0


@dataclass(frozen=True, slots=True)
class Box:
    """Between two meridians and two parallels, in degrees; west lies east of east where the box
    crosses the date line.
    """

    west: float
    south: float
    east: float
    north: float

    def holds(self, points: NDArray[np.float64]) -> NDArray[np.bool_]:
        """Which points (latitude, longitude) lie inside; (n,). NaN lies nowhere."""
        lat, lon = points[:, 0], points[:, 1]
        width = (self.east - self.west) % 360 or (360.0 if self.east != self.west else 0.0)
        inside = (lat >= self.south) & (lat <= self.north) & ((lon - self.west) % 360 <= width)
        return np.asarray(inside)


@dataclass(frozen=True, slots=True)
class Circle:
    """All that is so near to a point."""

    latitude: float
    longitude: float
    km: float

    def holds(self, points: NDArray[np.float64]) -> NDArray[np.bool_]:
        """Which points (latitude, longitude) lie inside; (n,). NaN lies nowhere."""
        lat, lon = np.radians(points[:, 0]), np.radians(points[:, 1])
        own_lat, own_lon = math.radians(self.latitude), math.radians(self.longitude)
        half = np.sin((lat - own_lat) / 2) ** 2
        half += np.cos(lat) * math.cos(own_lat) * np.sin((lon - own_lon) / 2) ** 2
        return np.asarray(2 * EARTH_KM * np.arcsin(np.sqrt(np.minimum(half, 1))) <= self.km)


Area = Box | Circle


def parse_box(text: str) -> Box | None:
    """A box as `BOX_FORM` says; None if it is not one."""
    numbers = _numbers(text, 4)
    if numbers is None:
        return None
    west, south, east, north = numbers
    upright = -90 <= south <= north <= 90
    return Box(*numbers) if upright and abs(west) <= 180 and abs(east) <= 180 else None


def parse_circle(text: str) -> Circle | None:
    """A circle as `CIRCLE_FORM` says; None if it is not one."""
    numbers = _numbers(text.removesuffix("km"), 3)
    if numbers is None:
        return None
    latitude, longitude, km = numbers
    if abs(latitude) > 90 or abs(longitude) > 180 or not 0 < km <= _FARTHEST_KM:
        return None
    return Circle(latitude, longitude, km)


def _numbers(text: str, count: int) -> list[float] | None:
    parts = [part.strip() for part in text.split(",")]
    if len(parts) != count or not all(_NUMBER.fullmatch(part) for part in parts):
        return None
    return [float(part) for part in parts]
