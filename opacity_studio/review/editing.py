"""Edits of whole shapes, and what every edit leaves in the record; all pure functions.

Who made an outline is kept honest in one place, `edited`, through which every commit goes:

- A shape drawn by hand gets ``Provenance("person", edited_by=reader)``.
- A model's outline that a person changes stays the model's by source and gets ``edited_by`` and
  the digest of the new outline. Changing only the label leaves it alone.
- A foreign outline (no provenance, or one that speaks of another outline) is a person's from the
  first edit on.
- A film whose outlines change after it was marked is in work again; the events stay, and so do
  the outlines as they were marked where it was another reader who marked them.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import replace
from typing import Final, Literal

import numpy as np

from opacity_studio.domain.annotation import Annotation
from opacity_studio.domain.geometry import translate
from opacity_studio.domain.labels import display_name
from opacity_studio.domain.outline import extent_of
from opacity_studio.domain.review_status import Reader, ReviewRecord, ReviewStatus
from opacity_studio.domain.shape import Provenance, Shape
from opacity_studio.domain.wording import tr_count
from opacity_studio.review import marking

Place = Literal["front", "forward", "backward", "back"]
"""Where to in the drawing order, the front on top."""

_REOPENED_BY_EDIT: Final = (
    ReviewStatus.UNREAD,
    ReviewStatus.ANNOTATED,
    ReviewStatus.APPROVED,
)


def edited(
    before: Annotation, after: Annotation, reader: Reader, *, is_drawn: bool = True
) -> Annotation:
    """Return `after` with provenance and status true to what changed since `before`.

    With `is_drawn` False the outlines come from elsewhere (an earlier version), and whoever drew
    them there did.
    """
    if is_drawn:
        old = {shape.key: shape for shape in before.shapes}
        shapes = tuple(_stamped(old.get(shape.key), shape, reader) for shape in after.shapes)
        after = replace(after, shapes=shapes)
    if not _outlines_differ(before, after):
        return after
    review = after.review if after.review is not None else ReviewRecord()
    if review.status in _REOPENED_BY_EDIT:
        after = replace(after, review=replace(review, status=ReviewStatus.IN_WORK))
    return marking.with_outlines_kept(before, after, reader)


def taken_away(before: Annotation, after: Annotation) -> tuple[Shape, ...]:
    """Return the shapes of `before` that `after` lacks, where that is all they differ in."""
    left = {id(shape) for shape in after.shapes}
    gone = tuple(shape for shape in before.shapes if id(shape) not in left)
    return gone if len(before.shapes) - len(gone) == len(after.shapes) else ()


def speaks_of(shape: Shape) -> bool:
    """Whether the provenance of `shape` is about its present outline."""
    made = shape.provenance
    return made is not None and made.outline_digest in (None, shape.outline_digest)


def _stamped(before: Shape | None, shape: Shape, reader: Reader) -> Shape:
    if before is not None and _same_outline(before, shape):
        return shape
    made, digest = shape.provenance, shape.outline_digest
    signed = (digest,) if before is not None else (digest, None)
    if made is not None and made.outline_digest in signed:
        return shape  # Whoever made this outline, the model at another threshold say, signed it.
    if made is None or (before is not None and not speaks_of(before)):
        made = Provenance("person")
    made = replace(made, edited_by=reader.name or None, outline_digest=digest)
    return replace(shape, provenance=made)


def _same_outline(one: Shape, other: Shape) -> bool:
    return one is other or (
        one.shape_type == other.shape_type
        and np.array_equal(one.points, other.points)
        and len(one.holes) == len(other.holes)
        and all(map(np.array_equal, one.holes, other.holes))
    )


def _outlines_differ(before: Annotation, after: Annotation) -> bool:
    if len(before.shapes) != len(after.shapes):
        return True
    return any(
        one.label != other.label or not _same_outline(one, other)
        for one, other in zip(before.shapes, after.shapes, strict=True)
    )


def named(one: str, many: str, shapes: Collection[Shape]) -> str:
    """Return the name of a step that is done to `shapes`: "Move opacity", "Delete 2 shapes".

    Parameters
    ----------
    one, many
        Literals, as for `wording.tr_count`: what it is called for one shape, whose ``{label}`` it
        names, and for ``{count}`` of them.
    """
    labels = {display_name(shape.label) for shape in shapes}
    return tr_count(one, many, len(shapes), label=", ".join(sorted(labels)))


def relabelled(annotation: Annotation, keys: Iterable[int], label: str) -> Annotation:
    """Return the annotation with another label on the shapes in `keys`."""
    return annotation.mapping(keys, lambda shape: replace(shape, label=label))


def arranged(annotation: Annotation, keys: Collection[int], to: Place) -> Annotation:
    """Return the annotation with the shapes in `keys` further up or down in the drawing order.

    Forward and backward they pass one other shape; among themselves they keep their order.
    """
    shapes = list(annotation.shapes)
    chosen = [shape for shape in shapes if shape.key in keys]
    others = [shape for shape in shapes if shape.key not in keys]
    if to == "front":
        shapes = others + chosen
    elif to == "back":
        shapes = chosen + others
    else:
        ahead = to == "forward"
        order = range(len(shapes) - 2, -1, -1) if ahead else range(1, len(shapes))
        for place in order:
            beside = place + 1 if ahead else place - 1
            if shapes[place].key in keys and shapes[beside].key not in keys:
                shapes[place], shapes[beside] = shapes[beside], shapes[place]
    return replace(annotation, shapes=tuple(shapes))


def moved(
    annotation: Annotation, keys: Collection[int], step: tuple[float, float], size: tuple[int, int]
) -> Annotation:
    """Return the annotation with the shapes in `keys` moved by `step` (x, y), kept on the film.

    Shapes that already reach over a border may move along it and back, not further out.
    `size` is the film's width and height.
    """
    bounds = extent_of(shape for shape in annotation.shapes if shape.key in keys)
    if bounds is None:
        return annotation
    dx, dy = stopped_at_border(step, bounds, size)
    if dx == 0 and dy == 0:
        return annotation
    return annotation.mapping(keys, lambda shape: translate(shape, dx, dy))


def stopped_at_border(
    step: tuple[float, float], bounds: tuple[float, float, float, float], size: tuple[int, int]
) -> tuple[float, float]:
    """Return `step` (x, y) as far as `bounds` may go on a film of `size`.

    What lies over a border already may go back, not further out.
    """
    left, top, right, bottom = bounds
    return _stopped(step[0], left, right, size[0]), _stopped(step[1], top, bottom, size[1])


def step_onto_film(
    bounds: tuple[float, float, float, float] | None, size: tuple[int, int]
) -> tuple[float, float]:
    """Return the smallest step (x, y) that brings `bounds` onto a film of `size`.

    What is larger than the film comes to lie at its left or upper border.
    """
    if bounds is None:
        return 0.0, 0.0
    left, top, right, bottom = bounds
    return _onto(left, right, size[0]), _onto(top, bottom, size[1])


def _onto(low: float, high: float, size: int) -> float:
    return max(min(0.0, size - high), -low) if low < 0 or high > size else 0.0


def _stopped(step: float, low: float, high: float, size: int) -> float:
    return min(max(step, min(-low, 0.0)), max(size - high, 0.0))


def duplicated(
    annotation: Annotation, keys: Collection[int], dx: float, dy: float
) -> tuple[Annotation, frozenset[int]]:
    """Return the annotation with copies of the shapes in `keys` on top, and the copies' keys."""
    copies = []
    for shape in annotation.shapes:
        if shape.key in keys:
            made = shape.provenance if speaks_of(shape) else None
            copies.append(translate(shape.copied(provenance=made), dx, dy))
    return annotation.adding(*copies), frozenset(copy.key for copy in copies)
