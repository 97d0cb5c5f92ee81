"""Qt's mouse and keyboard in the words the tools know."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from PySide6.QtCore import Qt

if TYPE_CHECKING:
    from PySide6.QtGui import QWheelEvent

    from opacity_studio.review.pointer import Button, Modifier
    from opacity_studio.review.tools.tool import Cursor

BUTTONS: Final[dict[Qt.MouseButton, Button]] = {
    Qt.MouseButton.LeftButton: "left",
    Qt.MouseButton.RightButton: "right",
    Qt.MouseButton.MiddleButton: "middle",
}

CURSORS: Final[dict[Cursor, Qt.CursorShape]] = {
    "arrow": Qt.CursorShape.ArrowCursor,
    "cross": Qt.CursorShape.CrossCursor,
    "move": Qt.CursorShape.SizeAllCursor,
    "pointer": Qt.CursorShape.PointingHandCursor,
}

_MODIFIERS: Final[dict[Qt.KeyboardModifier, Modifier]] = {
    Qt.KeyboardModifier.ShiftModifier: "shift",
    Qt.KeyboardModifier.ControlModifier: "ctrl",
    Qt.KeyboardModifier.AltModifier: "alt",
}

_MODIFIER_KEYS: Final[dict[Qt.Key, Modifier]] = {
    Qt.Key.Key_Shift: "shift",
    Qt.Key.Key_Control: "ctrl",
    Qt.Key.Key_Alt: "alt",
}

_KEYS: Final = {
    Qt.Key.Key_Return: "Return",
    Qt.Key.Key_Enter: "Return",
    Qt.Key.Key_Escape: "Escape",
    Qt.Key.Key_Backspace: "Backspace",
    Qt.Key.Key_Delete: "Delete",
    Qt.Key.Key_Left: "Left",
    Qt.Key.Key_Right: "Right",
    Qt.Key.Key_Up: "Up",
    Qt.Key.Key_Down: "Down",
}

_NOTCH_FACTOR: Final = 1.2
_NOTCH: Final = 120.0
_TRACKPAD_FACTOR: Final = 1.004


def modifiers_of(modifiers: Qt.KeyboardModifier) -> frozenset[Modifier]:
    """Return the modifier keys held."""
    return frozenset(name for flag, name in _MODIFIERS.items() if flag in modifiers)


def modifier_key(key: int) -> Modifier | None:
    """Return the modifier that a key is, or None for another key."""
    return next((name for known, name in _MODIFIER_KEYS.items() if known == key), None)


def key_name(key: int, modifiers: Qt.KeyboardModifier) -> str | None:
    """Return a key's name as tools know it ("Return", "Shift+Left"), or None for another key."""
    name = next((name for known, name in _KEYS.items() if known == key), None)
    if name is None or modifiers & (
        Qt.KeyboardModifier.ControlModifier
        | Qt.KeyboardModifier.AltModifier
        | Qt.KeyboardModifier.MetaModifier
    ):
        return None
    return f"Shift+{name}" if Qt.KeyboardModifier.ShiftModifier in modifiers else name


def wheel_factor(event: QWheelEvent) -> float:
    """Return what a turn of the wheel, or two fingers on a trackpad, multiply the zoom by."""
    pixels = event.pixelDelta().y()
    if pixels and event.phase() != Qt.ScrollPhase.NoScrollPhase:
        return float(_TRACKPAD_FACTOR**pixels)
    return float(_NOTCH_FACTOR ** wheel_notches(event))


def wheel_notches(event: QWheelEvent) -> float:
    """Return how far the wheel was turned, away from the person positive."""
    # Alt and Shift turn a wheel sideways on some desktops.
    angle = event.angleDelta()
    return float((angle.y() or angle.x()) / _NOTCH)
