"""Help."""

from __future__ import annotations

from typing import Final

from opacity_studio.gui.actions.row import ActionRow

HELP_ROWS: Final[tuple[ActionRow, ...]] = (
    ActionRow(
        "help.palette",
        "Command palette",
        ("Ctrl+K",),
        "Help",
        tip="Find any action by a few letters of its name.",
    ),
    ActionRow(
        "help.shortcuts",
        "Keyboard shortcuts",
        ("?", "F1"),
        "Help",
        tip="Show every shortcut on one sheet.",
    ),
    ActionRow(
        "help.about",
        "About Opacity Studio",
        (),
        "Help",
        tip="Version, licence and what the program is not.",
    ),
)
