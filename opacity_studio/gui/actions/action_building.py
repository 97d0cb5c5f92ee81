"""From the table of actions to Qt's actions and menus, and shortcuts as text."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Final

from PySide6.QtCore import Qt
from PySide6.QtGui import QAction, QActionGroup, QKeySequence
from PySide6.QtWidgets import QMenu, QMenuBar, QWidget

from opacity_studio.gui.actions import MENUS, ROWS, ActionRow

_REPEATING: Final = (
    "edit.undo",
    "edit.redo",
    "view.zoom-in",
    "view.zoom-out",
    "tool.brush-smaller",
    "tool.brush-larger",
)


def build_actions(
    owner: QWidget, callbacks: Mapping[str, Callable[[], None]]
) -> dict[str, QAction]:
    """Make the actions of `ROWS` as children of `owner`.

    Parameters
    ----------
    callbacks
        What to do, by row id. A row without one raises KeyError: an action that does nothing must
        not be shown.
    """
    actions: dict[str, QAction] = {}
    groups: dict[str, QActionGroup] = {}
    for row in ROWS:
        if row.held:
            continue
        action = QAction(row.text, owner)
        action.setObjectName(row.id)
        action.setShortcuts([QKeySequence(keys) for keys in row.shortcuts])
        action.setShortcutContext(Qt.ShortcutContext.WindowShortcut)
        action.setCheckable(row.checkable)
        action.setToolTip(tooltip(row))
        action.setStatusTip("")
        action.setWhatsThis(row.tip)
        # Holding a key down must not race through films or undo steps.
        action.setAutoRepeat(row.id in _REPEATING)
        if row.id == "file.quit":
            action.setMenuRole(QAction.MenuRole.QuitRole)
        if row.group:
            if row.group not in groups:
                groups[row.group] = QActionGroup(owner)
            groups[row.group].addAction(action)
        callback = callbacks[row.id]
        action.triggered.connect(lambda _checked=False, run=callback: run())
        owner.addAction(action)
        actions[row.id] = action
    return actions


def fill_menus(bar: QMenuBar, actions: Mapping[str, QAction]) -> dict[str, QMenu]:
    """Put `actions` into the menus of `bar`; returns the menus by their keys in `MENUS`."""
    menus: dict[str, QMenu] = {}
    for name, shown in MENUS.items():
        menu = bar.addMenu(f"&{shown}")
        menu.setObjectName(f"menu.{name.lower()}")
        menus[name] = menu
    for row in ROWS:
        if row.menu:
            if row.separated:
                menus[row.menu].addSeparator()
            menus[row.menu].addAction(actions[row.id])
    return menus


def tooltip(row: ActionRow, shortcuts: Sequence[str] | None = None) -> str:
    """Return the tip of `row` with its shortcut, or the first of `shortcuts` where given."""
    keys = row.shortcuts if shortcuts is None else shortcuts
    tip = row.tip or row.text
    return f"{tip} ({key_text(keys[0])})" if keys else tip


def shortcut_text(action: QAction) -> str:
    """Return the first shortcut of `action` as it works now, as text; empty without one."""
    return key_text(action.shortcut().toString(QKeySequence.SequenceFormat.PortableText))


def shortcut_signs(action: QAction) -> str:
    """Return `shortcut_text` with the keys' own signs where there is little room for words."""
    shift = key_text("Shift+A").removesuffix("A")
    return shortcut_text(action).replace(shift, "⇧").replace(key_text("Enter"), "⏎")


def key_text(shortcut: str) -> str:
    """Return a shortcut as this platform writes it."""
    # Keyboards have two such keys, and say Enter on both.
    keys = QKeySequence(shortcut.replace("Return", "Enter"))
    return keys.toString(QKeySequence.SequenceFormat.NativeText)
