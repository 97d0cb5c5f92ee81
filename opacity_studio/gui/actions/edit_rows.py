"""Undo, selection and labels."""

from __future__ import annotations

from typing import Final

from opacity_studio.domain.wording import tr
from opacity_studio.gui.actions.row import ActionRow

EDIT_ROWS: Final[tuple[ActionRow, ...]] = (
    ActionRow(
        "edit.undo", tr("Undo"), ("Ctrl+Z",), "Edit", bar="↶", tip=tr("Take back the last edit.")
    ),
    ActionRow(
        "edit.redo",
        tr("Redo"),
        ("Ctrl+Shift+Z", "Ctrl+Y"),
        "Edit",
        bar="↷",
        tip=tr("Bring back the edit that was taken back."),
    ),
    ActionRow(
        "edit.select-all",
        tr("Select all shapes"),
        ("Ctrl+A",),
        "Edit",
        tip=tr("Select every shape that is not locked."),
    ),
    ActionRow(
        "edit.escape",
        tr("Drop the draft, then return to Select"),
        ("Esc",),
        tip=tr("Drop what is being drawn; once more returns to the select tool."),
    ),
)
