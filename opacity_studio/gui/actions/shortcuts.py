"""Which keys do what: the table's, unless the person has chosen others."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final

from PySide6.QtCore import QKeyCombination, QObject, Qt, Signal
from PySide6.QtGui import QAction, QKeyEvent, QKeySequence

from opacity_studio.domain.wording import tr
from opacity_studio.files.settings import Settings
from opacity_studio.gui.actions import ROWS, ActionRow, row_of
from opacity_studio.gui.actions.action_building import key_text, tooltip
from opacity_studio.gui.settings.preferences import Preferences

RESERVED: Final = ("Tab", "Shift+Tab", "Left", "Right", "Up", "Down")
"""Keys that move the focus and nudge what is selected; nothing else may have them."""

_PLACEHOLDER: Final = re.compile(r"\{([a-z]+\.[a-z0-9_-]+)\}")


class Shortcuts(QObject):
    """Knows every action's keys, keeps actions and texts in step with them.

    No two actions share a key: what the person chose wins over what the table says.
    """

    changed = Signal()

    def __init__(self, preferences: Preferences, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._preferences = preferences
        self._actions: Mapping[str, QAction] = {}
        self._keys = _resolved(preferences.settings)
        preferences.changed.connect(self._settings_changed)

    def of(self, action_id: str) -> tuple[str, ...]:
        """Return the keys of an action, the one to be shown first."""
        return self._keys.get(action_id, ())

    def text(self, action_id: str) -> str:
        """Return the key to be shown, as this platform writes it; empty without one."""
        keys = self.of(action_id)
        return key_text(keys[0]) if keys else ""

    def is_offered(self, action_id: str) -> bool:
        """Whether the action can be reached: the key of a label waits until there is one."""
        action = self._actions.get(action_id)
        return action is None or action.isVisible()

    def name_of(self, row: ActionRow) -> str:
        """Return what an action is called: the table's name, or the label it gives."""
        action = self._actions.get(row.id)
        if action is None or not row.id.startswith("edit.label-"):
            return row.text
        return action.text()

    def told(self, text: str) -> str:
        """Return `text` with the person's key in place of every ``{action.id}``."""
        return _PLACEHOLDER.sub(lambda found: self.text(found[1]) or tr("the menu"), text)

    def held_keys(self) -> dict[str, Qt.Key]:
        """Return the key of every action that works while it is held."""
        held = {row.id: self.of(row.id) for row in ROWS if row.held}
        return {name: _combination(keys[0]).key() for name, keys in held.items() if keys}

    def follow(self, actions: Mapping[str, QAction]) -> None:
        """Give `actions` their keys and tips, now and whenever they change."""
        self._actions = actions
        self._give_keys()

    def is_changed(self, action_id: str) -> bool:
        """Whether the person chose other keys than the table's."""
        return self.of(action_id) != row_of(action_id).shortcuts

    def holder_of(self, keys: str, *, but: str) -> ActionRow | None:
        """Return the action other than `but` that has `keys` now."""
        wanted = _portable(keys)
        for row in ROWS:
            if row.id != but and wanted in map(_portable, self.of(row.id)):
                return row
        return None

    def why_not(self, action_id: str, keys: str) -> str:
        """Return why an action cannot have `keys`, as a sentence; empty where it can."""
        if not _portable(keys):
            return tr("This key cannot be used.")
        if _portable(keys) in RESERVED:
            return tr(
                "{keys} moves the focus or what is selected; choose another key.",
                keys=key_text(keys),
            )
        modifiers = _combination(keys).keyboardModifiers()
        if row_of(action_id).held and modifiers != Qt.KeyboardModifier.NoModifier:
            return tr("What works while a key is held needs a single key.")
        return ""

    def choose(self, action_id: str, keys: str, *, beside: bool = False) -> None:
        """Let `keys` (none: no key) do this from now on, and nothing else.

        In place of the action's other keys, or `beside` them.
        """
        chosen = dict(self._preferences.settings.shortcuts)
        holder = self.holder_of(keys, but=action_id) if keys else None
        if holder is not None:
            left = (own for own in self.of(holder.id) if _portable(own) != _portable(keys))
            _set(chosen, holder.id, tuple(left))
        new = (_portable(keys),) if keys else ()
        kept = tuple(own for own in self.of(action_id) if beside and _portable(own) not in new)
        _set(chosen, action_id, (*kept, *new))
        self._preferences.change(shortcuts=chosen)

    def reset(self, action_id: str) -> None:
        """Give an action the table's keys again; other actions give them back."""
        chosen = dict(self._preferences.settings.shortcuts)
        chosen.pop(action_id, None)
        own = set(map(_portable, row_of(action_id).shortcuts))
        for name, keys in tuple(chosen.items()):
            if own & set(map(_portable, keys)):
                left = tuple(key for key in keys if _portable(key) not in own)
                _set(chosen, name, left)
        self._preferences.change(shortcuts=chosen)

    def reset_all(self) -> None:
        """Give every action the table's keys again."""
        self._preferences.change(shortcuts={})

    def _settings_changed(self, settings: Settings) -> None:
        keys = _resolved(settings)
        if keys != self._keys:
            self._keys = keys
            self._give_keys()
            self.changed.emit()

    def _give_keys(self) -> None:
        for row in ROWS:
            action = self._actions.get(row.id)
            if action is not None:
                action.setShortcuts([QKeySequence(keys) for keys in self.of(row.id)])
                action.setToolTip(tooltip(row, self.of(row.id)))


def keys_of(event: QKeyEvent) -> str:
    """Return the keys pressed as a shortcut's text: "Ctrl+B", "?"."""
    modifiers = event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier
    text = event.text()
    sign = len(text) == 1 and text.isprintable() and not text.isalpha() and text != " "
    if sign and modifiers == Qt.KeyboardModifier.ShiftModifier:
        # What is typed with Shift is the sign itself.
        return text
    combined = QKeySequence(modifiers.value | event.key())
    return combined.toString(QKeySequence.SequenceFormat.PortableText)


def _resolved(settings: Settings) -> dict[str, tuple[str, ...]]:
    """Return the keys of every action; one that a person gave away is nobody else's."""
    chosen = {
        name: tuple(keys for keys in map(str, own) if _portable(keys))
        for name, own in settings.shortcuts.items()
    }
    known = {row.id for row in ROWS}
    taken = {_portable(keys) for name, own in chosen.items() if name in known for keys in own}
    return {
        row.id: chosen[row.id]
        if row.id in chosen
        else tuple(keys for keys in row.shortcuts if _portable(keys) not in taken)
        for row in ROWS
    }


def _set(chosen: dict[str, tuple[str, ...]], action_id: str, keys: tuple[str, ...]) -> None:
    """Note `keys`, unless they are the table's."""
    if keys == row_of(action_id).shortcuts:
        chosen.pop(action_id, None)
    else:
        chosen[action_id] = keys


def _combination(keys: str) -> QKeyCombination:
    return QKeySequence(keys)[0]  # type: ignore[index, no-any-return]


def _portable(keys: str) -> str:
    return QKeySequence(keys).toString(QKeySequence.SequenceFormat.PortableText)
