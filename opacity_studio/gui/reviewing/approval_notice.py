"""Says once that a film lost its approval because its outlines were changed elsewhere."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QObject, QTimer

from opacity_studio.domain.wording import tr
from opacity_studio.gui.desk import ReviewDesk
from opacity_studio.gui.film.film_loader import OpenedFilm
from opacity_studio.gui.frame.message_bar import Message
from opacity_studio.review.session import Change, ReviewSession

TOPIC = "approval"


class ApprovalNotice(QObject):
    """Looks at every film that comes into view, and at what other programs do to it there.

    Parameters
    ----------
    tell, settled
        Show a message; take back the message of a topic.
    """

    def __init__(
        self,
        session: ReviewSession,
        desk: ReviewDesk,
        tell: Callable[[Message], None],
        settled: Callable[[str], None],
    ) -> None:
        super().__init__(desk)
        self._session, self._desk = session, desk
        self._tell, self._settled = tell, settled
        self._told: set[tuple[Path, str]] = set()
        desk.film_shown.connect(self._film_shown)
        desk.film_failed.connect(lambda _film: settled(TOPIC))
        # A moment later: what is said of the merge itself must not stand before this.
        self._soon = QTimer(self)
        self._soon.setSingleShot(True)
        self._soon.setInterval(0)
        self._soon.timeout.connect(self._look)
        self._unsubscribe = session.subscribe(self._changed)

    def close(self) -> None:
        """Stop listening."""
        self._soon.stop()
        self._unsubscribe()

    def _film_shown(self, opened: OpenedFilm | None) -> None:
        if opened is not None:
            self._settled(TOPIC)
            self._look()

    def _changed(self, change: Change) -> None:
        if "film" not in change.what and "annotation" in change.what:
            if self._session.annotation.lost_approval:
                self._soon.start()
            else:
                self._settled(TOPIC)

    def _look(self) -> None:
        """Tell of the approval that is lost; once for each approval."""
        annotation, file = self._session.annotation, self._desk.autosave.file
        record = annotation.review
        if record is None or file is None or not annotation.lost_approval:
            return
        approval = record.last_mark("reviewer")
        if approval is None or (file.path, approval.time) in self._told:
            return
        self._told.add((file.path, approval.time))
        if self._session.reader.role == "reviewer":
            advice = tr("look at the outlines and approve the film again, or return it")
        else:
            advice = tr("a reviewer has to look at it again")
        self._tell(
            Message(
                tr(
                    "This film is no longer approved: the outlines in {file} were changed after "
                    "{name} had approved them; {advice}.",
                    file=file.path.name,
                    name=approval.reader,
                    advice=advice,
                ),
                TOPIC,
            )
        )
