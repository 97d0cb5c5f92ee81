"""What one reader changed of another's outlines, and why."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from opacity_studio.domain.annotation import Annotation
from opacity_studio.domain.correction import CorrectionReason
from opacity_studio.domain.outline_pairs import Side
from opacity_studio.domain.review_status import ReviewEvent
from opacity_studio.domain.shape import Shape


@dataclass(frozen=True, slots=True)
class ShapeChange:
    """One outline that is no longer as it was.

    Attributes
    ----------
    before
        As the event speaks of it; None for one that was added since.
    after
        As it is now; None for one that was taken away.
    reason
        Why, if the reader who changed it said so.
    """

    before: Shape | None
    after: Shape | None
    reason: CorrectionReason | None = None


@dataclass(frozen=True, slots=True)
class ReviewChanges:
    """How the outlines now differ from those an event speaks of; all in drawing order."""

    added: tuple[ShapeChange, ...] = ()
    removed: tuple[ShapeChange, ...] = ()
    changed: tuple[ShapeChange, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.added or self.removed or self.changed)


def changes_since(annotation: Annotation, event: ReviewEvent) -> ReviewChanges | None:
    """Return how the outlines of `annotation` differ from those that `event` speaks of.

    None where nobody knows: the record keeps the outlines a reader left from the moment another
    reader changes them in this program, not when another program does. `shapes_then` of an
    earlier version of the file then serves `changes_between`.
    """
    if event.shapes_digest == annotation.shapes_digest:
        return ReviewChanges()
    kept = None if annotation.review is None else annotation.review.outlines_of(event)
    if kept is None:
        return None
    return changes_between(kept.shapes, annotation, event)


def changes_between(
    shapes_then: Sequence[Shape], annotation: Annotation, event: ReviewEvent
) -> ReviewChanges:
    """Return how the outlines of `annotation` differ from `shapes_then`, as of `event`.

    An outline has changed where its label or a vertex differs.
    """
    side = Side(shapes_then, annotation.shapes)
    reasons = _reasons_of_removal(annotation, event)
    removed, changed = [], []
    for index, before in enumerate(shapes_then):
        after = side.of(index)
        if after is None:
            removed.append(ShapeChange(before, None, reasons.get(before.outline_digest)))
        elif _looks(before) != _looks(after):
            changed.append(ShapeChange(before, after, _reason_of(after)))
    added = (annotation.shapes[at] for at in side.added)
    return ReviewChanges(
        tuple(ShapeChange(None, shape, _reason_of(shape)) for shape in added),
        tuple(removed),
        tuple(changed),
    )


def _looks(shape: Shape) -> tuple[str, str]:
    return shape.label, shape.outline_digest


def _reason_of(shape: Shape) -> CorrectionReason | None:
    return None if shape.provenance is None else shape.provenance.reason


def _reasons_of_removal(
    annotation: Annotation, event: ReviewEvent
) -> Mapping[str, CorrectionReason]:
    """Return why outlines were taken away after `event`, by their digest."""
    events = () if annotation.review is None else annotation.review.events
    since = events[events.index(event) :] if event in events else events
    return {
        removal.outline: CorrectionReason(removal.reason)
        for removal in since
        if removal.kind == "removed"
        and removal.outline is not None
        and removal.reason in tuple(CorrectionReason)
    }
