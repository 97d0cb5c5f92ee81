"""The middle of the window: the film, what stands in its place, and the bars over its top edge."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QDragEnterEvent, QDragLeaveEvent, QDropEvent
from PySide6.QtWidgets import QHBoxLayout, QStackedLayout, QVBoxLayout, QWidget

from opacity_studio.domain.wording import tr
from opacity_studio.gui.film.bare_film import BareFilm
from opacity_studio.gui.film.compare_legend import CompareLegend
from opacity_studio.gui.film.empty_state import EmptyState
from opacity_studio.gui.film.film_view import FilmView
from opacity_studio.gui.frame.inline_question import InlineQuestion
from opacity_studio.gui.frame.message_bar import MessageBar
from opacity_studio.gui.frame.top_edge import TopEdge
from opacity_studio.gui.reviewing.reader_bar import ReaderBar


class FilmArea(QWidget):
    """Film view or empty state; messages and questions lie over it: the film never moves."""

    dropped = Signal(object)
    """Path of a file or folder that was dropped here."""

    def __init__(self, view: FilmView, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("film-area")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setAcceptDrops(True)
        self.view = view
        self.empty = EmptyState(self)
        self.bare = BareFilm(view, self)
        self.legend = CompareLegend(view)
        films = QWidget(self)
        rows = QVBoxLayout(films)
        rows.setContentsMargins(0, 0, 0, 0)
        rows.setSpacing(0)
        beside = QHBoxLayout()
        beside.setSpacing(2)
        beside.addWidget(self.bare, 1)
        beside.addWidget(view, 1)
        rows.addLayout(beside, 1)
        self._rows, self._beside = rows, beside
        layout = QStackedLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self.empty)
        layout.addWidget(films)
        self._layout, self._films = layout, films
        self.messages = MessageBar(self)
        self.reader_question = ReaderBar(self)
        self.label_question = InlineQuestion(
            "label-bar", tr("Label of the shapes:"), tr("Relabel"), self
        )
        self.comment_question = InlineQuestion(
            "comment-bar", tr("Comment on this film:"), tr("Comment"), self, widest=900
        )
        self._film_questions = (self.label_question, self.comment_question)
        questions = (self.reader_question, *self._film_questions)
        for question in questions:
            # Else the keyboard would be with whatever is next to the field that is hidden.
            question.answered.connect(lambda _answer: view.setFocus())
            question.dropped.connect(view.setFocus)
        self.top = TopEdge(self, lowest=self.messages)
        self.top.add(*questions)

    def add(self, *, beside: QWidget, below: QWidget) -> None:
        """Put one widget to the left of the film, as large as it, and one below both."""
        self._beside.insertWidget(0, beside, 1)
        self._rows.addWidget(below)

    def show_film(self) -> None:
        """Show the film view."""
        self._layout.setCurrentWidget(self._films)
        # It came to the front, over the bars.
        self.top.place()

    def drop_questions(self) -> None:
        """Ask nothing more about a film that is left: the answer would be another film's."""
        for question in self._film_questions:
            question.drop()

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        """Take one local file or folder."""
        if _path_in(event) is not None:
            self.empty.set_drop_hovered(hovered=True)
            event.acceptProposedAction()

    def dragLeaveEvent(self, _event: QDragLeaveEvent) -> None:
        """Forget what hung over the window."""
        self.empty.set_drop_hovered(hovered=False)

    def dropEvent(self, event: QDropEvent) -> None:
        """Open what was dropped."""
        self.empty.set_drop_hovered(hovered=False)
        path = _path_in(event)
        if path is not None:
            event.acceptProposedAction()
            self.dropped.emit(path)


def _path_in(event: QDropEvent) -> Path | None:
    for url in event.mimeData().urls():
        if url.isLocalFile():
            return Path(url.toLocalFile())
    return None
