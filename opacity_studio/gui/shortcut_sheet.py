"""All shortcuts on one sheet, made from the table of actions."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent, QShowEvent
from PySide6.QtWidgets import QDialog, QGridLayout, QHBoxLayout, QLabel, QVBoxLayout, QWidget

from opacity_studio.gui.action_building import key_text
from opacity_studio.gui.actions import ROWS, ActionRow
from opacity_studio.gui.panel_parts import heading
from opacity_studio.gui.theme import Theme

MOUSE: Final = (
    ("left", "the tool"),
    ("left on a predicted region", "accept it"),
    ("double-click on a region", "select it and zoom to it"),
    ("right-drag", "window: across = width, up and down = centre"),
    ("right-click", "menu"),
    ("middle-drag, Space + left", "pan"),
    ("wheel", "zoom at the cursor"),
)

_TITLES: Final = {
    "file": "File",
    "edit": "Edit",
    "tool": "Tools",
    "film": "Films",
    "prediction": "Prediction",
    "view": "View",
    "help": "Help",
}
_CLOSING: Final = (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_F1)
_COLUMNS: Final = (("film", "file", "help"), ("tool", "edit"), ("prediction", "view"))


def sections() -> dict[str, list[ActionRow]]:
    """Return the rows that have a shortcut, by what their id begins with."""
    found: dict[str, list[ActionRow]] = {}
    for row in ROWS:
        if row.shortcuts:
            found.setdefault(row.id.split(".")[0], []).append(row)
    return found


class ShortcutSheet(QDialog):
    """The sheet behind ``?``; any of Escape, Enter and ``?`` closes it."""

    def __init__(self, theme: Theme, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("shortcut-sheet")
        self.setAccessibleName("Keyboard shortcuts")
        self.setWindowTitle("Keyboard shortcuts — Opacity Studio")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self._theme = theme
        found = sections()
        columns = QHBoxLayout()
        columns.setSpacing(36)
        for names in _COLUMNS:
            column = QVBoxLayout()
            column.setSpacing(6)
            for name in names:
                rows = [(self._keys(row), row.text) for row in found.get(name, ())]
                self._add_section(column, _TITLES[name], rows)
            if names[-1] == "view":
                self._add_section(column, "Mouse", MOUSE)
            column.addStretch()
            columns.addLayout(column)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(28, 22, 28, 22)
        layout.addLayout(columns)

    def _keys(self, row: ActionRow) -> str:
        text = "  ".join(key_text(keys) for keys in dict.fromkeys(map(key_text, row.shortcuts)))
        return f"{text} (hold)" if row.held else text

    def _add_section(
        self, column: QVBoxLayout, title: str, rows: Sequence[tuple[str, str]]
    ) -> None:
        if not rows:
            return
        column.addWidget(heading(title, self))
        grid = QGridLayout()
        grid.setHorizontalSpacing(14)
        grid.setVerticalSpacing(3)
        grid.setColumnStretch(1, 1)
        for line, (keys, text) in enumerate(rows):
            label = QLabel(keys, self)
            label.setStyleSheet(f"color: {self._theme.accent_text};")
            grid.addWidget(label, line, 0)
            grid.addWidget(QLabel(text.removesuffix("…"), self), line, 1)
        column.addLayout(grid)
        column.addSpacing(10)

    def showEvent(self, event: QShowEvent) -> None:
        """Take the keys, so that the one that closes the sheet does not reach the film."""
        super().showEvent(event)
        self.activateWindow()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Close on the keys that opened it and on Enter, too."""
        if event.text() == "?" or event.key() in _CLOSING:
            self.close()
        else:
            super().keyPressEvent(event)
