"""What a tool is told about the mouse: image coordinates, no toolkit."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Button = Literal["left", "right", "middle"]
Modifier = Literal["shift", "ctrl", "alt"]


@dataclass(frozen=True, slots=True)
class PointerEvent:
    """One press, move or release.

    Attributes
    ----------
    x, y
        In the image plane: pixel (r, c) covers [c, c+1) × [r, r+1).
    button
        The one that caused a press or release; on a move the one held, None while hovering.
    modifiers
        Keys held.
    scale
        Screen pixels per image pixel, to turn screen distances into image distances.
    clicks
        1 for a single press, 2 for the second press of a double click.
    """

    x: float
    y: float
    button: Button | None = None
    modifiers: frozenset[Modifier] = frozenset()
    scale: float = 1.0
    clicks: int = 1

    def screen_distance(self, x: float, y: float) -> float:
        """Return the distance to (x, y) in screen pixels."""
        return float(((self.x - x) ** 2 + (self.y - y) ** 2) ** 0.5 * self.scale)
