"""The prediction as an amber tint: the network's small map, scaled when it is drawn."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import cv2
import numpy as np
from PySide6.QtGui import QColor, QImage

from opacity_studio.gui.canvas.resampled_layer import Box, ColourTable, ResampledLayer, warped
from opacity_studio.gui.look.label_colours import PREDICTION_COLOUR

if TYPE_CHECKING:
    import numpy.typing as npt
    from PySide6.QtCore import QRect

    from opacity_studio.domain.prediction import Prediction
    from opacity_studio.domain.radiograph import Pixels
    from opacity_studio.gui.canvas.view_transform import ViewTransform

DEFAULT_OPACITY: Final = 0.34
_FINER: Final = 4
_NOTHING_BELOW: Final = 0.08


class HeatLayer(ResampledLayer):
    """The tint of one prediction."""

    def __init__(self) -> None:
        super().__init__(amber_ramp(DEFAULT_OPACITY), QImage.Format.Format_ARGB32_Premultiplied)
        self._prediction: Prediction | None = None
        self._fine: npt.NDArray[np.uint8] = np.zeros((1, 1), np.uint8)

    def set_prediction(self, prediction: Prediction | None) -> None:
        """Show another prediction, or none."""
        if prediction is self._prediction:
            return
        if prediction is not None and not prediction.probability.size:
            prediction = None
        self._prediction = prediction
        if prediction is not None:
            # A cubic first step hides the map's grid, which linear interpolation alone shows.
            self._fine = cv2.resize(  # type: ignore[assignment]
                prediction.probability,
                None,
                fx=_FINER,
                fy=_FINER,
                interpolation=cv2.INTER_CUBIC,
            )
        self.forget()

    def set_opacity(self, opacity: float) -> None:
        """Tint with at most `opacity` (0 to 1) where the network is certain."""
        self.set_table(amber_ramp(opacity))

    def box(self) -> Box | None:
        """Return what the map covers."""
        return None if self._prediction is None else self._prediction.box_tuple

    def resampled(self, transform: ViewTransform, part: QRect) -> Pixels:
        """Return the probabilities at the centres of the device pixels of `part`.

        Taken at every second pixel and doubled: the map is coarser than the screen.
        """
        if self._prediction is None:
            raise ValueError("no prediction to resample")
        box = self._prediction.box
        rows, columns = self._fine.shape
        step_x = columns / (box.width * transform.scale)
        step_y = rows / (box.height * transform.scale)
        left, top = transform.to_view(box.left, box.top)
        # The middle of the first two by two pixels.
        x = (part.left() + 1.0 - left) * step_x - 0.5
        y = (part.top() + 1.0 - top) * step_y - 0.5
        size = -(-part.width() // 2), -(-part.height() // 2)
        half = warped(self._fine, (2 * step_x, 2 * step_y), (x, y), size)
        whole = cv2.resize(half, None, fx=2, fy=2, interpolation=cv2.INTER_LINEAR)
        return np.ascontiguousarray(whole[: part.height(), : part.width()], dtype=np.uint8)


def amber_ramp(opacity: float) -> ColourTable:
    """Return 256 premultiplied colours: clear where unlikely, up to `opacity` where certain."""
    colour = QColor(PREDICTION_COLOUR)
    probability = np.arange(256) / 255.0
    alpha = opacity * np.clip((probability - _NOTHING_BELOW) / (1.0 - _NOTHING_BELOW), 0.0, 1.0)
    channels = (255.0, float(colour.red()), float(colour.green()), float(colour.blue()))
    parts = [np.rint(alpha * channel).astype(np.uint32) for channel in channels]
    ramp = parts[0] << 24 | parts[1] << 16 | parts[2] << 8 | parts[3]
    return ramp.view(np.int32).reshape(1, -1)
