"""How the greys of the film are shown."""

from __future__ import annotations

from typing import Final

from opacity_studio.domain.wording import tr
from opacity_studio.gui.actions.row import ActionRow

IMAGE_ROWS: Final[tuple[ActionRow, ...]] = (
    ActionRow(
        "view.auto-window",
        tr("Lung window"),
        ("W",),
        "Image",
        bar=tr("Window"),
        tip=tr("Spread the greys inside the lungs over the whole scale."),
    ),
    ActionRow(
        "view.narrow-window",
        tr("Narrow window"),
        ("Shift+W",),
        "Image",
        tip=tr("Half as wide as the lung window: twice the contrast in the lungs."),
    ),
    ActionRow(
        "view.full-window",
        tr("Full range"),
        ("Ctrl+Shift+W",),
        "Image",
        tip=tr("From the least to the greatest value of the film."),
    ),
    ActionRow(
        "view.reset-window",
        tr("Film's own window"),
        ("0",),
        "Image",
        tip=tr("Back to the window the film came with."),
    ),
    ActionRow(
        "view.window-panel",
        tr("Window and gamma…"),
        ("Ctrl+W",),
        "Image",
        tip=tr("Type window centre, width and gamma."),
        separated=True,
    ),
    ActionRow(
        "view.invert",
        tr("Invert"),
        ("I",),
        "Image",
        bar=tr("Invert"),
        tip=tr("Show black as white."),
        checkable=True,
    ),
    ActionRow(
        "view.gamma-up",
        tr("Brighter middle greys"),
        (".",),
        "Image",
        tip=tr("Raise the gamma by a tenth."),
    ),
    ActionRow(
        "view.gamma-down",
        tr("Darker middle greys"),
        (",",),
        "Image",
        tip=tr("Lower the gamma by a tenth."),
    ),
    ActionRow(
        "view.local-contrast",
        tr("Local contrast"),
        ("Shift+I",),
        "Image",
        tip=tr("Even the contrast out from place to place (CLAHE), on the stored values."),
        checkable=True,
    ),
    ActionRow(
        "view.flip",
        tr("Flip left and right"),
        ("Shift+H",),
        "Image",
        tip=tr("For a mirrored film, on the screen only: outlines and file stay as they are."),
        checkable=True,
    ),
    ActionRow(
        "view.reset-display",
        tr("Reset display"),
        ("Alt+0",),
        "Image",
        tip=tr("Show the film as it is stored."),
        separated=True,
    ),
    ActionRow(
        "view.keep-display",
        tr("Keep for this worklist"),
        (),
        "Image",
        tip=tr(
            "Open every film of this worklist like this one, unless it has been changed itself."
        ),
        checkable=True,
    ),
)
