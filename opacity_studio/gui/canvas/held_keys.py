"""Keys that work while they are held."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from PySide6.QtCore import Qt
    from PySide6.QtGui import QKeyEvent


class HeldKeys:
    """Turns key events into "held" and "let go", once each.

    Parameters
    ----------
    actions
        What to tell by key: True when it goes down, False when it comes up.
    """

    def __init__(self, actions: Mapping[Qt.Key, Callable[[bool], None]]) -> None:
        self._actions = actions
        self._down: set[Qt.Key] = set()

    def press(self, event: QKeyEvent) -> bool:
        """Take a key event; return whether it was one of these keys, without modifiers."""
        key = self._known(event)
        if key is None or event.modifiers():
            return False
        if key not in self._down:
            self._down.add(key)
            self._actions[key](True)
        return True

    def release(self, event: QKeyEvent) -> bool:
        """Take a key event; a repeating key reports releases that did not happen."""
        key = self._known(event)
        if key is None:
            return False
        if not event.isAutoRepeat():
            self._let_go(key)
        return True

    def release_all(self) -> None:
        """Let go of everything: the real release will go elsewhere."""
        for key in tuple(self._down):
            self._let_go(key)

    def _known(self, event: QKeyEvent) -> Qt.Key | None:
        return next((key for key in self._actions if key == event.key()), None)

    def _let_go(self, key: Qt.Key) -> None:
        if key in self._down:
            self._down.remove(key)
            self._actions[key](False)
