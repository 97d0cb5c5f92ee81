"""A small panel over the film: window, gamma and what else the greys are shown with, typed."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtGui import QAction, QKeyEvent
from PySide6.QtWidgets import (
    QCheckBox,
    QDoubleSpinBox,
    QFormLayout,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from opacity_studio.domain.presentation import GAMMA_LEAST, GAMMA_MOST
from opacity_studio.domain.radiograph import Window
from opacity_studio.domain.wording import tr
from opacity_studio.gui.actions.own_keys import claims_enter_or_escape

_FARTHEST: Final = 1e6
_EDGE: Final = 12
_BELOW_LETTERS: Final = 56

_PRESETS: Final = (
    ("view.auto-window", tr("Lungs")),
    ("view.narrow-window", tr("Narrow")),
    ("view.full-window", tr("Full")),
    ("view.reset-window", tr("Own")),
)
_SWITCHES: Final = ("view.invert", "view.local-contrast", "view.flip", "view.keep-display")


class NumberField(QDoubleSpinBox):
    """A number that keeps Enter and Escape from the window's shortcuts."""

    escaped = Signal()

    def event(self, event: QEvent) -> bool:
        """Claim the keys that mean something here."""
        return claims_enter_or_escape(event) or super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Escape leaves; Enter takes the number."""
        if event.key() == Qt.Key.Key_Escape:
            self.escaped.emit()
        else:
            super().keyPressEvent(event)


class WindowPanel(QWidget):
    """Window centre and width in the film's own values, gamma, presets and switches.

    It lies over the upper right of the film and never takes part in the reading: everything in
    it is an action that also has a key, or a number the right mouse button drags.

    Signals
    -------
    window_typed(window)
        A `Window`, in the file's own values.
    gamma_typed(gamma)
        Another gamma.
    opened()
        It comes up.
    closed()
        The person is done with it.
    """

    window_typed = Signal(object)
    gamma_typed = Signal(float)
    opened = Signal()
    closed = Signal()

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("window-panel")
        self.setAccessibleName(tr("Window and gamma"))
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setAttribute(Qt.WidgetAttribute.WA_NoMousePropagation)
        self.setAutoFillBackground(True)
        self.setCursor(Qt.CursorShape.ArrowCursor)
        self.centre = self._number("centre", tr("Window centre"), 1, -_FARTHEST, _FARTHEST)
        self.centre.setToolTip(tr("The value shown as middle grey, as the file counts"))
        self.width_field = self._number("width", tr("Window width"), 1, 1.0, _FARTHEST)
        self.width_field.setToolTip(
            tr("How many values lie from black to white, as the file counts")
        )
        self.gamma = self._number("gamma", tr("Gamma"), 2, GAMMA_LEAST, GAMMA_MOST)
        self.gamma.setToolTip(tr("Above 1 the middle greys are brighter, below 1 darker"))
        self.gamma.setSingleStep(0.1)
        self.centre.valueChanged.connect(self._tell_window)
        self.width_field.valueChanged.connect(self._tell_window)
        self.gamma.valueChanged.connect(self.gamma_typed)
        self._layout = QVBoxLayout(self)
        self._layout.setContentsMargins(12, 8, 12, 10)
        self._layout.setSpacing(8)
        self._layout.addLayout(self._head())
        form = QFormLayout()
        form.setSpacing(6)
        form.setFieldGrowthPolicy(QFormLayout.FieldGrowthPolicy.AllNonFixedFieldsGrow)
        for text, number in (
            (tr("Centre"), self.centre),
            (tr("Width"), self.width_field),
            (tr("Gamma"), self.gamma),
        ):
            label = QLabel(text, self)
            label.setBuddy(number)
            form.addRow(label, number)
        self._layout.addLayout(form)
        parent.installEventFilter(self)
        self.hide()

    def follow(self, actions: Mapping[str, QAction]) -> None:
        """Take the actions the panel has buttons for, once they are made."""
        presets = QHBoxLayout()
        presets.setSpacing(4)
        for name, text in _PRESETS:
            action = actions[name]
            button = QPushButton(text, self)
            button.setObjectName(f"window-panel.{name}")
            button.setAccessibleName(action.text())
            button.setToolTip(action.toolTip())
            button.setProperty("chip", True)
            button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
            button.clicked.connect(action.trigger)
            presets.addWidget(button)
        self._layout.addLayout(presets)
        for name in _SWITCHES:
            action = actions[name]
            box = QCheckBox(action.text(), self)
            box.setObjectName(f"window-panel.{name}")
            box.setAccessibleName(action.text())
            box.setToolTip(action.toolTip())
            box.setFocusPolicy(Qt.FocusPolicy.TabFocus)
            box.setChecked(action.isChecked())
            box.clicked.connect(action.trigger)
            action.toggled.connect(box.setChecked)
            self._layout.addWidget(box)

    def show_greys(self, window: Window, gamma: float) -> None:
        """Show the window (in the file's own values) and the gamma that hold now."""
        for number, value in (
            (self.centre, window.centre),
            (self.width_field, window.width),
            (self.gamma, gamma),
        ):
            number.blockSignals(True)
            number.setValue(value)
            number.blockSignals(False)

    def open(self) -> None:
        """Show the panel, with the centre ready to be typed over."""
        self.opened.emit()
        self.show()
        self.raise_()
        self._place()
        self.centre.setFocus()
        self.centre.selectAll()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Keep to the corner."""
        if event.type() == QEvent.Type.Resize and watched is self.parent():
            self._place()
        return super().eventFilter(watched, event)

    def _head(self) -> QHBoxLayout:
        heading = QLabel(tr("WINDOW AND GAMMA"), self)
        heading.setProperty("heading", True)
        close = QPushButton("✕", self)
        close.setObjectName("window-panel.close")
        close.setAccessibleName(tr("Close the panel"))
        close.setToolTip(tr("Close (Esc)"))
        close.setProperty("quiet", True)
        close.setFixedSize(26, 22)
        close.clicked.connect(self.closed)
        head = QHBoxLayout()
        head.addWidget(heading, 1)
        head.addWidget(close)
        return head

    def _number(
        self, name: str, title: str, decimals: int, least: float, most: float
    ) -> NumberField:
        number = NumberField(self)
        number.setObjectName(f"window-panel.{name}")
        number.setAccessibleName(title)
        number.setDecimals(decimals)
        number.setRange(least, most)
        number.setKeyboardTracking(False)
        number.setAlignment(Qt.AlignmentFlag.AlignRight)
        number.setMinimumWidth(110)
        number.escaped.connect(self.closed)
        return number

    def _tell_window(self) -> None:
        self.window_typed.emit(Window(self.centre.value(), self.width_field.value()))

    def _place(self) -> None:
        parent = self.parentWidget()
        if parent is not None and not self.isHidden():
            self.adjustSize()
            self.move(max(0, parent.width() - self.width() - _EDGE), _BELOW_LETTERS)
