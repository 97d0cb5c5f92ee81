"""What stands in the corners of the film: sides, window, zoom and scale."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QPoint, QRect, QSize, Qt
from PySide6.QtGui import QColor, QFont, QFontMetrics, QImage, QPainter

if TYPE_CHECKING:
    from opacity_studio.domain.radiograph import Radiograph, Window

SIDES_ARE_ASSUMED: Final = (
    "Sides as on every frontal film: the patient's right is on the left. "
    "The file itself does not say."
)

_COLOUR: Final = QColor("#a8a8a8")
_BACKING: Final = QColor(5, 5, 5, 165)
_EDGE: Final = 12
_SIDE_SIZE: Final = 17
_TEXT_SIZE: Final = 12
_ALIGN: Final = int(Qt.AlignmentFlag.AlignCenter)


@dataclass(frozen=True, slots=True)
class Captions:
    """The texts over one film, placed in logical pixels of the view.

    Attributes
    ----------
    text
        The line at the bottom left.
    width, height
        Of the view.
    """

    text: str
    width: int
    height: int

    def areas(self) -> tuple[QRect, QRect, QRect]:
        """Return where R, L and the line at the bottom stand."""
        side = QFontMetrics(_font(_SIDE_SIZE))
        line = QFontMetrics(_font(_TEXT_SIZE))
        wide, high = side.horizontalAdvance("R") + 10, side.height() + 2
        return (
            QRect(_EDGE, _EDGE, wide, high),
            QRect(self.width - _EDGE - wide, _EDGE, wide, high),
            QRect(
                _EDGE,
                self.height - _EDGE - line.height() - 4,
                line.horizontalAdvance(self.text) + 12,
                line.height() + 4,
            ),
        )

    def is_on_side_letter(self, at: QPoint) -> bool:
        """Tell whether the cursor rests on R or L."""
        return any(area.contains(at) for area in self.areas()[:2])

    def draw(self, painter: QPainter, part: QRect, ratio: float) -> None:
        """Draw what touches `part` on `painter`; both in logical pixels."""
        texts = (("R", _SIDE_SIZE), ("L", _SIDE_SIZE), (self.text, _TEXT_SIZE))
        for area, (text, size) in zip(self.areas(), texts, strict=True):
            if area.intersects(part):
                painter.drawImage(area.topLeft(), _written(text, size, area.size(), ratio))


def caption_text(radiograph: Radiograph, window: Window, scale: float, *, inverted: bool) -> str:
    """Return the line at the bottom left, like ``W 2048 C 1024 · zoom 78 % · 0.168 mm/px``.

    The window is given in the file's own values; `scale` is screen pixels per film pixel.
    """
    width = window.width * abs(radiograph.value_slope)
    centre = window.centre * radiograph.value_slope + radiograph.value_offset
    parts = [f"W {width:.0f} C {centre:.0f}"]
    if inverted:
        parts.append("inverted")
    percent = scale * 100.0
    parts.append(f"zoom {percent:.0f} %" if percent >= 1 else f"zoom {percent:.1f} %")
    if radiograph.pixel_spacing is not None:
        row, column = radiograph.pixel_spacing
        same = abs(row - column) <= 5e-4
        parts.append(f"{column:.3f} mm/px" if same else f"{column:.3f} × {row:.3f} mm/px")
    return " · ".join(parts)


def _font(pixels: int) -> QFont:
    font = QFont()
    font.setPixelSize(pixels)
    return font


@lru_cache(maxsize=8)
def _written(text: str, pixels: int, size: QSize, ratio: float) -> QImage:
    """Return a text as a picture: drawing letters anew in every frame costs as much as the film."""
    image = QImage(size * ratio, QImage.Format.Format_ARGB32_Premultiplied)
    image.setDevicePixelRatio(ratio)
    image.fill(0)
    painter = QPainter(image)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    # Not to be seen on the dark surround; keeps grey letters readable on a white part of a film.
    area = QRect(QPoint(0, 0), size)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(_BACKING)
    painter.drawRoundedRect(area, 3, 3)
    painter.setFont(_font(pixels))
    painter.setPen(_COLOUR)
    painter.drawText(area, _ALIGN, text)
    painter.end()
    return image
