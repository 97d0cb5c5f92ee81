"""What a person decides on a difference from the model: take the model's, or keep their own."""

from __future__ import annotations

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

    One event "kept" for each outline of the person's, or for each region of the model's where the
    person has none, that has no such event yet; status and outlines stay.

    Parameters
    ----------
    now
        With time zone.
    program, model, threshold
        As in `ReviewEvent`.
    """
    known = settled_outlines(annotation.review)
    for shape in difference.person or difference.model:
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
