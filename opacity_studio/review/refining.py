"""Outlines with fewer vertices, or smoother ones: what a slider shows before it is accepted."""

from __future__ import annotations

from collections.abc import Callable, Collection
from typing import Final, Literal

from opacity_studio.domain.annotation import Annotation
from opacity_studio.domain.geometry import rings_of, simplify
from opacity_studio.domain.shape import Shape
from opacity_studio.domain.smoothing import smooth

Refinement = Literal["simplify", "smooth"]

REFINEMENTS: Final[dict[Refinement, Callable[[Shape, float], Shape]]] = {
    "simplify": simplify,
    "smooth": smooth,
}
"""From a polygon and an amount in image pixels to the polygon."""


def refined(
    annotation: Annotation, keys: Collection[int], refinement: Refinement, amount: float
) -> Annotation:
    """Return the annotation with the polygons in `keys` refined; at an amount of 0 as it is."""
    if amount <= 0:
        return annotation
    change = REFINEMENTS[refinement]
    return annotation.mapping(keys, lambda s: change(s, amount) if s.is_polygon else s)


def vertex_count(annotation: Annotation, keys: Collection[int]) -> int:
    """Return how many vertices the polygons in `keys` have, holes included."""
    return sum(
        len(ring)
        for shape in annotation.shapes
        if shape.key in keys and shape.is_polygon
        for ring in rings_of(shape)
    )
