"""Reading without the prediction first: it waits for the reader's own mark, or to be asked for."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QLabel, QVBoxLayout, QWidget

from opacity_studio.domain.wording import tr
from opacity_studio.gui.actions.action_push_button import ActionPushButton
from opacity_studio.gui.commands import PROGRAM
from opacity_studio.gui.look.panel_parts import heading
from opacity_studio.gui.settings.preferences import Preferences
from opacity_studio.review.marking import starts_blind
from opacity_studio.review.session import Change, ReviewSession


class BlindPanel(QWidget):
    """Stands in the place of the prediction's controls while the film is read without it."""

    def __init__(self, show: QAction, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("blind-panel")
        self.setAccessibleName(tr("Blind reading"))
        note = QLabel(
            tr("Blind reading: the prediction stays hidden until you have marked this film."), self
        )
        note.setObjectName("blind.note")
        note.setWordWrap(True)
        note.setProperty("dim", True)
        words = tr("Show prediction")
        button = ActionPushButton(show, words, words, self)
        button.setObjectName("blind.show")
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(8)
        layout.addWidget(heading(tr("Prediction"), self))
        layout.addWidget(note)
        layout.addWidget(button, 0, Qt.AlignmentFlag.AlignLeft)
        layout.addStretch()


class BlindReading(QObject):
    """Tells the session which films are read blind, and ends it on request.

    Parameters
    ----------
    switch_prediction
        Does what the switch "Show prediction" does where nothing is hidden.
    know_reader
        Calls what it is given once the reader's name is known.
    """

    changed = Signal(bool)
    """Whether the film in view is read blind."""

    mode_changed = Signal(bool)
    """Whether films are read blind at first."""

    def __init__(
        self,
        session: ReviewSession,
        preferences: Preferences,
        *,
        switch_prediction: Callable[[], None],
        know_reader: Callable[[Callable[[], None]], None],
        parent: QObject,
    ) -> None:
        super().__init__(parent)
        self._session, self._preferences = session, preferences
        self._switch_prediction, self._know_reader = switch_prediction, know_reader
        self._was_on = self.is_on
        self._was_blind = False
        self._show: QAction | None = None
        self._unsubscribe = session.subscribe(self._session_changed)
        preferences.changed.connect(lambda _settings: self._mode_changed())

    @property
    def is_on(self) -> bool:
        """Whether films are read blind at first."""
        return self._preferences.settings.blind_first

    def callbacks(self) -> dict[str, Callable[[], None]]:
        """Return what to do, by action id."""
        return {"film.blind": self._toggle, "prediction.show": self._show_prediction}

    def follow(self, blind: QAction, show: QAction) -> None:
        """Take the switches of the mode and of the prediction, once they are made."""
        self._blind_switch, self._show = blind, show
        blind.setChecked(self.is_on)

    def close(self) -> None:
        """Stop listening."""
        self._unsubscribe()

    def _toggle(self) -> None:
        self._preferences.change(blind_first=not self.is_on)

    def _mode_changed(self) -> None:
        self._blind_switch.setChecked(self.is_on)
        if self.is_on is not self._was_on:
            self._was_on = self.is_on
            self._begin()
            self.mode_changed.emit(self.is_on)

    def _session_changed(self, change: Change) -> None:
        if "film" in change.what:
            self._begin()
        if change.what & {"film", "view"} and self._session.is_blind is not self._was_blind:
            self._was_blind = self._session.is_blind
            self.changed.emit(self._was_blind)

    def _begin(self) -> None:
        """Read the film in view blind where the mode says so and nobody has seen more yet."""
        session = self._session
        if session.radiograph is None:
            return
        if self.is_on:
            seen = session.prediction is not None and not session.is_blind
            session.set_blind(not seen and starts_blind(session.annotation, session.reader))
        elif session.is_blind:
            session.set_blind(False)

    def _show_prediction(self) -> None:
        if not self._session.is_blind:
            self._switch_prediction()
            return
        if self._show is not None:
            # It was asked for: shown, whatever the switch says now.
            self._show.setChecked(True)
        self._know_reader(self._reveal)

    def _reveal(self) -> None:
        self._session.reveal(datetime.now().astimezone(), PROGRAM)
        self._switch_prediction()
