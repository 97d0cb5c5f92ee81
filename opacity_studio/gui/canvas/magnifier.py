"""A lens at the cursor: the film and everything over it, enlarged."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QPointF, QRect, QRectF
from PySide6.QtGui import QColor, QPainter, QPainterPath, QPen

if TYPE_CHECKING:
    from opacity_studio.gui.canvas.scene import Scene

ENLARGED: Final = 2.5
"""How many times larger than around it the lens shows the film."""

_RADIUS: Final = 130.0
"""Logical pixels."""

_RIM: Final = QColor("#8c8c8c")
_RIM_WIDTH: Final = 1.5


def lens_area(at: QPointF, ratio: float) -> QRect:
    """Return the device pixels that a lens at `at` (logical pixels of the view) covers."""
    radius = (_RADIUS + 2.0 * _RIM_WIDTH) * ratio
    middle = at * ratio
    return QRectF(middle.x() - radius, middle.y() - radius, 2 * radius, 2 * radius).toAlignedRect()


def draw_lens(painter: QPainter, scene: Scene, at: QPointF, ratio: float) -> None:
    """Draw the lens on a painter in device pixels; the point under the cursor stays under it."""
    middle, radius = at * ratio, _RADIUS * ratio
    transform = scene.transform.scaled_at(middle.x(), middle.y(), scene.transform.scale * ENLARGED)
    glass = QPainterPath()
    glass.addEllipse(middle, radius, radius)
    painter.save()
    painter.setClipPath(glass)
    scene.draw_enlarged(painter, transform, lens_area(at, ratio))
    painter.restore()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    # The clip is cut along whole pixels; the rim covers its steps.
    painter.setPen(QPen(_RIM, _RIM_WIDTH * ratio))
    painter.drawPath(glass)
