"""How the greys of the film are shown."""

from __future__ import annotations

from typing import Final

from opacity_studio.gui.actions.row import ActionRow

IMAGE_ROWS: Final[tuple[ActionRow, ...]] = (
    ActionRow(
        "view.auto-window",
        "Auto window",
        ("W",),
        "Image",
        bar="Window",
        tip="Set the window from the grey values inside the film.",
    ),
    ActionRow(
        "view.invert",
        "Invert",
        ("I",),
        "Image",
        bar="Invert",
        tip="Show black as white.",
        checkable=True,
    ),
    ActionRow(
        "view.reset-window",
        "Reset window",
        ("0",),
        "Image",
        tip="Back to the window the film came with.",
    ),
)
