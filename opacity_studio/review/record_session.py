"""What readers say about the film under review, one undo step each."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Unpack

from opacity_studio.domain.annotation import Annotation
from opacity_studio.domain.correction import CorrectionReason
from opacity_studio.domain.radiograph import Radiograph
from opacity_studio.domain.review_status import EventKind, Reader, ReviewEvent
from opacity_studio.domain.shape import Provenance, Shape
from opacity_studio.domain.wording import tr
from opacity_studio.review import marking
from opacity_studio.review.editing_session import State
from opacity_studio.review.marking import EventDetails
from opacity_studio.review.shape_session import ShapeSession


def _local_time() -> datetime:
    return datetime.now().astimezone()


class RecordSession(ShapeSession):
    """Marks, approves, returns, comments on and flags the film.

    `ReviewSession` adds what the networks say; it is the one to use.

    Parameters
    ----------
    reader
        Who reads.
    clock
        Returns the active reading time so far, in seconds, of this film or of all; None where
        nobody measures it.
    now
        Returns the time, with its zone, for what an edit records by itself.
    program
        Name and version, for the same.
    """

    def __init__(
        self,
        reader: Reader,
        *,
        clock: Callable[[], float] | None = None,
        now: Callable[[], datetime] = _local_time,
        program: str = "",
    ) -> None:
        self._clock = clock
        self._read_from = 0.0
        self._untold: dict[Path | None, float] = {}
        self._now = now
        self._program = program
        super().__init__(reader)

    def _reset(
        self, radiograph: Radiograph | None, annotation: Annotation, blocked: str | None
    ) -> None:
        if self._radiograph is not None:
            # Whoever comes back to a film left without a word has read it for this long already.
            self._untold[self._radiograph.path] = self._unrecorded()
        super()._reset(radiograph, annotation, blocked)
        self._blind: bool | None = None

    def _opening_state(self, annotation: Annotation) -> State:
        before = None if self._radiograph is None else self._radiograph.path
        return State(annotation, read_until=self._read() - self._untold.pop(before, 0.0))

    def set_reader(self, reader: Reader) -> None:
        """Let `reader` be named from now on; what another one has read is not theirs."""
        if reader.name != self._reader.name:
            self._untold.clear()
            self._read_from = self._read()
        super().set_reader(reader)

    def _read(self) -> float:
        return 0.0 if self._clock is None else self._clock()

    def _as_edited(self, annotation: Annotation, *, is_drawn: bool = True) -> Annotation:
        # Both sides of the edit say that the approval is lost, so that it adds nothing else.
        before = marking.with_loss_recorded(
            self.annotation, self._reader, self._now(), self._program
        )
        if before is not self.annotation and annotation.review is self.annotation.review:
            annotation = replace(annotation, review=before.review)
        return super()._as_edited(annotation, is_drawn=is_drawn)

    # Blind reading ------------------------------------------------------------------------

    @property
    def is_blind(self) -> bool:
        """Whether the film is read without the prediction for now."""
        return self._blind is True

    def set_blind(self, blind: bool) -> None:
        """Read this film without the prediction, or not; marks tell of it from now on."""
        if blind != self._blind:
            self._blind = blind
            self._tell("view")

    def reveal(self, now: datetime, program: str) -> bool:
        """Record that the reader asked for the prediction before their own first mark."""
        if not self.is_blind:
            return False
        self.set_blind(False)
        return self.record(tr("Show prediction"), "revealed", now, program)

    # Events -------------------------------------------------------------------------------

    def record(
        self,
        step: str,
        kind: EventKind,
        now: datetime,
        program: str,
        *,
        annotation: Annotation | None = None,
        **details: Unpack[EventDetails],
    ) -> bool:
        """Record an event as one undo step named `step`.

        Parameters
        ----------
        annotation
            Made from the current one, where outlines change in the same step.
        details
            Further fields of `ReviewEvent`: comment, reason, outline, label.

        Returns
        -------
        bool
            False where it says nothing new or cannot be recorded.
        """
        if not self.can_record:
            return False
        after = self._as_edited(self.annotation if annotation is None else annotation)
        if annotation is not None and not self.is_editable and after != self.annotation:
            return False
        told: EventDetails = {**self._circumstances(), **details}
        event = marking.event_now(after, kind, self._reader, now, program, **told)
        return self._record(step, marking.recorded(after, event))

    def _circumstances(self) -> EventDetails:
        """Return what else an event tells of the moment."""
        if self._clock is None:
            return EventDetails()
        return EventDetails(seconds=round(self._unrecorded(), 1))

    def _unrecorded(self) -> float:
        """Return the seconds this reader has read the film that no event tells of."""
        until = max(self._history.current.read_until, self._read_from)
        return max(self._read() - until, 0.0)

    def _record(self, step: str, annotation: Annotation) -> bool:
        if annotation.review == self.annotation.review:
            return False
        state = replace(self._history.current, annotation=annotation, read_until=self._read())
        taken_away = self._taken_away
        self._step(lambda: self._history.record(step, state))
        self._taken_away = taken_away
        return True

    def _mark(
        self,
        step: str,
        kind: EventKind,
        now: datetime,
        program: str,
        **details: Unpack[EventDetails],
    ) -> str | None:
        refused = self._blocked or marking.why_not(self.annotation, kind, self._reader)
        if refused is not None:
            return refused
        if self._blind is not None:
            details["blind"] = self._blind
        if self.record(step, kind, now, program, **details) and self._blind:
            # Whoever has marked a film may see what the networks say.
            self.set_blind(False)
        return None

    # Marks --------------------------------------------------------------------------------

    def mark_done(self, now: datetime, program: str) -> bool:
        """Record that the reader vouches for the film's outlines; False if nothing is new."""
        before = self.annotation
        self._mark(tr("Mark as annotated"), "annotated", now, program)
        return self.annotation is not before

    def mark_no_opacity(self, now: datetime, program: str) -> str | None:
        """Record that the film shows no opacity; returns why not where it was refused."""
        return self._mark(tr("No opacity"), "no_opacity", now, program)

    def approve(self, now: datetime, program: str) -> str | None:
        """Record that the reviewer approves the outlines; returns why not where refused."""
        return self._mark(tr("Approve"), "approved", now, program)

    def return_film(self, reason: str, now: datetime, program: str) -> str | None:
        """Give the film back to the annotator; returns why not where it was refused."""
        if not reason.strip():
            return tr("Say why the film is returned, so that the annotator knows what to do.")
        return self._mark(tr("Return"), "returned", now, program, reason=reason.strip())

    def unlock(self, now: datetime, program: str) -> str | None:
        """Let an approved film be changed; returns why not where it was refused."""
        return self._mark(tr("Unlock"), "unlocked", now, program)

    def skip(self, now: datetime, program: str) -> bool:
        """Record that the reader passed over the film for now."""
        return self.record(tr("Skip"), "skipped", now, program)

    def flag(self, on: bool, now: datetime, program: str) -> bool:
        """Flag the film, or take the flag away."""
        if on:
            return self.record(tr("Flag"), "flagged", now, program)
        return self.record(tr("Take flag away"), "unflagged", now, program)

    def comment(
        self,
        text: str,
        keys: Collection[int],
        now: datetime,
        program: str,
        *,
        answers: ReviewEvent | None = None,
    ) -> bool:
        """Comment on the film, or on the shapes in `keys`, as one step.

        The comment on a shape is LabelMe's ``description`` of it; an empty one takes it away.

        Parameters
        ----------
        answers
            The comment this one replies to, on the film or a shape; `keys` is empty then.
        """
        text = text.strip()
        changed = tuple(
            shape
            for shape in self.annotation.shapes
            if shape.key in keys and (shape.description or "") != text
        )
        if changed:
            return self._comment_on(changed, text, now, program)
        if keys or not text:
            return False
        about = EventDetails(comment=text)
        if answers is not None:
            about |= {
                "answers": answers.time,
                "outline": answers.outline,
                "label": answers.label,
            }
        return self.record(tr("Comment"), "commented", now, program, **about)

    def _comment_on(self, shapes: Sequence[Shape], text: str, now: datetime, program: str) -> bool:
        described = self.annotation.mapping(
            (shape.key for shape in shapes),
            lambda shape: replace(shape, description=text or None),
        )
        events = [
            EventDetails(comment=text, outline=shape.outline_digest, label=shape.label)
            for shape in shapes
        ]
        return self._record_several(tr("Comment"), "commented", described, events, (now, program))

    def _record_several(
        self,
        step: str,
        kind: EventKind,
        annotation: Annotation,
        events: Sequence[EventDetails],
        moment: tuple[datetime, str],
    ) -> bool:
        """Record an event for each of `events`, as one step; the first tells of the time read.

        `moment` is the time and the program.
        """
        if not self.can_record:
            return False
        annotation = self._as_edited(annotation)
        details = self._circumstances()
        for about in events:
            told: EventDetails = {**details, **about}
            event = marking.event_now(annotation, kind, self._reader, *moment, **told)
            annotation = marking.recorded(annotation, event)
            details.pop("seconds", None)
        return self._record(step, annotation)

    # Reasons ------------------------------------------------------------------------------

    @property
    def taken_away(self) -> tuple[Shape, ...]:
        """What was deleted or rejected a moment ago: `set_reason` speaks of that."""
        return self._taken_away

    @property
    def corrected(self) -> tuple[Shape, ...]:
        """What else `set_reason` speaks of: the selected shapes, else those drawn last.

        Those are what the last step made or changed: after a stroke of the brush nothing is
        selected.
        """
        before = self._history.previous
        if self._selection or before is None:
            return self._unlocked(None)
        known = {shape.key: shape for shape in before.annotation.shapes}
        changed = (s.key for s in self.annotation.shapes if s is not known.get(s.key))
        return tuple(s for s in self._unlocked(changed) if s != known.get(s.key))

    def set_reason(self, reason: CorrectionReason | None, now: datetime, program: str) -> bool:
        """Say why the `corrected` shapes were; None takes that back.

        Right after shapes were deleted or a predicted region was rejected it says why these
        were: an event "removed" for each.
        """
        if self._taken_away:
            return reason is not None and self._say_why_removed(reason, now, program)
        keys = {shape.key for shape in self.corrected}
        new = self.annotation.mapping(keys, lambda shape: _with_reason(shape, reason))
        step = tr("Reason: none") if reason is None else _step_name(reason)
        return bool(keys) and self.commit(step, new)

    def _say_why_removed(self, reason: CorrectionReason, now: datetime, program: str) -> bool:
        events: list[EventDetails] = []
        for shape in self._taken_away:
            about = EventDetails(
                reason=reason.value,
                outline=shape.outline_digest,
                label=shape.label,
            )
            made = shape.provenance
            if made is not None and made.source == "model":
                about |= {"model": made.model, "threshold": made.threshold}
            events.append(about)
        return self._record_several(
            _step_name(reason), "removed", self.annotation, events, (now, program)
        )


def _step_name(reason: CorrectionReason) -> str:
    return tr("Reason: {reason}", reason=reason.display_name)


def _with_reason(shape: Shape, reason: CorrectionReason | None) -> Shape:
    made = shape.provenance
    if made is None and reason is None:
        return shape
    if made is None:
        # A foreign outline counts as a person's everywhere; nobody knows whose.
        made = Provenance("person", outline_digest=shape.outline_digest)
    return replace(shape, provenance=replace(made, reason=reason))
