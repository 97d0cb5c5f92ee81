"""All shortcuts on one sheet, made from the table of actions."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent, QShowEvent
from PySide6.QtWidgets import (
    QDialog,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from opacity_studio.domain.wording import tr
from opacity_studio.gui.actions import MENUS, ROWS, ActionRow
from opacity_studio.gui.actions.action_building import key_text
from opacity_studio.gui.actions.shortcuts import Shortcuts, keys_of
from opacity_studio.gui.look.panel_parts import heading
from opacity_studio.gui.look.theme import Theme

MOUSE: Final = (
    (tr("left"), tr("the tool")),
    (tr("left"), tr("on a predicted region: accept it")),
    (tr("double-click"), tr("select a region, zoom to it")),
    (tr("right-drag"), tr("window width and centre")),
    (tr("right-click"), tr("menu")),
    (tr("middle-drag"), tr("pan")),
    (tr("wheel"), tr("zoom at the cursor")),
)

_CLOSING: Final = (Qt.Key.Key_Return, Qt.Key.Key_Enter)
_COLUMNS: Final = 4
_Section = tuple[str, list[tuple[str, str]]]
"""Title and rows, each with its keys and its name."""

_HEAD: Final = 22
_APART: Final = 8
"""Heights of a title, and of what is left free below a section."""

_WIDEST: Final = 196
"""Logical pixels of a name that stays in one line: four columns fit a small screen."""


def sections(shortcuts: Shortcuts) -> dict[str, list[ActionRow]]:
    """Return the rows that can be run by a key now, by menu; others by their id's beginning."""
    found: dict[str, list[ActionRow]] = {menu: [] for menu in MENUS}
    for row in ROWS:
        if shortcuts.of(row.id) and shortcuts.is_offered(row.id):
            found[row.menu or row.id.split(".")[0].capitalize()].append(row)
    return {MENUS[menu]: rows for menu, rows in found.items() if rows}


def columns_of(lengths: Sequence[int], columns: int) -> list[list[int]]:
    """Return the sections (by index) of each column, in order, the longest column kept short.

    Parameters
    ----------
    lengths
        Lines of each section.
    """
    limit = max(*lengths, -(-sum(lengths) // columns))
    while True:
        filled: list[list[int]] = [[]]
        for index, length in enumerate(lengths):
            if filled[-1] and sum(lengths[i] for i in filled[-1]) + length > limit:
                filled.append([])
            filled[-1].append(index)
        if len(filled) <= columns:
            return filled
        limit += 1


class ShortcutSheet(QDialog):
    """The sheet behind ``?``; any of Escape, Enter and ``?`` closes it."""

    def __init__(self, theme: Theme, shortcuts: Shortcuts, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("shortcut-sheet")
        self.setAccessibleName(tr("Keyboard shortcuts"))
        self.setWindowTitle(tr("Keyboard shortcuts — Opacity Studio"))
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self._theme = theme
        self._shortcuts = shortcuts
        named: list[_Section] = [
            (title, [(self._keys(row), shortcuts.name_of(row)) for row in rows])
            for title, rows in sections(shortcuts).items()
        ]
        named.append((tr("Mouse"), list(MOUSE)))
        room = self.screen().availableGeometry()
        inside = self._laid_out(named, _COLUMNS)
        for fewer in range(_COLUMNS - 1, 1, -1):
            if inside.sizeHint().width() <= room.width() - 24:
                break
            # In a language of long words: down the sheet is read more easily than across it.
            inside.deleteLater()
            inside = self._laid_out(named, fewer)
        scroll = QScrollArea(self)
        scroll.setFrameShape(QScrollArea.Shape.NoFrame)
        scroll.setWidgetResizable(True)
        scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        scroll.setWidget(inside)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(1, 1, 1, 1)
        layout.addWidget(scroll)
        wanted = inside.sizeHint()
        width, height = wanted.width() + 4, wanted.height() + 4
        if height > room.height() - 60:
            width += scroll.verticalScrollBar().sizeHint().width()
        self.resize(min(width, room.width() - 20), min(height, room.height() - 60))

    def _laid_out(self, named: Sequence[_Section], count: int) -> QWidget:
        """Return everything in at most `count` columns."""
        columns = QHBoxLayout()
        columns.setSpacing(24)
        inside = QWidget(self)
        inside.setObjectName("settings.inside")
        for indices in columns_of([len(rows) + 2 for _, rows in named], count):
            # One grid: the names of all its sections begin on one line.
            column = QGridLayout()
            column.setHorizontalSpacing(10)
            column.setVerticalSpacing(1)
            column.setColumnStretch(1, 1)
            for index in indices:
                self._add_section(column, inside, *named[index])
            column.setRowStretch(column.rowCount(), 1)
            columns.addLayout(column)
        columns.setContentsMargins(24, 16, 24, 14)
        inside.setLayout(columns)
        return inside

    def _keys(self, row: ActionRow) -> str:
        text = "  ".join(dict.fromkeys(map(key_text, self._shortcuts.of(row.id))))
        return tr("{keys} (hold)", keys=text) if row.held else text

    def _add_section(
        self,
        column: QGridLayout,
        parent: QWidget,
        title: str,
        rows: Sequence[tuple[str, str]],
    ) -> None:
        first = column.rowCount()
        column.addWidget(heading(title, parent), first, 0, 1, 2)
        column.setRowMinimumHeight(first, _HEAD)
        for line, (keys, text) in enumerate(rows, start=first + 1):
            label = QLabel(keys, parent)
            label.setStyleSheet(f"color: {self._theme.accent_text}; font-size: 12px;")
            words = QLabel(text.removesuffix("…"), parent)
            words.setStyleSheet("font-size: 12px;")
            words.ensurePolished()
            if words.fontMetrics().horizontalAdvance(words.text()) > _WIDEST:
                words.setWordWrap(True)
                words.setFixedWidth(_WIDEST)
            top = Qt.AlignmentFlag.AlignTop
            column.addWidget(label, line, 0, top)
            column.addWidget(words, line, 1, top)
        column.setRowMinimumHeight(first + len(rows) + 1, _APART)

    def showEvent(self, event: QShowEvent) -> None:
        """Take the keys, so that the one that closes the sheet does not reach the film."""
        super().showEvent(event)
        self.activateWindow()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Close on the keys that opened it and on Enter, too."""
        opening = self._shortcuts.of("help.shortcuts")
        if event.key() in _CLOSING or keys_of(event) in opening:
            self.close()
        else:
            super().keyPressEvent(event)
