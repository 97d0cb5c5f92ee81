"""The prediction as an amber tint: the network's small map, scaled when it is drawn."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import cv2
import numpy as np
import numpy.typing as npt
from PySide6.QtCore import QPoint, QRect
from PySide6.QtGui import QColor, QImage

from opacity_studio.gui.canvas.film_layer import looked_up, visible_part, warped
from opacity_studio.gui.label_colours import PREDICTION_COLOUR

if TYPE_CHECKING:
    from PySide6.QtGui import QPainter

    from opacity_studio.domain.prediction import Prediction
    from opacity_studio.gui.canvas.view_transform import ViewTransform

_FINER: Final = 4
_NOTHING_BELOW: Final = 0.08


class HeatLayer:
    """The tint of one prediction."""

    def __init__(self) -> None:
        self._prediction: Prediction | None = None
        self._map: npt.NDArray[np.uint8] | None = None
        self._table = _amber_ramp(0.35)
        self._where: tuple[ViewTransform, QRect] | None = None
        self._values: npt.NDArray[np.uint8] | None = None
        self._colours: npt.NDArray[np.int32] | None = None
        self._image: QImage | None = None

    def set_prediction(self, prediction: Prediction | None) -> None:
        """Show another prediction, or none."""
        if prediction is self._prediction:
            return
        self._prediction = prediction
        # A cubic first step hides the map's grid, which linear interpolation alone would show.
        self._map = (
            cv2.resize(  # type: ignore[assignment]
                prediction.probability,
                None,
                fx=_FINER,
                fy=_FINER,
                interpolation=cv2.INTER_CUBIC,
            )
            if prediction is not None and prediction.probability.size
            else None
        )
        self._where = self._values = self._colours = self._image = None

    def set_opacity(self, opacity: float) -> None:
        """Tint with at most `opacity` (0 to 1) where the network is certain."""
        self._table = _amber_ramp(opacity)
        self._image = None

    def draw(self, painter: QPainter, transform: ViewTransform, view: QRect) -> None:
        """Draw the tint on `painter`, whose units are device pixels."""
        if self._prediction is None or self._map is None:
            return
        part = visible_part(transform, self._prediction.box_tuple, view)
        if part.isEmpty():
            return
        if self._values is None or self._where != (transform, part):
            self._values = self._resampled(self._prediction, self._map, transform, part)
            self._where, self._image = (transform, part), None
        if self._image is None:
            self._colours, self._image = looked_up(
                self._values, self._table, QImage.Format.Format_ARGB32_Premultiplied
            )
        painter.drawImage(QPoint(part.left(), part.top()), self._image)

    @staticmethod
    def _resampled(
        prediction: Prediction, fine: npt.NDArray[np.uint8], transform: ViewTransform, part: QRect
    ) -> npt.NDArray[np.uint8]:
        box = prediction.box
        rows, columns = fine.shape
        step_x = columns / (box.width * transform.scale)
        step_y = rows / (box.height * transform.scale)
        left, top = transform.to_view(box.left, box.top)
        x = (part.left() + 0.5 - left) * step_x - 0.5
        y = (part.top() + 0.5 - top) * step_y - 0.5
        return warped(fine, (step_x, step_y), (x, y), part).astype(np.uint8, copy=False)


def _amber_ramp(opacity: float) -> npt.NDArray[np.int32]:
    """Return 256 premultiplied colours: transparent where unlikely, up to `opacity` where sure."""
    colour = QColor(PREDICTION_COLOUR)
    probability = np.arange(256) / 255.0
    alpha = opacity * np.clip((probability - _NOTHING_BELOW) / (1.0 - _NOTHING_BELOW), 0.0, 1.0)
    channels = (255.0, float(colour.red()), float(colour.green()), float(colour.blue()))
    parts = [np.rint(alpha * channel).astype(np.uint32) for channel in channels]
    ramp = parts[0] << 24 | parts[1] << 16 | parts[2] << 8 | parts[3]
    return ramp.view(np.int32).reshape(1, -1)
