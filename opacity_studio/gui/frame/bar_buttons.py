"""The buttons of the top bar: an icon, a word where there is room, and the key."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from PySide6.QtCore import QRect, QRectF, QSize, Qt
from PySide6.QtGui import QAction, QColor, QPainter, QPaintEvent
from PySide6.QtWidgets import QMenu, QSizePolicy, QStyle, QStyleOption, QToolButton, QWidget

from opacity_studio.domain.wording import tr
from opacity_studio.gui.actions import ActionRow
from opacity_studio.gui.actions.action_building import shortcut_signs
from opacity_studio.gui.look.icons import NEUTRAL, draw_icon
from opacity_studio.gui.look.theme import Theme

_PAD: Final = 7
_GAP: Final = 5
_ICON: Final = 18
_HEIGHT: Final = 30


@dataclass(frozen=True, slots=True)
class Look:
    """How an action stands on the bar.

    Attributes
    ----------
    icon
        One of `icons.DRAWINGS`.
    word
        Its word where there is room; empty for the row's own.
    family
        A little space parts the buttons of one family from those of the next.
    """

    icon: str = NEUTRAL
    word: str = ""
    family: str = ""


class ActionButton(QToolButton):
    """A flat button that shows an action's icon, its word where there is room, and its key."""

    def __init__(
        self, action: QAction, row: ActionRow, look: Look, theme: Theme, parent: QWidget
    ) -> None:
        super().__init__(parent)
        self.setObjectName(f"bar.{row.id}")
        self._theme = theme
        self._icon = look.icon
        self._is_sign = len(row.bar) == 1
        self._word = "" if self._is_sign else look.word or row.bar
        self._key = ""
        self._shows_word = True
        self.setDefaultAction(action)
        self.setAccessibleName(row.text)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        action.changed.connect(self._take_key)
        self._take_key()

    def set_theme(self, theme: Theme) -> None:
        """Paint in the colours of `theme` from now on."""
        self._theme = theme
        self.update()

    def set_word_shown(self, shown: bool) -> None:
        """Show the word beside the icon, or the icon alone."""
        if shown != self._shows_word:
            self._shows_word = shown
            self.updateGeometry()
            self.update()

    def width_with(self, *, word: bool) -> int:
        """Return the width in logical pixels with or without the word."""
        metrics = self.fontMetrics()
        width = _ICON + 2 * _PAD
        if word and self._word:
            width += _GAP + metrics.horizontalAdvance(self._word)
        if self._key:
            width += _GAP + metrics.horizontalAdvance(self._key)
        return width

    def sizeHint(self) -> QSize:
        """Return the room that icon, word and key want."""
        return QSize(self.width_with(word=self._shows_word), _HEIGHT)

    def _take_key(self) -> None:
        action = self.defaultAction()
        key = "" if action is None or self._is_sign else shortcut_signs(action)
        if key != self._key:
            self._key = key
            self.updateGeometry()
            self.update()

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Paint ground, icon, word and key; an underline marks what is on, whatever the colours."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        option = QStyleOption()
        option.initFrom(self)
        hovered = bool(option.state & QStyle.StateFlag.State_MouseOver) and self.isEnabled()
        painter.setPen(Qt.PenStyle.NoPen)
        if self.isChecked() or hovered or self.isDown():
            ground = self._theme.selected if self.isChecked() else self._theme.hover
            painter.setBrush(QColor(ground))
            painter.drawRoundedRect(self.rect(), 5, 5)
        if self.isChecked():
            painter.setBrush(QColor(self._theme.accent))
            painter.drawRoundedRect(QRect(4, self.height() - 3, self.width() - 8, 2), 1, 1)
        if self.hasFocus():
            painter.setPen(QColor(self._theme.accent_text))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRoundedRect(QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5), 5, 5)
        self._paint_content(painter)

    def _paint_content(self, painter: QPainter) -> None:
        metrics = self.fontMetrics()
        colour = QColor(self._theme.accent_text if self.isChecked() else self._theme.text)
        dim = QColor(self._theme.accent_text if self.isChecked() else self._theme.dim)
        if not self.isEnabled():
            colour = dim = QColor(self._theme.off)
        painter.setFont(self.font())
        top = (self.height() - _ICON) / 2
        draw_icon(painter, self._icon, QRectF(_PAD, top, _ICON, _ICON), colour)
        x = _PAD + _ICON + _GAP
        align = Qt.AlignmentFlag.AlignVCenter
        for text, ink in ((self._word if self._shows_word else "", colour), (self._key, dim)):
            if text:
                width = metrics.horizontalAdvance(text)
                painter.setPen(ink)
                painter.drawText(QRect(x, 0, width + 2, self.height()), align, text)
                x += width + _GAP


class FoldedMenus(QToolButton):
    """All menus behind one button, where the window is too narrow for their names."""

    def __init__(self, menus: Iterable[QMenu], theme: Theme, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("bar.menus")
        self.setAccessibleName(tr("Menus"))
        self.setToolTip(tr("Menus"))
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        self._theme = theme
        menu = QMenu(self)
        menu.setObjectName("menu.folded")
        for each in menus:
            menu.addMenu(each)
        self.setMenu(menu)

    def set_theme(self, theme: Theme) -> None:
        """Paint in the colours of `theme` from now on."""
        self._theme = theme
        self.update()

    def sizeHint(self) -> QSize:
        """Return the room of the icon."""
        return QSize(_ICON + 2 * _PAD, _HEIGHT)

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Paint three lines."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if self.underMouse() or self.hasFocus() or self.isDown():
            painter.setPen(QColor(self._theme.accent) if self.hasFocus() else Qt.PenStyle.NoPen)
            painter.setBrush(QColor(self._theme.hover))
            painter.drawRoundedRect(QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5), 5, 5)
        place = QRectF(_PAD, (self.height() - _ICON) / 2, _ICON, _ICON)
        draw_icon(painter, "menu", place, QColor(self._theme.text))


class NameButton(QToolButton):
    """A flat button that shows as much of its text as there is room for, and all as its tip."""

    WIDEST: Final = 240

    def sizeHint(self) -> QSize:
        """Return the room the text wants, but no more than `WIDEST`."""
        wanted = self.fontMetrics().horizontalAdvance(self.text()) + 6
        return QSize(min(wanted, self.WIDEST), _HEIGHT)

    def minimumSizeHint(self) -> QSize:
        """Return what the beginning of a name takes."""
        return QSize(min(80, self.sizeHint().width()), _HEIGHT)

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Paint the text; underlined under the mouse, for it can be clicked."""
        painter = QPainter(self)
        font = self.font()
        font.setUnderline(self.underMouse() or self.hasFocus())
        painter.setFont(font)
        painter.setPen(self.palette().color(self.foregroundRole()))
        text = self.fontMetrics().elidedText(
            self.text(), Qt.TextElideMode.ElideRight, self.width() - 4
        )
        align = Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft
        painter.drawText(self.rect().adjusted(2, 0, -2, 0), align, text)
