"""What stands in the corners of the film: sides, window, zoom and scale."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QPoint, QRect, QSize, Qt
from PySide6.QtGui import QColor, QFont, QFontMetrics, QImage, QPainter

from opacity_studio.domain.display import window_in_file_values
from opacity_studio.domain.wording import tr

if TYPE_CHECKING:
    from opacity_studio.domain.presentation import Presentation
    from opacity_studio.domain.radiograph import Radiograph, Window

SIDES_ARE_ASSUMED: Final = tr(
    "Sides as on every frontal film: the patient's right is on the left. "
    "The file itself does not say."
)
SIDES_ARE_KNOWN: Final = tr("Sides as the file says.")
_ASSUMED: Final = tr("assumed")
_FRONTAL: Final = ("R", "L")

_COLOUR: Final = QColor("#a8a8a8")
_BACKING: Final = QColor(5, 5, 5, 165)
_EDGE: Final = 12
_SIDE_SIZE: Final = 17
_TEXT_SIZE: Final = 12
_SMALL_SIZE: Final = 10
_LENGTHS: Final = (0.1, 0.2, 0.5, 1.0, 2.0, 5.0, 10.0, 20.0, 50.0, 100.0, 200.0)
"""Millimetres a scale bar may stand for."""

_LONGEST_BAR: Final = 150.0
"""Logical pixels."""

_ALIGN: Final = int(Qt.AlignmentFlag.AlignCenter)


@dataclass(frozen=True, slots=True)
class ScaleBar:
    """A length to compare with, as a person would choose one.

    Attributes
    ----------
    text
        The length, like ``5 cm``.
    length
        In logical pixels of the view.
    """

    text: str
    length: int


@dataclass(frozen=True, slots=True)
class Captions:
    """The texts over one film, placed in logical pixels of the view.

    Attributes
    ----------
    text
        The line at the bottom left.
    width, height
        Of the view.
    sides
        What lies at the left and the right edge of the view: patient's sides, as letters.
    are_assumed
        True where the file does not say so.
    bar
        The scale bar at the bottom right; None where the spacing is not known.
    """

    text: str
    width: int
    height: int
    sides: tuple[str, str] = _FRONTAL
    are_assumed: bool = True
    bar: ScaleBar | None = None

    def areas(self) -> tuple[QRect, QRect, QRect]:
        """Return where the two letters and the line at the bottom stand."""
        line = QFontMetrics(_font(_TEXT_SIZE))
        left, right = (self._side_size(letter) for letter in self.sides)
        return (
            QRect(QPoint(_EDGE, _EDGE), left),
            QRect(QPoint(self.width - _EDGE - right.width(), _EDGE), right),
            QRect(
                _EDGE,
                self.height - _EDGE - line.height() - 4,
                line.horizontalAdvance(self.text) + 12,
                line.height() + 4,
            ),
        )

    def bar_area(self) -> QRect:
        """Return where the scale bar and its length stand; empty without one."""
        if self.bar is None:
            return QRect()
        line = QFontMetrics(_font(_TEXT_SIZE))
        wide = max(self.bar.length, line.horizontalAdvance(self.bar.text)) + 16
        high = line.height() + 12
        return QRect(self.width - _EDGE - wide, self.height - _EDGE - high, wide, high)

    def _side_size(self, letter: str) -> QSize:
        side = QFontMetrics(_font(_SIDE_SIZE))
        size = QSize(side.horizontalAdvance(letter) + 10, side.height() + 2)
        if not self.are_assumed:
            return size
        small = QFontMetrics(_font(_SMALL_SIZE))
        wide = max(size.width(), small.horizontalAdvance(_ASSUMED) + 8)
        return QSize(wide, size.height() + small.height())

    def is_on_side_letter(self, at: QPoint) -> bool:
        """Tell whether the cursor rests on one of the letters."""
        return any(area.contains(at) for area in self.areas()[:2])

    @property
    def sides_tip(self) -> str:
        """What the letters go by, as a sentence."""
        return SIDES_ARE_ASSUMED if self.are_assumed else SIDES_ARE_KNOWN

    def draw(self, painter: QPainter, part: QRect, ratio: float) -> None:
        """Draw what touches `part` on `painter`; both in logical pixels."""
        small = _ASSUMED if self.are_assumed else ""
        texts = (
            (self.sides[0], _SIDE_SIZE, small),
            (self.sides[1], _SIDE_SIZE, small),
            (self.text, _TEXT_SIZE, ""),
        )
        for area, (text, size, below) in zip(self.areas(), texts, strict=True):
            if text and area.intersects(part):
                picture = _written(text, size, below, area.size(), ratio)
                painter.drawImage(area.topLeft(), picture)
        area = self.bar_area()
        if self.bar is not None and area.intersects(part):
            picture = _drawn_bar(self.bar.text, self.bar.length, area.size(), ratio)
            painter.drawImage(area.topLeft(), picture)


def sides_of(radiograph: Radiograph, *, mirrored: bool) -> tuple[tuple[str, str], bool]:
    """Return the letters at the left and right edge of the screen, and whether they are assumed."""
    known = radiograph.edge_sides
    left, right = _FRONTAL if known is None else known
    return ((right, left) if mirrored else (left, right)), known is None


def scale_bar(radiograph: Radiograph, scale: float) -> ScaleBar | None:
    """Return the longest bar of a round length that stays short on the screen.

    Parameters
    ----------
    radiograph
        The film; without pixel spacing there is no bar.
    scale
        Logical pixels of the view per film pixel.
    """
    if radiograph.pixel_spacing is None:
        return None
    per_mm = scale / radiograph.pixel_spacing[1]
    millimetres = max((mm for mm in _LENGTHS if mm * per_mm <= _LONGEST_BAR), default=_LENGTHS[0])
    text = f"{millimetres / 10:g} cm" if millimetres >= 10 else f"{millimetres:g} mm"
    return ScaleBar(text, round(millimetres * per_mm))


def marks_of(how: Presentation, *, is_evened: bool) -> tuple[str, ...]:
    """Return what of a presentation is not as usual, in words.

    `is_evened` tells whether local contrast, where it is on, is in the picture already.
    """
    marks = (
        (tr("inverted"), how.inverted),
        (tr("gamma {gamma:.1f}", gamma=how.gamma), how.gamma != 1.0),
        (tr("local contrast") + ("" if is_evened else " …"), how.local_contrast),
        (tr("mirrored"), how.mirrored),
    )
    return tuple(mark for mark, on in marks if on)


def caption_text(
    radiograph: Radiograph, window: Window, scale: float, *, marks: Iterable[str] = ()
) -> str:
    """Return the line at the bottom left, like ``W 2048 C 1024 · zoom 78 % · 0.168 mm/px``.

    Parameters
    ----------
    radiograph
        The film.
    window
        In units of its pixels; said in the file's own values.
    scale
        Screen pixels per film pixel.
    marks
        Whatever else differs from the film as it is stored: "inverted", "mirrored".
    """
    said = window_in_file_values(radiograph, window)
    parts = [tr("W {width:.0f} C {centre:.0f}", width=said.width, centre=said.centre), *marks]
    percent = scale * 100.0
    parts.append(
        tr("zoom {percent:.0f} %", percent=percent)
        if percent >= 1
        else tr("zoom {percent:.1f} %", percent=percent)
    )
    if radiograph.pixel_spacing is not None:
        row, column = radiograph.pixel_spacing
        same = abs(row - column) <= 5e-4
        parts.append(f"{column:.3f} mm/px" if same else f"{column:.3f} × {row:.3f} mm/px")
    return " · ".join(parts)


def _font(pixels: int) -> QFont:
    font = QFont()
    font.setPixelSize(pixels)
    return font


@lru_cache(maxsize=16)
def _written(text: str, pixels: int, below: str, size: QSize, ratio: float) -> QImage:
    """Return a text as a picture: drawing letters anew in every frame costs as much as the film.

    What stands `below` it is smaller.
    """
    image, painter = _backed(size, ratio)
    area = QRect(QPoint(0, 0), size)
    painter.setFont(_font(_SMALL_SIZE))
    high = painter.fontMetrics().height() if below else 0
    painter.drawText(area.adjusted(0, size.height() - high - 2, 0, -2), _ALIGN, below)
    painter.setFont(_font(pixels))
    painter.drawText(area.adjusted(0, 0, 0, -high), _ALIGN, text)
    painter.end()
    return image


@lru_cache(maxsize=4)
def _drawn_bar(text: str, length: int, size: QSize, ratio: float) -> QImage:
    image, painter = _backed(size, ratio)
    painter.setFont(_font(_TEXT_SIZE))
    painter.drawText(QRect(QPoint(0, 0), size).adjusted(0, 0, 0, -10), _ALIGN, text)
    left, foot = (size.width() - length) // 2, size.height() - 5
    painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
    painter.fillRect(left, foot, length, 1, _COLOUR)
    for end in (left, left + length - 1):
        painter.fillRect(end, foot - 5, 1, 6, _COLOUR)
    painter.end()
    return image


def _backed(size: QSize, ratio: float) -> tuple[QImage, QPainter]:
    """Return a picture with the backing of a text, and a painter on it."""
    image = QImage(size * ratio, QImage.Format.Format_ARGB32_Premultiplied)
    image.setDevicePixelRatio(ratio)
    image.fill(0)
    painter = QPainter(image)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    # Not to be seen on the dark surround; keeps grey letters readable on a white part of a film.
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(_BACKING)
    painter.drawRoundedRect(QRect(QPoint(0, 0), size), 3, 3)
    painter.setPen(_COLOUR)
    return image, painter
