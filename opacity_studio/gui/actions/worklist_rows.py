"""What the list of films shows; the list's own buttons and menus do the same."""

from __future__ import annotations

from typing import Final

from opacity_studio.domain.wording import tr
from opacity_studio.gui.actions.row import ActionRow

WORKLIST_ROWS: Final[tuple[ActionRow, ...]] = (
    ActionRow(
        "worklist.only-needed",
        tr("List only films that need me"),
        tip=tr("Show in the list only films that wait for a reader in your role, or all again."),
    ),
    ActionRow(
        "worklist.by-patient",
        tr("Group the list by patient"),
        tip=tr("Put the films of each patient together in the list, by day, or apart again."),
    ),
    ActionRow(
        "worklist.clear",
        tr("Clear the list's filters"),
        tip=tr("Show all films of the worklist."),
    ),
)
