"""Prediction and annotation held against each other."""

from __future__ import annotations

from typing import Final

from opacity_studio.gui.actions.row import ActionRow

COMPARE_ROWS: Final[tuple[ActionRow, ...]] = (
    ActionRow(
        "view.compare",
        "Compare: next view",
        ("`",),
        "View",
        bar="Compare",
        tip="Go from the overlay to side by side, to the difference, and back.",
        checkable=True,
        separated=True,
    ),
    ActionRow(
        "view.side-by-side",
        "Side by side",
        (),
        "View",
        tip="Show the film alone beside the film with everything over it.",
        checkable=True,
    ),
    ActionRow(
        "view.difference",
        "Difference from the prediction",
        (),
        "View",
        tip="Show by patterns what was agreed, added and removed.",
        checkable=True,
    ),
    ActionRow(
        "view.blink",
        "Blink prediction and annotation",
        ("Shift+G",),
        "View",
        tip="Show prediction and annotation in turn, each alone.",
        checkable=True,
    ),
)
