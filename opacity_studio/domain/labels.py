"""The names the study's LabelMe files use, and what a reader calls them."""

from __future__ import annotations

from typing import Final

from opacity_studio.domain.wording import marked, tr

RIGHT_LUNG: Final = "right_lung"
"""The patient's right lung, on the left of a frontal film."""

LEFT_LUNG: Final = "left_lung"
"""The patient's left lung, on the right of a frontal film."""

OPACITY: Final = "opacity"
"""Haziness, ground-glass opacity and consolidation together: one class, as in the study."""

LUNG_LABELS: Final = (RIGHT_LUNG, LEFT_LUNG)
STANDARD_LABELS: Final = (OPACITY, RIGHT_LUNG, LEFT_LUNG)

_DISPLAY_NAMES: Final = {
    RIGHT_LUNG: marked("right lung"),
    LEFT_LUNG: marked("left lung"),
    OPACITY: marked("opacity"),
}


def display_name(label: str) -> str:
    """Return the words shown for a label; foreign labels show as they are."""
    return tr(_DISPLAY_NAMES[label]) if label in _DISPLAY_NAMES else label
