"""What readers say about a film: events in its record, and who may say what."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import Final, TypedDict, Unpack

from opacity_studio.domain.annotation import Annotation
from opacity_studio.domain.labels import OPACITY
from opacity_studio.domain.review_status import (
    EventKind,
    KeptOutlines,
    Reader,
    ReviewEvent,
    ReviewRecord,
    ReviewStatus,
    Role,
)
from opacity_studio.domain.shape import Shape
from opacity_studio.domain.wording import tr, tr_count

MOST_POINTS_KEPT: Final = 20_000
"""Vertices of another reader's outlines that a record keeps at most: some 800 kB of JSON."""

APPROVAL_LOST: Final = "The outlines are no longer those that were approved."
"""Comment of a "reopened" event; stays in the file, in English."""

_ROLES: Final[tuple[Role, ...]] = ("annotator", "reviewer")
_REVIEWERS_ONLY: Final = frozenset[EventKind]({"approved", "returned", "unlocked"})


class EventDetails(TypedDict, total=False):
    """What an event may tell besides who did what when; see `ReviewEvent`."""

    comment: str
    model: str | None
    threshold: float | None
    reason: str | None
    outline: str | None
    label: str | None
    answers: str | None
    seconds: float | None
    blind: bool | None


def event_now(
    annotation: Annotation,
    kind: EventKind,
    reader: Reader,
    now: datetime,
    program: str,
    **details: Unpack[EventDetails],
) -> ReviewEvent:
    """Return the event that `reader` does `kind` of thing with the film as it stands `now`.

    `now` has a time zone.
    """
    return ReviewEvent(
        kind=kind,
        time=now.isoformat(timespec="seconds"),
        reader=reader.name,
        role=reader.role,
        shapes_digest=annotation.shapes_digest,
        program=program,
        **details,
    )


def recorded(annotation: Annotation, event: ReviewEvent) -> Annotation:
    """Return the annotation with `event` in its record, and in the state that this brings.

    The same annotation where the event says nothing new: vouching twice for the same outlines,
    flagging what is flagged.
    """
    record = annotation.review if annotation.review is not None else ReviewRecord()
    if _says_nothing_new(annotation, record, event):
        return annotation
    if event.is_vouching:
        # What a record keeps of these very outlines is in the file itself again.
        kept = tuple(k for k in record.kept if k.shapes_digest != event.shapes_digest)
        record = replace(record, kept=kept)
    status = None if event.status_after is not None else _status_to_keep(annotation)
    return replace(annotation, review=record.with_event(event, status))


def _status_to_keep(annotation: Annotation) -> ReviewStatus:
    """Return the state that an event which does not change it has to write down."""
    record = annotation.review
    # An approval that no longer holds stays written until an event says that it was lost.
    return annotation.status if record is None else record.status


def _says_nothing_new(annotation: Annotation, record: ReviewRecord, event: ReviewEvent) -> bool:
    if event.kind in ("flagged", "unflagged"):
        return record.is_flagged == (event.kind == "flagged")
    if event.kind == "skipped":
        last = record.events[-1] if record.events else None
        return last is not None and _said(last) == _said(event)
    if event.status_after is None or event.status_after is not annotation.status:
        return False
    last = record.last_step
    return last is not None and _said(last) == _said(event)


def _said(event: ReviewEvent) -> tuple[object, ...]:
    return event.kind, event.reader, event.role, event.shapes_digest, event.reason


# What may be said -------------------------------------------------------------------------


def is_locked(annotation: Annotation) -> bool:
    """Whether the film is approved and still as it was approved."""
    record = annotation.review
    return (
        record is not None
        and record.status is ReviewStatus.APPROVED
        and annotation.status is ReviewStatus.APPROVED
    )


def locked_sentence(role: Role) -> str:
    """Return what to tell a reader in `role` who would change an approved film."""
    if role == "reviewer":
        return tr("This film is approved; unlock it to change its outlines.")
    return tr("This film is approved: a reviewer has to unlock it before its outlines change.")


def why_not(annotation: Annotation, kind: EventKind, reader: Reader) -> str | None:
    """Return why `reader` cannot do `kind` of thing with the film, or None where they can."""
    if kind in _REVIEWERS_ONLY and reader.role != "reviewer":
        return tr(
            "Only a reviewer approves, returns or unlocks a film; change your role in the settings."
        )
    if kind in ("annotated", "no_opacity") and is_locked(annotation):
        return locked_sentence(reader.role)
    if kind == "no_opacity":
        return why_not_clear(annotation)
    if kind == "returned" and annotation.status is ReviewStatus.UNREAD:
        return tr("Nobody has read this film yet, so there is nothing to return.")
    if kind == "unlocked" and not is_locked(annotation):
        return tr("This film is not approved: its outlines can be changed as they are.")
    return None


def why_not_clear(annotation: Annotation) -> str | None:
    """Return why the film cannot be marked as free of opacity, or None where it can."""
    count = len(annotation.labelled(OPACITY))
    if count == 0:
        return None
    return tr_count(
        "This film has an opacity shape: delete it first, or mark the film as annotated.",
        "This film has {count} opacity shapes: delete them first, or mark the film as annotated.",
        count,
    )


def starts_blind(annotation: Annotation, reader: Reader) -> bool:
    """Whether `reader` has not marked this film yet, nor asked to see the prediction."""
    record = annotation.review
    return record is None or not any(
        event.reader == reader.name and (event.is_vouching or event.kind == "revealed")
        for event in record.events
    )


# What edits do to a record ----------------------------------------------------------------


def with_loss_recorded(
    annotation: Annotation, reader: Reader, now: datetime, program: str
) -> Annotation:
    """Return the annotation with an event that says so where its approval no longer holds.

    `reader` is the one at whose screen that was noticed.
    """
    record = annotation.review
    if record is None or not annotation.lost_approval:
        return annotation
    last = record.last_step
    if last is not None and last.kind == "reopened":
        return annotation
    event = event_now(annotation, "reopened", reader, now, program, comment=APPROVAL_LOST)
    return replace(annotation, review=record.with_event(event))


def with_outlines_kept(before: Annotation, after: Annotation, reader: Reader) -> Annotation:
    """Return `after` with the outlines in its record that other readers left in `before`.

    Kept are those an annotator last marked and those a reviewer last approved or returned, from
    the first edit by somebody else on; nothing where there are too many to keep.
    """
    record = after.review
    if record is None or sum(map(_size, before.shapes)) > MOST_POINTS_KEPT:
        return after
    for role in _ROLES:
        mark = record.last_mark(role)
        if mark is None or (mark.reader, mark.role) == (reader.name, reader.role):
            continue
        if record.outlines_of(mark) is None and mark.shapes_digest == before.shapes_digest:
            shapes = tuple(map(_outline_only, before.shapes))
            record = record.keeping(
                KeptOutlines(mark.shapes_digest, role, reader.name, reader.role, shapes)
            )
    return after if record is after.review else replace(after, review=record)


def _size(shape: Shape) -> int:
    # A vertex takes some forty characters of a file.
    rings = (shape.points, *shape.holes)
    return sum(map(len, rings)) + len(shape.mask or "") // 40


def _outline_only(shape: Shape) -> Shape:
    return Shape(
        shape.label,
        shape.points,
        shape_type=shape.shape_type,
        holes=shape.holes,
        group_id=shape.group_id,
        description=shape.description,
        mask=shape.mask,
        key=shape.key,
    )
