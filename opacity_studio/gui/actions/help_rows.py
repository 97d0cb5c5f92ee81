"""Help."""

from __future__ import annotations

from typing import Final

from opacity_studio.domain.wording import tr
from opacity_studio.gui.actions.row import ActionRow

HELP_ROWS: Final[tuple[ActionRow, ...]] = (
    ActionRow(
        "help.palette",
        tr("Command palette"),
        ("Ctrl+K", "F1"),
        "Help",
        tip=tr("Find any action by a few letters of its name."),
    ),
    ActionRow(
        "help.shortcuts",
        tr("Keyboard shortcuts"),
        ("?",),
        "Help",
        tip=tr("Show every shortcut on one sheet."),
    ),
    ActionRow(
        "help.about",
        tr("About Opacity Studio"),
        (),
        "Help",
        tip=tr("Version, licence and what the program is not."),
    ),
)
