"""What a line encloses together with borders that are there already.

Opacity mostly reaches the border of a lung, and what is missing of an outline begins and ends at
that outline: a line drawn from border to border says everything, without following either border.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

import numpy as np
import shapely

from opacity_studio.domain.freehand import enclosed
from opacity_studio.domain.geometry import Region, polygonal
from opacity_studio.domain.shape import Points

_MOSTLY: Final = 0.5
"""A part is gone round where this share of it lies within the line closed by a straight one."""

Likeliness = Callable[[shapely.Polygon], tuple[float, ...]]
"""How likely a part is meant; only compared with that of others."""


def closed_by_border(
    area: Region,
    line: Points,
    smallest: float,
    *,
    likeliness: Likeliness,
    other_side: bool = False,
) -> Region:
    """Return the side of `line` that is meant, of each polygon of `area` that it divides.

    That is what the line goes round. A line that goes round nothing, straight across, means the
    likelier side.

    Parameters
    ----------
    area
        What may be enclosed; its border closes the line.
    line
        N×2, in image pixels; begins and ends outside `area`.
    smallest
        In px²: parts under it are crumbs of a line that runs along a border, and dropped.
    likeliness
        Of a part.
    other_side
        Take what is left instead.

    Returns
    -------
    Region
        Empty where the line divides nothing.
    """
    round_it = enclosed(line)
    meant: list[shapely.Polygon] = []
    for parts in _divided(area, line, smallest):
        inside = [_share(part, round_it) >= _MOSTLY for part in parts]
        if not any(inside):
            likeliest = max(range(len(parts)), key=lambda number: likeliness(parts[number]))
            inside = [number == likeliest for number in range(len(parts))]
        meant += [part for part, is_in in zip(parts, inside, strict=True) if is_in != other_side]
    return polygonal(shapely.union_all(meant))


def led_to(border: shapely.Geometry, x: float, y: float, beyond: float) -> Points:
    """Return the point `beyond` px behind the point of `border` nearest to (x, y), as 1×2.

    A line that ends there crosses the border, however closely it was ended before it.
    """
    here = np.array((x, y), np.float64)
    there = shapely.get_coordinates(shapely.shortest_line(shapely.Point(x, y), border))[-1]
    way = there - here
    length = float(np.hypot(*way))
    if length == 0:
        return here[None]
    return np.asarray(there + way / length * beyond)[None]


def _divided(area: Region, line: Points, smallest: float) -> list[list[shapely.Polygon]]:
    """Return the parts of each polygon of `area` that `line` divides."""
    if len(line) < 2 or area.is_empty:
        return []
    knife = shapely.LineString(line)
    divided = []
    for polygon in shapely.get_parts(area):
        if not shapely.intersects(polygon, knife):
            continue
        noded = shapely.union_all([polygon.boundary, knife])
        parts = [
            part
            for part in shapely.get_parts(shapely.polygonize([noded]))
            if part.area >= smallest
            and shapely.contains_properly(polygon, part.representative_point())
        ]
        if len(parts) > 1:
            divided.append(parts)
    return divided


def _share(part: shapely.Polygon, within: Region) -> float:
    return float(shapely.intersection(part, within).area / part.area) if part.area else 0.0
