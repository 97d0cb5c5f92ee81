"""A person vouching for a film: events in its record."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import Final

from opacity_studio.domain.annotation import Annotation
from opacity_studio.domain.labels import OPACITY
from opacity_studio.domain.review_status import (
    EventKind,
    Reader,
    ReviewEvent,
    ReviewRecord,
    ReviewStatus,
)

STEP_NAMES: Final[dict[EventKind, str]] = {
    "annotated": "Mark as annotated",
    "no_opacity": "No opacity",
}


def marked(
    annotation: Annotation,
    kind: EventKind,
    reader: Reader,
    now: datetime,
    *,
    program: str = "",
    model: str | None = None,
    threshold: float | None = None,
) -> Annotation:
    """Return the annotation with the event recorded and the film annotated.

    Vouching twice for the same outlines records one event only.

    Parameters
    ----------
    kind
        "annotated" or "no_opacity".
    now
        With time zone.
    program, model, threshold
        As in `ReviewEvent`.
    """
    review = annotation.review if annotation.review is not None else ReviewRecord()
    event = ReviewEvent(
        kind=kind,
        time=now.isoformat(timespec="seconds"),
        reader=reader.name,
        role=reader.role,
        shapes_digest=annotation.shapes_digest,
        program=program,
        model=model,
        threshold=threshold,
    )
    if review.status is ReviewStatus.ANNOTATED and review.events:
        last = review.events[-1]
        vouched = (last.kind, last.reader, last.role, last.shapes_digest)
        if vouched == (event.kind, event.reader, event.role, event.shapes_digest):
            return annotation
    return replace(annotation, review=review.with_event(event, ReviewStatus.ANNOTATED))


def why_not_clear(annotation: Annotation) -> str | None:
    """Return why the film cannot be marked as free of opacity, or None where it can."""
    count = len(annotation.labelled(OPACITY))
    if count == 0:
        return None
    shapes = "an opacity shape" if count == 1 else f"{count} opacity shapes"
    them = "it" if count == 1 else "them"
    return f"This film has {shapes}: delete {them} first, or mark the film as annotated."
