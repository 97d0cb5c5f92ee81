"""Holes in a file format that knows none: zero-width bridges from each hole to the outline.

A bridge is an edge the ring runs along twice, there and back, so that it encloses nothing:
``… A, H0, H1, …, Hn, H0, A …``. Both of its ends are vertices that were there before; no
coordinate is made up.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import numpy as np
import numpy.typing as npt
import shapely

from opacity_studio.domain.shape import Points, frozen_points

_Edge = tuple[tuple[float, float], tuple[float, float]]


def signed_area(ring: Points) -> float:
    """Return the area of a closed ring in px² by the shoelace formula.

    Positive where the ring runs clockwise on the screen (y points down).
    """
    if len(ring) < 3:
        return 0.0
    # About its first vertex, so that large coordinates do not eat the digits of a small area.
    # Nor does the edge back to it count then.
    x, y = (ring - ring[0]).T
    return float(np.dot(x[:-1], y[1:]) - np.dot(x[1:], y[:-1])) / 2


def join_holes(points: npt.ArrayLike, holes: Iterable[npt.ArrayLike] = ()) -> Points:
    """Return one ring that encloses what the outline and its holes enclose.

    Each hole is joined by the shortest bridge between existing vertices that crosses no edge
    (and, if possible, does not start at the outline's first vertex).
    Holes run against the outline, so that programs that fill by winding number leave them open
    too. The ring starts where the outline did.

    Parameters
    ----------
    points
        N×2 (x, y), not closed.
    holes
        Each M×2, inside the outline.

    Returns
    -------
    ndarray of float64, (N + Σ(M + 2))×2
        `open_bridges` gives the same rings back. A hole may start at another vertex, run the
        other way and come in another order; after one round trip all of it stays as it is.
    """
    outline = frozen_points(points)
    rings = [ring for ring in map(frozen_points, holes) if len(ring) >= 3]
    if not rings or len(outline) < 3:
        return outline
    clockwise = signed_area(outline) > 0
    rings = [ring[::-1] if (signed_area(ring) > 0) == clockwise else ring for ring in rings]
    # The rightmost vertex of a hole sees the outline or a hole that reaches further right
    # (D. Eberly, "Triangulation by Ear Clipping", 2002), so in this order a bridge exists.
    rings.sort(key=_rightmost_first)
    walls = _edges([outline, *rings])
    merged = outline
    for ring in rings:
        at, start = _shortest_bridge(merged, ring, walls)
        turned = np.roll(ring, -start, axis=0)
        # Two holes that touch the outline could else share a bridge, which no one could open.
        walls = np.vstack((walls[0], merged[at])), np.vstack((walls[1], ring[start]))
        merged = np.vstack(
            (merged[: at + 1], turned, turned[:1], merged[at : at + 1], merged[at + 1 :])
        )
    return frozen_points(merged)


def open_bridges(points: npt.ArrayLike) -> tuple[Points, tuple[Points, ...]]:
    """Return the outline and the holes of a ring that may contain zero-width bridges.

    The ring of any program is opened, but only where there is one way to read it: every doubled
    edge runs once each way, and cutting them leaves one outline that covers every other piece,
    none of them overlapping. Spikes, islands in holes and parts joined side by side stay as they
    are.

    Parameters
    ----------
    points
        N×2 (x, y), not closed.

    Returns
    -------
    outline
        `points` itself where there is nothing to open.
    holes
        In the order in which the ring reaches them.
    """
    ring = frozen_points(points)
    partner = _doubled_edges(ring)
    if not partner:
        return ring, ()
    pieces = [ring[indices] for indices in _cut(len(ring), partner)]
    if len(pieces) < 2 or any(len(piece) < 3 for piece in pieces):
        return ring, ()
    areas = [abs(signed_area(piece)) for piece in pieces]
    if min(areas) == 0:
        return ring, ()
    outer = int(np.argmax(areas))
    holes = [piece for index, piece in enumerate(pieces) if index != outer]
    if not _are_holes_of(pieces[outer], holes):
        return ring, ()
    return frozen_points(pieces[outer]), tuple(map(frozen_points, holes))


def _rightmost_first(ring: Points) -> tuple[float, ...]:
    x, y = ring[np.lexsort((ring[:, 1], -ring[:, 0]))[0]]
    return (-float(x), float(y), abs(signed_area(ring)))


def _edges(rings: Sequence[Points]) -> tuple[Points, Points]:
    starts = np.vstack(rings)
    ends = np.vstack([np.roll(ring, -1, axis=0) for ring in rings])
    return starts, ends


def _shortest_bridge(merged: Points, hole: Points, walls: tuple[Points, Points]) -> tuple[int, int]:
    """Return the indices of the vertices of `merged` and `hole` to join."""
    gaps = np.hypot(
        merged[:, None, 0] - hole[None, :, 0], merged[:, None, 1] - hole[None, :, 1]
    ).ravel()
    at, start = np.divmod(np.arange(gaps.size), len(hole))
    # LabelMe up to 5.x takes a point equal to the first one for the end of the outline and drops
    # it, so a bridge starts there only where it can start nowhere else.
    at_first = np.all(merged[at] == merged[0], axis=1)
    # Ties go by coordinates, not by index: the choice must not depend on where a hole starts.
    order = np.lexsort(
        (merged[at, 1], merged[at, 0], hole[start, 1], hole[start, 0], gaps, at_first),
    )
    # A bridge of no length (a hole touching the outline) could not be told apart on reading.
    order = order[gaps[order] > 0]
    for candidate in order:
        if _sees(merged[at[candidate]], hole[start[candidate]], walls):
            return int(at[candidate]), int(start[candidate])
    best = order[0] if order.size else 0
    return int(at[best]), int(start[best])


def _sees(a: Points, b: Points, walls: tuple[Points, Points]) -> bool:
    """Whether the segment from `a` to `b` meets the walls nowhere but at its own ends."""
    starts, ends = walls
    along = b - a
    side_start = _cross(along, starts - a)
    side_end = _cross(along, ends - a)
    wall = ends - starts
    side_a = _cross(wall, a - starts)
    side_b = _cross(wall, b - starts)
    meets_a = np.all(starts == a, axis=1) | np.all(ends == a, axis=1)
    meets_b = np.all(starts == b, axis=1) | np.all(ends == b, axis=1)
    if np.any(meets_a & meets_b):
        return False
    crosses = (side_start * side_end <= 0) & (side_a * side_b <= 0) & ~meets_a & ~meets_b
    collinear = (side_start == 0) & (side_end == 0)
    if np.any(crosses & ~collinear):
        return False
    on_line = starts[side_start == 0]
    share = (on_line - a) @ along / np.dot(along, along)
    return not np.any((share > 0) & (share < 1))


def _cross(u: Points, v: Points) -> npt.NDArray[np.float64]:
    product: npt.NDArray[np.float64] = u[..., 0] * v[..., 1] - u[..., 1] * v[..., 0]
    return product


def _doubled_edges(ring: Points) -> dict[int, int]:
    """Map each edge (by the index it starts at) that the ring also runs along backwards to it.

    Empty where an edge is run along more often than that, or twice the same way.
    """
    vertices: list[tuple[float, float]] = [(x, y) for x, y in ring.tolist()]
    seen: dict[_Edge, int] = {}
    for index, start in enumerate(vertices):
        edge = (start, vertices[(index + 1) % len(vertices)])
        if edge[0] == edge[1]:
            continue
        if edge in seen:
            return {}
        seen[edge] = index
    return {index: seen[(b, a)] for (a, b), index in seen.items() if (b, a) in seen}


def _cut(length: int, partner: dict[int, int]) -> list[list[int]]:
    """Return the index lists of the rings left when the doubled edges are taken out."""
    left = [index for index in range(length) if index not in partner]
    unseen = set(left)
    pieces = []
    for first in left:
        if first not in unseen:
            continue
        piece, index = [], first
        while index in unseen:
            unseen.discard(index)
            piece.append(index)
            index = (index + 1) % length
            while index in partner:
                index = (partner[index] + 1) % length
        pieces.append(piece)
    return pieces


def _are_holes_of(outline: Points, holes: Sequence[Points]) -> bool:
    region = shapely.make_valid(shapely.Polygon(outline))
    inside = [shapely.make_valid(shapely.Polygon(hole)) for hole in holes]
    if not all(region.covers(hole) for hole in inside):
        return False
    together = shapely.union_all(inside).area
    return bool(together >= sum(hole.area for hole in inside) * (1 - 1e-9))
