"""Every action by its name: a few letters find it, Enter runs it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from PySide6.QtCore import (
    QAbstractListModel,
    QEvent,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    QRect,
    QSize,
    Qt,
    Signal,
)
from PySide6.QtGui import QAction, QColor, QFocusEvent, QKeyEvent, QPainter
from PySide6.QtWidgets import (
    QLabel,
    QListView,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QVBoxLayout,
    QWidget,
)

from opacity_studio.domain.wording import tr
from opacity_studio.gui.actions import MENUS, ROWS, ActionRow
from opacity_studio.gui.actions.fuzzy_search import match
from opacity_studio.gui.actions.shortcuts import Shortcuts
from opacity_studio.gui.frame.inline_question import NameField
from opacity_studio.gui.look.theme import Theme
from opacity_studio.gui.settings.preferences import Preferences

_WIDTH: Final = 560
_ROW: Final = 30
_ROWS_SHOWN: Final = 12
_RECENT: Final = 12
_MENU_WIDTH: Final = 92

_FOUND: Final = Qt.ItemDataRole.UserRole + 1
_AnyIndex = QModelIndex | QPersistentModelIndex


@dataclass(frozen=True, slots=True)
class Found:
    """An action that fits what was typed, and the letters of its name that do."""

    row: ActionRow
    action: QAction
    places: tuple[int, ...] = ()

    @property
    def name(self) -> str:
        """What it is called now: "Undo Move vertex"."""
        return self.action.text()


def found_for(query: str, actions: Mapping[str, QAction], recent: tuple[str, ...]) -> list[Found]:
    """Return the actions that fit `query`, the best first; all of them where it is empty.

    Parameters
    ----------
    recent
        Ids of the actions run last: they come first among equals.
    """
    rows = [row for row in ROWS if row.id in actions and row.id != "help.palette"]
    rank = {name: place for place, name in enumerate(recent)}
    if not query.strip():
        rows.sort(key=lambda row: rank.get(row.id, len(rank)))
        return [Found(row, actions[row.id]) for row in rows]
    scored = []
    for row in rows:
        name = actions[row.id].text()
        by_name, by_menu = match(query, name), match(query, f"{name} {_menu_of(row)}")
        best = by_name or by_menu
        if best is not None:
            bonus = 3.0 / (1 + rank[row.id]) if row.id in rank else 0.0
            places = tuple(place for place in best.places if place < len(name))
            behind = 0.0 if by_name is not None else 4.0
            scored.append((best.score + bonus - behind, Found(row, actions[row.id], places)))
    return [found for _, found in sorted(scored, key=lambda pair: -pair[0])]


def _menu_of(row: ActionRow) -> str:
    return MENUS.get(row.menu, "")


class CommandPalette(QWidget):
    """Lies over the window's upper middle; typing narrows, Enter runs, Escape leaves.

    Nothing is stopped by it: a click elsewhere closes it and counts there.
    """

    left = Signal()
    """It is closed; the focus may go back."""

    def __init__(
        self,
        actions: Mapping[str, QAction],
        shortcuts: Shortcuts,
        preferences: Preferences,
        theme: Callable[[], Theme],
        parent: QWidget,
    ) -> None:
        super().__init__(parent)
        self.setObjectName("command-palette")
        self.setAccessibleName(tr("Command palette"))
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self._actions = actions
        self._preferences = preferences
        self.field = NameField(self)
        self.field.setObjectName("palette.field")
        self.field.setAccessibleName(tr("Find an action"))
        self.field.setPlaceholderText(tr("What do you want to do?"))
        self.model = _Model(self)
        self.list = QListView(self)
        self.list.setObjectName("palette.list")
        self.list.setAccessibleName(tr("Actions found"))
        self.list.setModel(self.model)
        self.list.setItemDelegate(_Delegate(shortcuts, theme, self.list))
        self.list.setUniformItemSizes(True)
        self.list.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.list.setVerticalScrollMode(QListView.ScrollMode.ScrollPerItem)
        self.list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(8, 8, 8, 8)
        layout.setSpacing(6)
        layout.addWidget(self.field)
        layout.addWidget(self.list)
        self._nothing = QLabel(tr("Nothing is called that"), self)
        self._nothing.setObjectName("palette.nothing")
        self._nothing.setProperty("dim", True)
        self._nothing.setContentsMargins(14, 0, 0, 0)
        self._nothing.setFixedHeight(_ROW)
        layout.addWidget(self._nothing)
        self.field.textChanged.connect(self._search)
        self.field.returnPressed.connect(self._run_current)
        self.field.escaped.connect(self.close_palette)
        self.field.installEventFilter(self)
        self.list.clicked.connect(self._run)
        parent.installEventFilter(self)
        self.hide()

    def toggle(self) -> None:
        """Open it with an empty field, or close it."""
        if self.isVisible():
            self.close_palette()
            return
        self.field.clear()
        self._search()
        self.show()
        self.raise_()
        self._place()
        self.field.setFocus(Qt.FocusReason.ShortcutFocusReason)

    def close_palette(self) -> None:
        """Go away and give the focus back."""
        if self.isVisible():
            self.hide()
            self.left.emit()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Move through the list from the field; close with a click elsewhere."""
        if watched is self.parent() and event.type() == QEvent.Type.Resize:
            self._place()
        if watched is self.field:
            if event.type() == QEvent.Type.KeyPress and isinstance(event, QKeyEvent):
                return self._move(event)
            if event.type() == QEvent.Type.FocusOut and isinstance(event, QFocusEvent):
                goes = event.reason() in (
                    Qt.FocusReason.MouseFocusReason,
                    Qt.FocusReason.TabFocusReason,
                    Qt.FocusReason.BacktabFocusReason,
                )
                if goes:
                    self.hide()
        return super().eventFilter(watched, event)

    def _move(self, event: QKeyEvent) -> bool:
        page = _ROWS_SHOWN - 1
        steps = {
            Qt.Key.Key_Down: 1,
            Qt.Key.Key_Up: -1,
            Qt.Key.Key_PageDown: page,
            Qt.Key.Key_PageUp: -page,
        }
        by = next((step for key, step in steps.items() if key == event.key()), 0)
        count = self.model.rowCount()
        if not by or not count:
            return False
        row = self.list.currentIndex().row() + by
        # One step beyond either end goes round; a page stops there.
        row = row % count if abs(by) == 1 else min(max(row, 0), count - 1)
        self._choose(row)
        return True

    def _choose(self, row: int) -> None:
        index = self.model.index(row)
        self.list.setCurrentIndex(index)
        found = self.model.found(index)
        if found is not None:
            self.field.setAccessibleDescription(f"{found.name}: {found.row.tip}")

    def _search(self) -> None:
        recent = self._preferences.settings.recent_actions
        self.model.show_found(found_for(self.field.text(), self._actions, recent))
        self._choose(0)
        self.list.scrollToTop()
        found = self.model.rowCount() > 0
        self.list.setVisible(found)
        self._nothing.setVisible(not found)
        if not found:
            self.field.setAccessibleDescription(self._nothing.text())
        self._place()

    def _run_current(self) -> None:
        self._run(self.list.currentIndex())

    def _run(self, index: QModelIndex) -> None:
        found = self.model.found(index)
        if found is None or not found.action.isEnabled():
            return
        name = found.row.id
        others = (each for each in self._preferences.settings.recent_actions if each != name)
        self._preferences.change(recent_actions=(name, *others)[:_RECENT])
        self.close_palette()
        found.action.trigger()

    def _place(self) -> None:
        parent = self.parentWidget()
        if parent is None:
            return
        width = min(_WIDTH, parent.width() - 40)
        room = max((parent.height() - 200) // _ROW, 3)
        rows = min(_ROWS_SHOWN, room, max(self.model.rowCount(), 1))
        self.list.setFixedHeight(rows * _ROW + 2)
        height = self.sizeHint().height()
        self.setGeometry((parent.width() - width) // 2, 64, width, height)


class _Model(QAbstractListModel):
    """What was found, in order."""

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self._found: list[Found] = []

    def show_found(self, found: list[Found]) -> None:
        self.beginResetModel()
        self._found = found
        self.endResetModel()

    def found(self, index: _AnyIndex) -> Found | None:
        return self._found[index.row()] if index.isValid() else None

    def rowCount(self, _parent: _AnyIndex | None = None) -> int:
        return len(self._found)

    def data(self, index: _AnyIndex, role: int = Qt.ItemDataRole.DisplayRole) -> Any:  # noqa: ANN401
        found = self.found(index)
        if found is None:
            return None
        if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.AccessibleTextRole):
            return found.name
        if role == Qt.ItemDataRole.ToolTipRole:
            return found.row.tip
        return found if role == _FOUND else None

    def flags(self, index: _AnyIndex) -> Qt.ItemFlag:
        found = self.found(index)
        usual = super().flags(index)
        enabled = found is not None and found.action.isEnabled()
        # A disabled row can still be gone through: its name and key are worth reading.
        return usual if enabled else usual | Qt.ItemFlag.ItemIsSelectable


class _Delegate(QStyledItemDelegate):
    """Name with the typed letters marked, menu, key; what cannot run now is grey."""

    def __init__(self, shortcuts: Shortcuts, theme: Callable[[], Theme], parent: QObject) -> None:
        super().__init__(parent)
        self._shortcuts, self._theme = shortcuts, theme

    def sizeHint(self, _option: QStyleOptionViewItem, _index: _AnyIndex) -> QSize:
        """Return one line."""
        return QSize(200, _ROW)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: _AnyIndex) -> None:
        """Paint one action."""
        found: Found = index.data(_FOUND)
        theme = self._theme()
        rect: QRect = option.rect
        state = option.state
        painter.save()
        if state & QStyle.StateFlag.State_Selected:
            painter.fillRect(rect, QColor(theme.selected))
            painter.fillRect(QRect(rect.left(), rect.top(), 3, rect.height()), QColor(theme.accent))
        elif state & QStyle.StateFlag.State_MouseOver:
            painter.fillRect(rect, QColor(theme.hover))
        runs = found.action.isEnabled()
        ink, dim = (QColor(theme.text if runs else theme.off), QColor(theme.dim))
        align = Qt.AlignmentFlag.AlignVCenter
        metrics = painter.fontMetrics()
        keys = self._shortcuts.text(found.row.id)
        right = rect.adjusted(0, 0, -12, 0)
        painter.setPen(QColor(theme.accent_text) if runs else QColor(theme.off))
        painter.drawText(right, align | Qt.AlignmentFlag.AlignRight, keys)
        menu = QRect(rect.right() - 120 - _MENU_WIDTH, rect.top(), _MENU_WIDTH, rect.height())
        painter.setPen(dim if runs else QColor(theme.off))
        painter.drawText(menu, align, _menu_of(found.row))
        x, limit = rect.left() + 14, menu.left() - 8
        if found.action.isCheckable() and found.action.isChecked():
            painter.setPen(ink)
            painter.drawText(QRect(x, rect.top(), 16, rect.height()), align, "✓")
        x += 18
        name = metrics.elidedText(found.name, Qt.TextElideMode.ElideRight, limit - x)
        for place, letter in enumerate(name):
            marked = place in found.places and runs
            painter.setPen(QColor(theme.accent_text) if marked else ink)
            painter.drawText(QRect(x, rect.top(), 40, rect.height()), align, letter)
            x += metrics.horizontalAdvance(letter)
        painter.restore()
