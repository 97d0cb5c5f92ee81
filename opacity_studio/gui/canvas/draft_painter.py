"""What a tool shows while it is at work: handles, the line being drawn, the rubber band."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import lru_cache
from typing import TYPE_CHECKING, Final

import numpy as np
from PySide6.QtCore import QPoint, QPointF, QRect, QRectF, Qt
from PySide6.QtGui import QColor, QImage, QPainter, QPen, QRegion

from opacity_studio.gui.canvas.ruler_painter import draw_ruler, ruler_area
from opacity_studio.gui.canvas.shape_layer import device_box
from opacity_studio.gui.canvas.shape_painter import OUTLINE
from opacity_studio.gui.canvas.shape_paths import ring_path
from opacity_studio.gui.look.label_colours import label_colour

if TYPE_CHECKING:
    from opacity_studio.domain.shape import Points
    from opacity_studio.gui.canvas.view_transform import ViewTransform
    from opacity_studio.review.draft import Draft, Handles, Ring

_HANDLE: Final = 3.4
_LARGE_HANDLE: Final = 5.4
_LEAST_HANDLE: Final = 1.4
_ROOM: Final = 0.25
"""Radius of a handle where vertices are close, as a share of the way from one to the next."""
_SNAP: Final = 7.0
_REACH: Final = _SNAP + 2.0
"""Logical pixels a marker may reach beyond its point."""

_PROPOSED_TINT: Final = 0.13

_DARK: Final = QColor("#0c0c0c")
_CASING: Final = QColor(0, 0, 0, 110)
_WHITE: Final = QColor("#ffffff")


def draw_draft(
    painter: QPainter,
    draft: Draft,
    transform: ViewTransform,
    ratio: float,
    part: QRect,
    *,
    view: QRect,
) -> None:
    """Draw a tool's draft on a painter in device pixels, as far as it touches `part` of `view`."""
    colour = _WHITE if draft.label is None else label_colour(draft.label)
    rubber = None if draft.rubber is None else np.array(draft.rubber)
    for line, width in ((rubber, 1.0), (draft.path, OUTLINE)):
        if line is not None:
            # What is being drawn must stand out from the amber it may be drawn over.
            _draw_line(painter, line, _pen(_CASING, (width + 2.0) * ratio), transform)
            _draw_line(painter, line, _pen(colour.lighter(125), width * ratio), transform)
    for handles in draft.handles:
        _draw_handles(painter, handles, transform, ratio, part)
    if draft.points is not None:
        _stamp(painter, draft.points, _handle(_HANDLE, ratio, _DARK), transform, part)
    if draft.insertion is not None:
        grey = QColor(_DARK)
        grey.setAlphaF(0.55)
        _stamp(painter, np.array([draft.insertion]), _handle(_HANDLE, ratio, grey), transform, part)
    if draft.snap is not None:
        _stamp(painter, np.array([draft.snap]), _handle(_SNAP, ratio, colour), transform, part)
    if draft.band is not None:
        _draw_band(painter, draft.band, transform, ratio)
    if draft.proposal:
        _draw_proposal(painter, draft.proposal, colour, transform, ratio)
    for points, sign in ((draft.foreground, "+"), (draft.background, "-")):
        if points is not None:
            _stamp(painter, points, _sign(sign, ratio, colour), transform, part)
    if draft.ring is not None:
        _draw_ring(painter, draft.ring, colour, transform, ratio)
    if draft.ruler is not None:
        draw_ruler(painter, draft.ruler, transform, ratio, view)


def changed_area(
    old: Draft, new: Draft, transform: ViewTransform, ratio: float, view: QRect
) -> QRegion:
    """Return the device pixels of `view` that differ between two drafts.

    Moving from one vertex to the next touches two handles, not the whole outline they sit on.
    """
    area = QRegion()
    for a, b in (
        (_box(old.path), _box(new.path)),
        (_box(old.rubber), _box(new.rubber)),
        (_box(old.points), _box(new.points)),
        (_box(_one(old.insertion)), _box(_one(new.insertion))),
        (_box(_one(old.snap)), _box(_one(new.snap))),
        (_band_box(old.band), _band_box(new.band)),
        (_box(old.foreground), _box(new.foreground)),
        (_box(old.background), _box(new.background)),
    ):
        if a != b:
            area += _touched((a, b), transform, ratio)
    if old.ring != new.ring:
        area += _touched((_ring_box(old.ring), _ring_box(new.ring)), transform, ratio)
    if old.ruler != new.ruler:
        for ruler in (old.ruler, new.ruler):
            if ruler is not None:
                area += ruler_area(ruler, transform, ratio, view).toAlignedRect()
    if old.proposal is not new.proposal:
        rings = (_box(ring) for ring in (*old.proposal, *new.proposal))
        area += _touched(rings, transform, ratio)
    before = {handles.key: handles for handles in old.handles}
    after = {handles.key: handles for handles in new.handles}
    for key in before.keys() | after.keys():
        area += _touched(_changed_handles(before.get(key), after.get(key)), transform, ratio)
    return area


