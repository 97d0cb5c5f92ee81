"""The strip above the film: menus, tools, undo, where we are and who is reading."""

from __future__ import annotations

from collections.abc import Mapping

from PySide6.QtCore import QRect, QSize, Qt
from PySide6.QtGui import QAction, QColor, QPainter, QPaintEvent
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QLabel,
    QMenu,
    QMenuBar,
    QSizePolicy,
    QStyle,
    QStyleOption,
    QToolButton,
    QWidget,
)

from opacity_studio.gui.action_building import fill_menus, key_text
from opacity_studio.gui.actions import BAR, ROWS, ActionRow, row_of
from opacity_studio.gui.theme import Theme

_PAD = 9
_GAP = 6


class ActionButton(QToolButton):
    """A flat button that shows an action's short text and, dimmer, its key."""

    def __init__(self, action: QAction, row: ActionRow, theme: Theme, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName(f"bar.{row.id}")
        self._theme = theme
        self._text = row.bar
        self._key = key_text(row.shortcuts[0]) if row.shortcuts and len(row.bar) > 1 else ""
        self.setDefaultAction(action)
        self.setAccessibleName(row.text)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)

    def set_theme(self, theme: Theme) -> None:
        """Paint in the colours of `theme` from now on."""
        self._theme = theme
        self.update()

    def sizeHint(self) -> QSize:
        """Return the room the text and the key want."""
        metrics = self.fontMetrics()
        width = metrics.horizontalAdvance(self._text) + 2 * _PAD
        if self._key:
            width += _GAP + metrics.horizontalAdvance(self._key)
        return QSize(width, 30)

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Paint ground, text and key."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        option = QStyleOption()
        option.initFrom(self)
        hovered = bool(option.state & QStyle.StateFlag.State_MouseOver) and self.isEnabled()
        ground = self._theme.selected if self.isChecked() else self._theme.hover
        if self.isChecked() or hovered or self.isDown():
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(QColor(ground))
            painter.drawRoundedRect(self.rect(), 5, 5)
        if self.hasFocus():
            painter.setPen(QColor(self._theme.accent))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRoundedRect(self.rect().adjusted(0, 0, -1, -1), 5, 5)
        self._paint_text(painter)

    def _paint_text(self, painter: QPainter) -> None:
        metrics = self.fontMetrics()
        colour = QColor(self._theme.accent_text if self.isChecked() else self._theme.text)
        dim = QColor(self._theme.dim)
        if not self.isEnabled():
            colour = dim = QColor(self._theme.dim).darker(140)
        painter.setFont(self.font())
        key_width = metrics.horizontalAdvance(self._key) + _GAP if self._key else 0
        box = QRect(_PAD, 0, self.width() - 2 * _PAD - key_width + 1, self.height())
        align = Qt.AlignmentFlag.AlignVCenter
        painter.setPen(colour)
        elided = metrics.elidedText(self._text, Qt.TextElideMode.ElideRight, box.width())
        painter.drawText(box, align, elided)
        painter.setPen(dim)
        start = _PAD + metrics.horizontalAdvance(elided) + _GAP
        painter.drawText(QRect(start, 0, key_width, self.height()), align, self._key)


class ElidedLabel(QLabel):
    """A label that gives way: it shows as much of its text as there is room for."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        self.setMinimumWidth(24)

    def minimumSizeHint(self) -> QSize:
        """Return almost nothing: the text never forces the window wider."""
        return QSize(24, super().minimumSizeHint().height())

    def sizeHint(self) -> QSize:
        """Return the room the whole text wants."""
        return QSize(self.fontMetrics().horizontalAdvance(self.text()) + 4, 20)

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Paint the text, shortened in the middle where it does not fit."""
        painter = QPainter(self)
        painter.setPen(self.palette().color(self.foregroundRole()))
        text = self.fontMetrics().elidedText(
            self.text(), Qt.TextElideMode.ElideMiddle, self.width()
        )
        painter.drawText(self.rect(), self.alignment(), text)


class TopBar(QWidget):
    """Menu bar, tools and the title line in one row: the film gets the height."""

    def __init__(self, actions: Mapping[str, QAction], theme: Theme, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("top-bar")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.menu_bar = QMenuBar(self)
        self.menu_bar.setObjectName("menu-bar")
        self.menu_bar.setAccessibleName("Menus")
        self.menu_bar.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.menus: dict[str, QMenu] = fill_menus(self.menu_bar, actions)
        self.buttons: dict[str, ActionButton] = {}

        layout = QHBoxLayout(self)
        layout.setContentsMargins(6, 4, 12, 4)
        layout.setSpacing(2)
        layout.addWidget(self.menu_bar)
        group = ""
        shown = [row for row in ROWS if row.bar]
        for row in sorted(shown, key=lambda row: BAR.index(row.id.split(".")[0])):
            kind = row.id.split(".")[0]
            if kind != group:
                layout.addWidget(self._divider())
                group = kind
            button = ActionButton(actions[row.id], row, theme, self)
            self.buttons[row.id] = button
            layout.addWidget(button)
        self._undo_name = ElidedLabel(self)
        self._undo_name.setObjectName("bar.undo-name")
        self._undo_name.setAccessibleName("What undo takes back")
        self._undo_name.setProperty("dim", True)
        self._undo_name.setAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        room = self._undo_name.fontMetrics().horizontalAdvance("Undo Relabel to right lung")
        self._undo_name.setFixedWidth(room)
        layout.addWidget(self._undo_name)

        self.place = ElidedLabel(self)
        self.place.setObjectName("bar.place")
        self.place.setAccessibleName("Folder and film in view")
        self.place.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        self.place.setProperty("dim", True)
        self.reader = QToolButton(self)
        self.reader.setObjectName("bar.reader")
        self.reader.setAccessibleName("Reader")
        self.reader.setAutoRaise(True)
        self.reader.setToolTip("Who is reading: recorded with every film you mark")
        self.reader.setStyleSheet("QToolButton { border: none; padding: 4px 2px; }")
        layout.addSpacing(8)
        layout.addWidget(self.place, 1)
        layout.addWidget(self._divider())
        layout.addWidget(self.reader)

    def show_undo(self, undo: str | None, redo: str | None) -> None:
        """Name the edits that undo and redo would touch."""
        text = f"Undo {undo}" if undo else ""
        if text != self._undo_name.text():
            self._undo_name.setText(text)
        for name, verb, label in (("edit.undo", "Undo", undo), ("edit.redo", "Redo", redo)):
            keys = key_text(row_of(name).shortcuts[0])
            tip = f"{verb} {label} ({keys})" if label else f"Nothing to {verb.lower()}"
            self.buttons[name].setToolTip(tip)

    def set_theme(self, theme: Theme) -> None:
        """Paint in the colours of `theme` from now on."""
        for button in self.buttons.values():
            button.set_theme(theme)

    def _divider(self) -> QFrame:
        line = QFrame(self)
        line.setFrameShape(QFrame.Shape.VLine)
        line.setFixedSize(13, 20)
        line.setEnabled(False)
        return line
