"""The tab "Record": everything that was said and done about a film, and a field to say more."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QLabel, QVBoxLayout, QWidget

from opacity_studio.domain.review_status import ReviewRecord
from opacity_studio.domain.wording import tr
from opacity_studio.gui.frame.inline_question import NameField
from opacity_studio.gui.look.theme import Theme
from opacity_studio.gui.reviewing.record_list import RecordList


class RecordPanel(QWidget):
    """The events, and a field for a comment; with a comment selected it is the answer to it."""

    comment_typed = Signal(str, object)
    """The words, and the `ReviewEvent` they answer; None for a comment on the film."""

    region_wanted = Signal(object)
    """`ReviewEvent` about a region that a person wants to see."""

    left = Signal()
    """Escape in the field, or nothing left to look at: the keyboard goes back to the film."""

    def __init__(self, theme: Theme, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("record-panel")
        self.setAccessibleName(tr("Record"))
        self.list = RecordList(theme, self)
        self.setFocusProxy(self.list)
        self._empty = QLabel(tr("Nothing has been recorded of this film yet."), self)
        self._empty.setObjectName("record.empty")
        self._empty.setProperty("dim", True)
        self._empty.setWordWrap(True)
        self._empty.setAlignment(Qt.AlignmentFlag.AlignTop)
        self.field = NameField(self)
        self.field.setObjectName("record.comment")
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 8, 0, 0)
        layout.setSpacing(6)
        layout.addWidget(self._empty, 1)
        layout.addWidget(self.list, 1)
        layout.addWidget(self.field)
        self.list.wanted.connect(self._wanted)
        self.list.selectionModel().selectionChanged.connect(self._show_addressee)
        self.field.returnPressed.connect(self._send)
        self.field.escaped.connect(self._leave)
        self.show_record(None, can_record=False)

    def show_record(self, record: ReviewRecord | None, *, can_record: bool) -> None:
        """Show the events of `record`; comments are taken where `can_record`."""
        events = () if record is None else record.events
        self.list.events.set_events(events)
        if not events and self.list.hasFocus():
            # The next to have it would be the field, which takes the keys of the film.
            self.left.emit()
        self.list.setVisible(bool(events))
        self._empty.setVisible(not events)
        self.field.setEnabled(can_record)
        self._show_addressee()

    def set_theme(self, theme: Theme) -> None:
        """Paint in the colours of `theme` from now on."""
        self.list.delegate.theme = theme
        self.list.viewport().update()

    def _show_addressee(self) -> None:
        event = self.list.chosen
        if event is not None and event.kind == "commented":
            words = tr("Answer {name}…", name=event.reader)
        else:
            words = tr("Comment on this film…")
        self.field.setPlaceholderText(words)
        self.field.setAccessibleName(words)
        self.field.setToolTip(tr("{words} (Enter sends)", words=words))

    def _wanted(self, event: object) -> None:
        self.region_wanted.emit(event)

    def _send(self) -> None:
        text = self.field.text().strip()
        if not text:
            return
        event = self.list.chosen
        answers = event if event is not None and event.kind == "commented" else None
        self.field.clear()
        self.list.clearSelection()
        self.comment_typed.emit(text, answers)

    def _leave(self) -> None:
        self.field.clear()
        self.left.emit()
