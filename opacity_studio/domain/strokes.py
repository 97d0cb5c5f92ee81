"""What a brush covers, and what of an outline is left where it went: exact areas."""

from __future__ import annotations

import math
from collections.abc import Iterable
from typing import Final

import numpy as np
import shapely

from opacity_studio.domain.geometry import Region, polygonal, region_of, rings_of
from opacity_studio.domain.shape import Points, Shape

_MOST_SEGMENTS: Final = 64
"""Of a quarter circle, however large the brush."""


def covered(path: Points, radius: float, tolerance: float) -> Region:
    """Return what a disc covers that is drawn along `path`.

    Parameters
    ----------
    path
        N×2, at least one point, in image pixels.
    radius
        Of the disc, in image pixels.
    tolerance
        How far, in image pixels, the area may stray from the true one: it keeps the number of
        vertices in bounds, on long strokes above all.
    """
    path = path[np.append(True, np.any(path[1:] != path[:-1], axis=1))]
    segments = _segments_of_quarter(radius, tolerance)
    if len(path) < 2:
        return polygonal(shapely.Point(path[0]).buffer(radius, quad_segs=segments))
    line = shapely.LineString(path)
    if len(path) == 2:
        return polygonal(line.buffer(radius, quad_segs=segments))
    thin = line.simplify(tolerance, preserve_topology=False)
    # Round a bend every point of the path leaves one on the edge of the area.
    area = polygonal(thin.buffer(radius, quad_segs=segments).simplify(tolerance))
    return area if area.is_valid and not area.is_empty else polygonal(thin.buffer(radius))


def _segments_of_quarter(radius: float, tolerance: float) -> int:
    """Return how many edges let a polygon stay within `tolerance` of a quarter circle."""
    share = min(max(tolerance / radius, 1e-4), 0.5)
    return min(max(math.ceil(math.pi / 4 / math.acos(1 - share)), 2), _MOST_SEGMENTS)


def on_film(region: Region, width: float, height: float) -> Region:
    """Return the part of `region` that lies on a film of this size."""
    if region.is_empty:
        return region
    left, top, right, bottom = region.bounds
    if left >= 0 and top >= 0 and right <= width and bottom <= height:
        return region
    return polygonal(shapely.intersection(region, shapely.box(0, 0, width, height)))


def without_specks(region: Region, smallest: float, *, known: Iterable[Shape] = ()) -> Region:
    """Return `region` without the crumbs an overlay leaves along nearly equal outlines.

    Parts and holes under `smallest` px² go, unless it is the only part; holes of the shapes in
    `known` stay however small they are.
    """
    parts = [part for part in shapely.get_parts(region) if part.area > 0]
    large = [part for part in parts if part.area >= smallest]
    if not large and parts:
        large = [max(parts, key=lambda part: part.area)]
    if not any(part.interiors for part in large):
        return large[0] if len(large) == 1 else shapely.MultiPolygon(large)
    holes = (ring for shape in known for ring in rings_of(shape)[1:])
    kept = {tuple(point) for ring in holes for point in ring.tolist()}
    whole = [_without_small_holes(part, smallest, kept) for part in large]
    return whole[0] if len(whole) == 1 else shapely.MultiPolygon(whole)


def _without_small_holes(
    part: shapely.Polygon, smallest: float, known: set[tuple[float, ...]]
) -> shapely.Polygon:
    if not part.interiors:
        return part
    holes = [
        ring
        for ring in part.interiors
        if shapely.Polygon(ring).area >= smallest or all(point in known for point in ring.coords)
    ]
    if len(holes) == len(part.interiors):
        return part
    return shapely.Polygon(part.exterior, holes)


def overlaps(shape: Shape, region: Region) -> bool:
    """Whether `region` covers any of the inside of `shape`; a common border is not enough."""
    inside = region_of(shape)
    if inside.is_empty or region.is_empty:
        return False
    return bool(shapely.relate_pattern(inside, region, "T********"))
