"""The labels above the list of shapes: colour, name, key; hidden or locked as a whole."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from PySide6.QtCore import QPoint, QRect, QSize, Qt, Signal
from PySide6.QtGui import QColor, QIcon, QPainter, QPen, QPixmap
from PySide6.QtWidgets import QPushButton, QSizePolicy, QWidget

from opacity_studio.domain.labels import display_name
from opacity_studio.domain.wording import tr
from opacity_studio.gui.frame.wrapping_layout import WrappingLayout
from opacity_studio.gui.look.label_colours import label_colour

_GAP: Final = 4
_ICON: Final = 12
_WIDEST: Final = 190


class LabelStrip(QWidget):
    """One chip a label; the checked one is given to the next outline."""

    chosen = Signal(str)
    """A label was clicked: for the selected shapes, or the next outline."""

    menu_wanted = Signal(str, QPoint)
    """Right click on a label, in global coordinates."""

    new_wanted = Signal()
    """A label that is not there yet."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("labels")
        self.setAccessibleName(tr("Labels"))
        policy = QSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Minimum)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)
        self._layout = WrappingLayout(self)
        self._chips: dict[str, QPushButton] = {}
        self._current = ""
        self._hidden: frozenset[str] = frozenset()
        self._locked: frozenset[str] = frozenset()
        self._new = self._chip("labels.new", "+", tr("Another label"))
        self._new.clicked.connect(self.new_wanted)
        self._layout.addWidget(self._new)

    def show_labels(self, labels: Sequence[str], keys: Sequence[str]) -> None:
        """Show `labels`, each with its key (empty where it has none)."""
        for chip in (*self._chips.values(), self._new):
            self._layout.removeWidget(chip)
        for label in self._chips.keys() - set(labels):
            chip = self._chips.pop(label)
            chip.hide()
            chip.deleteLater()
        for label, key in zip(labels, keys, strict=True):
            if label not in self._chips:
                self._chips[label] = self._labelled(label)
            chip = self._chips[label]
            name = chip.fontMetrics().elidedText(
                display_name(label), Qt.TextElideMode.ElideRight, _WIDEST
            )
            chip.setText(f"{name}  {key}".rstrip())
            chip.setProperty("key", key)
            self._layout.addWidget(chip)
            chip.show()
        self._layout.addWidget(self._new)
        self._show()

    def show_state(self, current: str, hidden: frozenset[str], locked: frozenset[str]) -> None:
        """Show which label the next outline gets, and which are hidden and locked."""
        state = (current, hidden, locked)
        if state != (self._current, self._hidden, self._locked):
            self._current, self._hidden, self._locked = state
            self._show()

    def _labelled(self, label: str) -> QPushButton:
        chip = self._chip(f"labels.{label}", "", display_name(label))
        chip.setCheckable(True)
        chip.setIconSize(QSize(_ICON, _ICON))
        chip.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        chip.clicked.connect(lambda: self._clicked(label))
        chip.customContextMenuRequested.connect(
            lambda point: self.menu_wanted.emit(label, chip.mapToGlobal(point))
        )
        return chip

    def _chip(self, name: str, text: str, tip: str) -> QPushButton:
        chip = QPushButton(text, self)
        chip.setObjectName(name)
        chip.setAccessibleName(tip)
        chip.setToolTip(tip)
        chip.setProperty("chip", True)
        chip.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        return chip

    def _clicked(self, label: str) -> None:
        self._show()  # The click checked it, but it counts only once the session says so.
        self.chosen.emit(label)

    def _show(self) -> None:
        for label, chip in self._chips.items():
            hidden, locked = label in self._hidden, label in self._locked
            chip.setChecked(label == self._current)
            chip.setIcon(_icon(label_colour(label), hidden=hidden, locked=locked))
            key = chip.property("key")
            told = ((tr("hidden"), hidden), (tr("locked"), locked))
            states = [word for word, on in told if on]
            words = [display_name(label), *states]
            chip.setAccessibleName(", ".join(words))
            pressed = f" ({key})" if key else ""
            chip.setToolTip(
                tr(
                    "{label} · click: label of the selected shapes or the next outline "
                    "· right click: hide, lock",
                    label=f"{', '.join(words)}{pressed}",
                )
            )


def _icon(colour: QColor, *, hidden: bool, locked: bool) -> QIcon:
    """Return a square in the label's colour: hollow where hidden, with a bar where locked."""
    picture = QPixmap(_ICON * 2, _ICON * 2)
    picture.setDevicePixelRatio(2.0)
    picture.fill(Qt.GlobalColor.transparent)
    painter = QPainter(picture)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(QPen(colour, 1.5))
    painter.setBrush(Qt.BrushStyle.NoBrush if hidden else colour)
    if locked:
        painter.drawRoundedRect(QRect(1, 5, 10, 6), 1, 1)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawArc(QRect(3, 1, 6, 8), 0, 180 * 16)
    else:
        painter.drawRoundedRect(QRect(1, 2, 9, 9), 2, 2)
    painter.end()
    return QIcon(picture)