def _changed_handles(old: Handles | None, new: Handles | None) -> list[QRectF | None]:
    if old is None or new is None or not _same_rings(old, new):
        both = (handles for handles in (old, new) if handles is not None)
        return [_box(np.concatenate(handles.rings)) for handles in both if handles.rings]
    if (old.hovered, old.selected) == (new.hovered, new.selected):
        return []
    marks = {old.hovered, new.hovered} | (old.selected ^ new.selected)
    return [_box(new.rings[at[0]][at[1] : at[1] + 1]) for at in marks if at is not None]


def _same_rings(old: Handles, new: Handles) -> bool:
    return len(old.rings) == len(new.rings) and all(
        a is b for a, b in zip(old.rings, new.rings, strict=True)
    )


def _touched(boxes: Iterable[QRectF | None], transform: ViewTransform, ratio: float) -> QRegion:
    area = QRegion()
    for box in boxes:
        if box is not None:
            reach = round(_REACH * ratio)
            area += device_box(box, transform, ratio).adjusted(-reach, -reach, reach, reach)
    return area


def _one(point: tuple[float, float] | None) -> tuple[tuple[float, float], ...] | None:
    return None if point is None else (point,)


def _box(points: Points | tuple[tuple[float, float], ...] | None) -> QRectF | None:
    if points is None or len(points) == 0:
        return None
    array = np.asarray(points, dtype=np.float64)
    low, high = array.min(axis=0), array.max(axis=0)
    return QRectF(QPointF(*low), QPointF(*high))


def _band_box(band: tuple[float, float, float, float] | None) -> QRectF | None:
    if band is None:
        return None
    return QRectF(QPointF(band[0], band[1]), QPointF(band[2], band[3])).normalized()


def _ring_box(ring: Ring | None) -> QRectF | None:
    if ring is None:
        return None
    side = 2 * ring.radius
    return QRectF(ring.x - ring.radius, ring.y - ring.radius, side, side)


def _pen(colour: QColor, width: float) -> QPen:
    pen = QPen(colour, width)
    pen.setCosmetic(True)
    pen.setJoinStyle(Qt.PenJoinStyle.BevelJoin)
    return pen


def _draw_line(painter: QPainter, points: Points, pen: QPen, transform: ViewTransform) -> None:
    painter.save()
    painter.setTransform(transform.qt(), combine=True)
    painter.setPen(pen)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.drawPath(ring_path((points,), closed=False))
    painter.restore()


def _draw_band(
    painter: QPainter,
    band: tuple[float, float, float, float],
    transform: ViewTransform,
    ratio: float,
) -> None:
    first = QPointF(*transform.to_view(band[0], band[1]))
    last = QPointF(*transform.to_view(band[2], band[3]))
    painter.save()
    pen = _pen(_WHITE, ratio)
    pen.setDashPattern((3.0, 3.0))
    painter.setPen(pen)
    tint = QColor(_WHITE)
    tint.setAlphaF(0.05)
    painter.setBrush(tint)
    painter.drawRect(QRectF(first, last).normalized())
    painter.restore()


def _draw_ring(
    painter: QPainter, ring: Ring, colour: QColor, transform: ViewTransform, ratio: float
) -> None:
    """Draw the brush: a line in the label's colour where it paints, white dashes where it erases.

    The dark casing keeps it visible over a white lung as over a black one.
    """
    centre = QPointF(*transform.to_view(ring.x, ring.y))
    radius = ring.radius * transform.scale
    painter.save()
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.setPen(_pen(_CASING, (OUTLINE + 2.0) * ratio))
    painter.drawEllipse(centre, radius, radius)
    pen = _pen(_WHITE if ring.erases else colour.lighter(125), OUTLINE * ratio)
    if ring.erases:
        pen.setDashPattern((4.0, 3.0))
    painter.setPen(pen)
    painter.drawEllipse(centre, radius, radius)
    painter.restore()


