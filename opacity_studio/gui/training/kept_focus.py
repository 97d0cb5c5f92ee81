"""Buttons that take each other's place, and the keyboard that stays with them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from PySide6.QtWidgets import QWidget


@contextmanager
def kept_focus(buttons: Sequence[QWidget]) -> Iterator[None]:
    """Hand the keyboard on to the first of `buttons` in view where the one that has it goes.

    Qt would hand it to whatever comes next in the window: a field, and the next key that was meant
    for the film would be typed.
    """
    before = next((button for button in buttons if button.hasFocus()), None)
    yield
    if before is None or before.isVisible():
        return
    for button in buttons:
        if button.isVisible() and button.isEnabled():
            button.setFocus()
            return
