"""Going through what person and model disagree on."""

from __future__ import annotations

from typing import Final

from opacity_studio.domain.wording import tr
from opacity_studio.gui.actions.row import ActionRow

TRIAGE_ROWS: Final[tuple[ActionRow, ...]] = (
    ActionRow(
        "triage.show",
        tr("Triage against the model"),
        ("Ctrl+T", "Ctrl+2"),
        "Prediction",
        tip=tr("List where your outlines and the model's disagree, and go through them."),
        separated=True,
    ),
    ActionRow(
        "triage.next",
        tr("Next difference"),
        ("Shift+E",),
        "Prediction",
        tip=tr("Zoom to the next region you and the model disagree on."),
    ),
    ActionRow(
        "triage.previous",
        tr("Previous difference"),
        ("Shift+Q",),
        "Prediction",
        tip=tr("Zoom to the previous region you and the model disagree on."),
    ),
    ActionRow(
        "triage.take",
        tr("Take the model's outline"),
        ("Shift+T",),
        "Prediction",
        tip=tr("Put the model's outline in place of the reader's, and go to the next difference."),
    ),
    ActionRow(
        "triage.keep",
        tr("Keep the outline"),
        ("Shift+X",),
        "Prediction",
        tip=tr("Note that the reader's stands against the model's, and go to the next difference."),
    ),
)
