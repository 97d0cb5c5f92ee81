"""What the network proposes, and its training."""

from __future__ import annotations

from typing import Final

from opacity_studio.domain.wording import tr
from opacity_studio.gui.actions.row import ActionRow

PREDICTION_ROWS: Final[tuple[ActionRow, ...]] = (
    ActionRow(
        "prediction.accept",
        tr("Accept region under the cursor"),
        ("Y",),
        "Prediction",
        tip=tr("Turn the region under the cursor into a polygon, as a click does."),
    ),
    ActionRow(
        "prediction.reject",
        tr("Reject region under the cursor"),
        ("N",),
        "Prediction",
        tip=tr("Hide the predicted region under the cursor for this film."),
    ),
    ActionRow(
        "prediction.accept-all",
        tr("Accept all"),
        ("Shift+Y",),
        "Prediction",
        tip=tr("Turn every region into a polygon, and the lungs where none are drawn."),
    ),
    ActionRow(
        "prediction.grow",
        tr("Larger regions"),
        ("+", "="),
        "Prediction",
        tip=tr("Contour the prediction at a lower threshold."),
    ),
    ActionRow(
        "prediction.shrink",
        tr("Smaller regions"),
        ("-",),
        "Prediction",
        tip=tr("Contour the prediction at a higher threshold."),
    ),
    ActionRow(
        "prediction.accept-lungs",
        tr("Accept lungs"),
        (),
        "Prediction",
        tip=tr("Turn the predicted lungs into polygons."),
    ),
    ActionRow(
        "prediction.replace",
        tr("Replace model's outlines"),
        (),
        "Prediction",
        tip=tr("Put this prediction in place of the model's unedited outlines."),
    ),
    ActionRow(
        "prediction.show",
        tr("Show prediction"),
        ("G",),
        "Prediction",
        tip=tr("Show or hide the model's heat map and outlines."),
        checkable=True,
        separated=True,
    ),
    ActionRow(
        "prediction.order",
        tr("Find out what matters next"),
        (),
        "Prediction",
        tip=tr("Look into the films while nothing else goes on, to order the worklist by."),
        checkable=True,
        separated=True,
    ),
    ActionRow(
        "prediction.retrain",
        tr("Retrain…"),
        (),
        "Prediction",
        tip=tr("Let the network learn from the films that are marked, beside your reading."),
        separated=True,
    ),
    ActionRow(
        "prediction.training",
        tr("Show training"),
        ("F9",),
        "Prediction",
        tip=tr("Show or hide the drawer with the training and what came of it."),
        checkable=True,
    ),
    ActionRow(
        "prediction.rollback",
        tr("Roll back to the network before"),
        (),
        "Prediction",
        tip=tr("Predict with the network that was in use before the present one."),
    ),
)
