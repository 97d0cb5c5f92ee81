"""Copies of shapes for another place: the same film again, another film, the patient's next one.

What is pasted, a person put there: a copy has an identity of its own and no word of the network
that may have drawn the original on another film. Everything else of a shape (flags, description,
keys this program does not know) comes along. Copies of shapes of one group are a group of their
own.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np

from opacity_studio.domain.annotation import Annotation
from opacity_studio.domain.geometry import bounds_of, free_group_id, rings_of, translate
from opacity_studio.domain.labels import LUNG_LABELS
from opacity_studio.domain.masks import MASK, resized_mask
from opacity_studio.domain.outline import extent_of
from opacity_studio.domain.shape import Points, Shape
from opacity_studio.review.editing import step_onto_film

_MOST_STEPS = 1000
"""So many copies of one outline may lie on top of each other before another one joins them."""

Box = tuple[float, float, float, float]
"""Left, top, right, bottom."""


def placed(
    annotation: Annotation,
    shapes: Sequence[Shape],
    size: tuple[int, int],
    aside: tuple[float, float],
) -> tuple[Shape, ...]:
    """Return copies of `shapes` to be added to `annotation`.

    They keep their coordinates, moved together by what brings them onto a film of `size` (width,
    height) and, where one would cover its original exactly, `aside` until none does.
    """
    copies = _copies(annotation, shapes)
    step = step_onto_film(extent_of(copies), size)
    copies = tuple(translate(copy, *step) for copy in copies) if any(step) else copies
    there = {shape.outline_digest for shape in annotation.shapes}
    for _ in range(_MOST_STEPS):
        if not any(copy.outline_digest in there for copy in copies):
            break
        copies = tuple(translate(copy, *aside) for copy in copies)
    return copies


def followed_up(
    annotation: Annotation,
    shapes: Sequence[Shape],
    their_size: tuple[float, float],
    lungs: Sequence[Shape],
    size: tuple[float, float],
) -> tuple[Shape, ...]:
    """Return the findings among the `shapes` of an earlier film, fitted to this film.

    They are stretched so that the box around the earlier film's lungs comes to lie on the box
    around this film's; only lungs that both films have count. Where there are none in common,
    the earlier film's size (width, height) is stretched to this film's. Findings that are here
    already, to the last digit, are left out.
    """
    theirs = [s for s in shapes if s.label in LUNG_LABELS and s.is_polygon]
    ours = [s for s in lungs if s.label in LUNG_LABELS and s.is_polygon]
    both = {s.label for s in theirs} & {s.label for s in ours}
    before = bounds_of(s for s in theirs if s.label in both)
    after = bounds_of(s for s in ours if s.label in both)
    if before is None or after is None or _is_flat(before) or _is_flat(after):
        before, after = (0.0, 0.0, *their_size), (0.0, 0.0, *size)
    fit = Stretch.between(before, after)
    findings = [shape for shape in shapes if shape.label not in LUNG_LABELS]
    there = {shape.outline_digest for shape in annotation.shapes}
    copies = (fit.applied(copy) for copy in _copies(annotation, findings))
    return tuple(copy for copy in copies if copy.outline_digest not in there)


def _copies(annotation: Annotation, shapes: Iterable[Shape]) -> tuple[Shape, ...]:
    groups: dict[int, int] = {}
    first = free_group_id(annotation)
    copies = []
    for shape in shapes:
        group = shape.group_id
        if group is not None:
            group = groups.setdefault(group, first + len(groups))
        copies.append(shape.copied(provenance=None, group_id=group))
    return tuple(copies)


def _is_flat(box: Box) -> bool:
    return box[2] <= box[0] or box[3] <= box[1]


@dataclass(frozen=True, slots=True)
class Stretch:
    """x to ``x * across + right``, y to ``y * down + below``; nothing is turned or sheared."""

    across: float
    down: float
    right: float
    below: float

    @classmethod
    def between(cls, before: Box, after: Box) -> Stretch:
        """Return the stretch that lays box `before` on box `after`."""
        if before == after:
            return cls(1.0, 1.0, 0.0, 0.0)
        across = (after[2] - after[0]) / (before[2] - before[0])
        down = (after[3] - after[1]) / (before[3] - before[1])
        return cls(across, down, after[0] - before[0] * across, after[1] - before[1] * down)

    def applied(self, shape: Shape) -> Shape:
        """Return `shape` stretched: a circle stays a circle, a mask stays on whole pixels."""
        if self == Stretch(1.0, 1.0, 0.0, 0.0):
            return shape
        if shape.shape_type == MASK and len(shape.points) == 2:
            low, high = shape.points.min(axis=0), shape.points.max(axis=0) + 1.0
            return resized_mask(shape, self._points(np.stack((low, high))))
        rings = [self._points(ring) for ring in rings_of(shape)]
        if shape.shape_type == "circle" and len(shape.points) == 2:
            growth = float(np.sqrt(self.across * self.down))
            rings[0][1] = rings[0][0] + (shape.points[1] - shape.points[0]) * growth
        return shape.with_outline(rings[0], rings[1:])

    def _points(self, points: Points) -> Points:
        stretched: Points = points * (self.across, self.down) + (self.right, self.below)
        return stretched
