"""Prediction and annotation held against each other."""

from __future__ import annotations

from typing import Final

from opacity_studio.domain.wording import tr
from opacity_studio.gui.actions.row import ActionRow

COMPARE_ROWS: Final[tuple[ActionRow, ...]] = (
    ActionRow(
        "view.compare",
        tr("Compare: next view"),
        ("`",),
        "View",
        bar=tr("Compare"),
        tip=tr("Go from the overlay to side by side, to the difference, and back."),
        checkable=True,
        separated=True,
    ),
    ActionRow(
        "view.side-by-side",
        tr("Side by side"),
        (),
        "View",
        tip=tr("Show the film alone beside the film with everything over it."),
        checkable=True,
    ),
    ActionRow(
        "view.difference",
        tr("Difference from the prediction"),
        (),
        "View",
        tip=tr("Show by patterns what was agreed, added and removed."),
        checkable=True,
    ),
    ActionRow(
        "view.blink",
        tr("Blink prediction and annotation"),
        ("Shift+G",),
        "View",
        tip=tr("Show prediction and annotation in turn, each alone; once more ends it."),
        checkable=True,
    ),
)
