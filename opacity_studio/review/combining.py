"""Shapes made of shapes: united, subtracted, intersected, clipped to the lungs.

The shape selected first gives label, identity and place; vertices that are not touched stay to
the last bit, parts share a group, holes stay. Shapes that are no polygons take no part.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import replace
from typing import Final, Literal

import shapely

from opacity_studio.domain.annotation import Annotation
from opacity_studio.domain.geometry import (
    free_group_id,
    intersected,
    region_of,
    reshaped,
    subtracted,
    union_of,
)
from opacity_studio.domain.shape import Shape

Operation = Literal["unite", "subtract", "intersect"]


def united(annotation: Annotation, keys: Sequence[int]) -> Annotation:
    """Return the annotation with the polygons in `keys` as one.

    Those that touch become one outline; what is left in several parts shares the label and a
    group.
    """
    shapes = _polygons(annotation, keys)
    if len(shapes) < 2:
        return annotation
    first, group = shapes[0], free_group_id(annotation)
    results: list[tuple[Sequence[Shape], tuple[Shape, ...]]] = []
    for together in _touching(shapes):
        base = replace(together[0], label=first.label)
        made = (base,) if len(together) == 1 else _joined(base, together, group)
        results.append((together, made))
    if sum(len(made) for _, made in results) > 1:
        shared = group if first.group_id is None else first.group_id
        results = [
            (together, tuple(replace(shape, group_id=shared) for shape in made))
            for together, made in results
        ]
    for bundle, made in results:
        annotation = annotation.replacing(bundle[0].key, *made)
        annotation = annotation.removing(shape.key for shape in bundle[1:])
    return annotation


def _joined(base: Shape, shapes: Iterable[Shape], group: int) -> tuple[Shape, ...]:
    return reshaped(base, union_of(shapes), free_group_id=group)


def _touching(shapes: Sequence[Shape]) -> list[list[Shape]]:
    """Return the shapes in bundles that hang together, each in the order given."""
    bundles: list[list[Shape]] = []
    for shape in shapes:
        region = region_of(shape)
        reached = [b for b in bundles if any(region.intersects(region_of(other)) for other in b)]
        bundle = [other for each in reached for other in each]
        bundles = [b for b in bundles if not any(b is each for each in reached)]
        bundles.append([*bundle, shape])
    place = {shape.key: number for number, shape in enumerate(shapes)}
    for bundle in bundles:
        bundle.sort(key=lambda shape: place[shape.key])
    return bundles


def subtracted_from_first(annotation: Annotation, keys: Sequence[int]) -> Annotation:
    """Return the annotation with the other polygons in `keys` taken out of the first.

    The others stay as they are; so does the first where nothing of it would be left.
    """
    shapes = _polygons(annotation, keys)
    if len(shapes) < 2:
        return annotation
    first, others = shapes[0], union_of(shapes[1:])
    if shapely.intersection(region_of(first), others).area == 0:
        return annotation
    rest = subtracted(first, others, free_group_id=free_group_id(annotation))
    return annotation.replacing(first.key, *rest) if rest else annotation


def intersected_with_first(annotation: Annotation, keys: Sequence[int]) -> Annotation:
    """Return the annotation with the first polygon in `keys` cut down to where the others lie.

    The others stay as they are; so does the first where they do not overlap.
    """
    shapes = _polygons(annotation, keys)
    if len(shapes) < 2:
        return annotation
    first, others = shapes[0], union_of(shapes[1:])
    if shapely.covers(others, region_of(first)):
        return annotation
    rest = intersected(first, others, free_group_id=free_group_id(annotation))
    return annotation.replacing(first.key, *rest) if rest else annotation


OPERATIONS: Final[dict[Operation, Callable[[Annotation, Sequence[int]], Annotation]]] = {
    "unite": united,
    "subtract": subtracted_from_first,
    "intersect": intersected_with_first,
}
"""From an annotation and the keys of shapes, in the order they were selected, to the result."""


def clipped(
    annotation: Annotation, keys: Collection[int], lungs: Sequence[Shape]
) -> tuple[Annotation, int, int]:
    """Return the annotation with the polygons in `keys` cut down to the lungs.

    Returns
    -------
    annotation
        Shapes that lie outside the lungs as a whole are gone.
    changed, gone
        How many shapes were cut, and how many are gone.
    """
    inside = union_of(lungs)
    changed = gone = 0
    for shape in _polygons(annotation, tuple(keys)):
        if shapely.covers(inside, region_of(shape)):
            continue
        rest = intersected(shape, inside, free_group_id=free_group_id(annotation))
        annotation = annotation.replacing(shape.key, *rest)
        changed, gone = changed + bool(rest), gone + (not rest)
    return annotation, changed, gone


def _polygons(annotation: Annotation, keys: Sequence[int]) -> list[Shape]:
    """Return the polygons with these keys, in their order."""
    shapes = {shape.key: shape for shape in annotation.shapes if shape.is_polygon}
    return [shapes[key] for key in keys if key in shapes]
