"""How the greys of the film are shown."""

from __future__ import annotations

from typing import Final

from opacity_studio.gui.actions.row import ActionRow

IMAGE_ROWS: Final[tuple[ActionRow, ...]] = (
    ActionRow(
        "view.auto-window",
        "Lung window",
        ("W",),
        "Image",
        bar="Window",
        tip="Spread the greys inside the lungs over the whole scale.",
    ),
    ActionRow(
        "view.narrow-window",
        "Narrow window",
        ("Shift+W",),
        "Image",
        tip="Half as wide as the lung window: twice the contrast in the lungs.",
    ),
    ActionRow(
        "view.full-window",
        "Full range",
        ("Ctrl+Shift+W",),
        "Image",
        tip="From the least to the greatest value of the film.",
    ),
    ActionRow(
        "view.reset-window",
        "Film's own window",
        ("0",),
        "Image",
        tip="Back to the window the film came with.",
    ),
    ActionRow(
        "view.window-panel",
        "Window and gamma…",
        ("Ctrl+W",),
        "Image",
        tip="Type window centre, width and gamma.",
        separated=True,
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
        "view.gamma-up",
        "Brighter middle greys",
        (".",),
        "Image",
        tip="Raise the gamma by a tenth.",
    ),
    ActionRow(
        "view.gamma-down",
        "Darker middle greys",
        (",",),
        "Image",
        tip="Lower the gamma by a tenth.",
    ),
    ActionRow(
        "view.local-contrast",
        "Local contrast",
        ("Shift+I",),
        "Image",
        tip="Even the contrast out from place to place (CLAHE), on the stored values.",
        checkable=True,
    ),
    ActionRow(
        "view.flip",
        "Flip left and right",
        ("Shift+H",),
        "Image",
        tip="For a mirrored film, on the screen only: outlines and file stay as they are.",
        checkable=True,
    ),
    ActionRow(
        "view.reset-display",
        "Reset display",
        ("Alt+0",),
        "Image",
        tip="Show the film as it is stored.",
        separated=True,
    ),
    ActionRow(
        "view.keep-display",
        "Keep for this worklist",
        (),
        "Image",
        tip="Open every film of this worklist like this one, unless it has been changed itself.",
        checkable=True,
    ),
)
