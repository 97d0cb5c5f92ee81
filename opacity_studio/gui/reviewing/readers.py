"""Who is reading, and in which role: asked once, when the first worklist is there."""

from __future__ import annotations

import getpass
from collections.abc import Callable

from PySide6.QtCore import QObject, Signal

from opacity_studio.domain.review_status import Reader
from opacity_studio.gui.reviewing.reader_bar import ReaderBar
from opacity_studio.gui.settings.preferences import Preferences
from opacity_studio.review.session import ReviewSession


def system_name() -> str:
    """Return the name of the operating system's user; ``reader`` where it has none."""
    try:
        return getpass.getuser() or "reader"
    except (KeyError, OSError):
        return "reader"


def known_reader(preferences: Preferences) -> Reader:
    """Return the reader of the settings; under the system's name until they have said theirs."""
    settings = preferences.settings
    return Reader(settings.reader_name or system_name(), settings.reader_role)


class Readers(QObject):
    """Knows the reader, or asks over the film and goes on once they have answered."""

    changed = Signal(object)
    """`Reader` from now on."""

    def __init__(
        self,
        session: ReviewSession,
        preferences: Preferences,
        question: ReaderBar,
        parent: QObject,
    ) -> None:
        super().__init__(parent)
        self._session = session
        self._preferences = preferences
        self._question = question
        self._then: Callable[[], None] | None = None
        question.answered.connect(self._answered)
        question.dropped.connect(self.forget)

    def welcome(self) -> None:
        """Ask without a hurry where the reader is not known: reading goes on meanwhile."""
        if not self._preferences.settings.reader_name and self._question.isHidden():
            self._question.ask(self._session.reader, takes_keys=False)

    def know(self, then: Callable[[], None]) -> None:
        """Call `then` now, or once the reader has said who they are."""
        if self._preferences.settings.reader_name:
            then()
            return
        self._then = then
        self._question.ask(self._session.reader, takes_keys=True)

    def ask(self) -> None:
        """Let the person change name and role."""
        self._then = None
        self._question.ask(self._session.reader, takes_keys=True)

    def forget(self) -> None:
        """Do nothing more once the reader has answered: it was meant for a film that is left."""
        self._then = None

    def show_known(self) -> None:
        """Read on as who the settings name now."""
        self._session.set_reader(known_reader(self._preferences))
        self.changed.emit(self._session.reader)

    def _answered(self, reader: Reader) -> None:
        self._preferences.change(reader_name=reader.name, reader_role=reader.role)
        then, self._then = self._then, None
        if then is not None:
            then()
