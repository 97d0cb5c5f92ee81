"""Keeps the foot of the side panel, the record and the actions in step with the film's record."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime

from PySide6.QtGui import QAction

from opacity_studio.domain.annotation import Annotation
from opacity_studio.domain.review_status import ReviewStatus, Role
from opacity_studio.domain.wording import tr
from opacity_studio.gui.frame.side_panel import SidePanel
from opacity_studio.gui.reviewing.event_words import moment_text, reason_text, state_name
from opacity_studio.gui.reviewing.status_strip import Standing
from opacity_studio.gui.reviewing.verdict import is_answered
from opacity_studio.review.session import Change, ReviewSession

_SETTLED = {ReviewStatus.ANNOTATED, ReviewStatus.APPROVED, ReviewStatus.RETURNED}


class Standings:
    """Listens to the session and shows where the film stands.

    Parameters
    ----------
    worded
        Puts the person's keys into a text.
    """

    def __init__(
        self,
        session: ReviewSession,
        actions: Mapping[str, QAction],
        side: SidePanel,
        worded: Callable[[str], str],
    ) -> None:
        self._session, self._actions, self._side = session, actions, side
        self._worded = worded
        self._status: ReviewStatus | None = None
        self._unsubscribe = session.subscribe(self._changed)
        self.show()

    def close(self) -> None:
        """Stop listening."""
        self._unsubscribe()

    def show_role(self, role: Role) -> None:
        """Name things as they are for a reader in `role`."""
        is_reviewer = role == "reviewer"
        self._side.foot.show_role(role)
        self._side.measurement.show_role(role)
        self._actions["film.done"].setText(
            tr("Approve, next film") if is_reviewer else tr("Done, next film")
        )
        self.show()

    def show(self) -> None:
        """Show the film in view as it stands now."""
        session = self._session
        annotation = session.annotation
        open_film = session.radiograph is not None
        standing = standing_of(annotation, session.reader.role) if open_film else Standing()
        # Telling the state takes a look at every outline: once for each edit.
        self._status = standing.status
        if session.radiograph is not None and not session.can_record:
            standing = Standing(standing.status, standing.text, session.blocked_reason or "")
        self._side.foot.status.show_standing(
            Standing(standing.status, standing.text, self._worded(standing.note))
        )
        self._side.record.show_record(annotation.review, can_record=session.can_record)
        self._enable()

    def _changed(self, change: Change) -> None:
        if change.what & {"film", "annotation", "saved", "view"}:
            self.show()
        elif "selection" in change.what:
            self._enable()

    def _enable(self) -> None:
        session = self._session
        film, can_record = session.radiograph is not None, session.can_record
        reviews = session.reader.role == "reviewer"
        unread = self._status is ReviewStatus.UNREAD
        for name, enabled in (
            ("film.done", film),
            ("film.no-opacity", can_record and not session.is_locked),
            # An annotator is told that only a reviewer returns and unlocks.
            ("film.return", can_record and not (reviews and unread)),
            ("film.skip", film),
            ("film.flag", can_record),
            ("film.comment", can_record),
            ("film.unlock", can_record),
            ("shape.reason", can_record and not session.is_locked),
            ("film.changes", film and not reviews and is_answered(session.annotation.review)),
        ):
            self._actions[name].setEnabled(enabled)


def standing_of(annotation: Annotation, role: Role) -> Standing:
    """Return where a film stands, in the words of the strip.

    The note holds ``{action.id}`` in place of keys.
    """
    record, status = annotation.review, annotation.status
    step = None if record is None else record.last_step
    text = state_name(status)
    notes = []
    if status is ReviewStatus.APPROVED:
        notes.append(tr("locked, {film.unlock} unlocks") if role == "reviewer" else tr("locked"))
    elif annotation.lost_approval:
        notes.append(tr("approval lost"))
    elif record is not None and record.return_reason:
        notes.append(reason_text(record.return_reason))
    if record is not None and record.is_flagged:
        notes.append(tr("flagged"))
    if step is not None and status in _SETTLED:
        state = tr("Unlocked") if step.kind == "unlocked" else text
        text = tr("{state} by {name}", state=state, name=step.reader)
        notes.append(moment_text(step, datetime.now().astimezone()))
    return Standing(status, text, " · ".join(notes))