def _draw_proposal(
    painter: QPainter,
    rings: Sequence[Points],
    colour: QColor,
    transform: ViewTransform,
    ratio: float,
) -> None:
    path = ring_path(rings, closed=True)
    path.setFillRule(Qt.FillRule.OddEvenFill)
    tint = QColor(colour)
    tint.setAlphaF(_PROPOSED_TINT)
    painter.save()
    painter.setTransform(transform.qt(), combine=True)
    painter.setPen(_pen(_CASING, (OUTLINE + 2.0) * ratio))
    painter.setBrush(tint)
    painter.drawPath(path)
    pen = _pen(colour.lighter(125), OUTLINE * ratio)
    pen.setDashPattern((5.0, 3.5))
    painter.setPen(pen)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.drawPath(path)
    painter.restore()


def _draw_handles(
    painter: QPainter, handles: Handles, transform: ViewTransform, ratio: float, part: QRect
) -> None:
    radii = [_radius(ring, transform.scale / ratio) for ring in handles.rings]
    for ring, radius in zip(handles.rings, radii, strict=True):
        _stamp(painter, ring, _handle(radius, ratio, _DARK), transform, part)
    # On top of their neighbours, which may lie close by.
    if handles.hovered is not None:
        point = _vertices(handles, (handles.hovered,))
        _stamp(painter, point, _handle(_LARGE_HANDLE, ratio, _DARK), transform, part)
    for at, radius in enumerate(radii):
        marks = [mark for mark in handles.selected if mark[0] == at]
        if marks:
            large = radius * _LARGE_HANDLE / _HANDLE
            points = _vertices(handles, marks)
            _stamp(painter, points, _handle(large, ratio, _WHITE), transform, part)


def _radius(ring: Points, scale: float) -> float:
    """Return how large the handles of `ring` are, in logical pixels, at `scale` of these a pixel.

    A traced outline seen whole has a vertex every few pixels: handles that touch would hide the
    very edge that is judged.
    """
    way = float(np.hypot(*np.diff(ring, axis=0, append=ring[:1]).T).mean()) * scale
    # In steps: each size is drawn once and kept.
    return round(min(_HANDLE, max(_LEAST_HANDLE, _ROOM * way)), 1)


def _vertices(handles: Handles, marks: Iterable[tuple[int, int]]) -> Points:
    return np.array([handles.rings[ring][index] for ring, index in marks])


def _stamp(
    painter: QPainter, points: Points, sprite: QImage, transform: ViewTransform, part: QRect
) -> None:
    """Draw `sprite` centred on every one of `points` (image coordinates) that touches `part`."""
    size = sprite.width()
    corners = np.asarray(points, dtype=np.float64) * (transform.scale_x, transform.scale)
    corners += (transform.left - size / 2, transform.top - size / 2)
    seen = (
        (corners[:, 0] > part.left() - size)
        & (corners[:, 1] > part.top() - size)
        & (corners[:, 0] <= part.right() + 1)
        & (corners[:, 1] <= part.bottom() + 1)
    )
    for x, y in np.rint(corners[seen]).astype(int).tolist():
        painter.drawImage(QPoint(x, y), sprite)


@lru_cache(maxsize=32)
def _drawn_handle(radius: float, ratio: float, colour: int) -> QImage:
    size = 2 * round((radius + 2.0) * ratio) + 1
    sprite = QImage(size, size, QImage.Format.Format_ARGB32_Premultiplied)
    sprite.fill(0)
    painter = QPainter(sprite)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(QPen(_WHITE, 1.3 * ratio))
    painter.setBrush(QColor.fromRgba(colour))
    painter.drawEllipse(QPointF(size / 2, size / 2), radius * ratio, radius * ratio)
    painter.end()
    return sprite


@lru_cache(maxsize=16)
def _drawn_sign(sign: str, ratio: float, colour: int) -> QImage:
    sprite = _drawn_handle(_SNAP, ratio, colour).copy()
    middle, reach = sprite.width() / 2, _SNAP * ratio / 2
    painter = QPainter(sprite)
    painter.setPen(QPen(_WHITE, 1.6 * ratio))
    painter.drawLine(QPointF(middle - reach, middle), QPointF(middle + reach, middle))
    if sign == "+":
        painter.drawLine(QPointF(middle, middle - reach), QPointF(middle, middle + reach))
    painter.end()
    return sprite


def _sign(sign: str, ratio: float, colour: QColor) -> QImage:
    return _drawn_sign(sign, ratio, (colour if sign == "+" else _DARK).rgba())


def _handle(radius: float, ratio: float, colour: QColor) -> QImage:
    return _drawn_handle(radius, ratio, colour.rgba())
