"""Draw an outline onto another one where it runs close by: opacity that ends at the pleura."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Final

import numpy as np
import numpy.typing as npt
import shapely

from opacity_studio.domain.geometry import has_area, is_simple, rings_of, with_ring
from opacity_studio.domain.shape import Points, Shape

_BULGE: Final = 2.0
"""Between two vertices the guide is followed where it stays within so many times the reach."""

_SAME: Final = 1e-6
"""Pixels along the guide within which two places are one."""


def traced(shape: Shape, guides: Sequence[Points], reach: float) -> Shape:
    """Return a polygon with the vertices near a guide moved onto it, following it in between.

    A stretch of vertices that all lie within `reach` of one guide becomes the stretch of the
    guide from the first to the last of them; everything else stays to the last bit. A stretch
    that would make the outline cross itself stays as it was.

    Parameters
    ----------
    shape
        A polygon; one that crosses itself comes back as it is.
    guides
        Closed rings, each N×2 in image pixels.
    reach
        In image pixels.
    """
    if not shape.is_polygon or not is_simple(shape):
        return shape
    lines = [_Guide.along(guide) for guide in guides if len(guide) >= 3]
    for number in range(len(rings_of(shape))):
        shape = _ring_traced(shape, number, lines, reach)
    return shape


@dataclass(frozen=True, slots=True)
class _Guide:
    """A closed ring, its length, and how far along it each of its vertices lies."""

    ring: Points
    line: shapely.LineString
    at: npt.NDArray[np.float64]
    length: float

    @classmethod
    def along(cls, ring: Points) -> _Guide:
        closed = np.vstack((ring, ring[:1]))
        steps = np.hypot(*np.diff(closed, axis=0).T)
        at = np.concatenate(([0.0], np.cumsum(steps)))
        line = shapely.LineString(closed)
        shapely.prepare(line)  # Asked for the distance of every vertex.
        return cls(ring, line, at[:-1], float(at[-1]))

    def shorter_way(self, start: float, end: float) -> float:
        """Return the signed distance along the ring from `start` to `end`, half round at most."""
        return (end - start + self.length / 2) % self.length - self.length / 2

    def between(self, start: float, way: float) -> Points:
        """Return the vertices strictly between `start` and the place `way` (signed) further on."""
        ahead = ((self.at - start) * np.sign(way)) % self.length
        inside = np.flatnonzero((ahead > _SAME) & (ahead < abs(way) - _SAME))
        return self.ring[inside[np.argsort(ahead[inside])]]


@dataclass(frozen=True, slots=True)
class _Stretch:
    """Vertices first, first + 1, …, last of a ring (counted on past its end) and their stead."""

    first: int
    last: int
    points: Points


def _ring_traced(shape: Shape, number: int, guides: Sequence[_Guide], reach: float) -> Shape:
    ring = rings_of(shape)[number]
    if not guides:
        return shape
    gaps = np.array([shapely.distance(guide.line, shapely.points(ring)) for guide in guides])
    nearest = gaps.argmin(axis=0)
    stretches = [
        stretch
        for place, guide in enumerate(guides)
        for stretch in _stretches(
            shape, number, guide, np.where(nearest == place, gaps[place], np.inf), reach
        )
    ]
    all_at_once = _replaced(shape, number, stretches)
    if all_at_once is not None:
        return all_at_once
    kept: list[_Stretch] = []
    for stretch in stretches:
        if _replaced(shape, number, [*kept, stretch]) is not None:
            kept.append(stretch)
    return _replaced(shape, number, kept) or shape


def _stretches(
    shape: Shape,
    number: int,
    guide: _Guide,
    gaps: npt.NDArray[np.float64],
    reach: float,
) -> Iterator[_Stretch]:
    """Yield the stretches of a ring that lie along `guide`; `gaps` are its vertices' distances."""
    ring = rings_of(shape)[number]
    near = gaps <= reach
    if not near.any():
        return
    at = np.asarray(shapely.line_locate_point(guide.line, shapely.points(ring)))
    onto = shapely.get_coordinates(shapely.line_interpolate_point(guide.line, at))
    onto[gaps <= _SAME] = ring[gaps <= _SAME]
    follows = _follows(ring, guide, near, at, reach)
    if follows.all():
        # Close to the guide all the way round: the same outline, or a sliver lying along it.
        if number == 0 and _overlap(shape, guide) > 0.5:
            yield _Stretch(0, len(ring) - 1, guide.ring)
        return
    count = len(ring)
    begin = int(np.flatnonzero(~follows)[-1]) + 1
    index = begin
    while index < begin + count:
        first = index
        while follows[index % count]:
            index += 1
        if near[first % count]:
            places = [at[each % count] for each in range(first, index + 1)]
            way = sum(guide.shorter_way(a, b) for a, b in pairwise(places))
            stretch = [onto[first % count][None]]
            if index > first:
                stretch += [guide.between(places[0], way), onto[index % count][None]]
            yield _Stretch(first % count, first % count + index - first, np.vstack(stretch))
        index += 1


def _follows(
    ring: Points,
    guide: _Guide,
    near: npt.NDArray[np.bool_],
    at: npt.NDArray[np.float64],
    reach: float,
) -> npt.NDArray[np.bool_]:
    """Tell for each edge of the ring whether the guide runs along it from one end to the other."""
    follows = near & np.roll(near, -1)
    for index in np.flatnonzero(follows):
        end = (index + 1) % len(ring)
        between = guide.between(at[index], guide.shorter_way(at[index], at[end]))
        if len(between):
            edge = shapely.LineString(ring[[index, end]])
            follows[index] = shapely.distance(edge, shapely.points(between)).max() <= _BULGE * reach
    return follows


def _overlap(shape: Shape, guide: _Guide) -> float:
    one, other = shapely.Polygon(shape.points), shapely.Polygon(guide.ring)
    if not other.is_valid:
        return 0.0
    return float(shapely.intersection(one, other).area / shapely.union(one, other).area)


def _replaced(shape: Shape, number: int, stretches: Sequence[_Stretch]) -> Shape | None:
    """Return `shape` with stretches of a ring replaced; None where it would not be an outline."""
    if not stretches:
        return shape
    ring = rings_of(shape)[number]
    count = len(ring)
    by_first = {stretch.first: stretch for stretch in stretches}
    gone = {each % count for s in stretches for each in range(s.first, s.last + 1)}
    parts = []
    for index in range(count):
        stretch = by_first.get(index)
        if stretch is not None:
            parts.append(stretch.points)
        elif index not in gone:
            parts.append(ring[index][None])
    points = np.vstack(parts)
    if any(stretch.last >= count for stretch in stretches):
        # The stretch that holds the outline's first vertex stands at the end: its last one leads.
        points = np.roll(points, 1, axis=0)
    points = points[np.any(points != np.roll(points, 1, axis=0), axis=1)]
    if len(points) < 3:
        return None
    new = with_ring(shape, number, points)
    return new if is_simple(new) and has_area(new) else None
