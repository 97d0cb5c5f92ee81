"""Shapes made of shapes: united, subtracted, intersected, clipped to the lungs.

The shape selected first gives label, identity and place; vertices that are not touched stay to
the last bit, parts share a group, holes stay. Shapes that are no polygons take no part.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
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
    return _with(annotation, {bundle[0].key: made for bundle, made in results}, shapes)


def _with(
    annotation: Annotation, made: Mapping[int, Sequence[Shape]], used: Iterable[Shape]
) -> Annotation:
    """Return the annotation with the shapes `used` replaced by what was `made`, by key, or gone."""
    gone = {shape.key for shape in used}
    shapes: list[Shape] = []
    for shape in annotation.shapes:
        shapes.extend(made.get(shape.key, () if shape.key in gone else (shape,)))
    return replace(annotation, shapes=tuple(shapes))


def _joined(base: Shape, shapes: Iterable[Shape], group: int) -> tuple[Shape, ...]:
    return reshaped(base, union_of(shapes), free_group_id=group)


def _touching(shapes: Sequence[Shape]) -> list[list[Shape]]:
    """Return the shapes in bundles that hang together, each in the order given."""
    regions = [region_of(shape) for shape in shapes]
    one, other = shapely.STRtree(regions).query(regions, predicate="intersects")
    reached: list[list[int]] = [[] for _ in shapes]
    for number, neighbour in zip(one.tolist(), other.tolist(), strict=True):
        reached[number].append(neighbour)
    bundles: list[list[Shape]] = []
    seen: set[int] = set()
    for first in range(len(shapes)):
        bundle, to_visit = [], [first]
        while to_visit:
            number = to_visit.pop()
            if number not in seen:
                seen.add(number)
                bundle.append(number)
                to_visit += reached[number]
        if bundle:
            bundles.append([shapes[number] for number in sorted(bundle)])
    return bundles


def subtracted_from_first(annotation: Annotation, keys: Sequence[int]) -> Annotation:
    """Return the annotation with the other polygons in `keys` taken out of the first.

    The others stay as they are; so does the first where nothing of it would be left.
    """
    shapes = _polygons(annotation, keys)
    if len(shapes) < 2:
        return annotation
    first, others = shapes[0], union_of(_meeting(shapes[0], shapes[1:]))
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
    first, others = shapes[0], union_of(_meeting(shapes[0], shapes[1:]))
    if shapely.covers(others, region_of(first)):
        return annotation
    rest = intersected(first, others, free_group_id=free_group_id(annotation))
    return annotation.replacing(first.key, *rest) if rest else annotation


def _meeting(shape: Shape, others: Sequence[Shape]) -> list[Shape]:
    """Return those of `others` that `shape` overlaps or touches; the rest has no part in it."""
    tree = shapely.STRtree([region_of(other) for other in others])
    found = tree.query(region_of(shape), predicate="intersects")
    return [others[number] for number in sorted(found.tolist())]


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
    inside, group = union_of(lungs), free_group_id(annotation)
    # In drawing order: a set of keys has none, and groups are given one after the other.
    shapes = _polygons(annotation, [s.key for s in annotation.shapes if s.key in keys])
    tree = shapely.STRtree([region_of(shape) for shape in shapes])
    within = set(tree.query(inside, predicate="covers").tolist())
    cut = [shape for number, shape in enumerate(shapes) if number not in within]
    made: dict[int, tuple[Shape, ...]] = {}
    for shape in cut:
        made[shape.key] = intersected(shape, inside, free_group_id=group)
        group = max(group, *(1 + (part.group_id or 0) for part in made[shape.key]), 0)
    changed = sum(map(bool, made.values()))
    return (_with(annotation, made, cut) if cut else annotation), changed, len(cut) - changed


def _polygons(annotation: Annotation, keys: Sequence[int]) -> list[Shape]:
    """Return the polygons with these keys, in their order."""
    shapes = {shape.key: shape for shape in annotation.shapes if shape.is_polygon}
    return [shapes[key] for key in keys if key in shapes]
