"""Draw an outline onto another one where it runs close by: opacity that ends at the pleura."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Final

import numpy as np
import numpy.typing as npt
import shapely

from opacity_studio.domain.geometry import has_area, is_simple, region_of, rings_of, with_ring
from opacity_studio.domain.recent import Recent
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
    lines = [_guide(guide) for guide in guides if len(guide) >= 3]
    # Most shapes of a film lie away from the lungs' outlines: that is told at once.
    left, top, right, bottom = region_of(shape).bounds
    around = shapely.box(left - reach, top - reach, right + reach, bottom + reach)
    lines = [line for line in lines if len(line.edges.query(around))]
    if not lines:
        return shape
    for number in range(len(rings_of(shape))):
        shape = _ring_traced(shape, number, lines, reach)
    return shape


@dataclass(frozen=True, slots=True)
class _Feet:
    """For each of N points its distance from a guide (infinite where far) and the nearest place.

    `at` tells how far along the guide that lies, `onto` (N×2) where.
    """

    gaps: npt.NDArray[np.float64]
    at: npt.NDArray[np.float64]
    onto: Points


@dataclass(frozen=True, slots=True)
class _Guide:
    """A closed ring, its length, and how far along it each of its vertices lies."""

    ring: Points
    edges: shapely.STRtree
    at: npt.NDArray[np.float64]
    length: float

    @classmethod
    def along(cls, ring: Points) -> _Guide:
        closed = np.vstack((ring, ring[:1]))
        steps = np.hypot(*np.diff(closed, axis=0).T)
        at = np.concatenate(([0.0], np.cumsum(steps)))
        edges = shapely.STRtree([shapely.LineString(edge) for edge in pairwise(closed)])
        return cls(ring, edges, at[:-1], float(at[-1]))

    def feet(self, points: Points, reach: float) -> _Feet:
        """Return the nearest place on the ring of each point within `reach`."""
        found = self.edges.query(shapely.points(points), predicate="dwithin", distance=reach)
        of, edge = found
        # In two flat arrays: numpy adds up short rows one by one.
        x0, y0 = self.ring.T
        dx, dy = (np.roll(axis, -1) - axis for axis in (x0, y0))
        square = np.maximum(dx**2 + dy**2, np.finfo(np.float64).tiny)[edge]
        x0, y0, dx, dy = x0[edge], y0[edge], dx[edge], dy[edge]
        x, y = points[of, 0], points[of, 1]
        share = np.clip(((x - x0) * dx + (y - y0) * dy) / square, 0.0, 1.0)
        foot = np.stack((x0 + share * dx, y0 + share * dy), axis=1)
        gap = np.hypot(x - foot[:, 0], y - foot[:, 1])
        # The nearest last, so that it is the one that stays.
        order = np.argsort(-gap, kind="stable")
        of, edge, share, gap, foot = (each[order] for each in (of, edge, share, gap, foot))
        feet = _Feet(np.full(len(points), np.inf), np.zeros(len(points)), points.copy())
        feet.gaps[of] = gap
        feet.at[of] = self.at[edge] + share * np.sqrt(square[order])
        feet.onto[of] = foot
        return feet

    def shorter_way(
        self, start: npt.NDArray[np.float64], end: npt.NDArray[np.float64]
    ) -> npt.NDArray[np.float64]:
        """Return the signed distances along the ring from `start` to `end`, half round at most."""
        way: npt.NDArray[np.float64]
        way = (end - start + self.length / 2) % self.length - self.length / 2
        return way

    def passes(
        self, start: npt.NDArray[np.float64], way: npt.NDArray[np.float64]
    ) -> npt.NDArray[np.bool_]:
        """Tell whether vertices lie strictly between `start` and the place `way` further on."""
        ends = np.sort((start, start + way), axis=0) + np.array([[_SAME], [-_SAME]])
        rounds, rest = np.divmod(ends, self.length)
        before = rounds * len(self.at) + np.searchsorted(self.at, rest)
        passed: npt.NDArray[np.bool_] = before[1] > before[0]
        return passed

    def between(self, start: float, way: float) -> Points:
        """Return the vertices strictly between `start` and the place `way` (signed) further on."""
        ahead = ((self.at - start) * np.sign(way)) % self.length
        inside = np.flatnonzero((ahead > _SAME) & (ahead < abs(way) - _SAME))
        return self.ring[inside[np.argsort(ahead[inside])]]


_guides: Recent[_Guide] = Recent(16)


def _guide(ring: Points) -> _Guide:
    """Return the guide along `ring`, the same for every shape drawn onto it."""
    return _guides.of((ring,), lambda: _Guide.along(ring))


@dataclass(frozen=True, slots=True)
class _Stretch:
    """Vertices first, first + 1, …, last of a ring (counted on past its end) and their stead."""

    first: int
    last: int
    points: Points


def _ring_traced(shape: Shape, number: int, guides: Sequence[_Guide], reach: float) -> Shape:
    ring = rings_of(shape)[number]
    feet = [guide.feet(ring, reach) for guide in guides]
    nearest = np.array([each.gaps for each in feet]).argmin(axis=0)
    stretches = [
        stretch
        for place, guide in enumerate(guides)
        for stretch in _stretches(
            shape,
            number,
            guide,
            feet[place],
            (nearest == place) & (feet[place].gaps <= reach),
            reach=reach,
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
    feet: _Feet,
    near: npt.NDArray[np.bool_],
    *,
    reach: float,
) -> Iterator[_Stretch]:
    """Yield the stretches of a ring that lie along `guide`: of those vertices that are `near`."""
    ring = rings_of(shape)[number]
    if not near.any():
        return
    at, onto = feet.at, np.where((feet.gaps <= _SAME)[:, None], ring, feet.onto)
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
            places = at[np.arange(first, index + 1) % count]
            way = float(guide.shorter_way(places[:-1], places[1:]).sum())
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
    ways = guide.shorter_way(at, np.roll(at, -1))
    for index in np.flatnonzero(follows & guide.passes(at, ways)):
        end = (index + 1) % len(ring)
        between = guide.between(at[index], ways[index])
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
    stays = np.ones(count, dtype=bool)
    for stretch in stretches:
        stays[np.arange(stretch.first, stretch.last + 1) % count] = False
    parts, done = [], 0
    for stretch in sorted(stretches, key=lambda stretch: stretch.first):
        parts += [ring[done : stretch.first][stays[done : stretch.first]], stretch.points]
        done = stretch.first
    points = np.vstack((*parts, ring[done:][stays[done:]]))
    if any(stretch.last >= count for stretch in stretches):
        # The stretch that holds the outline's first vertex stands at the end: its last one leads.
        points = np.roll(points, 1, axis=0)
    points = points[np.any(points != np.roll(points, 1, axis=0), axis=1)]
    if len(points) < 3:
        return None
    new = with_ring(shape, number, points)
    return new if is_simple(new) and has_area(new) else None
