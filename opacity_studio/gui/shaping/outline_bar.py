"""A slim bar over the film with a slider: how much to simplify or smooth outlines."""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QWidget

from opacity_studio.domain.wording import tr
from opacity_studio.gui.actions.own_keys import OWN_KEYS
from opacity_studio.gui.look.panel_parts import TickSlider
from opacity_studio.gui.look.theme import Theme

STEPS: Final = 100


class OutlineBar(QWidget):
    """Asks how much; Enter accepts what is shown, Escape drops it.

    The film can be zoomed and moved meanwhile.
    """

    changed = Signal(int)
    """The slider, 0 to `STEPS`."""

    accepted = Signal()
    dropped = Signal()

    def __init__(self, theme: Theme, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("outline-bar")
        self.setAccessibleName(tr("Simplify or smooth outlines"))
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setAutoFillBackground(True)
        self._title = QLabel("", self)
        self._title.setObjectName("outline-bar.title")
        self.slider = TickSlider(theme, self)
        self.slider.setObjectName("outline-bar.amount")
        self.slider.setAccessibleName(tr("How much the outline is changed"))
        self.slider.setToolTip(tr("How much the outline is changed"))
        self.slider.setRange(0, STEPS)
        self.slider.setSingleStep(2)
        self.slider.setPageStep(10)
        self.slider.setMinimumWidth(120)
        self.slider.setMaximumWidth(420)
        self._counts = QLabel("", self)
        self._counts.setObjectName("outline-bar.counts")
        self._counts.setAccessibleName(tr("Vertices before and after"))
        widest = _counted(99.9, 9999, 9999)
        self._counts.setMinimumWidth(self._counts.fontMetrics().horizontalAdvance(widest) + 4)
        self._accept = self._button("accept", tr("Accept"), "Enter")
        self._drop = self._button("drop", tr("Drop"), "Esc")
        layout = QHBoxLayout(self)
        layout.setContentsMargins(14, 7, 14, 7)
        layout.setSpacing(10)
        layout.addWidget(self._title)
        layout.addWidget(self.slider, 1)
        layout.addWidget(self._counts)
        layout.addStretch()
        layout.addWidget(self._accept)
        layout.addWidget(self._drop)
        self.slider.valueChanged.connect(self.changed)
        self._accept.clicked.connect(self.accepted)
        self._drop.clicked.connect(self.dropped)
        for child in (self.slider, self._accept, self._drop):
            child.installEventFilter(self)
        self.hide()

    def _button(self, name: str, text: str, key: str) -> QPushButton:
        button = QPushButton(f"{text}   {key}", self)
        button.setObjectName(f"outline-bar.{name}")
        button.setAccessibleName(text)
        button.setToolTip(f"{text} ({key})")
        return button

    def ask(self, title: str, what: str, value: int) -> None:
        """Show the bar.

        Parameters
        ----------
        title
            "Simplify opacity".
        what
            What the slider sets, for its tooltip and screen readers.
        value
            Where the slider stands at first.
        """
        self._title.setText(title)
        self.setAccessibleName(title)
        self.slider.setAccessibleName(what)
        self.slider.setToolTip(what)
        self.slider.blockSignals(True)
        self.slider.setValue(value)
        self.slider.blockSignals(False)
        self.show()
        self.slider.setFocus()

    def show_counts(self, amount: float, before: int, after: int) -> None:
        """Show how far outlines may move, in pixels, and the vertices before and after."""
        self._counts.setText(_counted(amount, before, after))

    def set_theme(self, theme: Theme) -> None:
        """Paint in the colours of `theme` from now on."""
        self.slider.set_theme(theme)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Keep Enter and Escape from the window's shortcuts."""
        if isinstance(event, QKeyEvent) and event.key() in OWN_KEYS:
            if event.type() == QEvent.Type.ShortcutOverride:
                event.accept()
                return True
            if event.type() == QEvent.Type.KeyPress:
                self.take_key(escapes=event.key() == Qt.Key.Key_Escape or watched is self._drop)
                return True
        return super().eventFilter(watched, event)

    def take_key(self, *, escapes: bool) -> None:
        """Drop or accept."""
        if escapes:
            self.dropped.emit()
        else:
            self.accepted.emit()


def _counted(amount: float, before: int, after: int) -> str:
    return tr(
        "{amount:.1f} px · {before} → {after} vertices", amount=amount, before=before, after=after
    )
