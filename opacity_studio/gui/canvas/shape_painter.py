"""How a shape looks: standing still, under the cursor, selected, or proposed by the network."""

from __future__ import annotations

from enum import Enum
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QBrush, QColor, QPainter, QPainterPathStroker, QPen

from opacity_studio.gui.look.label_colours import (
    CANDIDATE_COLOUR,
    PREDICTION_COLOUR,
    SELECTED_FILL,
    label_colour,
    label_fill,
)

if TYPE_CHECKING:
    from opacity_studio.gui.canvas.shape_paths import ShapePath
    from opacity_studio.gui.canvas.view_transform import ViewTransform

OUTLINE: Final = 1.5
_BOLD: Final = 2.0
_DOT: Final = 3.0
_DASHES: Final = (5.0, 3.5)
_LONG: Final = 10_000.0
"""Device pixels from which on an outline, mostly out of view, is dashed by the pen."""

_HOVER_FILL: Final = 0.12


class Style(Enum):
    """The looks a shape can have."""

    PLAIN = "plain"
    HOVERED = "hovered"
    SELECTED = "selected"
    PROPOSED = "proposed"
    PROPOSED_HOVERED = "proposed, hovered"
    PROPOSED_LUNG = "proposed lung"
    COMPARED = "compared"
    ASKED = "asked about"
    PROPOSED_ASKED = "proposed, asked about"


_DASHED: Final = (Style.PROPOSED, Style.PROPOSED_LUNG, Style.PROPOSED_ASKED)
_PROPOSED: Final = (Style.PROPOSED, Style.PROPOSED_HOVERED, Style.PROPOSED_ASKED)
_STRONG: Final = (Style.SELECTED, Style.PROPOSED_HOVERED, Style.ASKED, Style.PROPOSED_ASKED)
"""Drawn bold. What a person is asked about has no tint: its inside is what is judged."""


def draw_shape(
    painter: QPainter, shape: ShapePath, style: Style, transform: ViewTransform, ratio: float
) -> None:
    """Draw one shape on a painter in device pixels; its brush, pen and transform stay as set.

    Parameters
    ----------
    painter
        Antialiasing on.
    shape
        What to draw, in image coordinates.
    style
        How.
    transform
        From image to device pixels.
    ratio
        Device pixels per logical pixel: strokes keep their width on every screen.
    """
    colour, width, fill = _look(shape, style)
    painter.save()
    before = painter.worldTransform()
    painter.setTransform(transform.qt(), combine=True)
    if shape.is_area and fill > 0:
        # The stroke covers the edge of the tint, which therefore need not be smooth.
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
        painter.fillPath(shape.path, QBrush(_with_alpha(colour, fill)))
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    if style in _DASHED and _is_short(shape, transform):
        painter.setWorldTransform(before)
        dashes = _dashes(width * ratio).createStroke(transform.qt().map(shape.path))
        painter.fillPath(dashes, colour)
    else:
        painter.setPen(_pen(colour, width * ratio, dashed=style in _DASHED))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawPath(shape.path)
    painter.restore()
    if len(shape.dots):
        _draw_dots(painter, shape, colour, transform, ratio)


def _look(shape: ShapePath, style: Style) -> tuple[QColor, float, float]:
    """Return colour, stroke width in logical pixels and tint."""
    label = shape.shape.label
    colour = QColor(CANDIDATE_COLOUR) if style is Style.COMPARED else label_colour(label)
    if style in _PROPOSED:
        plain = QColor(PREDICTION_COLOUR)
        colour = plain if style is Style.PROPOSED else plain.lighter(115)
    elif style in (Style.SELECTED, Style.HOVERED, Style.ASKED):
        colour = _brighter(colour)
    return colour, _BOLD if style in _STRONG else OUTLINE, _tint(label, style)


def _tint(label: str, style: Style) -> float:
    if style is Style.PROPOSED_HOVERED:
        return _HOVER_FILL
    if style is Style.SELECTED:
        # Lungs stay clear even when selected: what is judged lies inside them.
        return SELECTED_FILL if label_fill(label) else 0.0
    return label_fill(label) if style in (Style.PLAIN, Style.HOVERED) else 0.0


def _brighter(colour: QColor) -> QColor:
    return QColor.fromHsvF(
        colour.hsvHueF(), colour.hsvSaturationF() * 0.85, min(1.0, colour.valueF() * 1.25)
    )


def _with_alpha(colour: QColor, alpha: float) -> QColor:
    tinted = QColor(colour)
    tinted.setAlphaF(alpha)
    return tinted


def _pen(colour: QColor, width: float, *, dashed: bool) -> QPen:
    pen = QPen(colour, width)
    pen.setCosmetic(True)
    pen.setJoinStyle(Qt.PenJoinStyle.BevelJoin)
    pen.setCapStyle(Qt.PenCapStyle.FlatCap)
    if dashed:
        pen.setDashPattern(_DASHES)
    return pen


def _is_short(shape: ShapePath, transform: ViewTransform) -> bool:
    return (shape.bounds.width() + shape.bounds.height()) * transform.scale < _LONG


def _dashes(width: float) -> QPainterPathStroker:
    """Return what cuts a path into dashes that stay where they are.

    A dashed pen starts them elsewhere when part of the outline is redrawn, which leaves seams.
    """
    stroker = QPainterPathStroker()
    stroker.setWidth(width)
    stroker.setDashPattern(_DASHES)
    stroker.setCapStyle(Qt.PenCapStyle.FlatCap)
    stroker.setJoinStyle(Qt.PenJoinStyle.BevelJoin)
    return stroker


def _draw_dots(
    painter: QPainter, shape: ShapePath, colour: QColor, transform: ViewTransform, ratio: float
) -> None:
    painter.save()
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(colour)
    for x, y in shape.dots:
        painter.drawEllipse(QPointF(*transform.to_view(x, y)), _DOT * ratio, _DOT * ratio)
    painter.restore()
