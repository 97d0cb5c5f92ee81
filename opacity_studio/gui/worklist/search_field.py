"""The one field a person finds films with: words, and fields that are offered as they are typed."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from PySide6.QtCore import QEvent, QStringListModel, Qt, Signal
from PySide6.QtGui import QAction, QColor, QKeyEvent
from PySide6.QtWidgets import QCompleter, QLineEdit, QMenu, QWidget

from opacity_studio.domain.film_columns import FilmColumns
from opacity_studio.domain.wording import tr
from opacity_studio.domain.worklist_fields import FIELDS, KEYWORDS
from opacity_studio.domain.worklist_query import completions
from opacity_studio.gui.actions.own_keys import claims_enter_or_escape
from opacity_studio.gui.look.icons import icon
from opacity_studio.gui.look.theme import Theme

_LEFT_FOR: Final = (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Down)


class SearchField(QLineEdit):
    """A line edit whose Enter and arrows speak to the list, not to the film.

    Parameters
    ----------
    columns
        What is known of the films, for the values that are offered; None while it is not.
    """

    left = Signal()
    """Enter or an arrow down: on to the rows."""

    emptied = Signal()
    """Backspace in the empty field: the last filter is to go."""

    def __init__(self, columns: Callable[[], FilmColumns | None], parent: QWidget) -> None:
        super().__init__(parent)
        self._columns = columns
        self.setObjectName("worklist.search")
        self.setAccessibleName(tr("Search the worklist"))
        self.setPlaceholderText(tr("Search films, patients, states…"))
        self.setToolTip(
            tr("Words, and fields such as state:returned or percent>20 (Ctrl+L; ? lists them)")
        )
        self.setClearButtonEnabled(True)
        self._offered = QStringListModel(self)
        self._completer = QCompleter(self._offered, self)
        self._completer.setCompletionMode(QCompleter.CompletionMode.UnfilteredPopupCompletion)
        self._completer.setCaseSensitivity(Qt.CaseSensitivity.CaseInsensitive)
        popup = self._completer.popup()
        assert popup is not None
        self._popup = popup
        popup.setObjectName("worklist.offered")
        self._completer.setWidget(self)
        self._completer.activated.connect(self._complete)
        self.textEdited.connect(self._offer)
        self._help = QAction(tr("What can be searched for"), self)
        self._help.setObjectName("worklist.search-help")
        self._help.triggered.connect(self.show_help)
        self.addAction(self._help, QLineEdit.ActionPosition.TrailingPosition)

    def set_theme(self, theme: Theme) -> None:
        """Draw the question mark in the colours of `theme`."""
        self._help.setIcon(icon("help", QColor(theme.dim), self))

    def event(self, event: QEvent) -> bool:
        """Claim Enter and Escape before the window's shortcuts see them."""
        return claims_enter_or_escape(event) or super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Enter and Down choose what is offered, else go to the rows; Escape clears."""
        key = event.key()
        if self._popup.isVisible() and key in (*_LEFT_FOR, Qt.Key.Key_Escape):
            chosen = self._popup.currentIndex().isValid()
            if chosen or key == Qt.Key.Key_Escape:
                event.ignore()
                return
            self._popup.hide()
        if key in _LEFT_FOR:
            self.left.emit()
        elif key == Qt.Key.Key_Escape:
            self.clear()
            self.left.emit()
        elif key == Qt.Key.Key_Backspace and not self.text():
            self.emptied.emit()
        else:
            super().keyPressEvent(event)

    def show_help(self) -> None:
        """List the fields; one that is chosen is put into the search."""
        menu = QMenu(self)
        menu.setObjectName("worklist.fields")
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        for title, example in (
            *((tr(field.title), field.example) for field in FIELDS),
            *((tr(keyword.title), keyword.id) for keyword in KEYWORDS),
        ):
            # A tab puts the example in a column of its own.
            action = menu.addAction(f"{title}\t{example}")
            action.triggered.connect(lambda _=False, text=example: self._add(text))
        menu.addSeparator()
        for text in (tr("a,b: either   ·   -term: not   ·   none: not known"),):
            menu.addAction(text).setEnabled(False)
        menu.popup(self.mapToGlobal(self.rect().bottomLeft()))

    def _add(self, term: str) -> None:
        before = self.text().rstrip()
        self.setText(f"{before} {term}" if before else term)
        self.setFocus()

    def _offer(self, text: str) -> None:
        columns = self._columns()
        offered = () if columns is None else completions(text, columns)
        self._offered.setStringList(list(offered))
        if offered and self.cursorPosition() == len(text):
            self._completer.complete()
        else:
            self._popup.hide()

    def _complete(self, text: str) -> None:
        is_whole = not text.endswith(":")
        self.setText(f"{text} " if is_whole else text)
        if not is_whole:
            self._offer(text)
