"""Which keys do what, to be looked at and changed."""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtGui import QFocusEvent, QKeyEvent
from PySide6.QtWidgets import (
    QHBoxLayout,
    QHeaderView,
    QLabel,
    QLineEdit,
    QPushButton,
    QTreeWidget,
    QTreeWidgetItem,
    QVBoxLayout,
    QWidget,
)

from opacity_studio.domain.wording import tr
from opacity_studio.gui.actions import MENUS, ROWS, ActionRow, row_of
from opacity_studio.gui.actions.action_building import key_text
from opacity_studio.gui.actions.fuzzy_search import match
from opacity_studio.gui.actions.shortcuts import Shortcuts, keys_of

_ID: Final = Qt.ItemDataRole.UserRole
_MODIFIERS: Final = (
    Qt.Key.Key_Shift,
    Qt.Key.Key_Control,
    Qt.Key.Key_Alt,
    Qt.Key.Key_Meta,
    Qt.Key.Key_AltGr,
    Qt.Key.Key_unknown,
)


class KeyButton(QPushButton):
    """A button that, once pressed, takes the next keys for what they are."""

    pressed_keys = Signal(str)

    def __init__(self, name: str, text: str, title: str, tip: str, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName(name)
        self.setAccessibleName(title)
        self.setToolTip(tip)
        self._text = text
        self.setCheckable(True)
        self.setMinimumWidth(130)
        self.toggled.connect(self._show)
        self._show()

    def event(self, event: QEvent) -> bool:
        """Keep every key from the window while listening."""
        if self.isChecked() and event.type() == QEvent.Type.ShortcutOverride:
            event.accept()
            return True
        if (
            self.isChecked()
            and event.type() == QEvent.Type.KeyPress
            and isinstance(event, QKeyEvent)
        ):
            # Here rather than in keyPressEvent: Tab would have moved the focus before.
            self.keyPressEvent(event)
            return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Take the keys; Escape alone ends the listening."""
        if not self.isChecked():
            super().keyPressEvent(event)
        elif event.key() not in _MODIFIERS:
            self.setChecked(False)
            if event.key() != Qt.Key.Key_Escape or event.modifiers():
                self.pressed_keys.emit(keys_of(event))

    def focusOutEvent(self, event: QFocusEvent) -> None:
        """Stop listening."""
        self.setChecked(False)
        super().focusOutEvent(event)

    def _show(self) -> None:
        self.setText(tr("Press the keys…") if self.isChecked() else self._text)


class ShortcutsPage(QWidget):
    """A table of all actions; a key another action has is named before it is taken over."""

    def __init__(self, shortcuts: Shortcuts, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("shortcuts.page")
        self._shortcuts = shortcuts
        self._wanted, self._beside = "", False
        self.search = QLineEdit(self)
        self.search.setObjectName("shortcuts.search")
        self.search.setAccessibleName(tr("Find an action or a key"))
        self.search.setPlaceholderText(tr("Find an action or a key…"))
        self.table = QTreeWidget(self)
        self.table.setObjectName("shortcuts.table")
        self.table.setAccessibleName(tr("Actions and their keys"))
        self.table.setHeaderLabels([tr("Action"), tr("Menu"), tr("Keys")])
        self.table.setRootIsDecorated(False)
        self.table.setUniformRowHeights(True)
        self.table.header().setSectionResizeMode(0, QHeaderView.ResizeMode.Stretch)
        self.table.header().setStretchLastSection(False)
        self.table.header().resizeSection(1, 90)
        self.table.header().resizeSection(2, 170)
        self.change = KeyButton(
            "shortcuts.keys",
            tr("Change…"),
            tr("New keys"),
            tr("Click, then press the keys that shall do this; Escape keeps the old ones"),
            self,
        )
        self.add = KeyButton(
            "shortcuts.add",
            tr("Add…"),
            tr("More keys"),
            tr("Click, then press keys that shall do this as well; Escape adds none"),
            self,
        )
        self.clear = _button(
            "shortcuts.clear", tr("No key"), tr("Take this action's keys away"), self
        )
        self.reset = _button("shortcuts.reset", tr("Reset"), tr("Back to the usual keys"), self)
        self.reset_all = _button(
            "shortcuts.reset-all", tr("Reset all"), tr("Back to the usual keys everywhere"), self
        )
        self.warning = QLabel("", self)
        self.warning.setObjectName("shortcuts.warning")
        self.warning.setWordWrap(True)
        self.take = _button(
            "shortcuts.take", tr("Take over"), tr("Let this action have the keys"), self
        )
        self._lay_out()
        self.search.textChanged.connect(self._filter)
        self.table.currentItemChanged.connect(self._chosen)
        self.table.itemActivated.connect(lambda _item, _column: self._listen())
        self.change.pressed_keys.connect(lambda keys: self._pressed(keys, beside=False))
        self.add.pressed_keys.connect(lambda keys: self._pressed(keys, beside=True))
        self.clear.clicked.connect(self._clear)
        self.reset.clicked.connect(lambda: self._shortcuts.reset(self._current))
        self.reset_all.clicked.connect(shortcuts.reset_all)
        self.take.clicked.connect(self._take)
        shortcuts.changed.connect(self._show_keys)
        for row in sorted(ROWS, key=lambda row: row.text):
            item = QTreeWidgetItem([_name(row), MENUS.get(row.menu, ""), ""])
            item.setData(0, _ID, row.id)
            item.setToolTip(0, row.tip)
            self.table.addTopLevelItem(item)
        self._show_keys()
        self.table.setCurrentItem(self._items()[0])

    def _lay_out(self) -> None:
        buttons = QHBoxLayout()
        for button in (self.change, self.add, self.clear, self.reset):
            buttons.addWidget(button)
        buttons.addStretch()
        buttons.addWidget(self.reset_all)
        warned = QHBoxLayout()
        warned.addWidget(self.warning, 1)
        warned.addWidget(self.take)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(22, 18, 22, 14)
        layout.setSpacing(8)
        layout.addWidget(self.search)
        layout.addWidget(self.table, 1)
        layout.addLayout(buttons)
        layout.addLayout(warned)
        self.warning.setMinimumHeight(self.take.sizeHint().height())

    @property
    def _current(self) -> str:
        item = self.table.currentItem()
        return "" if item is None else str(item.data(0, _ID))

    def _show_keys(self) -> None:
        for item in self._items():
            name = str(item.data(0, _ID))
            keys = ", ".join(dict.fromkeys(map(key_text, self._shortcuts.of(name))))
            changed = self._shortcuts.is_changed(name)
            item.setText(2, tr("{keys}  (yours)", keys=keys or "–") if changed else keys)
        self._chosen()

    def _filter(self, text: str) -> None:
        wanted = text.lower().strip()
        for item in self._items():
            fits = match(text, item.text(0)) is not None or wanted in item.text(2).lower()
            item.setHidden(bool(wanted) and not fits)

    def _items(self) -> list[QTreeWidgetItem]:
        found = (self.table.topLevelItem(row) for row in range(self.table.topLevelItemCount()))
        return [item for item in found if item is not None]

    def _chosen(self) -> None:
        self._warn("")
        self.reset.setEnabled(bool(self._current) and self._shortcuts.is_changed(self._current))
        has_keys = bool(self._current and self._shortcuts.of(self._current))
        self.clear.setEnabled(has_keys)
        # What works while a key is held knows one key only.
        self.add.setEnabled(has_keys and not row_of(self._current).held)

    def _listen(self) -> None:
        self.change.setFocus()
        self.change.setChecked(True)

    def _pressed(self, keys: str, *, beside: bool) -> None:
        name = self._current
        if not name:
            return
        trouble = self._shortcuts.why_not(name, keys)
        if trouble:
            self._warn(trouble)
            return
        holder = self._shortcuts.holder_of(keys, but=name)
        if holder is None:
            self._shortcuts.choose(name, keys, beside=beside)
            return
        self._wanted, self._beside = keys, beside
        self._warn(
            tr("{keys} already does “{action}”.", keys=key_text(keys), action=_name(holder)),
            can_take=True,
        )

    def _take(self) -> None:
        keys, self._wanted = self._wanted, ""
        self._shortcuts.choose(self._current, keys, beside=self._beside)
        self.table.setFocus()

    def _clear(self) -> None:
        self._shortcuts.choose(self._current, "")

    def _warn(self, text: str, *, can_take: bool = False) -> None:
        self.warning.setText(text)
        self.warning.setAccessibleName(text)
        self.take.setVisible(can_take)
        if can_take:
            self.take.setToolTip(
                tr("Let “{action}” have the keys instead", action=_name(row_of(self._current)))
            )


def _name(row: ActionRow) -> str:
    return row.text.removesuffix("…")


def _button(name: str, text: str, tip: str, parent: QWidget) -> QPushButton:
    button = QPushButton(text, parent)
    button.setObjectName(name)
    button.setAccessibleName(text)
    button.setToolTip(tip)
    button.setAutoDefault(False)
    return button
