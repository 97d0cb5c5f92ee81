"""What a reviewer made of a film after the annotator marked it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from opacity_studio.domain.annotation import Annotation
from opacity_studio.domain.review_changes import ReviewChanges, changes_since
from opacity_studio.domain.review_status import ReviewEvent, ReviewRecord
from opacity_studio.domain.shape import Shape


@dataclass(frozen=True, slots=True)
class Verdict:
    """The reviewer's answer to an annotator's mark.

    Attributes
    ----------
    event
        With which the reviewer returned or approved the film.
    changes
        Of the annotator's outlines by then.
    comments
        Of reviewers, since the annotator's mark.
    is_lost
        Whether it was an approval that no longer holds.
    """

    event: ReviewEvent
    changes: ReviewChanges
    comments: tuple[ReviewEvent, ...]
    is_lost: bool = False

    @property
    def is_return(self) -> bool:
        """Whether the film was returned."""
        return self.event.kind == "returned"


def is_answered(record: ReviewRecord | None) -> bool:
    """Whether a reviewer has approved or returned what the annotator marked last."""
    return record is not None and _mark_and_answer(record) is not None


def _mark_and_answer(record: ReviewRecord) -> tuple[int, ReviewEvent] | None:
    """Return where the annotator's last mark is, and what the reviewer then said of it."""
    mark, answer = record.last_mark("annotator"), record.last_mark("reviewer")
    if mark is None or answer is None:
        return None
    marked_at = record.events.index(mark)
    return None if record.events.index(answer) < marked_at else (marked_at, answer)


def outlines_wanted(annotation: Annotation) -> str | None:
    """Return the digest of the outlines the reviewer left, where neither film nor record has them.

    Another program has changed them; an earlier version of the file may have them.
    """
    found = None if annotation.review is None else _mark_and_answer(annotation.review)
    if found is None or _as_answered(annotation, found[1], None) is not None:
        return None
    return found[1].shapes_digest


def verdict_on(annotation: Annotation, then: Sequence[Shape] | None = None) -> Verdict | None:
    """Return the reviewer's answer to the annotator's last mark that is worth a word.

    None where there is none yet, and where the film was approved as it was, without a comment.

    Parameters
    ----------
    then
        The `outlines_wanted`, where they were found.
    """
    record = annotation.review
    if record is None:
        return None
    found = _mark_and_answer(record)
    if found is None:
        return None
    marked_at, answer = found
    comments = tuple(
        event
        for event in record.events[marked_at:]
        if event.kind == "commented" and event.role == "reviewer" and event.comment
    )
    seen = _as_answered(annotation, answer, then)
    mark = record.events[marked_at]
    changes = (None if seen is None else changes_since(seen, mark)) or ReviewChanges()
    verdict = Verdict(answer, changes, comments, annotation.lost_approval)
    return verdict if verdict.is_return or changes or comments else None


def _as_answered(
    annotation: Annotation, answer: ReviewEvent, then: Sequence[Shape] | None
) -> Annotation | None:
    """Return the film as the reviewer left it: what was drawn since is not theirs."""
    if answer.shapes_digest == annotation.shapes_digest:
        return annotation
    kept = None if annotation.review is None else annotation.review.outlines_of(answer)
    shapes = then if kept is None else kept.shapes
    return None if shapes is None else replace(annotation, shapes=tuple(shapes))
