"""Who is reading: asked once, with the first film that is marked."""

from __future__ import annotations

import getpass
from collections.abc import Callable

from PySide6.QtCore import QObject, Signal

from opacity_studio.domain.review_status import Reader
from opacity_studio.gui.inline_question import InlineQuestion
from opacity_studio.gui.preferences import Preferences
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

    changed = Signal()

    def __init__(
        self,
        session: ReviewSession,
        preferences: Preferences,
        question: InlineQuestion,
        parent: QObject,
    ) -> None:
        super().__init__(parent)
        self._session = session
        self._preferences = preferences
        self._question = question
        self._then: Callable[[], None] | None = None
        question.answered.connect(self._answered)
        question.dropped.connect(self._dropped)

    def know(self, then: Callable[[], None]) -> None:
        """Call `then` now, or once the reader has said who they are."""
        if self._preferences.settings.reader_name:
            then()
            return
        self._then = then
        self._question.ask(self._session.reader.name)

    def ask(self) -> None:
        """Let the person change the name."""
        self._then = None
        self._question.ask(self._session.reader.name)

    def show_known(self) -> None:
        """Read on as who the settings name now."""
        self._session.set_reader(known_reader(self._preferences))
        self.changed.emit()

    def _answered(self, name: str) -> None:
        self._preferences.change(reader_name=name)
        then, self._then = self._then, None
        if then is not None:
            then()

    def _dropped(self) -> None:
        self._then = None
