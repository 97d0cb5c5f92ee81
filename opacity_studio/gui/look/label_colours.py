"""The one table of label colours: Okabe-Ito, told apart by colour-blind readers too."""

from __future__ import annotations

import zlib
from collections.abc import Sequence
from typing import Final

from PySide6.QtGui import QColor

from opacity_studio.domain.labels import LEFT_LUNG, OPACITY, RIGHT_LUNG

PREDICTION_COLOUR: Final = "#E69F00"
"""Amber: everything the network says, on the film and in the panels."""

CANDIDATE_COLOUR: Final = "#CC79A7"
"""Reddish purple: a network that is compared with the one in use."""

_OWN: Final = {OPACITY: "#D55E00", RIGHT_LUNG: "#56B4E9", LEFT_LUNG: "#009E73"}

# What can be told from these on a dark film, for the labels of a worklist.
_FOREIGN: Final = (
    "#CC79A7",
    "#F0E442",
    "#B8B8B8",
    "#7C8CF8",
    "#A6D854",
    "#D8B98A",
    "#E05CE0",
    "#5FD6D0",
)

# The finding keeps a tint so that it reads as an area; the lungs only frame it.
_FILLS: Final = {OPACITY: 0.10, RIGHT_LUNG: 0.0, LEFT_LUNG: 0.0}
_FOREIGN_FILL: Final = 0.06
SELECTED_FILL: Final = 0.15
"""The strongest tint an outline may have: a soft edge must stay visible under it."""


_given: dict[str, str] = {}


def give_colours(labels: Sequence[str]) -> None:
    """Let the worklist's own `labels` differ in colour, as far as there are colours.

    Each gets the colour its name stands for or, where an earlier one has that, the next that is
    free: a label keeps its colour while others are added behind it.
    """
    _given.clear()
    for label in labels:
        first = zlib.crc32(label.encode("utf-8", "surrogatepass")) % len(_FOREIGN)
        wheel = (*_FOREIGN[first:], *_FOREIGN[:first])
        taken = set(_given.values())
        _given[label] = next((colour for colour in wheel if colour not in taken), wheel[0])


def label_colour(label: str) -> QColor:
    """Return a label's colour; one that is not the worklist's has what its name stands for."""
    own = _OWN.get(label) or _given.get(label)
    name = label.encode("utf-8", "surrogatepass")
    return QColor(own or _FOREIGN[zlib.crc32(name) % len(_FOREIGN)])


def label_fill(label: str) -> float:
    """Return how strongly the inside of a shape is tinted, 0 to 1."""
    return _FILLS.get(label, _FOREIGN_FILL)
