"""What lies under the cursor: a vertex, an edge or the inside of a shape."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from typing import Final, Literal

import numpy as np
import numpy.typing as npt

from opacity_studio.domain.freehand import Place
from opacity_studio.domain.geometry import crossings
from opacity_studio.domain.labels import LUNG_LABELS
from opacity_studio.domain.outline import Outline, extents_of, grips_of, outline_of
from opacity_studio.domain.shape import Points, Shape

REACH: Final = 10.0
"""How far from a vertex or an edge a click still means it, in screen pixels."""

_SHARE_OF_EDGE: Final = 0.35
"""Along an edge of a selected shape the vertices at its ends take this part of it each, at least
half the reach and at most the reach."""


@dataclass(frozen=True, slots=True)
class Hit:
    """What was found.

    Attributes
    ----------
    kind
        "vertex", "edge" or "interior"; the line of a shape that is no polygon is an interior, too:
        it is taken hold of there, not given another vertex.
    key
        Identity of the shape.
    ring, index
        Of the vertex, or of the vertex the edge starts at; (0, 0) for an interior.
    x, y
        The vertex; the nearest point of the edge; the cursor itself for an interior.
    """

    kind: Literal["vertex", "edge", "interior"]
    key: int
    ring: int
    index: int
    x: float
    y: float


@dataclass(frozen=True, slots=True, eq=False)
class _Entry:
    shape: Shape
    outline: Outline
    grips: tuple[Points, ...]
    bounds: tuple[float, float, float, float]

    @property
    def is_lung(self) -> bool:
        return self.shape.label in LUNG_LABELS


class ShapeIndex:
    """The shapes of an annotation, ready to be asked what lies at a point.

    An index is a value: `updated` makes a new one that shares everything about untouched shapes.
    """

    __slots__ = ("_bounds", "_entries", "_shapes")

    def __init__(self, shapes: Iterable[Shape], known: ShapeIndex | None = None) -> None:
        self._shapes: tuple[Shape, ...] = tuple(shapes)
        old = {id(e.shape): e for e in known._entries} if known is not None else {}
        unknown = [s for s in self._shapes if len(s.points) and id(s) not in old]
        old |= {id(entry.shape): entry for entry in _entries_of(unknown)}
        self._entries: list[_Entry] = [old[id(s)] for s in self._shapes if len(s.points)]
        self._bounds: npt.NDArray[np.float64] = np.array(
            [entry.bounds for entry in self._entries], dtype=np.float64
        ).reshape(-1, 4)

    def updated(self, shapes: Sequence[Shape]) -> ShapeIndex:
        """Return the index of `shapes`; only those that changed are looked at again."""
        same = len(shapes) == len(self._shapes) and all(
            one is other for one, other in zip(shapes, self._shapes, strict=True)
        )
        return self if same else ShapeIndex(shapes, known=self)

    def hit(
        self,
        x: float,
        y: float,
        scale: float,
        *,
        selection: Collection[int] = (),
        reach: float = REACH,
    ) -> Hit | None:
        """Return what a click at (x, y) means, or None over bare film.

        In this order: a vertex or an edge of a selected shape; a vertex of an opacity shape, the
        inside of a selected one, an edge or the inside of any; a vertex, an edge and last the
        inside of a lung. Of several the nearest, or the smallest the point lies in. Vertices reach
        less far along short edges of a selected shape, so that a vertex can be added between two.

        Parameters
        ----------
        x, y
            In image coordinates.
        scale
            Screen pixels per image pixel.
        selection
            Keys of the selected shapes.
        reach
            In screen pixels.
        """
        radius = reach / scale
        near = self._near(x, y, radius)
        chosen = [entry for entry in near if entry.shape.key in selection]
        others = [entry for entry in near if entry.shape.key not in selection]
        opacities = [entry for entry in others if not entry.is_lung]
        lungs = [entry for entry in near if entry.is_lung]
        return (
            _vertex_or_edge(chosen, x, y, radius)
            or _nearest_vertex(opacities, x, y, radius)
            or _inside([entry for entry in chosen if not entry.is_lung], x, y)
            or _nearest_edge(opacities, x, y, radius)
            or _inside(opacities, x, y)
            or _nearest_vertex(lungs, x, y, radius)
            or _nearest_edge(lungs, x, y, radius)
            or _inside(lungs, x, y)
        )

    def within(self, left: float, top: float, right: float, bottom: float) -> frozenset[int]:
        """Return the keys of the shapes that lie whole in a rectangle."""
        b = self._bounds
        inside = (b[:, 0] >= left) & (b[:, 1] >= top) & (b[:, 2] <= right) & (b[:, 3] <= bottom)
        return frozenset(self._entries[i].shape.key for i in np.flatnonzero(inside))

    def near(self, x: float, y: float, reach: float) -> tuple[Shape, ...]:
        """Return the shapes whose bounding rectangles come within `reach` image pixels."""
        return tuple(entry.shape for entry in self._near(x, y, reach))

    def _near(self, x: float, y: float, radius: float) -> list[_Entry]:
        """Return the entries whose bounds reach (x, y), the topmost first."""
        b = self._bounds
        reaches = (
            (b[:, 0] - radius <= x)
            & (b[:, 1] - radius <= y)
            & (b[:, 2] + radius >= x)
            & (b[:, 3] + radius >= y)
        )
        return [self._entries[i] for i in np.flatnonzero(reaches)[::-1]]


def _entries_of(shapes: Sequence[Shape]) -> list[_Entry]:
    """Return the entries of `shapes`, all of which have points."""
    return [
        _Entry(shape, outline_of(shape), grips_of(shape), (left, top, right, bottom))
        for shape, (left, top, right, bottom) in zip(
            shapes, extents_of(shapes).tolist(), strict=True
        )
    ]


def _nearest_vertex(entries: Sequence[_Entry], x: float, y: float, radius: float) -> Hit | None:
    best, found = radius, None
    for entry in entries:
        for number, ring in enumerate(entry.grips):
            gaps = np.hypot(ring[:, 0] - x, ring[:, 1] - y)
            index = int(gaps.argmin())
            if gaps[index] < best or (found is None and gaps[index] <= best):
                best = float(gaps[index])
                found = Hit("vertex", entry.shape.key, number, index, *ring[index].tolist())
    return found


def _vertex_or_edge(entries: Sequence[_Entry], x: float, y: float, radius: float) -> Hit | None:
    """Return the nearest vertex, unless the point is well along an edge that starts or ends there.

    Outlines from masks have a vertex every few pixels: with the full reach no click on them would
    ever mean the edge.
    """
    vertex = _nearest_vertex(entries, x, y, radius)
    edge = _nearest_edge(entries, x, y, radius)
    if vertex is None or edge is None or (vertex.key, vertex.ring) != (edge.key, edge.ring):
        return vertex or edge
    if edge.kind != "edge":
        return vertex
    ring = next(entry.grips[edge.ring] for entry in entries if entry.shape.key == edge.key)
    ends = (edge.index, (edge.index + 1) % len(ring))
    if vertex.index not in ends:
        return vertex
    length = float(np.hypot(*(ring[ends[1]] - ring[ends[0]])))
    away = float(np.hypot(edge.x - vertex.x, edge.y - vertex.y))
    return edge if away > max(_SHARE_OF_EDGE * length, radius / 2) else vertex


def _nearest_edge(entries: Sequence[_Entry], x: float, y: float, radius: float) -> Hit | None:
    best, found = radius, None
    for entry in entries:
        for number, ring in enumerate(entry.outline.rings):
            points = nearest_on_edges(ring, x, y)
            if not entry.outline.is_closed:
                points = points[:-1]
            gaps = np.hypot(points[:, 0] - x, points[:, 1] - y)
            index = int(gaps.argmin())
            if gaps[index] < best or (found is None and gaps[index] <= best):
                best = float(gaps[index])
                found = _on_line(entry, number, index, points[index])
    return found


def _on_line(entry: _Entry, ring: int, index: int, point: Points) -> Hit:
    x, y = point.tolist()
    if entry.shape.is_polygon:
        return Hit("edge", entry.shape.key, ring, index, x, y)
    return Hit("interior", entry.shape.key, 0, 0, x, y)


def nearest_on_edges(ring: Points, x: float, y: float) -> Points:
    """Return, for each edge of a closed ring, its point nearest to (x, y)."""
    along = np.roll(ring, -1, axis=0) - ring
    length = np.einsum("ij,ij->i", along, along)
    share = np.einsum("ij,ij->i", (x, y) - ring, along) / np.where(length > 0, length, 1.0)
    nearest: Points = ring + np.clip(share, 0.0, 1.0)[:, None] * along
    return nearest


def place_on(
    shape: Shape, x: float, y: float, scale: float, *, ring: int | None = None
) -> Place | None:
    """Return the point of a polygon's rings (or of one) nearest to (x, y), within reach."""
    best, found = REACH, None
    for number, points in enumerate((shape.points, *shape.holes)):
        if ring not in (None, number) or len(points) < 3:
            continue
        nearest = nearest_on_edges(points, x, y)
        gaps = np.hypot(nearest[:, 0] - x, nearest[:, 1] - y) * scale
        edge = int(gaps.argmin())
        if gaps[edge] <= best:
            best = float(gaps[edge])
            found = Place(number, edge, *nearest[edge].tolist())
    return found


def is_inside(shape: Shape, x: float, y: float) -> bool:
    """Whether (x, y) lies in a polygon, by the even–odd rule."""
    rings = (shape.points, *shape.holes)
    return sum(crossings(ring, x, y) for ring in rings if len(ring)) % 2 == 1


def _inside(entries: Sequence[_Entry], x: float, y: float) -> Hit | None:
    best, found = np.inf, None
    for entry in entries:
        left, top, right, bottom = entry.bounds
        size = (right - left) * (bottom - top)
        outline = entry.outline
        is_in = outline.is_closed and sum(crossings(r, x, y) for r in outline.rings) % 2 == 1
        if is_in and size < best:
            best, found = size, Hit("interior", entry.shape.key, 0, 0, x, y)
    return found
