"""Outlines as values: vertex edits, and shapely's set operations without its side effects.

Ring 0 of a polygon is its outline, rings 1, 2, … are its holes. Overlay operations (union,
difference, make valid) keep the coordinates they do not touch to the last bit, but start rings
elsewhere and turn them round; `reshaped` undoes both.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Final

import numpy as np
import numpy.typing as npt
import shapely

from opacity_studio.domain.annotation import Annotation
from opacity_studio.domain.bridges import signed_area
from opacity_studio.domain.masks import MASK
from opacity_studio.domain.recent import Recent
from opacity_studio.domain.shape import Points, Shape

Region = shapely.Polygon | shapely.MultiPolygon

_regions: Recent[tuple[Region, bool]] = Recent(1024)
"""What rings enclose, and whether they are simple."""

_unions: Recent[Region] = Recent(32)
"""Unions of many: measuring, comparing and checking a film ask for the same ones."""

_LOSS: Final = 1e-9
"""Part of an area that a union may lack by rounding."""


def rings_of(shape: Shape) -> tuple[Points, ...]:
    """Return the outline and the holes of `shape`, each N×2, not closed."""
    return (shape.points, *shape.holes)


def with_ring(shape: Shape, ring: int, points: npt.ArrayLike) -> Shape:
    """Return `shape` with ring number `ring` replaced."""
    rings: list[npt.ArrayLike] = list(rings_of(shape))
    rings[ring] = points
    return shape.with_outline(rings[0], rings[1:])


def move_vertices(shape: Shape, vertices: Iterable[tuple[int, int]], dx: float, dy: float) -> Shape:
    """Return `shape` with some vertices (ring, index) moved by (dx, dy) pixels."""
    rings = [ring.copy() for ring in rings_of(shape)]
    moved: dict[int, set[int]] = {}
    for ring, index in vertices:
        moved.setdefault(ring, set()).add(index)
    for ring, indices in moved.items():
        rings[ring][list(indices)] += (dx, dy)
    return shape.with_outline(rings[0], rings[1:])


def insert_vertex(shape: Shape, ring: int, edge: int, x: float, y: float) -> Shape:
    """Return `shape` with a vertex more, on the edge from vertex `edge` to the next.

    The new vertex has the index ``edge + 1``.
    """
    return with_ring(shape, ring, np.insert(rings_of(shape)[ring], edge + 1, (x, y), axis=0))


def delete_vertices(shape: Shape, vertices: Iterable[tuple[int, int]]) -> Shape | None:
    """Return `shape` without some vertices (ring, index).

    A hole left with fewer than three closes. None where the outline would enclose nothing.
    """
    gone: dict[int, list[int]] = {}
    for ring, index in vertices:
        gone.setdefault(ring, []).append(index)
    rings = [
        np.delete(points, gone.get(number, []), axis=0)
        for number, points in enumerate(rings_of(shape))
    ]
    if len(rings[0]) < 3:
        return None
    smaller = shape.with_outline(rings[0], [hole for hole in rings[1:] if len(hole) >= 3])
    return smaller if has_area(smaller) else None


def translate(shape: Shape, dx: float, dy: float) -> Shape:
    """Return `shape` moved by (dx, dy) pixels; also rectangles, circles, lines and points.

    A mask moves by whole pixels.
    """
    step = (dx, dy) if shape.shape_type != MASK else (float(round(dx)), float(round(dy)))
    return shape.with_outline(shape.points + step, [hole + step for hole in shape.holes])


def bounds_of(shapes: Iterable[Shape]) -> tuple[float, float, float, float] | None:
    """Return (left, top, right, bottom) of all points of `shapes`; None without points."""
    arrays = [shape.points for shape in shapes if len(shape.points)]
    if not arrays:
        return None
    points = np.vstack(arrays)
    left, top = points.min(axis=0)
    right, bottom = points.max(axis=0)
    return float(left), float(top), float(right), float(bottom)


def simplify(shape: Shape, tolerance: float) -> Shape:
    """Return `shape` with fewer vertices, none of them new, the outline within `tolerance` px.

    An outline that crosses itself comes back as it is.
    """
    if not is_simple(shape):
        return shape
    rings = thinned_rings(rings_of(shape), tolerance)
    if rings is not None:
        fewer = sum(map(len, rings)) < sum(map(len, rings_of(shape)))
        return shape.with_outline(rings[0], rings[1:]) if fewer else shape
    polygon = shapely.simplify(shapely.Polygon(shape.points, shape.holes), tolerance)
    parts = reshaped(shape, polygon, free_group_id=0)
    return parts[0] if len(parts) == 1 else shape


def thinned_rings(rings: Sequence[Points], tolerance: float) -> tuple[Points, ...] | None:
    """Return closed rings with fewer vertices, each within `tolerance` px of where it was.

    Each starts where it did. None where they would cross or touch then, or enclose nothing:
    shapely's own way round that takes ten times as long, and hardly ever is it needed.
    """
    lines = [shapely.LineString(np.vstack((ring, ring[:1]))) for ring in rings]
    thin = [
        shapely.get_coordinates(shapely.simplify(line, tolerance, preserve_topology=False))[:-1]
        for line in lines
    ]
    if min(map(len, thin)) < 3 or not shapely.Polygon(thin[0], thin[1:]).is_valid:
        return None
    return tuple(thin)


def is_simple(shape: Shape) -> bool:
    """Whether no ring of the polygon crosses or touches itself or another.

    A file may hold a crossing outline; it is measured by the even–odd rule.
    """
    return len(shape.points) >= 3 and _known(shape)[1]


def is_simple_line(points: Points) -> bool:
    """Whether an open line (N×2) neither crosses nor touches itself, nor runs back on itself."""
    return len(points) < 2 or bool(shapely.LineString(points).is_simple)


def stays_sound(before: Shape, after: Shape) -> bool:
    """Whether a shape whose vertices were moved or deleted may be kept.

    A polygon encloses something, and does not cross itself unless it did `before`; a rectangle
    or circle has a size; nothing is infinite.
    """
    if after.is_polygon:
        return has_area(after) and (is_simple(after) or not is_simple(before))
    if not np.isfinite(after.points).all():
        return False
    extent = np.ptp(after.points, axis=0)
    if after.shape_type == "rectangle":
        return bool(extent.min() > 0)
    return after.shape_type != "circle" or bool(extent.max() > 0)


def has_area(shape: Shape) -> bool:
    """Whether a polygon is finite and encloses anything at all (even–odd rule)."""
    rings = rings_of(shape)
    if len(shape.points) < 3 or not all(np.isfinite(ring).all() for ring in rings):
        return False
    return region_of(shape).area > 0


def region_of(shape: Shape) -> Region:
    """Return what a polygon encloses by the even–odd rule, as valid geometry.

    The same region as `rasterise.rasterise_rings`, in exact coordinates; empty for shapes that
    are no polygons, have fewer than three points or any that is infinite.
    """
    if not shape.is_polygon or len(shape.points) < 3:
        return shapely.Polygon()
    return _known(shape)[0]


def union_of(shapes: Iterable[Shape]) -> Region:
    """Return the union of what the polygons among `shapes` enclose; overlaps count once."""
    return union_of_regions([r for r in map(region_of, shapes) if not r.is_empty])


def union_of_regions(regions: Sequence[Region]) -> Region:
    """Return the union of `regions`, whatever their order and however often one comes.

    GEOS 3.14 loses a part of a union of all at once where a thin region comes twice. Equal ones are
    taken once; should the union still be smaller than a part of it, they are joined one by one.
    """
    return _unions.of(regions, lambda: _union(regions))


def _union(regions: Sequence[Region]) -> Region:
    distinct = list({shapely.to_wkb(region): region for region in regions}.values())
    if len(distinct) == 1:
        return distinct[0]
    union = polygonal(shapely.union_all(distinct))
    largest = max((region.area for region in distinct), default=0.0)
    if union.area < largest * (1 - _LOSS):
        union = distinct[0]
        for region in distinct[1:]:
            union = polygonal(shapely.union(union, region))
    return union


def _known(shape: Shape) -> tuple[Region, bool]:
    """Return what the rings of a polygon enclose, and whether they are simple."""
    rings = tuple(ring for ring in rings_of(shape) if len(ring) >= 3)
    return _regions.of(rings, lambda: _region(rings))


def _region(rings: Sequence[Points]) -> tuple[Region, bool]:
    if not all(np.isfinite(ring).all() for ring in rings):
        return shapely.Polygon(), False
    polygon = shapely.Polygon(rings[0], rings[1:])
    return (polygon, True) if polygon.is_valid else (_even_odd(rings), False)


def _even_odd(rings: Sequence[Points]) -> Region:
    """Return the region inside an odd number of crossings with the (crossing) rings.

    shapely's make_valid keeps, by its methods, the union of lobes or whatever the linework
    suggests; here each face of the noded rings is asked for its parity.
    """
    closed = [np.vstack((ring, ring[:1])) for ring in rings]
    noded = shapely.union_all([shapely.LineString(ring) for ring in closed])
    faces = list(shapely.get_parts(shapely.polygonize([noded])))
    inside = [face for face in faces if _is_inside(rings, face.representative_point())]
    return polygonal(shapely.union_all(inside))


def _is_inside(rings: Sequence[Points], point: shapely.Point) -> bool:
    return sum(crossings(ring, point.x, point.y) for ring in rings) % 2 == 1


def crossings(ring: Points, x: float, y: float) -> int:
    """Return how often the ray from (x, y) to the right crosses a closed ring."""
    x0, y0 = ring[:, 0], ring[:, 1]
    x1, y1 = np.roll(x0, -1), np.roll(y0, -1)
    spans = (y0 <= y) != (y1 <= y)
    if not spans.any():
        return 0
    x0, y0, x1, y1 = x0[spans], y0[spans], x1[spans], y1[spans]
    return int(np.count_nonzero(x0 + (y - y0) * (x1 - x0) / (y1 - y0) > x))


def polygonal(geometry: shapely.Geometry) -> Region:
    """Return the polygons of a geometry; points and lines that an overlay left over go."""
    if isinstance(geometry, shapely.Polygon | shapely.MultiPolygon):
        return geometry
    parts = [
        polygon
        for part in shapely.get_parts(geometry)
        if isinstance(part, shapely.Polygon | shapely.MultiPolygon)
        for polygon in shapely.get_parts(part)
    ]
    return shapely.MultiPolygon(parts)


def free_group_id(annotation: Annotation) -> int:
    """Return a group id no shape of `annotation` has."""
    used = [shape.group_id for shape in annotation.shapes if shape.group_id is not None]
    return max(used, default=0) + 1


def united(shape: Shape, region: Region, *, free_group_id: int) -> tuple[Shape, ...]:
    """Return `shape` with `region` added; see `reshaped`."""
    both = polygonal(shapely.union(region_of(shape), region))
    return reshaped(shape, both, free_group_id=free_group_id)


def subtracted(shape: Shape, region: Region, *, free_group_id: int) -> tuple[Shape, ...]:
    """Return `shape` with `region` taken out, in any number of parts; see `reshaped`."""
    rest = polygonal(shapely.difference(region_of(shape), region))
    return reshaped(shape, rest, free_group_id=free_group_id)


def intersected(shape: Shape, region: Region, *, free_group_id: int) -> tuple[Shape, ...]:
    """Return what of `shape` lies in `region`, in any number of parts; see `reshaped`."""
    both = polygonal(shapely.intersection(region_of(shape), region))
    return reshaped(shape, both, free_group_id=free_group_id)


def reshaped(shape: Shape, region: Region, *, free_group_id: int) -> tuple[Shape, ...]:
    """Return `shape` with the outline of `region`, as a person would expect it to be kept.

    Parameters
    ----------
    shape
        Gives label, identity, start vertex and orientation.
    region
        Valid polygons.
    free_group_id
        For the parts to share where there are several and `shape` has no group yet.

    Returns
    -------
    tuple of Shape
        The largest part first, with the identity of `shape`; the others get their own. Empty
        where `region` is.
    """
    parts = [part for part in shapely.get_parts(region) if part.area > 0]
    if not parts:
        return ()
    parts.sort(key=lambda part: -part.area)
    rings = [_rings_like(shape, part) for part in parts]
    first = shape.with_outline(rings[0][0], rings[0][1:])
    if len(parts) == 1:
        return (first,)
    group = free_group_id if shape.group_id is None else shape.group_id
    others = [
        shape.copied(group_id=group).with_outline(outline, holes) for outline, *holes in rings[1:]
    ]
    return (replace(first, group_id=group), *others)


def _rings_like(shape: Shape, part: shapely.Polygon) -> list[Points]:
    """Return the rings of `part`, each running and starting like the ring it comes from."""
    known = rings_of(shape)
    return [_like(_open(part.exterior), known[:1], opposite=False, outline=shape.points)] + [
        _like(_open(ring), known[1:], opposite=True, outline=shape.points)
        for ring in part.interiors
    ]


def _open(ring: shapely.LinearRing) -> Points:
    points: Points = shapely.get_coordinates(ring)[:-1]
    return points


def _like(ring: Points, known: Sequence[Points], *, opposite: bool, outline: Points) -> Points:
    """Return `ring` started at the first vertex of the known ring it shares most with."""
    vertices = {
        point: index for index, point in reversed(list(enumerate(map(tuple, ring.tolist()))))
    }
    shared = [[point for point in map(tuple, old.tolist()) if point in vertices] for old in known]
    best = max(range(len(known)), key=lambda index: len(shared[index]), default=None)
    kept = best is not None and len(shared[best]) > 0
    clockwise = signed_area(known[best] if kept and best is not None else outline) > 0
    if opposite and not kept:
        clockwise = not clockwise
    if (signed_area(ring) > 0) != clockwise:
        ring = ring[::-1]
        vertices = {point: len(ring) - 1 - index for point, index in vertices.items()}
    if kept and best is not None:
        ring = np.roll(ring, -vertices[shared[best][0]], axis=0)
    return ring
