"""What a person decides on a difference from the model: take the model's, or keep their own."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from opacity_studio.domain.annotation import Annotation
from opacity_studio.domain.review_status import Reader
from opacity_studio.domain.shape import Shape
from opacity_studio.domain.triage import Difference, settled_outlines
from opacity_studio.review.marking import event_now, recorded


def model_taken(annotation: Annotation, difference: Difference) -> Annotation:
    """Return the annotation with the model's outlines in place of the person's.

    They come where the person's first was in the drawing order, on top where there was none; an
    extra outline just goes. Their provenance stays the model's.
    """
    copies = tuple(region.copied() for region in difference.model)
    gone = frozenset(shape.key for shape in difference.person)
    shapes: list[Shape] = []
    is_placed = False
    for shape in annotation.shapes:
        if shape.key not in gone:
            shapes.append(shape)
        elif not is_placed:
            shapes.extend(copies)
            is_placed = True
    if not is_placed:
        shapes.extend(copies)
    return replace(annotation, shapes=tuple(shapes))


def persons_kept(
    annotation: Annotation,
    difference: Difference,
    reader: Reader,
    now: datetime,
    *,
    program: str,
    model: str | None,
    threshold: float | None,
) -> Annotation:
    """Return the annotation whose record says that the person's outlines stand.

    Those of the person's in `difference`, or, where the person has none, that the regions of the
    model's are refused; the rest is as in `outlines_kept`.
    """
    return outlines_kept(
        annotation,
        difference.person or difference.model,
        reader,
        now,
        program=program,
        model=model,
        threshold=threshold,
    )


def outlines_kept(
    annotation: Annotation,
    shapes: Sequence[Shape],
    reader: Reader,
    now: datetime,
    *,
    program: str,
    model: str | None,
    threshold: float | None,
) -> Annotation:
    """Return the annotation whose record says that `shapes` are settled; status and outlines stay.

    One event "kept" for each that has no such event yet.

    Parameters
    ----------
    shapes
        Outlines of the person's that stand against the model's, or regions of the model's that
        are refused.
    now
        With time zone.
    program, model, threshold
        As in `ReviewEvent`.
    """
    known = settled_outlines(annotation.review)
    for shape in shapes:
        digest = shape.outline_digest
        if digest not in known:
            event = event_now(
                annotation,
                "kept",
                reader,
                now,
                program,
                model=model,
                threshold=threshold,
                outline=digest,
                label=shape.label,
            )
            annotation = recorded(annotation, event)
    return annotation
