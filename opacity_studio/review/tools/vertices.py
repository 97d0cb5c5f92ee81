"""Several vertices at once: which lie in a rubber band, moved together, deleted together."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from opacity_studio.domain.annotation import Annotation
from opacity_studio.domain.geometry import (
    delete_vertices,
    move_vertices,
    rings_of,
    stays_sound,
    translate,
)
from opacity_studio.domain.outline import CIRCLE, grips_of
from opacity_studio.domain.shape import Shape
from opacity_studio.domain.wording import tr, tr_count
from opacity_studio.review.editing import stopped_at_border
from opacity_studio.review.session import Vertex

Band = tuple[float, float, float, float]
"""Left, top, right, bottom."""

MANY_SHAPES: Final = 24
MANY_VERTICES: Final = 4000
"""Where more of both are selected, handles would hide the film, and the shapes are meant whole."""


def are_meant_whole(selected: Sequence[Shape]) -> bool:
    """Whether too many shapes are selected to see their vertices, or to mean some of them."""
    many = len(selected) > MANY_SHAPES
    return many and sum(len(shape.points) for shape in selected) > MANY_VERTICES


def vertices_in(shapes: Iterable[Shape], band: Band) -> frozenset[Vertex]:
    """Return the vertices a rubber band means: none unless it takes part of an outline only.

    A band round a whole outline means the shape.
    """
    found: set[Vertex] = set()
    takes_part = False
    left, top, right, bottom = band
    for shape in shapes:
        total = inside = 0
        for number, ring in enumerate(grips_of(shape)):
            x, y = ring[:, 0], ring[:, 1]
            hit = np.flatnonzero((x >= left) & (x <= right) & (y >= top) & (y <= bottom))
            found.update((shape.key, number, int(index)) for index in hit)
            total, inside = total + len(ring), inside + len(hit)
        takes_part |= 0 < inside < total
    return frozenset(found) if takes_part else frozenset()


def by_shape(vertices: Iterable[Vertex]) -> Mapping[int, frozenset[tuple[int, int]]]:
    """Return (ring, index) of the vertices of each shape, by its key."""
    found: dict[int, set[tuple[int, int]]] = {}
    for key, ring, index in vertices:
        found.setdefault(key, set()).add((ring, index))
    return {key: frozenset(marks) for key, marks in found.items()}


def vertices_moved(
    base: Annotation,
    vertices: Collection[Vertex],
    step: tuple[float, float],
    size: tuple[int, int],
) -> Annotation | None:
    """Return the annotation with `vertices` moved by `step` (x, y), kept on a film of `size`.

    None where an outline would enclose nothing or cross itself.
    """
    chosen = by_shape(vertices)
    shapes = [shape for shape in base.shapes if shape.key in chosen]
    points = [rings_of(s)[ring][index] for s in shapes for ring, index in chosen[s.key]]
    if not points:
        return base
    low, high = np.min(points, axis=0).tolist(), np.max(points, axis=0).tolist()
    dx, dy = stopped_at_border(step, (*low, *high), size)
    after: dict[int, Shape] = {}
    for shape in shapes:
        by_its_centre = shape.shape_type == CIRCLE and (0, 0) in chosen[shape.key]
        moved = (
            translate(shape, dx, dy)
            if by_its_centre
            else move_vertices(shape, chosen[shape.key], dx, dy)
        )
        if not stays_sound(shape, moved):
            return None
        after[shape.key] = moved
    return base.mapping(after, lambda shape: after[shape.key])


@dataclass(frozen=True, slots=True)
class Deletion:
    """What deleting vertices gives.

    Attributes
    ----------
    annotation
        None where it is refused.
    label
        Name of the step.
    refusal
        Why it is refused, for the status line.
    """

    annotation: Annotation | None
    label: str = ""
    refusal: str = ""


def vertices_deleted(base: Annotation, vertices: Collection[Vertex]) -> Deletion:
    """Return the annotation without `vertices`; all of them, or none where one is refused.

    Shapes that are no polygons keep their points.
    """
    new, closes = base, False
    for key, marks in by_shape(vertices).items():
        shape = base.shape(key)
        if shape is None or not shape.is_polygon:
            continue
        smaller = delete_vertices(shape, marks)
        if smaller is None:
            return Deletion(
                None,
                refusal=tr("An outline needs three vertices: select the shape to delete it whole"),
            )
        if not stays_sound(shape, smaller):
            refusal = tr(
                "Without this vertex the outline would cross itself: move another one first"
            )
            return Deletion(None, refusal=refusal)
        closes |= len(smaller.holes) < len(shape.holes)
        new = new.replacing(key, smaller)
    if closes and len(vertices) == 1:
        return Deletion(new, tr("Close hole"))
    return Deletion(new, tr_count("Delete vertex", "Delete {count} vertices", len(vertices)))


def moving(vertices: Collection[Vertex]) -> str:
    """Return the name of the step that moves `vertices`."""
    return tr_count("Move vertex", "Move {count} vertices", len(vertices))
