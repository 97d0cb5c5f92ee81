"""The line drawings on buttons, in our own hand: crisp at every size, in the theme's colours."""

from __future__ import annotations

from functools import lru_cache
from typing import Final

from PySide6.QtCore import QByteArray, QRectF, Qt
from PySide6.QtGui import QColor, QIcon, QImage, QPainter, QPixmap
from PySide6.QtSvg import QSvgRenderer
from PySide6.QtWidgets import QWidget

NEUTRAL: Final = "neutral"
"""Drawing of what has none of its own."""

_FILLED: Final = 'fill="COLOUR" stroke="none"'
_BRUSH: Final = (
    '<path d="M20 4L12 12"/>'
    '<path d="M10.2 12.2c-2.6 0-3.9 1.7-3.9 3.8 0 1.6-.9 2.6-2.6 3 4.2 1.7 9.3.6 9.3-3.6'
    ' 0-1.9-1.2-3.2-2.8-3.2z"/>'
)

DRAWINGS: Final = {
    NEUTRAL: '<circle cx="12" cy="12" r="6.5"/>',
    "menu": '<path d="M4 7h16M4 12h16M4 17h16"/>',
    "select": '<path d="M6 3.8l12.6 8.4-5.9 1.1-3.2 5.2z"/>',
    "polygon": '<path d="M5 10.2L12.4 4.6 19 9.4 16.6 18.4 7.4 18.4z"/>'
    + "".join(
        f'<circle cx="{x}" cy="{y}" r="1.9" {_FILLED}/>'
        for x, y in ((5, 10.2), (12.4, 4.6), (19, 9.4), (16.6, 18.4), (7.4, 18.4))
    ),
    "freehand": '<path d="M5 14.5C3.4 9 7.6 4.6 12 5s3.6 3 5.6 4.6 2.6 4.8-.6 6.2-3 4-6 4'
    '-4.8-1.9-6-5.3z"/>',
    "brush": _BRUSH,
    "eraser": '<path d="M13.6 5l5.6 5.6a1.6 1.6 0 0 1 0 2.2L13 19H8.8l-4-4a1.6 1.6 0 0 1 0-2.2'
    'L11.4 5a1.6 1.6 0 0 1 2.2 0zM8.4 8.6l6.8 6.8M13 19h7"/>',
    "probability_brush": _BRUSH
    + f'<path {_FILLED} d="M18.6 13.2l.9 2.3 2.3.9-2.3.9-.9 2.3-.9-2.3-2.3-.9 2.3-.9z'
    'M7 4l.8 2.1 2.1.8-2.1.8L7 9.8l-.8-2.1-2.1-.8 2.1-.8z"/>',
    "cut": '<circle cx="6.4" cy="7" r="2.4"/><circle cx="6.4" cy="17" r="2.4"/>'
    '<path d="M8.4 8.4L20 17M8.4 15.6L20 7"/>',
    "add": '<path stroke-dasharray="3 2.6" d="M12 4.4a7.6 7.6 0 1 1 0 15.2 7.6 7.6 0 0 1 0-15.2z"/>'
    '<path d="M12 8.4v7.2M8.4 12h7.2"/>',
    "local_threshold": '<path d="M12.4 5.6a6.6 6.6 0 1 0 0 12.8M12.4 9a3.2 3.2 0 1 0 0 6"/>'
    '<path d="M18 4.4v15.2M15.4 7L18 4.4 20.6 7M15.4 17l2.6 2.6 2.6-2.6"/>',
    "measure": '<path d="M3.6 15.6l12-12 4.8 4.8-12 12zM7 12.2l2 2M10 9.2l3 3M13 6.2l2 2"/>',
    "window": '<path d="M4 4.4v15.2h16"/><path d="M4.4 16.4h3.4l7.2-9.6h5"/>',
    "invert": '<circle cx="12" cy="12" r="7.6"/>'
    f'<path {_FILLED} d="M12 4.4a7.6 7.6 0 0 1 0 15.2z"/>',
    "compare": '<rect x="3.6" y="5" width="16.8" height="14" rx="1.6"/><path d="M12 5v14"/>'
    '<path d="M14.6 13.4l3.4-3.4M14.6 16.4l3.4-3.4"/>',
    "filter": '<path d="M4 5.5h16L14 13v5.5l-4-2V13z"/>',
    "help": '<circle cx="12" cy="12" r="9"/><path d="M9.2 9.6a2.9 2.9 0 1 1 4.3 2.5'
    f'c-1 .6-1.5 1.1-1.5 2.2"/><circle cx="12" cy="17" r="1" {_FILLED}/>',
    "undo": '<path d="M8.4 5.4L4 9.8l4.4 4.4M4 9.8h10a5 5 0 0 1 0 10h-3"/>',
    "redo": '<path d="M15.6 5.4L20 9.8l-4.4 4.4M20 9.8H10a5 5 0 0 0 0 10h3"/>',
}
"""SVG bodies on a grid of 24 × 24; ``COLOUR`` stands for the colour asked for."""


def icon(name: str, colour: QColor, widget: QWidget, *, side: int = 16) -> QIcon:
    """Return the icon `name` for a button, `side` logical pixels wide, sharp where `widget` is."""
    ratio = widget.devicePixelRatioF()
    pixmap = QPixmap(round(side * ratio), round(side * ratio))
    pixmap.setDevicePixelRatio(ratio)
    pixmap.fill(Qt.GlobalColor.transparent)
    painter = QPainter(pixmap)
    draw_icon(painter, name, QRectF(0, 0, side, side), colour)
    painter.end()
    return QIcon(pixmap)


def draw_icon(painter: QPainter, name: str, place: QRectF, colour: QColor) -> None:
    """Draw the icon `name` into `place` (logical pixels, square); an unknown one as `NEUTRAL`."""
    ratio = painter.device().devicePixelRatio()
    picture = _picture(name, round(place.width() * ratio), colour.rgba())
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
    painter.drawImage(place, picture)
    painter.restore()


@lru_cache(maxsize=256)
def _picture(name: str, side: int, colour: int) -> QImage:
    """Return the icon, `side` device pixels wide."""
    ink = QColor.fromRgba(colour)
    body = DRAWINGS.get(name, DRAWINGS[NEUTRAL]).replace("COLOUR", ink.name())
    svg = (
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 24 24" fill="none" '
        f'stroke="{ink.name()}" stroke-width="1.7" stroke-linecap="round" '
        f'stroke-linejoin="round">{body}</svg>'
    )
    image = QImage(side, side, QImage.Format.Format_ARGB32_Premultiplied)
    image.fill(0)
    painter = QPainter(image)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    QSvgRenderer(QByteArray(svg.encode())).render(painter)
    painter.end()
    return image
