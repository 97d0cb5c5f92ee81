"""Undo, selection and labels."""

from __future__ import annotations

from typing import Final

from opacity_studio.gui.actions.row import ActionRow

EDIT_ROWS: Final[tuple[ActionRow, ...]] = (
    ActionRow("edit.undo", "Undo", ("Ctrl+Z",), "Edit", bar="↶", tip="Take back the last edit."),
    ActionRow(
        "edit.redo",
        "Redo",
        ("Ctrl+Shift+Z", "Ctrl+Y"),
        "Edit",
        bar="↷",
        tip="Bring back the edit that was taken back.",
    ),
    ActionRow(
        "edit.select-all",
        "Select all shapes",
        ("Ctrl+A",),
        "Edit",
        tip="Select every shape that is not locked.",
    ),
    ActionRow(
        "edit.escape",
        "Drop the draft, then return to Select",
        ("Esc",),
        tip="Drop what is being drawn; once more returns to the select tool.",
    ),
)
