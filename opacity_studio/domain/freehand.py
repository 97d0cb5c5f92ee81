"""A line drawn by hand: what it encloses, what stretch of an outline it replaces, what it cuts."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import shapely

from opacity_studio.domain.geometry import Region, polygonal, region_of, rings_of
from opacity_studio.domain.shape import Points, Shape


@dataclass(frozen=True, slots=True)
class Place:
    """A point on an outline or a hole.

    Attributes
    ----------
    ring, edge
        Number of the ring (0 the outline), and of the vertex its edge starts at.
    x, y
        The point, in image pixels.
    """

    ring: int
    edge: int
    x: float
    y: float


def thinned(path: Points, tolerance: float) -> Points:
    """Return the points of an open line that it needs to stay within `tolerance` px of itself."""
    if len(path) < 3:
        return path
    line = shapely.LineString(path).simplify(tolerance, preserve_topology=False)
    points: Points = shapely.get_coordinates(line)
    return points


def enclosed(ring: Points) -> Region:
    """Return everything a closed line goes round, wherever it crosses itself.

    Unlike `geometry.region_of`, which counts what is gone round twice as outside: a hand that
    overshoots where it began means the whole.
    """
    if len(ring) < 3:
        return shapely.Polygon()
    polygon = shapely.Polygon(ring)
    if polygon.is_valid:
        return polygon
    noded = shapely.union_all([shapely.LineString(np.vstack((ring, ring[:1])))])
    faces = shapely.union_all(shapely.get_parts(shapely.polygonize([noded])))
    filled = [
        shapely.Polygon(part.exterior) for part in shapely.get_parts(polygonal(faces)) if part.area
    ]
    return polygonal(shapely.union_all(filled))


def redrawn(shape: Shape, start: Place, end: Place, path: Points) -> Region:
    """Return what `shape` encloses with a stretch of one ring replaced by `path`.

    Of the two ways round from `start` to `end` the one is replaced that changes less: a bulge
    drawn on the outside is added, a bite drawn through the inside is taken off, and of a shape cut
    in two the larger part stays.

    Parameters
    ----------
    shape
        A polygon.
    start, end
        Where the new line leaves and meets the ring; of the same ring.
    path
        N×2, the line between these two, without them.
    """
    ring = rings_of(shape)[start.ring]
    line = np.vstack(((start.x, start.y), path.reshape(-1, 2), (end.x, end.y)))
    ahead, behind = _both_ways(ring, start, end)
    before = region_of(shape)
    outcomes = [
        _with_ring(shape, start.ring, candidate)
        for candidate in (np.vstack((line, behind)), np.vstack((ahead, line[::-1])))
    ]
    return min(outcomes, key=lambda region: shapely.symmetric_difference(before, region).area)


def _both_ways(ring: Points, start: Place, end: Place) -> tuple[Points, Points]:
    """Return the vertices from `start` on to `end`, and those from `end` on to `start`."""
    count = len(ring)
    steps = (end.edge - start.edge) % count
    if steps == 0:
        origin = ring[start.edge]
        gone = [float(np.hypot(place.x - origin[0], place.y - origin[1])) for place in (start, end)]
        steps = 0 if gone[0] <= gone[1] else count
    turned = np.roll(ring, -(start.edge + 1), axis=0)
    ahead, behind = turned[:steps], turned[steps:]
    return _without(ahead, start, end), _without(behind, start, end)


def _without(points: Points, *places: Place) -> Points:
    """Return `points` but for those that lie exactly on one of `places`."""
    for place in places:
        points = points[np.any(points != (place.x, place.y), axis=1)]
    return points


def _with_ring(shape: Shape, number: int, ring: Points) -> Region:
    rings: list[Points] = list(rings_of(shape))
    rings[number] = ring
    outline, *holes = rings
    if len(outline) < 3:
        return shapely.Polygon()
    polygon = shapely.Polygon(outline, [hole for hole in holes if len(hole) >= 3])
    if polygon.is_valid:
        return polygon
    gaps = shapely.union_all([enclosed(hole) for hole in holes])
    return polygonal(shapely.difference(enclosed(outline), gaps))


def cut_apart(shape: Shape, line: Points, smallest: float) -> Sequence[shapely.Polygon]:
    """Return the parts that `line` (N×2) cuts a polygon into; none where it does not.

    Parts under `smallest` px², which nobody sees, are dropped. The parts share the edges along
    the line, to the last bit.
    """
    if len(line) < 2 or not len(shape.points) or _apart(shape.points, line):
        return ()
    region = region_of(shape)
    knife = shapely.LineString(line)
    if not shapely.intersects(region, knife):
        return ()
    noded = shapely.union_all([region.boundary, knife])
    faces = [
        face
        for face in shapely.get_parts(shapely.polygonize([noded]))
        if shapely.contains_properly(region, face.representative_point())
    ]
    if len(faces) <= len(shapely.get_parts(region)):
        return ()
    large = [face for face in faces if face.area >= smallest]
    return large if len(large) > 1 else ()


def _apart(one: Points, other: Points) -> bool:
    """Whether the rectangles around two sets of points do not meet."""
    return bool(
        np.any(one.min(axis=0) > other.max(axis=0)) or np.any(other.min(axis=0) > one.max(axis=0))
    )
