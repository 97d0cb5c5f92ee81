"""What the network proposes, and its training."""

from __future__ import annotations

from typing import Final

from opacity_studio.gui.actions.row import ActionRow

PREDICTION_ROWS: Final[tuple[ActionRow, ...]] = (
    ActionRow(
        "prediction.accept",
        "Accept region under the cursor",
        ("Y",),
        "Prediction",
        tip="Turn the region under the cursor into a polygon, as a click does.",
    ),
    ActionRow(
        "prediction.reject",
        "Reject region under the cursor",
        ("N",),
        "Prediction",
        tip="Hide the predicted region under the cursor for this film.",
    ),
    ActionRow(
        "prediction.accept-all",
        "Accept all",
        ("Shift+Y",),
        "Prediction",
        tip="Turn every region into a polygon, and the lungs where none are drawn.",
    ),
    ActionRow(
        "prediction.accept-lungs",
        "Accept lungs",
        (),
        "Prediction",
        tip="Turn the predicted lungs into polygons.",
    ),
    ActionRow(
        "prediction.replace",
        "Replace model's outlines",
        (),
        "Prediction",
        tip="Put this prediction in place of the model's unedited outlines.",
    ),
    ActionRow(
        "prediction.show",
        "Show prediction",
        ("G",),
        "Prediction",
        tip="Show or hide the model's heat map and outlines.",
        checkable=True,
        separated=True,
    ),
    ActionRow(
        "prediction.retrain",
        "Retrain…",
        (),
        "Prediction",
        tip="Let the network learn from the films that are marked, beside your reading.",
        separated=True,
    ),
    ActionRow(
        "prediction.training",
        "Show training",
        ("F9",),
        "Prediction",
        tip="Show or hide the drawer with the training and what came of it.",
        checkable=True,
    ),
    ActionRow(
        "prediction.rollback",
        "Roll back to the network before",
        (),
        "Prediction",
        tip="Predict with the network that was in use before the present one.",
    ),
)
